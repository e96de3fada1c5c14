// Work that a printer does, and what it keeps of it.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include "simulators/printer/device/model.hpp"
#include "simulators/printer/device/usage.hpp"

namespace mr::printer {

// Time since the start of the run: runtime::Instant::time_since_epoch().
using Moment = std::chrono::nanoseconds;

// The marked part of an impression, of each colorant of the model in its order, in 1/1000 percent (5000 is
// the 5 % that yields are rated at). Made from one number: the same of each.
struct Coverage {
  std::array<std::uint32_t, Usage::colorants_max> of{};
  Coverage(std::uint32_t each = 5000) { of.fill(each); }
  std::uint32_t at(std::size_t colorant) const { return of[std::min(colorant, of.size() - 1)]; }
};

// One job. Impressions are sides marked; sheets may be fewer. requires: colour impressions only on a colour
// model; two_sided_sheets <= sheets; sheets + two_sided_sheets >= impressions. Numbers at most 1,000,000.
struct Job {
  JobFunction function = JobFunction::print;
  std::uint32_t black = 0, colour = 0;  // impressions
  std::uint32_t sheets = 0;             // 0: as few as two_sided_sheets lets
  std::uint32_t two_sided_sheets = 0;
  MediaSize size = MediaSize::of_tray;
  std::uint16_t input = 0;    // 0-based tray
  Coverage coverage;          // on a black impression only black's counts
  std::uint32_t sets = 1;     // copies of the document
  std::uint32_t staples = 0;  // of all sets
  std::string name, user;     // of the document and its owner, at most 255 octets each
};

struct Scan {
  MeterCounts to = MeterCounts::scans_email;  // scans_email, scans_network or faxes_sent
  std::uint32_t images = 0;
};

// A job as the printer's log has it.
enum class JobResult : std::uint8_t { completed, partly, nothing };
struct JobRecord {
  std::uint32_t number = 0;  // 1.. over the printer's life
  std::string name, user;
  JobFunction function = JobFunction::print;
  std::uint32_t asked = 0, done = 0, sheets = 0;  // impressions; sheets of those done
  bool colour = false;
  JobResult result = JobResult::completed;
  Moment at{};
};

}  // namespace mr::printer
