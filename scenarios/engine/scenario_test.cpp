#include "scenarios/engine/scenario.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>

namespace mr::scenarios {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* good = R"(scenario: A day
start: 2026-03-02T08:00:00Z
duration: 1d12h
server: {name: eu.support.makeready.test, users: [{name: ann, role: auditor}], contracts: [{printers: floor-1}], software: [{id: s-1, printers: floor-1, version: 2}]}
impostors: [{name: x.support.makeready.test, certificate: expired}]
sites:
  - name: office
    account: Example Ltd
    location: Example House
    contact_email: office@example.test
    agent: {scope: [10.20.0.1-10.20.0.40], permit: [{action: RebootDevice, until: 3h}, PrintTestPage], disable: [UpgradeDevice]}
    printers:
      - {name: floor-1, profile: office-colour-mfp, count: 3, address: 10.20.0.11}
workload:
  - print: {printers: floor-1, every: 37m, pages: 1-12}
  - replace_when_empty: {printers: floor-1, after: 2h}
do:
  - {at: 1h, queue_action: {site: office, kind: SendReports}}
  - {at: 2h, replace_supply: {printers: floor-1, supply: 1}}
  - {at: 3h, power: {printers: floor-1, turn: off}}
  - {at: 4h, set_security_mode: {site: office, mode: lockedDown}}
  - {at: 5h, close_account: {account: Example Ltd}}
  - {at: 5h, stop_agent: {site: office}}
  - {at: 6h, start_agent: {site: office}}
  - {at: 6h, print: {printers: floor-1, pages: 2}}
  - {when: {event: agent.registered, within: 1h, delay: 5m}, send_job: {printers: floor-1}}
expect:
  - check: exactly-once
  - {eventually: {event: order.placed, where: {supply: [1, 2]}, after: {event: agent.registered}, count: 1-3, within: 8h}, why: It is.}
  - {never: {event: printer.reboot, host: office-printers}, why: It is.}
  - {always: {event: action.answered, holds: {outcome: "!failed"}, then: {event: audit}, same: [id]}, why: It is.}
)";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = good;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}
std::string fault_of(const std::string& text) {
  const auto scenario = read_scenario(text, "day.yaml");
  return scenario ? "no fault" : to_string(scenario.error());
}

TEST(Scenario, ReadsWhatItSays) {
  const auto scenario = read_scenario(good, "day.yaml");
  ASSERT_TRUE(scenario) << to_string(scenario.error());
  EXPECT_EQ(scenario->duration, std::chrono::hours(36));
  ASSERT_EQ(scenario->sites.size(), 1u);
  EXPECT_EQ(scenario->sites[0].agent.report_at.minutes, 120);
  EXPECT_EQ(scenario->sites[0].printers[0].count, 3u);
  EXPECT_EQ(scenario->print[0].pages_max, 12u);
  EXPECT_EQ(scenario->print[0].every, std::chrono::minutes(37));
  ASSERT_EQ(scenario->deeds.size(), 9u);
  EXPECT_EQ(std::get<QueueAction>(scenario->deeds[0].what).kind, model::ActionKind::send_reports);
  EXPECT_EQ(std::get<Power>(scenario->deeds[2].what).number, std::nullopt);
  EXPECT_EQ(std::get<SetSecurityMode>(scenario->deeds[3].what).mode, model::SecurityMode::locked_down);
  ASSERT_TRUE(scenario->deeds[8].when);
  EXPECT_EQ(scenario->deeds[8].when->kind, "agent.registered");
  EXPECT_EQ(scenario->deeds[8].delay, std::chrono::minutes(5));
  EXPECT_EQ(scenario->sites[0].agent.permit[0].until, std::chrono::hours(3));
  EXPECT_EQ(scenario->sites[0].agent.disable, std::vector{model::ActionKind::upgrade_device});
  EXPECT_EQ(scenario->impostors[0].certificate, rogue::ImpostorCertificate::expired);
  ASSERT_TRUE(scenario->expect[1].over_time);
  EXPECT_EQ(scenario->expect[1].over_time->count_max, 3u);
  EXPECT_EQ(scenario->expect[1].over_time->event.where[0].values, (std::vector<std::string>{"1", "2"}));
  EXPECT_TRUE(scenario->expect[3].over_time->holds[0].none_of);
}

TEST(Scenario, FaultsHaveTheirPlaceAndWhatWasExpected) {
  EXPECT_THAT(fault_of(changed("duration", "duratoin")), HasSubstr("duratoin"));
  EXPECT_THAT(fault_of(changed("server: {name:", "server: {nam:")),
              AllOf(StartsWith("day.yaml:4:10"), HasSubstr("nam"), HasSubstr("name")));
  EXPECT_THAT(fault_of(changed("duration: 1d12h", "duration: 1d12h\nduration: 2d")),
              StartsWith("day.yaml:4:1"));
  EXPECT_THAT(fault_of(changed("1d12h", "[1d]")),
              AllOf(StartsWith("day.yaml:3:11"), HasSubstr("a duration such as")));
  EXPECT_THAT(fault_of(changed("office-colour-mfp", "office-pink")),
              AllOf(StartsWith("day.yaml:13:34"), HasSubstr("office-colour-mfp")));
  EXPECT_THAT(fault_of(changed("count: 3", "count: 0")), HasSubstr("a whole number from 1"));
  EXPECT_THAT(fault_of(changed("10.20.0.11", "10.20.0.300")), HasSubstr("an IPv4 address"));
  EXPECT_THAT(fault_of(changed("10.20.0.1-10.20.0.40", "10.20.0.40-10.20.0.1")),
              HasSubstr("a range such as"));
  EXPECT_THAT(fault_of(changed("office@example.test", "office")), HasSubstr("one e-mail address"));
  EXPECT_THAT(fault_of(changed("check: exactly-once", "check: exactly-twice")),
              AllOf(StartsWith("day.yaml:28:12"), HasSubstr("exactly-once")));
  EXPECT_THAT(fault_of(changed("kind: SendReports", "kind: SendMoney")), HasSubstr("SendReports"));
  EXPECT_THAT(fault_of(changed("2026-03-02", "2026-02-30")), HasSubstr("an instant in UTC"));
  EXPECT_THAT(fault_of(changed("pages: 1-12", "pages: 12-1")), HasSubstr("a range such as 1-12"));
  EXPECT_THAT(fault_of(changed("event: order.placed", "event: order.plced")),
              HasSubstr("expected one of order.placed, order.rearmed"));
  EXPECT_THAT(fault_of(changed("count: 1-3", "count: 3-1")), HasSubstr("how often"));
  EXPECT_THAT(fault_of(changed("host: office-printers}, why", "host: office-prnters}, why")),
              HasSubstr("found the host 'office-prnters', expected one of server, impostor-1, office-agent"));
  EXPECT_THAT(fault_of(changed("host: office-printers}, why", "from: 3660d}, why")),
              HasSubstr("'from' is at or after the end"));
  EXPECT_THAT(fault_of(changed("host: office-printers}, why", "from: 2h, to: 1h}, why")),
              HasSubstr("'to' is before 'from'"));
  EXPECT_THAT(fault_of(changed("host: office-printers}, why: It is.", "host: office-printers}")),
              HasSubstr("'why'"));
  EXPECT_THAT(fault_of(changed("role: auditor", "role: king")), HasSubstr("support-administrator"));
  EXPECT_THAT(fault_of(changed("{at: 6h, print", "{when: {event: audit, within: 1h}, at: 6h, print")),
              HasSubstr("either 'at' or 'when'"));
}

TEST(Scenario, NamesMustExistAndAddressesBeOnes) {
  EXPECT_THAT(fault_of(changed("print: {printers: floor-1", "print: {printers: floor-9")),
              HasSubstr("no printer group 'floor-9'"));
  EXPECT_THAT(fault_of(changed("site: office, kind", "site: attic, kind")), HasSubstr("no site 'attic'"));
  EXPECT_THAT(fault_of(changed("at: 1h", "at: 9d")), HasSubstr("after the end"));
  EXPECT_THAT(fault_of(changed("supply: 1}", "supply: 1, number: 4}")), HasSubstr("has 3 printers"));
  EXPECT_THAT(fault_of(changed("agent: {scope", "agent: {address: 10.20.0.12, scope")),
              HasSubstr("10.20.0.12 of floor-1 is taken by the agent of office"));
  EXPECT_THAT(fault_of(changed("contracts: [{printers: floor-1", "contracts: [{printers: attic")),
              HasSubstr("no printer group 'attic'"));
  EXPECT_THAT(fault_of(changed("account: Example Ltd}", "account: Other}")), HasSubstr("no account 'Other'"));
  EXPECT_THAT(fault_of(changed("kind: SendReports}", "kind: SendReports, by: bob}")),
              HasSubstr("no user 'bob'"));
  EXPECT_THAT(
      fault_of(changed("    account: Example Ltd\n", "    account: Example Ltd\n    server: y.test\n")),
      HasSubstr("no impostor 'y.test'"));
}

TEST(Scenario, AFileThatIsNotThereSaysSo) {
  const auto scenario = load_scenario("scenarios/lifecycle/no_such.yaml");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().code, yaml_errc::unreadable);
  EXPECT_THAT(scenario.error().detail, HasSubstr("no_such.yaml"));
}

// An unknown key in each kind of map: the fault lists every key that the reader knows, and that is the
// schema's list.
TEST(Scenario, TheSchemaHasTheReadersKeys) {
  std::ifstream in("scenarios/scenario.schema.json");
  std::ostringstream text;
  text << in.rdbuf();
  const auto schema = boost::json::parse(text.str()).as_object();
  const auto keys_of = [](const boost::json::object& object) {
    std::set<std::string> keys;
    for (const auto& member : object.at("properties").as_object()) keys.emplace(member.key());
    return keys;
  };
  const std::pair<const char*, std::string> maps[] = {
      {"", changed("duration:", "zzz: 1\nduration:")},
      {"server", changed("server: {", "server: {zzz: 1, ")},
      {"site", changed("    account:", "    zzz: 1\n    account:")},
      {"agent", changed("agent: {", "agent: {zzz: 1, ")},
      {"printer_group", changed("{name: floor-1", "{zzz: 1, name: floor-1")},
      {"workload", changed("  - print:", "  - zzz: 1\n    print:")},
      {"print", changed("print: {", "print: {zzz: 1, ")},
      {"deed", changed("{at: 1h", "{zzz: 1, at: 1h")},
      {"queue_action", changed("queue_action: {", "queue_action: {zzz: 1, ")},
      {"replace_supply", changed("replace_supply: {", "replace_supply: {zzz: 1, ")},
      {"power", changed("power: {", "power: {zzz: 1, ")},
      {"expectation", changed("  - check:", "  - zzz: 1\n    check:")},
      {"user", changed("{name: ann", "{zzz: 1, name: ann")},
      {"contract", changed("[{printers: floor-1}]", "[{zzz: 1, printers: floor-1}]")},
      {"software", changed("{id: s-1", "{zzz: 1, id: s-1")},
      {"impostor", changed("{name: x", "{zzz: 1, name: x")},
      {"permission", changed("{action: R", "{zzz: 1, action: R")},
      {"replace_when_empty", changed("replace_when_empty: {", "replace_when_empty: {zzz: 1, ")},
      {"set_security_mode", changed("set_security_mode: {", "set_security_mode: {zzz: 1, ")},
      {"start_agent", changed("start_agent: {", "start_agent: {zzz: 1, ")},
      {"stop_agent", changed("stop_agent: {", "stop_agent: {zzz: 1, ")},
      {"close_account", changed("close_account: {", "close_account: {zzz: 1, ")},
      {"print_one", changed("6h, print: {", "6h, print: {zzz: 1, ")},
      {"send_job", changed("send_job: {", "send_job: {zzz: 1, ")},
      {"when", changed("when: {", "when: {zzz: 1, ")},
      {"event", changed("after: {event", "after: {zzz: 1, event")},
      {"eventually", changed("eventually: {", "eventually: {zzz: 1, ")},
      {"never", changed("never: {", "never: {zzz: 1, ")},
      {"always", changed("always: {", "always: {zzz: 1, ")},
  };
  const auto& defs = schema.at("$defs").as_object();
  for (const auto& [name, document] : maps) {
    const std::string fault = fault_of(document);
    EXPECT_THAT(fault, HasSubstr("found 'zzz'"));
    const std::size_t has = fault.find(" has: ");
    ASSERT_NE(has, std::string::npos) << fault;
    std::istringstream list(fault.substr(has + 6, fault.rfind(": ") - has - 6));
    std::set<std::string> known;
    for (std::string word; list >> word;) {
      if (word.back() == ',') word.pop_back();
      known.insert(word);
    }
    EXPECT_EQ(known, keys_of(*name ? defs.at(name).as_object() : schema)) << name;
  }
}

}  // namespace
}  // namespace mr::scenarios
