// OpenSSL works on two memory buffers: `from_peer` holds what the socket gave and the library has not read
// yet, `to_peer` what it wrote and the socket has not taken. Each call of the library is followed by flush(),
// and WANT_READ by fill(), which waits no longer than the deadline. Alerts of the peer are noted by the info
// callback: the error queue forgets them when a later call succeeds.
#include "conformance/wire/connection.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "conformance/wire/owned.hpp"

namespace mr::wire {
namespace {

using Context = std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;

std::string last_error() {
  const auto code = ERR_peek_last_error();
  const char* const reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "no reason told" : reason;
}

Failure of_errno(int error, std::string what) {
  what += fmt::format(": {}", std::strerror(error));
  switch (error) {
    case ECONNREFUSED:
      return {End::refused, what};
    case ECONNRESET:
    case EPIPE:
      return {End::reset, what};
    case ETIMEDOUT:
      return {End::timed_out, what};
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EACCES:
      return {End::unreachable, what};
    default:
      return {End::local, what};
  }
}

int number(TlsVersion version) {
  switch (version) {
    case TlsVersion::v1_0:
      return TLS1_VERSION;
    case TlsVersion::v1_1:
      return TLS1_1_VERSION;
    case TlsVersion::v1_2:
      return TLS1_2_VERSION;
    case TlsVersion::v1_3:
      break;
  }
  return TLS1_3_VERSION;
}

bool add_anchors(SSL_CTX* context, const std::string& pem) {
  const Bio bio = bio_of(pem);
  bool any = false;
  while (const X509Ptr anchor{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    any |= X509_STORE_add_cert(SSL_CTX_get_cert_store(context), anchor.get()) == 1;
  }
  ERR_clear_error();
  return any;
}

bool use_certificate(SSL* ssl, const TlsOptions& options) {
  const Bio chain = bio_of(options.chain_pem), secret = bio_of(options.key_pem);
  const X509Ptr leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  const Key key(PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr));
  if (!leaf || !key || SSL_use_certificate(ssl, leaf.get()) != 1 || SSL_use_PrivateKey(ssl, key.get()) != 1)
    return false;
  while (const X509Ptr issuer{PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)})
    SSL_add1_chain_cert(ssl, issuer.get());
  ERR_clear_error();
  return true;
}

std::string pem_of(X509* certificate) {
  const Bio out(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(out.get(), certificate);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace

std::string_view word(TlsVersion version) {
  switch (version) {
    case TlsVersion::v1_0:
      return "TLS 1.0";
    case TlsVersion::v1_1:
      return "TLS 1.1";
    case TlsVersion::v1_2:
      return "TLS 1.2";
    case TlsVersion::v1_3:
      break;
  }
  return "TLS 1.3";
}

std::string to_string(const Address& address) {
  const bool bracketed = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", bracketed ? "[" : "", address.host, bracketed ? "]" : "", address.port);
}

struct Connection::State {
  int socket = -1;
  Context context;
  SSL* ssl = nullptr;
  BIO *from_peer = nullptr, *to_peer = nullptr;  // owned by ssl
  int alert = -1;                                // fatal or warning, of the peer
  bool certificate_asked = false;
  bool ended = false;  // the socket gave its last octet

  ~State() {
    if (ssl != nullptr) SSL_free(ssl);
    if (socket >= 0) ::close(socket);
  }

  Result<void> await(short events, Deadline deadline) const {
    for (;;) {
      pollfd waiting{socket, events, 0};
      const int n = ::poll(&waiting, 1, deadline.left_ms());
      if (n > 0) return {};
      if (n == 0 && deadline.passed()) return Failure{End::timed_out, {}};
      if (n < 0 && errno != EINTR) return of_errno(errno, "poll");
    }
  }

  Result<void> write(std::string_view bytes, Deadline deadline) const {
    while (!bytes.empty()) {
      const auto n = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (auto ready = await(POLLOUT, deadline); !ready) return ready.error();
      } else if (errno != EINTR) {
        return of_errno(errno, "send");
      }
    }
    return {};
  }

  // What the socket has, at least one octet. errors: closed at its end.
  Result<std::size_t> read(char* into, std::size_t size, Deadline deadline) {
    for (;;) {
      const auto n = ::recv(socket, into, size, 0);
      if (n > 0) return static_cast<std::size_t>(n);
      if (n == 0) {
        ended = true;
        return Failure{End::closed, {}};
      }
      if (errno == EAGAIN || errno == EWOULDBLOCK) {
        if (auto ready = await(POLLIN, deadline); !ready) return ready.error();
      } else if (errno != EINTR) {
        return of_errno(errno, "receive");
      }
    }
  }

  Result<void> flush(Deadline deadline) const {
    char buffer[16384];
    for (;;) {
      const int n = BIO_read(to_peer, buffer, sizeof buffer);
      if (n <= 0) return {};
      if (auto sent = write({buffer, static_cast<std::size_t>(n)}, deadline); !sent) return sent;
    }
  }

  Result<void> fill(Deadline deadline) {
    char buffer[16384];
    auto n = read(buffer, sizeof buffer, deadline);
    if (!n) return n.error();
    BIO_write(from_peer, buffer, static_cast<int>(*n));
    return {};
  }

  // Runs one call of the library until it succeeds or cannot. `call` gives OpenSSL's result.
  template <class Call>
  Result<int> drive(Call call, Deadline deadline) {
    for (;;) {
      ERR_clear_error();
      const int result = call();
      const int why = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, result);
      const std::string reason = why == SSL_ERROR_SSL ? last_error() : std::string();
      const auto flushed = flush(deadline);  // an alert of ours is to go out too
      if (result > 0) {
        if (!flushed) return flushed.error();
        return result;
      }
      if (why == SSL_ERROR_ZERO_RETURN) return Failure{End::closed, {}};
      if (why == SSL_ERROR_WANT_READ) {
        if (!flushed && flushed.error().end != End::reset) return flushed.error();
        if (auto filled = fill(deadline); !filled) return filled.error();
        continue;
      }
      if (alert > 0) return Failure{End::alert, {}, alert};
      return Failure{End::tls, reason.empty() ? "the handshake broke off" : reason};
    }
  }

  static void note(const SSL* ssl, int where, int value) {
    auto* state = static_cast<State*>(SSL_get_app_data(ssl));
    // close_notify (0) is no refusal.
    if ((where & SSL_CB_READ) != 0 && (where & SSL_CB_ALERT) != 0 && (value & 0xff) != 0)
      state->alert = value & 0xff;
  }
  static int asked(SSL* ssl, void*) {
    static_cast<State*>(SSL_get_app_data(ssl))->certificate_asked = true;
    return 1;
  }
};

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Address& address, Deadline deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port);
  if (const int why = ::getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found); why != 0) {
    return Failure{End::unreachable, fmt::format("{}: {}", address.host, gai_strerror(why))};
  }
  const std::unique_ptr<addrinfo, Release<freeaddrinfo>> addresses(found);
  Failure last{End::unreachable, "no address of " + address.host};
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    auto state = std::make_unique<State>();
    state->socket = ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (state->socket < 0) return of_errno(errno, "socket");
    const int on = 1;
    ::setsockopt(state->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::string at = to_string(address);
    if (::connect(state->socket, one->ai_addr, one->ai_addrlen) != 0) {
      if (errno != EINPROGRESS) {
        last = of_errno(errno, at);
        continue;
      }
      if (auto ready = state->await(POLLOUT, deadline); !ready) {
        last = {ready.error().end, "connecting to " + at};
        continue;
      }
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(state->socket, SOL_SOCKET, SO_ERROR, &error, &size);
      if (error != 0) {
        last = of_errno(error, at);
        continue;
      }
    }
    return Connection(std::move(state));
  }
  return last;
}

Result<Handshake> Connection::secure(const TlsOptions& options, Deadline deadline) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  State& state = *state_;
  state.context.reset(SSL_CTX_new(TLS_client_method()));
  if (!state.context) return Failure{End::local, last_error()};
  SSL_CTX* const context = state.context.get();
  // Everything the library can do may be offered: what is refused is the target's decision.
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_min_proto_version(context, number(options.min));
  SSL_CTX_set_max_proto_version(context, number(options.max));
  const std::string suites = options.suites.empty() ? "DEFAULT:@SECLEVEL=0" : options.suites + ":@SECLEVEL=0";
  if (SSL_CTX_set_cipher_list(context, suites.c_str()) != 1)
    return Failure{End::local, "no such suite: " + options.suites};
  SSL_CTX_set_cert_cb(context, &State::asked, nullptr);
  if (!options.anchors_pem.empty()) {
    if (!add_anchors(context, options.anchors_pem))
      return Failure{End::local, "no CA certificate in the PEM given"};
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  state.ssl = SSL_new(context);
  if (state.ssl == nullptr) return Failure{End::local, last_error()};
  SSL_set_app_data(state.ssl, &state);
  SSL_set_info_callback(state.ssl, &State::note);
  if (!options.server_name.empty()) {
    SSL_set_tlsext_host_name(state.ssl, options.server_name.c_str());
    if (!options.anchors_pem.empty()) {
      SSL_set_hostflags(state.ssl,
                        X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
      SSL_set1_host(state.ssl, options.server_name.c_str());
    }
  }
  if (!options.chain_pem.empty() && !use_certificate(state.ssl, options)) {
    return Failure{End::local, "the client's certificate cannot be used: " + last_error()};
  }
  state.from_peer = BIO_new(BIO_s_mem());
  state.to_peer = BIO_new(BIO_s_mem());
  SSL_set_bio(state.ssl, state.from_peer, state.to_peer);
  SSL_set_connect_state(state.ssl);
  auto done = state.drive([&] { return SSL_do_handshake(state.ssl); }, deadline);
  if (!done) {
    Failure failure = done.error();
    const auto verdict = SSL_get_verify_result(state.ssl);
    if (failure.end == End::tls && verdict != X509_V_OK) {
      failure.detail = fmt::format("the server's certificate: {}", X509_verify_cert_error_string(verdict));
    } else if (failure.end == End::timed_out) {
      failure.detail = "in the TLS handshake";
    } else if (failure.end == End::closed) {
      failure.detail = "in the TLS handshake, without an alert";
    }
    return failure;
  }
  Handshake shown{SSL_get_version(state.ssl), SSL_get_cipher_name(state.ssl), {}, state.certificate_asked};
  if (STACK_OF(X509)* chain = SSL_get_peer_cert_chain(state.ssl); chain != nullptr) {
    for (int i = 0; i < sk_X509_num(chain); ++i) shown.chain_pem.push_back(pem_of(sk_X509_value(chain, i)));
  }
  return shown;
}

Result<void> Connection::send(std::string_view bytes, Deadline deadline) {
  State& state = *state_;
  if (state.ssl == nullptr) return state.write(bytes, deadline);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, 65536);
    auto sent = state.drive([&] { return SSL_write(state.ssl, part.data(), static_cast<int>(part.size())); },
                            deadline);
    if (!sent) return sent.error();
    bytes.remove_prefix(static_cast<std::size_t>(*sent));
  }
  return {};
}

Result<void> Connection::receive(std::string& into, Deadline deadline) {
  State& state = *state_;
  char buffer[16384];
  Result<std::size_t> got = std::size_t{0};
  if (state.ssl == nullptr) {
    got = state.read(buffer, sizeof buffer, deadline);
  } else {
    auto read = state.drive([&] { return SSL_read(state.ssl, buffer, sizeof buffer); }, deadline);
    if (!read) {
      if (state.alert > 0) return Failure{End::alert, {}, state.alert};
      return read.error();
    }
    got = static_cast<std::size_t>(*read);
  }
  if (!got) return got.error();
  into.append(buffer, *got);
  return {};
}

void Connection::reset() {
  const linger at_once{1, 0};
  ::setsockopt(state_->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(state_->socket);
  state_->socket = -1;
}

}  // namespace mr::wire
