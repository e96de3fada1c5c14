// One TCP connection to a target, plain or under TLS, with every wait bounded.
//
// The suites' own client: OpenSSL over memory buffers on a non-blocking socket, so that versions, suites,
// names and certificates are chosen freely, alerts are seen as numbers, and any bytes can be sent.
// Machine-wide OpenSSL configuration is not read: its lower limit for TLS must not stand in for the target's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/wire/deadline.hpp"
#include "conformance/wire/failure.hpp"

namespace mr::wire {

struct Address {
  std::string host;  // a literal or a name that the machine resolves
  std::uint16_t port = 0;
};
std::string to_string(const Address& address);  // "127.0.0.1:443", "[::1]:443"

enum class TlsVersion { v1_0, v1_1, v1_2, v1_3 };
std::string_view word(TlsVersion version);  // "TLS 1.2"

struct TlsOptions {
  TlsVersion min = TlsVersion::v1_2, max = TlsVersion::v1_3;
  std::string suites;  // of TLS 1.2 and below, in OpenSSL's words; empty: its default
  std::string
      server_name;  // sent as SNI, and demanded of the certificate where anchors are given; may be empty
  std::string anchors_pem;         // whom the server's certificate must come from; empty: it is not judged
  std::string chain_pem, key_pem;  // the client's certificate, leaf first; empty: none is presented
};

// What a completed handshake showed.
struct Handshake {
  std::string version;                 // "TLSv1.3"
  std::string suite;                   // OpenSSL's name of it
  std::vector<std::string> chain_pem;  // the server's certificates as sent, leaf first
  bool certificate_asked = false;      // the server sent a CertificateRequest
};

// threading: none; one thread at a time. Moved from: only destructible.
class Connection {
 public:
  // errors: refused, unreachable, timed_out, local.
  static Result<Connection> open(const Address& address, Deadline deadline);
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) noexcept;
  ~Connection();  // closes, without waiting for the peer

  // The TLS handshake; once, before any send.
  //   errors: alert, tls (we refuse the server, or it does not speak TLS), closed, reset, timed_out.
  //   In TLS 1.3 a server judges the client's certificate later: the alert is then of the first receive().
  Result<Handshake> secure(const TlsOptions& options, Deadline deadline);

  // All of `bytes`. A peer may answer and close before it has read all: then closed or reset, and receive()
  // still gives what it said.
  Result<void> send(std::string_view bytes, Deadline deadline);

  // Appends what has come, at least one octet. errors: closed at the orderly end; alert, reset, timed_out.
  Result<void> receive(std::string& into, Deadline deadline);

  // Tears the connection down with a reset, as a pulled cable or a killed program looks to a peer soon after.
  void reset();

 private:
  struct State;
  explicit Connection(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace mr::wire
