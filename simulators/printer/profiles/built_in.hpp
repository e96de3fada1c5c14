// The text of the profiles that are built in. CMakeLists.txt writes the source file from the JSON files of
// this folder and of sets/.
#pragma once

#include <span>
#include <string_view>

namespace mr::printer {

struct BuiltInProfile {
  std::string_view key;  // the file's name without .json
  std::string_view json;
};
std::span<const BuiltInProfile> built_in_profiles();  // in order of keys
// Named sets of entries, by the list that they are of (`faults`): an object of lists.
std::span<const BuiltInProfile> built_in_sets();

}  // namespace mr::printer
