// Counts what happens in a run: the figures that expressions and reports use, and the timeline.
#pragma once

#include <string>
#include <vector>

#include "conformance/report/report.hpp"
#include "reference/runtime/trace_log.hpp"
#include "scenarios/checks/check.hpp"
#include "scenarios/engine/lua.hpp"

namespace mr::scenarios {

std::vector<std::string> figure_names();  // all that an expression can use

class Tally {
 public:
  explicit Tally(const Setting& setting) : setting_(setting) {}
  void see(const runtime::TraceLog::Record& record);

  // All of them, also those that are 0. `printers`, `sites` and `days` (local days on which the first site's
  // report falls due) come from the setting.
  Figures figures() const;
  const std::vector<report::Moment>& timeline() const { return timeline_; }

 private:
  static constexpr std::size_t moments_max = 20'000;
  const Setting& setting_;
  Figures counts_;
  std::vector<report::Moment> timeline_;
};

}  // namespace mr::scenarios
