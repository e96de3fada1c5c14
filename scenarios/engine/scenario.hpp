// A scenario as it stands in its file: a server, sites with an agent and printers each, what people do there,
// and what is expected.
//
// Plain values. Reading is strict: an unknown word, a wrong type, a name that nothing has, an address given
// twice, a check that does not exist are errors with file:line:column and what was expected. The form is
// published as scenarios/scenario.schema.json.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/model/zone.hpp"
#include "reference/runtime/stream.hpp"
#include "scenarios/engine/yaml.hpp"

namespace mr::scenarios {

using Address = runtime::Address;
using Milliseconds = std::chrono::milliseconds;

struct Range {
  Address first, last;  // both included; IPv4, at most 65,536 addresses
};

struct AgentPlan {
  std::optional<Address> address;  // absent: one of 192.0.2.0/24
  model::TimeOfDay report_at{120};
  Milliseconds status_every{std::chrono::hours(1)};  // 0: never
  Milliseconds discover_every{std::chrono::hours(24)};
  Milliseconds poll_every{0};  // of GetSchedule besides the daily one; 0: never
  std::vector<Range> scope;
  std::string community = "public";
  bool v1 = false;  // SNMP v1 instead of v2c
};

struct PrinterGroup {
  Place place;
  std::string name;
  std::string profile;    // one of the built-in models, or
  std::string recording;  // a walk; a relative path starts at the scenario's folder
  std::uint32_t count = 1;
  Address address;  // of the first; the others follow it
};

struct SitePlan {
  Place place;
  std::string name;
  std::string account, location, contact_email;
  AgentPlan agent;
  std::vector<PrinterGroup> printers;
};

// Jobs on every printer of a group: one each `every`, give or take a half of it, by chance.
struct PrintLoad {
  std::string printers;  // a group
  Milliseconds every{};
  std::uint32_t pages_min = 1, pages_max = 1;
  std::uint32_t colour_percent = 0;  // of the jobs, where the model has colour
};

struct QueueAction {
  std::string site;
  model::ActionKind kind{};
};
struct ReplaceSupply {
  std::string printers;      // a group
  std::uint32_t number = 1;  // which printer of it, from 1
  std::uint32_t supply = 1;  // prtMarkerSuppliesIndex
};
struct Power {
  std::string printers;
  std::optional<std::uint32_t> number;  // absent: all of the group
  bool on = true;
};

struct Deed {
  Place place;
  Milliseconds at{};  // since the start
  std::variant<QueueAction, ReplaceSupply, Power> what;
};

struct Expectation {
  Place place;
  std::string check;  // a name of check_kinds(), or
  std::string that;   // an expression in Lua over the figures
  std::string why;
};

struct Scenario {
  std::string name;
  std::string about;
  std::vector<std::string> clauses, requirements;
  std::uint64_t seed = 1;
  std::chrono::sys_seconds start;
  Milliseconds duration{};
  model::Zone zone;
  std::string server_name = "eu.support.makeready.test";
  std::vector<SitePlan> sites;
  std::vector<PrintLoad> print;
  std::vector<Deed> deeds;
  std::vector<Expectation> expect;

  std::string file;  // as given; errors and the report name it
  std::string text;  // of the file
};

// errors: yaml_errc, with file:line:column.
Result<Scenario> read_scenario(std::string text, std::string file_name);
Result<Scenario> load_scenario(const std::string& path);

}  // namespace mr::scenarios
