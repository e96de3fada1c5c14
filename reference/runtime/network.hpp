// The network as one host sees it: streams, datagrams, ICMP echo and name look-up.
//
// Errors are distinct, as the field needs them: asio::error::connection_refused (a reset came back), timed_out (nothing
// came back by the deadline), host_unreachable, network_unreachable, connection_reset, host_not_found; a TLS handshake that
// ended in an alert gives an error of trust::alert_category() with the reason in the detail, whichever side refused.
// In TLS 1.3 a server's refusal of the client certificate arrives with the client's first read, not in the handshake.
// A deadline that passes closes the connection.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "reference/runtime/clock.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::runtime {

using Bytes = std::vector<std::byte>;

struct Datagram {
  Bytes payload;
  Endpoint from;
  Endpoint to;  // the local address that it came to: one wildcard socket serves many printers
};

class DatagramSocket {
 public:
  virtual ~DatagramSocket() = default;
  // Each datagram that arrives, in order, until the socket is destroyed. At most one receiver; set it before the next turn.
  // A call-back, not a coroutine: the sans-I/O engines behind it answer in the same turn.
  virtual void on_receive(std::function<void(const Datagram&)> receiver) = 0;
  // Sends to `to`, from `from` where given (an address of this host). What cannot be sent at once is dropped, as UDP does.
  virtual void send(std::span<const std::byte> payload, const Endpoint& to, std::optional<Address> from = {}) = 0;
  virtual Endpoint local() const = 0;
};

class Listener {
 public:
  virtual ~Listener() = default;
  // The next connection, before any TLS. Fails with operation_aborted once closed; other errors are passing.
  virtual asio::awaitable<Result<Stream>> accept() = 0;
  virtual Endpoint local() const = 0;
  virtual void close() = 0;
};

class Network {
 public:
  virtual ~Network() = default;

  virtual asio::awaitable<Result<Stream>> connect(Endpoint to, Instant deadline) = 0;

  // Wraps a connected stream in TLS, as client or as server; returns when the handshake is done and the peer judged by
  // trust::judge at Clock::wall(). The settings are kept alive by the stream.
  virtual asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsClient> settings,
                                                 Instant deadline) = 0;
  virtual asio::awaitable<Result<Stream>> secure(Stream plain, std::shared_ptr<const trust::TlsServer> settings,
                                                 Instant deadline) = 0;

  // Port 0 takes a free one. The unspecified address listens on every address of this host.
  virtual Result<std::unique_ptr<Listener>> listen(Endpoint at) = 0;
  virtual Result<std::unique_ptr<DatagramSocket>> bind(Endpoint at) = 0;

  // Addresses of a name, in the order in which to try them.
  virtual asio::awaitable<Result<std::vector<Address>>> resolve(std::string name) = 0;

  // ICMP echo: the round trip, or timed_out, host_unreachable, or access_denied where the system forbids it.
  virtual asio::awaitable<Result<Duration>> ping(Address to, Instant deadline) = 0;
};

}  // namespace mr::runtime
