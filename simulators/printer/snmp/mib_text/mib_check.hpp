// A printer's walk held against the texts of its MIB modules and the rules that stand in their prose.
//
// From the texts: each variable is an instance of an object that can be read, of its type, range, size or
// enumeration, under an index that its table's INDEX clause allows; a row has every readable column, a group
// every readable scalar. From the prose (mib_laws.cpp, by object name): what an index points at is there,
// what a count counts is there, indices that must be continuous are. AlertLaw watches prtAlertTable over
// time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/snmp/agent_rules.hpp"
#include "simulators/printer/snmp/mib_text/mib_text.hpp"

namespace mr::printer {

enum class Breach : std::uint8_t {
  unknown_object,  // no text has it
  not_readable,    // not-accessible, or for notifications alone
  bad_value,       // type, range, size, enumeration, character set
  bad_index,       // does not fit the INDEX clause
  hole,            // a row without a column, a group without a scalar
  gap,             // indices that must be continuous are not
  dangling,        // points at a row that is not there
  miscount,        // a count that is not that of the rows
  disorder,        // not in the order of a walk, or twice
  alert_rule       // RFC 3805 section 2.2.13 over time
};
std::string_view describe(Breach breach);

struct Finding {
  Breach breach;
  snmp::Oid name;
  std::string words;
};
std::string text(const Finding& finding);

using MibWalk = std::vector<snmp::VarBind>;
// All variables, or those below a node.
MibWalk walk_of(snmp::VariableSource& source, const snmp::Oid& below = {});

// A value that is the index of a row of another table.
struct Reference {
  std::string_view column;        // where it stands: a column or a scalar
  std::string_view entry;         // the row's table, by its entry's first known column
  std::size_t keep = 0;           // leading arcs of its own index that lead the other's
  std::set<std::int64_t> others;  // values that are no index
};
// An index of a table that is another table's (leading arcs).
struct SharedIndex {
  std::string_view column, of;  // any column of each
  std::size_t from = 0, arcs = 1;
};
// A count that is the number of rows of a table.
struct Count {
  std::string_view object, column;
  std::size_t keep = 0;  // arcs of the count's own index that lead the rows'
};
struct MibLaws {
  std::vector<Reference> references;
  std::vector<SharedIndex> shared;
  std::vector<Count> counts;
  std::vector<std::string_view> continuous;  // columns whose last index arc goes 1, 2, 3, ...
  std::set<std::string_view> optional;       // objects that a row or group may lack, by their texts' prose
};
const MibLaws& mib_laws();

std::vector<Finding> check_walk(const MibTexts& texts, const MibLaws& laws, const MibWalk& walk);

// Watches one printer's prtAlertTable, walk after walk.
class AlertLaw {
 public:
  // `restarted`: it was switched on anew since the last walk. Of the walk prtGeneralTable and prtAlertTable
  // are looked at.
  std::vector<Finding> next(const MibWalk& walk, bool restarted);

 private:
  std::map<std::uint32_t, std::vector<snmp::Value>> rows_;  // by index
  std::uint32_t highest_ = 0;
  std::int64_t all_ = 0, critical_ = 0;
  bool first_ = true, anchored_ = false;
};

}  // namespace mr::printer
