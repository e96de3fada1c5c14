// The life of a printer before the run: months of work, parts that were replaced, faults that came and went.
//
// What decides the numbers of work, levels and serial numbers is drawn from `printer/<number>/past`; what
// befell it from `printer/<number>/service`, so that neither moves the other.
#include <algorithm>

#include "simulators/printer/profiles/consistency.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

using std::chrono::hours;

constexpr char digits[] = "0123456789ABCDEF";

// How much more a model does than an office printer.
std::uint32_t busyness(const Model& model) {
  return model.device_class == DeviceClass::production ? 12 : model.pages_per_minute >= 65 ? 4 : 1;
}

bool takes_large(const Model& model) {
  return std::any_of(model.inputs.begin(), model.inputs.end(),
                     [](const InputKind& kind) { return is_large(media_size(kind.media_name)); });
}

std::string drawn_serial(runtime::Stream64& draw) {
  std::string serial;
  for (int d = 0; d < 12; ++d) serial += digits[draw.below(16)];
  return serial;
}

// Parts that are at their end are replaced; some a little before it.
void replace_worn(Device& device, Moment at, runtime::Stream64& draw) {
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    const Usage::Unit& unit = device.usage().units[i];
    // Staples and the like are not in the past's work; colour is about a third of it.
    if (kind.yield == 0 || kind.wears_by == WearsBy::staples) continue;
    const std::uint64_t share = kind.colour_only ? 3 : 1;
    if (device.life_count() - unit.since < kind.yield * share) continue;
    const bool early = draw.chance(150'000);
    device.set_supply_level(i, early ? std::max(kind.capacity / 20, 1) : 0, at);
    device.replace_supply(i, {}, at);
  }
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    if (device.service_count(i) >= model.service_items[i].limit) device.replace_service_item(i, at);
  }
}

// A working day with a fault or two, in the days before the run; a production printer has a longer history.
void befall(Device& device, runtime::Stream64& draw) {
  const Model& model = device.model();
  std::vector<std::size_t> could;
  for (std::size_t i = 0; i < model.faults.size(); ++i) {
    const FaultKind& kind = model.faults[i];
    // What people clear comes up often, what needs a technician seldom.
    const int weight = follows_from_state(kind)                ? 0
                       : kind.alert_code == code_jam           ? 6
                       : kind.cleared_by == ClearedBy::service ? 1
                                                               : 2;
    could.insert(could.end(), static_cast<std::size_t>(weight), i);
  }
  if (could.empty() || model.fault_history_max == 0) return;
  const bool production = model.device_class == DeviceClass::production;
  const std::int64_t count = production ? draw.between(20, 45) : draw.between(1, 3);
  Moment at = -hours(24 * 45);
  const Moment step = Moment(hours(24 * 44)) / count;
  device.power_on(at);
  for (std::int64_t i = 0; i < count; ++i) {
    at += step;
    const std::size_t fault = could[draw.below(could.size())];
    const Moment from = at - std::chrono::minutes(draw.between(0, 600));
    device.raise_fault(fault, from);
    const bool service = model.faults[fault].cleared_by == ClearedBy::service;
    device.clear_fault(fault, {},
                       from + std::chrono::minutes(service ? draw.between(90, 400) : draw.between(1, 15)));
  }
  device.power_off(-hours(1));
}

}  // namespace

Device make_device(const ModelPtr& model, std::uint32_t number, runtime::Entropy& entropy) {
  Device device(model, identity_of(*model, number));
  Settings settings = device.settings();
  settings.name = device.identity().serial;
  settings.contact = "Print services";
  settings.location =
      "Floor " + std::to_string(number / 20 % 40 + 1) + ", bay " + std::to_string(number % 20 + 1);
  device.set(std::move(settings));

  runtime::Stream64 past = entropy.stream("printer/" + std::to_string(number) + "/past");
  runtime::Stream64 service = entropy.stream("printer/" + std::to_string(number) + "/service");
  // Some months of mixed work, as whole jobs so that every identity between meters holds; 3 to 40 rounds of
  // thousands of pages, a fortnight each.
  const std::int64_t rounds = past.between(3, 40);
  const std::uint32_t busy = busyness(*model);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Job job;
    job.function = past.chance(200'000)  ? JobFunction::copy
                   : past.chance(20'000) ? JobFunction::fax
                                         : JobFunction::print;
    job.black = busy * static_cast<std::uint32_t>(past.between(200, 3000));
    if (model->colour && job.function != JobFunction::fax)
      job.colour = busy * static_cast<std::uint32_t>(past.between(0, 2000));
    if (model->duplex)
      job.two_sided_sheets = static_cast<std::uint32_t>(past.between(0, (job.black + job.colour) / 2));
    const bool large = past.chance(30'000);
    job.size = large && takes_large(*model) ? MediaSize::a3 : MediaSize::a4;
    // From the trays that hold paper, with the coverages of an office: black text, some colour.
    job.input = static_cast<std::uint16_t>(service.below(std::max<std::size_t>(model->inputs.size(), 1)));
    if (job.input < model->inputs.size() && model->inputs[job.input].initial == 0) job.input = 0;
    job.coverage = static_cast<std::uint32_t>(service.between(3000, 7000));
    job.sets = static_cast<std::uint32_t>(service.between(20, 200)) * busy;
    device.add_history(job);
    replace_worn(device, -hours(24 * 14) * (rounds - i) - hours(24 * 45), service);
  }
  device.run_scan({MeterCounts::scans_email, static_cast<std::uint32_t>(past.between(0, 4000))});
  device.run_scan({MeterCounts::scans_network, static_cast<std::uint32_t>(past.between(0, 4000))});
  device.run_scan({MeterCounts::faxes_sent, static_cast<std::uint32_t>(past.between(0, 400))});
  for (std::size_t i = 0; i < model->nvm.size(); ++i) {  // a technician adjusted one in eight
    const NvmKind& cell = model->nvm[i];
    if (service.chance(125'000))
      device.set_nvm(i, cell.initial + static_cast<std::int32_t>(service.between(-3, 3)));
  }
  befall(device, service);
  for (std::size_t i = 0; i < model->supplies.size(); ++i) {
    const std::int32_t capacity = model->supplies[i].capacity;
    device.set_supply_level(i, static_cast<std::int32_t>(past.between(capacity / 5, capacity)), Moment{0});
    device.set_supply_serial(i, drawn_serial(past));
  }
  for (std::size_t i = 0; i < model->inputs.size(); ++i) {
    if (model->inputs[i].initial == 0) continue;  // a tray that starts empty is meant so
    const std::int32_t capacity = model->inputs[i].capacity;
    device.set_input_level(i, static_cast<std::int32_t>(past.between(capacity / 4, capacity)), Moment{0});
  }
  device.settle();
  return device;
}

}  // namespace mr::printer
