#include "simulators/world/network.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>

#include "simulators/world/connection.hpp"
#include "simulators/world/datagram.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/tls.hpp"

namespace mr::world {
namespace {

// Waits until `completion` is finished; `begin` runs once the handler is in place. lifetime: the caller's
// frame holds what owns `completion`.
template <class Begin>
asio::awaitable<error_code> wait_for(Completion<>& completion, Life* life, Begin begin) {
  auto start = [&completion, life, &begin](auto handler) {
    completion.start(life, std::move(handler));
    begin();
  };
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  auto [ec] = co_await asio::async_initiate<decltype(token), void(error_code)>(start, token);
  co_return ec;
}

// Finishes `completion` with timed_out at `deadline`; `keep` is held until then.
EventRef expire(Host& host, Instant deadline, std::shared_ptr<void> keep, Completion<>& completion) {
  World& world = host.world();
  return world.events().push(
      std::max(deadline, world.now()), host.life(),
      [keep = std::move(keep), &completion] { completion.finish(asio::error::timed_out); });
}

class VirtualListener final : public runtime::Listener {
 public:
  VirtualListener(Host& host, Endpoint at) : host_(host), core_(std::make_shared<ListenerCore>()) {
    core_->at = at;
    core_->life = host.life();
    core_->life->listeners.emplace(at, core_.get());
  }
  ~VirtualListener() override { close(); }
  asio::awaitable<Result<runtime::Stream>> accept() override { return accept_from(core_); }
  Endpoint local() const override { return core_->at; }
  void close() override {
    if (std::exchange(core_->closed, true)) return;
    if (core_->life->alive) {
      core_->life->listeners.erase(core_->at);
      for (auto& connection : core_->queue) {
        connection->send_reset(connection->callee());
        connection->callee().error = asio::error::connection_aborted;
      }
    }
    core_->queue.clear();
    core_->arrived.finish(asio::error::operation_aborted);
  }

 private:
  static asio::awaitable<Result<runtime::Stream>> accept_from(std::shared_ptr<ListenerCore> core) {
    while (!core->closed) {
      if (!core->queue.empty()) {
        auto connection = std::move(core->queue.front());
        core->queue.erase(core->queue.begin());
        if (connection->callee().error) continue;  // reset while it waited
        co_return runtime::Stream(LifeExecutor(*core->life), connection->hold(connection->callee()));
      }
      const error_code ec = co_await wait_for(core->arrived, core->life, [] {});
      if (ec) co_return Fault(ec, "accept at " + runtime::to_string(core->at));
    }
    co_return Fault(asio::error::make_error_code(asio::error::operation_aborted),
                    "accept at " + runtime::to_string(core->at));
  }

  Host& host_;
  std::shared_ptr<ListenerCore> core_;
};

struct Echo {
  Completion<> done;
};

}  // namespace

std::optional<Address> HostNetwork::source_for(const Address& to) const {
  if (to.is_loopback()) return to;
  if (host_.world().fabric().owner(to, &host_) == &host_) return to;
  for (const auto& own : host_.addresses()) {
    if (own.is_v4() == to.is_v4()) return own;
  }
  return std::nullopt;
}

std::uint16_t HostNetwork::free_port() {
  Life& life = *host_.life();
  const auto taken = [&](const auto& bound, std::uint16_t port) {
    return std::any_of(bound.begin(), bound.end(),
                       [&](const auto& entry) { return entry.first.port == port; });
  };
  for (;;) {
    const std::uint16_t port = life.next_port;
    life.next_port = port == 65535 ? 49152 : port + 1;
    if (life.listeners.empty() && life.datagrams.empty()) return port;
    if (!taken(life.listeners, port) && !taken(life.datagrams, port)) return port;
  }
}

asio::awaitable<Result<runtime::Stream>> HostNetwork::connect(Endpoint to, Instant deadline) {
  const auto from = source_for(to.address);
  if (!from)
    co_return Fault(asio::error::make_error_code(asio::error::network_unreachable),
                    "connect to " + runtime::to_string(to));
  auto connection = std::make_shared<Connection>(host_, Endpoint{*from, free_port()}, to);
  const EventRef late = expire(host_, deadline, connection, connection->dialled);
  Life* const life = host_.life();
  const auto dial = [raw = connection.get()] { raw->dial(); };
  const error_code ec = co_await wait_for(connection->dialled, life, dial);
  host_.world().events().cancel(late);
  if (ec) {
    connection->give_up();
    co_return Fault(ec, "connect to " + runtime::to_string(to));
  }
  co_return runtime::Stream(LifeExecutor(*life), connection->hold(connection->caller()));
}

Result<Endpoint> HostNetwork::bindable(Endpoint at, bool taken) const {
  const bool ours = at.address.is_unspecified() || host_.world().fabric().owner(at.address, &host_) == &host_;
  if (!host_.up()) return Fault(asio::error::make_error_code(asio::error::network_down), host_.host());
  if (!ours)
    return Fault(error_code(EADDRNOTAVAIL, boost::system::system_category()), runtime::to_string(at));
  if (taken) return Fault(asio::error::make_error_code(asio::error::address_in_use), runtime::to_string(at));
  return at;
}

Result<std::unique_ptr<runtime::Listener>> HostNetwork::listen(Endpoint at) {
  if (host_.up() && at.port == 0) at.port = free_port();
  const auto where = bindable(at, host_.up() && host_.life()->listeners.contains(at));
  MR_TRY(where);
  return std::make_unique<VirtualListener>(host_, at);
}

Result<std::unique_ptr<runtime::DatagramSocket>> HostNetwork::bind(Endpoint at) {
  if (host_.up() && at.port == 0) at.port = free_port();
  const auto where = bindable(at, host_.up() && host_.life()->datagrams.contains(at));
  MR_TRY(where);
  return make_datagram_socket(host_, at);
}

asio::awaitable<Result<std::vector<Address>>> HostNetwork::resolve(std::string name) {
  error_code ec;
  const auto literal = asio::ip::make_address(name, ec);
  if (!ec) co_return std::vector<Address>{literal};
  const Fabric& fabric = host_.world().fabric();
  if (fabric.resolver_down(host_.site())) {
    const bool waited = co_await host_.clock().sleep_for(std::chrono::seconds(5));
    co_return Fault(asio::error::make_error_code(asio::error::host_not_found_try_again),
                    name + (waited ? "" : " (cancelled)"));
  }
  const bool woke = co_await host_.clock().sleep_for(host_.world().options().look_up_latency);
  if (!woke) {
    co_return Fault(asio::error::make_error_code(asio::error::operation_aborted), name);
  }
  auto addresses = fabric.look_up(name, host_.site());
  if (addresses.empty()) co_return Fault(asio::error::make_error_code(asio::error::host_not_found), name);
  co_return addresses;
}

asio::awaitable<Result<Duration>> HostNetwork::ping(Address to, Instant deadline) {
  const auto from = source_for(to);
  if (!from)
    co_return Fault(asio::error::make_error_code(asio::error::network_unreachable), "ping " + to.to_string());
  World& world = host_.world();
  auto echo = std::make_shared<Echo>();
  const EventRef late = expire(host_, deadline, echo, echo->done);
  const Instant sent = world.now();
  const Packet request{.kind = PacketKind::echo, .from = {*from, 0}, .to = {to, 0}, .sent = sent};
  const Verdict there = world.fabric().judge(request, &host_);
  if (there.kind == Verdict::Kind::unreachable) {
    world.cancel(late);
    co_return Fault(asio::error::make_error_code(asio::error::host_unreachable), "ping " + to.to_string());
  }
  if (there.kind == Verdict::Kind::deliver) {
    world.events().push(sent + there.delay, nullptr, [echo, &world, &host = host_, from = *from, to, sent] {
      Host* const owner = world.fabric().owner(to, &host);
      if (!owner && world.options().absent_unreachable) {
        world.events().push(sent + std::chrono::seconds(3), nullptr,
                            [echo] { echo->done.finish(asio::error::host_unreachable); });
      }
      if (!owner || !owner->answers()) return;
      const Packet reply{
          .kind = PacketKind::echo_reply, .from = {to, 0}, .to = {from, 0}, .sent = world.now()};
      const Verdict back = world.fabric().judge(reply, owner);
      if (back.kind != Verdict::Kind::deliver) return;
      world.events().push(world.now() + back.delay, nullptr, [echo] { echo->done.finish({}); });
    });
  }
  const error_code ec = co_await wait_for(echo->done, host_.life(), [] {});
  world.cancel(late);
  if (ec) co_return Fault(ec, "ping " + to.to_string());
  co_return world.now() - sent;
}

asio::awaitable<Result<runtime::Stream>> HostNetwork::secure(runtime::Stream plain,
                                                             std::shared_ptr<const trust::TlsClient> settings,
                                                             Instant deadline) {
  return secure_client(host_, std::move(plain), std::move(settings), deadline);
}

asio::awaitable<Result<runtime::Stream>> HostNetwork::secure(runtime::Stream plain,
                                                             std::shared_ptr<const trust::TlsServer> settings,
                                                             Instant deadline) {
  return secure_server(host_, std::move(plain), std::move(settings), deadline);
}

}  // namespace mr::world
