// A device that is a table of values, for the tests of this folder: strings can be written, except one that is refused at the commit.
#pragma once

#include <map>
#include <optional>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::printer {

class TestTable final : public snmp::VariableSource {
 public:
  std::map<snmp::Oid, snmp::Value> held;
  snmp::Value missing = snmp::Value::no_such_object();  // what a GET of another name gives
  std::optional<snmp::Value> refused;                   // passes test(), fails commit()

  snmp::Value get(const snmp::Oid& name) override {
    const auto at = held.find(name);
    return at == held.end() ? missing : at->second;
  }
  bool next(const snmp::Oid& after, snmp::Oid& name, snmp::Value& value) override {
    const auto at = held.upper_bound(after);
    if (at == held.end()) return false;
    name = at->first;
    value = at->second;
    return true;
  }
  snmp::ErrorStatus test(const snmp::VarBind& wanted) override {
    const auto at = held.find(wanted.name);
    if (at == held.end()) return snmp::ErrorStatus::no_creation;
    if (at->second.type() != snmp::Type::octets) return snmp::ErrorStatus::not_writable;
    return wanted.value.type() == snmp::Type::octets ? snmp::ErrorStatus::no_error : snmp::ErrorStatus::wrong_type;
  }
  snmp::ErrorStatus commit(const snmp::VarBind& wanted) override {
    if (wanted.value == refused) return snmp::ErrorStatus::commit_failed;
    held[wanted.name] = wanted.value;
    return snmp::ErrorStatus::no_error;
  }
  bool undo(const snmp::VarBind& before) override {
    held[before.name] = before.value;
    return true;
  }
};

}  // namespace mr::printer
