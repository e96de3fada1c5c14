// The page of html_page(), as a mustache template. Not part of the module's contract.
#pragma once

#include <string>

namespace mr::report {

extern const std::string page_template;

}  // namespace mr::report
