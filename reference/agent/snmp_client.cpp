#include "reference/agent/snmp_client.hpp"

#include <algorithm>

namespace mr::agent {

using runtime::asio::awaitable;

// A printer as it is asked with one of the credentials. `stirred` is set when the request is over.
struct SnmpClient::Peer {
  Peer(snmp::SnmpCredentials credentials, snmp::Session::Start start, runtime::asio::any_io_executor executor)
      : session(std::move(credentials), start), stirred(executor), free(std::move(executor)) {
    free.set();
  }
  snmp::Session session;
  runtime::Signal stirred;
  runtime::Signal free;  // set while no request is under way
  bool taken = false;
  std::size_t users = 0;  // coroutines that hold a reference to it
  std::optional<Result<snmp::Pdu>> outcome;
  runtime::Instant deadline;
};

SnmpClient::SnmpClient(runtime::Runtime& runtime, const Settings& settings)
    : runtime_(runtime),
      settings_(settings),
      chance_(runtime.entropy().stream("agent/" + runtime.host() + "/snmp")) {}

SnmpClient::~SnmpClient() = default;

Result<void> SnmpClient::open() {
  auto bound = runtime_.network().bind({});
  MR_TRY(bound);
  socket_ = std::move(*bound);
  socket_->on_receive([this](const runtime::Datagram& datagram) { arrived(datagram); });
  return {};
}

void SnmpClient::arrived(const runtime::Datagram& datagram) {
  if (datagram.from.port != settings_.snmp_port) return;
  const auto now = runtime_.clock().now().time_since_epoch();
  // Several of a printer's peers may be busy, with different credentials: each knows its own answer by the
  // request id.
  for (auto at = peers_.lower_bound({datagram.from.address, 0});
       at != peers_.end() && at->first.first == datagram.from.address; ++at) {
    Peer& peer = *at->second;
    if (!peer.session.busy()) continue;
    follow(peer, datagram.from.address, peer.session.received(datagram.payload, now));
  }
}

void SnmpClient::follow(Peer& peer, const runtime::Address& printer, snmp::Session::Action action) {
  if (auto* send = std::get_if<snmp::Session::Send>(&action)) {
    peer.deadline = runtime_.clock().now() + settings_.snmp_timeout;
    socket_->send(send->datagram, {printer, settings_.snmp_port});
  } else if (auto* done = std::get_if<snmp::Session::Done>(&action)) {
    peer.outcome = std::move(done->response);
    peer.stirred.set();
  }
}

// Those of the settings; behind them, in the same order, the same ones for writing.
snmp::SnmpCredentials SnmpClient::credentials_of(std::size_t which) const {
  const std::size_t count = settings_.credentials.size();
  snmp::SnmpCredentials credentials = settings_.credentials[which % count];
  if (auto* community = std::get_if<snmp::CommunityCredentials>(&credentials);
      community != nullptr && which >= count) {
    community->community = settings_.write_community;
  }
  return credentials;
}

awaitable<Result<snmp::Pdu>> SnmpClient::set(runtime::Address printer, std::size_t which,
                                             std::vector<snmp::VarBind> varbinds, int attempts) {
  snmp::Pdu request = snmp::set_request(std::move(varbinds));
  co_return co_await ask(printer, which + settings_.credentials.size(), std::move(request), attempts);
}

awaitable<Result<Variables>> SnmpClient::get(runtime::Address printer, std::size_t which,
                                             std::vector<snmp::Oid> names, int attempts) {
  while (!names.empty()) {
    snmp::Pdu request = snmp::get_request(names);
    const Result<snmp::Pdu> response = co_await ask(printer, which, std::move(request), attempts);
    MR_CO_TRY(response);
    const auto wrong = static_cast<std::size_t>(response->error_index);
    if (response->error_status == 0) {
      Variables variables;
      for (const snmp::VarBind& varbind : response->varbinds)
        variables.insert_or_assign(varbind.name, varbind.value);
      co_return variables;
    }
    if (response->error_status != static_cast<std::int32_t>(snmp::ErrorStatus::no_such_name) || wrong < 1 ||
        wrong > names.size())
      break;
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(wrong) - 1);
  }
  co_return Fault(snmp::errc::error_status, "nothing of what was asked for can be read");
}

awaitable<Result<snmp::Pdu>> SnmpClient::ask(runtime::Address printer, std::size_t which, snmp::Pdu request,
                                             int attempts) {
  std::unique_ptr<Peer>& slot = peers_[{printer, which}];
  if (!slot) {
    const snmp::Session::Start start{.request_id = static_cast<std::int32_t>(chance_.below(0x7fffffff)) + 1,
                                     .salt = chance_.next(),
                                     .attempts_max = settings_.snmp_attempts,
                                     .limits = {}};
    slot = std::make_unique<Peer>(credentials_of(which), start, runtime_.executor());
  }
  Peer& peer = *slot;
  ++peer.users;
  while (peer.taken) {
    const bool ready = co_await peer.free.wait();
    if (ready) continue;
    --peer.users;
    co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_aborted));
  }
  peer.taken = true;
  peer.free.clear();
  Result<snmp::Pdu> outcome = co_await ask_alone(printer, peer, std::move(request), attempts);
  peer.taken = false;
  peer.free.set();
  --peer.users;
  co_return outcome;
}

void SnmpClient::forget(runtime::Address printer, std::size_t which) {
  const auto at = peers_.find({printer, which});
  if (at != peers_.end() && at->second->users == 0) peers_.erase(at);
}

awaitable<Result<snmp::Pdu>> SnmpClient::ask_alone(runtime::Address printer, Peer& peer, snmp::Pdu request,
                                                   int attempts) {
  runtime::Clock& clock = runtime_.clock();
  const runtime::Hold hold = clock.hold();
  peer.outcome.reset();
  peer.stirred.clear();
  follow(peer, printer, peer.session.start(std::move(request), clock.now().time_since_epoch()));
  int timeouts = 0;
  while (!peer.outcome) {
    const runtime::Instant deadline = peer.deadline;
    const bool stirred = co_await peer.stirred.wait_until(clock, deadline);
    if (peer.outcome) break;
    if (!stirred && clock.now() < deadline) {  // cancelled
      peer.session.cancel();
      co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_aborted));
    }
    if (clock.now() < peer.deadline) continue;  // it was sent anew meanwhile
    if (++timeouts >= attempts) {
      peer.session.cancel();
      co_return Fault(snmp::errc::no_answer);
    }
    follow(peer, printer, peer.session.timed_out(clock.now().time_since_epoch()));
  }
  Result<snmp::Pdu> outcome = std::move(*peer.outcome);
  peer.outcome.reset();
  co_return outcome;
}

awaitable<SnmpClient::Subtree> SnmpClient::walk(runtime::Address printer, std::size_t which, snmp::Oid root,
                                                snmp::Oid watched) {
  constexpr std::size_t answers_max = 20;
  std::vector<std::int32_t> answers;
  snmp::Walk::Options options;
  const auto* community = std::get_if<snmp::CommunityCredentials>(&settings_.credentials[which]);
  options.version = community != nullptr ? community->version : snmp::Version::v3;
  options.repetitions = 40;
  options.variables_max = 20'000;
  snmp::Walk walk(std::move(root), options);
  while (!walk.done()) {
    snmp::Pdu request = walk.next();
    const Result<snmp::Pdu> response =
        co_await ask(printer, which, std::move(request), settings_.snmp_attempts);
    if (response.has_error() && response.error().code == runtime::asio::error::operation_aborted) {
      Subtree cut{walk.take(), response.error(), std::move(answers)};
      co_return cut;
    }
    if (response && watched.size() > 0 && answers.size() < answers_max &&
        std::ranges::any_of(response->varbinds, [&](const snmp::VarBind& varbind) {
          return varbind.name.starts_with(watched);
        })) {
      answers.push_back(response->request_id);
    }
    walk.resume(response);
  }
  Subtree subtree;
  if (walk.fault().code) subtree.fault = walk.fault();
  subtree.variables = walk.take();
  subtree.answers = std::move(answers);
  co_return subtree;
}

}  // namespace mr::agent
