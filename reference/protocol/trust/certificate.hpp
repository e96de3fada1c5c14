// Keys, certificates and certificate requests as values. Pure: the instant is passed in; randomness is
// OpenSSL's RAND, which the world replaces (random.hpp).
//
// Standards: X.509 as profiled by RFC 5280, PKCS #10 (RFC 2986), IEEE 802.1AR for factory certificates
// (serial number in the subject's serialNumber attribute). Keys made here are P-256; RSA 2048 and up is
// accepted from others.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::trust {

using Bytes = std::vector<std::byte>;
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

enum class errc {
  malformed = 1,    // not DER or PEM of that thing, or trailing bytes
  unsupported_key,  // a key type or size that is not accepted
  bad_signature,    // the signature does not verify
  crypto_failure,   // libcrypto refused; its reason is in the detail
  not_for_us,       // no recipient of the envelope matches the key
  tampered,         // authenticated decryption failed
  too_large,        // over the limit given
};
std::string_view describe(errc);

// Immutable, cheap to copy (shared).
class PrivateKey {
 public:
  static PrivateKey generate_p256();
  static Result<PrivateKey> from_pem(std::string_view pem);  // PKCS #8, unencrypted
  std::string pem() const;
  Bytes public_key_der() const;  // SubjectPublicKeyInfo
  struct Native;                 // EVP_PKEY, for this module and runtime/asio
  const std::shared_ptr<Native>& native() const { return native_; }

 private:
  std::shared_ptr<Native> native_;
};

// Immutable, cheap to copy (shared). Compares by its DER.
class Certificate {
 public:
  static Result<Certificate> from_der(std::span<const std::byte> der);
  static Result<Certificate> from_pem(std::string_view pem);  // the first one in the text
  static Result<std::vector<Certificate>> chain_from_pem(
      std::string_view pem);  // all, in order; at least one
  const Bytes& der() const;
  std::string pem() const;
  std::string common_name() const;            // of the subject; empty if absent
  std::string subject_serial_number() const;  // attribute 2.5.4.5 of the subject; empty if absent
  std::string issuer_common_name() const;
  std::string serial_hex() const;              // certificate serial number, lower case, no leading zeros
  std::string fingerprint() const;             // SHA-256 of the DER, 64 hex digits
  std::vector<std::string> dns_names() const;  // subjectAltName
  Bytes public_key_der() const;
  Time not_before() const;
  Time not_after() const;
  bool operator==(const Certificate& other) const { return der() == other.der(); }
  struct Native;  // X509
  const std::shared_ptr<Native>& native() const { return native_; }

 private:
  std::shared_ptr<Native> native_;
};

// A key and its certificate, leaf first, intermediates after it, without the root.
struct Credentials {
  PrivateKey key;
  std::vector<Certificate> chain;
};

struct Subject {
  std::string common_name;    // UTF-8, 1-64 characters
  std::string serial_number;  // printable, may be empty
  std::string organization;   // may be empty
};

// PKCS #10, PEM, signed by `key` (proof of possession).
std::string make_csr(const PrivateKey& key, const Subject& subject);

struct Csr {
  Subject subject;
  Bytes public_key_der;
};
// Parses and checks the self-signature. errors: malformed, bad_signature, unsupported_key.
Result<Csr> parse_csr(std::string_view pem);

enum class Use { authority, server, client, code_signing };

struct Issuance {
  Subject subject;
  Use use = Use::client;
  std::vector<std::string> dns_names;  // Use::server; a leading "*." label is allowed
  Time not_before, not_after;
  Bytes public_key_der;  // SubjectPublicKeyInfo
};
// A certificate signed by `authority` (whose leaf must be a CA) with SHA-256, random 127-bit serial number,
// keyUsage, extendedKeyUsage, subjectKeyIdentifier, authorityKeyIdentifier.
Result<Certificate> issue(const Credentials& authority, const Issuance& issuance);
// A self-signed root.
Credentials make_authority(const Subject& subject, Time not_before, Time not_after);
// A key and a server's certificate that it signed itself, as devices make for their web page. requires: a
// subject and names that issue() takes.
Credentials make_self_signed(const Subject& subject, const std::vector<std::string>& dns_names,
                             Time not_before, Time not_after);

}  // namespace mr::trust
MR_ERRC(mr::trust, errc, "trust")
