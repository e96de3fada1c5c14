// The characters of XML 1.0 (fifth edition): which exist, and which make names.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace mr::schema {

// What a byte may be: the start of a name, the rest of one, or plain text (neither markup nor a quote). Bytes
// over 0x7f are judged as characters.
inline constexpr std::uint8_t name_start = 1, name_char = 2, plain = 4;
inline constexpr std::array<std::uint8_t, 256> byte_classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (int c = 0x20; c < 256; ++c) table[static_cast<std::size_t>(c)] = plain;
  for (int c = 'a'; c <= 'z'; ++c) table[static_cast<std::size_t>(c)] |= name_start | name_char;
  for (int c = 'A'; c <= 'Z'; ++c) table[static_cast<std::size_t>(c)] |= name_start | name_char;
  for (int c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] |= name_char;
  for (int c : {'_', ':'}) table[static_cast<std::size_t>(c)] |= name_start | name_char;
  for (int c : {'-', '.'}) table[static_cast<std::size_t>(c)] |= name_char;
  for (int c : {'\t', '\n', '\r'}) table[static_cast<std::size_t>(c)] |= plain;
  for (int c : {'<', '&', ']', '\'', '"'})
    table[static_cast<std::size_t>(c)] &= static_cast<std::uint8_t>(~plain);
  return table;
}();

inline bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The ranges over ASCII of NameStartChar; NameChar adds three.
inline bool starts_name(std::uint32_t c) {
  return (c >= 0xc0 && c <= 0x2ff && c != 0xd7 && c != 0xf7) || (c >= 0x370 && c <= 0x1fff && c != 0x37e) ||
         c == 0x200c || c == 0x200d || (c >= 0x2070 && c <= 0x218f) || (c >= 0x2c00 && c <= 0x2fef) ||
         (c >= 0x3001 && c <= 0xd7ff) || (c >= 0xf900 && c <= 0xfdcf) || (c >= 0xfdf0 && c <= 0xfffd) ||
         (c >= 0x10000 && c <= 0xeffff);
}
inline bool continues_name(std::uint32_t c) {
  return starts_name(c) || c == 0xb7 || (c >= 0x300 && c <= 0x36f) || c == 0x203f || c == 0x2040;
}
inline bool is_xml_char(std::uint32_t c) {
  return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
         (c >= 0x10000 && c <= 0x10ffff);
}

// Whether the text is UTF-8 (RFC 3629): no overlong form, no surrogate, nothing over U+10FFFF.
inline bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto b = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
    const std::size_t length = b(0) < 0x80 ? 1 : b(0) < 0xc2 ? 0 : b(0) < 0xe0 ? 2 : b(0) < 0xf0 ? 3 : b(0) < 0xf5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((b(k) & 0xc0) != 0x80) return false;
    }
    if ((b(0) == 0xe0 && b(1) < 0xa0) || (b(0) == 0xed && b(1) > 0x9f) || (b(0) == 0xf0 && b(1) < 0x90) || (b(0) == 0xf4 && b(1) > 0x8f)) {
      return false;
    }
    i += length;
  }
  return true;
}

// The character at `at` of valid UTF-8 and its length.
inline std::pair<std::uint32_t, std::size_t> character(std::string_view text, std::size_t at) {
  const auto b = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at + i]));
  };
  if (b(0) < 0x80) return {b(0), 1};
  if (b(0) < 0xe0) return {(b(0) & 0x1f) << 6 | (b(1) & 0x3f), 2};
  if (b(0) < 0xf0) return {(b(0) & 0x0f) << 12 | (b(1) & 0x3f) << 6 | (b(2) & 0x3f), 3};
  return {(b(0) & 0x07) << 18 | (b(1) & 0x3f) << 12 | (b(2) & 0x3f) << 6 | (b(3) & 0x3f), 4};
}

}  // namespace mr::schema
