#include "conformance/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mr::report {
namespace {

// Length of the well-formed UTF-8 sequence at the start of `s` (RFC 3629), 0 where there is none; the code
// point in `out`.
std::size_t sequence(std::string_view s, std::uint32_t& out) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return out = first, 1;
  const std::size_t length = first >= 0xf0 && first < 0xf5   ? 4
                             : first >= 0xe0 && first < 0xf0 ? 3
                             : first >= 0xc2 && first < 0xe0 ? 2
                                                             : 0;
  if (length == 0 || s.size() < length) return 0;
  std::uint32_t point = first & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
    point = point << 6 | (byte(i) & 0x3fU);
  }
  const std::uint32_t least = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
  if (point < least || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return 0;
  return out = point, length;
}

bool shows(std::uint32_t c) {
  if (c == '\n' || c == '\t') return true;
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return false;
  if (c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
    return false;
  if (c == 0xfeff || (c & 0xfffeU) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef)) return false;
  return true;
}

std::string escaped(std::string_view bytes, bool attribute) {
  std::string out;
  for (const char c : visible(bytes)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
        out += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string visible(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    std::uint32_t point = 0;
    const std::size_t length = sequence(bytes, point);
    if (length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    } else if (shows(point)) {
      out += bytes.substr(0, length);
    } else {
      out += point < 0x100 ? fmt::format("\\x{:02x}", point) : fmt::format("\\u{:04x}", point);
    }
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string xml_text(std::string_view bytes) { return escaped(bytes, false); }
std::string xml_attribute(std::string_view bytes) { return escaped(bytes, true); }

std::string seconds(std::int64_t ns) {
  ns = std::max<std::int64_t>(ns, 0);
  return fmt::format("{}.{:09}", ns / 1'000'000'000, ns % 1'000'000'000);
}

std::string readable(std::int64_t ns) {
  ns = std::max<std::int64_t>(ns, 0);
  const std::int64_t ms = ns / 1'000'000, s = ms / 1000;
  if (ns < 1'000'000) return fmt::format("{} us", ns / 1000);
  if (s < 1) return fmt::format("{} ms", ms);
  if (s < 60) return fmt::format("{}.{:03} s", s, ms % 1000);
  const std::string clock = fmt::format("{:02}:{:02}:{:02}", s / 3600 % 24, s / 60 % 60, s % 60);
  return s < 86'400 ? clock : fmt::format("{} d {}", s / 86'400, clock);
}

}  // namespace mr::report
