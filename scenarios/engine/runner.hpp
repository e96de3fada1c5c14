// Runs one scenario: builds server, agents and printers on a stage, lets people do what the scenario says,
// watches, and judges.
//
// The case ids of a run are lifecycle/daily-upload/exactly-once: folder, scenario, check; an expression's
// case is `that-<n>`, counted from 1 in the order of the file.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "conformance/report/report.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/stage.hpp"

namespace mr::scenarios {

enum class run_errc {
  bad_printers = 1,  // a profile or recording that cannot be used
  not_set_up,        // the server could not be started
};
std::string_view describe(run_errc);

struct RunOptions {
  std::uint64_t seed = 1;
  bool wire = false;
  std::string recording;      // replaces the source of the first printer group, where not empty
  std::string stores_folder;  // on the wire
  std::function<void(std::string_view line)> events;
  std::function<void(runtime::Instant now, runtime::Instant end)> progress;  // at each day of the scenario
  // Called at the end for each device, in order of serial numbers, with the last report that the server
  // stored, as it was sent.
  std::function<void(const std::string& serial_number, const std::string& xml)> reports;
  std::string version, commit;
  std::string reproduce;  // the command that repeats this run
};

// A slug of the scenario's file: lifecycle/daily-upload for scenarios/lifecycle/daily_upload.yaml.
std::string scenario_id(const Scenario& scenario);

// errors: what kept it from running at all (run_errc, stage_errc and those of printers and sockets). What
// goes wrong while it runs is in the Run: a check that fails, an expression that cannot be evaluated
// (trouble).
Result<report::Run> run_scenario(const Scenario& scenario, const RunOptions& options);

}  // namespace mr::scenarios
MR_ERRC(mr::scenarios, run_errc, "scenario run")
