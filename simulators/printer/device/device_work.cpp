// Jobs and scans: what they move.
//
// Work is counted in one place (tally), so that meters cannot disagree: every meter of a model is a filter
// over the same impressions. Wear is exact: a supply of capacity C and yield Y loses C*k/(Y*5000) units on an
// impression at coverage k (1/1000 percent; 5000 a unit for what wears evenly), and the fraction is kept.
#include <algorithm>
#include <utility>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

constexpr std::uint32_t rated_coverage = 5000;
constexpr std::uint32_t job_max = 1'000'000, coverage_max = 100'000;
constexpr std::size_t name_max = 255;
__extension__ using Wide = unsigned __int128;  // products of capacity, yield and coverage

bool by_job(MeterCounts counts) {
  return counts == MeterCounts::impressions || counts == MeterCounts::sheets ||
         counts == MeterCounts::two_sided_sheets;
}

std::size_t black_of(const Model& model) {
  for (std::size_t i = 0; i < model.colorants.size(); ++i) {
    if (model.colorants[i].name == "black") return i;
  }
  return 0;
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
  out.staples = static_cast<std::uint32_t>(std::uint64_t{job.staples} * impressions / all);
  return out;
}

// Fills in and bounds what the caller left open.
Job whole(Job job, const Model& model) {
  job.black = std::min(job.black, job_max);
  job.colour = std::min(job.colour, job_max);
  const std::uint32_t impressions = job.black + job.colour;
  if (job.sheets == 0) job.sheets = impressions - std::min(job.two_sided_sheets, impressions / 2);
  job.sheets = std::min(job.sheets, impressions);
  job.two_sided_sheets = std::min(job.two_sided_sheets, job.sheets);
  for (std::uint32_t& area : job.coverage.of) area = std::min(area, coverage_max);
  if (job.size == MediaSize::of_tray)
    job.size =
        job.input < model.inputs.size() ? media_size(model.inputs[job.input].media_name) : MediaSize::other;
  job.sets = std::clamp(job.sets, 1u, std::max(impressions, 1u));
  job.staples = std::min(job.staples, job_max);
  job.name.resize(std::min(job.name.size(), name_max));
  job.user.resize(std::min(job.user.size(), name_max));
  return job;
}

// How much of a supply's life a job takes: 5000 for each impression, sheet or staple, or its coverage.
std::uint64_t taken(const SupplyKind& kind, const Job& job, const Model& model) {
  const std::uint64_t sides = kind.colour_only ? job.colour : std::uint64_t{job.black} + job.colour;
  switch (kind.wears_by) {
    case WearsBy::impressions:
      return sides * rated_coverage;
    case WearsBy::sheets:
      return std::uint64_t{job.sheets} * rated_coverage;
    case WearsBy::staples:
      return std::uint64_t{job.staples} * rated_coverage;
    case WearsBy::coverage:
      break;
  }
  if (kind.colorant > 0) return sides * job.coverage.at(kind.colorant - 1u);
  std::uint64_t mean = 0;
  const std::size_t colorants = std::max<std::size_t>(model.colorants.size(), 1);
  for (std::size_t i = 0; i < colorants; ++i) mean += job.coverage.at(i);
  const std::uint64_t of_black =
      kind.colour_only ? 0 : job.black * std::uint64_t{job.coverage.at(black_of(model))};
  return of_black + job.colour * (mean / colorants);
}

}  // namespace

bool Device::ready() const {
  return (power_ == Power::on || power_ == Power::standby) && online_ && !upgrading() &&
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
    const Wide needed = Wide{taken(kind, job, *model_)} * static_cast<std::uint32_t>(kind.capacity);
    if (needed == 0) continue;
    if (!supplies_[i].present) return 0;
    const Wide full = Wide{kind.yield} * rated_coverage * static_cast<std::uint32_t>(supplies_[i].level);
    const Wide left = full - std::min<Wide>(supplies_[i].worn, full);
    const Wide sides = (left * all + needed - 1) / needed;  // the last one may run it dry
    if (sides < done) done = static_cast<std::uint32_t>(sides);
  }
  return done;
}

std::uint32_t Device::run_job(const Job& asked, Moment now) {
  touch(now);
  if (power_ == Power::standby) become(Power::on, now);
  Job job = whole(asked, *model_);
  MR_ASSERT(model_->colour || job.colour == 0);
  const std::uint32_t wanted = job.black + job.colour;
  const std::uint32_t done = feasible(job);
  job = cut(job, done);
  if (model_->job_log_max > 0) {
    if (jobs_.size() >= model_->job_log_max) jobs_.erase(jobs_.begin());
    const JobResult result = done == wanted ? JobResult::completed
                             : done > 0     ? JobResult::partly
                                            : JobResult::nothing;
    jobs_.push_back({.number = ++jobs_seen_,
                     .name = job.name,
                     .user = job.user,
                     .function = job.function,
                     .asked = wanted,
                     .done = done,
                     .sheets = done == 0 ? 0 : job.sheets,
                     .colour = asked.colour > 0,
                     .result = result,
                     .at = now});
  }
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
  if (!outputs_.empty()) {  // people take their pages as they come: a job fills at most half of the bin
    outputs_[0] = std::max(outputs_[0], std::min<std::int32_t>(model_->outputs[0].capacity / 2,
                                                               static_cast<std::int32_t>(job.sheets)));
  }
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
  return done;
}

void Device::set_activity(Activity activity, Moment now) {
  if (activity != activity_) touch(now);
  if (activity == Activity::printing && power_ == Power::standby) become(Power::on, now);
  activity_ = activity;
}

void Device::settle() {
  const auto shrink = [](auto&... all) { (all.shrink_to_fit(), ...); };
  shrink(alerts_, changes_, nvm_, standing_, history_, events_, jobs_, usage_.faults.counts,
         usage_.jams.counts, usage_.sheets_by_type.counts, usage_.sheets_by_input, usage_.units);
}

void Device::add_history(const Job& job) { tally(whole(job, *model_)); }

void Device::tally(const Job& job) {
  const auto bit = static_cast<std::uint8_t>(1u << static_cast<unsigned>(job.function));
  const std::uint32_t all = job.black + job.colour;
  life_count_ += all;
  for (std::size_t i = 0; i < meters_.size(); ++i) {
    const MeterKind& kind = model_->meters[i];
    if (!by_job(kind.counts) || !(kind.functions & bit) || (kind.large_only && !is_large(job.size))) continue;
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
  for (std::size_t i = 0; i < service_items_.size(); ++i) {
    const ServiceItemKind& kind = model_->service_items[i];
    std::uint64_t& count = service_items_[i].count;
    switch (kind.counts) {
      case ServiceCounts::impressions:
        count += all;
        break;
      case ServiceCounts::colour_impressions:
        count += job.colour;
        break;
      case ServiceCounts::sheets:
        count += job.sheets;
        break;
      case ServiceCounts::input_sheets:
        if (job.input == kind.input) count += job.sheets;
        break;
      case ServiceCounts::scans:  // a copy scans its originals
        if (job.function == JobFunction::copy) count += all / job.sets;
        break;
    }
  }
  count_usage(job);
}

void Device::count_usage(const Job& job) {
  const std::uint32_t all = job.black + job.colour;
  ++usage_.jobs;
  usage_.sets += job.sets;
  usage_.stapled += job.staples;
  usage_.run_length.add(all);
  usage_.document_length.add(all / job.sets);
  usage_.sheets_by_size[static_cast<std::size_t>(job.size)] += job.sheets;
  if (job.input < inputs_.size()) {
    usage_.sheets_by_input.resize(inputs_.size());
    usage_.sheets_by_input[job.input] += job.sheets;
    usage_.sheets_by_type.add(model_->inputs[job.input].media_type, job.sheets);
  }
  const std::size_t colorants = std::min(model_->colorants.size(), Usage::colorants_max);
  const std::size_t black = black_of(*model_);
  for (std::size_t i = 0; i < colorants; ++i) {
    const std::uint64_t sides = i == black ? all : job.colour;
    usage_.colorant_impressions[i] += sides;
    usage_.colorant_area[i] += sides * job.coverage.at(i);
  }
}

void Device::wear(const Job& job) {
  for (std::size_t i = 0; i < supplies_.size(); ++i) {
    const SupplyKind& kind = model_->supplies[i];
    if (kind.yield == 0) continue;
    Supply& supply = supplies_[i];
    const std::uint64_t unit = std::uint64_t{kind.yield} * rated_coverage;
    const Wide worn =
        supply.worn + Wide{taken(kind, job, *model_)} * static_cast<std::uint32_t>(kind.capacity);
    const Wide units = worn / unit;
    supply.worn = static_cast<std::uint64_t>(worn % unit);
    supply.level = units >= static_cast<std::uint32_t>(supply.level)
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
  for (std::size_t i = 0; i < service_items_.size(); ++i) {
    if (model_->service_items[i].counts == ServiceCounts::scans) service_items_[i].count += scan.images;
  }
}

}  // namespace mr::printer
