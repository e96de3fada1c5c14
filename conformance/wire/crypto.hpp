// Keys, certificate requests, certificates, CMS and digests, straight from OpenSSL: what a sender needs to
// speak, and what an impostor needs to be refused. What is made here is for a test and lives as long as its
// case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/wire/failure.hpp"

namespace mr::wire {

std::string sha256_hex(std::string_view bytes);  // 64 lower case digits
std::string random_uuid();                       // version 4, lower case
std::string random_bytes(std::size_t count);

enum class KeyKind { p256, p384, rsa1024, rsa2048 };

class KeyPair {
 public:
  static KeyPair make(KeyKind kind);
  std::string private_pem() const;
  std::string public_der() const;              // SubjectPublicKeyInfo
  void* native() const { return key_.get(); }  // an EVP_PKEY of OpenSSL's, for this folder

 private:
  std::shared_ptr<void> key_;
};

// What a CSR asks for. The protocol lets the server take none of it but the public key.
struct CsrWish {
  std::string common_name = "suite";
  bool authority = false;         // asks for basicConstraints CA:TRUE
  bool server_use = false;        // asks for serverAuth
  std::string dns_name;           // asks for this subjectAltName
  bool broken_signature = false;  // signed, then changed
};
std::string make_csr(const KeyPair& key, const CsrWish& wish = {});  // PEM

// A certificate by an authority of our own making, which no target trusts.
struct CertificateWish {
  std::string common_name = "suite";
  std::int64_t from_seconds = 0, until_seconds = 0;  // since 1970; 0: an hour ago, a day ahead
  bool client_use = true;                            // else serverAuth
};
struct Forged {
  std::string chain_pem;  // leaf, then the root
};
Forged forge_certificate(const KeyPair& key, const CertificateWish& wish = {});

// What stands in a certificate.
struct Certificate {
  std::string common_name, subject;            // subject: one line, RFC 2253
  std::int64_t not_before = 0, not_after = 0;  // seconds since 1970
  std::vector<std::string> uses;  // "clientAuth", "serverAuth", or an OID; empty without the extension
  std::vector<std::string> dns_names;
  bool alternative_names = false;  // has subjectAltName of any kind
  bool authority = false;          // basicConstraints CA:TRUE
  std::string public_der;
  std::string key_kind;  // "EC P-256", "RSA"
  int key_bits = 0;
  std::string signature_digest;  // "SHA256"; empty where the algorithm has none of its own
};
// The first certificate of a PEM text. errors: malformed.
Result<Certificate> read_certificate(std::string_view pem);
// The certificates of a PEM text, one by one. errors: malformed when anything but certificates and white
// space is there.
Result<std::vector<std::string>> split_chain(std::string_view pem);
// Whether `leaf` comes from one of `anchors_pem` over the rest of the chain, now, for clients.
bool verifies_for_clients(std::string_view chain_pem, std::string_view anchors_pem, std::string& why);

enum class Sealing {
  auth_enveloped,  // AES-256-GCM, what the protocol asks for
  enveloped_cbc,   // EnvelopedData with AES-256-CBC: not authenticated
};
// `content` for the holder of the certificate's key, as DER. errors: malformed (no certificate), local.
Result<std::string> seal(std::string_view content, std::string_view recipient_pem,
                         Sealing sealing = Sealing::auth_enveloped);

}  // namespace mr::wire
