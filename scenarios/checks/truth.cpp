#include "scenarios/checks/truth.hpp"

#include <algorithm>
#include <array>

namespace mr::scenarios {
namespace {

using printer::MeterCounts;

// What a word means, in the terms of a device's meters.
struct Meaning {
  std::string_view name;
  MeterCounts counts;
  std::uint8_t functions, colours;
  bool large;
};
// "Printed" is what came from a computer or a fax line: the vendor's counters put both together.
constexpr std::uint8_t printed = printer::counts_print | printer::counts_fax;
constexpr std::array<Meaning, 12> meanings{{
    {"x-TotalImpressionsVendor", MeterCounts::impressions, printer::counts_every_function,
     printer::counts_every_colour, false},
    {"MonochromeImpressions", MeterCounts::impressions, printer::counts_every_function, printer::counts_black,
     false},
    {"FullColorImpressions", MeterCounts::impressions, printer::counts_every_function, printer::counts_colour,
     false},
    {"x-MonochromePrintedImpressions", MeterCounts::impressions, printed, printer::counts_black, false},
    {"x-FullColorPrintedImpressions", MeterCounts::impressions, printed, printer::counts_colour, false},
    {"x-MonochromePrintedSheets", MeterCounts::sheets, printed, printer::counts_black, false},
    {"x-Sheets", MeterCounts::sheets, printer::counts_every_function, printer::counts_every_colour, false},
    {"x-TwoSidedSheets", MeterCounts::two_sided_sheets, printer::counts_every_function,
     printer::counts_every_colour, false},
    {"x-LargeFullColorImpressions", MeterCounts::impressions, printer::counts_every_function,
     printer::counts_colour, true},
    {"x-LargeMonochromeImpressions", MeterCounts::impressions, printer::counts_every_function,
     printer::counts_black, true},
    {"x-LargeImpressions", MeterCounts::impressions, printer::counts_every_function,
     printer::counts_every_colour, true},
    {"x-FaxImpressions", MeterCounts::impressions, printer::counts_fax, printer::counts_every_colour, false},
}};

// The supplies, as bits, of which an alert says that they are almost empty or empty (a receptacle: full).
std::uint64_t low_supplies(const printer::Device& device) {
  static constexpr std::array codes = {printer::code_almost_empty,       printer::code_empty,
                                       printer::code_almost_full,        printer::code_full,
                                       printer::code_toner_almost_empty, printer::code_toner_empty,
                                       printer::code_waste_almost_full,  printer::code_waste_full};
  std::uint64_t low = 0;
  for (const printer::Alert& alert : device.alerts()) {
    if (alert.group != printer::Part::supply || alert.group_index < 1 || alert.group_index > 64) continue;
    if (std::ranges::find(codes, alert.code) != codes.end())
      low |= std::uint64_t{1} << (alert.group_index - 1);
  }
  return low;
}

std::optional<std::size_t> find_meter(const printer::Model& model, std::string_view name) {
  const auto meaning = std::ranges::find(meanings, name, &Meaning::name);
  if (meaning == meanings.end()) return std::nullopt;
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const printer::MeterKind& kind = model.meters[i];
    if (kind.counts == meaning->counts && kind.functions == meaning->functions &&
        kind.colours == meaning->colours && kind.large_only == meaning->large) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

void Truth::add(std::string address, const printer::Device& device, const printer::MibTemplate& mib,
                Extent extent, runtime::Instant now) {
  Printer printer;
  printer.serial = device.identity().serial;
  printer.extent = extent;
  printer.model = device.model_ptr();
  printer.replaced.resize(printer.model->supplies.size());
  for (std::size_t i = 0; i < printer.model->supplies.size(); ++i)
    printer.unit_serials.push_back(device.supply_serial(i));
  by_serial_.emplace(printer.serial, address);
  for (const printer::Variable& variable : mib.variables()) {
    if (variable.binding.field != printer::Field::supply_level) continue;
    const auto arcs = variable.name.arcs();
    printer.supply_rows.emplace(static_cast<std::int64_t>(arcs[arcs.size() - 1]), variable.binding.row);
  }
  const auto [at, fresh] = printers_.emplace(std::move(address), std::move(printer));
  MR_ASSERT(fresh);
  note(at->first, device, now);
}

void Truth::note(const std::string& address, const printer::Device& device, runtime::Instant now) {
  const auto found = printers_.find(address);
  MR_ASSERT(found != printers_.end());
  Printer& printer = found->second;
  if (printer.firmware.empty() || printer.firmware.back().level != device.level())
    printer.firmware.push_back({now, device.level()});
  for (std::size_t i = 0; i < printer.unit_serials.size(); ++i) {
    if (printer.unit_serials[i] == device.supply_serial(i)) continue;
    printer.unit_serials[i] = device.supply_serial(i);
    printer.replaced[i].push_back(now);
  }
  std::vector<State>& states = printer.states;
  State state{now, static_cast<std::int64_t>(device.life_count()), low_supplies(device), {}, {}};
  for (std::size_t i = 0; i < device.model().meters.size(); ++i)
    state.meters.push_back(static_cast<std::int64_t>(device.meter(i)));
  for (std::size_t i = 0; i < device.model().supplies.size(); ++i)
    state.supplies.push_back(device.supply_level(i));
  if (!states.empty()) {
    const State& last = states.back();
    MR_ASSERT(last.from <= now);
    if (last.life == state.life && last.low == state.low && last.meters == state.meters &&
        last.supplies == state.supplies)
      return;
  }
  states.push_back(std::move(state));
}

bool Truth::whole(std::string_view address) const {
  const auto found = printers_.find(address);
  return found != printers_.end() && found->second.extent == Extent::whole;
}

std::string Truth::serial(std::string_view address) const {
  const auto found = printers_.find(address);
  return found == printers_.end() ? std::string() : found->second.serial;
}

std::span<const Truth::State> Truth::between(const Printer& printer, runtime::Instant from,
                                             runtime::Instant to) {
  // From the state that was in force just before `from`: a change at that very instant may have come after
  // the read of it.
  auto first = std::ranges::lower_bound(printer.states, from, {}, &State::from);
  if (first != printer.states.begin()) --first;
  auto last = first;
  while (last != printer.states.end() && last->from <= to) ++last;
  return {first, last};
}

template <class Figure>
Held Truth::held(const Printer& printer, runtime::Instant from, runtime::Instant to, Figure figure) {
  Held values;
  for (const State& state : between(printer, from, to)) {
    const std::int64_t value = figure(state);
    if (values.empty() || values.back() != value) values.push_back(value);
  }
  return values;
}

std::optional<Held> Truth::meter(std::string_view address, std::string_view name, runtime::Instant from,
                                 runtime::Instant to) const {
  const auto found = printers_.find(address);
  if (found == printers_.end()) return std::nullopt;
  if (name == "TotalImpressions" || name == "x-TotalSheets")
    return held(found->second, from, to, [](const State& s) { return s.life; });
  const auto row = find_meter(*found->second.model, name);
  if (!row) return std::nullopt;
  return held(found->second, from, to, [&](const State& s) { return s.meters[*row]; });
}

const std::map<std::int64_t, std::size_t>& Truth::supply_rows(std::string_view address) const {
  const auto found = printers_.find(address);
  MR_ASSERT(found != printers_.end());
  return found->second.supply_rows;
}

std::optional<std::size_t> Truth::supply_row(std::string_view address, std::int64_t index) const {
  const auto found = printers_.find(address);
  if (found == printers_.end()) return std::nullopt;
  const auto row = found->second.supply_rows.find(index);
  return row == found->second.supply_rows.end() ? std::nullopt : std::optional(row->second);
}

std::optional<Held> Truth::supply(std::string_view address, std::int64_t index, runtime::Instant from,
                                  runtime::Instant to) const {
  const auto row = supply_row(address, index);
  if (!row) return std::nullopt;
  return held(printers_.find(address)->second, from, to,
              [&](const State& s) { return static_cast<std::int64_t>(s.supplies[*row]); });
}

std::string Truth::address_of(std::string_view serial) const {
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? std::string() : found->second;
}

namespace {

// The capacity that levels are told against: 100 where the model tells none and the unit is per cent. 0:
// none.
std::int64_t capacity_of(const printer::SupplyKind& kind) {
  constexpr std::int32_t per_cent = 19;
  if (kind.max > 0) return kind.max;
  return kind.unit == per_cent ? 100 : 0;
}

}  // namespace

bool Truth::is_low(const Printer& printer, std::size_t row, int threshold_percent, const State& state) {
  const std::int64_t capacity = capacity_of(printer.model->supplies[row]);
  const std::int64_t level = state.supplies[row];
  if (level >= 0 && capacity > 0) return level * 100 <= threshold_percent * capacity;
  return row < 64 && (state.low >> row & 1) != 0;
}

std::optional<Truth::Low> Truth::low(std::string_view address, std::int64_t index, int threshold_percent,
                                     runtime::Instant from, runtime::Instant to) const {
  const auto row = supply_row(address, index);
  if (!row) return std::nullopt;
  const Printer& printer = printers_.find(address)->second;
  bool yes = false, no = false;
  for (const State& state : between(printer, from, to))
    (is_low(printer, *row, threshold_percent, state) ? yes : no) = true;
  return !yes ? Low::never : no ? Low::at_times : Low::always;
}

std::optional<std::pair<std::size_t, std::size_t>> Truth::units(std::string_view address, std::int64_t index,
                                                                runtime::Instant from,
                                                                runtime::Instant to) const {
  const auto row = supply_row(address, index);
  if (!row) return std::nullopt;
  const auto& replaced = printers_.find(address)->second.replaced[*row];
  const auto before = [&](auto end) { return static_cast<std::size_t>(end - replaced.begin()); };
  return std::pair(before(std::ranges::lower_bound(replaced, from)),
                   before(std::ranges::upper_bound(replaced, to)));
}

std::optional<std::int64_t> Truth::points(std::string_view address, std::int64_t index,
                                          runtime::Instant at) const {
  const auto row = supply_row(address, index);
  if (!row) return std::nullopt;
  const Printer& printer = printers_.find(address)->second;
  const std::int64_t capacity = capacity_of(printer.model->supplies[*row]);
  const std::int64_t level = between(printer, at, at).front().supplies[*row];
  return level < 0 || capacity <= 0 ? std::nullopt : std::optional(level * 100 / capacity);
}

std::vector<std::int64_t> Truth::supply_indices(std::string_view address) const {
  std::vector<std::int64_t> indices;
  const auto found = printers_.find(address);
  if (found == printers_.end()) return indices;
  for (const auto& [index, row] : found->second.supply_rows) {
    if (found->second.model->supplies[row].supply_class != printer::SupplyClass::other)
      indices.push_back(index);
  }
  return indices;
}

const std::vector<Truth::FirmwareLevel>& Truth::firmware(std::string_view address) const {
  const auto found = printers_.find(address);
  MR_ASSERT(found != printers_.end());
  return found->second.firmware;
}

std::vector<std::string> Truth::addresses() const {
  std::vector<std::string> all;
  for (const auto& [address, printer] : printers_) all.push_back(address);
  return all;
}

}  // namespace mr::scenarios
