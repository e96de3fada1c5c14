// The servers of a scenario: the real one, with the accounts, keys, users, contracts and software that the
// scenario gives it, and impostors beside it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference/server/server.hpp"
#include "scenarios/engine/population.hpp"
#include "scenarios/engine/scenario.hpp"
#include "scenarios/engine/stage.hpp"

namespace mr::scenarios {

// The user in whose name a scenario queues what it gives no user for: a support administrator of every
// account.
inline constexpr std::string_view scenario_user = "scenario";

class Services {
 public:
  // Opens them and serves, and makes accounts, keys and users. lifetime: scenario and stage outlive it.
  // errors: run_errc::not_set_up, those of hosts.
  static Result<std::unique_ptr<Services>> open(const Scenario& scenario, Stage& stage);
  ~Services();

  // What needs the printers: contracts and software. errors: run_errc::not_set_up.
  Result<void> equip(Population& population);

  server::Server& server() { return *server_; }
  std::uint16_t port() const;
  // Where agents may go, on the stage: the real one and the impostors.
  std::vector<runtime::Address> addresses() const;
  // Opens what an agent sealed for the server: to look into what left a site. errors: those of trust::open.
  Result<std::vector<std::byte>> open_envelope(std::span<const std::byte> sealed) const;
  // The registration key of a site's agent, in the state that the scenario wants.
  const std::string& key(std::size_t site) const { return keys_[site]; }
  const std::string& account_id(std::size_t site) const { return accounts_[site]; }

  void spawn(runtime::asio::awaitable<void> task) { scope_->spawn(std::move(task)); }
  void stop();
  bool idle() const;

 private:
  struct Impostor {
    runtime::Runtime* host = nullptr;
    std::unique_ptr<runtime::Runtime> disguise;
    std::unique_ptr<server::Server> server;
  };
  Services(const Scenario& scenario, Stage& stage) : scenario_(scenario), stage_(stage) {}
  Result<void> add_hosts();
  Result<void> wait(const char* what);
  runtime::asio::awaitable<void> set_up();
  runtime::asio::awaitable<Result<void>> open_server();
  runtime::asio::awaitable<Result<void>> open_impostors();
  runtime::asio::awaitable<Result<std::string>> make_key(std::size_t site);
  runtime::asio::awaitable<void> equip_server(Population* population);
  runtime::asio::awaitable<Result<void>> add_contracts(Population* population);
  runtime::asio::awaitable<Result<void>> add_software(Population* population);

  const Scenario& scenario_;
  Stage& stage_;
  runtime::Runtime* host_ = nullptr;
  std::unique_ptr<runtime::Scope> scope_;
  std::unique_ptr<server::Server> server_;
  std::optional<trust::Credentials> envelope_;
  std::vector<Impostor> impostors_;
  std::vector<std::string> keys_, accounts_;  // beside scenario.sites
  bool ready_ = false;
  std::optional<Fault> fault_;
};

}  // namespace mr::scenarios
