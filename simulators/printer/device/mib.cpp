#include "simulators/printer/device/mib.hpp"

#include <algorithm>

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;
using snmp::VarBind;

namespace {

// Objects by their name without instance, or with it where scalar.
struct Writable {
  Oid object;
  WriteRule rule;
};

const std::vector<Writable>& writables() {
  static const std::vector<Writable> all = [] {
    const Oid system{1, 3, 6, 1, 2, 1, 1}, printer{1, 3, 6, 1, 2, 1, 43},
        asset{1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1};
    std::vector<Writable> out{
        {system + Oid{4, 0}, {0, 255}}, {system + Oid{5, 0}, {0, 255}},
        {system + Oid{6, 0}, {0, 255}}, {Oid{1, 3, 6, 1, 2, 1, 11, 30, 0}, {1, 2}},  // snmpEnableAuthenTraps
        {asset + 14u, {0, 255}},  // the vendor's and the customer's asset tag
        {asset + 15u, {0, 255}},
    };
    for (const auto& [arcs, rule] : std::initializer_list<std::pair<Oid, WriteRule>>{
             {{5, 1, 1, 2}, {1, 65535}},  // prtGeneralCurrentLocalization
             {{5, 1, 1, 3}, {3, 6}},      // prtGeneralReset
             {{5, 1, 1, 4}, {0, 127}},    // prtGeneralCurrentOperator
             {{5, 1, 1, 5}, {0, 127}},    // prtGeneralServicePerson
             {{5, 1, 1, 16}, {0, 127}},   // prtGeneralPrinterName
             {{8, 2, 1, 12}, {0, 63}},    // prtInputMediaName
             {{8, 2, 1, 13}, {0, 63}},    // prtInputName
             {{8, 2, 1, 21}, {0, 63}},    // prtInputMediaType
             {{8, 2, 1, 22}, {0, 63}},    // prtInputMediaColor
             {{9, 2, 1, 7}, {0, 63}},     // prtOutputName
         }) {
      out.push_back({printer + arcs, rule});
    }
    return out;
  }();
  return all;
}

bool suits(const Value& value, const WriteRule& rule, ErrorStatus& status) {
  if (const std::string* octets = value.octets()) {
    const auto size = static_cast<std::int64_t>(octets->size());
    status = size < rule.low || size > rule.high ? ErrorStatus::wrong_length : ErrorStatus::no_error;
  } else {
    const auto number = value.number();
    status = !number || *number < rule.low || *number > rule.high ? ErrorStatus::wrong_value
                                                                  : ErrorStatus::no_error;
  }
  return status == ErrorStatus::no_error;
}

}  // namespace

std::optional<WriteRule> write_rule(const Oid& name) {
  for (const Writable& writable : writables()) {
    if (name.starts_with(writable.object)) return writable.rule;
  }
  return {};
}

// --- template ---

MibTemplate::MibTemplate(std::vector<Variable> variables, Live live)
    : variables_(std::move(variables)), live_(live) {
  const auto before = [](const Variable& a, const Variable& b) { return a.name < b.name; };
  const auto same = [](const Variable& a, const Variable& b) { return a.name == b.name; };
  std::stable_sort(variables_.begin(), variables_.end(), before);
  variables_.erase(std::unique(variables_.begin(), variables_.end(), same), variables_.end());
  variables_.shrink_to_fit();
}

std::size_t MibTemplate::after(const Oid& name) const {
  const auto found = std::upper_bound(variables_.begin(), variables_.end(), name,
                                      [](const Oid& n, const Variable& v) { return n < v.name; });
  return static_cast<std::size_t>(found - variables_.begin());
}

const Variable* MibTemplate::find(const Oid& name) const {
  const std::size_t at = after(name);
  if (at == 0 || variables_[at - 1].name != name) return nullptr;
  return &variables_[at - 1];
}

bool MibTemplate::has_object(const Oid& name) const {
  // An instance of the same object differs in the last arcs only; how many depends on the index, so a
  // neighbour that shares all but the last decides, or for a longer index one that shares the object's
  // column.
  const std::size_t at = after(name);
  const auto shares = [&](const Variable& v) {
    return v.name.size() > 1 && name.size() > 1 && v.name.starts_with(name.first(name.size() - 1));
  };
  if (at < variables_.size() && shares(variables_[at])) return true;
  return at > 0 && shares(variables_[at - 1]);
}

// --- one device's view ---

Value DeviceMib::get(const Oid& name) {
  if (const Variable* variable = template_->find(name)) return value_of(*variable);
  if (auto value = live(name)) return std::move(*value);
  return template_->has_object(name) ? Value::no_such_instance() : Value::no_such_object();
}

bool DeviceMib::next(const Oid& after, Oid& name, Value& value) {
  const std::size_t at = template_->after(after);
  const Variable* fixed = at < template_->variables().size() ? &template_->variables()[at] : nullptr;
  if (next_live(after, fixed ? &fixed->name : nullptr, name, value)) return true;
  if (!fixed) return false;
  name = fixed->name;
  value = value_of(*fixed);
  return true;
}

ErrorStatus DeviceMib::test(const VarBind& wanted) {
  const Variable* variable = template_->find(wanted.name);
  if (!variable) {
    return live(wanted.name)                    ? ErrorStatus::not_writable
           : template_->has_object(wanted.name) ? ErrorStatus::no_creation
                                                : ErrorStatus::not_writable;
  }
  const auto rule = write_rule(wanted.name);
  if (!rule) return ErrorStatus::not_writable;
  if (wanted.value.type() != variable->value.type()) return ErrorStatus::wrong_type;
  ErrorStatus status;
  suits(wanted.value, *rule, status);
  return status;
}

ErrorStatus DeviceMib::commit(const VarBind& wanted) {
  const Variable* variable = template_->find(wanted.name);
  if (!variable) return ErrorStatus::commit_failed;
  Settings settings = device_.settings();
  const auto text = [&] { return wanted.value.octets() ? *wanted.value.octets() : std::string(); };
  switch (variable->binding.field) {
    case Field::contact:
      settings.contact = text();
      device_.set(std::move(settings));
      return ErrorStatus::no_error;
    case Field::system_name:
      settings.name = text();
      device_.set(std::move(settings));
      return ErrorStatus::no_error;
    case Field::location:
      settings.location = text();
      device_.set(std::move(settings));
      return ErrorStatus::no_error;
    case Field::printer_name:
      device_.set_printer_name(text());
      return ErrorStatus::no_error;
    case Field::general_reset:
      if (const auto what = wanted.value.number().value_or(0); what >= 4 && what <= 6) {
        device_.request_reset(static_cast<Reset>(what));
      } else {
        ignore(device_.take_reset(), "3 is notResetting: takes back a request of the same SET");
      }
      return ErrorStatus::no_error;
    case Field::constant:
      break;
    default:
      return ErrorStatus::commit_failed;
  }
  const auto position = static_cast<std::uint32_t>(variable - template_->variables().data());
  const auto at = std::lower_bound(set_.begin(), set_.end(), position,
                                   [](const auto& s, std::uint32_t p) { return s.first < p; });
  if (at != set_.end() && at->first == position) {
    at->second = wanted.value;
  } else {
    set_.insert(at, {position, wanted.value});
  }
  device_.count_config_change();
  return ErrorStatus::no_error;
}

bool DeviceMib::undo(const VarBind& before) { return commit(before) == ErrorStatus::no_error; }

}  // namespace mr::printer
