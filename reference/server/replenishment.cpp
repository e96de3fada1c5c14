#include "reference/server/replenishment.hpp"

#include <algorithm>

namespace mr::server {
namespace {

// PrtAlertCodeTC: almost empty and empty of what is consumed, almost full and full of what is filled. The
// codes of the general sub-unit come first, those of the marker's supplies after.
constexpr std::int32_t empty_codes[] = {12, 13, 1101, 1102, 1103, 1104, 1105, 1106, 1113, 1114};
constexpr std::int32_t full_codes[] = {14, 15, 1107, 1108, 1109, 1110};
constexpr std::int64_t rearm_per_mille = std::int64_t{rearm_points} * 10;

std::optional<std::int64_t> capacity_of(const SupplyObservation& seen) {
  const auto number = seen.capacity ? seen.capacity->as_number() : std::nullopt;
  if (number && *number > 0) return *number;
  if (seen.percent) return 100;
  return std::nullopt;
}

// The level in thousandths of the capacity, where both are known.
std::optional<std::int64_t> per_mille(const SupplyObservation& seen) {
  const auto level = seen.level ? seen.level->as_number() : std::nullopt;
  const auto capacity = capacity_of(seen);
  if (!level || !capacity) return std::nullopt;
  return std::int64_t{*level} * 1000 / *capacity;
}

//= RPL-DUE
//= RPL-DUE-ALERT
bool is_due(const SupplyObservation& seen, int threshold_percent) {
  if (!seen.level || seen.level->kind == model::Level::Kind::other) return false;
  const auto level = seen.level->as_number();
  const auto capacity = capacity_of(seen);
  if (level && capacity) return std::int64_t{*level} * 100 <= threshold_percent * *capacity;
  return seen.low_alert;
}

}  // namespace

SupplyObservation observe(const model::Supply& supply, const model::Alerts* alerts, std::int64_t read_ms) {
  SupplyObservation seen;
  seen.read_ms = read_ms;
  seen.level = supply.level;
  seen.capacity = supply.max_capacity;
  seen.percent = supply.unit == model::SupplyUnit::percent;
  const bool receptacle = supply.supply_class == model::SupplyClass::receptacle_that_is_filled;
  seen.ordered_from = !supply.supply_class || receptacle ||
                      supply.supply_class == model::SupplyClass::supply_that_is_consumed;
  seen.serial_number = supply.serial_number.value_or("");
  if (alerts == nullptr) return seen;
  seen.low_alert = std::ranges::any_of(alerts->rows, [&](const model::Alert& alert) {
    if (alert.group != model::AlertGroup::marker_supplies) return false;
    if (alert.group_index != static_cast<std::int64_t>(supply.index)) return false;
    return receptacle ? std::ranges::find(full_codes, alert.code) != std::end(full_codes)
                      : std::ranges::find(empty_codes, alert.code) != std::end(empty_codes);
  });
  return seen;
}

SupplyDecision judge(SupplyState& state, const SupplyObservation& seen, int threshold_percent) {
  //= RPL-READ-ORDER
  if (seen.read_ms <= state.judged_ms) return {};
  state.judged_ms = seen.read_ms;
  if (!seen.ordered_from) return {};
  SupplyDecision decision;
  const auto level = per_mille(seen);
  if (!seen.serial_number.empty()) state.serial_number = seen.serial_number;
  // A supply that told no serial number when it was ordered for, and tells one now, is taken for the same
  // one.
  if (state.ordered && state.ordered_serial.empty()) state.ordered_serial = state.serial_number;

  //= RPL-REARM
  const bool same = state.serial_number == state.ordered_serial;
  if (state.ordered && !same) {
    state.ordered = false;
    decision.rearmed = true;
  }
  if (same && level && state.lowest_per_mille && *level - *state.lowest_per_mille >= rearm_per_mille) {
    decision.rearmed = state.ordered;
    state.ordered = false;
    state.ordered_serial.clear();
    state.lowest_per_mille.reset();
  }

  if (!state.ordered && is_due(seen, threshold_percent)) {
    if (state.depletions > 0 && !state.ordered_serial.empty() && same && state.lowest_per_mille) {
      // It was taken out after its order and is put back, no fuller than it was.
      state.ordered = true;
    } else {
      //= RPL-ONCE
      decision.order = true;
      ++state.depletions;
      state.ordered = true;
      state.ordered_serial = state.serial_number;
      // Where no level is told as a number, the alert says that it is no higher than this.
      state.lowest_per_mille = std::int64_t{threshold_percent} * 10;
    }
  }
  if (state.ordered && level)
    state.lowest_per_mille = std::min(*level, state.lowest_per_mille.value_or(*level));
  return decision;
}

}  // namespace mr::server
