// The parts of compose_mib, one function a group of tables.
#pragma once

#include <functional>
#include <string>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {

// Gathers variables. Names are the object's arcs, then the instance's.
class Composition {
 public:
  void constant(snmp::Oid name, snmp::Value value) {
    variables.push_back({std::move(name), std::move(value), {}});
  }
  void number(snmp::Oid name, std::int32_t n) { constant(std::move(name), snmp::Value::integer(n)); }
  void text(snmp::Oid name, std::string words) {
    constant(std::move(name), snmp::Value::octets(std::move(words)));
  }
  void bound(snmp::Oid name, snmp::Type type, Field field, std::size_t row = 0);
  void reading(snmp::Oid name, snmp::Type type, Reading reading);
  // Made from the device at each request.
  void counted(snmp::Oid name, snmp::Type type, std::function<std::int64_t(const Device&)> count);
  void told(snmp::Oid name, std::function<std::string(const DeviceMib&)> words);

  std::vector<Variable> variables;
  std::vector<const LiveTable*> live;
};

// Where the parts have their arcs.
inline constexpr std::uint32_t vendor_enterprise = 253;
inline const snmp::Oid mib2_arcs{1, 3, 6, 1, 2, 1}, host_arcs{1, 3, 6, 1, 2, 1, 25},
    printer_arcs{1, 3, 6, 1, 2, 1, 43}, vendor_arcs{1, 3, 6, 1, 4, 1, vendor_enterprise, 8};
// PresentOnOff; PrtMediaUnitTC; PrtCapacityUnitTC; RowStatus.
inline constexpr std::int32_t present_on = 3, present_off = 4, unit_micrometers = 4, unit_sheets = 8,
                              row_active = 1;

// hrDeviceIndex. Logical devices of the vendor's counters (copier, scanner, fax) have theirs in the model.
inline constexpr snmp::Oid::Arc printer_device = 1, network_device = 2, disk_device = 3;
inline bool of_vendor(const Model& model) {
  return model.object_id.size() > 6 && model.object_id[6] == vendor_enterprise;
}
bool has_disk(const Model& model);
inline snmp::Oid::Arc row_of(std::size_t i) { return static_cast<snmp::Oid::Arc>(i + 1); }

// PrtSubUnitStatusTC of a part that only alerts tell about.
std::int32_t sub_unit_status(const Device& device, Part part, std::size_t row);

void compose_system(Composition& out, const Model& model);
void compose_interfaces(Composition& out, const Model& model);
void compose_host_resources(Composition& out, const Model& model);
void compose_printer_mib(Composition& out, const Model& model);
void compose_finishers(Composition& out, const Model& model);
void compose_port_monitor(Composition& out, const Model& model);
void compose_imaging_counters(Composition& out, const Model& model);
void compose_jobs(Composition& out, const Model& model);
// The vendor's own part, for models under its enterprise number.
void compose_vendor(Composition& out, const Model& model);
void compose_trap_receivers(Composition& out);
void compose_commands(Composition& out);
void compose_usage_counters(Composition& out, const Model& model);
void compose_vendor_supplies(Composition& out, const Model& model);

}  // namespace mr::printer
