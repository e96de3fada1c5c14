#include "scenarios/engine/tap.hpp"

#include <boost/asio/associator.hpp>
#include <boost/asio/error.hpp>

#include "scenarios/engine/tap_flows.hpp"

namespace mr::scenarios {
namespace {

using runtime::Address;
using runtime::Endpoint;
using runtime::Stream;
namespace asio = runtime::asio;

// Shows what was read or written, then goes on to `done`.
struct Seen {
  std::shared_ptr<End> end;
  const std::byte* bytes;
  bool read;
  int layer;
  runtime::IoHandler done;

  void operator()(boost::system::error_code error, std::size_t count) {
    if (count > 0) {
      const std::span<const std::byte> flowed(bytes, count);
      read ? end->received(flowed, layer) : end->sent(flowed, layer);
    }
    std::move(done)(error, count);
  }
};

}  // namespace
}  // namespace mr::scenarios

// What is associated with the handler behind (its executor, allocator and cancellation slot) is associated
// with the one before.
template <template <class, class> class Associator, class Default>
struct boost::asio::associator<Associator, mr::scenarios::Seen, Default>
    : Associator<mr::runtime::IoHandler, Default> {
  static auto get(const mr::scenarios::Seen& seen) noexcept {
    return Associator<mr::runtime::IoHandler, Default>::get(seen.done);
  }
  static auto get(const mr::scenarios::Seen& seen, const Default& other) noexcept {
    return Associator<mr::runtime::IoHandler, Default>::get(seen.done, other);
  }
};

namespace mr::scenarios {
namespace {

class TappedBody final : public runtime::StreamBody {
 public:
  TappedBody(std::shared_ptr<End> end, std::unique_ptr<runtime::StreamBody> inner, int layer)
      : end_(std::move(end)), inner_(std::move(inner)), layer_(layer) {}
  ~TappedBody() override {
    inner_.reset();
    if (end_) end_->closed(layer_);
  }

  void read(boost::asio::mutable_buffer into, runtime::IoHandler done) override {
    inner_->read(into, Seen{end_, static_cast<const std::byte*>(into.data()), true, layer_, std::move(done)});
  }
  void write(boost::asio::const_buffer from, runtime::IoHandler done) override {
    inner_->write(from,
                  Seen{end_, static_cast<const std::byte*>(from.data()), false, layer_, std::move(done)});
  }
  void shut_send() override { inner_->shut_send(); }
  void close() override { inner_->close(); }
  void reset() override { inner_->reset(); }
  Endpoint local() const override { return inner_->local(); }
  Endpoint remote() const override { return inner_->remote(); }
  const trust::TlsSession* tls() const override { return inner_->tls(); }

  // The plain stream under this, for TLS to be put between.
  std::pair<std::shared_ptr<End>, std::unique_ptr<runtime::StreamBody>> take() {
    return {std::move(end_), std::move(inner_)};
  }

 private:
  std::shared_ptr<End> end_;
  std::unique_ptr<runtime::StreamBody> inner_;
  int layer_;
};

Stream tapped(std::shared_ptr<End> end, Stream inner, int layer) {
  const auto executor = inner.get_executor();
  return {executor, std::make_unique<TappedBody>(std::move(end), inner.release(), layer)};
}

class TappedListener final : public runtime::Listener {
 public:
  TappedListener(std::shared_ptr<Tap> tap, HostEnd host, std::unique_ptr<runtime::Listener> inner)
      : tap_(std::move(tap)), host_(std::move(host)), inner_(std::move(inner)) {}
  asio::awaitable<Result<Stream>> accept() override {
    auto stream = co_await inner_->accept();
    MR_CO_TRY(stream);
    auto end = std::make_shared<End>(tap_, host_, stream->local(), stream->remote(), false);
    tap_->opened(end, stream->local(), stream->remote());
    co_return tapped(std::move(end), std::move(*stream), 0);
  }
  Endpoint local() const override { return inner_->local(); }
  void close() override { inner_->close(); }

 private:
  std::shared_ptr<Tap> tap_;
  HostEnd host_;
  std::unique_ptr<runtime::Listener> inner_;
};

class TappedSocket final : public runtime::DatagramSocket {
 public:
  TappedSocket(std::shared_ptr<Tap> tap, HostEnd host, std::unique_ptr<runtime::DatagramSocket> inner)
      : tap_(std::move(tap)), host_(std::move(host)), inner_(std::move(inner)) {}
  void on_receive(std::function<void(const runtime::Datagram&)> receiver) override {
    inner_->on_receive(std::move(receiver));
  }
  void send(std::span<const std::byte> payload, const Endpoint& to, std::optional<Address> from) override {
    Endpoint source = inner_->local();
    if (from) source.address = *from;
    if (source.address.is_unspecified()) source.address = host_.address;
    tap_->datagram(host_, source, to, payload);
    inner_->send(payload, to, from);
  }
  Endpoint local() const override { return inner_->local(); }

 private:
  std::shared_ptr<Tap> tap_;
  HostEnd host_;
  std::unique_ptr<runtime::DatagramSocket> inner_;
};

class TappedNetwork final : public runtime::Network {
 public:
  TappedNetwork(std::shared_ptr<Tap> tap, HostEnd host) : tap_(std::move(tap)), host_(std::move(host)) {}

  asio::awaitable<Result<Stream>> connect(Endpoint to, runtime::Instant deadline) override {
    auto stream = co_await inner().connect(to, deadline);
    if (!stream) {
      if (stream.error().code != asio::error::operation_aborted) failed(to, stream.error());
      co_return stream.error();
    }
    auto end = std::make_shared<End>(tap_, host_, stream->local(), stream->remote(), true);
    tap_->opened(end, stream->local(), stream->remote());
    co_return tapped(std::move(end), std::move(*stream), 0);
  }
  asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsClient> settings,
                                         runtime::Instant deadline) override {
    return secure_either(std::move(plain), std::move(settings), deadline);
  }
  asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsServer> settings,
                                         runtime::Instant deadline) override {
    return secure_either(std::move(plain), std::move(settings), deadline);
  }
  Result<std::unique_ptr<runtime::Listener>> listen(Endpoint at) override {
    auto listener = inner().listen(at);
    MR_TRY(listener);
    return std::make_unique<TappedListener>(tap_, host_, std::move(*listener));
  }
  Result<std::unique_ptr<runtime::DatagramSocket>> bind(Endpoint at) override {
    auto socket = inner().bind(at);
    MR_TRY(socket);
    return std::make_unique<TappedSocket>(tap_, host_, std::move(*socket));
  }
  asio::awaitable<Result<std::vector<Address>>> resolve(std::string name) override {
    auto found = co_await inner().resolve(std::move(name));
    tap_->flow(host_, host_.address, "resolver", "inside", "dns", 53, "dns",
               found ? "answered" : outcome_of(found.error().code));
    co_return found;
  }
  asio::awaitable<Result<runtime::Duration>> ping(Address to, runtime::Instant deadline) override {
    auto answered = co_await inner().ping(to, deadline);
    tap_->flow(host_, host_.address, to, "icmp", 0, "icmp",
               answered ? "answered" : outcome_of(answered.error().code));
    co_return answered;
  }

 private:
  // Asked for at each call: a host that comes up again may have another one.
  runtime::Network& inner() { return host_.runtime->network(); }

  void failed(const Endpoint& to, const Fault& fault) {
    Connection connection;
    connection.number = tap_->next_number();
    connection.host = host_.name;
    connection.site = host_.site;
    connection.local.address = host_.address;
    connection.remote = to;
    connection.client = true;
    connection.leaves_site = tap_->leaves_site(host_, to.address);
    const std::string why = to_string(fault);
    tap_->show({Observed::What::failed, host_.runtime->clock().now(), connection, {}, why});
    tap_->flow(host_, host_.address, to.address, "tcp", to.port, "none", outcome_of(fault.code));
  }

  template <class Settings>
  asio::awaitable<Result<Stream>> secure_either(Stream plain, std::shared_ptr<const Settings> settings,
                                                runtime::Instant deadline) {
    // Usually the stream that this network gave; where the host put something between, the same one within
    // it.
    std::shared_ptr<End> kept = tap_->end_of(plain.local(), plain.remote());
    if (auto* const body = dynamic_cast<TappedBody*>(&plain.body())) {
      auto [end, under] = body->take();
      kept = std::move(end);
      plain = Stream(plain.get_executor(), std::move(under));
    }
    MR_ASSERT(kept != nullptr);  // it is a stream of this network
    kept->cover();
    auto secured = co_await inner().secure(std::move(plain), std::move(settings), deadline);
    if (!secured) {
      kept->refused(secured.error());
      kept->closed(1);
      co_return secured.error();
    }
    kept->secured();
    co_return tapped(kept, std::move(*secured), 1);
  }

  std::shared_ptr<Tap> tap_;
  HostEnd host_;
};

class TappedHost final : public runtime::Runtime {
 public:
  TappedHost(const std::shared_ptr<Tap>& tap, HostEnd host)
      : host_(*host.runtime), network_(tap, std::move(host)) {}

  const std::string& host() const override { return host_.host(); }
  asio::any_io_executor executor() override { return host_.executor(); }
  runtime::Clock& clock() override { return host_.clock(); }
  runtime::Network& network() override { return network_; }
  runtime::Entropy& entropy() override { return host_.entropy(); }
  runtime::Stores& stores() override { return host_.stores(); }
  runtime::Trace& trace() override { return host_.trace(); }
  asio::awaitable<void> offload(std::function<void()> work) override {
    return host_.offload(std::move(work));
  }

  runtime::Runtime& bare() { return host_; }

 private:
  runtime::Runtime& host_;
  TappedNetwork network_;
};

class TappedStage final : public Stage {
 public:
  TappedStage(std::unique_ptr<Stage> inner, std::vector<SiteNetwork> networks, TapObserver observer)
      : inner_(std::move(inner)) {
    for (SiteNetwork& network : networks) {
      network.first = inner_->place(network.first);
      network.last = inner_->place(network.last);
    }
    tap_ = std::make_shared<Tap>(std::move(networks), std::move(observer));
  }
  ~TappedStage() override { tap_->end(); }

  runtime::Address place(const runtime::Address& address) const override { return inner_->place(address); }
  std::uint16_t port(std::uint16_t port) const override { return inner_->port(port); }
  void set_name(const std::string& name, const runtime::Address& address) override {
    inner_->set_name(name, address);
  }
  Result<runtime::Runtime*> add_host(HostPlan plan) override {
    HostEnd end{plan.name, plan.site, {}, nullptr};
    std::vector<Address> placed;
    for (const Address& address : plan.addresses) placed.push_back(inner_->place(address));
    if (!placed.empty()) end.address = placed.front();
    auto host = inner_->add_host(std::move(plan));
    MR_TRY(host);
    end.runtime = *host;
    tap_->add(end, placed);
    hosts_.push_back(std::make_unique<TappedHost>(tap_, std::move(end)));
    return hosts_.back().get();
  }
  Result<void> set_present(runtime::Runtime& host, const runtime::Address& address, bool present) override {
    auto* const known = dynamic_cast<TappedHost*>(&host);
    return inner_->set_present(known != nullptr ? known->bare() : host, address, present);
  }
  runtime::Instant now() const override { return inner_->now(); }
  void at(runtime::Instant instant, std::function<void()> deed) override {
    inner_->at(instant, std::move(deed));
  }
  Result<bool> run_until(const std::function<bool()>& done, runtime::Instant limit) override {
    return inner_->run_until(done, limit);
  }
  runtime::TraceLog& trace_log() override { return inner_->trace_log(); }
  report::Mode mode() const override { return inner_->mode(); }
  std::vector<std::pair<std::string, std::string>> facts() const override { return inner_->facts(); }

 private:
  std::shared_ptr<Tap> tap_;
  std::vector<std::unique_ptr<TappedHost>> hosts_;
  std::unique_ptr<Stage> inner_;  // destroyed first, with all that still runs on the hosts
};

}  // namespace

std::unique_ptr<Stage> make_tapped_stage(std::unique_ptr<Stage> inner, std::vector<SiteNetwork> networks,
                                         TapObserver observer) {
  return std::make_unique<TappedStage>(std::move(inner), std::move(networks), std::move(observer));
}

}  // namespace mr::scenarios
