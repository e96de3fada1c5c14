// The system group, the SNMP agent's own groups, interfaces and IP; and all parts put together.
#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {
Value sample_of(Type type) {
  switch (type) {
    case Type::octets:
      return Value::octets(std::string(2, '\0'));
    case Type::oid:
      return Value::oid(Oid{0, 0});
    default:
      return number_as(type, 0);
  }
}
}  // namespace

void Composition::bound(Oid name, Type type, Field field, std::size_t row) {
  variables.push_back({std::move(name), sample_of(type), {field, static_cast<std::uint16_t>(row)}});
}

void Composition::reading(Oid name, Type type, Reading made) {
  variables.push_back({std::move(name),
                       sample_of(type),
                       {Field::reading, 0, std::make_shared<const Reading>(std::move(made))}});
}

void Composition::counted(Oid name, Type type, std::function<std::int64_t(const Device&)> count) {
  reading(std::move(name), type, {[type, count = std::move(count)](const DeviceMib& mib) {
            return number_as(type, count(mib.device()));
          }});
}

void Composition::told(Oid name, std::function<std::string(const DeviceMib&)> words) {
  reading(std::move(name), Type::octets,
          {[words = std::move(words)](const DeviceMib& mib) { return Value::octets(words(mib)); }});
}

std::int32_t sub_unit_status(const Device& device, Part part, std::size_t row) {
  std::int32_t status = device.power() == Power::standby ? 2 : 0;
  for (const Alert& alert : device.alerts()) {
    if (alert.group == part && alert.group_index == static_cast<std::int32_t>(row + 1))
      status |= alert.severity == Severity::critical ? 16 : 8;
  }
  return status;
}

void compose_system(Composition& out, const Model& model) {
  const Oid system = mib2_arcs + 1u;
  out.bound(system + Oid{1, 0}, Type::octets, Field::system_description);
  out.constant(system + Oid{2, 0}, Value::oid(Oid(std::span<const Oid::Arc>(model.object_id))));
  out.bound(system + Oid{3, 0}, Type::time_ticks, Field::system_uptime);
  out.bound(system + Oid{4, 0}, Type::octets, Field::contact);
  out.bound(system + Oid{5, 0}, Type::octets, Field::system_name);
  out.bound(system + Oid{6, 0}, Type::octets, Field::location);
  out.number(system + Oid{7, 0}, 72);  // sysServices: transport and application
  out.constant(system + Oid{8, 0}, Value::time_ticks(0));
  // sysORTable: the modules that the agent has, by the arcs that name them.
  const std::pair<Oid, const char*> modules[] = {
      {Oid{1, 3, 6, 1, 6, 3, 1}, "SNMPv2-MIB"},
      {Oid{1, 3, 6, 1, 2, 1, 31}, "IF-MIB"},
      {Oid{1, 3, 6, 1, 2, 1, 25, 7, 1}, "HOST-RESOURCES-MIB"},
      {Oid{1, 3, 6, 1, 2, 1, 43}, "Printer-MIB"},
      {Oid{1, 3, 6, 1, 4, 1, 2699, 1, 2}, "PRINTER-PORT-MONITOR-MIB"},
      {Oid{1, 3, 6, 1, 4, 1, 2699, 1, 3}, "PWG-IMAGING-COUNTER-MIB"},
      {Oid{1, 3, 6, 1, 6, 3, 10}, "SNMP-FRAMEWORK-MIB"},
  };
  Oid::Arc row = 0;
  for (const auto& [name, words] : modules) {
    ++row;
    out.constant(system + Oid{9, 1, 2, row}, Value::oid(name));
    out.text(system + Oid{9, 1, 3, row}, words);
    out.constant(system + Oid{9, 1, 4, row}, Value::time_ticks(0));
  }

  const Oid agent = mib2_arcs + 11u;
  out.bound(agent + Oid{1, 0}, Type::counter32, Field::packets_in);
  out.bound(agent + Oid{2, 0}, Type::counter32, Field::packets_out);
  // Of what it drops the agent keeps no counts.
  for (const Oid::Arc none : {3u, 4u, 5u, 6u, 31u, 32u})
    out.constant(agent + Oid{none, 0}, Value::counter32(0));
  out.number(agent + Oid{30, 0}, 2);

  const Oid engine{1, 3, 6, 1, 6, 3, 10, 2, 1};
  out.bound(engine + Oid{1, 0}, Type::octets, Field::engine_id);
  out.bound(engine + Oid{2, 0}, Type::integer, Field::engine_boots);
  out.bound(engine + Oid{3, 0}, Type::integer, Field::engine_time);
  out.number(engine + Oid{4, 0}, 65507);
}

// 1 is the loopback, 2 the network.
void compose_interfaces(Composition& out, const Model&) {
  out.number(mib2_arcs + Oid{2, 1, 0}, 2);
  for (Oid::Arc i = 1; i <= 2; ++i) {
    const bool network = i == 2;
    const auto at = [&](Oid::Arc column) { return mib2_arcs + Oid{2, 2, 1, column, i}; };
    const std::string name = network ? "eth0" : "lo";
    const std::uint32_t speed = network ? 1'000'000'000 : 10'000'000;
    out.number(at(1), static_cast<std::int32_t>(i));
    out.text(at(2), network ? "Embedded Ethernet Controller, 10/100/1000 Mbps" : "Loopback");
    out.number(at(3), network ? 6 : 24);
    out.number(at(4), network ? 1500 : 65536);
    out.constant(at(5), Value::gauge32(speed));
    if (network) {
      out.bound(at(6), Type::octets, Field::mac);
    } else {
      out.text(at(6), "");
    }
    out.number(at(7), 1);
    out.number(at(8), 1);
    out.constant(at(9), Value::time_ticks(0));
    const auto counted = [&](Oid name_, Type type, Field field) {
      if (network) {
        out.bound(std::move(name_), type, field);
      } else {
        out.constant(std::move(name_), sample_of(type));
      }
    };
    counted(at(10), Type::counter32, Field::octets_in);
    counted(at(11), Type::counter32, Field::packets_in);
    for (const Oid::Arc none : {12u, 13u, 14u, 15u, 18u, 19u, 20u})
      out.constant(at(none), Value::counter32(0));
    counted(at(16), Type::counter32, Field::octets_out);
    counted(at(17), Type::counter32, Field::packets_out);
    out.constant(at(21), Value::gauge32(0));
    const auto more = [&](Oid::Arc column) { return mib2_arcs + Oid{31, 1, 1, 1, column, i}; };
    out.text(more(1), name);
    for (const Oid::Arc none : {2u, 3u, 4u, 5u}) out.constant(more(none), Value::counter32(0));
    counted(more(6), Type::counter64, Field::octets_in);
    counted(more(7), Type::counter64, Field::packets_in);
    for (const Oid::Arc none : {8u, 9u, 12u, 13u}) out.constant(more(none), Value::counter64(0));
    counted(more(10), Type::counter64, Field::octets_out);
    counted(more(11), Type::counter64, Field::packets_out);
    out.number(more(14), network ? 1 : 2);
    out.constant(more(15), Value::gauge32(speed / 1'000'000));
    out.number(more(16), 2);
    out.number(more(17), network ? 1 : 2);
    out.text(more(18), "");
    out.constant(more(19), Value::time_ticks(0));
  }
  const Oid ip = mib2_arcs + 4u;
  out.number(ip + Oid{1, 0}, 2);   // ipForwarding: not
  out.number(ip + Oid{2, 0}, 64);  // ipDefaultTTL
  out.number(ip + Oid{13, 0}, 60);
  for (Oid::Arc scalar = 3; scalar <= 23; ++scalar) {
    if (scalar == 13 || (scalar >= 20 && scalar <= 22)) continue;
    const Oid name = ip + Oid{scalar, 0};
    if (scalar == 3 || scalar == 9) {
      out.bound(name, Type::counter32, Field::packets_in);
    } else if (scalar == 10) {
      out.bound(name, Type::counter32, Field::packets_out);
    } else {
      out.constant(name, Value::counter32(0));
    }
  }
}

MibTemplatePtr compose_mib(const ModelPtr& model) {
  Composition out;
  out.live = {&alert_table(), &address_table()};
  compose_system(out, *model);
  compose_interfaces(out, *model);
  compose_host_resources(out, *model);
  compose_printer_mib(out, *model);
  compose_finishers(out, *model);
  compose_port_monitor(out, *model);
  compose_imaging_counters(out, *model);
  compose_jobs(out, *model);
  if (of_vendor(*model)) {
    compose_vendor(out, *model);
    compose_usage_counters(out, *model);
    compose_vendor_supplies(out, *model);
  }
  return std::make_shared<MibTemplate>(std::move(out.variables), std::move(out.live));
}

}  // namespace mr::printer
