// Meters over time: a value that is lower than the one before is kept, told, and marked so that nothing is
// billed by it (MTR-DECREASE). Boards are swapped and counters roll over; which of the two it was, people
// find out.
//
// The one before is the newest earlier read, by read time, of the same device by the same sender: a device
// that speaks for itself and an agent that reads it may count differently.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference/protocol/model/report.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::server {

struct Decrease {
  std::string report_id;  // whose value is the lower one
  std::string name, scope, unit;
  std::uint64_t before = 0, value = 0;
};

// Stores the meters of a report that was stored in this transaction, and marks what is lower than before: in
// this report, and in the next by read time where that came first. Gives what it marked.
Result<std::vector<Decrease>> note_meters(runtime::Transaction& transaction, const std::string& sender_id,
                                          const std::string& device_id, const model::DeviceReport& report);

}  // namespace mr::server
