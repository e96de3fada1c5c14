// Writing HTML: what is text is escaped, always.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace mr::printer {

std::string escaped(std::string_view text);

// A page under construction.
class Html {
 public:
  Html& raw(std::string_view html) {  // constant texts of ours only
    out_ += html;
    return *this;
  }
  Html& text(std::string_view text);
  // An element that holds one value of the device, under its name.
  Html& value(std::string_view element, std::string_view name, std::string_view text);
  Html& heading(std::string_view text);
  // A table: of a head, and rows that are begun and ended.
  Html& table(std::initializer_list<std::string_view> columns);
  Html& end_table() { return raw("</tbody></table>\n"); }
  // A row of two: what it is, and a value.
  Html& fact(std::string_view label, std::string_view name, std::string_view text);
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace mr::printer
