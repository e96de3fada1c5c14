#include "reference/protocol/schema/sample.hpp"

namespace mr::schema {

std::uint64_t Sampler::draw() {  // splitmix64
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::string Sampler::text(Form form) {
  const std::string serial = std::to_string(++serial_);
  const auto hex = [&](int digits, std::uint64_t value) {
    std::string out;
    for (int i = digits - 1; i >= 0; --i) out += "0123456789abcdef"[value >> (4 * i) & 15];
    return out;
  };
  switch (form) {
    case Form::identifier:
      return "id-" + serial;
    case Form::uuid:
      return hex(8, draw()) + "-" + hex(4, draw()) + "-4" + hex(3, draw()) + "-8" + hex(3, draw()) + "-" +
             hex(12, serial_);
    case Form::word:
      return "Word" + serial;
    case Form::slug:
      return "slug-" + serial;
    case Form::mac:
      return "00:00:aa:" + hex(2, serial_ >> 16) + ":" + hex(2, serial_ >> 8) + ":" + hex(2, serial_);
    case Form::ip:
      return below(2) == 0
                 ? "10.1." + std::to_string(serial_ >> 8 & 255) + "." + std::to_string(serial_ & 255)
                 : "2001:db8::" + hex(4, serial_);
    case Form::oid:
      return "1.3.6.1.4.1.253." + serial;
    case Form::entry_name:
      return "reports/id-" + serial + ".xml";
    default:
      break;
  }
  if (fill_ == Fill::minimal) return "text " + serial;
  static constexpr std::string_view pieces[] = {" ",
                                                "<b>",
                                                "&amp;",
                                                "]]>",
                                                "\"'",
                                                "\r\n",
                                                "\t",
                                                "\n",
                                                "Toner (R1), PN 006R01509",
                                                "--><!--",
                                                "\xc3\xa9",
                                                "\xe7\x84\xa1",
                                                "\xf0\x9f\x96\xa8",
                                                "\xc2\x85",
                                                "%s",
                                                ""};
  std::string out;
  for (std::uint64_t i = below(6); i > 0; --i) out += pieces[below(std::size(pieces))];
  return out + serial;
}

}  // namespace mr::schema
