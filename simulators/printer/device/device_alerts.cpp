// Alerts and faults (RFC 3805 section 2.2.13).
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
    case 7:
    case 12:
    case 13:
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
      return {code_developer_almost_empty, code_developer_empty};
    default:
      break;
  }
  if (kind.supply_class == SupplyClass::receptacle) return {code_almost_full, code_full};
  return {code_life_almost_over, code_life_over};
}

}  // namespace

std::int32_t Device::raise(Alert alert, Moment now) {
  touch(now);
  return enter(std::move(alert), now);
}

bool Device::clear(std::int32_t index, Moment now) {
  touch(now);
  return remove(index, now);
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
    remove(victim->index, now);
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
  note_fault(alert, now);
  alerts_.push_back(alert);
  if (changes_.size() >= changes_max) changes_.erase(changes_.begin());
  changes_.push_back({alerts_.back(), true});
  return alert.index;
}

bool Device::remove(std::int32_t index, Moment now) {
  const auto found =
      std::find_if(alerts_.begin(), alerts_.end(), [&](const Alert& a) { return a.index == index; });
  if (found == alerts_.end()) return false;
  if (changes_.size() >= changes_max) changes_.erase(changes_.begin());
  changes_.push_back({std::move(*found), false});
  alerts_.erase(found);
  end_fault(changes_.back().alert.fault, {}, now);
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
  for (std::size_t i = 0; i < stale_count; ++i) remove(stale[i], now);
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
  const std::int32_t missing =
      kind.wears_by == WearsBy::coverage ? code_supply_missing : code_subunit_missing;
  const std::int32_t all[] = {codes.low, codes.empty, missing};
  const bool space = kind.supply_class == SupplyClass::receptacle;
  // The name without what follows a comma: part and serial numbers have no place in an alert's text.
  const std::string name = kind.description.substr(0, kind.description.find(','));
  const bool marks = kind.wears_by == WearsBy::coverage;
  if (!supplies_[supply].present) {
    keep(Part::supply, supply, all, missing, Severity::critical, name + " is missing", now);
  } else if (level == 0) {
    keep(Part::supply, supply, all, codes.empty,
         kind.stops_when_empty ? Severity::critical : Severity::binary_warning,
         name + (space   ? " is full"
                 : marks ? " is empty"
                         : " has reached its end of life"),
         now);
  } else if (std::int64_t{level} * 100 <= std::int64_t{kind.capacity} * kind.low_percent) {
    keep(Part::supply, supply, all, codes.low, Severity::binary_warning,
         name + (space   ? " is almost full"
                 : marks ? " is low"
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

void Device::judge_output(std::size_t output, Moment now) {
  static constexpr std::int32_t all[] = {code_output_almost_full, code_output_full};
  const OutputKind& kind = model_->outputs[output];
  const std::int64_t level = outputs_[output];
  if (level >= kind.capacity) {
    keep(Part::output, output, all, code_output_full, Severity::critical, kind.name + " is full", now);
  } else if (level * 10 >= std::int64_t{kind.capacity} * 9) {
    keep(Part::output, output, all, code_output_almost_full, Severity::binary_warning,
         kind.name + " is almost full", now);
  } else {
    keep(Part::output, output, all, 0, Severity::other, {}, now);
  }
}

void Device::set_cover(std::size_t cover, CoverStatus status, Moment now) {
  static constexpr std::int32_t all[] = {code_cover_open};
  touch(now);
  covers_[cover] = status;
  const bool open = status == CoverStatus::open || status == CoverStatus::interlock_open;
  keep(Part::cover, cover, all, open ? code_cover_open : 0, Severity::critical,
       model_->covers[cover].description + " is open", now);
}

// --- faults ---

std::optional<std::size_t> Device::find_fault(std::string_view code) const {
  for (std::size_t i = 0; i < model_->faults.size(); ++i) {
    if (model_->faults[i].code == code) return i;
  }
  return {};
}

bool Device::fault_stands(std::size_t fault) const {
  return std::any_of(alerts_.begin(), alerts_.end(),
                     [&](const Alert& a) { return a.fault == static_cast<std::int32_t>(fault); });
}

void Device::raise_fault(std::size_t fault, Moment now) {
  const FaultKind& kind = model_->faults[fault];
  touch(now);
  if (!powered() || fault_stands(fault)) return;
  Alert alert;
  alert.severity = kind.severity;
  alert.training = kind.training;
  alert.group = kind.part;
  alert.group_index = kind.row;
  alert.location = -2;
  alert.code = kind.alert_code;
  alert.description = kind.description;
  alert.fault = static_cast<std::int32_t>(fault);
  if (enter(std::move(alert), now) != 0) standing_.push_back(static_cast<std::uint16_t>(fault));
}

bool Device::clear_fault(std::size_t fault, std::string resolution, Moment now) {
  const auto found = std::find(standing_.begin(), standing_.end(), fault);
  if (found == standing_.end()) return false;
  touch(now);
  standing_.erase(found);
  for (const Alert& alert : alerts_) {
    if (alert.fault != static_cast<std::int32_t>(fault)) continue;
    end_fault(alert.fault, std::move(resolution), now);
    remove(alert.index, now);
    break;
  }
  return true;
}

// An alert that came up: the fault that it is goes into the history.
void Device::note_fault(Alert& alert, Moment now) {
  if (alert.fault < 0) {
    for (std::size_t i = 0; i < model_->faults.size(); ++i) {
      const FaultKind& kind = model_->faults[i];
      if (kind.part == alert.group && kind.row == alert.group_index && kind.alert_code == alert.code)
        alert.fault = static_cast<std::int32_t>(i);
    }
  }
  log_event(alert.description, now);
  if (alert.fault < 0) return;
  const FaultKind& kind = model_->faults[static_cast<std::size_t>(alert.fault)];
  usage_.faults.add(kind.code);
  if (kind.alert_code == code_jam) usage_.jams.add(kind.area.empty() ? kind.code : kind.area);
  if (model_->fault_history_max == 0) return;
  if (history_.size() >= model_->fault_history_max) history_.erase(history_.begin());
  history_.push_back({.number = ++faults_seen_,
                      .fault = static_cast<std::uint16_t>(alert.fault),
                      .raised = now,
                      .cleared = {},
                      .life_count = life_count_,
                      .resolution = {}});
}

// No effect where its newest entry is ended, or gone.
void Device::end_fault(std::int32_t fault, std::string resolution, Moment now) {
  for (auto record = history_.rbegin(); record != history_.rend(); ++record) {
    if (record->fault != fault) continue;
    if (record->cleared) return;
    record->cleared = now;
    record->resolution = !resolution.empty() ? std::move(resolution)
                         : powered()         ? model_->faults[record->fault].resolution
                                             : "Switched off";
    if (record->resolution.empty()) record->resolution = "Cleared";
    return;
  }
}

void Device::log_event(std::string text, Moment now) {
  if (model_->event_log_max == 0) return;
  if (events_.size() >= model_->event_log_max) events_.erase(events_.begin());
  events_.push_back({++events_seen_, now, std::move(text)});
}

}  // namespace mr::printer
