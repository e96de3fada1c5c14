// The text of catalogue.json. CMakeLists.txt writes the source file.
#pragma once

#include <string_view>

namespace mr::printer {

std::string_view quirk_catalogue();

}  // namespace mr::printer
