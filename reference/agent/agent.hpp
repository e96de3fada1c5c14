// The reference device management application: registers, discovers, reads, reports, and does what the server asks.
//
// Order (WP-4-08): nothing is discovered, read or asked before the server was authenticated and registration has succeeded. Then
// four loops run side by side: discovery; status reads; the daily read, which ends in the spool and in a query for actions;
// and the upload, which empties the spool. What was read is kept until the server has it (WP-6-12); a daily read that
// was missed while the host was off is made at the next start.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "reference/agent/server_link.hpp"
#include "reference/agent/settings.hpp"
#include "reference/agent/snmp_client.hpp"
#include "reference/protocol/model/report.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::agent {

class Agent {
 public:
  // lifetime: `runtime` outlives the agent.
  Agent(runtime::Runtime& runtime, Settings settings);
  ~Agent();

  // Opens the store and the SNMP socket and starts the loops. errors: those of Stores::open and Network::bind.
  Result<void> start();
  void stop();
  bool idle() const { return scope_.idle(); }

  bool registered() const { return !sender_id_.empty(); }
  const std::string& sender_id() const { return sender_id_; }  // empty before registration
  // Why the server refused the registration, for good; empty otherwise.
  const std::string& registration_refused() const { return refused_; }
  runtime::Store& store() { return *store_; }

 private:
  struct Printer {
    std::int64_t id = 0;
    runtime::Address address;
    std::size_t credentials = 0;
    std::string sys_object_id, last_address;
    std::int64_t sequence = 0;
    std::int64_t discovered_ms = 0;
  };

  // agent.cpp
  runtime::asio::awaitable<void> run();
  runtime::asio::awaitable<Result<void>> load_identity();
  runtime::asio::awaitable<bool> register_once();
  runtime::asio::awaitable<Result<void>> remember(std::string name, std::string value);
  Result<std::string> recall(const std::string& name);  // empty where nothing is kept
  Result<std::vector<Printer>> printers();

  // discovery.cpp
  runtime::asio::awaitable<void> discover_forever();
  runtime::asio::awaitable<void> discover();
  struct Found;
  struct Sweep;
  runtime::asio::awaitable<void> probe_all(std::shared_ptr<Sweep> sweep);

  // collection.cpp
  runtime::asio::awaitable<void> read_status_forever();
  runtime::asio::awaitable<void> read_status_round();
  struct StatusRound;
  runtime::asio::awaitable<void> read_statuses(std::shared_ptr<StatusRound> round);
  runtime::asio::awaitable<Result<model::Status>> read_status(Printer printer);
  struct FullRound;
  runtime::asio::awaitable<void> read_devices(std::shared_ptr<FullRound> round);
  runtime::asio::awaitable<std::optional<model::DeviceReport>> read_device(Printer printer);

  // reporting.cpp
  runtime::asio::awaitable<void> report_daily();
  runtime::asio::awaitable<Result<void>> report_now(std::vector<Printer> printers, std::string why, std::optional<model::Moment> daily);
  // With `daily`, that day's read counts as made from the same commit on.
  runtime::asio::awaitable<Result<void>> spool(std::vector<std::pair<Printer, model::DeviceReport>> reports,
                                               std::optional<model::Moment> daily);
  runtime::asio::awaitable<Result<void>> settle(std::string key, std::variant<exchange::Accepted<model::Receipt>, exchange::Refused> outcome);
  runtime::asio::awaitable<void> upload_forever();
  model::HostIdentity host_identity();

  // commands.cpp
  runtime::asio::awaitable<void> poll_forever();
  runtime::asio::awaitable<void> query(model::PollKind kind);
  void end_query();
  runtime::asio::awaitable<model::ActionResult> execute(model::Action action);
  runtime::asio::awaitable<void> send_results();

  runtime::Runtime& runtime_;
  Settings settings_;
  std::unique_ptr<runtime::Store> store_;
  std::optional<trust::PrivateKey> key_;
  std::string sender_id_;
  std::string refused_;
  std::optional<trust::Certificate> envelope_;
  ServerLink link_;
  runtime::Signal discovered_;   // the first sweep is over
  runtime::Signal spool_filled_;
  std::optional<model::PollKind> querying_;  // the query under way
  bool daily_query_due_ = false;             // once the interval query under way is over
  runtime::Scope scope_;
  SnmpClient snmp_;
};

}  // namespace mr::agent
