// What a printer is made of: identity, settings, clock, meters, parts. Power is in device_power.cpp, work in
// device_work.cpp, alerts in device_alerts.cpp, status in device_status.cpp.
#include "simulators/printer/device/device.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "reference/protocol/result/result.hpp"

namespace mr::printer {
namespace {

std::string filled(const std::string& pattern, const Model& model, const Identity& identity,
                   const std::string& level) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size();) {
    const auto mark = [&](std::string_view name, const std::string& with) {
      if (pattern.compare(i, name.size(), name) != 0) return false;
      out += with;
      i += name.size();
      return true;
    };
    if (mark("{firmware}", level) || mark("{product}", model.product) || mark("{serial}", identity.serial))
      continue;
    out += pattern[i++];
  }
  return out;
}

}  // namespace

Device::Device(ModelPtr model, Identity identity) : model_(std::move(model)), identity_(std::move(identity)) {
  MR_ASSERT(model_ != nullptr);
  meters_.resize(model_->meters.size());
  supplies_.reserve(model_->supplies.size());
  for (const SupplyKind& kind : model_->supplies) supplies_.push_back({.level = kind.capacity});
  inputs_.reserve(model_->inputs.size());
  for (const InputKind& kind : model_->inputs) inputs_.push_back({.level = kind.initial});
  outputs_.resize(model_->outputs.size());
  covers_.resize(model_->covers.size(), CoverStatus::closed);
  service_items_.resize(model_->service_items.size());
  for (const NvmKind& cell : model_->nvm) nvm_.push_back(cell.initial);
  usage_.units.resize(supplies_.size());
  settings_.sleep_after_ms = model_->sleep_after_ms;
  levels_.push_back({model_->firmware, Moment{}});
}

void Device::set(Settings settings) {
  if (settings != settings_) ++config_changes_;
  settings_ = std::move(settings);
}

void Device::set_printer_name(std::string name) {
  if (name != identity_.printer_name) ++config_changes_;
  identity_.printer_name = std::move(name);
}

std::string Device::system_description() const {
  return filled(model_->description, *model_, identity_, level());
}
std::string Device::device_id() const { return filled(model_->device_id, *model_, identity_, level()); }

std::string Device::supply_description(std::size_t supply) const {
  constexpr std::string_view mark = "{serial}";
  std::string out = model_->supplies[supply].description;
  if (const auto at = out.find(mark); at != std::string::npos) {
    out.replace(at, mark.size(), supplies_[supply].serial.empty() ? "unknown" : supplies_[supply].serial);
  }
  return out;
}

std::uint32_t Device::uptime_ticks(Moment now) const {
  if (!powered() || now < on_since_) return uptime_base_;
  using Ticks = std::chrono::duration<std::int64_t, std::centi>;
  return uptime_base_ +
         static_cast<std::uint32_t>(std::chrono::duration_cast<Ticks>(now - on_since_).count());
}

std::int32_t Device::engine_time(Moment now) const {
  if (!powered() || now < on_since_) return engine_time_base_;
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(now - on_since_).count();
  return static_cast<std::int32_t>(std::min<std::int64_t>(engine_time_base_ + whole, 2147483647));
}

// --- recordings ---

void Device::resume_from(Recorded recorded) {
  MR_ASSERT(!powered());
  resume_ = true;
  uptime_base_ = recorded.uptime_ticks;
  boots_ = recorded.engine_boots;
  engine_time_base_ = recorded.engine_seconds;
  critical_events_ = recorded.critical_events;
  all_events_ = recorded.all_events;
  config_changes_ = recorded.config_changes;
  alerts_ = std::move(recorded.alerts);
  if (alerts_.size() > alerts_max) alerts_.resize(alerts_max);
  for (const Alert& alert : alerts_)
    next_alert_ = std::max(next_alert_, alert.index == 2147483647 ? 1 : alert.index + 1);
  if (recorded.covers.size() == covers_.size()) covers_ = std::move(recorded.covers);
}

void Device::touch(Moment now) {
  used_at_ = now;
  if (!std::exchange(as_recorded_, false)) return;
  for (std::size_t i = 0; i < covers_.size(); ++i) set_cover(i, covers_[i], now);
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
}

// --- parts ---

std::uint64_t Device::meter(std::size_t meter) const {
  const std::uint64_t last = model_->meters[meter].rollover;
  const std::uint64_t value = meters_[meter];
  if (last == 0 || value <= last) return value;
  return (value - 1) % last + 1;  // after the last value comes 1
}

void Device::set_meter(std::size_t meter, std::uint64_t value) { meters_[meter] = value; }

std::optional<std::size_t> Device::find_meter(std::uint32_t table_device, std::uint32_t table_index) const {
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    if (model_->meters[i].table_device == table_device && model_->meters[i].table_index == table_index)
      return i;
  }
  return {};
}

std::optional<std::size_t> Device::find_meter(std::string_view name) const {
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    if (model_->meters[i].name == name) return i;
  }
  return {};
}

namespace {
std::int32_t told(std::int32_t level, Reporting reporting) {
  switch (reporting) {
    case Reporting::exact:
      return level;
    case Reporting::some_remaining:
      return level > 0 ? reading_some : 0;
    case Reporting::unknown:
      return reading_unknown;
    case Reporting::other:
      return reading_other;
  }
  return reading_unknown;
}
}  // namespace

std::int32_t Device::supply_level(std::size_t supply) const {
  if (!supplies_[supply].present) return reading_unknown;
  return told(supplies_[supply].level, model_->supplies[supply].reporting);
}
std::int32_t Device::supply_true_level(std::size_t supply) const { return supplies_[supply].level; }

void Device::set_supply_level(std::size_t supply, std::int32_t level, Moment now) {
  touch(now);
  supplies_[supply].level = std::clamp(level, 0, model_->supplies[supply].capacity);
  supplies_[supply].worn = 0;
  judge_supply(supply, now);
}

void Device::set_supply_serial(std::size_t supply, std::string serial) {
  supplies_[supply].serial = std::move(serial);
}

void Device::replace_supply(std::size_t supply, std::string serial, Moment now) {
  supplies_[supply].serial = std::move(serial);
  ++config_changes_;
  Usage::Unit& unit = usage_.units[supply];
  ++unit.replaced;
  if (supplies_[supply].level > 0) ++unit.early;
  unit.last_life = life_count_ - std::min(unit.since, life_count_);
  unit.since = life_count_;
  supplies_[supply].present = true;
  log_event(model_->supplies[supply].description.substr(0, model_->supplies[supply].description.find(',')) +
                " replaced",
            now);
  set_supply_level(supply, model_->supplies[supply].capacity, now);
}

void Device::set_supply_present(std::size_t supply, bool present, Moment now) {
  touch(now);
  supplies_[supply].present = present;
  judge_supply(supply, now);
}

std::int32_t Device::input_level(std::size_t input) const {
  if (!inputs_[input].present) return reading_unknown;
  return told(inputs_[input].level, model_->inputs[input].reporting);
}
std::int32_t Device::input_true_level(std::size_t input) const { return inputs_[input].level; }

void Device::set_input_level(std::size_t input, std::int32_t sheets, Moment now) {
  touch(now);
  inputs_[input].level = std::clamp(sheets, 0, model_->inputs[input].capacity);
  judge_inputs(now);
}

void Device::set_input_present(std::size_t input, bool present, Moment now) {
  touch(now);
  inputs_[input].present = present;
  judge_inputs(now);
}

std::int32_t Device::output_remaining(std::size_t output) const {
  const OutputKind& kind = model_->outputs[output];
  const std::int32_t left = kind.capacity - outputs_[output];
  return told(left, kind.reporting);
}
void Device::set_output_level(std::size_t output, std::int32_t sheets, Moment now) {
  touch(now);
  outputs_[output] = std::clamp(sheets, 0, model_->outputs[output].capacity);
  judge_output(output, now);
}

// --- service ---

std::int32_t Device::service_percent_left(std::size_t item) const {
  const std::uint64_t limit = model_->service_items[item].limit;
  const std::uint64_t used = std::min(service_items_[item].count, limit);
  return static_cast<std::int32_t>((limit - used) * 100 / limit);
}

void Device::replace_service_item(std::size_t item, Moment now) {
  service_items_[item].count = 0;
  ++service_items_[item].replaced;
  log_event(model_->service_items[item].name + " replaced", now);
}

bool Device::set_nvm(std::size_t cell, std::int32_t value) {
  const NvmKind& kind = model_->nvm[cell];
  if (value < kind.low || value > kind.high) return false;
  nvm_[cell] = value;
  return true;
}

// --- civil time ---

void Device::set_clock(std::chrono::sys_time<Moment> at_zero, std::chrono::minutes zone) {
  civil_ = at_zero;
  zone_ = zone;
}

void Device::step_clock(Moment by) {
  if (civil_) *civil_ += by;
}

std::optional<std::chrono::sys_time<Moment>> Device::utc(Moment now) const {
  if (!civil_) return {};
  return *civil_ + now;
}

}  // namespace mr::printer
