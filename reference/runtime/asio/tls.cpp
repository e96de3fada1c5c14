// One TLS connection: OpenSSL between two memory BIOs, a state that pumps bytes between them and the stream
// below.
//
// At most one read and one write are outstanding above, and one of each below. pump() runs after every event:
// it lets OpenSSL go on (handshake, then read, then write), sends what OpenSSL wants sent, and reads what it
// wants to read. An operation above that is cancelled lets its buffer go; what happens below goes on, so no
// byte is lost.
//
// A refused handshake sends its alert and ends the stream below only after the peer had a moment to read it:
// to close with bytes unread would make the kernel send a reset, which overtakes the alert.
#include "reference/runtime/asio/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/asio/tls_connection.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {

constexpr std::size_t chunk_bytes = 16 * 1024;  // one record's worth
constexpr std::size_t linger_bytes_max = 256 * 1024;
constexpr Duration linger_time = std::chrono::seconds(1);

using Done = asio::any_completion_handler<void(boost::system::error_code)>;

struct TlsState : std::enable_shared_from_this<TlsState> {
  TlsState(Stream plain, TlsContext context_, std::shared_ptr<const void> settings_,
           const trust::PeerPolicy* policy, Clock& clock_)
      : executor(plain.get_executor()),
        below(plain.release()),
        context(std::move(context_)),
        settings(std::move(settings_)),
        clock(clock_),
        ssl(SSL_new(context.get()), SSL_free) {
    MR_ASSERT(ssl != nullptr);
    in = BIO_new(BIO_s_mem());
    out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in, -1);
    BIO_set_mem_eof_return(out, -1);
    SSL_set_bio(ssl.get(), in, out);  // which now owns them
    check.policy = policy;
    check.clock = &clock;
    SSL_set_ex_data(ssl.get(), peer_check_slot(), &check);
    SSL_set_app_data(ssl.get(), this);
    SSL_set_info_callback(ssl.get(), note_alert);
  }

  static void note_alert(const SSL* ssl, int where, int value) {
    auto* self = static_cast<TlsState*>(SSL_get_app_data(ssl));
    const auto alert = static_cast<trust::Alert>(value & 0xff);
    if (alert == trust::Alert::close_notify) return;
    if (where == SSL_CB_READ_ALERT) self->alert_received = alert;
    if (where == SSL_CB_WRITE_ALERT) self->alert_sent = alert;
  }

  // Above.
  void start_handshake(Done done) {
    handshake.swap(done);
    watch(handshake, [](TlsState& self) { self.fail(asio::error::operation_aborted, {}); });
    pump();
  }

  void read(asio::mutable_buffer into, IoHandler done) {
    MR_ASSERT(!reading);
    if (into.size() == 0) return complete(std::move(done), {}, 0);
    read_into = into;
    reading.swap(done);
    if (failed) return finish_read(failed, 0);
    watch(reading, [](TlsState& self) { self.finish_read(asio::error::operation_aborted, 0); });
    pump();
  }

  void write(asio::const_buffer from, IoHandler done) {
    MR_ASSERT(!writing);
    if (from.size() == 0) return complete(std::move(done), {}, 0);
    write_from = from;
    written = 0;
    writing.swap(done);
    if (failed) return finish_write(failed, 0);
    watch(writing, [](TlsState& self) { self.finish_write(asio::error::operation_aborted, 0); });
    pump();
  }

  void shut_send() {
    if (closed || failed || shutting) return;
    shutting = true;
    pump();
  }

  void close(bool hard) {
    if (closed) return;
    closed = true;
    if (hard)
      below->reset();
    else
      below->close();
    fail(asio::error::operation_aborted, {});
  }

  template <class Handler, class Action>
  void watch(Handler& handler, Action action) {
    auto slot = asio::get_associated_cancellation_slot(handler);
    if (!slot.is_connected()) return;
    slot.assign([weak = weak_from_this(), action](asio::cancellation_type) {
      if (auto self = weak.lock()) action(*self);
    });
  }

  void complete(IoHandler handler, boost::system::error_code ec, std::size_t n) {
    post_completion(executor, std::move(handler), ec, n);
  }
  void finish_read(boost::system::error_code ec, std::size_t n) {
    if (reading) complete(std::move(reading), ec, n);
  }
  void finish_write(boost::system::error_code ec, std::size_t n) {
    if (writing) complete(std::move(writing), ec, n);
  }
  void finish_handshake(boost::system::error_code ec) {
    if (handshake) post_completion(executor, std::move(handshake), ec);
  }

  // Everything outstanding ends with `ec`, and so does what comes later.
  void fail(boost::system::error_code ec, std::string why) {
    if (!failed) {
      failed = ec;
      reason = std::move(why);
    }
    finish_handshake(failed);
    finish_read(failed, 0);
    finish_write(failed, 0);
  }

  // OpenSSL said no: an alert of either side, if there was one, names it best. Reads OpenSSL's queue, so ask
  // at once.
  Fault refusal() const {
    std::string why = openssl_reason();
    if (check.judgement.alert) return {*check.judgement.alert, check.judgement.reason};
    if (alert_received)
      return {*alert_received, "alert from the peer: " + std::string(trust::describe(*alert_received))};
    if (alert_sent) return {*alert_sent, std::move(why)};
    return {trust::Alert::decode_error, std::move(why)};
  }
  void fail_with(Fault fault) { fail(fault.code, std::move(fault.detail)); }

  // Between.
  void pump() {
    ERR_clear_error();
    bool wants_input = false;
    if (!failed) {
      if (!ready) wants_input = go_on_with_handshake();
      if (ready && !failed && reading) wants_input |= go_on_with_read();
      if (ready && !failed && writing) wants_input |= go_on_with_write();
      if (ready && !failed && shutting && !notified && !writing) {
        SSL_shutdown(ssl.get());
        notified = true;
      }
    }
    send_below();
    if (wants_input && !failed) read_below();
  }

  // Each gives whether more input is needed.
  bool go_on_with_handshake() {
    const int result = SSL_do_handshake(ssl.get());
    if (result == 1) {
      ready = true;
      settle();
      ready_to_tell = true;  // once our last flight has left
      return false;
    }
    if (SSL_get_error(ssl.get(), result) == SSL_ERROR_WANT_READ) return true;
    refused = refusal();  // told once our alert has left
    return false;
  }

  bool go_on_with_read() {
    std::size_t n = 0;
    const int result = SSL_read_ex(ssl.get(), read_into.data(), read_into.size(), &n);
    if (result == 1) {
      finish_read({}, n);
      return false;
    }
    switch (SSL_get_error(ssl.get(), result)) {
      case SSL_ERROR_WANT_READ:
        if (!ended) return true;
        finish_read(asio::error::connection_reset, 0);  // cut without close_notify: what came may not be all
        return false;
      case SSL_ERROR_ZERO_RETURN:
        finish_read(asio::error::eof, 0);
        return false;
      default:
        fail_with(refusal());
        return false;
    }
  }

  // A write is done when its records have been taken by the stream below: that is the back-pressure.
  bool go_on_with_write() {
    if (written > 0 || lower_writing) return false;
    const int result =
        SSL_write_ex(ssl.get(), write_from.data(), std::min(write_from.size(), chunk_bytes), &written);
    if (result == 1) return false;
    written = 0;
    if (SSL_get_error(ssl.get(), result) == SSL_ERROR_WANT_READ) return true;
    fail_with(refusal());
    return false;
  }

  void settle() {
    session.version = static_cast<trust::TlsVersion>(SSL_version(ssl.get()));
    session.cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl.get()));
    session.peer_chain = check.chain;
  }

  // Below.
  void send_below() {
    if (lower_writing || closed) return;
    if (write_failed) {
      ignore(BIO_reset(out), "nothing can be sent any more");
      finish_write(write_failed, 0);
      if (refused) fail_with(*std::exchange(refused, std::nullopt));
      return;
    }
    char* bytes = nullptr;
    const long pending = BIO_get_mem_data(out, &bytes);
    if (pending <= 0) return all_sent();
    outgoing.assign(bytes, bytes + pending);
    outgoing_at = 0;
    ignore(BIO_reset(out), "a memory BIO is emptied");
    lower_writing = true;
    write_on();
  }

  void write_on() {
    auto sent = [self = shared_from_this()](boost::system::error_code ec, std::size_t n) {
      self->outgoing_at += n;
      if (!ec && self->outgoing_at < self->outgoing.size()) return self->write_on();
      self->lower_writing = false;
      if (ec)
        self->all_lost(ec);
      else
        self->pump();
    };
    below->write(asio::buffer(outgoing.data() + outgoing_at, outgoing.size() - outgoing_at),
                 IoHandler(std::move(sent)));
  }

  void all_sent() {
    if (refused) {
      fail_with(*std::exchange(refused, std::nullopt));
      return linger();
    }
    if (ready_to_tell) {
      ready_to_tell = false;
      finish_handshake({});
    }
    if (writing && written > 0) finish_write({}, std::exchange(written, 0));
    if (notified && !shut) {
      shut = true;
      below->shut_send();
    }
  }

  // An alert from the peer may still be there to read, and says why: so reading goes on.
  void all_lost(boost::system::error_code ec) {
    write_failed = ec;
    send_below();
    if (!ready && !failed) read_below();
  }

  void read_below() {
    if (lower_reading || closed) return;
    if (ended) return fail(asio::error::eof, "the peer closed during the handshake");
    lower_reading = true;
    auto arrived = [self = shared_from_this()](boost::system::error_code ec, std::size_t n) {
      self->lower_reading = false;
      if (ec && ec != asio::error::eof) return self->fail(ec, "the connection below");
      if (ec)
        self->ended = true;
      else
        BIO_write(self->in, self->incoming.data(), static_cast<int>(n));
      self->pump();
    };
    below->read(asio::buffer(incoming), IoHandler(std::move(arrived)));
  }

  // After a refusal: our end is over, and what the peer still says is dropped until it ends too, or for a
  // moment.
  void linger() {
    below->shut_send();
    if (!lingering)
      lingering = clock.at(clock.now() + linger_time, [weak = weak_from_this()] {
        if (auto self = weak.lock()) self->below->close();
      });
    drop_more();
  }
  void drop_more() {
    auto arrived = [self = shared_from_this()](boost::system::error_code ec, std::size_t n) {
      self->dropped += n;
      if (!ec && self->dropped < linger_bytes_max) return self->drop_more();
      self->lingering.reset();
      self->below->close();
    };
    below->read(asio::buffer(incoming), IoHandler(std::move(arrived)));
  }

  asio::any_io_executor executor;
  std::unique_ptr<StreamBody> below;
  TlsContext context;
  std::shared_ptr<const void> settings;
  Clock& clock;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl;
  BIO* in = nullptr;   // from the peer
  BIO* out = nullptr;  // to the peer
  PeerCheck check;
  trust::TlsSession session;

  Done handshake;
  IoHandler reading, writing;
  asio::mutable_buffer read_into;
  asio::const_buffer write_from;
  std::size_t written = 0;  // of write_from, in records that have not all left

  std::array<char, chunk_bytes + 512> incoming;
  std::vector<char> outgoing;
  std::size_t outgoing_at = 0;
  bool lower_reading = false, lower_writing = false;

  bool ready = false;            // the handshake is done
  bool ready_to_tell = false;    // and is to be reported
  std::optional<Fault> refused;  // it failed, and the alert is on its way
  bool ended = false;            // the stream below gave end of file
  bool shutting = false, notified = false, shut = false;
  bool closed = false;
  boost::system::error_code failed;        // everything
  boost::system::error_code write_failed;  // sending alone
  std::string reason;
  std::optional<trust::Alert> alert_received, alert_sent;
  std::unique_ptr<Alarm> lingering;
  std::size_t dropped = 0;
};

class TlsBody final : public StreamBody {
 public:
  explicit TlsBody(std::shared_ptr<TlsState> state)
      : state_(std::move(state)), local_(state_->below->local()), remote_(state_->below->remote()) {}
  ~TlsBody() override { state_->close(false); }
  void read(asio::mutable_buffer into, IoHandler done) override { state_->read(into, std::move(done)); }
  void write(asio::const_buffer from, IoHandler done) override { state_->write(from, std::move(done)); }
  void shut_send() override { state_->shut_send(); }
  void close() override { state_->close(false); }
  void reset() override { state_->close(true); }
  Endpoint local() const override { return local_; }
  Endpoint remote() const override { return remote_; }
  const trust::TlsSession* tls() const override { return &state_->session; }

 private:
  std::shared_ptr<TlsState> state_;
  Endpoint local_, remote_;
};

asio::awaitable<Result<Stream>> shake_hands(std::shared_ptr<TlsState> state, Clock& clock, Instant deadline) {
  auto expire = [weak = std::weak_ptr<TlsState>(state)] {
    if (auto alive = weak.lock()) {
      alive->fail(asio::error::timed_out, "TLS handshake");
      alive->close(false);
    }
  };
  auto alarm = clock.at(deadline, expire);
  auto start = [&state](auto handler) { state->start_handshake(Done(std::move(handler))); };
  constexpr auto token = asio::as_tuple(asio::use_awaitable);
  const auto [ec] =
      co_await asio::async_initiate<decltype(token), void(boost::system::error_code)>(start, token);
  alarm.reset();
  if (ec) {
    Fault fault(ec, state->reason);
    if (!state->lingering) state->close(false);
    co_return fault;
  }
  auto executor = state->executor;
  co_return Stream(executor, std::make_unique<TlsBody>(std::move(state)));
}

}  // namespace

asio::awaitable<Result<Stream>> secure_client(Stream plain, Result<TlsContext> context,
                                              std::shared_ptr<const trust::TlsClient> settings, Clock& clock,
                                              Instant deadline) {
  MR_ASSERT(!trust::random_is_repeatable());
  MR_CO_TRY(context);
  auto state = std::make_shared<TlsState>(std::move(plain), *context, settings, &settings->server, clock);
  boost::system::error_code not_an_address;
  asio::ip::make_address(settings->server_name, not_an_address);
  if (not_an_address && !settings->server_name.empty())
    SSL_set_tlsext_host_name(state->ssl.get(), settings->server_name.c_str());
  SSL_set_connect_state(state->ssl.get());
  co_return co_await shake_hands(std::move(state), clock, deadline);
}

asio::awaitable<Result<Stream>> secure_server(Stream plain, Result<TlsContext> context,
                                              std::shared_ptr<const trust::TlsServer> settings, Clock& clock,
                                              Instant deadline) {
  MR_ASSERT(!trust::random_is_repeatable());
  MR_CO_TRY(context);
  auto state = std::make_shared<TlsState>(std::move(plain), *context, settings,
                                          settings->clients ? &*settings->clients : nullptr, clock);
  SSL_set_accept_state(state->ssl.get());
  co_return co_await shake_hands(std::move(state), clock, deadline);
}

}  // namespace mr::runtime
