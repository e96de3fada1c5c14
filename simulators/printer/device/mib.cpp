#include "simulators/printer/device/mib.hpp"

#include <algorithm>

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;

// --- template ---

MibTemplate::MibTemplate(std::vector<Variable> variables, std::vector<const LiveTable*> live)
    : variables_(std::move(variables)), live_(std::move(live)) {
  std::sort(live_.begin(), live_.end(),
            [](const LiveTable* a, const LiveTable* b) { return a->entry() < b->entry(); });
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

const LiveTable* MibTemplate::live_at(const Oid& name) const {
  auto at = std::upper_bound(live_.begin(), live_.end(), name,
                             [](const Oid& n, const LiveTable* table) { return n < table->entry(); });
  if (at == live_.begin()) return nullptr;
  --at;
  return name.size() > (*at)->entry().size() && name.starts_with((*at)->entry()) ? *at : nullptr;
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
  const LiveTable* table = template_->live_at(name);
  const bool known = table ? std::binary_search(table->columns().begin(), table->columns().end(),
                                                name[table->entry().size()])
                           : template_->has_object(name);
  return known ? Value::no_such_instance() : Value::no_such_object();
}

bool DeviceMib::next(const Oid& after, Oid& name, Value& value) {
  const std::size_t at = template_->after(after, walked_);
  const Variable* fixed = at < template_->variables().size() ? &template_->variables()[at] : nullptr;
  if (next_live(after, fixed ? &fixed->name : nullptr, name, value)) return true;
  if (!fixed) return false;
  walked_ = at;
  name = fixed->name;
  value = value_of(*fixed);
  return true;
}

std::optional<Value> DeviceMib::live(const Oid& name) const {
  const LiveTable* table = template_->live_at(name);
  if (!table) return {};
  const auto tail = name.after(table->entry());
  const auto columns = table->columns();
  if (!std::binary_search(columns.begin(), columns.end(), tail[0])) return {};
  const auto row = table->find(*this, Oid(tail.subspan(1)));
  if (!row) return {};
  return table->cell(*this, *row, tail[0]);
}

bool DeviceMib::next_live(const Oid& after, const Oid* limit, Oid& name, Value& value) const {
  const auto tables = template_->live();
  auto at = std::upper_bound(tables.begin(), tables.end(), after,
                             [](const Oid& n, const LiveTable* table) { return n < table->entry(); });
  if (at != tables.begin() && after.starts_with((*(at - 1))->entry())) --at;
  for (; at != tables.end(); ++at) {
    const LiveTable& table = **at;
    if (limit && *limit < table.entry()) return false;
    const std::size_t rows = table.rows(*this);
    if (rows == 0) continue;
    // Where `after` stands in this table, if it does: a column, and arcs below it.
    const auto tail =
        after.starts_with(table.entry()) ? after.after(table.entry()) : std::span<const Oid::Arc>();
    for (const Oid::Arc column : table.columns()) {
      if (!tail.empty() && column < tail[0]) continue;
      const bool within = !tail.empty() && column == tail[0];
      const Oid behind = within ? Oid(tail.subspan(1)) : Oid();
      std::optional<std::size_t> first;
      Oid least;
      for (std::size_t row = 0; row < rows; ++row) {
        Oid index = table.index(*this, row);
        if ((within && index <= behind) || (first && index >= least)) continue;
        first = row;
        least = std::move(index);
      }
      if (!first) continue;
      Oid candidate = table.entry() + column + least;
      if (limit && *limit < candidate) return false;
      name = std::move(candidate);
      value = table.cell(*this, *first, column);
      return true;
    }
  }
  return false;
}

}  // namespace mr::printer
