// Leaves as text: how each type is written in XML and read back, strictly.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "reference/protocol/schema/note.hpp"

namespace mr::schema {

// Appends text with what XML asks for escaped; a byte sequence that XML cannot carry becomes U+FFFD.
void append_escaped(std::string& out, std::string_view text);

// Whether a text has the form; true for Form::text.
bool has_form(std::string_view text, Form form);
// In words, for an error: `an identifier of 1 to 64 letters, digits, . _ -`.
std::string_view expected_form(Form form);

// Without the white space at both ends: what XML Schema collapses around numbers,
// booleans, dates and the words that stand where a number may.
std::string_view trimmed(std::string_view text);

template <class T>
void append_leaf(std::string& out, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    append_escaped(out, value);
  } else if constexpr (std::is_same_v<T, bool>) {
    out += value ? "true" : "false";
  } else if constexpr (std::is_enum_v<T>) {
    const std::string_view known = model::word(value);
    if (!known.empty()) {
      out += known;
    } else {
      MR_ASSERT(is_open_enum<T>);
      out += std::to_string(static_cast<std::int32_t>(value));
    }
  } else if constexpr (std::is_arithmetic_v<T>) {
    char buffer[24];
    out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
  } else {
    out += model::to_text(value);
  }
}

template <class T>
bool parse_number(std::string_view text, T& value) {
  text = trimmed(text);
  if (text.empty() || text.size() > 20) return false;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && stop == text.data() + text.size();
}

// False where the text is not of the type or form; `value` may then be anything.
template <class T>
bool read_leaf(std::string_view text, T& value, Form form) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = text;
    return has_form(text, form);
  } else if constexpr (std::is_same_v<T, bool>) {
    value = trimmed(text) == "true";
    return value || trimmed(text) == "false";
  } else if constexpr (std::is_enum_v<T>) {
    if constexpr (is_open_enum<T>) text = trimmed(text);
    if (const auto found = model::from_word<T>(text)) {
      value = *found;
      return true;
    }
    if constexpr (is_open_enum<T>) {
      std::int32_t number = 0;
      if (!parse_number(text, number)) return false;
      value = static_cast<T>(number);
      return true;
    }
    return false;
  } else if constexpr (std::is_arithmetic_v<T>) {
    return parse_number(text, value);
  } else if constexpr (std::is_same_v<T, model::Level>) {
    const auto found = model::parse_level(trimmed(text));
    if (found) value = *found;
    return found.has_value();
  } else if constexpr (std::is_same_v<T, model::Stamp>) {
    auto found = model::parse_stamp(trimmed(text));
    if (found.has_value()) value = *found;
    return found.has_value();
  } else {
    auto found = model::parse_time_of_day(text);
    if (found.has_value()) value = *found;
    return found.has_value();
  }
}

}  // namespace mr::schema
