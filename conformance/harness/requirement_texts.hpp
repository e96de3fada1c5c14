// The requirement files as text; the source is written by embed.cmake when the program is built.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mr::harness {

const std::vector<std::pair<std::string, std::string_view>>& requirement_texts();

}  // namespace mr::harness
