#include "scenarios/engine/scenario.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "scenarios/engine/figures.hpp"
#include "scenarios/engine/scenario_parts.hpp"

namespace mr::scenarios {
namespace {

constexpr auto day = std::chrono::hours(24);

// What a reader of single maps cannot see: names that nothing has, and addresses that two have.
void cross_check(const Scenario& scenario, Faults& faults) {
  std::map<std::string, std::uint32_t> groups;  // name: count
  std::map<std::uint32_t, std::string> taken;   // address: whose
  std::map<std::string, bool> sites;
  const auto take = [&](std::uint32_t address, const std::string& who, const Place& place) {
    const auto [at, fresh] = taken.emplace(address, who);
    if (!fresh) {
      faults.add(
          yaml_errc::out_of_range, place,
          boost::asio::ip::address_v4(address).to_string() + " of " + who + " is taken by " + at->second);
    }
  };
  for (const SitePlan& site : scenario.sites) {
    if (!sites.emplace(site.name, true).second)
      faults.add(yaml_errc::duplicate_key, site.place, "a second site " + in_quotes(site.name));
    if (site.agent.address) take(number_of(*site.agent.address), "the agent of " + site.name, site.place);
    for (const PrinterGroup& group : site.printers) {
      if (!groups.emplace(group.name, group.count).second) {
        faults.add(yaml_errc::duplicate_key, group.place, "a second printer group " + in_quotes(group.name));
      }
      for (std::uint32_t i = 0; i < group.count && !faults.any(); ++i)
        take(number_of(group.address) + i, group.name, group.place);
    }
  }
  const auto known = [&](const std::string& name, std::uint32_t number, const Place& place) {
    const auto found = groups.find(name);
    if (found == groups.end()) {
      faults.add(yaml_errc::out_of_range, place, "there is no printer group " + in_quotes(name));
    } else if (number > found->second) {
      faults.add(yaml_errc::out_of_range, place,
                 in_quotes(name) + " has " + std::to_string(found->second) + " printers, found number " +
                     std::to_string(number));
    }
  };
  const auto is_site = [&](const std::string& name, const Place& place) {
    if (!sites.contains(name))
      faults.add(yaml_errc::out_of_range, place, "there is no site " + in_quotes(name));
  };
  const auto is_account = [&](const std::string& name, const Place& place) {
    if (std::ranges::find(scenario.sites, name, &SitePlan::account) == scenario.sites.end())
      faults.add(yaml_errc::out_of_range, place, "there is no account " + in_quotes(name));
  };
  const auto is_software = [&](const std::string& id, const Place& place) {
    if (std::ranges::find(scenario.software, id, &SoftwarePlan::id) == scenario.software.end())
      faults.add(yaml_errc::out_of_range, place, "there is no software " + in_quotes(id));
  };
  const auto is_user = [&](const std::string& name, const Place& place) {
    if (std::ranges::find(scenario.users, name, &UserPlan::name) == scenario.users.end())
      faults.add(yaml_errc::out_of_range, place, "there is no user " + in_quotes(name));
  };
  for (const PrintLoad& load : scenario.print) known(load.printers, 1, load.place);
  for (const ReplaceLoad& load : scenario.replace) known(load.printers, 1, load.place);
  for (const ContractPlan& contract : scenario.contracts)
    known(contract.printers, contract.number.value_or(1), contract.place);
  for (const SoftwarePlan& software : scenario.software) {
    known(software.printers, 1, software.place);
    if (std::ranges::count(scenario.software, software.id, &SoftwarePlan::id) > 1)
      faults.add(yaml_errc::duplicate_key, software.place, "a second software " + in_quotes(software.id));
  }
  std::vector<std::string> hosts{"server"};
  for (std::size_t i = 0; i < scenario.impostors.size(); ++i)
    hosts.push_back("impostor-" + std::to_string(i + 1));
  for (const SitePlan& site : scenario.sites) {
    for (const char* part : {"-agent", "-printers", "-workstation"}) hosts.push_back(site.name + part);
  }
  const auto is_host = [&](const EventPattern& pattern, const Place& place) {
    const std::string name = pattern.host.substr(pattern.host.starts_with('!') ? 1 : 0);
    if (name.empty() || std::ranges::find(hosts, name) != hosts.end()) return;
    std::string expected;
    for (const std::string& host : hosts) expected += (expected.empty() ? "" : ", ") + host;
    faults.add(yaml_errc::out_of_range, place,
               "found the host " + in_quotes(name) + ", expected one of " + expected);
  };
  for (const Expectation& expectation : scenario.expect) {
    if (!expectation.that.empty()) {
      if (const auto good = check_expression(expectation.that, figure_names()); !good)
        faults.add(yaml_errc::out_of_range, expectation.place, to_string(good.error()));
    }
    if (!expectation.over_time) continue;
    const TemporalPlan& plan = *expectation.over_time;
    is_host(plan.event, expectation.place);
    for (const auto* other : {&plan.after, &plan.until, &plan.then}) {
      if (*other) is_host(**other, expectation.place);
    }
    const runtime::Instant end(scenario.duration);
    if (plan.from.value_or(runtime::Instant()) >= end)
      faults.add(yaml_errc::out_of_range, expectation.place, "'from' is at or after the end of the scenario");
    if (plan.to && *plan.to < plan.from.value_or(runtime::Instant()))
      faults.add(yaml_errc::out_of_range, expectation.place, "'to' is before 'from'");
  }
  for (const SitePlan& site : scenario.sites) {
    if (!site.server.empty() &&
        std::ranges::find(scenario.impostors, site.server, &ImpostorPlan::name) == scenario.impostors.end())
      faults.add(yaml_errc::out_of_range, site.place, "there is no impostor " + in_quotes(site.server));
  }
  for (const Deed& deed : scenario.deeds) {
    if (const auto* action = std::get_if<QueueAction>(&deed.what)) {
      is_site(action->site, deed.place);
      if (!action->printers.empty()) known(action->printers, action->number.value_or(1), deed.place);
      if (!action->by.empty()) is_user(action->by, deed.place);
      if (!action->software.empty()) is_software(action->software, deed.place);
    } else if (const auto* replace = std::get_if<ReplaceSupply>(&deed.what)) {
      known(replace->printers, replace->number, deed.place);
    } else if (const auto* power = std::get_if<Power>(&deed.what)) {
      known(power->printers, power->number.value_or(1), deed.place);
    } else if (const auto* set = std::get_if<SetSecurityMode>(&deed.what)) {
      is_site(set->site, deed.place);
    } else if (const auto* run = std::get_if<RunAgent>(&deed.what)) {
      is_site(run->site, deed.place);
    } else if (const auto* close = std::get_if<CloseAccount>(&deed.what)) {
      is_account(close->account, deed.place);
    } else if (const auto* print = std::get_if<PrintOne>(&deed.what)) {
      known(print->printers, print->number, deed.place);
    } else {
      const auto& job = std::get<SendJob>(deed.what);
      known(job.printers, job.number, deed.place);
    }
    if (deed.at > scenario.duration || deed.within > scenario.duration)
      faults.add(yaml_errc::out_of_range, deed.place, "this is after the end of the scenario");
  }
}

}  // namespace

std::string required_text(Map& map, std::string_view key, Faults& faults) {
  std::string text = map.text(key);
  if (!faults.any() && model::is_blank(text))
    faults.add(yaml_errc::out_of_range, map.place(key), in_quotes(key) + " is blank, expected text");
  return text;
}

model::ActionKind read_action(const Node& node, Faults& faults) {
  const auto kind =
      model::from_word<model::ActionKind>(node.kind == Node::Kind::scalar ? node.text : std::string());
  if (kind) return *kind;
  std::string expected;
  for (const auto& entry : words_of(model::ActionKind{}))
    expected += (expected.empty() ? "" : ", ") + std::string(entry.word);
  faults.add(yaml_errc::out_of_range, node.place,
             "found " + in_quotes(node.text) + ", expected one of " + expected);
  return {};
}

Result<Scenario> read_scenario(std::string text, std::string file_name) {
  auto root = read_yaml(text, file_name);
  MR_TRY(root);
  Faults faults;
  Scenario scenario;
  scenario.file = std::move(file_name);
  scenario.text = std::move(text);
  if (root->kind != Node::Kind::map) {
    faults.add(yaml_errc::wrong_type, root->place, "expected a map: a scenario");
    return faults.first();
  }
  Map map(*root, "a scenario", faults);
  scenario.name = required_text(map, "scenario", faults);
  scenario.about = map.text("about", "");
  scenario.clauses = map.texts("clauses");
  scenario.requirements = map.texts("requirements");
  scenario.seed = static_cast<std::uint64_t>(map.integer("seed", 0, INT64_MAX, 1));
  scenario.start = map.instant("start");
  scenario.duration = map.duration("duration");
  if (!faults.any() && (scenario.duration <= Milliseconds(0) || scenario.duration > 3660 * day)) {
    faults.add(yaml_errc::out_of_range, map.place("duration"), "expected more than 0 and at most 3660d");
  }
  if (const std::string rule = map.text("zone", "UTC0"); !faults.any()) {
    auto zone = model::Zone::parse(rule);
    if (zone) {
      scenario.zone = *zone;
    } else {
      faults.add(yaml_errc::wrong_type, map.place("zone"),
                 to_string(zone.error()) + ", expected a POSIX TZ rule such as CET-1CEST,M3.5.0,M10.5.0/3");
    }
  }
  if (const Node* node = map.child("server", Node::Kind::map)) read_server(*node, scenario, faults);
  if (const Node* list = map.child("impostors", Node::Kind::list)) {
    for (const Node& node : list->items) scenario.impostors.push_back(read_impostor(node, faults));
  }
  if (const Node* list = map.child("sites", Node::Kind::list)) {
    for (const Node& node : list->items) scenario.sites.push_back(read_site(node, faults));
  }
  if (scenario.sites.empty())
    faults.add(yaml_errc::missing_key, map.place("sites"), "a scenario needs at least one site");
  if (const Node* list = map.child("workload", Node::Kind::list)) {
    for (const Node& node : list->items) read_workload(node, scenario, faults);
  }
  if (const Node* list = map.child("do", Node::Kind::list)) {
    for (const Node& node : list->items) scenario.deeds.push_back(read_deed(node, faults));
  }
  if (const Node* list = map.child("expect", Node::Kind::list)) {
    for (const Node& node : list->items) scenario.expect.push_back(read_expectation(node, faults));
  }
  if (scenario.expect.empty())
    faults.add(yaml_errc::missing_key, map.place("expect"), "a scenario needs at least one expectation");
  map.done();
  if (!faults.any()) cross_check(scenario, faults);
  if (faults.any()) return faults.first();
  return scenario;
}

Result<Scenario> load_scenario(const std::string& path) {
  std::error_code ec;
  if (!std::filesystem::is_regular_file(path, ec)) {
    return Fault(yaml_errc::unreadable, path + ": " + (ec ? ec.message() : "there is no such file"));
  }
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return Fault(yaml_errc::unreadable, path);
  return read_scenario(text.str(), path);
}

}  // namespace mr::scenarios
