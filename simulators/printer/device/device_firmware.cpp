// Upgrades: a file comes, is checked, is written to the spare slot, and is started from there.
#include <utility>

#include "reference/protocol/result/result.hpp"
#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

// A level that hangs while it installs itself is given up by the old one's watchdog.
constexpr auto watchdog = std::chrono::minutes(10);

}  // namespace

bool Device::begin_upgrade(Moment now) {
  if (!powered() || upgrade_ != Upgrade::none) return false;
  touch(now);
  upgrade_ = Upgrade::receiving;
  return true;
}

void Device::abandon_upgrade(Moment) {
  if (upgrade_ == Upgrade::receiving) upgrade_ = Upgrade::none;
}

void Device::check_upgrade(std::optional<std::pair<std::string, Install>> good, Moment now) {
  MR_ASSERT(upgrade_ == Upgrade::receiving);
  incoming_ = std::move(good);
  upgrade_ = Upgrade::checking;
  upgrade_at_ = now + std::chrono::milliseconds(model_->firmware_check_ms);
}

void Device::end_upgrade_step(Moment now) {
  if (upgrade_ == Upgrade::checking) {
    if (!incoming_) {
      upgrade_ = Upgrade::none;
      return;
    }
    upgrade_ = Upgrade::installing;
    upgrade_at_ =
        now + (incoming_->second == Install::hangs ? watchdog
                                                   : std::chrono::milliseconds(model_->firmware_install_ms));
    return;
  }
  if (incoming_->second != Install::hangs) {
    spare_ = std::move(incoming_);  // whole from here on: this is the one step that a power cut cannot halve
    start_tried_ = 0;
  }
  restart(now);
}

void Device::repair() {
  MR_ASSERT(bricked_);
  bricked_ = false;
}

bool Device::start_spare(Moment now) {
  if (bricked_) return false;
  if (!spare_) return true;
  if (spare_->second == Install::bricks) {
    spare_.reset();
    bricked_ = true;
    become(Power::off, now);
    return false;
  }
  if (spare_->second == Install::does_not_start && start_tried_ < start_attempts) {
    ++start_tried_;
    become(Power::restarting, now);
    next_at_ = now + std::chrono::milliseconds(model_->restart_ms);
    return false;
  }
  const auto [level, kind] = *std::exchange(spare_, std::nullopt);
  if (kind != Install::sound || level == this->level()) return true;  // the old one runs on
  log_event("Software " + level + " runs", now);
  levels_.push_back({level, now});
  if (levels_.size() > levels_max) levels_.erase(levels_.begin());
  ++config_changes_;
  return true;
}

}  // namespace mr::printer
