// client                                   server
//   hello (versions, name)        ->
//                                 <-   hello (version chosen, chain, whether it asks for a certificate)
//   judges the server
//   hello (chain or none)         ->
//                                      judges the client
//                                 <-   finished, or an alert
// Over TLS 1.3 the client's handshake ends with its second hello, and the last record is taken off by its
// first read (Secured).
#include "simulators/world/tls.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reference/runtime/deadline.hpp"
#include "simulators/world/life.hpp"

namespace mr::world {
namespace {

using runtime::Bytes;
using runtime::Stream;
using runtime::TimedStream;
using trust::Alert;
using trust::TlsVersion;

constexpr std::byte type_alert{21}, type_handshake{22};
constexpr std::size_t header_size = 6;
constexpr std::size_t body_max = 8 * 16 * 1024 + 1024;
constexpr std::size_t finished_size = header_size + 2;  // an alert's too

Bytes record(std::byte type, std::span<const std::byte> body) {
  Bytes out{type,
            std::byte{3},
            std::byte{3},
            static_cast<std::byte>(body.size() >> 16),
            static_cast<std::byte>(body.size() >> 8),
            static_cast<std::byte>(body.size())};
  out.insert(out.end(), body.begin(), body.end());
  return out;
}
Bytes alert_record(Alert alert) {
  const std::array<std::byte, 2> body{std::byte{2}, static_cast<std::byte>(alert)};
  return record(type_alert, body);
}
Bytes finished_record() {
  const std::array<std::byte, 2> body{std::byte{20}, std::byte{0}};
  return record(type_handshake, body);
}

Fault peer_alert(std::byte number) {
  const auto alert = static_cast<Alert>(number);
  return Fault(alert, "alert from the peer");
}

// lifetime: the coroutine that awaits these owns `stream`.
asio::awaitable<Result<void>> write_all(TimedStream& stream, Bytes bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    auto [ec, n] = co_await stream.async_write_some(asio::buffer(bytes.data() + done, bytes.size() - done),
                                                    asio::as_tuple(asio::use_awaitable));
    if (ec) co_return Fault(ec, "TLS handshake");
    done += n;
  }
  co_return Result<void>();
}

asio::awaitable<Result<Bytes>> read_exactly(TimedStream& stream, std::size_t size) {
  Bytes bytes(size);
  std::size_t done = 0;
  while (done < size) {
    auto [ec, n] = co_await stream.async_read_some(asio::buffer(bytes.data() + done, size - done),
                                                   asio::as_tuple(asio::use_awaitable));
    if (ec) co_return Fault(ec, "TLS handshake");
    done += n;
  }
  co_return bytes;
}

// The body of the next handshake record; an alert from the peer, or what is not TLS, as a fault.
asio::awaitable<Result<Bytes>> read_record(TimedStream& stream) {
  auto header = co_await read_exactly(stream, header_size);
  MR_CO_TRY(header);
  const Bytes& h = *header;
  const bool tls =
      (h[0] == type_alert || h[0] == type_handshake) && h[1] == std::byte{3} && h[2] == std::byte{3};
  if (!tls) co_return Fault(Alert::protocol_version, "the peer does not speak TLS");
  const std::size_t size = std::to_integer<std::size_t>(h[3]) << 16 |
                           std::to_integer<std::size_t>(h[4]) << 8 | std::to_integer<std::size_t>(h[5]);
  if (size > body_max)
    co_return Fault(Alert::decode_error, "a record of " + std::to_string(size) + " octets");
  auto body = co_await read_exactly(stream, size);
  MR_CO_TRY(body);
  if (h[0] == type_alert) {
    if (size != 2) co_return Fault(Alert::decode_error, "an alert of " + std::to_string(size) + " octets");
    co_return peer_alert((*body)[1]);
  }
  co_return body;
}

bool is_own_alert(const Fault& fault) {
  return fault.code.category() == trust::alert_category() && fault.detail != "alert from the peer";
}

// Sends the alert of `fault`, and reads until the peer has gone, so that a reset does not overtake the alert.
asio::awaitable<Fault> refuse(Host& host, Stream plain, Fault fault, Instant deadline) {
  if (is_own_alert(fault)) {
    TimedStream last(plain, host.clock(), std::min(deadline, host.clock().now() + std::chrono::seconds(2)));
    const auto sent = co_await write_all(last, alert_record(static_cast<Alert>(fault.code.value())));
    plain.shut_send();
    for (std::size_t drained = 0; sent && drained < 64 * 1024;) {
      auto more = co_await read_exactly(last, 1);
      if (!more) break;
      ++drained;
    }
  }
  plain.close();
  co_return fault;
}

bool owns_leaf(const std::optional<trust::Credentials>& credentials) {
  return !credentials || credentials->chain.empty() ||
         credentials->key.public_key_der() == credentials->chain.front().public_key_der();
}

const char* cipher_of(TlsVersion version) {
  switch (version) {
    case TlsVersion::v1_3:
      return "TLS_AES_256_GCM_SHA384";
    case TlsVersion::v1_2:
      return "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
    case TlsVersion::v1_1:
    case TlsVersion::v1_0:
      return "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA";
  }
  return "";
}

Result<void> judge(const trust::PeerPolicy& policy, const Hello& hello, Host& host) {
  if (!hello.holds_key) return Fault(Alert::handshake_failure, "the key does not belong to the certificate");
  const auto judgement = trust::judge(policy, hello.chain, host.clock().wall());
  if (judgement.alert) return Fault(*judgement.alert, judgement.reason);
  return {};
}

// What the body of a secured stream and an unfinished first read share.
struct Secured {
  std::unique_ptr<runtime::StreamBody> plain;
  trust::TlsSession session;
  std::shared_ptr<const void> settings;
  std::array<std::byte, finished_size> last;  // the server's last record
  std::size_t last_done = 0;
  bool last_due = false;
  error_code refused;
};

// Reads the rest of the server's last record, then what was asked for.
struct FirstRead {
  std::shared_ptr<Secured> state;
  asio::mutable_buffer into;
  runtime::IoHandler done;

  static void begin(std::shared_ptr<Secured> state, asio::mutable_buffer into, runtime::IoHandler done) {
    Secured& s = *state;
    const auto slot = asio::get_associated_cancellation_slot(done);
    const asio::mutable_buffer rest(s.last.data() + s.last_done, s.last.size() - s.last_done);
    s.plain->read(rest, runtime::IoHandler(asio::bind_cancellation_slot(
                            slot, FirstRead{std::move(state), into, std::move(done)})));
  }
  void operator()(error_code ec, std::size_t n) {
    Secured& s = *state;
    s.last_done += n;
    if (!ec && s.last_done < s.last.size()) return begin(std::move(state), into, std::move(done));
    if (!ec) {
      s.last_due = false;
      if (s.last[0] == type_alert)
        s.refused = static_cast<Alert>(s.last[7]);
      else if (s.last[0] != type_handshake)
        s.refused = Alert::decode_error;
      if (!s.refused) {
        auto keep = std::move(state);
        return keep->plain->read(into, std::move(done));
      }
      ec = s.refused;
    }
    std::move(done)(ec, std::size_t{0});
  }
};

class SecuredStream final : public runtime::StreamBody {
 public:
  explicit SecuredStream(std::shared_ptr<Secured> state) : state_(std::move(state)) {}
  ~SecuredStream() override { state_->plain->close(); }
  void read(asio::mutable_buffer into, runtime::IoHandler done) override {
    // A refused stream was closed by the server: what follows the alert is the end.
    if (state_->last_due) return FirstRead::begin(state_, into, std::move(done));
    state_->plain->read(into, std::move(done));
  }
  void write(asio::const_buffer from, runtime::IoHandler done) override {
    state_->plain->write(from, std::move(done));
  }
  void shut_send() override { state_->plain->shut_send(); }
  void close() override { state_->plain->close(); }
  void reset() override { state_->plain->reset(); }
  Endpoint local() const override { return state_->plain->local(); }
  Endpoint remote() const override { return state_->plain->remote(); }
  const trust::TlsSession* tls() const override { return &state_->session; }

 private:
  std::shared_ptr<Secured> state_;
};

Stream secured(Stream plain, trust::TlsSession session, std::shared_ptr<const void> settings, bool last_due) {
  auto executor = plain.get_executor();
  auto state = std::make_shared<Secured>();
  state->plain = plain.release();
  state->session = std::move(session);
  state->settings = std::move(settings);
  state->last_due = last_due;
  return Stream(std::move(executor), std::make_unique<SecuredStream>(std::move(state)));
}

// The handshakes; on a fault the caller refuses. lifetime: the caller's frame owns `stream` and the settings.
asio::awaitable<Result<trust::TlsSession>> shake_as_client(Host& host, TimedStream& stream,
                                                           const trust::TlsClient& settings) {
  const Hello first{.version_min = settings.version_min,
                    .version_max = settings.version_max,
                    .server_name = settings.server_name};
  MR_CO_TRY(co_await write_all(stream, record(type_handshake, encode(first))));
  auto body = co_await read_record(stream);
  MR_CO_TRY(body);
  auto answer = decode_hello(*body);
  MR_CO_TRY(answer);
  const TlsVersion version = answer->version_max;
  if (version < settings.version_min || version > settings.version_max) {
    co_return Fault(Alert::protocol_version, "the server chose " + std::string(trust::to_text(version)));
  }
  MR_CO_TRY(judge(settings.server, *answer, host));
  const bool waited = co_await host.clock().sleep_for(host.world().options().tls_handshake_cost);
  if (!waited) co_return Fault(asio::error::make_error_code(asio::error::operation_aborted), "TLS handshake");

  Hello second{.version_min = version, .version_max = version};
  if (answer->asks_certificate && settings.credentials) {
    second.chain = settings.credentials->chain;
    second.holds_key = owns_leaf(settings.credentials);
  }
  MR_CO_TRY(co_await write_all(stream, record(type_handshake, encode(second))));
  if (version != TlsVersion::v1_3) MR_CO_TRY(co_await read_record(stream));
  co_return trust::TlsSession{version, cipher_of(version), std::move(answer->chain)};
}

asio::awaitable<Result<trust::TlsSession>> shake_as_server(Host& host, TimedStream& stream,
                                                           const trust::TlsServer& settings) {
  auto body = co_await read_record(stream);
  MR_CO_TRY(body);
  auto offer = decode_hello(*body);
  MR_CO_TRY(offer);
  const TlsVersion version = std::min(offer->version_max, settings.version_max);
  if (version < std::max(offer->version_min, settings.version_min)) {
    co_return Fault(Alert::protocol_version, "offered " + std::string(trust::to_text(offer->version_min)) +
                                                 " to " + std::string(trust::to_text(offer->version_max)));
  }
  const bool waited = co_await host.clock().sleep_for(host.world().options().tls_handshake_cost);
  if (!waited) co_return Fault(asio::error::make_error_code(asio::error::operation_aborted), "TLS handshake");
  const Hello answer{.version_min = version,
                     .version_max = version,
                     .asks_certificate = settings.clients.has_value(),
                     .holds_key = owns_leaf(settings.credentials),
                     .chain = settings.credentials.chain};
  MR_CO_TRY(co_await write_all(stream, record(type_handshake, encode(answer))));
  body = co_await read_record(stream);
  MR_CO_TRY(body);
  auto client = decode_hello(*body);
  MR_CO_TRY(client);
  if (!settings.clients) client->chain.clear();  // nobody asked
  if (!client->chain.empty()) MR_CO_TRY(judge(*settings.clients, *client, host));
  MR_CO_TRY(co_await write_all(stream, finished_record()));
  co_return trust::TlsSession{version, cipher_of(version), std::move(client->chain)};
}

}  // namespace

asio::awaitable<Result<Stream>> secure_client(Host& host, Stream plain,
                                              std::shared_ptr<const trust::TlsClient> settings,
                                              Instant deadline) {
  TimedStream timed(plain, host.clock(), deadline);
  auto session = co_await shake_as_client(host, timed, *settings);
  if (!session) co_return co_await refuse(host, std::move(plain), session.error(), deadline);
  const bool last_due = session->version == TlsVersion::v1_3;
  co_return secured(std::move(plain), std::move(*session), std::move(settings), last_due);
}

asio::awaitable<Result<Stream>> secure_server(Host& host, Stream plain,
                                              std::shared_ptr<const trust::TlsServer> settings,
                                              Instant deadline) {
  TimedStream timed(plain, host.clock(), deadline);
  auto session = co_await shake_as_server(host, timed, *settings);
  if (!session) co_return co_await refuse(host, std::move(plain), session.error(), deadline);
  co_return secured(std::move(plain), std::move(*session), std::move(settings), false);
}

}  // namespace mr::world
