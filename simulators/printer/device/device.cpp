// The state machine of one printer: power, work, parts.
//
// Work is counted in one place (tally), so that meters cannot disagree: every meter of a model is a filter
// over the same impressions. Wear is exact: a supply of capacity C and yield Y loses C*k/(Y*5000) units on an
// impression at coverage k (1/1000 percent; 5000 for parts that wear evenly), and the fraction is kept.
// Alerts that follow from a part's state are in device_alerts.cpp.
#include "simulators/printer/device/device.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "reference/protocol/result/result.hpp"

namespace mr::printer {
namespace {

constexpr std::uint32_t rated_coverage = 5000;
constexpr std::uint32_t job_max = 1'000'000, coverage_max = 100'000;

bool by_job(MeterCounts counts) {
  return counts == MeterCounts::impressions || counts == MeterCounts::sheets ||
         counts == MeterCounts::two_sided_sheets;
}

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

// Sheets and impressions of a part of a job, in proportion, rounded down.
Job cut(const Job& job, std::uint32_t impressions) {
  const std::uint64_t all = std::uint64_t{job.black} + job.colour;
  if (impressions >= all) return job;
  Job out = job;
  out.colour = static_cast<std::uint32_t>(std::uint64_t{job.colour} * impressions / all);
  out.black = impressions - out.colour;
  out.sheets = static_cast<std::uint32_t>((std::uint64_t{job.sheets} * impressions + all - 1) / all);
  out.two_sided_sheets = impressions > out.sheets ? impressions - out.sheets : 0;
  return out;
}

// Fills in and bounds what the caller left open.
Job whole(Job job) {
  job.black = std::min(job.black, job_max);
  job.colour = std::min(job.colour, job_max);
  const std::uint32_t impressions = job.black + job.colour;
  if (job.sheets == 0) job.sheets = impressions - std::min(job.two_sided_sheets, impressions / 2);
  job.sheets = std::min(job.sheets, impressions);
  job.two_sided_sheets = std::min(job.two_sided_sheets, job.sheets);
  job.coverage = std::min(job.coverage, coverage_max);
  return job;
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
  levels_.push_back({model_->firmware, Moment{}});
}

void Device::set(Settings settings) {
  if (settings.contact != settings_.contact || settings.name != settings_.name ||
      settings.location != settings_.location || settings.read_community != settings_.read_community ||
      settings.write_community != settings_.write_community ||
      settings.trap_community != settings_.trap_community) {
    ++config_changes_;
  }
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

// --- power ---

void Device::power_on(Moment now) {
  if (powered() || !start_spare(now)) return;
  on_since_ = now;
  if (std::exchange(resume_, false)) {
    as_recorded_ = true;
    power_ = Power::on;
    return;
  }
  if (boots_ < 2147483647) ++boots_;
  uptime_base_ = 0;
  engine_time_base_ = 0;
  power_on_count_ = 0;
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    if (model_->meters[i].counts == MeterCounts::power_on) meters_[i] = 0;
  }
  critical_events_ = all_events_ = 0;
  next_alert_ = 1;
  alerts_.clear();
  changes_.clear();
  traffic_ = {};
  activity_ = Activity::idle;
  power_ = model_->warm_up_ms > 0 ? Power::warming_up : Power::on;
  next_at_ = now + std::chrono::milliseconds(model_->warm_up_ms);
  for (std::size_t i = 0; i < covers_.size(); ++i) {
    set_cover(i, covers_[i], now);
  }
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
}

void Device::power_off(Moment) {
  power_ = Power::off;
  as_recorded_ = resume_ = false;
  activity_ = Activity::idle;
  alerts_.clear();
  changes_.clear();
  reset_.reset();
  upgrade_ = Upgrade::none;  // what was on its way to the spare slot is not whole, and never started
  incoming_.reset();
}

void Device::restart(Moment now) {
  if (!powered()) return;
  power_off(now);
  power_ = Power::restarting;
  next_at_ = now + std::chrono::milliseconds(model_->restart_ms);
}

void Device::standby(bool asleep, Moment now) {
  touch(now);
  if (power_ == Power::on && asleep) power_ = Power::standby;
  if (power_ == Power::standby && !asleep) power_ = Power::on;
}

void Device::advance(Moment now) {
  if (power_ == Power::warming_up && now >= next_at_) power_ = Power::on;
  if (power_ == Power::restarting && now >= next_at_) power_on(now);
  if (upgrading() && now >= upgrade_at_) end_upgrade_step(now);
}

std::optional<Moment> Device::due() const {
  std::optional<Moment> next;
  if (power_ == Power::warming_up || power_ == Power::restarting) next = next_at_;
  if (upgrading() && (!next || upgrade_at_ < *next)) next = upgrade_at_;
  return next;
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
  if (!std::exchange(as_recorded_, false)) return;
  for (std::size_t i = 0; i < covers_.size(); ++i) set_cover(i, covers_[i], now);
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
}

std::optional<Reset> Device::take_reset() { return std::exchange(reset_, std::nullopt); }

// --- work ---

bool Device::ready() const {
  return (power_ == Power::on || power_ == Power::standby) && !upgrading() &&
         std::none_of(alerts_.begin(), alerts_.end(),
                      [](const Alert& a) { return a.severity == Severity::critical; });
}

// How many impressions of a (whole) job paper and supplies allow.
std::uint32_t Device::feasible(const Job& job) const {
  const std::uint32_t all = job.black + job.colour;
  std::uint32_t done = all;
  if (job.input < inputs_.size()) {
    const std::uint32_t paper =
        inputs_[job.input].present ? static_cast<std::uint32_t>(std::max(0, inputs_[job.input].level)) : 0;
    if (paper < job.sheets) {
      done =
          std::min<std::uint32_t>(done, static_cast<std::uint32_t>(std::uint64_t{all} * paper / job.sheets));
    }
  }
  for (std::size_t i = 0; i < supplies_.size(); ++i) {
    const SupplyKind& kind = model_->supplies[i];
    if (!kind.stops_when_empty || kind.yield == 0) continue;
    const std::uint32_t uses = kind.colour_only ? job.colour : all;
    const std::uint64_t per =
        std::uint64_t(kind.capacity) * (kind.by_coverage ? job.coverage : rated_coverage);
    if (uses == 0 || per == 0) continue;
    const std::uint64_t unit = std::uint64_t{kind.yield} * rated_coverage;
    const std::uint64_t left = std::uint64_t(supplies_[i].level) * unit -
                               std::min(supplies_[i].worn, std::uint64_t(supplies_[i].level) * unit);
    const std::uint64_t sides = (left + per - 1) / per;  // the last one may run it dry
    if (sides < uses)
      done = std::min<std::uint32_t>(done, static_cast<std::uint32_t>(std::uint64_t{all} * sides / uses));
  }
  return done;
}

std::uint32_t Device::run_job(const Job& asked, Moment now) {
  touch(now);
  Job job = whole(asked);
  MR_ASSERT(model_->colour || job.colour == 0);
  const std::uint32_t done = feasible(job);
  job = cut(job, done);
  if (done == 0) return 0;
  tally(job);
  power_on_count_ += done;
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    if (model_->meters[i].counts == MeterCounts::power_on) meters_[i] += done;
  }
  wear(job);
  if (job.input < inputs_.size()) {
    inputs_[job.input].level = std::max(0, inputs_[job.input].level - static_cast<std::int32_t>(job.sheets));
  }
  if (!outputs_.empty()) {  // people take their pages: the bin holds at most what fits
    outputs_[0] = std::min<std::int32_t>(model_->outputs[0].capacity, static_cast<std::int32_t>(job.sheets));
  }
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
  return done;
}

void Device::set_activity(Activity activity, Moment now) {
  if (activity != activity_) touch(now);
  activity_ = activity;
}

void Device::add_history(const Job& job) { tally(whole(job)); }

void Device::tally(const Job& job) {
  const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(job.function));
  const std::uint32_t all = job.black + job.colour;
  life_count_ += all;
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    const MeterKind& kind = model_->meters[i];
    if (!by_job(kind.counts) || !(kind.functions & bit) || (kind.large_only && !job.large)) continue;
    std::uint64_t impressions = 0;
    if (kind.colours & counts_black) impressions += job.black;
    if (kind.colours & counts_colour) impressions += job.colour;
    if (kind.counts == MeterCounts::impressions) {
      meters_[i] += impressions;
      continue;
    }
    // A sheet counts as colour when the job has any: sheets of one job are not told apart.
    const bool counted = kind.colours == counts_every_colour ||
                         (job.colour > 0 ? kind.colours == counts_colour : kind.colours == counts_black);
    if (counted) meters_[i] += kind.counts == MeterCounts::sheets ? job.sheets : job.two_sided_sheets;
  }
}

void Device::wear(const Job& job) {
  for (std::size_t i = 0; i < supplies_.size(); ++i) {
    const SupplyKind& kind = model_->supplies[i];
    if (kind.yield == 0) continue;
    const std::uint32_t uses = kind.colour_only ? job.colour : job.black + job.colour;
    Supply& supply = supplies_[i];
    const std::uint64_t unit = std::uint64_t{kind.yield} * rated_coverage;
    supply.worn += std::uint64_t(kind.capacity) * (kind.by_coverage ? job.coverage : rated_coverage) * uses;
    const std::uint64_t units = supply.worn / unit;
    supply.worn %= unit;
    supply.level = units >= static_cast<std::uint64_t>(supply.level)
                       ? 0
                       : supply.level - static_cast<std::int32_t>(units);
    if (supply.level == 0) supply.worn = 0;
  }
}

void Device::run_scan(const Scan& scan) {
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    if (model_->meters[i].counts == scan.to && !by_job(scan.to) && scan.to != MeterCounts::power_on)
      meters_[i] += scan.images;
  }
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
  set_supply_level(supply, model_->supplies[supply].capacity, now);
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
void Device::empty_output(std::size_t output) { outputs_[output] = 0; }

}  // namespace mr::printer
