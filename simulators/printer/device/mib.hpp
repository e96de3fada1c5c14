// The management information base of a printer: a shared, immutable template and one device's state behind
// it.
//
// A MibTemplate lists every variable of a model in walk order, each with a constant, a Binding that names a
// piece of device state, or a Reading that is made from it; tables whose rows come and go (alerts, addresses,
// the fault history, jobs, trap receivers) are LiveTables. A DeviceMib is a template, a device, and the few
// constants that a manager has SET. cost: GET and GETNEXT are binary searches, in a live table one pass over
// its rows; a DeviceMib is under 200 bytes until something is SET.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
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
  software_name,   // hrSWInstalledName
  port_uri,        // row: the TCP port
  system_date,     // hrSystemDate; without a civil time a clock that started in 1970 with the run
  read_community,  // communities are never told: an empty string
  write_community,
  trap_community,
  reading,  // Binding::reading
};

class DeviceMib;

// A variable that is made from device state by code of its own, and what a SET of it does. Shared by all
// printers of a template, which owns it.
struct Reading {
  std::function<snmp::Value(const DeviceMib&)> get;
  // Of a SET that passed the object's write rule: whether it can be done now. Null: always.
  std::function<snmp::ErrorStatus(const DeviceMib&, const snmp::Value&)> test = nullptr;
  // Null: it cannot be SET.
  std::function<snmp::ErrorStatus(DeviceMib&, const snmp::Value&)> commit = nullptr;
};

struct Binding {
  Field field = Field::constant;
  std::uint16_t row = 0;
  std::shared_ptr<const Reading> reading = nullptr;  // of Field::reading
};

// What a SET may give: the type is the variable's own. Numbers in [low, high], or octets of such lengths.
struct WriteRule {
  std::int32_t low = 0, high = 0;
  std::uint64_t values = 0;  // not 0: numbers of these bits alone
  const snmp::Oid* row =
      nullptr;         // a number that is the index of a row of this column (after hrDeviceIndex 1)
  bool ascii = false;  // octets of 7 bits
};
// Whether the objects that this emulation takes SETs of include `name`; the same for composed and recorded
// printers.
std::optional<WriteRule> write_rule(const snmp::Oid& name);
// The value against the rule: no_error, wrong_length or wrong_value.
snmp::ErrorStatus check(const snmp::Value& value, const WriteRule& rule);

struct Variable {
  snmp::Oid name;
  snmp::Value value;  // of a constant; else the type to show the bound state as, with any value of it
  Binding binding;
};

// A table whose rows are as many as the state of a device has at the moment. Without state of its own: one
// object serves all printers. Implementers MUST give each row one index, and every column of every row.
class LiveTable {
 public:
  LiveTable(snmp::Oid entry, std::vector<snmp::Oid::Arc> columns);  // requires: columns ascending, not empty
  virtual ~LiveTable() = default;

  const snmp::Oid& entry() const { return entry_; }
  std::span<const snmp::Oid::Arc> columns() const { return columns_; }
  virtual std::size_t rows(const DeviceMib& mib) const = 0;
  // The arcs after the column; rows need not be in their order.
  virtual snmp::Oid index(const DeviceMib& mib, std::size_t row) const = 0;
  virtual snmp::Value cell(const DeviceMib& mib, std::size_t row, snmp::Oid::Arc column) const = 0;

  // A SET of a cell, of a row that is there or not. The index is whatever a peer sent.
  virtual snmp::ErrorStatus test(DeviceMib& mib, const snmp::Oid& index, snmp::Oid::Arc column,
                                 const snmp::Value& value) const;
  // An exception as value takes back a row that a SET before it made.
  virtual snmp::ErrorStatus commit(DeviceMib& mib, const snmp::Oid& index, snmp::Oid::Arc column,
                                   const snmp::Value& value) const;

  std::optional<std::size_t> find(const DeviceMib& mib, const snmp::Oid& index) const;

 private:
  snmp::Oid entry_;
  std::vector<snmp::Oid::Arc> columns_;
};
const LiveTable& alert_table();    // prtAlertTable, from the device's alerts
const LiveTable& address_table();  // ipAddrTable, from the device's address

// A number as a value of a type: counters wrap as SMI says, INTEGER and Gauge32 stop at their ends.
snmp::Value number_as(snmp::Type type, std::int64_t n);
// The 11 octets of DateAndTime (SNMPv2-TC) for a moment of the device's clock.
std::string date_and_time(const Device& device, Moment at);

class MibTemplate {
 public:
  // Sorts; of two variables of one name the first stays. requires: live tables outlive it, and no variable
  // lies in one of them unless its row is there alone.
  explicit MibTemplate(std::vector<Variable> variables, std::vector<const LiveTable*> live = {});

  const std::vector<Variable>& variables() const { return variables_; }
  std::span<const LiveTable* const> live() const { return live_; }  // in walk order
  // Position of the first variable with a name after (or at) `name`; size() past the last.
  std::size_t after(const snmp::Oid& name) const;
  // The same; fast where `name` is that of the variable at `hint`, as in a walk.
  std::size_t after(const snmp::Oid& name, std::size_t hint) const {
    return hint < variables_.size() && variables_[hint].name == name ? hint + 1 : after(name);
  }
  const Variable* find(const snmp::Oid& name) const;      // null where there is none
  const LiveTable* live_at(const snmp::Oid& name) const;  // the one that `name` is a cell of, or null
  bool has_object(const snmp::Oid& name) const;           // some instance of the same table column or scalar

 private:
  std::vector<Variable> variables_;
  std::vector<const LiveTable*> live_;
};
using MibTemplatePtr = std::shared_ptr<const MibTemplate>;

class DeviceMib final : public snmp::VariableSource {
 public:
  // lifetime: `device` outlives it. requires: the template's bindings are of the device's model.
  DeviceMib(MibTemplatePtr shared, Device& device) : template_(std::move(shared)), device_(device) {}

  // The moment that the following request is answered at.
  void at(Moment now) {
    now_ = now;
    if (notes_) notes_->promised.clear();
  }
  Moment now() const { return now_; }
  Device& device() { return device_; }
  const Device& device() const { return device_; }
  const MibTemplate& shared() const { return *template_; }
  void engine_id(std::string id) { engine_id_ = std::move(id); }  // what snmpEngineID says
  const std::string& engine_id() const { return engine_id_; }

  // What a few printers have to remember of what managers asked of them.
  struct Notes {
    std::uint32_t boots = 0;                       // when the command was given: a restart forgets it
    std::int32_t command = 1, command_status = 0;  // xcmHrDevMgmtCommandRequest: none; no error
    std::string command_data;
    Moment busy_until{};
    std::vector<snmp::Oid> promised;  // rows that an earlier variable of the same SET will create
    // What SETs of values that are not told replaced: the communities to read, to write, for traps.
    std::array<std::string, 3> hidden;
  };
  const Notes* notes() const { return notes_.get(); }
  Notes& make_notes();

  snmp::Value get(const snmp::Oid& name) override;
  bool next(const snmp::Oid& after, snmp::Oid& name, snmp::Value& value) override;
  snmp::ErrorStatus test(const snmp::VarBind& wanted) override;
  snmp::ErrorStatus commit(const snmp::VarBind& wanted) override;
  bool undo(const snmp::VarBind& before) override;

 private:
  snmp::Value value_of(const Variable& variable) const;
  std::optional<snmp::Value> live(const snmp::Oid& name) const;
  // The first live cell after `after` and, where given, before `limit`.
  bool next_live(const snmp::Oid& after, const snmp::Oid* limit, snmp::Oid& name, snmp::Value& value) const;
  snmp::ErrorStatus commit_bound(const Variable& variable, const snmp::Value& value);

  MibTemplatePtr template_;
  Device& device_;
  Moment now_{};
  std::size_t walked_ = 0;  // position that next() gave last
  std::string engine_id_;
  std::vector<std::pair<std::uint32_t, snmp::Value>> set_;  // by position in the template, sorted
  std::unique_ptr<Notes> notes_;
};

// The rows of the printer's notifications: printerV2Alert with the five objects of RFC 3805 section 2.2.13.4.
snmp::Pdu alert_notification(const DeviceMib& mib, const Alert& alert, Moment now);
snmp::Pdu cold_start_notification(const DeviceMib& mib, Moment now);

}  // namespace mr::printer
