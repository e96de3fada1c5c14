#include "scenarios/checks/spellings.hpp"

#include <array>
#include <charconv>
#include <cstdint>

namespace mr::scenarios {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::string without_zeros(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c != '\0') out += c;
  }
  return out;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string xml_unescaped(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> names = {
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '&' ? text.substr(0, i + 12).find(';', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      out += text[i];
      continue;
    }
    const std::string_view name = text.substr(i + 1, end - i - 1);
    std::uint32_t code = 0;
    for (const auto& [known, character] : names) {
      if (name == known) code = static_cast<unsigned char>(character);
    }
    if (name.starts_with('#')) {
      const bool sixteen = name.size() > 1 && lower(name[1]) == 'x';
      const std::string_view digits = name.substr(sixteen ? 2 : 1);
      const auto parsed =
          std::from_chars(digits.data(), digits.data() + digits.size(), code, sixteen ? 16 : 10);
      if (parsed.ptr != digits.data() + digits.size()) code = 0;
    }
    if (code == 0 || code > 127) {  // what is searched for is ASCII
      out += text[i];
      continue;
    }
    out += static_cast<char>(code);
    i = end;
  }
  return out;
}

constexpr auto base64_values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (int i = 0; i < 26; ++i) values[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 26; ++i) values[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(26 + i);
  for (int i = 0; i < 10; ++i) values[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(52 + i);
  values['+'] = values['-'] = 62;
  values['/'] = values['_'] = 63;
  return values;
}();

// Of one run of digits of base64, as values, from its digit `phase` on.
void decode_run(std::string_view digits, std::size_t phase, std::string& out) {
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = phase; i < digits.size(); ++i) {
    bits = (bits << 6 | static_cast<std::uint32_t>(digits[i])) & 0xffffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xff);
    }
  }
  out += '\n';
}

std::string base64_decoded(std::string_view text) {
  constexpr std::size_t run_min = 8;
  std::string out, digits;
  const auto end_run = [&] {
    if (digits.size() >= run_min) {
      for (std::size_t phase = 0; phase < 4; ++phase) decode_run(digits, phase, out);
    }
    digits.clear();
  };
  for (const char c : text) {
    const std::int8_t value = base64_values[static_cast<unsigned char>(c)];
    if (value >= 0) {
      digits += static_cast<char>(value);
    } else if (c != '\r' && c != '\n') {
      end_run();
    }
  }
  end_run();
  return out;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

void for_each_reading(std::string_view content,
                      const std::function<void(std::string_view how, std::string_view reading)>& show) {
  show("as it is", lower_case(content));
  if (content.find('&') != std::string_view::npos) show("XML-escaped", lower_case(xml_unescaped(content)));
  if (content.find('%') != std::string_view::npos)
    show("percent-encoded", lower_case(percent_decoded(content)));
  if (content.find('\0') != std::string_view::npos) show("in UTF-16", lower_case(without_zeros(content)));
  const std::string decoded = base64_decoded(content);
  if (decoded.empty()) return;
  show("in base64", lower_case(decoded));
  if (decoded.find('\0') != std::string::npos)
    show("in base64 of UTF-16", lower_case(without_zeros(decoded)));
}

}  // namespace mr::scenarios
