#include "simulators/printer/web/html.hpp"

namespace mr::printer {
namespace {

// Octets of the UTF-8 character (RFC 3629 section 4) at the front; 0 where there is none.
std::size_t character_at(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = octet(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return 0;
  }
  if (length < 3) return length;
  // Too long for what they say, a surrogate, or past the last.
  const unsigned char next = octet(1);
  const bool bad = (lead == 0xe0 && next < 0xa0) || (lead == 0xed && next >= 0xa0) ||
                   (lead == 0xf0 && next < 0x90) || (lead == 0xf4 && next >= 0x90);
  return bad ? 0 : length;
}

}  // namespace

// Control characters, which HTML does not allow, become spaces; octets that are no UTF-8, which is what a
// page says that it is, become U+FFFD.
std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = character_at(text);
    const std::string_view character = text.substr(0, length);
    const char c = text.front();
    text.remove_prefix(length == 0 ? 1 : length);
    if (length != 1) {
      out += length == 0 ? std::string_view("\xef\xbf\xbd") : character;
      continue;
    }
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
      default:
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    }
  }
  return out;
}

Html& Html::text(std::string_view text) {
  out_ += escaped(text);
  return *this;
}

Html& Html::value(std::string_view element, std::string_view name, std::string_view text) {
  out_ += "<" + std::string(element) + " data-name=\"" + escaped(name) + "\">" + escaped(text) + "</" +
          std::string(element) + ">";
  return *this;
}

Html& Html::heading(std::string_view text) {
  out_ += "<h2>" + escaped(text) + "</h2>\n";
  return *this;
}

Html& Html::table(std::initializer_list<std::string_view> columns) {
  out_ += "<table>";
  if (columns.size() > 0) {
    out_ += "<thead><tr>";
    for (const std::string_view column : columns) out_ += "<th scope=\"col\">" + escaped(column) + "</th>";
    out_ += "</tr></thead>";
  }
  return raw("<tbody>\n");
}

Html& Html::fact(std::string_view label, std::string_view name, std::string_view text) {
  raw("<tr><th scope=\"row\">").Html::text(label).raw("</th>");
  return value("td", name, text).raw("</tr>\n");
}

}  // namespace mr::printer
