#include "scenarios/engine/scenario.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "scenarios/checks/checks.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::scenarios {
namespace {

constexpr auto day = std::chrono::hours(24);
constexpr std::int64_t printers_max = 65'536;

std::string in_quotes(std::string_view text) { return "'" + std::string(text.substr(0, 80)) + "'"; }

std::optional<Address> parse_address(std::string_view text) {
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address_v4(std::string(text), ec);
  if (ec || address.is_unspecified() || address.is_multicast()) return std::nullopt;
  return Address(address);
}

std::uint32_t number_of(const Address& address) { return address.to_v4().to_uint(); }

Address read_address(Map& map, std::string_view key, Faults& faults) {
  const std::string text = map.text(key);
  if (const auto address = parse_address(text)) return *address;
  if (!faults.any())
    faults.add(yaml_errc::wrong_type, map.place(key),
               "found " + in_quotes(text) + ", expected an IPv4 address");
  return {};
}

std::string required_text(Map& map, std::string_view key, Faults& faults) {
  std::string text = map.text(key);
  if (!faults.any() && model::is_blank(text))
    faults.add(yaml_errc::out_of_range, map.place(key), in_quotes(key) + " is blank, expected text");
  return text;
}

Range read_range(const Node& node, Faults& faults) {
  const std::size_t dash = node.text.find('-');
  const auto first = parse_address(std::string_view(node.text).substr(0, dash));
  const auto last =
      dash == std::string::npos ? first : parse_address(std::string_view(node.text).substr(dash + 1));
  if (node.kind != Node::Kind::scalar || !first || !last || number_of(*last) < number_of(*first) ||
      number_of(*last) - number_of(*first) >= printers_max) {
    faults.add(yaml_errc::wrong_type, node.place,
               "found " + in_quotes(node.text) +
                   ", expected an IPv4 address or a range such as 10.20.0.1-10.20.0.40, of at most 65536");
    return {};
  }
  return {*first, *last};
}

// "7" or "1-12".
void read_pages(Map& map, std::string_view key, PrintLoad& load, Faults& faults) {
  const std::string text = map.text(key);
  const std::size_t dash = text.find('-');
  const auto number = [](std::string_view digits, std::uint32_t& out) {
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
  };
  const std::string_view whole(text);
  const bool shaped = number(whole.substr(0, dash), load.pages_min) &&
                      number(dash == std::string::npos ? whole : whole.substr(dash + 1), load.pages_max);
  if (!faults.any() &&
      (!shaped || load.pages_min < 1 || load.pages_max < load.pages_min || load.pages_max > 10'000)) {
    faults.add(
        yaml_errc::wrong_type, map.place(key),
        "found " + in_quotes(text) + ", expected a number of pages or a range such as 1-12, up to 10000");
  }
}

AgentPlan read_agent(const Node& node, Faults& faults) {
  Map map(node, "an agent", faults);
  AgentPlan agent;
  if (map.any("address") != nullptr) agent.address = read_address(map, "address", faults);
  agent.report_at = {static_cast<int>(
      std::chrono::duration_cast<std::chrono::minutes>(map.time_of_day("report_at", std::chrono::hours(2)))
          .count())};
  agent.status_every = map.duration("status_every", agent.status_every);
  agent.discover_every = map.duration("discover_every", agent.discover_every);
  agent.poll_every = map.duration("poll_every", agent.poll_every);
  if (const Node* scope = map.child("scope", Node::Kind::list)) {
    for (const Node& item : scope->items) agent.scope.push_back(read_range(item, faults));
  }
  if (agent.scope.empty())
    faults.add(yaml_errc::missing_key, map.place("scope"), "an agent needs a scope of at least one range");
  agent.community = map.text("community", agent.community);
  agent.v1 = map.word("version", {"v1", "v2c"}, 1) == 0;
  map.done();
  return agent;
}

PrinterGroup read_group(const Node& node, Faults& faults) {
  Map map(node, "a printer group", faults);
  PrinterGroup group;
  group.place = node.place;
  group.name = required_text(map, "name", faults);
  group.profile = map.text("profile", "");
  group.recording = map.text("recording", "");
  group.count = static_cast<std::uint32_t>(map.integer("count", 1, printers_max, 1));
  group.address = read_address(map, "address", faults);
  map.done();
  if (group.profile.empty() == group.recording.empty()) {
    faults.add(yaml_errc::missing_key, node.place, "a printer group has either 'profile' or 'recording'");
  }
  if (!group.profile.empty()) {
    const auto keys = printer::profile_keys();
    if (std::find(keys.begin(), keys.end(), group.profile) == keys.end()) {
      std::string expected;
      for (const auto key : keys) expected += (expected.empty() ? "" : ", ") + std::string(key);
      faults.add(yaml_errc::out_of_range, map.place("profile"),
                 "found " + in_quotes(group.profile) + ", expected one of " + expected);
    }
  }
  return group;
}

SitePlan read_site(const Node& node, Faults& faults) {
  Map map(node, "a site", faults);
  SitePlan site;
  site.place = node.place;
  site.name = required_text(map, "name", faults);
  site.account = required_text(map, "account", faults);
  site.location = required_text(map, "location", faults);
  site.contact_email = map.text("contact_email");
  if (!faults.any() && !model::is_email_address(site.contact_email)) {
    faults.add(yaml_errc::wrong_type, map.place("contact_email"),
               "found " + in_quotes(site.contact_email) + ", expected one e-mail address");
  }
  if (map.any("agent") == nullptr) faults.add(yaml_errc::missing_key, node.place, "a site needs an 'agent'");
  if (const Node* agent = map.child("agent", Node::Kind::map)) site.agent = read_agent(*agent, faults);
  if (const Node* printers = map.child("printers", Node::Kind::list)) {
    for (const Node& item : printers->items) site.printers.push_back(read_group(item, faults));
  }
  if (site.printers.empty())
    faults.add(yaml_errc::missing_key, map.place("printers"), "a site needs at least one printer group");
  map.done();
  return site;
}

PrintLoad read_print(const Node& node, Faults& faults) {
  Map map(node, "a print load", faults);
  PrintLoad load;
  load.printers = required_text(map, "printers", faults);
  load.every = map.duration("every");
  if (!faults.any() && load.every < std::chrono::seconds(1)) {
    faults.add(yaml_errc::out_of_range, map.place("every"), "expected at least 1s between jobs");
  }
  read_pages(map, "pages", load, faults);
  load.colour_percent = static_cast<std::uint32_t>(map.integer("colour_percent", 0, 100, 0));
  map.done();
  return load;
}

std::vector<std::string_view> action_words() {
  std::vector<std::string_view> words;
  for (const auto& word : words_of(model::ActionKind{})) words.push_back(word.word);
  return words;
}

Deed read_deed(const Node& node, Faults& faults) {
  Map map(node, "a deed", faults);
  Deed deed;
  deed.place = node.place;
  deed.at = map.duration("at");
  int verbs = 0;
  if (const Node* child = map.child("queue_action", Node::Kind::map)) {
    Map of(*child, "queue_action", faults);
    QueueAction action;
    action.site = required_text(of, "site", faults);
    action.kind = words_of(model::ActionKind{})[of.word("kind", action_words())].value;
    of.done();
    deed.what = action;
    ++verbs;
  }
  if (const Node* child = map.child("replace_supply", Node::Kind::map)) {
    Map of(*child, "replace_supply", faults);
    ReplaceSupply replace;
    replace.printers = required_text(of, "printers", faults);
    replace.number = static_cast<std::uint32_t>(of.integer("number", 1, printers_max, 1));
    replace.supply = static_cast<std::uint32_t>(of.integer("supply", 1, 65'535));
    of.done();
    deed.what = replace;
    ++verbs;
  }
  if (const Node* child = map.child("power", Node::Kind::map)) {
    Map of(*child, "power", faults);
    Power power;
    power.printers = required_text(of, "printers", faults);
    if (of.any("number") != nullptr)
      power.number = static_cast<std::uint32_t>(of.integer("number", 1, printers_max));
    power.on = of.word("turn", {"off", "on"}) == 1;
    of.done();
    deed.what = power;
    ++verbs;
  }
  map.done();
  if (verbs != 1)
    faults.add(yaml_errc::missing_key, node.place,
               "expected exactly one of queue_action, replace_supply, power beside 'at'");
  return deed;
}

Expectation read_expectation(const Node& node, Faults& faults) {
  Map map(node, "an expectation", faults);
  Expectation expectation;
  expectation.place = node.place;
  expectation.check = map.text("check", "");
  expectation.that = map.text("that", "");
  expectation.why = map.text("why", "");
  map.done();
  if (expectation.check.empty() == expectation.that.empty()) {
    faults.add(yaml_errc::missing_key, node.place, "an expectation has either 'check' or 'that'");
  } else if (!expectation.check.empty() && find_check(expectation.check) == nullptr) {
    std::string expected;
    for (const CheckKind& kind : check_kinds())
      expected += (expected.empty() ? "" : ", ") + std::string(kind.name);
    faults.add(yaml_errc::out_of_range, map.place("check"),
               "found " + in_quotes(expectation.check) + ", expected one of " + expected);
  } else if (!expectation.that.empty()) {
    expectation.place = map.place("that");
  }
  return expectation;
}

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
  for (const Deed& deed : scenario.deeds) {
    if (const auto* action = std::get_if<QueueAction>(&deed.what)) {
      if (!sites.contains(action->site))
        faults.add(yaml_errc::out_of_range, deed.place, "there is no site " + in_quotes(action->site));
    } else if (const auto* replace = std::get_if<ReplaceSupply>(&deed.what)) {
      known(replace->printers, replace->number, deed.place);
    } else {
      const auto& power = std::get<Power>(deed.what);
      known(power.printers, power.number.value_or(1), deed.place);
    }
    if (deed.at > scenario.duration)
      faults.add(yaml_errc::out_of_range, deed.place, "this is after the end of the scenario");
  }
}

}  // namespace

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
  if (const Node* node = map.child("server", Node::Kind::map)) {
    Map server(*node, "the server", faults);
    scenario.server_name = server.text("name", scenario.server_name);
    server.done();
  }
  if (const Node* list = map.child("sites", Node::Kind::list)) {
    for (const Node& node : list->items) scenario.sites.push_back(read_site(node, faults));
  }
  if (scenario.sites.empty())
    faults.add(yaml_errc::missing_key, map.place("sites"), "a scenario needs at least one site");
  std::vector<Place> load_places;
  if (const Node* list = map.child("workload", Node::Kind::list)) {
    for (const Node& node : list->items) {
      Map load(node, "a workload", faults);
      const Node* print = load.child("print", Node::Kind::map);
      if (print != nullptr) {
        scenario.print.push_back(read_print(*print, faults));
        load_places.push_back(print->place);
      }
      load.done();
      if (print == nullptr) faults.add(yaml_errc::missing_key, node.place, "a workload has one of: print");
    }
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
  for (std::size_t i = 0; i < load_places.size() && !faults.any(); ++i) {
    bool found = false;
    for (const SitePlan& site : scenario.sites) {
      for (const PrinterGroup& group : site.printers)
        found = found || group.name == scenario.print[i].printers;
    }
    if (!found)
      faults.add(yaml_errc::out_of_range, load_places[i],
                 "there is no printer group " + in_quotes(scenario.print[i].printers));
  }
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
