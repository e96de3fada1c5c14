// The parts of a scenario file, one reader each. Private to this module: read_scenario puts them together.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/engine/scenario.hpp"

namespace mr::scenarios {

inline constexpr std::int64_t printers_max = 65'536;

inline std::string in_quotes(std::string_view text) { return "'" + std::string(text.substr(0, 80)) + "'"; }

inline std::uint32_t number_of(const Address& address) { return address.to_v4().to_uint(); }

// A text that is there and not blank.
std::string required_text(Map& map, std::string_view key, Faults& faults);
// A text of the given words, as its value.
template <class Enum>
Enum read_word(Map& map, std::string_view key, std::optional<Enum> otherwise = {}) {
  const auto words = words_of(Enum{});
  std::vector<std::string_view> known;
  std::optional<std::size_t> standing;
  for (const auto& entry : words) {
    if (otherwise && entry.value == *otherwise) standing = known.size();
    known.push_back(entry.word);
  }
  return words[map.word(key, known, standing)].value;
}
// An action kind that is a scalar in a list; reports what is wrong.
model::ActionKind read_action(const Node& node, Faults& faults);

// read_site.cpp
SitePlan read_site(const Node& node, Faults& faults);
void read_server(const Node& node, Scenario& scenario, Faults& faults);
ImpostorPlan read_impostor(const Node& node, Faults& faults);
// read_deeds.cpp
void read_workload(const Node& node, Scenario& scenario, Faults& faults);
Deed read_deed(const Node& node, Faults& faults);
// read_expectations.cpp
EventPattern read_pattern(const Node& node, Faults& faults);
// The same, of a map that holds further keys: it does not call done().
EventPattern read_pattern(Map& map, Faults& faults);
Expectation read_expectation(const Node& node, Faults& faults);

}  // namespace mr::scenarios
