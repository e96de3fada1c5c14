// What the devices' own truth says of depletions: which supplies of which contracted devices were to be
// ordered, from the reports that the server stored.
//
// A depletion is one unit of a supply that ran low and was reported so: a stored report whose read fell into
// a time in which the device itself was at or under the threshold. The next unit begins another depletion, if
// a stored report told that it is there: by a level that is 50 points over the lowest one reported of the
// unit before. A report that was read before one that is stored already changes nothing.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/checks/check.hpp"
#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {

class Depletions {
 public:
  explicit Depletions(const Setting& setting) : setting_(setting) {}

  // Events that reads and stored reports are known from.
  void see(const runtime::TraceLog::Record& record);
  const Reads& reads() const { return reads_; }

  struct Supply {
    std::string serial;
    std::int64_t index = 0;
    auto operator<=>(const Supply&) const = default;
  };
  struct Depletion {
    Supply supply;
    runtime::Instant read;  // of the first report that told it, when it was read
    std::optional<runtime::Instant>
        due;  // when the first report that surely told it was stored; absent: none did
    std::vector<std::string> reports;  // that may have told it, in order of their reads
    std::vector<std::size_t> units;    // of the truth, that it may be of
  };
  // All of them. requires: at the end of the run.
  std::vector<Depletion> all() const;

 private:
  struct Told {
    runtime::Instant from, to, stored;
    std::string report;
    bool complete;
  };
  const Setting& setting_;
  Reads reads_;
  std::map<std::string, std::vector<Told>>
      stored_;  // by serial number of a contracted device, in order of reading and storing
};

}  // namespace mr::scenarios
