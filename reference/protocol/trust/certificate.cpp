#include "reference/protocol/trust/certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/native.hpp"

namespace mr::trust {
namespace {

constexpr std::size_t certificate_bytes_max = 64 * 1024;
constexpr std::size_t chain_length_max = 1000;  // a bundle of roots has some hundred

// A passphrase is never asked for: an encrypted key is refused.
int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string_view describe(errc error) {
  switch (error) {
    case errc::malformed:
      return "malformed";
    case errc::unsupported_key:
      return "key type or size not accepted";
    case errc::bad_signature:
      return "the signature does not verify";
    case errc::crypto_failure:
      return "libcrypto failed";
    case errc::not_for_us:
      return "not addressed to this recipient";
    case errc::tampered:
      return "authentication of the content failed";
    case errc::too_large:
      return "over the size limit";
  }
  return "unknown trust error";
}

PrivateKey PrivateKey::generate_p256() {
  PrivateKey made;
  made.native_ = std::make_shared<Native>();
  made.native_->key.reset(EVP_EC_gen("P-256"));
  MR_ASSERT(made.native_->key != nullptr);
  return made;
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  if (pem.size() > certificate_bytes_max) return Fault(errc::malformed, "private key over 64 KiB");
  const BioPtr bio = bio_over(pem);
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  // The reason is dropped: a detail must not hold anything of a key.
  ERR_clear_error();
  if (!key) return Fault(errc::malformed, "not an unencrypted private key in PEM");
  if (auto why = key_refusal(key.get()); !why.empty()) return Fault(errc::unsupported_key, std::move(why));
  PrivateKey made;
  made.native_ = std::make_shared<Native>();
  made.native_->key = std::move(key);
  return made;
}

std::string PrivateKey::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  MR_ASSERT(bio != nullptr);
  MR_ASSERT(PEM_write_bio_PKCS8PrivateKey(bio.get(), native_->key.get(), nullptr, nullptr, 0, nullptr,
                                          nullptr) == 1);
  return std::string(bio_text(bio.get()));
}

Bytes PrivateKey::public_key_der() const { return der_of<i2d_PUBKEY>(native_->key.get()); }

Result<Certificate> Certificate::from_der(std::span<const std::byte> der) {
  if (der.size() > certificate_bytes_max) return Fault(errc::too_large, "certificate over 64 KiB");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  X509Ptr x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!x509) return Fault(errc::malformed, "certificate: " + drain_errors());
  if (at != end) return Fault(errc::malformed, "bytes after the certificate");
  // Reads every known extension now, so that none is found broken when it is relied on.
  X509_check_purpose(x509.get(), -1, 0);
  const bool broken = (X509_get_extension_flags(x509.get()) & EXFLAG_INVALID) != 0;
  ERR_clear_error();
  if (broken) return Fault(errc::malformed, "certificate with a malformed extension");
  if (!time_of(X509_get0_notBefore(x509.get())) || !time_of(X509_get0_notAfter(x509.get())))
    return Fault(errc::malformed, "certificate with a validity that is not a time");
  Certificate made;
  made.native_ = std::make_shared<Native>();
  made.native_->der.assign(der.begin(), der.end());
  made.native_->x509 = std::move(x509);
  return made;
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  const auto der = next_pem(pem, {"CERTIFICATE", "X509 CERTIFICATE"});
  if (!der) return Fault(errc::malformed, "no certificate in PEM");
  return from_der(*der);
}

Result<std::vector<Certificate>> Certificate::chain_from_pem(std::string_view pem) {
  std::vector<Certificate> chain;
  while (const auto der = next_pem(pem, {"CERTIFICATE", "X509 CERTIFICATE"})) {
    if (chain.size() == chain_length_max) return Fault(errc::too_large, "over 1000 certificates");
    auto certificate = from_der(*der);
    if (!certificate) return certificate.error();
    chain.push_back(std::move(*certificate));
  }
  if (chain.empty()) return Fault(errc::malformed, "no certificate in PEM");
  return chain;
}

const Bytes& Certificate::der() const { return native_->der; }

std::string Certificate::pem() const {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  MR_ASSERT(bio != nullptr);
  MR_ASSERT(PEM_write_bio_X509(bio.get(), native_->x509.get()) == 1);
  return std::string(bio_text(bio.get()));
}

std::string Certificate::common_name() const {
  return attribute(X509_get_subject_name(native_->x509.get()), NID_commonName);
}

std::string Certificate::subject_serial_number() const {
  return attribute(X509_get_subject_name(native_->x509.get()), NID_serialNumber);
}

std::string Certificate::issuer_common_name() const {
  return attribute(X509_get_issuer_name(native_->x509.get()), NID_commonName);
}

std::string Certificate::serial_hex() const {
  const ASN1_INTEGER* serial = X509_get0_serialNumber(native_->x509.get());
  const std::span<const std::uint8_t> octets(ASN1_STRING_get0_data(serial),
                                             static_cast<std::size_t>(ASN1_STRING_length(serial)));
  std::string text = hex(octets);
  text.erase(0, std::min(text.find_first_not_of('0'), text.size()));
  if (text.empty()) return "0";
  return ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER ? "-" + text : text;
}

std::string Certificate::fingerprint() const { return hex(sha256(std::span<const std::byte>(native_->der))); }

std::vector<std::string> Certificate::dns_names() const {
  std::vector<std::string> names;
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(native_->x509.get(), NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type != GEN_DNS) continue;
    std::string text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                     static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    // A NUL inside is the old trick to be read differently by a C string; such a name is no name.
    if (std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
      names.push_back(std::move(text));
  }
  return names;
}

Bytes Certificate::public_key_der() const {
  return der_of<i2d_X509_PUBKEY>(X509_get_X509_PUBKEY(native_->x509.get()));
}

Time Certificate::not_before() const { return *time_of(X509_get0_notBefore(native_->x509.get())); }

Time Certificate::not_after() const { return *time_of(X509_get0_notAfter(native_->x509.get())); }

}  // namespace mr::trust
