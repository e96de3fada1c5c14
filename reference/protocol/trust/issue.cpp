// Certificates that we sign (RFC 5280 section 4).
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>

#include "reference/protocol/trust/native.hpp"
#include "reference/protocol/trust/random.hpp"

namespace mr::trust {
namespace {

bool set_time(ASN1_TIME* field, Time time) {
  return ASN1_TIME_set(field, std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count()) !=
         nullptr;
}

// 127 random bits: positive, and more than the 64 that CAs are held to.
bool set_serial(X509* x509) {
  std::array<std::uint8_t, 16> octets{};
  random_bytes(octets);
  octets[0] &= 0x7f;
  octets[15] |= 1;  // never zero
  const std::unique_ptr<BIGNUM, Freed<BN_free>> number(
      BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x509)) != nullptr;
}

// `text` is a constant of ours: this notation has an escape into files and other extensions.
bool add(X509* x509, X509V3_CTX* context, int nid, const char* text) {
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> made(
      X509V3_EXT_conf_nid(nullptr, context, nid, text));
  return made && X509_add_ext(x509, made.get(), -1) == 1;
}

bool dns_name_valid(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  return !name.empty() && name.size() <= 253 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), plain);
}

bool add_dns_names(X509* x509, const std::vector<std::string>& names) {
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> all(sk_GENERAL_NAME_new_null());
  for (const auto& name : names) {
    std::unique_ptr<GENERAL_NAME, Freed<GENERAL_NAME_free>> one(GENERAL_NAME_new());
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    if (!one || !text || ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) != 1) return false;
    GENERAL_NAME_set0_value(one.get(), GEN_DNS, text);
    if (sk_GENERAL_NAME_push(all.get(), one.get()) == 0) return false;
    one.release();
  }
  return X509_add1_ext_i2d(x509, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

// `issuer` null: self-signed.
Result<Certificate> make(X509* issuer, const PrivateKey& signer, const Issuance& issuance) {
  const KeyPtr subject_key = public_key_from(issuance.public_key_der);
  if (!subject_key) return Fault(errc::malformed, "not a SubjectPublicKeyInfo");
  if (auto why = key_refusal(subject_key.get()); !why.empty())
    return Fault(errc::unsupported_key, std::move(why));
  for (const auto& name : issuance.dns_names)
    if (!dns_name_valid(name)) return Fault(errc::malformed, "not a DNS name to certify");

  const X509Ptr made(X509_new());
  X509* const x509 = made.get();
  if (x509 == nullptr || X509_set_version(x509, X509_VERSION_3) != 1 || !set_serial(x509) ||
      !set_time(X509_getm_notBefore(x509), issuance.not_before) ||
      !set_time(X509_getm_notAfter(x509), issuance.not_after) ||
      X509_set_pubkey(x509, subject_key.get()) != 1)
    return Fault(errc::crypto_failure, drain_errors());
  if (!fill_name(X509_get_subject_name(x509), issuance.subject))
    return Fault(errc::malformed, "subject: " + drain_errors());
  if (X509_set_issuer_name(x509, X509_get_subject_name(issuer != nullptr ? issuer : x509)) != 1)
    return Fault(errc::crypto_failure, drain_errors());

  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer != nullptr ? issuer : x509, x509, nullptr, nullptr, 0);
  const bool authority = issuance.use == Use::authority;
  // The server's envelope key is certified for CMS as well, so a leaf may also agree on, or transport, a key.
  const char* leaf_usage = issuance.use == Use::code_signing        ? "critical,digitalSignature"
                           : EVP_PKEY_is_a(subject_key.get(), "RSA") ? "critical,digitalSignature,keyEncipherment"
                                                                     : "critical,digitalSignature,keyAgreement";
  bool built =
      add(x509, &context, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
      add(x509, &context, NID_key_usage, authority ? "critical,keyCertSign,cRLSign" : leaf_usage) &&
      add(x509, &context, NID_subject_key_identifier, "hash") &&
      add(x509, &context, NID_authority_key_identifier, "keyid");
  if (built && !authority)
    built = add(x509, &context, NID_ext_key_usage,
                issuance.use == Use::server         ? "serverAuth"
                : issuance.use == Use::code_signing ? "codeSigning"
                                                    : "clientAuth");
  if (built && !issuance.dns_names.empty()) built = add_dns_names(x509, issuance.dns_names);
  if (!built || X509_sign(x509, native(signer), EVP_sha256()) <= 0)
    return Fault(errc::crypto_failure, drain_errors());
  return Certificate::from_der(der_of<i2d_X509>(x509));
}

}  // namespace

Result<Certificate> issue(const Credentials& authority, const Issuance& issuance) {
  if (authority.chain.empty()) return Fault(errc::crypto_failure, "an authority without a certificate");
  X509* const issuer = native(authority.chain.front());
  if (X509_check_ca(issuer) != 1)
    return Fault(errc::crypto_failure, "the issuer is not a certificate authority");
  if (X509_check_private_key(issuer, native(authority.key)) != 1) {
    ERR_clear_error();
    return Fault(errc::crypto_failure, "the authority's key does not belong to its certificate");
  }
  return make(issuer, authority.key, issuance);
}

Credentials make_authority(const Subject& subject, Time not_before, Time not_after) {
  auto key = PrivateKey::generate_p256();
  auto made = make(nullptr, key,
                   {.subject = subject,
                    .use = Use::authority,
                    .dns_names = {},
                    .not_before = not_before,
                    .not_after = not_after,
                    .public_key_der = key.public_key_der()});
  return {.key = std::move(key), .chain = {std::move(made).value()}};
}

Credentials make_self_signed(const Subject& subject, const std::vector<std::string>& dns_names,
                             Time not_before, Time not_after) {
  auto key = PrivateKey::generate_p256();
  auto made = make(nullptr, key,
                   {.subject = subject,
                    .use = Use::server,
                    .dns_names = dns_names,
                    .not_before = not_before,
                    .not_after = not_after,
                    .public_key_der = key.public_key_der()});
  return {.key = std::move(key), .chain = {std::move(made).value()}};
}

}  // namespace mr::trust
