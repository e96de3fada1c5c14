#include <boost/asio/ip/address_v4.hpp>

#include "scenarios/engine/scenario_parts.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::scenarios {
namespace {

std::optional<Address> parse_address(std::string_view text) {
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address_v4(std::string(text), ec);
  if (ec || address.is_unspecified() || address.is_multicast()) return std::nullopt;
  return Address(address);
}

Address read_address(Map& map, std::string_view key, Faults& faults) {
  const std::string text = map.text(key);
  if (const auto address = parse_address(text)) return *address;
  if (!faults.any())
    faults.add(yaml_errc::wrong_type, map.place(key),
               "found " + in_quotes(text) + ", expected an IPv4 address");
  return {};
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

// `RebootDevice`, or `{action: RebootDevice, until: 2d}`.
PermitPlan read_permit(const Node& node, Faults& faults) {
  if (node.kind != Node::Kind::map) return {read_action(node, faults), {}};
  Map map(node, "a permission", faults);
  PermitPlan permit;
  permit.action = read_word<model::ActionKind>(map, "action");
  if (map.has("until")) permit.until = map.duration("until");
  map.done();
  return permit;
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
  if (const Node* permits = map.child("permit", Node::Kind::list)) {
    for (const Node& item : permits->items) agent.permit.push_back(read_permit(item, faults));
  }
  if (const Node* kinds = map.child("disable", Node::Kind::list)) {
    for (const Node& item : kinds->items) agent.disable.push_back(read_action(item, faults));
  }
  agent.manage_automatically = map.word("manage", {"on-request", "automatic"}, 1) == 1;
  if (map.has("security_mode")) agent.security_mode = read_word<model::SecurityMode>(map, "security_mode");
  agent.key =
      static_cast<KeyState>(map.word("key", {"valid", "wrong", "used-up", "revoked", "expired", "none"}, 0));
  agent.starts_at_once = map.word("start", {"by-deed", "at-once"}, 1) == 1;
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

}  // namespace

SitePlan read_site(const Node& node, Faults& faults) {
  Map map(node, "a site", faults);
  SitePlan site;
  site.place = node.place;
  site.name = required_text(map, "name", faults);
  site.account = required_text(map, "account", faults);
  site.location = map.text("location");
  site.contact_email = map.text("contact_email");
  site.server = map.text("server", "");
  if (!faults.any() && !site.contact_email.empty() && !model::is_email_address(site.contact_email)) {
    faults.add(yaml_errc::wrong_type, map.place("contact_email"),
               "found " + in_quotes(site.contact_email) + ", expected one e-mail address, or '' for none");
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

ImpostorPlan read_impostor(const Node& node, Faults& faults) {
  Map map(node, "an impostor", faults);
  ImpostorPlan impostor;
  impostor.place = node.place;
  impostor.name = required_text(map, "name", faults);
  impostor.certificate = read_word<rogue::ImpostorCertificate>(map, "certificate");
  map.done();
  return impostor;
}

namespace {

SoftwarePlan read_software(const Node& node, Faults& faults) {
  Map map(node, "a software file", faults);
  SoftwarePlan software;
  software.place = node.place;
  software.id = map.text("id");
  if (!faults.any() && !model::is_identifier(software.id))
    faults.add(yaml_errc::wrong_type, map.place("id"),
               "found " + in_quotes(software.id) + ", expected letters, digits, '.', '_' and '-'");
  software.printers = required_text(map, "printers", faults);
  software.version = required_text(map, "version", faults);
  software.octets = static_cast<std::uint32_t>(map.integer("octets", 1, 64 << 20, software.octets));
  // In the order of the enumerators.
  software.defect = static_cast<printer::firmware::Defect>(
      map.word("defect", {"none", "truncated", "bad-digest", "bad-signature"}, 0));
  software.outcome =
      static_cast<printer::firmware::Outcome>(map.word("outcome", {"sound", "hangs", "does-not-start", "bricks"}, 0));
  map.done();
  return software;
}

}  // namespace

void read_server(const Node& node, Scenario& scenario, Faults& faults) {
  Map map(node, "the server", faults);
  scenario.server_name = map.text("name", scenario.server_name);
  if (const Node* users = map.child("users", Node::Kind::list)) {
    for (const Node& item : users->items) {
      Map of(item, "a user", faults);
      UserPlan user;
      user.name = required_text(of, "name", faults);
      user.role = read_word<server::Role>(of, "role");
      user.account = of.text("account", "");
      of.done();
      scenario.users.push_back(std::move(user));
    }
  }
  if (const Node* contracts = map.child("contracts", Node::Kind::list)) {
    for (const Node& item : contracts->items) {
      Map of(item, "a contract", faults);
      ContractPlan contract;
      contract.place = item.place;
      contract.printers = required_text(of, "printers", faults);
      if (of.has("number"))
        contract.number = static_cast<std::uint32_t>(of.integer("number", 1, printers_max));
      contract.threshold_percent =
          static_cast<int>(of.integer("threshold", 1, 99, contract.threshold_percent));
      of.done();
      scenario.contracts.push_back(std::move(contract));
    }
  }
  if (const Node* files = map.child("software", Node::Kind::list)) {
    for (const Node& item : files->items) scenario.software.push_back(read_software(item, faults));
  }
  map.done();
}

}  // namespace mr::scenarios
