// Asks printers over SNMP: one UDP socket, one snmp::Session per printer, time-outs on the runtime's clock.
//
// One request per printer and credentials at a time: others wait their turn. lifetime: `runtime` and
// `settings` outlive it; it outlives its coroutines.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <vector>

#include "reference/agent/reading.hpp"
#include "reference/agent/settings.hpp"
#include "reference/protocol/snmp/session.hpp"
#include "reference/protocol/snmp/walk.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::agent {

class SnmpClient {
 public:
  SnmpClient(runtime::Runtime& runtime, const Settings& settings);
  ~SnmpClient();

  // Binds the socket. errors: those of Network::bind.
  Result<void> open();

  // One request to a printer with credentials settings.credentials[which].
  //   errors: snmp::errc::no_answer after all attempts; refused_by_peer; or what the response's error-status
  //   says is in the PDU.
  runtime::asio::awaitable<Result<snmp::Pdu>> ask(runtime::Address printer, std::size_t which,
                                                  snmp::Pdu request, int attempts);

  // The values of these names, in one GET. A v1 agent refuses the whole request where it lacks one: it is
  // then asked again without that one, so names may be absent from the answer.
  //   errors: those of ask(); error_status where it answers, but refuses all of it.
  runtime::asio::awaitable<Result<Variables>> get(runtime::Address printer, std::size_t which,
                                                  std::vector<snmp::Oid> names, int attempts);

  // A SET, with the write community where the credentials are a community. Attempts are not free here: a SET
  // that was answered by a restart would restart it again. errors: those of ask().
  runtime::asio::awaitable<Result<snmp::Pdu>> set(runtime::Address printer, std::size_t which,
                                                  std::vector<snmp::VarBind> varbinds, int attempts);

  // Drops what is kept of an address that is no printer: a sweep of a large scope does not fill the memory.
  void forget(runtime::Address printer, std::size_t which);

  // All variables of a subtree. Variables that came before a failure are kept; `fault` says what it was.
  struct Subtree {
    std::vector<snmp::VarBind> variables;
    std::optional<Fault> fault;
    std::vector<std::int32_t>
        answers;  // request-ids of those that held a variable under `watched`; at most 20
  };
  runtime::asio::awaitable<Subtree> walk(runtime::Address printer, std::size_t which, snmp::Oid root,
                                         snmp::Oid watched = {});

 private:
  struct Peer;
  snmp::SnmpCredentials credentials_of(std::size_t which) const;
  runtime::asio::awaitable<Result<snmp::Pdu>> ask_alone(runtime::Address printer, Peer& peer,
                                                        snmp::Pdu request, int attempts);
  void arrived(const runtime::Datagram& datagram);
  void follow(Peer& peer, const runtime::Address& printer, snmp::Session::Action action);

  runtime::Runtime& runtime_;
  const Settings& settings_;
  std::unique_ptr<runtime::DatagramSocket> socket_;
  runtime::Stream64 chance_;
  std::map<std::pair<runtime::Address, std::size_t>, std::unique_ptr<Peer>> peers_;
};

}  // namespace mr::agent
