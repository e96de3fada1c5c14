#include "simulators/printer/snmp/mib_text/mib_check.hpp"

#include <algorithm>

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;
using snmp::VarBind;

std::string_view describe(Breach breach) {
  switch (breach) {
    case Breach::unknown_object:
      return "unknown object";
    case Breach::not_readable:
      return "not readable";
    case Breach::bad_value:
      return "bad value";
    case Breach::bad_index:
      return "bad index";
    case Breach::hole:
      return "hole";
    case Breach::gap:
      return "gap";
    case Breach::dangling:
      return "dangling";
    case Breach::miscount:
      return "miscount";
    case Breach::disorder:
      return "disorder";
    case Breach::alert_rule:
      return "alert rule";
  }
  return "unknown";
}

std::string text(const Finding& finding) {
  return std::string(describe(finding.breach)) + ": " + finding.name.text() + " " + finding.words;
}

MibWalk walk_of(snmp::VariableSource& source, const Oid& below) {
  MibWalk out;
  Oid at = below, name;
  Value value;
  while (out.size() < 1'000'000 && source.next(at, name, value) && name.starts_with(below)) {
    out.push_back({name, value});
    at = name;
  }
  return out;
}

namespace {

using Arcs = std::vector<Oid::Arc>;
using Rows = std::set<Arcs>;

// Takes one part off the front of the index; words where it does not fit.
std::optional<std::string> take(const IndexPart& part, bool last, std::span<const Oid::Arc>& rest) {
  const auto short_of = [&] { return "ends within " + part.name; };
  const auto octets_fit = [&](std::span<const Oid::Arc> octets) -> std::optional<std::string> {
    if (std::any_of(octets.begin(), octets.end(), [](Oid::Arc arc) { return arc > 255; }))
      return part.name + " is no octets";
    if (!part.syntax.has(static_cast<std::int64_t>(octets.size())))
      return part.name + " is too long or short";
    return {};
  };
  switch (part.syntax.type) {
    case Type::integer:
    case Type::gauge32:
    case Type::counter32:
    case Type::time_ticks:
      if (rest.empty()) return short_of();
      if (!part.syntax.has(part.syntax.type == Type::integer && rest[0] > INT32_MAX
                               ? -1
                               : static_cast<std::int64_t>(rest[0])) ||
          (part.syntax.type == Type::integer && rest[0] > INT32_MAX))
        return part.name + " is out of range: " + std::to_string(rest[0]);
      rest = rest.subspan(1);
      return {};
    case Type::ip_address:
      if (rest.size() < 4) return short_of();
      if (std::any_of(rest.begin(), rest.begin() + 4, [](Oid::Arc arc) { return arc > 255; }))
        return part.name + " is no address";
      rest = rest.subspan(4);
      return {};
    case Type::octets:
    case Type::oid: {
      const auto& ranges = part.syntax.ranges;
      const bool fixed =
          part.syntax.type == Type::octets && ranges.size() == 1 && ranges[0].low == ranges[0].high;
      std::size_t length = 0;
      if (fixed) {
        length = static_cast<std::size_t>(ranges[0].low);
      } else if (part.implied && last) {
        length = rest.size();
      } else {
        if (rest.empty()) return short_of();
        length = rest[0];
        rest = rest.subspan(1);
      }
      if (rest.size() < length) return short_of();
      if (part.syntax.type == Type::octets) {
        if (auto words = octets_fit(rest.first(length))) return words;
      }
      rest = rest.subspan(length);
      return {};
    }
    default:
      return part.name + " is of a type that no index has";
  }
}

std::optional<std::string> bad_index(const ObjectText& object, std::span<const Oid::Arc> rest) {
  if (object.index.empty())
    return rest.size() == 1 && rest[0] == 0 ? std::nullopt
                                            : std::optional<std::string>("is not .0 of a scalar");
  for (std::size_t i = 0; i < object.index.size(); ++i) {
    if (auto words = take(object.index[i], i + 1 == object.index.size(), rest)) return words;
  }
  if (!rest.empty()) return "has " + std::to_string(rest.size()) + " arcs too many";
  return {};
}

class Check {
 public:
  Check(const MibTexts& texts, const MibLaws& laws, const MibWalk& walk)
      : texts_(texts), laws_(laws), walk_(walk) {}

  std::vector<Finding> run() {
    variables();
    completeness();
    references();
    shared();
    counts();
    continuity();
    alert_groups();
    return std::move(out_);
  }

 private:
  void found(Breach breach, const Oid& name, std::string words) {
    const ObjectText* object = texts_.object_of(name);
    out_.push_back({breach, name, (object ? "(" + object->name + ") " : "") + std::move(words)});
  }

  // Each variable by itself; gathers the rows of every table.
  void variables() {
    const Oid* before = nullptr;
    for (const VarBind& variable : walk_) {
      if (before && !(*before < variable.name))
        found(Breach::disorder, variable.name, "is not after the one before");
      before = &variable.name;
      const ObjectText* object = texts_.object_of(variable.name);
      if (!object) {
        found(Breach::unknown_object, variable.name, "is in no MIB text");
        continue;
      }
      if (!object->readable()) found(Breach::not_readable, variable.name, "cannot be read");
      if (auto words = object->syntax.refuses(variable.value))
        found(Breach::bad_value, variable.name, *words);
      const auto index = variable.name.after(object->oid);
      if (auto words = bad_index(*object, index)) {
        found(Breach::bad_index, variable.name, *words);
        continue;
      }
      values_[object->name][Arcs(index.begin(), index.end())] = &variable;
      rows_[object->oid.first(object->oid.size() - 1)].insert(Arcs(index.begin(), index.end()));
    }
  }

  void completeness() {
    for (const auto& [entry, rows] : rows_) {
      for (const ObjectText* object : texts_.below(entry)) {
        if (!object->readable() || !object->current || laws_.optional.contains(object->name)) continue;
        const auto held = values_.find(object->name);
        for (const Arcs& row : rows) {
          // Below one node there may be scalars and, by their tables, other things; a row is of its own kind.
          if (object->index.empty() != (row == Arcs{0} && is_scalar(entry))) continue;
          if (held != values_.end() && held->second.contains(row)) continue;
          found(Breach::hole, object->oid + std::span<const Oid::Arc>(row), "is missing");
        }
      }
    }
  }
  bool is_scalar(const Oid& entry) const {
    const auto below = texts_.below(entry);
    return !below.empty() && below.front()->index.empty();
  }

  const Rows* rows_of(std::string_view column) const {
    const ObjectText* object = texts_.named(column);
    if (!object) return nullptr;
    const auto at = rows_.find(object->oid.first(object->oid.size() - 1));
    return at == rows_.end() ? nullptr : &at->second;
  }
  bool has_row(std::string_view column, const Arcs& row) const {
    const Rows* rows = rows_of(column);
    return rows && rows->contains(row);
  }
  const std::map<Arcs, const VarBind*>& values(std::string_view column) const {
    static const std::map<Arcs, const VarBind*> none;
    const auto at = values_.find(column);
    return at == values_.end() ? none : at->second;
  }

  void references() {
    for (const Reference& one : laws_.references) {
      for (const auto& [index, variable] : values(one.column)) {
        const auto value = variable->value.number();
        if (!value || one.others.contains(*value)) continue;
        bool there = false;
        if (one.keep > index.size()) {  // by the last arc alone
          const Rows* rows = rows_of(one.entry);
          there = rows && std::any_of(rows->begin(), rows->end(),
                                      [&](const Arcs& row) { return !row.empty() && row.back() == *value; });
        } else {
          Arcs row(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(one.keep));
          row.push_back(static_cast<Oid::Arc>(*value));
          there = has_row(one.entry, row);
        }
        if (!there)
          found(Breach::dangling, variable->name,
                "is " + std::to_string(*value) + ", of which there is no row of " + std::string(one.entry));
      }
    }
  }

  void shared() {
    for (const SharedIndex& one : laws_.shared) {
      const Rows* rows = rows_of(one.column);
      if (!rows) continue;
      const ObjectText* object = texts_.named(one.column);
      for (const Arcs& row : *rows) {
        if (row.size() < one.from + one.arcs) continue;
        const auto begin = row.begin() + static_cast<std::ptrdiff_t>(one.from);
        if (!has_row(one.of, Arcs(begin, begin + static_cast<std::ptrdiff_t>(one.arcs))))
          found(Breach::dangling, object->oid + std::span<const Oid::Arc>(row),
                "has an index that no row of " + std::string(one.of) + " has");
      }
    }
  }

  void counts() {
    for (const Count& one : laws_.counts) {
      for (const auto& [index, variable] : values(one.object)) {
        const Rows* rows = rows_of(one.column);
        std::int64_t count = 0;
        if (rows) {
          count = std::count_if(rows->begin(), rows->end(), [&](const Arcs& row) {
            return std::equal(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(one.keep),
                              row.begin(),
                              row.begin() + static_cast<std::ptrdiff_t>(std::min(one.keep, row.size())));
          });
        }
        if (variable->value.number() != count)
          found(Breach::miscount, variable->name,
                "is not the " + std::to_string(count) + " rows of " + std::string(one.column));
      }
    }
  }

  void continuity() {
    for (const std::string_view column : laws_.continuous) {
      const Rows* rows = rows_of(column);
      if (!rows) continue;
      const ObjectText* object = texts_.named(column);
      Arcs prefix;
      Oid::Arc expected = 1;
      for (const Arcs& row : *rows) {
        const Arcs own(row.begin(), row.end() - 1);
        if (own != prefix) expected = 1;
        prefix = own;
        if (row.back() != expected)
          found(Breach::gap, object->oid + std::span<const Oid::Arc>(row),
                "comes where " + std::to_string(expected) + " is expected");
        expected = row.back() + 1;
      }
    }
  }

  // What an alert is about is there: its group's table has the row of its group index.
  void alert_groups() {
    static const std::map<std::int64_t, std::pair<std::string_view, bool>> tables{
        {3, {"hrStorageType", false}},
        {4, {"hrDeviceType", false}},
        {5, {"prtGeneralConfigChanges", false}},
        {6, {"prtCoverStatus", true}},
        {7, {"prtLocalizationLanguage", true}},
        {8, {"prtInputType", true}},
        {9, {"prtOutputType", true}},
        {10, {"prtMarkerMarkTech", true}},
        {11, {"prtMarkerSuppliesType", true}},
        {12, {"prtMarkerColorantValue", true}},
        {13, {"prtMediaPathType", true}},
        {14, {"prtChannelType", true}},
        {15, {"prtInterpreterLangFamily", true}},
        {16, {"prtConsoleDisplayBufferText", true}},
        {17, {"prtConsoleColor", true}},
        {30, {"finDeviceType", true}},
        {31, {"finSupplyType", true}},
        {32, {"finSupplyMediaInputType", true}}};
    const auto& groups = values("prtAlertGroup");
    for (const auto& [index, variable] : values("prtAlertGroupIndex")) {
      const auto group = groups.find(index);
      const auto row = variable->value.number();
      if (group == groups.end() || !row || *row == -1) continue;
      const auto table = tables.find(group->second->value.number().value_or(0));
      if (table == tables.end()) {
        found(Breach::dangling, variable->name, "is of a group that has no table");
        continue;
      }
      Arcs wanted;
      if (table->second.second) wanted.push_back(index.front());
      wanted.push_back(static_cast<Oid::Arc>(*row));
      if (!has_row(table->second.first, wanted))
        found(Breach::dangling, variable->name,
              "is " + std::to_string(*row) + ", of which there is no row of " +
                  std::string(table->second.first));
    }
  }

  const MibTexts& texts_;
  const MibLaws& laws_;
  const MibWalk& walk_;
  std::map<Oid, Rows> rows_;  // by entry, or the group of scalars
  std::map<std::string, std::map<Arcs, const VarBind*>, std::less<>> values_;
  std::vector<Finding> out_;
};

const Oid alert_entry{1, 3, 6, 1, 2, 1, 43, 18, 1, 1}, critical_events{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 18, 1},
    all_events{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 19, 1};

}  // namespace

std::vector<Finding> check_walk(const MibTexts& texts, const MibLaws& laws, const MibWalk& walk) {
  return Check(texts, laws, walk).run();
}

std::vector<Finding> AlertLaw::next(const MibWalk& walk, bool restarted) {
  std::vector<Finding> out;
  const auto found = [&](const Oid& name, std::string words) {
    out.push_back({Breach::alert_rule, name, std::move(words)});
  };
  std::map<std::uint32_t, std::vector<Value>> rows;
  std::int64_t all = 0, critical = 0;
  for (const VarBind& variable : walk) {
    if (variable.name == all_events) all = variable.value.number().value_or(0);
    if (variable.name == critical_events) critical = variable.value.number().value_or(0);
    if (!variable.name.starts_with(alert_entry)) continue;
    const auto rest = variable.name.after(alert_entry);
    if (rest.size() == 3) rows[rest[2]].push_back(variable.value);
  }
  if (restarted) {
    rows_.clear();
    highest_ = 0;
    all_ = critical_ = 0;
  }
  std::int64_t fresh = 0, fresh_critical = 0;
  std::uint32_t highest = highest_;
  // A counter that wrapped starts again at 1 after the greatest index that there is.
  const bool wrapped = highest_ > 0x7fffff00u;
  for (const auto& [index, cells] : rows) {
    const auto before = rows_.find(index);
    if (before != rows_.end()) {
      if (before->second != cells)
        found(alert_entry + 1u + 1u + index, "is another alert under the index of one");
      continue;
    }
    ++fresh;
    fresh_critical += cells.size() > 1 && cells[1] == Value::integer(3);
    if (!first_ && index <= highest_ && !(wrapped && index < highest_ - 0x40000000u))
      found(alert_entry + 1u + 1u + index,
            "is a new row, and its index is not higher than " + std::to_string(highest_));
    highest = std::max(highest, index);
    if (cells.empty() || cells[0] != Value::integer(static_cast<std::int32_t>(index)))
      found(alert_entry + 1u + 1u + index, "does not say its own index");
  }
  if (!first_ || restarted) {
    if (all - all_ < fresh) found(all_events, "grew by less than the rows that came");
    if (critical - critical_ < fresh_critical)
      found(critical_events, "grew by less than the critical rows that came");
    if (critical > all) found(critical_events, "is more than all events");
  }
  // Since power-on each event took the next index, from 1 on, whether or not a walk saw its row.
  anchored_ = (anchored_ || restarted) && !wrapped;
  if (anchored_ && highest > static_cast<std::uint64_t>(all))
    found(all_events, "is less than the highest index since power-on");
  rows_ = std::move(rows);
  highest_ = highest;
  all_ = all;
  critical_ = critical;
  first_ = false;
  return out;
}

}  // namespace mr::printer
