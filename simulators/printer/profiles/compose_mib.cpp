// All but the Printer MIB: system, interfaces and IP, HOST-RESOURCES, the port monitor MIB and the vendor's
// usage counters.
#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {
const Oid mib2{1, 3, 6, 1, 2, 1};
constexpr Oid::Arc printer_device = 1, network_device = 2;  // hrDeviceIndex
constexpr std::uint32_t vendor_arc = 253;

Value sample(Type type) {
  switch (type) {
    case Type::counter32:
      return Value::counter32(0);
    case Type::counter64:
      return Value::counter64(0);
    case Type::gauge32:
      return Value::gauge32(0);
    case Type::time_ticks:
      return Value::time_ticks(0);
    case Type::octets:
      return Value::octets(std::string(2, '\0'));
    default:
      return Value::integer(0);
  }
}
}  // namespace

void Composition::bound(Oid name, Type type, Field field, std::size_t row) {
  variables.push_back({std::move(name), sample(type), {field, static_cast<std::uint16_t>(row)}});
}

void compose_system(Composition& out, const Model& model) {
  const Oid system = mib2 + 1u;
  out.bound(system + Oid{1, 0}, Type::octets, Field::system_description);
  out.constant(system + Oid{2, 0}, Value::oid(Oid(std::span<const Oid::Arc>(model.object_id))));
  out.bound(system + Oid{3, 0}, Type::time_ticks, Field::system_uptime);
  out.bound(system + Oid{4, 0}, Type::octets, Field::contact);
  out.bound(system + Oid{5, 0}, Type::octets, Field::system_name);
  out.bound(system + Oid{6, 0}, Type::octets, Field::location);
  out.constant(system + Oid{7, 0}, Value::integer(72));  // sysServices: transport and application
  out.constant(mib2 + Oid{11, 30, 0}, Value::integer(2));
  const Oid engine{1, 3, 6, 1, 6, 3, 10, 2, 1};
  out.bound(engine + Oid{1, 0}, Type::octets, Field::engine_id);
  out.bound(engine + Oid{2, 0}, Type::integer, Field::engine_boots);
  out.bound(engine + Oid{3, 0}, Type::integer, Field::engine_time);
  out.constant(engine + Oid{4, 0}, Value::integer(65507));
}

// 1 is the loopback, 2 the network.
void compose_interfaces(Composition& out, const Model&) {
  out.constant(mib2 + Oid{2, 1, 0}, Value::integer(2));
  for (Oid::Arc i = 1; i <= 2; ++i) {
    const bool network = i == 2;
    const auto at = [&](Oid::Arc column) { return mib2 + Oid{2, 2, 1, column, i}; };
    const std::string name = network ? "eth0" : "lo";
    const std::uint32_t speed = network ? 1'000'000'000 : 10'000'000;
    out.constant(at(1), Value::integer(static_cast<std::int32_t>(i)));
    out.constant(at(2),
                 Value::octets(network ? "Embedded Ethernet Controller, 10/100/1000 Mbps" : "Loopback"));
    out.constant(at(3), Value::integer(network ? 6 : 24));
    out.constant(at(4), Value::integer(network ? 1500 : 65536));
    out.constant(at(5), Value::gauge32(speed));
    if (network) {
      out.bound(at(6), Type::octets, Field::mac);
    } else {
      out.constant(at(6), Value::octets(""));
    }
    out.constant(at(7), Value::integer(1));
    out.constant(at(8), Value::integer(1));
    out.constant(at(9), Value::time_ticks(0));
    const auto counted = [&](Oid name_, Type type, Field field) {
      if (network) {
        out.bound(std::move(name_), type, field);
      } else {
        out.constant(std::move(name_), sample(type));
      }
    };
    counted(at(10), Type::counter32, Field::octets_in);
    counted(at(11), Type::counter32, Field::packets_in);
    for (const Oid::Arc none : {12u, 13u, 14u, 15u, 18u, 19u, 20u})
      out.constant(at(none), Value::counter32(0));
    counted(at(16), Type::counter32, Field::octets_out);
    counted(at(17), Type::counter32, Field::packets_out);
    out.constant(at(21), Value::gauge32(0));
    const auto more = [&](Oid::Arc column) { return mib2 + Oid{31, 1, 1, 1, column, i}; };
    out.constant(more(1), Value::octets(name));
    for (const Oid::Arc none : {2u, 3u, 4u, 5u}) out.constant(more(none), Value::counter32(0));
    counted(more(6), Type::counter64, Field::octets_in);
    counted(more(7), Type::counter64, Field::packets_in);
    for (const Oid::Arc none : {8u, 9u, 12u, 13u}) out.constant(more(none), Value::counter64(0));
    counted(more(10), Type::counter64, Field::octets_out);
    counted(more(11), Type::counter64, Field::packets_out);
    out.constant(more(14), Value::integer(network ? 1 : 2));
    out.constant(more(15), Value::gauge32(speed / 1'000'000));
    out.constant(more(16), Value::integer(2));
    out.constant(more(17), Value::integer(network ? 1 : 2));
    out.constant(more(18), Value::octets(""));
    out.constant(more(19), Value::time_ticks(0));
  }
  out.constant(mib2 + Oid{4, 1, 0}, Value::integer(2));   // ipForwarding: not
  out.constant(mib2 + Oid{4, 2, 0}, Value::integer(64));  // ipDefaultTTL; ipAdEntTable rows are live
}

void compose_host_resources(Composition& out, const Model& model) {
  const Oid host = mib2 + 25u;
  out.bound(host + Oid{1, 1, 0}, Type::time_ticks, Field::host_uptime);
  out.constant(host + Oid{2, 2, 0}, Value::integer(model.memory_kib));
  const auto storage = [&](Oid::Arc column) { return host + Oid{2, 3, 1, column, 1}; };
  out.constant(storage(1), Value::integer(1));
  out.constant(storage(2), Value::oid(host + Oid{2, 1, 2}));  // hrStorageRam
  out.constant(storage(3), Value::octets("Random access memory"));
  out.constant(storage(4), Value::integer(1024));
  out.constant(storage(5), Value::integer(model.memory_kib));
  out.constant(storage(6), Value::integer(model.memory_kib / 3));
  out.constant(storage(7), Value::counter32(0));
  for (const Oid::Arc device : {printer_device, network_device}) {
    const bool printer = device == printer_device;
    const auto at = [&](Oid::Arc column) { return host + Oid{3, 2, 1, column, device}; };
    out.constant(at(1), Value::integer(static_cast<std::int32_t>(device)));
    out.constant(at(2), Value::oid(host + Oid{3, 1, printer ? 5u : 4u}));  // hrDevicePrinter, hrDeviceNetwork
    out.constant(at(3), Value::octets(printer ? model.device_description : "Embedded Ethernet Controller"));
    out.constant(at(4), Value::oid(printer ? Oid(std::span<const Oid::Arc>(model.object_id)) : Oid{0, 0}));
    if (printer) {
      out.bound(at(5), Type::integer, Field::device_status);
      out.bound(at(6), Type::counter32, Field::critical_events);
    } else {
      out.constant(at(5), Value::integer(2));
      out.constant(at(6), Value::counter32(0));
    }
  }
  out.constant(host + Oid{3, 4, 1, 1, network_device}, Value::integer(2));  // hrNetworkIfIndex
  out.bound(host + Oid{3, 5, 1, 1, printer_device}, Type::integer, Field::printer_status);
  out.bound(host + Oid{3, 5, 1, 2, printer_device}, Type::octets, Field::detected_errors);
  // hrSWInstalledTable: the one level that runs. hrSWInstalledDate is left out: a device has no civil time.
  for (const Oid::Arc scalar : {1u, 2u}) out.constant(host + Oid{6, scalar, 0}, Value::time_ticks(0));
  const auto software = [&](Oid::Arc column) { return host + Oid{6, 3, 1, column, 1}; };
  out.constant(software(1), Value::integer(1));
  out.bound(software(2), Type::octets, Field::software_name);
  out.constant(software(3), Value::oid(Oid{0, 0}));
  out.constant(software(4), Value::integer(2));  // operatingSystem
}

// PWG 5107.1: how an operating system finds the ports and the driver.
void compose_port_monitor(Composition& out, const Model& model) {
  const Oid ppm{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1};
  struct Port {
    Oid::Arc protocol;
    std::uint16_t tcp;
    const char* name;
  };
  std::vector<Port> ports;
  for (const ChannelKind& channel : model.channels) {
    if (channel.type == 11 || channel.type == 37 || channel.type == 38) ports.push_back({11, 9100, "9100"});
    if (channel.type == 8) ports.push_back({8, 515, "lpd"});
  }
  out.constant(ppm + Oid{1, 1, 0}, Value::octets(model.language + "-" + model.country));
  out.constant(ppm + Oid{1, 2, 0}, Value::gauge32(1));
  out.constant(ppm + Oid{1, 3, 0}, Value::gauge32(static_cast<std::uint32_t>(ports.size())));
  const auto printer = [&](Oid::Arc column) { return ppm + Oid{2, 1, 1, column, 1}; };
  out.bound(printer(2), Type::octets, Field::printer_name);
  out.bound(printer(3), Type::octets, Field::device_id);
  out.constant(printer(4), Value::gauge32(static_cast<std::uint32_t>(ports.size())));
  out.constant(printer(5), Value::integer(ports.empty() ? 0 : 1));
  out.constant(printer(6), Value::integer(static_cast<std::int32_t>(printer_device)));
  out.constant(printer(8), Value::integer(1));
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto at = [&](Oid::Arc column) {
      return ppm + Oid{3, 1, 1, column, 1, static_cast<Oid::Arc>(i + 1)};
    };
    out.constant(at(2), Value::integer(1));
    out.constant(at(3), Value::octets(ports[i].name));
    out.bound(at(4), Type::octets, Field::port_uri, ports[i].tcp);
    out.constant(at(5), Value::integer(static_cast<std::int32_t>(ports[i].protocol)));
    out.constant(at(6), Value::integer(ports[i].tcp));
  }
}

void compose_usage_counters(Composition& out, const Model& model) {
  if (model.object_id.size() < 7 || model.object_id[6] != vendor_arc) return;
  const Oid vendor{1, 3, 6, 1, 4, 1, vendor_arc, 8};
  out.bound(vendor + Oid{51, 1, 2, 1, 20, 1}, Type::octets, Field::device_id);
  out.bound(vendor + Oid{53, 3, 2, 1, 3, 1}, Type::octets, Field::serial);
  out.constant(vendor + Oid{53, 3, 2, 1, 14, 1}, Value::octets(""));  // asset tags, to be SET
  out.constant(vendor + Oid{53, 3, 2, 1, 15, 1}, Value::octets(""));
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const MeterKind& meter = model.meters[i];
    if (meter.table_device == 0) continue;
    const auto at = [&](Oid::Arc column) {
      return vendor + Oid{53, 13, 2, 1, column, meter.table_device, 20, meter.table_index};
    };
    out.constant(at(3), Value::integer(1));  // RowStatus: active
    out.bound(at(6), Type::integer, Field::meter, i);
    out.constant(at(8), Value::octets(meter.name));
  }
}

MibTemplatePtr compose_mib(const ModelPtr& model) {
  Composition out;
  compose_system(out, *model);
  compose_interfaces(out, *model);
  compose_host_resources(out, *model);
  compose_printer_mib(out, *model);
  compose_port_monitor(out, *model);
  compose_usage_counters(out, *model);
  return std::make_shared<MibTemplate>(std::move(out.variables),
                                       MibTemplate::Live{.alerts = true, .addresses = true});
}

}  // namespace mr::printer
