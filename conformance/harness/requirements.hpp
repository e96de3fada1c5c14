// The sentences of conformance/requirements, as they were when the program was built: what a suite cites, and
// what it says is not covered.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mr::harness {

struct Requirement {
  std::string id;
  std::string section;  // transport, registration, ...: the file's name
  std::string text;     // the sentence without citations
  std::vector<std::string> clauses;
  bool reserved = false;
};
const std::vector<Requirement>& requirements();       // in the order of the files
const Requirement* requirement(std::string_view id);  // null where there is none
std::vector<Requirement> read_requirements(std::string_view text, const std::string& section);

}  // namespace mr::harness
