// The acts of quirks on variables: each is a layer over the VariableSource below it, made once per printer
// from a shared, immutable act.
#pragma once

#include <memory>
#include <optional>

#include "simulators/printer/device/mib.hpp"
#include "simulators/printer/quirks/words.hpp"

namespace mr::printer {

// What a layer may look at beside the variables.
struct LayerContext {
  const DeviceMib& mib;
  const Moment& since_start;  // of the present request, since the quirks' start
};

// A view of the source below, for reading.
class Layer : public snmp::ReadOnlySource {
 public:
  explicit Layer(snmp::VariableSource& below) : below_(below) {}
  snmp::Value get(const snmp::Oid& name) override { return below_.get(name); }
  bool next(const snmp::Oid& after, snmp::Oid& name, snmp::Value& value) override {
    return below_.next(after, name, value);
  }
  // Which variable below is meant by one that is shown: a SET goes there. Nothing where there is none.
  virtual std::optional<snmp::Oid> meant(const snmp::Oid& name) { return name; }

 protected:
  snmp::VariableSource& below_;
};

struct ValueAct {
  virtual ~ValueAct() = default;
  // lifetime: `below` and what the context refers to outlive the layer; the layer keeps the act.
  virtual std::unique_ptr<Layer> over(snmp::VariableSource& below, LayerContext context) const = 0;
};

// The act that `words` describe ("act" says which); null where there is no such act on variables. Faults go
// to the words.
std::shared_ptr<const ValueAct> read_value_act(Words& words);

// For the parts of this module: one each for cells, for rows of tables, and for texts.
std::shared_ptr<const ValueAct> read_cell_act(std::string_view act, Words& words);
std::shared_ptr<const ValueAct> read_row_act(std::string_view act, Words& words);
std::shared_ptr<const ValueAct> read_text_act(std::string_view act, Words& words);

}  // namespace mr::printer
