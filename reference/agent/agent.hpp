// The reference device management application: registers, discovers, reads, reports, and does what the server
// asks.
//
// Order (WP-4-08): nothing is discovered, read or asked before the server was authenticated and registration
// has succeeded. Then four loops run side by side: discovery; status reads; the daily read, which ends in the
// spool and in a query for actions; and the upload, which empties the spool. What was read is kept until the
// server has it (WP-6-12); a daily read that was missed while the host was off is made at the next start.
//
// A fifth loop performs the server's actions, several at a time on different printers, and holds up none of
// the others. In Locked Down mode (lock_down.hpp) the upload alone goes out, with packages that hold no
// address of the site.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "reference/agent/lock_down.hpp"
#include "reference/agent/printer_actions.hpp"
#include "reference/agent/server_link.hpp"
#include "reference/agent/settings.hpp"
#include "reference/agent/snmp_client.hpp"
#include "reference/protocol/model/report.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::agent {

// Sets the security mode in an agent's store, for a program on site; an agent that runs reads it there before
// anything leaves it. The runtime is of the same machine and stores. errors: those of Stores::open and of the
// store. lifetime: `runtime` outlives it.
runtime::asio::awaitable<Result<void>> write_security_mode(runtime::Runtime& runtime, std::string store,
                                                           model::SecurityMode mode);

class Agent {
 public:
  // lifetime: `runtime` outlives the agent.
  Agent(runtime::Runtime& runtime, Settings settings);
  ~Agent();

  // Opens the store and the SNMP socket and starts the loops. errors: those of Stores::open and
  // Network::bind.
  Result<void> start();
  void stop();
  bool idle() const { return scope_.idle(); }

  bool registered() const { return !sender_id_.empty(); }
  const std::string& sender_id() const { return sender_id_; }  // empty before registration
  // Why the server refused the registration, for good; empty otherwise.
  const std::string& registration_refused() const { return refused_; }
  runtime::Store& store() { return *store_; }

  // Normal or Locked Down (WP-9-07): from this call on, and kept for the next start. A call on site; no
  // message of the server leads here.
  //   errors: those of the store; the mode is then as it was.
  runtime::asio::awaitable<Result<void>> set_security_mode(model::SecurityMode mode);
  // As the store has it; Locked Down where it cannot be read.
  model::SecurityMode security_mode();

 private:
  struct Printer {
    std::int64_t id = 0;
    runtime::Address address;
    std::size_t credentials = 0;
    std::string sys_object_id, last_address;
    std::string serial_number, device_id;  // as last read, and as the server calls it
    bool managed = true;
    std::int64_t sequence = 0;
    std::int64_t discovered_ms = 0;
  };

  // agent.cpp
  runtime::asio::awaitable<void> run();
  runtime::asio::awaitable<Result<void>> load_identity();
  runtime::asio::awaitable<bool> register_once();
  runtime::asio::awaitable<Result<void>> remember(std::string name, std::string value);
  Result<std::string> recall(const std::string& name);  // empty where nothing is kept
  Result<std::vector<Printer>> printers(
      bool with_unmanaged = false);  // in scope, in the order in which they were found

  // modes.cpp
  runtime::asio::awaitable<Result<void>>
  keep_security_mode();  // the setting of this start, where there is one
  void told_security_mode(model::SecurityMode mode);
  bool locked_down() { return security_mode() == model::SecurityMode::locked_down; }
  SiteAddresses site_addresses();
  // Puts a package without addresses in the place of one of Normal mode that was never tried.
  runtime::asio::awaitable<Result<void>> respool(std::string key, runtime::Blob zip, std::int64_t made_ms);

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
  struct FullRound;
  runtime::asio::awaitable<void> read_devices(std::shared_ptr<FullRound> round);
  runtime::asio::awaitable<std::optional<model::DeviceReport>> read_device(Printer printer);

  // reporting.cpp
  runtime::asio::awaitable<void> report_daily();
  runtime::asio::awaitable<Result<void>> report_now(std::vector<Printer> printers, std::string why,
                                                    std::optional<model::Moment> daily);
  // With `daily`, that day's read counts as made from the same commit on.
  runtime::asio::awaitable<Result<void>> spool(std::vector<std::pair<Printer, model::DeviceReport>> reports,
                                               std::optional<model::Moment> daily);
  runtime::asio::awaitable<Result<void>> settle(
      std::string key, std::variant<exchange::Accepted<model::Receipt>, exchange::Refused> outcome);
  runtime::asio::awaitable<void> upload_forever();
  runtime::asio::awaitable<Result<void>> upload(std::string key, runtime::Blob zip, bool tried,
                                                bool free_of_addresses);
  model::Manifest manifest();
  model::HostIdentity host_identity();

  // commands.cpp
  runtime::asio::awaitable<void> poll_forever();
  runtime::asio::awaitable<void> query(model::PollKind kind);
  void end_query();
  runtime::asio::awaitable<Result<void>> take(std::vector<model::Action> actions);
  runtime::asio::awaitable<void> send_results();
  runtime::asio::awaitable<bool> send_results_once();

  // actions.cpp
  struct Work;
  struct Judged;
  runtime::asio::awaitable<void> act_forever();
  runtime::asio::awaitable<Result<void>> recover_actions();
  runtime::Duration start_due();  // until the next that is not due yet, at most an hour
  runtime::asio::awaitable<void> perform(std::shared_ptr<Work> work);
  runtime::asio::awaitable<Judged> execute(model::Action action);
  runtime::asio::awaitable<Deed> execute_on(model::ActionKind kind, model::Action action, Printer printer);
  runtime::asio::awaitable<Deed> start_managing(Printer printer);
  runtime::asio::awaitable<Result<void>> record(model::Action action, Judged judged);
  std::vector<Printer> targets(const model::Action& action);
  runtime::asio::awaitable<bool> begin_action(std::string action_id);

  // software.cpp
  struct Wanted;
  runtime::asio::awaitable<Deed> upgrade(model::Action action, Printer printer);
  runtime::asio::awaitable<std::optional<Deed>> fetch_software(
      Wanted wanted, std::string action_id);  // empty: it is all here
  runtime::asio::awaitable<std::optional<Deed>> fetch_alone(Wanted wanted, std::string action_id);
  runtime::asio::awaitable<Result<bool>> software_is_whole(Wanted wanted);
  runtime::asio::awaitable<Result<void>> drop_software(Wanted wanted);
  runtime::asio::awaitable<void> drop_unwanted_software();

  runtime::Runtime& runtime_;
  Settings settings_;
  std::unique_ptr<runtime::Store> store_;
  std::optional<trust::PrivateKey> key_;
  std::string sender_id_;
  std::string refused_;
  std::optional<trust::Certificate> envelope_;
  ServerLink link_;
  runtime::Signal discovered_;  // the first sweep is over
  runtime::Signal spool_filled_;
  std::optional<model::PollKind> querying_;  // the query under way
  bool daily_query_due_ = false;             // once the interval query under way is over
  bool sending_results_ = false, send_results_again_ = false;
  std::size_t results_alone_ = 0;  // to be sent one by one, after they were refused together
  std::list<std::shared_ptr<Work>> work_;  // taken and not answered, in the order taken
  runtime::Signal work_stirred_;
  std::map<std::string, std::shared_ptr<runtime::Signal>>
      fetching_;  // by digest; set when that fetch is over
  std::optional<model::SecurityMode> told_mode_;
  runtime::Scope scope_;
  SnmpClient snmp_;
  PrinterActions on_printer_;
};

}  // namespace mr::agent
