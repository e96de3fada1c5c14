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
#include "reference/server/users.hpp"
#include "scenarios/engine/temporal.hpp"
#include "scenarios/engine/yaml.hpp"
#include "simulators/printer/firmware/firmware.hpp"
#include "simulators/rogue/impostor.hpp"

namespace mr::scenarios {

using Address = runtime::Address;
using Milliseconds = std::chrono::milliseconds;

struct Range {
  Address first, last;  // both included; IPv4, at most 65,536 addresses
};

// A server beside the real one: the reference with another certificate, which no agent may believe (WP-4-05).
struct ImpostorPlan {
  Place place;
  std::string name;  // that agents ask for
  rogue::ImpostorCertificate certificate{};
};

struct UserPlan {
  std::string name;
  server::Role role{};
  std::string account;  // empty: every account
};

// A metered supplies contract for each printer of a group, or for one of them.
struct ContractPlan {
  Place place;
  std::string printers;
  std::optional<std::uint32_t> number;
  int threshold_percent = 10;
};

// A firmware file in the server's repository: made for the model of a printer group, with the level that it
// brings.
struct SoftwarePlan {
  Place place;
  std::string id;
  std::string printers;  // a group
  std::string version;
  std::uint32_t octets = 200'000;  // of the payload
  printer::firmware::Defect defect = printer::firmware::Defect::none;
  printer::firmware::Outcome outcome = printer::firmware::Outcome::sound;
};

struct PermitPlan {
  model::ActionKind action{};
  std::optional<Milliseconds> until;  // since the start; absent: until it is withdrawn
};

// With which key the agent registers.
enum class KeyState { valid, wrong, used_up, revoked, expired, none };

struct AgentPlan {
  std::optional<Address> address;  // absent: one of 192.0.2.0/24
  model::TimeOfDay report_at{120};
  Milliseconds status_every{std::chrono::hours(1)};  // 0: never
  Milliseconds discover_every{std::chrono::hours(24)};
  Milliseconds poll_every{0};  // of GetSchedule besides the daily one; 0: never
  std::vector<Range> scope;
  std::string community = "public";
  bool v1 = false;  // SNMP v1 instead of v2c
  std::vector<PermitPlan> permit;
  std::vector<model::ActionKind> disable;
  bool manage_automatically = true;
  std::optional<model::SecurityMode> security_mode;
  KeyState key = KeyState::valid;
  bool starts_at_once = true;  // false: by the deed start_agent
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
  std::string account, location,
      contact_email;   // the latter two may be empty: a registration that must be refused
  std::string server;  // the name that its agent asks for; empty: the real one's
  AgentPlan agent;
  std::vector<PrinterGroup> printers;
};

// Jobs on every printer of a group: one each `every`, give or take a half of it, by chance.
struct PrintLoad {
  Place place;
  std::string printers;  // a group
  Milliseconds every{};
  std::uint32_t pages_min = 1, pages_max = 1;
  std::uint32_t colour_percent = 0;  // of the jobs, where the model has colour
};

// Somebody replaces a supply that ran empty, that long after it did.
struct ReplaceLoad {
  Place place;
  std::string printers;
  Milliseconds after{};
};

struct QueueAction {
  std::string site;
  model::ActionKind kind{};
  std::string by;                          // a user; empty: the scenario's own support administrator
  std::string printers;                    // a group; empty: the agent itself (SendReports)
  std::optional<std::uint32_t> number;     // which printer of it, from 1; absent: an action for each
  std::string software;                    // of UpgradeDevice
  std::optional<Milliseconds> not_before;  // since the start
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
struct SetSecurityMode {  // on site
  std::string site;
  model::SecurityMode mode{};
};
struct RunAgent {  // its process is started, or told to end
  std::string site;
  bool start = true;
};
struct CloseAccount {
  std::string account;
};
struct PrintOne {
  std::string printers;
  std::uint32_t number = 1;
  std::uint32_t pages = 1;
  bool colour = false;
};

// A job from a workstation of the printer's site to its raw port, with the names of a document and a user in
// it.
struct SendJob {
  std::string printers;
  std::uint32_t number = 1;
  std::uint32_t pages = 1;
};

// Something done at an instant, or once an event has come.
struct Deed {
  Place place;
  Milliseconds at{};                 // since the start
  std::optional<EventPattern> when;  // instead: after the first event that matches,
  Milliseconds delay{};              // that long after it,
  Milliseconds within{};             // and a failed case where none came in that time since the start
  std::variant<QueueAction, ReplaceSupply, Power, SetSecurityMode, RunAgent, CloseAccount, PrintOne, SendJob> what;
};

struct Expectation {
  Place place;
  std::string check;  // a name of check_kinds(), or
  std::string that;   // an expression in Lua over the figures, or
  std::optional<TemporalPlan> over_time;
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
  std::vector<ImpostorPlan> impostors;
  std::vector<UserPlan> users;
  std::vector<ContractPlan> contracts;
  std::vector<SoftwarePlan> software;
  std::vector<SitePlan> sites;
  std::vector<PrintLoad> print;
  std::vector<ReplaceLoad> replace;
  std::vector<Deed> deeds;
  std::vector<Expectation> expect;

  std::string file;  // as given; errors and the report name it
  std::string text;  // of the file
};

// errors: yaml_errc, with file:line:column.
Result<Scenario> read_scenario(std::string text, std::string file_name);
Result<Scenario> load_scenario(const std::string& path);

}  // namespace mr::scenarios
