#include "reference/protocol/schema/leaf.hpp"

#include <algorithm>

namespace mr::schema {

namespace {

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_letter(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

bool is_mac(std::string_view text) {
  if (text.size() != 17 && text.size() != 23) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 3 == 2 ? text[i] != ':' : !is_lower_hex(text[i])) return false;
  }
  return true;
}

// Arcs of 1 to 10 digits without leading zeros, the first 0 to 2.
bool is_oid(std::string_view text) {
  std::size_t arcs = 0;
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view arc = text.substr(0, dot);
    if (arc.empty() || arc.size() > 10 || !std::all_of(arc.begin(), arc.end(), is_digit)) return false;
    if (arc.size() > 1 && arc[0] == '0') return false;
    if (arcs == 0 && (arc.size() > 1 || arc[0] > '2')) return false;
    if (++arcs > 128) return false;
    if (dot == std::string_view::npos) return arcs >= 2;
    text.remove_prefix(dot + 1);
  }
}

// The length of a valid UTF-8 sequence of an XML character at `at`, or 0.
std::size_t sequence(std::string_view text, std::size_t at) {
  const auto b = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0u;
  };
  const unsigned c = b(0);
  const auto tail = [](unsigned byte) { return (byte & 0xc0) == 0x80; };
  if (c < 0xc2 || c > 0xf4) return 0;
  if (c < 0xe0) return tail(b(1)) ? 2 : 0;
  if (!tail(b(1)) || !tail(b(2))) return 0;
  if (c < 0xf0) {
    const unsigned code = (c & 0x0f) << 12 | (b(1) & 0x3f) << 6 | (b(2) & 0x3f);
    return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) || code >= 0xfffe ? 0 : 3;
  }
  if (!tail(b(3))) return 0;
  const unsigned code = (c & 0x07) << 18 | (b(1) & 0x3f) << 12 | (b(2) & 0x3f) << 6 | (b(3) & 0x3f);
  return code < 0x10000 || code > 0x10ffff ? 0 : 4;
}

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    std::string_view instead;
    std::size_t length = 1;
    if (c == '&')
      instead = "&amp;";
    else if (c == '<')
      instead = "&lt;";
    else if (c == '>')
      instead = "&gt;";
    else if (c == '\r')
      instead = "&#13;";
    else if (c >= 0x80) {
      length = sequence(text, i);
      if (length == 0) {
        instead = "\xef\xbf\xbd";
        length = 1;
      }
    } else if (c < 0x20 && c != '\t' && c != '\n') {
      instead = "\xef\xbf\xbd";
    }
    if (!instead.empty()) {
      out.append(text, from, i - from);
      out += instead;
      from = i + length;
    }
    i += length;
  }
  out.append(text, from);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const std::size_t from = text.find_first_not_of(space);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(space) - from + 1);
}

bool has_form(std::string_view text, Form form) {
  const auto all = [&](auto predicate) { return std::all_of(text.begin(), text.end(), predicate); };
  switch (form) {
    case Form::text:
      return true;
    case Form::identifier:
      return model::is_identifier(text);
    case Form::uuid:
      return model::is_uuid(text);
    case Form::word:
      return !text.empty() && text.size() <= 64 && is_letter(text[0]) &&
             all([](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; });
    case Form::slug:
      return !text.empty() && text.size() <= 64 && is_lower(text[0]) &&
             all([](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
    case Form::mac:
      return is_mac(text);
    case Form::ip:
      return text.size() >= 2 && text.size() <= 45 &&
             all([](char c) { return is_lower_hex(c) || (c >= 'A' && c <= 'F') || c == '.' || c == ':'; });
    case Form::oid:
      return is_oid(text);
    case Form::entry_name:
      return !text.empty() && text.size() <= 128 && all([](char c) {
        return is_lower(c) || is_digit(c) || c == '/' || c == '.' || c == '_' || c == '-';
      });
    default:
      break;
  }
  MR_ASSERT(false);
  return false;
}

std::string_view expected_form(Form form) {
  switch (form) {
    case Form::text:
      return "text";
    case Form::identifier:
      return "an identifier of 1 to 64 letters, digits, . _ -";
    case Form::uuid:
      return "a UUID in lower case";
    case Form::word:
      return "a word of at most 64 letters, digits, . -";
    case Form::slug:
      return "a word of at most 64 lower-case letters, digits, -";
    case Form::mac:
      return "a MAC address like 00:00:aa:12:34:56";
    case Form::ip:
      return "an IP address";
    case Form::oid:
      return "an object identifier in dotted decimal";
    case Form::entry_name:
      return "an entry name of lower-case letters, digits, / . _ -";
    case Form::number:
      return "a number in the range of its type";
    case Form::signed_number:
      return "an integer in the range of its type";
    case Form::boolean:
      return "true or false";
    case Form::stamp:
      return "a date and time with UTC offset";
    case Form::time_of_day:
      return "a time of day HH:MM";
    case Form::level:
      return "a number, other, unknown or someRemaining";
    case Form::closed_word:
      return "one of the words of the enumeration";
    case Form::open_word:
      return "a word of the enumeration or its number";
  }
  return "text";
}

}  // namespace mr::schema
