#include "simulators/printer/profiles/consistency.hpp"

#include <algorithm>
#include <set>

#include "simulators/printer/device/alert.hpp"
#include "simulators/printer/profiles/white_paper.hpp"

namespace mr::printer {
namespace {

using snmp::Oid;
using snmp::Value;

using Words = std::vector<std::string>;

// The meters of the vendor's places, added up; nothing where one of them is not there.
class Meters {
 public:
  explicit Meters(const Device& device) : device_(device) {}

  struct Place {
    std::uint32_t device, index;
  };
  struct Sum {
    std::uint64_t value = 0, rollover = 0;
    std::string words;
  };
  std::optional<Sum> sum(std::initializer_list<Place> places) const {
    Sum out;
    for (const Place& place : places) {
      const auto at = find(place);
      if (!at) return {};
      const MeterKind& kind = device_.model().meters[*at];
      out.value += device_.meter(*at);
      out.rollover = std::max(out.rollover, kind.rollover);
      out.words += (out.words.empty() ? "" : " + ") + kind.name + " " + std::to_string(device_.meter(*at));
    }
    return out;
  }
  // The copier's logical device is 11 or, on older ones, 103.
  std::uint32_t copier() const { return find({11, 3}) ? 11 : 103; }

  void same(std::initializer_list<Place> left, std::initializer_list<Place> right, Words& out) const {
    const auto a = sum(left), b = sum(right);
    if (a && b) same(*a, *b, out);
  }
  static void same(const Sum& a, const Sum& b, Words& out) {
    const std::uint64_t after = std::max(a.rollover, b.rollover);
    // After the last value comes 1, so counts that differ by a multiple of it are alike; nothing is 0 again.
    if (after == 0 ? a.value == b.value : a.value % after == b.value % after) return;
    out.push_back(a.words + " is not " + b.words);
  }

 private:
  std::optional<std::size_t> find(Place place) const { return device_.find_meter(place.device, place.index); }
  const Device& device_;
};

// --- the management information base ---

const Oid standard_tree{1, 3, 6, 1, 2, 1}, printer_tree{1, 3, 6, 1, 2, 1, 43};

std::optional<std::int64_t> number_at(DeviceMib& mib, const Oid& name) { return mib.get(name).number(); }

void check_walk(DeviceMib& mib, Words& out) {
  Oid at, name;
  Value value;
  for (; mib.next(at, name, value); at = name) {
    if (!(at < name)) {
      out.push_back(name.text() + ": out of order");
      return;
    }
    if (!(mib.get(name) == value)) out.push_back(name.text() + ": GET and GETNEXT differ");
    if (value.is_exception() || value.type() == snmp::Type::null)
      out.push_back(name.text() + ": has no value");
    if (const std::string* octets = value.octets()) {
      const std::size_t most = name.starts_with(standard_tree + Oid{25, 3, 2, 1, 3}) ? 64 : 255;
      if (name.starts_with(standard_tree) && octets->size() > most)
        out.push_back(name.text() + ": too long a text");
    }
  }
}

void check_alert_rows(const Device& device, DeviceMib& mib, Words& out) {
  const Oid entry = printer_tree + Oid{18, 1, 1};
  std::set<std::int32_t> indices;
  for (const Alert& alert : device.alerts()) {
    const auto cell = [&](Oid::Arc column) {
      return number_at(mib, entry + Oid{column, 1, static_cast<Oid::Arc>(alert.index)});
    };
    if (alert.index < 1 || !indices.insert(alert.index).second)
      out.push_back("prtAlertIndex " + std::to_string(alert.index) + " twice or under 1");
    if (cell(2) != static_cast<std::int64_t>(alert.severity) ||
        cell(4) != static_cast<std::int64_t>(alert.group) || cell(5) != alert.group_index ||
        cell(7) != alert.code)
      out.push_back("the row of alert " + std::to_string(alert.index) + " is not the alert");
  }
}

void check_parts(const Device& device, DeviceMib& mib, Words& out) {
  const auto told = [&](const Oid& entry, Oid::Arc column, std::size_t row) {
    return number_at(mib, printer_tree + entry + Oid{column, 1, static_cast<Oid::Arc>(row + 1)});
  };
  const auto same = [&](const char* what, std::size_t row, std::optional<std::int64_t> a, std::int64_t b) {
    if (a != b)
      out.push_back(std::string(what) + " " + std::to_string(row + 1) + " is told as " +
                    (a ? std::to_string(*a) : "nothing") + ", not " + std::to_string(b));
  };
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    same("supply level", i, told({11, 1, 1}, 9, i), device.supply_level(i));
    if (device.supply_level(i) < reading_some || device.supply_level(i) > model.supplies[i].capacity)
      out.push_back("supply " + std::to_string(i + 1) + " has a level that there is not");
  }
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    same("tray level", i, told({8, 2, 1}, 10, i), device.input_level(i));
    same("tray status", i, told({8, 2, 1}, 11, i), device.input_status(i));
  }
  for (std::size_t i = 0; i < model.outputs.size(); ++i) {
    same("output", i, told({9, 2, 1}, 5, i), device.output_remaining(i));
    same("output status", i, told({9, 2, 1}, 6, i), device.output_status(i));
  }
  for (std::size_t i = 0; i < model.covers.size(); ++i)
    same("cover", i, told({6, 1, 1}, 3, i), static_cast<std::int64_t>(device.cover(i)));
  for (std::size_t i = 0; i < device.model().meters.size(); ++i) {
    const MeterKind& kind = device.model().meters[i];
    if (kind.table_device == 0) continue;
    const Oid name{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 6, kind.table_device, 20, kind.table_index};
    if (number_at(mib, name) != static_cast<std::int64_t>(device.meter(i)))
      out.push_back(kind.name + " is told as another value");
  }
}

// --- statuses against alerts ---

bool up(const Device& device, Part group, std::size_t row, std::initializer_list<std::int32_t> codes) {
  return std::any_of(device.alerts().begin(), device.alerts().end(), [&](const Alert& alert) {
    return alert.group == group && alert.group_index == static_cast<std::int32_t>(row + 1) &&
           std::find(codes.begin(), codes.end(), alert.code) != codes.end();
  });
}

void check_states(const Device& device, Words& out) {
  const Model& model = device.model();
  for (std::size_t i = 0; i < model.covers.size(); ++i) {
    const CoverStatus shown = device.cover(i);
    const bool open = shown == CoverStatus::open || shown == CoverStatus::interlock_open;
    if (up(device, Part::cover, i, {code_cover_open}) != open)
      out.push_back(model.covers[i].description + ": its alert is not its state");
  }
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const bool empty = device.input_present(i) && device.input_true_level(i) == 0;
    if (up(device, Part::input, i, {code_input_empty}) != empty ||
        up(device, Part::input, i, {code_tray_missing}) == device.input_present(i))
      out.push_back(model.inputs[i].name + ": its alert is not its state");
  }
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    const bool here = device.supply_present(i);
    const bool empty = here && device.supply_true_level(i) == 0;
    const bool low =
        here && !empty &&
        std::int64_t{device.supply_true_level(i)} * 100 <= std::int64_t{kind.capacity} * kind.low_percent;
    if (up(device, Part::supply, i,
           {code_toner_empty, code_waste_full, code_opc_over, code_developer_empty, code_full,
            code_life_over}) != empty ||
        up(device, Part::supply, i,
           {code_toner_almost_empty, code_waste_almost_full, code_opc_almost_over,
            code_developer_almost_empty, code_almost_full, code_life_almost_over}) != low ||
        up(device, Part::supply, i, {code_supply_missing, code_subunit_missing}) == here)
      out.push_back(kind.description + ": its alert is not its state");
  }
}

void check_statuses(const Device& device, DeviceMib& mib, Words& out) {
  bool critical = false, warning = false;
  const Alert* newest = nullptr;
  for (const Alert& alert : device.alerts()) {
    if (alert.severity == Severity::critical) newest = &alert;
    critical = critical || alert.severity == Severity::critical;
    warning = warning || alert.severity == Severity::warning || alert.severity == Severity::binary_warning;
  }
  const bool works = (device.power() == Power::on || device.power() == Power::standby) && device.online() &&
                     !device.upgrading();
  const std::int64_t expected = !works || critical ? 5 : warning ? 3 : 2;
  if (number_at(mib, standard_tree + Oid{25, 3, 2, 1, 5, 1}) != expected)
    out.push_back("hrDeviceStatus is not what the alerts say");
  const std::int64_t printer = device.power() == Power::warming_up                      ? 5
                               : !works || critical || device.power() == Power::standby ? 1
                               : device.activity() == Activity::printing                ? 4
                                                                                        : 3;
  if (number_at(mib, standard_tree + Oid{25, 3, 5, 1, 1, 1}) != printer)
    out.push_back("hrPrinterStatus is not what the alerts say");
  if (device.ready() != (works && !critical)) out.push_back("ready, and a critical alert stands");
  if (device.attention_light() != critical) out.push_back("the light is not what the alerts say");
  if (newest && !device.upgrading() && device.console_text(0) != newest->description)
    out.push_back("the console does not show the newest critical alert");

  const std::string bits = device.detected_errors();
  const auto bit = [&](std::size_t n) {
    return (static_cast<unsigned char>(bits[n / 8]) & (0x80u >> n % 8)) != 0;
  };
  const auto any = [&](std::int32_t code) {
    return std::any_of(device.alerts().begin(), device.alerts().end(),
                       [&](const Alert& alert) { return alert.code == code; });
  };
  const std::pair<std::size_t, bool> expectations[] = {{2, any(code_toner_almost_empty)},
                                                       {3, any(code_toner_empty)},
                                                       {4, any(code_cover_open)},
                                                       {5, any(code_jam)},
                                                       {6, !device.online()},
                                                       {8, any(code_tray_missing)},
                                                       {12, any(code_output_full)},
                                                       {13, any(code_input_empty)}};
  for (const auto& [n, expected_bit] : expectations) {
    if (bit(n) != expected_bit)
      out.push_back("hrPrinterDetectedErrorState bit " + std::to_string(n) + " is not what the alerts say");
  }
}

void check_history(const Device& device, Words& out) {
  const Model& model = device.model();
  if (device.fault_history().size() > model.fault_history_max) out.push_back("the fault history is too long");
  std::set<std::uint16_t> newest;
  const auto& history = device.fault_history();
  for (auto record = history.rbegin(); record != history.rend(); ++record) {
    if (!newest.insert(record->fault).second) continue;
    if (record->cleared.has_value() == device.fault_stands(record->fault))
      out.push_back("the history does not say whether " + model.faults[record->fault].code + " stands");
  }
}

}  // namespace

bool follows_from_state(const FaultKind& kind) {
  switch (kind.part) {
    case Part::cover:
    case Part::supply:
      return true;
    case Part::input:
      return kind.alert_code == code_tray_missing || kind.alert_code == code_input_low ||
             kind.alert_code == code_input_empty;
    case Part::output:
      return kind.alert_code == code_output_almost_full || kind.alert_code == code_output_full;
    default:
      return false;
  }
}

std::vector<std::string> broken_meters(const Device& device) {
  Words out;
  const Meters meters(device);
  const std::uint32_t copier = meters.copier();
  const Model& model = device.model();
  if (model.colour) {
    meters.same({{1, 1}}, {{1, 33}, {1, 34}}, out);
    meters.same({{1, 15}}, {{1, 8}, {1, 30}}, out);
    meters.same({{1, 16}}, {{1, 9}, {1, 31}}, out);
    meters.same({{1, 47}}, {{1, 43}, {1, 44}}, out);
    meters.same({{1, 33}}, {{1, 29}, {copier, 25}}, out);
  } else {
    meters.same({{1, 1}}, {{1, 34}}, out);
    meters.same({{1, 47}}, {{1, 44}}, out);
  }
  meters.same({{1, 34}}, {{1, 7}, {copier, 3}}, out);
  if (const auto total = meters.sum({{1, 1}}))
    Meters::same(*total,
                 {device.life_count(), 0, "prtMarkerLifeCount " + std::to_string(device.life_count())}, out);
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const MeterKind& kind = model.meters[i];
    if (kind.counts == MeterCounts::power_on && device.meter(i) != device.power_on_count())
      out.push_back(kind.name + " is not prtMarkerPowerOnCount");
    if (kind.rollover > 0 && device.meter(i) > kind.rollover)
      out.push_back(kind.name + " did not go back to 1");
  }
  return out;
}

std::vector<std::string> contradictions(const Device& device, DeviceMib& mib) {
  Words out = broken_meters(device);
  check_walk(mib, out);
  check_alert_rows(device, mib, out);
  check_parts(device, mib, out);
  check_states(device, out);
  check_statuses(device, mib, out);
  check_history(device, out);
  return out;
}

std::vector<std::string> check_model(const ModelPtr& model) {
  Words out;
  const std::vector<std::string> lack = lacking(*model);
  const std::set<std::string> said(model->lacks.begin(), model->lacks.end()), found(lack.begin(), lack.end());
  for (const std::string& one : said) {
    if (!found.contains(one)) out.push_back("lacks: \"" + one + "\" is there, or is no item of its class");
  }
  for (const std::string& one : found) {
    if (!said.contains(one)) out.push_back("lacks: does not name \"" + one + "\"");
  }

  runtime::SeededEntropy entropy(1);
  Device device = make_device(model, 0, entropy);
  Moment now{};
  device.power_on(now);
  now += std::chrono::hours(1);
  device.advance(now);
  DeviceMib mib(compose_mib(model), device);
  const auto look = [&](const std::string& when) {
    for (const std::string& one : contradictions(device, mib)) {
      if (out.size() < 50) out.push_back(one + " (" + when + ")");
    }
  };
  look("after power-on");
  device.run_job({.black = 40, .colour = model->colour ? 20u : 0u, .sets = 2}, now);
  look("after a job");
  for (std::size_t i = 0; i < model->faults.size() && out.size() < 50; ++i) {
    const FaultKind& kind = model->faults[i];
    if (follows_from_state(kind)) continue;
    device.raise_fault(i, now);
    look("while " + kind.code + " stands");
    device.clear_fault(i, {}, now);
  }
  for (std::size_t i = 0; i < model->covers.size(); ++i) {
    device.set_cover(i, CoverStatus::open, now);
    look("while " + model->covers[i].description + " is open");
    device.set_cover(i, CoverStatus::closed, now);
  }
  for (std::size_t i = 0; i < model->supplies.size(); ++i) {
    for (const std::int32_t level : {model->supplies[i].capacity * model->supplies[i].low_percent / 100, 0}) {
      device.set_supply_level(i, level, now);
      look(model->supplies[i].description + " at " + std::to_string(level));
    }
    device.replace_supply(i, "spare", now);
  }
  look("after all was mended");
  return out;
}

}  // namespace mr::printer
