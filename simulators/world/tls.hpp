// Modelled TLS: the decisions of a handshake without its cryptography.
//
// The two ends exchange hello records over the plain stream, with versions, server name and certificate
// chains in DER. Each chooses and judges as its settings say (trust::judge, at its own wall clock) and sends
// the alert that real TLS would. With TLS 1.3 a server's refusal of the client arrives with the client's
// first read, with 1.2 in its handshake. Afterwards the octets pass as they are. Possession of the key is not
// proven by a signature (it would cost 0.2 ms a handshake): a side whose key does not belong to its leaf
// certificate says so in its hello, and is refused with handshake_failure.
//
// Record: type (22 handshake, 21 alert, as in TLS), 3, 3, length (3 octets), body. Sizes from the peer are
// bounded.
#pragma once

#include "reference/runtime/network.hpp"
#include "simulators/world/host.hpp"

namespace mr::world {

// errors: those of Network::secure; protocol_version with "not TLS" in the detail where the peer sends
// something else.
runtime::asio::awaitable<Result<runtime::Stream>> secure_client(
    Host& host, runtime::Stream plain, std::shared_ptr<const trust::TlsClient> settings, Instant deadline);
runtime::asio::awaitable<Result<runtime::Stream>> secure_server(
    Host& host, runtime::Stream plain, std::shared_ptr<const trust::TlsServer> settings, Instant deadline);

// The body of a hello, pure: what the fuzz target feeds.
struct Hello {
  trust::TlsVersion version_min = trust::TlsVersion::v1_2,
                    version_max = trust::TlsVersion::v1_3;  // a server's: both as chosen
  std::string server_name;                                  // at most 255 octets
  bool asks_certificate = false;
  bool holds_key = true;                  // of the leaf
  std::vector<trust::Certificate> chain;  // leaf first; at most 8 of at most 16 KiB
};
runtime::Bytes encode(const Hello& hello);
Result<Hello> decode_hello(
    std::span<const std::byte> body);  // errors: Alert::decode_error, Alert::bad_certificate

}  // namespace mr::world
