// The text of the profiles that are built in. CMakeLists.txt writes the source file from the JSON files of
// this folder.
#pragma once

#include <span>
#include <string_view>

namespace mr::printer {

struct BuiltInProfile {
  std::string_view key;  // the file's name without .json
  std::string_view json;
};
std::span<const BuiltInProfile> built_in_profiles();  // in order of keys

}  // namespace mr::printer
