// The management information base of a printer: a shared, immutable template and one device's state behind
// it.
//
// A MibTemplate lists every variable of a model in walk order, each with a constant or a Binding that names a
// piece of device state. A DeviceMib is a template, a device, and the few constants that a manager has SET.
// Alert rows and, where composed, the rows of ipAddrTable come and go with the state. cost: GET and GETNEXT
// are a binary search; a DeviceMib is under 200 bytes until something is SET.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reference/protocol/snmp/agent_rules.hpp"
#include "simulators/printer/device/device.hpp"

namespace mr::printer {

// What a variable shows. `row` is 0-based where a part is meant.
enum class Field : std::uint8_t {
  constant,
  system_description,
  system_uptime,
  host_uptime,
  contact,
  system_name,
  location,
  serial,
  printer_name,
  device_id,
  mac,
  device_status,
  printer_status,
  detected_errors,
  config_changes,
  general_reset,
  critical_events,
  all_events,
  life_count,
  power_on_count,
  marker_status,
  meter,
  supply_description,
  supply_level,
  input_level,
  input_status,
  output_remaining,
  output_status,
  cover_status,
  console_text,
  light_on,
  light_off,
  octets_in,
  packets_in,
  octets_out,
  packets_out,
  engine_id,
  engine_boots,
  engine_time,
  software_name,  // hrSWInstalledName
  port_uri,       // row: the TCP port
};

struct Binding {
  Field field = Field::constant;
  std::uint16_t row = 0;
};

// What a SET may give: the type is the variable's own. Numbers in [low, high], or octets of such lengths.
struct WriteRule {
  std::int32_t low = 0, high = 0;
};
// Whether the objects that this emulation takes SETs of include `name`; the same for composed and recorded
// printers.
std::optional<WriteRule> write_rule(const snmp::Oid& name);

struct Variable {
  snmp::Oid name;
  snmp::Value value;  // of a constant; else the type to show the bound state as, with any value of it
  Binding binding;
};

class MibTemplate {
 public:
  struct Live {
    bool alerts = true;      // prtAlertTable rows are made from the device's alerts
    bool addresses = false;  // ipAddrTable rows are made from the device's address
  };
  // Sorts; of two variables of one name the first stays.
  MibTemplate(std::vector<Variable> variables, Live live);

  const std::vector<Variable>& variables() const { return variables_; }
  const Live& live() const { return live_; }
  // Position of the first variable with a name after (or at) `name`; size() past the last.
  std::size_t after(const snmp::Oid& name) const;
  const Variable* find(const snmp::Oid& name) const;  // null where there is none
  bool has_object(const snmp::Oid& name) const;       // some instance of the same table column or scalar

 private:
  std::vector<Variable> variables_;
  Live live_;
};
using MibTemplatePtr = std::shared_ptr<const MibTemplate>;

class DeviceMib final : public snmp::VariableSource {
 public:
  // lifetime: `device` outlives it. requires: the template's bindings are of the device's model.
  DeviceMib(MibTemplatePtr shared, Device& device) : template_(std::move(shared)), device_(device) {}

  // The moment that the following requests are answered at.
  void at(Moment now) { now_ = now; }
  Device& device() { return device_; }
  const Device& device() const { return device_; }
  const MibTemplate& shared() const { return *template_; }
  void engine_id(std::string id) { engine_id_ = std::move(id); }  // what snmpEngineID says
  const std::string& engine_id() const { return engine_id_; }

  snmp::Value get(const snmp::Oid& name) override;
  bool next(const snmp::Oid& after, snmp::Oid& name, snmp::Value& value) override;
  snmp::ErrorStatus test(const snmp::VarBind& wanted) override;
  snmp::ErrorStatus commit(const snmp::VarBind& wanted) override;
  bool undo(const snmp::VarBind& before) override;

 private:
  snmp::Value value_of(const Variable& variable) const;
  std::optional<snmp::Value> live(const snmp::Oid& name) const;
  // The first live row after `after` and, where given, before `limit`.
  bool next_live(const snmp::Oid& after, const snmp::Oid* limit, snmp::Oid& name, snmp::Value& value) const;

  MibTemplatePtr template_;
  Device& device_;
  Moment now_{};
  std::string engine_id_;
  std::vector<std::pair<std::uint32_t, snmp::Value>> set_;  // by position in the template, sorted
};

// The rows of the printer's notifications: printerV2Alert with the five objects of RFC 3805 section 2.2.13.4.
snmp::Pdu alert_notification(const DeviceMib& mib, const Alert& alert, Moment now);
snmp::Pdu cold_start_notification(const DeviceMib& mib, Moment now);

}  // namespace mr::printer
