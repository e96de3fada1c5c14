// What a printer with quirks shows: its DeviceMib through the layers of its quirks, in their order. Without
// quirks it is the DeviceMib.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "simulators/printer/quirks/quirk.hpp"
#include "simulators/printer/quirks/value_acts.hpp"

namespace mr::printer {

class QuirkedView final : public snmp::VariableSource {
 public:
  // lifetime: `mib` outlives it.
  explicit QuirkedView(DeviceMib& mib) : mib_(mib) {}
  QuirkedView(const QuirkedView&) = delete;

  // Replaces the quirks; not within a request.
  void wear(std::span<const Quirk> quirks);
  // The moment of the following requests, since the quirks' start. (DeviceMib::at is the engine's to call.)
  void at(Moment since_start) { since_start_ = since_start; }

  snmp::Value get(const snmp::Oid& name) override { return top().get(name); }
  bool next(const snmp::Oid& after, snmp::Oid& name, snmp::Value& value) override {
    return top().next(after, name, value);
  }
  snmp::ErrorStatus test(const snmp::VarBind& wanted) override;
  snmp::ErrorStatus commit(const snmp::VarBind& wanted) override;
  // Puts back what the device had, which is not what get() shows.
  bool undo(const snmp::VarBind& before) override;

 private:
  snmp::VariableSource& top() {
    return layers_.empty() ? static_cast<snmp::VariableSource&>(mib_) : *layers_.back();
  }
  std::optional<snmp::Oid> meant(const snmp::Oid& name);
  DeviceMib& mib_;
  std::vector<std::pair<snmp::Oid, snmp::Value>> before_;  // by the name meant: what this SET replaced
  Moment since_start_{};
  std::vector<std::unique_ptr<Layer>> layers_;  // the first is on the device
  std::vector<std::shared_ptr<const ValueAct>> acts_;
};

}  // namespace mr::printer
