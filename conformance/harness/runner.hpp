// Runs the cases of a suite against a target, one after the other, and makes the Run that the reports are
// written from.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/harness/case.hpp"
#include "conformance/report/report.hpp"

namespace mr::harness {

struct Selection {
  std::vector<std::string> globs;  // of ids, `*` for any characters; none: every case
  bool slow = false;               // cases that are slow too
};
bool matches(std::string_view glob, std::string_view id);

// The cases selected and those that they come after, in the order of the suite. Slow cases that were not
// asked for stay in and are skipped with that reason, so that a report shows them.
std::vector<const Case*> selected(const std::vector<Case>& cases, const Selection& selection);

// Judges each. `told` is called with every result at once. A target that ends by itself fails the case at
// hand and is started again where it can be; where it cannot, the rest is blocked.
std::vector<report::Case> judge(const std::vector<const Case*>& cases, const Selection& selection,
                                Target& target, wire::Milliseconds patience,
                                const std::function<void(const report::Case&)>& told);

// What is wrong in a suite itself: ids twice, unknown requirements, an `after` that does not come before.
// Empty: nothing.
std::vector<std::string> suite_faults(const std::vector<Case>& cases);

}  // namespace mr::harness
