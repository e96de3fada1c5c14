// The agents of a scenario, one for each site, on hosts of their own.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/agent/agent.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/services.hpp"
#include "scenarios/engine/stage.hpp"

namespace mr::scenarios {

enum class agents_errc { busy = 1 };
std::string_view describe(agents_errc);

// Where a site's agent is, as the scenario calls it.
Address agent_address(const Scenario& scenario, std::size_t site);

class Agents {
 public:
  // Makes their hosts, and starts those that start at once. lifetime: scenario, stage and services outlive it.
  //   errors: those of hosts and Agent::start.
  static Result<std::unique_ptr<Agents>> start(const Scenario& scenario, Stage& stage, Services& services);
  ~Agents();

  // By the number of the site; empty while there is no agent, or one that is not registered.
  std::string sender_id(std::size_t site) const;
  // A new process of the agent, on what the last one left in its store. errors: busy (one is there, or is not
  // over yet), those of Agent::start.
  Result<void> start_agent(std::size_t site);
  void stop_agent(std::size_t site);
  // On site, at the agent's own host. What cannot be done is the event deed.impossible.
  void set_security_mode(std::size_t site, model::SecurityMode mode);

  void stop();
  bool idle() const;

 private:
  struct Member {
    runtime::Runtime* host = nullptr;
    std::unique_ptr<runtime::Scope> scope;
    std::unique_ptr<agent::Agent> agent;  // null: never started
    bool stopped = false;
  };
  Agents(const Scenario& scenario, Stage& stage, Services& services)
      : scenario_(scenario), stage_(stage), services_(services) {}
  agent::Settings settings_of(std::size_t site) const;
  static runtime::asio::awaitable<void> set_mode(Member* member, model::SecurityMode mode);

  const Scenario& scenario_;
  Stage& stage_;
  Services& services_;
  std::vector<Member> members_;  // beside scenario.sites
};

}  // namespace mr::scenarios
MR_ERRC(mr::scenarios, agents_errc, "scenario agents")
