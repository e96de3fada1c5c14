// Alerts, and the status that is derived from them (RFC 3805 sections 2.2.13 and 2.2.14, RFC 2790).
//
// Each part is judged after every change of its state: at most one of the codes that its state can imply is
// up. Table rows are kept oldest first; the index only ever grows until it wraps.
#include <algorithm>
#include <limits>
#include <utility>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

struct SupplyCodes {
  std::int32_t low, empty;
};

SupplyCodes codes_of(const SupplyKind& kind) {
  switch (kind.type) {
    case 3:
    case 5:
    case 6:
    case 21:
    case 35:
    case 36:
      return {code_toner_almost_empty, code_toner_empty};
    case 4:
    case 8:
    case 14:
      return {code_waste_almost_full, code_waste_full};
    case 9:
      return {code_opc_almost_over, code_opc_over};
    case 10:
      return {1113, 1114};
    default:
      break;
  }
  if (kind.supply_class == SupplyClass::receptacle) return {code_almost_full, code_full};
  return {code_life_almost_over, code_life_over};
}

// The bits of hrPrinterDetectedErrorState, 0 the most significant of the first octet.
enum Bit {
  low_paper,
  no_paper,
  low_toner,
  no_toner,
  door_open,
  jammed,
  offline,
  service_requested,
  input_tray_missing,
  output_tray_missing,
  supply_missing,
  output_near_full,
  output_full,
  input_tray_empty,
  overdue_maintenance
};
constexpr std::uint16_t mask(Bit bit) { return static_cast<std::uint16_t>(0x8000u >> bit); }

bool is_paper(const Alert& alert) { return alert.group == Part::input; }

}  // namespace

std::int32_t Device::raise(Alert alert, Moment now) {
  touch(now);
  return enter(std::move(alert), now);
}

bool Device::clear(std::int32_t index, Moment now) {
  touch(now);
  return remove(index);
}

std::int32_t Device::enter(Alert alert, Moment now) {
  if (!powered()) return 0;
  if (alerts_.size() >= alerts_max) {
    // The oldest that is not critical gives way; where all are critical only a critical one gets in.
    auto victim = std::find_if(alerts_.begin(), alerts_.end(),
                               [](const Alert& a) { return a.severity != Severity::critical; });
    if (victim == alerts_.end()) {
      if (alert.severity != Severity::critical) return 0;
      victim = alerts_.begin();
    }
    remove(victim->index);
  }
  const auto taken = [&](std::int32_t index) {
    return std::any_of(alerts_.begin(), alerts_.end(), [&](const Alert& a) { return a.index == index; });
  };
  while (taken(next_alert_))
    next_alert_ = next_alert_ == std::numeric_limits<std::int32_t>::max() ? 1 : next_alert_ + 1;
  alert.index = next_alert_;
  next_alert_ = next_alert_ == std::numeric_limits<std::int32_t>::max() ? 1 : next_alert_ + 1;
  alert.since = now;
  alert.ticks = uptime_ticks(now);
  ++all_events_;
  if (alert.severity == Severity::critical) ++critical_events_;
  alerts_.push_back(alert);
  if (changes_.size() >= changes_max) changes_.erase(changes_.begin());
  changes_.push_back({alerts_.back(), true});
  return alert.index;
}

bool Device::remove(std::int32_t index) {
  const auto found =
      std::find_if(alerts_.begin(), alerts_.end(), [&](const Alert& a) { return a.index == index; });
  if (found == alerts_.end()) return false;
  if (changes_.size() >= changes_max) changes_.erase(changes_.begin());
  changes_.push_back({std::move(*found), false});
  alerts_.erase(found);
  return true;
}

std::vector<AlertChange> Device::take_alert_changes() { return std::exchange(changes_, {}); }

void Device::keep(Part group, std::size_t row, std::span<const std::int32_t> codes, std::int32_t code,
                  Severity severity, std::string description, Moment now) {
  if (!powered()) return;
  const auto group_index = static_cast<std::int32_t>(row + 1);
  bool up = false;
  std::int32_t stale[8];
  std::size_t stale_count = 0;
  for (const Alert& alert : alerts_) {
    if (alert.group != group || alert.group_index != group_index) continue;
    if (alert.code == code && alert.severity == severity) {
      up = true;
    } else if (std::find(codes.begin(), codes.end(), alert.code) != codes.end() &&
               stale_count < std::size(stale)) {
      stale[stale_count++] = alert.index;
    }
  }
  for (std::size_t i = 0; i < stale_count; ++i) remove(stale[i]);
  if (code == 0 || up) return;
  Alert alert;
  alert.severity = severity;
  alert.training = severity == Severity::critical ? 4 : 3;
  alert.group = group;
  alert.group_index = group_index;
  alert.location = -2;
  alert.code = code;
  alert.description = std::move(description);
  enter(std::move(alert), now);
}

void Device::judge_supply(std::size_t supply, Moment now) {
  const SupplyKind& kind = model_->supplies[supply];
  const std::int32_t level = supplies_[supply].level;
  const SupplyCodes codes = codes_of(kind);
  const std::int32_t all[] = {codes.low, codes.empty};
  const bool space = kind.supply_class == SupplyClass::receptacle;
  // The name without what follows a comma: part and serial numbers have no place in an alert's text.
  const std::string name = kind.description.substr(0, kind.description.find(','));
  if (level == 0) {
    keep(Part::supply, supply, all, codes.empty,
         kind.stops_when_empty ? Severity::critical : Severity::binary_warning,
         name + (space              ? " is full"
                 : kind.by_coverage ? " is empty"
                                    : " has reached its end of life"),
         now);
  } else if (std::int64_t{level} * 100 <= std::int64_t{kind.capacity} * kind.low_percent) {
    keep(Part::supply, supply, all, codes.low, Severity::binary_warning,
         name + (space              ? " is almost full"
                 : kind.by_coverage ? " is low"
                                    : " is near its end of life"),
         now);
  } else {
    keep(Part::supply, supply, all, 0, Severity::other, {}, now);
  }
}

void Device::judge_input(std::size_t input, Moment now) {
  static constexpr std::int32_t all[] = {code_tray_missing, code_input_low, code_input_empty};
  const InputKind& kind = model_->inputs[input];
  const Input& tray = inputs_[input];
  // One empty tray is a warning while another can feed.
  const bool another =
      std::any_of(inputs_.begin(), inputs_.end(), [](const Input& i) { return i.present && i.level > 0; });
  const Severity severity = another ? Severity::binary_warning : Severity::critical;
  if (!tray.present) {
    keep(Part::input, input, all, code_tray_missing, severity, kind.name + " is missing", now);
  } else if (tray.level == 0) {
    keep(Part::input, input, all, code_input_empty, severity, kind.name + " is empty", now);
  } else if (std::int64_t{tray.level} * 10 <= kind.capacity) {
    keep(Part::input, input, all, code_input_low, Severity::binary_warning, kind.name + " is low on paper",
         now);
  } else {
    keep(Part::input, input, all, 0, Severity::other, {}, now);
  }
}

void Device::judge_inputs(Moment now) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) judge_input(i, now);
}

void Device::set_cover(std::size_t cover, CoverStatus status, Moment now) {
  static constexpr std::int32_t all[] = {code_cover_open};
  touch(now);
  covers_[cover] = status;
  const bool open = status == CoverStatus::open || status == CoverStatus::interlock_open;
  keep(Part::cover, cover, all, open ? code_cover_open : 0, Severity::critical,
       model_->covers[cover].description + " is open", now);
}

// --- status ---

std::int32_t Device::device_status() const {
  if (power_ == Power::warming_up || !powered() || upgrading()) return 5;  // down
  bool warns = false;
  for (const Alert& alert : alerts_) {
    if (alert.severity == Severity::critical) return 5;
    warns = warns || alert.severity == Severity::warning || alert.severity == Severity::binary_warning;
  }
  return warns ? 3 : 2;
}

std::int32_t Device::printer_status() const {
  if (power_ == Power::warming_up) return 5;
  if (power_ != Power::on || upgrading()) return 1;
  for (const Alert& alert : alerts_) {
    if (alert.severity == Severity::critical) return 1;
  }
  return activity_ == Activity::printing ? 4 : 3;
}

std::string Device::detected_errors() const {
  std::uint16_t bits = 0;
  for (const Alert& alert : alerts_) {
    switch (alert.code) {
      case code_cover_open:
        bits |= mask(door_open);
        break;
      case code_jam:
        bits |= mask(jammed);
        break;
      case code_tray_missing:
        bits |= mask(input_tray_missing);
        break;
      case code_input_low:
        bits |= mask(low_paper);
        break;
      case code_input_empty:
        bits |= mask(input_tray_empty);
        break;
      case code_toner_almost_empty:
        bits |= mask(low_toner);
        break;
      case code_toner_empty:
        bits |= mask(no_toner);
        break;
      case code_almost_full:
        if (alert.group == Part::output) bits |= mask(output_near_full);
        break;
      case code_full:
        if (alert.group == Part::output) bits |= mask(output_full);
        break;
      case code_waste_almost_full:
      case code_opc_almost_over:
      case code_life_almost_over:
      case 1113:
        bits |= mask(service_requested);
        break;
      case code_waste_full:
      case code_opc_over:
      case code_life_over:
      case 1114:
        bits |= mask(service_requested) | mask(overdue_maintenance);
        break;
      case code_supply_missing:
        bits |= mask(supply_missing);
        break;
      default:
        break;
    }
    if (is_paper(alert) && alert.severity == Severity::critical) bits |= mask(no_paper);
    if (alert.training == 5) bits |= mask(service_requested);
  }
  return {static_cast<char>(bits >> 8), static_cast<char>(bits & 0xff)};
}

namespace {
// PrtSubUnitStatusTC: availability, and 8 for a warning, 16 for a critical alert on the part.
std::int32_t with_alerts(std::int32_t availability, const std::vector<Alert>& alerts, Part group,
                         std::size_t row) {
  for (const Alert& alert : alerts) {
    if (alert.group != group || alert.group_index != static_cast<std::int32_t>(row + 1)) continue;
    availability |= alert.severity == Severity::critical ? 16 : 8;
  }
  return availability;
}
}  // namespace

std::int32_t Device::input_status(std::size_t input) const {
  const Input& tray = inputs_[input];
  const std::int32_t availability = !tray.present              ? 3
                                    : tray.level == 0          ? 1
                                    : power_ == Power::standby ? 2
                                                               : 0;
  return with_alerts(availability, alerts_, Part::input, input);
}

std::int32_t Device::output_status(std::size_t output) const {
  return with_alerts(power_ == Power::standby ? 2 : 0, alerts_, Part::output, output);
}

std::int32_t Device::marker_status() const {
  std::int32_t status = power_ == Power::standby          ? 2
                        : power_ == Power::warming_up     ? 64
                        : activity_ == Activity::printing ? 4
                                                          : 0;
  for (const Alert& alert : alerts_) {
    if (alert.group == Part::marker || alert.group == Part::supply)
      status |= alert.severity == Severity::critical ? 16 : 8;
  }
  return status;
}

std::string Device::console_text(std::size_t line) const {
  if (line > 0) {  // further lines: warnings, newest first
    std::size_t at = 0;
    for (auto alert = alerts_.rbegin(); alert != alerts_.rend(); ++alert) {
      if (alert->severity != Severity::critical && ++at == line) return alert->description;
    }
    return {};
  }
  if (!powered()) return {};
  if (upgrade_ == Upgrade::receiving) return "Receiving software";
  if (upgrade_ == Upgrade::checking) return "Checking software";
  if (upgrade_ == Upgrade::installing) return "Installing software. Do not switch off";
  for (auto alert = alerts_.rbegin(); alert != alerts_.rend(); ++alert) {
    if (alert->severity == Severity::critical) return alert->description;
  }
  if (power_ == Power::warming_up) return "Warming up";
  if (power_ == Power::standby) return "Power saver";
  if (activity_ == Activity::printing) return "Printing";
  return alerts_.empty() || model_->console_lines > 1 ? model_->ready_text : alerts_.back().description;
}

}  // namespace mr::printer
