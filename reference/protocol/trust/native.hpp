// libcrypto's objects behind PrivateKey and Certificate. For this module and runtime/asio (which hands them
// to libssl); nobody else.
#pragma once

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "reference/protocol/trust/certificate.hpp"

namespace mr::trust {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freed<X509_free>>;
using ReqPtr = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;

// Both own their object. The objects are not to be changed by whoever borrows them; taking a reference
// (X509_up_ref, EVP_PKEY_up_ref) is fine.
struct PrivateKey::Native {
  KeyPtr key;
};
struct Certificate::Native {
  X509Ptr x509;
  Bytes der;
};

inline EVP_PKEY* native(const PrivateKey& key) { return key.native()->key.get(); }
inline X509* native(const Certificate& certificate) { return certificate.native()->x509.get(); }

// A read-only BIO over `bytes`, which it does not copy. lifetime: `bytes` outlive it.
BioPtr bio_over(std::span<const std::byte> bytes);
BioPtr bio_over(std::string_view text);
std::string_view bio_text(BIO* memory);  // what was written to a memory BIO; valid while it lives

// Empties this thread's error queue into one line, oldest first; never empty.
std::string drain_errors();

// The first PEM block of `text` whose label is one of `labels`, as DER; other blocks are skipped. Moves
// `text` past it.
std::optional<Bytes> next_pem(std::string_view& text, std::initializer_list<std::string_view> labels);

// The size and type rule for keys: P-256, P-384, P-521, or RSA of 2048 to 8192 bits. Empty if accepted, else
// why not.
std::string key_refusal(EVP_PKEY* key);

// The first attribute `nid` of a name, as UTF-8. Empty if absent, or if it holds control characters.
std::string attribute(const X509_NAME* name, int nid);

// Appends the subject's attributes; false if libcrypto refuses one (length, characters).
bool fill_name(X509_NAME* name, const Subject& subject);

// DER of a public key <-> key. Null on anything but exactly one SubjectPublicKeyInfo.
KeyPtr public_key_from(std::span<const std::byte> der);

// Whole seconds; empty if the field is not a time.
std::optional<Time> time_of(const ASN1_TIME* time);

template <auto ToDer, class Object>
Bytes der_of(Object* object) {
  unsigned char* out = nullptr;
  const int length = ToDer(object, &out);
  MR_ASSERT(length > 0);
  const auto* begin = reinterpret_cast<const std::byte*>(out);
  Bytes bytes(begin, begin + length);
  OPENSSL_free(out);
  return bytes;
}

}  // namespace mr::trust
