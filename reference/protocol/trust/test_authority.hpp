// Certificates for this module's tests, honest ones and such as issue() would never make.
#pragma once

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <functional>

#include "reference/protocol/trust/native.hpp"

namespace mr::trust::test {

using namespace std::chrono_literals;

inline constexpr Time now = std::chrono::sys_days(std::chrono::January / 15 / 2026) + 12h;

inline Credentials root(const std::string& name = "Test Root") {
  return make_authority({.common_name = name, .serial_number = "", .organization = "Tests"}, now - 24h * 365,
                        now + 24h * 3650);
}

inline Issuance leaf(const PrivateKey& key, Use use = Use::server,
                     std::vector<std::string> names = {"a.example"}) {
  return {.subject = {.common_name = "leaf", .serial_number = "SN-17", .organization = ""},
          .use = use,
          .dns_names = std::move(names),
          .not_before = now - 24h,
          .not_after = now + 24h,
          .public_key_der = key.public_key_der()};
}

inline Credentials issued(const Credentials& authority, Issuance issuance,
                          PrivateKey key = PrivateKey::generate_p256()) {
  issuance.public_key_der = key.public_key_der();
  Credentials made{.key = key, .chain = {issue(authority, issuance).value()}};
  return made;
}

inline PrivateKey key_of(EVP_PKEY* native_key) {  // past from_pem's refusals; takes ownership
  auto key = PrivateKey::generate_p256();
  key.native()->key.reset(native_key);
  return key;
}

// The certificate changed by `edit` and signed again with `signer`.
inline Certificate edited(const Certificate& certificate, const PrivateKey& signer,
                          const std::function<void(X509*)>& edit, const EVP_MD* digest = EVP_sha256()) {
  const X509Ptr copy(X509_dup(native(certificate)));
  edit(copy.get());
  MR_ASSERT(X509_sign(copy.get(), native(signer), digest) > 0);
  return Certificate::from_der(der_of<i2d_X509>(copy.get())).value();
}

inline void drop_extension(X509* x509, int nid) {
  const int at = X509_get_ext_by_NID(x509, nid, -1);
  MR_ASSERT(at >= 0);
  X509_EXTENSION_free(X509_delete_ext(x509, at));
}

inline void set_extension(X509* x509, int nid, const char* text) {
  if (X509_get_ext_by_NID(x509, nid, -1) >= 0) drop_extension(x509, nid);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, nullptr, nid, text);
  MR_ASSERT(made != nullptr);
  X509_add_ext(x509, made, -1);
  X509_EXTENSION_free(made);
}

}  // namespace mr::trust::test
