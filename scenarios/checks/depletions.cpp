#include "scenarios/checks/depletions.hpp"

#include <algorithm>

namespace mr::scenarios {

constexpr std::int64_t rearm_points = 50;

void Depletions::see(const runtime::TraceLog::Record& record) {
  reads_.see(record);
  if (record.event.kind != "report.stored") return;
  const Read* read = reads_.find(record.event.id);
  if (read == nullptr || !setting_.truth->knows(read->address)) return;  // other checks say so
  const std::string serial = setting_.truth->serial(read->address);
  if (std::ranges::find(setting_.contracts, serial, &Setting::Contract::serial) == setting_.contracts.end())
    return;
  std::vector<Told>& told = stored_[serial];
  if (!told.empty() && read->to <= told.back().to) return;
  told.push_back({read->from, read->to, record.at, std::string(record.event.id), read->complete});
}

std::vector<Depletions::Depletion> Depletions::all() const {
  std::vector<Depletion> all;
  for (const Setting::Contract& contract : setting_.contracts) {
    const auto found = stored_.find(contract.serial);
    if (found == stored_.end()) continue;
    const std::string address = setting_.truth->address_of(contract.serial);
    for (const std::int64_t index : setting_.truth->supply_indices(address)) {
      bool open = false;  // the last of `all` is of this supply, and its unit is not known to be replaced
      std::optional<std::int64_t> lowest;  // points, since it began
      std::size_t units_at_first = 0;
      for (const Told& told : found->second) {
        const auto low = setting_.truth->low(address, index, contract.threshold_percent, told.from, told.to);
        const auto units = setting_.truth->units(address, index, told.from, told.to);
        if (!low || !units) continue;
        const auto points = setting_.truth->points(address, index, told.to);
        if (open && units->second > units_at_first && points && lowest && *points >= *lowest + rearm_points)
          open = false;
        // A unit that tells no number is known to be replaced when it is not low any more.
        if (open && units->second > units_at_first && !points && *low == Truth::Low::never) open = false;
        if (*low != Truth::Low::never && !open) {
          all.push_back({{contract.serial, index}, told.to, {}, {}, {}});
          open = true;
          lowest.reset();
          units_at_first = units->first;
        }
        if (!open) continue;
        if (points) lowest = std::min(lowest.value_or(*points), *points);
        if (*low == Truth::Low::never) continue;
        Depletion& depletion = all.back();
        depletion.reports.push_back(told.report);
        for (std::size_t unit = units->first; unit <= units->second; ++unit) {
          if (std::ranges::find(depletion.units, unit) == depletion.units.end())
            depletion.units.push_back(unit);
        }
        if (*low == Truth::Low::always && told.complete)
          depletion.due = std::min(depletion.due.value_or(told.stored), told.stored);
      }
    }
  }
  return all;
}

}  // namespace mr::scenarios
