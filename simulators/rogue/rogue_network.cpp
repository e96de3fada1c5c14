#include "simulators/rogue/rogue_network.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>

#include "simulators/rogue/host.hpp"

namespace mr::rogue {
namespace {

namespace asio = runtime::asio;
using boost::system::error_code;

// What the body of a stream and its unfinished operations share: the stream may go before they have ended.
struct Tampered {
  std::unique_ptr<runtime::StreamBody> inner;
  Tampering tampering;
  std::string writing;  // of the one write that is outstanding
  std::size_t written = 0;
};

struct ReadThrough {
  std::shared_ptr<Tampered> state;
  asio::mutable_buffer into;
  runtime::IoHandler done;

  static void begin(std::shared_ptr<Tampered> state, asio::mutable_buffer into, runtime::IoHandler done) {
    runtime::StreamBody& inner = *state->inner;
    const auto slot = asio::get_associated_cancellation_slot(done);
    inner.read(into, runtime::IoHandler(asio::bind_cancellation_slot(
                         slot, ReadThrough{std::move(state), into, std::move(done)})));
  }
  void operator()(error_code ec, std::size_t n) {
    if (!ec) state->tampering.incoming({static_cast<char*>(into.data()), n});
    std::move(done)(ec, n);
  }
};

// Writes all of what the octets became, and tells then that what was asked for is written.
struct WriteThrough {
  std::shared_ptr<Tampered> state;
  std::size_t asked;
  runtime::IoHandler done;

  static void begin(std::shared_ptr<Tampered> state, std::size_t asked, runtime::IoHandler done) {
    Tampered& s = *state;
    const auto slot = asio::get_associated_cancellation_slot(done);
    const asio::const_buffer rest = asio::buffer(s.writing) + s.written;
    s.inner->write(rest, runtime::IoHandler(asio::bind_cancellation_slot(
                             slot, WriteThrough{std::move(state), asked, std::move(done)})));
  }
  void operator()(error_code ec, std::size_t n) {
    state->written += n;
    if (!ec && state->written < state->writing.size()) return begin(std::move(state), asked, std::move(done));
    std::move(done)(ec, ec ? 0 : asked);
  }
};

class TamperedStream final : public runtime::StreamBody {
 public:
  TamperedStream(std::unique_ptr<runtime::StreamBody> inner, Tampering tampering)
      : state_(std::make_shared<Tampered>()) {
    state_->inner = std::move(inner);
    state_->tampering = std::move(tampering);
  }
  ~TamperedStream() override { state_->inner->close(); }

  void read(asio::mutable_buffer into, runtime::IoHandler done) override {
    if (!state_->tampering.incoming) return state_->inner->read(into, std::move(done));
    ReadThrough::begin(state_, into, std::move(done));
  }
  void write(asio::const_buffer from, runtime::IoHandler done) override {
    if (!state_->tampering.outgoing) return state_->inner->write(from, std::move(done));
    state_->writing.assign(static_cast<const char*>(from.data()), from.size());
    state_->tampering.outgoing(state_->writing);
    state_->written = 0;
    WriteThrough::begin(state_, from.size(), std::move(done));
  }
  void shut_send() override { state_->inner->shut_send(); }
  void close() override { state_->inner->close(); }
  void reset() override { state_->inner->reset(); }
  runtime::Endpoint local() const override { return state_->inner->local(); }
  runtime::Endpoint remote() const override { return state_->inner->remote(); }
  const trust::TlsSession* tls() const override { return state_->inner->tls(); }

 private:
  std::shared_ptr<Tampered> state_;
};

Result<runtime::Stream> tampered(Result<runtime::Stream> stream, const Tampering& tampering) {
  if (!stream || (!tampering.incoming && !tampering.outgoing)) return stream;
  const auto executor = stream->get_executor();
  return runtime::Stream(executor, std::make_unique<TamperedStream>(stream->release(), tampering));
}

struct Defects {
  std::function<void(trust::TlsServer&)> tls = {};
  Tampering servers = {}, clients = {};
};

class RogueNetwork final : public runtime::Network {
 public:
  RogueNetwork(runtime::Network& network, Defects defects)
      : network_(network), defects_(std::move(defects)) {}

  asio::awaitable<Result<runtime::Stream>> connect(runtime::Endpoint to, runtime::Instant deadline) override {
    return network_.connect(to, deadline);
  }
  asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream plain,
                                                  std::shared_ptr<const trust::TlsClient> settings,
                                                  runtime::Instant deadline) override {
    auto secured = co_await network_.secure(std::move(plain), std::move(settings), deadline);
    co_return tampered(std::move(secured), defects_.clients);
  }
  asio::awaitable<Result<runtime::Stream>> secure(runtime::Stream plain,
                                                  std::shared_ptr<const trust::TlsServer> settings,
                                                  runtime::Instant deadline) override {
    std::shared_ptr<const trust::TlsServer> given = std::move(settings);
    if (defects_.tls) {
      auto changed = std::make_shared<trust::TlsServer>(*given);
      defects_.tls(*changed);
      given = std::move(changed);
    }
    auto secured = co_await network_.secure(std::move(plain), std::move(given), deadline);
    co_return tampered(std::move(secured), defects_.servers);
  }
  Result<std::unique_ptr<runtime::Listener>> listen(runtime::Endpoint at) override {
    return network_.listen(at);
  }
  Result<std::unique_ptr<runtime::DatagramSocket>> bind(runtime::Endpoint at) override {
    return network_.bind(at);
  }
  asio::awaitable<Result<std::vector<runtime::Address>>> resolve(std::string name) override {
    return network_.resolve(std::move(name));
  }
  asio::awaitable<Result<runtime::Duration>> ping(runtime::Address to, runtime::Instant deadline) override {
    return network_.ping(to, deadline);
  }

 private:
  runtime::Network& network_;
  Defects defects_;
};

std::unique_ptr<runtime::Runtime> with(runtime::Runtime& host, Defects defects) {
  Seams seams;
  seams.network = std::make_unique<RogueNetwork>(host.network(), std::move(defects));
  return std::make_unique<RogueHost>(host, std::move(seams));
}

}  // namespace

std::unique_ptr<runtime::Runtime> with_tls(runtime::Runtime& host,
                                           std::function<void(trust::TlsServer&)> change) {
  return with(host, {.tls = std::move(change)});
}

std::unique_ptr<runtime::Runtime> with_tampered_servers(runtime::Runtime& host, Tampering tampering) {
  return with(host, {.servers = std::move(tampering)});
}

std::unique_ptr<runtime::Runtime> with_tampered_clients(runtime::Runtime& host, Tampering tampering) {
  return with(host, {.clients = std::move(tampering)});
}

}  // namespace mr::rogue
