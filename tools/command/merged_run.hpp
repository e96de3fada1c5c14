// Several scenarios in one command: a process each, and one result.
//
// A process each because a network namespace is entered once and net-snmp's library starts once; in virtual
// time two run side by side, on the wire one after the other. Each leaves its own run folder; the merged one
// above them has summary.json, junit.xml and report.html with the cases of all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/report/report.hpp"

namespace mr::command {

struct Part {
  std::string name;    // of its sub-folder: "daily_upload"
  std::string folder;  // where run() writes summary.json and the rest
  std::function<report::Exit()> run;
};

struct PartResult {
  report::Exit exit = report::Exit::harness;
  std::string ended;  // why there is no exit code of its own; empty where there is
};

// Runs all, at most `side_by_side` at a time. What a part prints on stdout is shown when it and all before it
// are over, so that the order is that of the parts; `quiet` shows nothing. stderr is not touched.
std::vector<PartResult> run_parts(const std::vector<Part>& parts, unsigned side_by_side, bool quiet);

// One run out of those that the parts left. A part that left none is a case of trouble, NAME/run. Its trace
// hash is over those of the parts, in order; empty where one has none.
report::Run merge(const std::vector<Part>& parts, const std::vector<PartResult>& results);

}  // namespace mr::command
