// What bound variables show, from the device's state.
#include <algorithm>

#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

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
    case Field::system_date:
      return Value::octets(date_and_time(d, now_));
    case Field::read_community:
    case Field::write_community:
    case Field::trap_community:
      return Value::octets("");
    case Field::reading:
      return variable.binding.reading->get(*this);
  }
  return variable.value;
}

}  // namespace mr::printer
