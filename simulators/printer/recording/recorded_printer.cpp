// From a recording to a printer: what the recorded variables say about the device becomes its state, and
// those variables are bound to it.
//
// The rule for binding is that the device, before anything happens to it, answers exactly what was recorded.
// A value that the state cannot hold (a level of -100, a status outside its enumeration) therefore stays a
// constant. What a walk does not tell is guessed from what it does: what a supply is from its type or its
// name, how fast it wears from its unit.
#include <algorithm>
#include <functional>
#include <map>

#include "reference/protocol/result/result.hpp"
#include "simulators/printer/recording/recording.hpp"
#include "simulators/printer/recording/vocabulary.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid mib2{1, 3, 6, 1, 2, 1}, printer_mib{1, 3, 6, 1, 2, 1, 43}, host{1, 3, 6, 1, 2, 1, 25},
    engine{1, 3, 6, 1, 6, 3, 10, 2, 1}, usage{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 6},
    vendor_serial{1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 3, 1},
    entity_serial{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11}, printer_device_type{1, 3, 6, 1, 2, 1, 25, 3, 1, 5};

class Recognition {
 public:
  Recognition(const Recording& recording, std::string key)
      : recording_(recording), model_(std::make_shared<Model>()) {
    model_->key = std::move(key);
    for (const Recording::Line& line : recording.variables) by_name_[line.name] = &line.value;
  }

  void run() {
    system();
    host_resources();
    general();
    covers();
    inputs();
    markers();
    supplies();
    usage_counters();
    alerts();
    console();
    engine_group();
  }

  std::vector<Variable> variables() const {
    std::vector<Variable> out;
    out.reserve(recording_.variables.size());
    for (const Recording::Line& line : recording_.variables) {
      const auto bound = bindings_.find(line.name);
      Variable variable{line.name, line.value, bound == bindings_.end() ? Binding() : bound->second};
      if (variable.binding.field == Field::host_uptime) {
        variable.value = Value::time_ticks(static_cast<std::uint32_t>(*line.value.unsigned_number()) -
                                           recorded.uptime_ticks);
      }
      if (!gone_.contains(line.name)) out.push_back(std::move(variable));
    }
    return out;
  }

  std::size_t bound() const { return bindings_.size() + gone_.size(); }
  std::shared_ptr<Model> model() const { return model_; }
  const std::map<Oid, Binding>& bindings() const { return bindings_; }

  // State to start from.
  Identity identity;
  Settings settings;
  Device::Recorded recorded;
  std::uint64_t life_count = 0, power_on_count = 0;
  std::vector<std::uint64_t> meters;
  std::vector<std::int32_t> supply_levels, input_levels;

 private:
  const Value* at(const Oid& name) const {
    const auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }
  std::optional<std::int64_t> number(const Oid& name) const {
    const Value* value = at(name);
    return value ? value->number() : std::nullopt;
  }
  std::string text(const Oid& name) const {
    const Value* value = at(name);
    return value && value->type() == Type::octets ? *value->octets() : std::string();
  }
  bool is_text(const Oid& name) const {
    const Value* value = at(name);
    return value && value->type() == Type::octets;
  }
  void bind(const Oid& name, Field field, std::size_t row = 0) {
    if (at(name) && row <= 0xffff) bindings_[name] = {field, static_cast<std::uint16_t>(row)};
  }
  // Every instance below a column, with its index arcs.
  void each(const Oid& column,
            const std::function<void(const Oid& name, std::span<const Oid::Arc> index, const Value&)>& visit)
      const {
    for (auto i = by_name_.upper_bound(column); i != by_name_.end() && i->first.starts_with(column); ++i) {
      visit(i->first, i->first.after(column), *i->second);
    }
  }
  static Oid cell(const Oid& entry, Oid::Arc column, std::span<const Oid::Arc> index) {
    return entry + column + index;
  }

  void system() {
    const Oid group = mib2 + 1u;
    model_->description = text(group + Oid{1, 0});
    if (const Value* id = at(group + Oid{2, 0}); id && id->oid())
      model_->object_id.assign(id->oid()->begin(), id->oid()->end());
    if (const Value* ticks = at(group + Oid{3, 0}); ticks && ticks->type() == Type::time_ticks) {
      recorded.uptime_ticks = static_cast<std::uint32_t>(*ticks->unsigned_number());
      bind(group + Oid{3, 0}, Field::system_uptime);
    }
    const auto setting = [&](Oid::Arc scalar, std::string& into, Field field) {
      const Oid name = group + Oid{scalar, 0};
      if (!is_text(name)) return;
      into = text(name);
      bind(name, field);
    };
    setting(4, settings.contact, Field::contact);
    setting(5, settings.name, Field::system_name);
    setting(6, settings.location, Field::location);
    each(mib2 + Oid{2, 2, 1, 6}, [&](const Oid& name, std::span<const Oid::Arc>, const Value& value) {
      const std::string* octets = value.octets();
      if (!octets || octets->size() != 6 || *octets == std::string(6, '\0')) return;
      std::array<std::uint8_t, 6> mac{};
      std::copy(octets->begin(), octets->end(), mac.begin());
      if (identity.mac == std::array<std::uint8_t, 6>{}) identity.mac = mac;
      if (mac == identity.mac) bind(name, Field::mac);
    });
  }

  void host_resources() {
    if (const Value* ticks = at(host + Oid{1, 1, 0}); ticks && ticks->type() == Type::time_ticks)
      bind(host + Oid{1, 1, 0}, Field::host_uptime);
    Oid::Arc printer = 1;
    each(host + Oid{3, 2, 1, 2}, [&](const Oid&, std::span<const Oid::Arc> index, const Value& value) {
      if (value.oid() && *value.oid() == printer_device_type && index.size() == 1)
        printer = std::min(printer == 1 ? index[0] : printer, index[0]);
    });
    each(host + Oid{3, 5, 1}, [&](const Oid&, std::span<const Oid::Arc> rest, const Value&) {
      if (rest.size() == 2) printer = rest[1];
    });
    const auto status = [&](const Oid& name, Field field) {
      if (number(name)) bind(name, field);
    };
    status(host + Oid{3, 2, 1, 5, printer}, Field::device_status);
    status(host + Oid{3, 5, 1, 1, printer}, Field::printer_status);
    if (is_text(host + Oid{3, 5, 1, 2, printer}))
      bind(host + Oid{3, 5, 1, 2, printer}, Field::detected_errors);
    model_->product = text(host + Oid{3, 2, 1, 3, printer});
    model_->device_description = model_->product;
    if (model_->product.empty())
      model_->product = model_->description.substr(0, model_->description.find(';'));
  }

  void general() {
    const Oid entry = printer_mib + Oid{5, 1, 1};
    each(entry + 17u, [&](const Oid& name, std::span<const Oid::Arc>, const Value& value) {
      if (value.type() == Type::octets && identity.serial.empty()) {
        identity.serial = *value.octets();
        bind(name, Field::serial);
      }
    });
    // The other places of the serial number move with it where they say the same.
    if (identity.serial.empty()) identity.serial = text(vendor_serial);
    if (!identity.serial.empty()) {
      if (text(vendor_serial) == identity.serial) bind(vendor_serial, Field::serial);
      each(entity_serial, [&](const Oid& name, std::span<const Oid::Arc>, const Value& value) {
        if (value.octets() && *value.octets() == identity.serial) bind(name, Field::serial);
      });
    }
    each(entry + 16u, [&](const Oid& name, std::span<const Oid::Arc>, const Value& value) {
      if (value.type() != Type::octets || !identity.printer_name.empty()) return;
      identity.printer_name = *value.octets();
      bind(name, Field::printer_name);
    });
    const Oid::Arc row[] = {1};
    const auto counter = [&](Oid::Arc column, std::uint32_t& into, Field field) {
      const Oid name = cell(entry, column, row);
      const auto n = number(name);
      if (!n || *n < 0) return;
      into = static_cast<std::uint32_t>(*n);
      bind(name, field);
    };
    counter(1, recorded.config_changes, Field::config_changes);
    counter(18, recorded.critical_events, Field::critical_events);
    counter(19, recorded.all_events, Field::all_events);
    if (number(cell(entry, 3, row)) == 3) bind(cell(entry, 3, row), Field::general_reset);
  }

  void covers() {
    each(printer_mib + Oid{6, 1, 1, 3},
         [&](const Oid& name, std::span<const Oid::Arc> index, const Value& value) {
           const auto status = value.number();
           if (!status || *status < 1 || *status > 6) return;
           std::string description = text(cell(printer_mib + Oid{6, 1, 1}, 2, index));
           model_->covers.push_back({description.empty() ? "Cover" : std::move(description)});
           recorded.covers.push_back(static_cast<CoverStatus>(*status));
           bind(name, Field::cover_status, recorded.covers.size() - 1);
         });
  }

  // How a level was told, and a truth that is told so. False where no truth is.
  static bool truth(std::int64_t level, std::int64_t max, std::int32_t& capacity, std::int32_t& true_level,
                    Reporting& reporting) {
    if (level < reading_some || level > INT32_MAX || max > INT32_MAX) return false;
    capacity = static_cast<std::int32_t>(max > 0 ? max : 100);
    reporting = level == reading_some      ? Reporting::some_remaining
                : level == reading_unknown ? Reporting::unknown
                : level == reading_other   ? Reporting::other
                                           : Reporting::exact;
    if (level >= 0) {
      true_level = static_cast<std::int32_t>(level);
      capacity = std::max(capacity, true_level);
    } else {
      true_level = (capacity + 1) / 2;
    }
    return true;
  }

  void inputs() {
    const Oid entry = printer_mib + Oid{8, 2, 1};
    each(entry + 10u, [&](const Oid& name, std::span<const Oid::Arc> index, const Value& value) {
      InputKind kind;
      const std::int64_t max = number(cell(entry, 9, index)).value_or(reading_unknown);
      std::int32_t level = 0;
      if (!value.number() || !truth(*value.number(), max, kind.capacity, level, kind.reporting)) return;
      kind.max = static_cast<std::int32_t>(std::max<std::int64_t>(max, reading_unknown));
      kind.name = text(cell(entry, 13, index));
      if (kind.name.empty()) kind.name = text(cell(entry, 18, index));
      if (kind.name.empty()) kind.name = "Tray " + std::to_string(model_->inputs.size() + 1);
      kind.initial = level;
      model_->inputs.push_back(std::move(kind));
      input_levels.push_back(level);
      bind(name, Field::input_level, input_levels.size() - 1);
      if (number(cell(entry, 11, index)))
        bind(cell(entry, 11, index), Field::input_status, input_levels.size() - 1);
    });
  }

  void markers() {
    const Oid entry = printer_mib + Oid{10, 2, 1};
    const auto count = [&](Oid::Arc column, std::uint64_t& into, Field field) {
      bool taken = false;  // the first marker's alone
      each(entry + column, [&](const Oid& name, std::span<const Oid::Arc>, const Value& value) {
        const auto n = value.unsigned_number();
        if (taken || !n) return;
        into = *n;
        taken = true;
        bind(name, field);
      });
    };
    count(4, life_count, Field::life_count);
    count(5, power_on_count, Field::power_on_count);
    const Oid::Arc first[] = {1, 1};
    if (number(cell(entry, 15, first))) bind(cell(entry, 15, first), Field::marker_status);
  }

  void supplies() {
    const Oid entry = printer_mib + Oid{11, 1, 1};
    each(entry + 9u, [&](const Oid& name, std::span<const Oid::Arc> index, const Value& value) {
      SupplyKind kind;
      const std::int64_t max = number(cell(entry, 8, index)).value_or(reading_unknown);
      std::int32_t level = 0;
      if (!value.number() || !truth(*value.number(), max, kind.capacity, level, kind.reporting)) return;
      kind.max = static_cast<std::int32_t>(std::max<std::int64_t>(max, reading_unknown));
      kind.description = text(cell(entry, 6, index));
      if (kind.description.empty()) kind.description = "Supply " + std::to_string(index.back());
      kind.type =
          static_cast<std::int32_t>(number(cell(entry, 5, index)).value_or(type_by_name(kind.description)));
      kind.unit = static_cast<std::int32_t>(number(cell(entry, 7, index)).value_or(max == 100 ? 19 : 7));
      const bool waste = kind.type == 4 || kind.type == 8;
      const auto told = number(cell(entry, 4, index));
      kind.supply_class = told    ? (*told == 4 ? SupplyClass::receptacle : SupplyClass::consumed)
                          : waste ? SupplyClass::receptacle
                                  : SupplyClass::consumed;
      const bool toner = kind.type == 3 || kind.type == 5 || kind.type == 6 || kind.type == 21;
      if (toner) kind.wears_by = WearsBy::coverage;
      kind.stops_when_empty = toner || waste;
      kind.colour_only =
          toner && (has_word(kind.description, "cyan") || has_word(kind.description, "magenta") ||
                    has_word(kind.description, "yellow"));
      if (kind.colour_only) model_->colour = true;
      kind.yield = kind.unit == 7 && kind.capacity > 100 ? static_cast<std::uint32_t>(kind.capacity)
                   : toner                               ? 15000
                   : waste                               ? 30000
                                                         : 100000;
      model_->supplies.push_back(std::move(kind));
      supply_levels.push_back(level);
      bind(name, Field::supply_level, supply_levels.size() - 1);
    });
  }

  void usage_counters() {
    each(usage, [&](const Oid& name, std::span<const Oid::Arc> index, const Value& value) {
      const auto n = value.unsigned_number();
      if (index.size() != 3 || index[1] != 20 || !n) return;
      for (const UsageRule& rule : usage_rules) {
        if (rule.device != index[0] || rule.index != index[2]) continue;
        MeterKind kind;
        kind.name = text(usage.first(usage.size() - 1) + 8u + index);
        if (kind.name.empty()) kind.name = std::to_string(index[0]) + ".20." + std::to_string(index[2]);
        kind.counts = rule.counts;
        kind.functions = rule.functions;
        kind.colours = rule.colours;
        kind.large_only = rule.large;
        kind.table_device = index[0];
        kind.table_index = index[2];
        model_->colour = model_->colour || (rule.colours == counts_colour);
        model_->meters.push_back(std::move(kind));
        meters.push_back(*n);
        bind(name, Field::meter, meters.size() - 1);
        return;
      }
    });
  }

  // Whole rows become alerts of the device; of a row of which columns are missing, what there is stays
  // constant.
  void alerts() {
    const Oid entry = printer_mib + Oid{18, 1, 1};
    each(entry + 2u, [&](const Oid&, std::span<const Oid::Arc> index, const Value&) {
      if (index.size() != 2 || index[0] != 1 || index[1] < 1 || index[1] > INT32_MAX ||
          recorded.alerts.size() >= Device::alerts_max)
        return;
      const auto column = [&](Oid::Arc c) { return number(cell(entry, c, index)); };
      const Value* description = at(cell(entry, 8, index));
      const Value* time = at(cell(entry, 9, index));
      if (!column(2) || !column(3) || !column(4) || !column(5) || !column(6) || !column(7)) return;
      if (!description || description->type() != Type::octets || !time || time->type() != Type::time_ticks)
        return;
      Alert alert;
      alert.index = static_cast<std::int32_t>(index[1]);
      if (*column(2) < 1 || *column(2) > 5 || *column(4) < 1 || *column(4) > 255) return;
      alert.severity = static_cast<Severity>(*column(2));
      alert.training = static_cast<std::int32_t>(*column(3));
      alert.group = static_cast<Part>(*column(4));
      alert.group_index = static_cast<std::int32_t>(*column(5));
      alert.location = static_cast<std::int32_t>(*column(6));
      alert.code = static_cast<std::int32_t>(*column(7));
      alert.description = *description->octets();
      alert.ticks = static_cast<std::uint32_t>(*time->unsigned_number());
      recorded.alerts.push_back(std::move(alert));
      for (Oid::Arc c = 1; c <= 9; ++c) {
        if (at(cell(entry, c, index))) gone_[cell(entry, c, index)] = true;
      }
    });
    // Constant rows keep their indices to themselves.
    each(entry + 2u, [&](const Oid&, std::span<const Oid::Arc> index, const Value&) {
      if (index.size() == 2 && index[1] < INT32_MAX)
        next_alert = std::max(next_alert, static_cast<std::int32_t>(index[1]) + 1);
    });
  }

  void console() {
    each(printer_mib + Oid{16, 5, 1, 2},
         [&](const Oid& name, std::span<const Oid::Arc> index, const Value& value) {
           if (index.size() != 2 || index[1] < 1 || index[1] > 32 || value.type() != Type::octets) return;
           bind(name, Field::console_text, index[1] - 1);
           model_->console_lines = std::max(model_->console_lines, static_cast<std::int32_t>(index[1]));
         });
  }

  void engine_group() {
    bind(engine + Oid{1, 0}, Field::engine_id);
    if (const auto n = number(engine + Oid{2, 0}); n && *n >= 0 && *n <= INT32_MAX) {
      recorded.engine_boots = static_cast<std::uint32_t>(*n);
      bind(engine + Oid{2, 0}, Field::engine_boots);
    }
    if (const auto n = number(engine + Oid{3, 0}); n && *n >= 0 && *n <= INT32_MAX) {
      recorded.engine_seconds = static_cast<std::int32_t>(*n);
      bind(engine + Oid{3, 0}, Field::engine_time);
    }
  }

  const Recording& recording_;
  std::shared_ptr<Model> model_;
  std::map<Oid, const Value*> by_name_;
  std::map<Oid, Binding> bindings_;
  std::map<Oid, bool> gone_;  // made from the device's alerts instead

 public:
  std::int32_t next_alert = 1;
};

}  // namespace

RecordedPrinter make_printer(Recording recording, std::string key) {
  RecordedPrinter out;
  Recognition seen(recording, std::move(key));
  seen.run();
  out.mib = std::make_shared<MibTemplate>(seen.variables(), std::vector<const LiveTable*>{&alert_table()});
  out.model = seen.model();
  out.report = recording.report;
  out.report.bound = seen.bound();
  for (const auto& [name, binding] : seen.bindings()) {
    switch (binding.field) {
      case Field::system_uptime:
      case Field::host_uptime:
      case Field::engine_id:
      case Field::engine_boots:
      case Field::engine_time:
        out.report.live.push_back(name.text());
        break;
      default:
        break;
    }
  }
  out.recording = std::move(recording);
  return out;
}

Device RecordedPrinter::device(std::string serial) const {
  Recognition seen(recording, model->key);
  seen.run();
  if (!serial.empty()) seen.identity.serial = std::move(serial);
  Device device(model, seen.identity);
  device.set(seen.settings);
  device.set_life_count(seen.life_count);
  device.set_power_on_count(seen.power_on_count);
  for (std::size_t i = 0; i < seen.meters.size(); ++i) device.set_meter(i, seen.meters[i]);
  for (std::size_t i = 0; i < seen.supply_levels.size(); ++i)
    device.set_supply_level(i, seen.supply_levels[i], Moment{0});
  for (std::size_t i = 0; i < seen.input_levels.size(); ++i)
    device.set_input_level(i, seen.input_levels[i], Moment{0});
  device.set_next_alert_index(seen.next_alert);
  device.resume_from(std::move(seen.recorded));
  return device;
}

}  // namespace mr::printer
