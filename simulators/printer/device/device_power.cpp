// Power: on, off, restarts, warming up, sleep, and what of it is counted.
#include <algorithm>
#include <utility>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

void Device::become(Power power, Moment now) {
  if (now > in_power_since_) {
    using Milliseconds = std::chrono::milliseconds;
    usage_.power_ms[static_cast<std::size_t>(power_)] +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(now - in_power_since_).count());
    in_power_since_ = now;
  }
  power_ = power;
}

std::array<std::uint64_t, 5> Device::power_ms(Moment now) const {
  std::array<std::uint64_t, 5> out = usage_.power_ms;
  if (now > in_power_since_) {
    out[static_cast<std::size_t>(power_)] += static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now - in_power_since_).count());
  }
  return out;
}

void Device::power_on(Moment now) {
  if (powered() || !start_spare(now)) return;
  on_since_ = used_at_ = now;
  if (std::exchange(resume_, false)) {
    as_recorded_ = true;
    become(Power::on, now);
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
  become(model_->warm_up_ms > 0 ? Power::warming_up : Power::on, now);
  next_at_ = now + std::chrono::milliseconds(model_->warm_up_ms);
  log_event("Power on", now);
  for (std::size_t i = 0; i < covers_.size(); ++i) {
    set_cover(i, covers_[i], now);
  }
  for (std::size_t i = 0; i < supplies_.size(); ++i) judge_supply(i, now);
  judge_inputs(now);
  for (std::size_t i = 0; i < outputs_.size(); ++i) judge_output(i, now);
  // What a power cycle mends is mended; the rest is found again.
  for (const std::uint16_t fault : std::exchange(standing_, {})) {
    if (model_->faults[fault].cleared_by != ClearedBy::power_cycle) raise_fault(fault, now);
  }
}

void Device::power_off(Moment now) {
  if (powered()) log_event("Power off", now);
  become(Power::off, now);
  as_recorded_ = resume_ = false;
  activity_ = Activity::idle;
  while (!alerts_.empty()) remove(alerts_.back().index, now);
  changes_.clear();
  reset_.reset();
  ready_message_.clear();
  online_ = true;
  upgrade_ = Upgrade::none;  // what was on its way to the spare slot is not whole, and never started
  incoming_.reset();
}

void Device::restart(Moment now) {
  if (!powered()) return;
  power_off(now);
  become(Power::restarting, now);
  next_at_ = now + std::chrono::milliseconds(model_->restart_ms);
}

void Device::standby(bool asleep, Moment now) {
  if (asleep ? power_ != Power::on : power_ != Power::standby) return;
  touch(now);
  become(asleep ? Power::standby : Power::on, now);
}

void Device::set_online(bool online, Moment now) {
  touch(now);
  if (std::exchange(online_, online) != online) log_event(online ? "Online" : "Offline", now);
}

void Device::advance(Moment now) {
  if (power_ == Power::warming_up && now >= next_at_) {
    become(Power::on, now);
    used_at_ = now;
  }
  if (power_ == Power::restarting && now >= next_at_) power_on(now);
  if (upgrading() && now >= upgrade_at_) end_upgrade_step(now);
  if (const auto asleep = sleeps_at(); asleep && now >= *asleep) become(Power::standby, now);
}

// When it falls asleep if nothing happens.
std::optional<Moment> Device::sleeps_at() const {
  if (power_ != Power::on || settings_.sleep_after_ms == 0 || activity_ == Activity::printing ||
      upgrade_ != Upgrade::none || as_recorded_)
    return {};
  return used_at_ + std::chrono::milliseconds(settings_.sleep_after_ms);
}

std::optional<Moment> Device::due() const {
  std::optional<Moment> next = sleeps_at();
  const auto sooner = [&](Moment at) {
    if (!next || at < *next) next = at;
  };
  if (power_ == Power::warming_up || power_ == Power::restarting) sooner(next_at_);
  if (upgrading()) sooner(upgrade_at_);
  return next;
}

std::optional<Reset> Device::take_reset() { return std::exchange(reset_, std::nullopt); }

}  // namespace mr::printer
