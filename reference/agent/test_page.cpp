#include "reference/agent/test_page.hpp"

#include <algorithm>

namespace mr::agent {
namespace {

constexpr std::size_t lines_max = 40, octets_max = 80;

// A PostScript string: parentheses and backslashes are escaped, nothing else may end it (PLRM 3.2.2). UEL
// cannot occur: ESC is a control.
std::string literal(const std::string& line) {
  std::string out = "(";
  for (const char c : line.substr(0, octets_max)) {
    if (c == '(' || c == ')' || c == '\\') out += '\\';
    out += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return out + ")";
}

}  // namespace

std::string test_page(const std::vector<std::string>& lines) {
  static constexpr char uel[] = "\x1b%-12345X";
  std::string job =
      std::string(uel) +
      "@PJL\r\n@PJL JOB NAME=\"Configuration Report\"\r\n@PJL SET COPIES=1\r\n@PJL ENTER "
      "LANGUAGE=POSTSCRIPT\r\n"
      "%!PS-Adobe-3.0\n%%Title: Configuration Report\n%%Pages: 1\n%%EndComments\n%%Page: 1 1\n"
      "/Helvetica-Bold findfont 18 scalefont setfont\n72 700 moveto (Configuration Report) show\n"
      "72 690 moveto 468 0 rlineto 1 setlinewidth stroke\n/Courier findfont 9 scalefont setfont\n";
  int y = 670;
  for (std::size_t i = 0; i < std::min(lines.size(), lines_max); ++i, y -= 14) {
    job += "72 " + std::to_string(y) + " moveto " + literal(lines[i]) + " show\n";
  }
  // A step wedge shows what the marker does with tone.
  job += "0 1 8 { dup 8 div setgray 52 mul 72 add 60 52 30 rectfill } for\nshowpage\n%%EOF\n";
  job += std::string(uel) + "@PJL EOJ NAME=\"Configuration Report\"\r\n" + uel;
  return job;
}

}  // namespace mr::agent
