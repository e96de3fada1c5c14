#include "simulators/printer/web/html.hpp"

namespace mr::printer {

// Control characters, which HTML does not allow, become spaces.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
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
