// What a printer shows of itself, derived from its state and its alerts (RFC 3805 sections 2.2.13.2 and
// 2.2.14, RFC 2790): statuses, error bits, console, lights.
#include <algorithm>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

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

bool is_paper(const Alert& alert) { return alert.group == Part::input && alert.code != code_jam; }

}  // namespace

std::int32_t Device::device_status() const {
  if (power_ == Power::warming_up || !powered() || !online_ || upgrading()) return 5;  // down
  bool warns = false;
  for (const Alert& alert : alerts_) {
    if (alert.severity == Severity::critical) return 5;
    warns = warns || alert.severity == Severity::warning || alert.severity == Severity::binary_warning;
  }
  return warns ? 3 : 2;
}

std::int32_t Device::printer_status() const {
  if (power_ == Power::warming_up) return 5;
  if (power_ != Power::on || !online_ || upgrading()) return 1;
  for (const Alert& alert : alerts_) {
    if (alert.severity == Severity::critical) return 1;
  }
  return activity_ == Activity::printing ? 4 : 3;
}

std::string Device::detected_errors() const {
  std::uint16_t bits = online_ ? 0 : mask(offline);
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
      case code_output_almost_full:
        if (alert.group == Part::output) bits |= mask(output_near_full);
        break;
      case code_full:
      case code_output_full:
        if (alert.group == Part::output) bits |= mask(output_full);
        break;
      case code_output_missing:
        bits |= mask(output_tray_missing);
        break;
      case code_unrecoverable:
        bits |= mask(service_requested);
        break;
      case code_waste_almost_full:
      case code_opc_almost_over:
      case code_life_almost_over:
      case code_developer_almost_empty:
        bits |= mask(service_requested);
        break;
      case code_waste_full:
      case code_opc_over:
      case code_life_over:
      case code_developer_empty:
        bits |= mask(service_requested) | mask(overdue_maintenance);
        break;
      case code_supply_missing:
        bits |= mask(supply_missing);
        break;
      case code_subunit_missing:
        if (alert.group == Part::supply) bits |= mask(supply_missing);
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
  if (!online_) return "Offline";
  if (power_ == Power::warming_up) return "Warming up";
  if (power_ == Power::standby) return "Power saver";
  if (activity_ == Activity::printing) return "Printing";
  const std::string& ready = ready_message_.empty() ? model_->ready_text : ready_message_;
  return alerts_.empty() || model_->console_lines > 1 ? ready : alerts_.back().description;
}

void Device::set_ready_message(std::string text) { ready_message_ = std::move(text); }

bool Device::attention_light() const {
  return powered() && std::any_of(alerts_.begin(), alerts_.end(),
                                  [](const Alert& a) { return a.severity == Severity::critical; });
}

}  // namespace mr::printer
