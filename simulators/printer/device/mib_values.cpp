// What variables show: bound ones from the device's state, and the rows that come and go.
#include <algorithm>

#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid alert_entry{1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
const Oid address_entry{1, 3, 6, 1, 2, 1, 4, 20, 1};
constexpr Oid::Arc alert_columns = 9, address_columns = 5;

// A number as the type that the variable is shown as; counters wrap as SMI says.
Value number_as(Type type, std::int64_t n) {
  switch (type) {
    case Type::counter32:
      return Value::counter32(static_cast<std::uint32_t>(n));
    case Type::gauge32:
      return Value::gauge32(static_cast<std::uint32_t>(std::clamp<std::int64_t>(n, 0, 0xffffffffll)));
    case Type::time_ticks:
      return Value::time_ticks(static_cast<std::uint32_t>(n));
    case Type::counter64:
      return Value::counter64(static_cast<std::uint64_t>(n));
    case Type::octets:
      return Value::octets(std::to_string(n));
    default:
      return Value::integer(static_cast<std::int32_t>(std::clamp<std::int64_t>(n, INT32_MIN, INT32_MAX)));
  }
}

Value alert_cell(Oid::Arc column, const Alert& alert) {
  switch (column) {
    case 1:
      return Value::integer(alert.index);
    case 2:
      return Value::integer(static_cast<std::int32_t>(alert.severity));
    case 3:
      return Value::integer(alert.training);
    case 4:
      return Value::integer(static_cast<std::int32_t>(alert.group));
    case 5:
      return Value::integer(alert.group_index);
    case 6:
      return Value::integer(alert.location);
    case 7:
      return Value::integer(alert.code);
    case 8:
      return Value::octets(alert.description.substr(0, 255));
    default:
      return Value::time_ticks(alert.ticks);
  }
}

// The loopback interface is 1, the network 2, as composed.
struct AddressRow {
  std::array<std::uint8_t, 4> address, mask;
  std::int32_t interface;
};

std::vector<AddressRow> address_rows(const Device& device) {
  std::vector<AddressRow> rows{{{127, 0, 0, 1}, {255, 0, 0, 0}, 1}};
  if (const auto own = device.identity().address; own != rows[0].address) {
    const std::array<std::uint8_t, 4> mask =
        own[0] == 127 ? rows[0].mask : std::array<std::uint8_t, 4>{255, 255, 255, 0};
    rows.push_back({own, mask, 2});
    if (rows[1].address < rows[0].address) std::swap(rows[0], rows[1]);
  }
  return rows;
}

Value address_cell(Oid::Arc column, const AddressRow& row) {
  switch (column) {
    case 1:
      return Value::ip_address(row.address);
    case 2:
      return Value::integer(row.interface);
    case 3:
      return Value::ip_address(row.mask);
    case 4:
      return Value::integer(1);
    default:
      return Value::integer(65535);
  }
}

Oid named(const Oid& entry, Oid::Arc column, const AddressRow& row) {
  Oid name = entry + column;
  for (const std::uint8_t octet : row.address) name.append(octet);
  return name;
}

}  // namespace

namespace {
// What as_recorded() keeps.
bool is_status(Field field) {
  switch (field) {
    case Field::device_status:
    case Field::printer_status:
    case Field::detected_errors:
    case Field::marker_status:
    case Field::input_status:
    case Field::output_status:
    case Field::console_text:
      return true;
    default:
      return false;
  }
}
}  // namespace

Value DeviceMib::value_of(const Variable& variable) const {
  const Device& d = device_;
  const Type type = variable.value.type();
  const std::size_t row = variable.binding.row;
  const auto number = [type](std::int64_t n) { return number_as(type, n); };
  const auto counter = [type](std::uint64_t n) { return number_as(type, static_cast<std::int64_t>(n)); };
  if (d.as_recorded() && is_status(variable.binding.field)) return variable.value;
  switch (variable.binding.field) {
    case Field::constant: {
      if (set_.empty()) return variable.value;
      const auto position = static_cast<std::uint32_t>(&variable - template_->variables().data());
      const auto at = std::lower_bound(set_.begin(), set_.end(), position,
                                       [](const auto& s, std::uint32_t p) { return s.first < p; });
      return at != set_.end() && at->first == position ? at->second : variable.value;
    }
    case Field::system_description:
      return Value::octets(d.system_description());
    case Field::system_uptime:
      return number(d.uptime_ticks(now_));
    case Field::host_uptime: {
      // A recording has its own start; the difference to sysUpTime stays.
      const auto base = variable.value.unsigned_number().value_or(0);
      return Value::time_ticks(d.uptime_ticks(now_) + static_cast<std::uint32_t>(base));
    }
    case Field::contact:
      return Value::octets(d.settings().contact);
    case Field::system_name:
      return Value::octets(d.settings().name);
    case Field::location:
      return Value::octets(d.settings().location);
    case Field::serial:
      return Value::octets(d.identity().serial);
    case Field::printer_name:
      return Value::octets(d.identity().printer_name);
    case Field::device_id:
      return Value::octets(d.device_id());
    case Field::mac:
      return Value::octets({reinterpret_cast<const char*>(d.identity().mac.data()), d.identity().mac.size()});
    case Field::device_status:
      return number(d.device_status());
    case Field::printer_status:
      return number(d.printer_status());
    case Field::detected_errors: {
      // As many octets as the printer tells; a condition that does not fit one octet needs the second.
      std::string bits = d.detected_errors();
      const std::string* shown = variable.value.octets();
      if (shown && shown->size() == 1 && bits[1] == 0) bits.resize(1);
      return Value::octets(std::move(bits));
    }
    case Field::config_changes:
      return number(d.config_changes());
    case Field::general_reset:
      return number(3);  // notResetting
    case Field::critical_events:
      return number(d.critical_events());
    case Field::all_events:
      return number(d.all_events());
    case Field::life_count:
      return counter(d.life_count());
    case Field::power_on_count:
      return counter(d.power_on_count());
    case Field::marker_status:
      return number(d.marker_status());
    case Field::meter:
      return counter(d.meter(row));
    case Field::supply_description:
      return Value::octets(d.supply_description(row));
    case Field::supply_level:
      return number(d.supply_level(row));
    case Field::input_level:
      return number(d.input_level(row));
    case Field::input_status:
      return number(d.input_status(row));
    case Field::output_remaining:
      return number(d.output_remaining(row));
    case Field::output_status:
      return number(d.output_status(row));
    case Field::cover_status:
      return number(static_cast<std::int32_t>(d.cover(row)));
    case Field::console_text:
      return Value::octets(d.console_text(row));
    case Field::light_on:  // milliseconds on and off: steady on while a critical alert stands (row 0), power
                           // (row 1)
      return number(row > 0 || d.attention_light() ? 1000 : 0);
    case Field::light_off:
      return number(row > 0 || d.attention_light() ? 0 : 1000);
    case Field::octets_in:
      return counter(d.traffic().octets_in);
    case Field::packets_in:
      return counter(d.traffic().packets_in);
    case Field::octets_out:
      return counter(d.traffic().octets_out);
    case Field::packets_out:
      return counter(d.traffic().packets_out);
    case Field::engine_id:
      return Value::octets(engine_id_);
    case Field::engine_boots:
      return number(d.boots());
    case Field::engine_time:
      return number(d.engine_time(now_));
    case Field::software_name:
      return Value::octets("System software " + d.level());
    case Field::port_uri: {
      const auto& a = d.identity().address;
      const std::string host = std::to_string(a[0]) + "." + std::to_string(a[1]) + "." +
                               std::to_string(a[2]) + "." + std::to_string(a[3]);
      if (row == 515) return Value::octets("lpr://" + host + "/print");
      return Value::octets("socket://" + host + ":" + std::to_string(row));
    }
  }
  return variable.value;
}

std::optional<Value> DeviceMib::live(const Oid& name) const {
  if (template_->live().alerts && name.size() == alert_entry.size() + 3 && name.starts_with(alert_entry)) {
    const auto tail = name.after(alert_entry);
    if (tail[0] >= 1 && tail[0] <= alert_columns && tail[1] == 1) {
      for (const Alert& alert : device_.alerts()) {
        if (static_cast<Oid::Arc>(alert.index) == tail[2]) return alert_cell(tail[0], alert);
      }
    }
  }
  if (template_->live().addresses && name.size() == address_entry.size() + 5 &&
      name.starts_with(address_entry)) {
    const Oid::Arc column = name.after(address_entry)[0];
    if (column >= 1 && column <= address_columns) {
      for (const AddressRow& row : address_rows(device_)) {
        if (named(address_entry, column, row) == name) return address_cell(column, row);
      }
    }
  }
  return {};
}

bool DeviceMib::next_live(const Oid& after, const Oid* limit, Oid& name, Value& value) const {
  // Whether the rows of a table can lie between `after` and `limit`.
  const auto between = [&](const Oid& entry) {
    return (after < entry || after.starts_with(entry)) && (!limit || *limit > entry);
  };
  const auto give = [&](Oid candidate, Value shown) {
    if (limit && *limit < candidate) return false;
    name = std::move(candidate);
    value = std::move(shown);
    return true;
  };
  // ipAddrTable lies before prtAlertTable in walk order.
  if (template_->live().addresses && between(address_entry)) {
    const auto rows = address_rows(device_);
    for (Oid::Arc column = 1; column <= address_columns; ++column) {
      const Oid cells = address_entry + column;
      if (after > cells && !after.starts_with(cells)) continue;
      for (const AddressRow& row : rows) {
        Oid candidate = named(address_entry, column, row);
        if (candidate > after) return give(std::move(candidate), address_cell(column, row));
      }
    }
  }
  if (!template_->live().alerts || device_.alerts().empty() || !between(alert_entry)) return false;
  // Alerts are kept by age; a walk goes by index, which may have wrapped.
  for (Oid::Arc column = 1; column <= alert_columns; ++column) {
    const Oid rows = alert_entry + column + 1u;
    if (after > rows && !after.starts_with(rows)) continue;
    // The least index that this row of the column still allows.
    const auto tail = after > rows ? after.after(rows) : std::span<const Oid::Arc>();
    const std::uint64_t least = tail.empty() ? 0 : std::uint64_t{tail[0]} + 1;
    const Alert* first = nullptr;
    for (const Alert& alert : device_.alerts()) {
      if (static_cast<std::uint64_t>(alert.index) >= least && (!first || alert.index < first->index))
        first = &alert;
    }
    if (first) return give(rows + static_cast<Oid::Arc>(first->index), alert_cell(column, *first));
  }
  return false;
}

// --- notifications ---

namespace {
const Oid sys_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0}, trap_oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

snmp::Pdu trap(const DeviceMib& mib, Oid which, Moment now) {
  snmp::Pdu pdu;
  pdu.type = snmp::PduType::trap;
  pdu.varbinds.push_back({sys_up_time, Value::time_ticks(mib.device().uptime_ticks(now))});
  pdu.varbinds.push_back({trap_oid, Value::oid(std::move(which))});
  return pdu;
}
}  // namespace

snmp::Pdu alert_notification(const DeviceMib& mib, const Alert& alert, Moment now) {
  snmp::Pdu pdu = trap(mib, Oid{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1}, now);
  for (const Oid::Arc column : {1u, 2u, 4u, 5u, 6u, 7u}) {
    pdu.varbinds.push_back(
        {alert_entry + column + 1u + static_cast<Oid::Arc>(alert.index), alert_cell(column, alert)});
  }
  return pdu;
}

snmp::Pdu cold_start_notification(const DeviceMib& mib, Moment now) {
  return trap(mib, Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, 1}, now);
}

}  // namespace mr::printer
