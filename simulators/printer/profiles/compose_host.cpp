// HOST-RESOURCES-MIB (RFC 2790), and the port monitor MIB (PWG 5107.1).
#include <algorithm>
#include <set>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {
// No model says how large its disk is.
constexpr std::int32_t disk_kib = 262'144'000;

void host_storage(Composition& out, Oid::Arc row, Oid::Arc kind, const char* words, std::int32_t unit,
                  std::int32_t size, std::int32_t used) {
  const auto at = [&](Oid::Arc column) { return host_arcs + Oid{2, 3, 1, column, row}; };
  out.number(at(1), static_cast<std::int32_t>(row));
  out.constant(at(2), Value::oid(host_arcs + Oid{2, 1, kind}));
  out.text(at(3), words);
  out.number(at(4), unit);
  out.number(at(5), size);
  out.number(at(6), used);
  out.constant(at(7), Value::counter32(0));
}

void host_device(Composition& out, Oid::Arc row, Oid::Arc kind, const std::string& words, const Oid& id) {
  const auto at = [&](Oid::Arc column) { return host_arcs + Oid{3, 2, 1, column, row}; };
  out.number(at(1), static_cast<std::int32_t>(row));
  out.constant(at(2), Value::oid(host_arcs + Oid{3, 1, kind}));
  out.text(at(3), words);
  out.constant(at(4), Value::oid(id));
  if (row == printer_device) {
    out.bound(at(5), Type::integer, Field::device_status);
    out.bound(at(6), Type::counter32, Field::critical_events);
  } else {
    out.number(at(5), 2);
    out.constant(at(6), Value::counter32(0));
  }
}

const char* logical_device(std::uint32_t index) {
  switch (index) {
    case 11:
    case 103:
      return "Copier";
    case 10:
    case 102:
      return "Scanner";
    case 104:
      return "Fax";
    default:
      return "Logical device";
  }
}
}  // namespace

bool has_disk(const Model& model) {
  return std::any_of(model.features.begin(), model.features.end(), [](const FeatureKind& feature) {
    return feature.installed && (feature.name == "Hard disk" || feature.name == "Disk overwrite");
  });
}

void compose_host_resources(Composition& out, const Model& model) {
  out.bound(host_arcs + Oid{1, 1, 0}, Type::time_ticks, Field::host_uptime);
  out.bound(host_arcs + Oid{1, 2, 0}, Type::octets, Field::system_date);
  out.number(host_arcs + Oid{1, 3, 0},
             static_cast<std::int32_t>(has_disk(model) ? disk_device : printer_device));
  out.text(host_arcs + Oid{1, 4, 0}, "");
  out.constant(host_arcs + Oid{1, 5, 0}, Value::gauge32(0));
  out.constant(host_arcs + Oid{1, 6, 0}, Value::gauge32(1));  // the system software
  out.number(host_arcs + Oid{1, 7, 0}, 0);
  out.number(host_arcs + Oid{2, 2, 0}, model.memory_kib);
  host_storage(out, 1, 2, "Random access memory", 1024, model.memory_kib, model.memory_kib / 3);

  const Oid none{0, 0};
  host_device(out, printer_device, 5, model.device_description,
              Oid(std::span<const Oid::Arc>(model.object_id)));
  host_device(out, network_device, 4, "Embedded Ethernet Controller", none);
  if (has_disk(model)) {
    host_storage(out, 2, 4, "Hard disk", 4096, disk_kib / 4, disk_kib / 40);
    host_device(out, disk_device, 6, "Hard disk", none);
    const auto disk = [](Oid::Arc column) { return host_arcs + Oid{3, 6, 1, column, disk_device}; };
    out.number(disk(1), 1);  // readWrite
    out.number(disk(2), 3);  // hardDisk
    out.number(disk(3), 2);  // not removable
    out.number(disk(4), disk_kib);
  }
  std::set<std::uint32_t> logical;  // that the vendor's counters belong to
  if (of_vendor(model)) {
    for (const MeterKind& meter : model.meters) {
      if (meter.table_device > disk_device) logical.insert(meter.table_device);
    }
  }
  for (const std::uint32_t index : logical) host_device(out, index, 1, logical_device(index), none);
  out.number(host_arcs + Oid{3, 4, 1, 1, network_device}, 2);  // hrNetworkIfIndex
  out.bound(host_arcs + Oid{3, 5, 1, 1, printer_device}, Type::integer, Field::printer_status);
  out.bound(host_arcs + Oid{3, 5, 1, 2, printer_device}, Type::octets, Field::detected_errors);
  // hrSWInstalledTable: the one level that runs.
  for (const Oid::Arc scalar : {1u, 2u}) out.constant(host_arcs + Oid{6, scalar, 0}, Value::time_ticks(0));
  const auto software = [&](Oid::Arc column) { return host_arcs + Oid{6, 3, 1, column, 1}; };
  out.number(software(1), 1);
  out.bound(software(2), Type::octets, Field::software_name);
  out.constant(software(3), Value::oid(none));
  out.number(software(4), 2);  // operatingSystem
  out.told(software(5), [](const DeviceMib& mib) {
    return date_and_time(mib.device(), mib.device().levels().back().since);
  });
}

// How an operating system finds the ports and the driver.
void compose_port_monitor(Composition& out, const Model& model) {
  const Oid ppm{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1};
  struct Port {
    Oid::Arc protocol;
    std::uint16_t tcp;
    const char* name;
    Oid::Arc channel;
  };
  std::vector<Port> ports;
  for (std::size_t i = 0; i < model.channels.size(); ++i) {
    const std::int32_t type = model.channels[i].type;
    if (type == 11 || type == 37 || type == 38) ports.push_back({11, 9100, "9100", row_of(i)});
    if (type == 8) ports.push_back({8, 515, "lpd", row_of(i)});
  }
  const auto count = static_cast<std::uint32_t>(ports.size());
  out.text(ppm + Oid{1, 1, 0}, model.language + "-" + model.country);
  out.constant(ppm + Oid{1, 2, 0}, Value::gauge32(1));
  out.constant(ppm + Oid{1, 3, 0}, Value::gauge32(count));
  const auto printer = [&](Oid::Arc column) { return ppm + Oid{2, 1, 1, column, 1}; };
  out.bound(printer(2), Type::octets, Field::printer_name);
  out.bound(printer(3), Type::octets, Field::device_id);
  out.constant(printer(4), Value::gauge32(count));
  out.number(printer(5), ports.empty() ? 0 : 1);
  out.number(printer(6), static_cast<std::int32_t>(printer_device));
  out.bound(printer(7), Type::octets, Field::read_community);
  out.counted(printer(8), Type::integer, [](const Device& d) { return d.settings().ports.snmp ? 1 : 2; });
  for (std::size_t i = 0; i < ports.size(); ++i) {
    const auto at = [&](Oid::Arc column) { return ppm + Oid{3, 1, 1, column, 1, row_of(i)}; };
    const bool lpd = ports[i].tcp == 515;
    out.counted(at(2), Type::integer, [lpd](const Device& d) {
      return (lpd ? d.settings().ports.lpd : d.settings().ports.raw) ? 1 : 2;
    });
    out.text(at(3), ports[i].name);
    out.bound(at(4), Type::octets, Field::port_uri, ports[i].tcp);
    out.number(at(5), static_cast<std::int32_t>(ports[i].protocol));
    out.number(at(6), ports[i].tcp);
    out.number(at(7), lpd ? 1 : 2);  // LPD clients may come from any source port
    out.number(at(8), static_cast<std::int32_t>(ports[i].channel));
    out.number(at(9), 2);
  }
}

}  // namespace mr::printer
