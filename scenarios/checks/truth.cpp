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
  Printer printer{device.identity().serial, extent, device.model_ptr(), {}, {}};
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
  std::vector<State>& states = found->second.states;
  State state{now, static_cast<std::int64_t>(device.life_count()), {}, {}};
  for (std::size_t i = 0; i < device.model().meters.size(); ++i)
    state.meters.push_back(static_cast<std::int64_t>(device.meter(i)));
  for (std::size_t i = 0; i < device.model().supplies.size(); ++i)
    state.supplies.push_back(device.supply_level(i));
  if (!states.empty()) {
    const State& last = states.back();
    MR_ASSERT(last.from <= now);
    if (last.life == state.life && last.meters == state.meters && last.supplies == state.supplies) return;
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

template <class Figure>
Held Truth::held(const Printer& printer, runtime::Instant from, runtime::Instant to, Figure figure) {
  // From the state that was in force just before `from`: a change at that very instant may have come after
  // the read of it.
  auto first = std::ranges::lower_bound(printer.states, from, {}, &State::from);
  if (first != printer.states.begin()) --first;
  Held values;
  for (; first != printer.states.end() && first->from <= to; ++first) {
    const std::int64_t value = figure(*first);
    if (values.empty() || values.back() != value) values.push_back(value);
  }
  return values;
}

std::optional<Held> Truth::meter(std::string_view address, std::string_view name, runtime::Instant from,
                                 runtime::Instant to) const {
  const auto found = printers_.find(address);
  if (found == printers_.end()) return std::nullopt;
  if (name == "TotalImpressions" || name == "TotalSheets")
    return held(found->second, from, to, [](const State& s) { return s.life; });
  const auto row = find_meter(*found->second.model, name);
  if (!row) return std::nullopt;
  return held(found->second, from, to, [&](const State& s) { return s.meters[*row]; });
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

}  // namespace mr::scenarios
