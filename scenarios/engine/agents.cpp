#include "scenarios/engine/agents.hpp"

#include <boost/asio/ip/address_v4.hpp>

namespace mr::scenarios {

std::string_view describe(agents_errc code) {
  switch (code) {
    case agents_errc::busy:
      return "an agent is there already";
  }
  return "agents error";
}

Address agent_address(const Scenario& scenario, std::size_t site) {
  return scenario.sites[site].agent.address.value_or(
      boost::asio::ip::address_v4(0xc0000201 + static_cast<std::uint32_t>(site)));  // 192.0.2.1
}

Result<std::unique_ptr<Agents>> Agents::start(const Scenario& scenario, Stage& stage, Services& services) {
  std::unique_ptr<Agents> agents(new Agents(scenario, stage, services));
  for (std::size_t i = 0; i < scenario.sites.size(); ++i) {
    const SitePlan& site = scenario.sites[i];
    auto host = stage.add_host(
        {.name = agent_host(site), .site = site.name, .addresses = {agent_address(scenario, i)}});
    MR_TRY(host);
    Member member;
    member.host = *host;
    member.scope = std::make_unique<runtime::Scope>((*host)->executor());
    agents->members_.push_back(std::move(member));
    if (site.agent.starts_at_once) MR_TRY(agents->start_agent(i));
  }
  return agents;
}

Agents::~Agents() = default;

std::string Agents::sender_id(std::size_t site) const {
  const Member& member = members_[site];
  return member.agent ? member.agent->sender_id() : std::string();
}

Result<void> Agents::start_agent(std::size_t site) {
  Member& member = members_[site];
  if (member.agent && !(member.stopped && member.agent->idle()))
    return Fault(agents_errc::busy, agent_host(scenario_.sites[site]));
  member.agent.reset();  // before the next one opens its store
  member.agent = std::make_unique<agent::Agent>(*member.host, settings_of(site));
  member.stopped = false;
  return member.agent->start();
}

void Agents::stop_agent(std::size_t site) {
  Member& member = members_[site];
  if (member.agent) member.agent->stop();
  member.stopped = true;
}

agent::Settings Agents::settings_of(std::size_t site) const {
  const SitePlan& plan = scenario_.sites[site];
  agent::Settings settings;
  settings.server_name = plan.server.empty() ? scenario_.server_name : plan.server;
  settings.server_port = services_.port();
  settings.server_roots = {services_.server().root()};
  settings.registration_key = services_.key(site);
  settings.location = plan.location;
  settings.contact_email = plan.contact_email;
  settings.host_name = agent_host(plan);
  for (const Range& range : plan.agent.scope)
    settings.scope.push_back({stage_.place(range.first), stage_.place(range.last)});
  settings.snmp_port = stage_.port(161);
  settings.raw_port = stage_.port(9100);
  settings.credentials = {snmp::CommunityCredentials{plan.agent.v1 ? snmp::Version::v1 : snmp::Version::v2c,
                                                     plan.agent.community}};
  settings.manage_automatically = plan.agent.manage_automatically;
  settings.zone = scenario_.zone;
  settings.report_at = plan.agent.report_at;
  settings.status_interval = plan.agent.status_every;
  settings.discovery_interval = plan.agent.discover_every;
  settings.poll_interval = plan.agent.poll_every;
  for (const PermitPlan& permit : plan.agent.permit) {
    agent::Permit granted;
    granted.action = permit.action;
    if (permit.until) granted.until = runtime::WallTime(scenario_.start) + *permit.until;
    granted.granted_by = "site administrator";
    settings.permitted.push_back(std::move(granted));
  }
  settings.disabled = plan.agent.disable;
  settings.security_mode = plan.agent.security_mode;
  return settings;
}

void Agents::set_security_mode(std::size_t site, model::SecurityMode mode) {
  Member& member = members_[site];
  member.scope->spawn(set_mode(&member, mode));
}

runtime::asio::awaitable<void> Agents::set_mode(Member* member, model::SecurityMode mode) {
  if (!member->agent) {
    member->host->trace().emit(
        {.kind = "deed.impossible", .fields = {{"what", "set_security_mode"}, {"why", "there is no agent"}}});
    co_return;
  }
  const auto set = co_await member->agent->set_security_mode(mode);
  if (set) co_return;
  const std::string why = to_string(set.error());
  member->host->trace().emit(
      {.kind = "deed.impossible", .fields = {{"what", "set_security_mode"}, {"why", why}}});
}

void Agents::stop() {
  for (const Member& member : members_) {
    if (member.agent) member.agent->stop();
    member.scope->stop();
  }
}

bool Agents::idle() const {
  return std::ranges::all_of(
      members_, [](const Member& member) { return (!member.agent || member.agent->idle()) && member.scope->idle(); });
}

}  // namespace mr::scenarios
