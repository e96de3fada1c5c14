// What befalls a printer: jobs, faults, covers, supplies, trays, power, drawn from a seed. For tests.
#pragma once

#include <functional>
#include <string>

#include "reference/protocol/result/result.hpp"
#include "reference/runtime/entropy.hpp"
#include "simulators/printer/profiles/consistency.hpp"

namespace mr::printer::test {

// Something that people, jobs or chance do to a printer.
class Mischief {
 public:
  Mischief(Device& device, runtime::Stream64 draw) : device_(device), model_(device.model()), draw_(draw) {}

  std::uint64_t printed = 0;
  bool power_cycled = false;
  // Instead of switching the device off and on itself: where others look after its sockets. Empty: itself.
  std::function<void()> cycle_power;

  void happen(Moment now) {
    power_cycled = false;
    switch (draw_.below(20)) {
      case 0:
        return fault(now);
      case 1:
        return mend(now);
      case 2:
        return cover(now);
      case 3:
        return supply(now);
      case 4:
        return tray(now);
      case 5:
        if (!model_.outputs.empty()) {
          const std::size_t bin = draw_.below(model_.outputs.size());
          device_.set_output_level(bin, amount(model_.outputs[bin].capacity), now);
        }
        return;
      case 6:
        return device_.set_online(draw_.chance(700'000), now);
      case 7:
        return device_.standby(draw_.chance(500'000), now);
      case 8:
        return power(now);
      case 9:
        return device_.run_scan({static_cast<MeterCounts>(draw_.between(3, 5)), 5});
      case 10:
        return device_.set_activity(draw_.chance(500'000) ? Activity::printing : Activity::idle, now);
      case 11:
        if (!model_.service_items.empty())
          device_.replace_service_item(draw_.below(model_.service_items.size()), now);
        return;
      default:
        return job(now);
    }
  }

 private:
  std::int32_t amount(std::int32_t most) {
    return static_cast<std::int32_t>(draw_.chance(300'000)   ? 0
                                     : draw_.chance(300'000) ? most
                                                             : draw_.between(0, most));
  }
  void job(Moment now) {
    Job job;
    job.function = static_cast<JobFunction>(draw_.below(3));
    job.black = static_cast<std::uint32_t>(draw_.below(200));
    if (model_.colour && job.function != JobFunction::fax)
      job.colour = static_cast<std::uint32_t>(draw_.below(100));
    if (draw_.chance(500'000)) job.two_sided_sheets = (job.black + job.colour) / 2;
    if (draw_.chance(100'000)) job.size = MediaSize::a3;
    job.input = static_cast<std::uint16_t>(draw_.below(model_.inputs.size()));
    job.coverage = static_cast<std::uint32_t>(draw_.below(20'000));
    job.sets = static_cast<std::uint32_t>(draw_.between(1, 10));
    job.staples = static_cast<std::uint32_t>(draw_.below(10));
    const std::uint32_t done = device_.run_job(job, now);
    MR_ASSERT(done <= job.black + job.colour);
    printed += done;
  }
  void fault(Moment now) {
    if (model_.faults.empty()) return;
    const std::size_t one = draw_.below(model_.faults.size());
    if (!follows_from_state(model_.faults[one])) device_.raise_fault(one, now);
  }
  void mend(Moment now) {
    for (std::size_t i = 0; i < model_.faults.size(); ++i) {
      if (device_.fault_stands(i) && draw_.chance(700'000)) device_.clear_fault(i, {}, now);
    }
    for (std::size_t i = 0; i < model_.covers.size(); ++i) device_.set_cover(i, CoverStatus::closed, now);
    for (std::size_t i = 0; i < model_.inputs.size(); ++i) {
      device_.set_input_present(i, true, now);
      device_.set_input_level(i, model_.inputs[i].capacity, now);
    }
    for (std::size_t i = 0; i < model_.outputs.size(); ++i) device_.set_output_level(i, 0, now);
    for (std::size_t i = 0; i < model_.supplies.size(); ++i) {
      if (device_.supply_true_level(i) == 0 || !device_.supply_present(i))
        device_.replace_supply(i, "R" + std::to_string(++replaced_), now);
    }
    device_.set_online(true, now);
  }
  void cover(Moment now) {
    device_.set_cover(draw_.below(model_.covers.size()),
                      draw_.chance(500'000) ? CoverStatus::open : CoverStatus::closed, now);
  }
  void supply(Moment now) {
    if (model_.supplies.empty()) return;
    const std::size_t one = draw_.below(model_.supplies.size());
    switch (draw_.below(3)) {
      case 0:
        return device_.set_supply_level(one, amount(model_.supplies[one].capacity), now);
      case 1:
        return device_.set_supply_present(one, draw_.chance(500'000), now);
      default:
        return device_.replace_supply(one, "R" + std::to_string(++replaced_), now);
    }
  }
  void tray(Moment now) {
    const std::size_t one = draw_.below(model_.inputs.size());
    if (draw_.chance(300'000)) return device_.set_input_present(one, draw_.chance(500'000), now);
    device_.set_input_level(one, amount(model_.inputs[one].capacity), now);
  }
  void power(Moment now) {
    if (cycle_power) {
      cycle_power();
    } else if (draw_.chance(500'000)) {
      device_.power_off(now);
      device_.power_on(now);
    } else {
      device_.restart(now);
      device_.advance(now + std::chrono::milliseconds(model_.restart_ms));
    }
    power_cycled = true;
  }

  Device& device_;
  const Model& model_;
  runtime::Stream64 draw_;
  std::uint64_t replaced_ = 0;
};

}  // namespace mr::printer::test
