// TLS as settings and decisions: what each side asks for, and the judgement of the certificate that the other
// presents.
//
// The same judge() decides in runtime/asio (as OpenSSL's certificate verify call-back) and in the world's
// modelled TLS, so a scenario gives one verdict in both. Standards: RFC 8446, RFC 5246, RFC 5280 (path,
// validity, usage), RFC 6125 (names). Clauses WP-4-03, WP-4-05, WP-4-06, WP-8-03.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reference/protocol/trust/certificate.hpp"

namespace mr::trust {

enum class TlsVersion : std::uint16_t { v1_0 = 0x0301, v1_1 = 0x0302, v1_2 = 0x0303, v1_3 = 0x0304 };
std::string_view to_text(TlsVersion);  // "TLSv1.2", as OpenSSL writes it

// AlertDescription values (RFC 8446 section 6), those that we send.
enum class Alert : std::uint8_t {
  close_notify = 0,
  handshake_failure = 40,
  bad_certificate = 42,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  unknown_ca = 48,
  decode_error = 50,
  protocol_version = 70,
  internal_error = 80,
  certificate_required = 116,
};
std::string_view describe(Alert);                       // "unknown_ca": the RFC's own word
const boost::system::error_category& alert_category();  // values are alert numbers
boost::system::error_code make_error_code(Alert);

// What a peer's certificate must be.
struct PeerPolicy {
  std::vector<Certificate> anchors;  // roots; a chain must end in one of them
  Use use = Use::server;             // the extended key usage required of the leaf
  std::string name;  // Use::server: the DNS name asked for; matched against subjectAltName only
  std::set<std::string>
      revoked;  // serial_hex() of revoked leaves (read from a stapled OCSP response, or the server's own)
};

struct Judgement {
  std::optional<Alert> alert;  // empty: accepted
  std::string reason;          // for the log: "expired 2026-01-01T00:00:00Z"
};

// Judges the chain a peer sent, leaf first, at `now`. An empty chain is judged bad_certificate.
// Path: signatures, basic constraints, at most 4 certificates; validity of each at `now`; usage; name;
// revocation. Reported in this order: unknown_ca, certificate_expired (also: not yet valid),
// certificate_revoked, certificate_unknown (wrong usage), bad_certificate (wrong name, weak key under
// 2048-bit RSA / 256-bit EC, or SHA-1/MD5 signature).
Judgement judge(const PeerPolicy& policy, const std::vector<Certificate>& chain, Time now);

struct TlsClient {
  std::string server_name;  // SNI; also policy.name
  PeerPolicy server;
  std::optional<Credentials> credentials;
  TlsVersion version_min = TlsVersion::v1_2, version_max = TlsVersion::v1_3;
};

struct TlsServer {
  Credentials credentials;
  // Absent: no certificate is asked for. Present: asked for, optional in the handshake; a bad one ends it
  // with its alert.
  std::optional<PeerPolicy> clients;
  TlsVersion version_min = TlsVersion::v1_2, version_max = TlsVersion::v1_3;
};

// What a finished handshake settled.
struct TlsSession {
  TlsVersion version = TlsVersion::v1_3;
  std::string cipher;                   // IANA name, "TLS_AES_256_GCM_SHA384"
  std::vector<Certificate> peer_chain;  // leaf first; empty if the peer presented none. Already judged.
};

// The suites that we offer and accept, for TLS 1.2 in OpenSSL's cipher list form: ECDHE with AES-GCM or
// ChaCha20-Poly1305.
std::string_view tls12_ciphers();

}  // namespace mr::trust

template <>
struct boost::system::is_error_code_enum<mr::trust::Alert> : std::true_type {};
