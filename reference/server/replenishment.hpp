// When a supply is ordered: one order per depletion, for devices with a metered supplies contract. (WP-2-02,
// WP-7-02)
//
// A pure decision on one supply of one device, fed with one read after the other. A supply is *armed* until
// an order is placed and *ordered* from then on; it is armed again when another supply was put in: its serial
// number is a new one, or its level rose by 50 points of its capacity over the lowest read since the order.
// Reads are judged in the order in which they were read at the device, not in the order in which they
// arrived: a read that is not newer than the newest judged changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "reference/protocol/model/device.hpp"

namespace mr::server {

inline constexpr int threshold_percent_default = 10;
inline constexpr int rearm_points = 50;

// What one report says of one supply.
struct SupplyObservation {
  std::int64_t read_ms = 0;  // when it was read
  // Octets are of the MIB: a number, or other (-1), unknown (-2), some remaining (-3). Absent: not there to
  // be read.
  std::optional<model::Level> level, capacity;
  bool percent = false;      // the unit is per cent: a capacity that is no number is 100 then
  bool ordered_from = true;  // its class is a consumable or a receptacle; of another class nothing is ordered
  bool low_alert =
      false;  // an alert says that it is almost empty or empty (a receptacle: almost full or full)
  std::string serial_number;  // empty: not told
};
// requires: `supply` is a row of the report at `read_ms`, whose alerts are `alerts` (null: none were read).
SupplyObservation observe(const model::Supply& supply, const model::Alerts* alerts, std::int64_t read_ms);

// What is remembered of a supply between reads.
struct SupplyState {
  std::int64_t judged_ms = INT64_MIN;  // read time of the newest read judged
  bool ordered = false;
  std::int64_t depletions = 0;  // orders placed so far
  std::string serial_number;    // of the supply in the device, as last told
  std::string ordered_serial;   // of the supply that the last order replaces; empty: not told
  std::optional<std::int64_t> lowest_per_mille;  // since the last order, in thousandths of the capacity
  bool operator==(const SupplyState&) const = default;
};

struct SupplyDecision {
  bool rearmed = false;  // another supply is in the device
  bool order = false;    // place an order now (both: the new supply is depleted already)
};

// Judges one read and brings `state` up to it. requires: 0 <= threshold_percent <= 100.
SupplyDecision judge(SupplyState& state, const SupplyObservation& seen, int threshold_percent);

}  // namespace mr::server
