// The parts of compose_mib, one function a group of tables.
#pragma once

#include <string>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {

// Gathers variables. Names are the object's arcs, then the instance's.
class Composition {
 public:
  void constant(snmp::Oid name, snmp::Value value) {
    variables.push_back({std::move(name), std::move(value), {}});
  }
  void bound(snmp::Oid name, snmp::Type type, Field field, std::size_t row = 0);
  std::vector<Variable> variables;
};

void compose_system(Composition& out, const Model& model);
void compose_interfaces(Composition& out, const Model& model);
void compose_host_resources(Composition& out, const Model& model);
void compose_printer_mib(Composition& out, const Model& model);
void compose_port_monitor(Composition& out, const Model& model);
// The vendor's own part, for models under its enterprise number.
void compose_usage_counters(Composition& out, const Model& model);

}  // namespace mr::printer
