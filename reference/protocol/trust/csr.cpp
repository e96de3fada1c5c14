// PKCS #10 certificate requests (RFC 2986).
#include <openssl/err.h>
#include <openssl/pem.h>

#include "reference/protocol/trust/native.hpp"

namespace mr::trust {

std::string make_csr(const PrivateKey& key, const Subject& subject) {
  const ReqPtr request(X509_REQ_new());
  MR_ASSERT(request != nullptr);
  MR_ASSERT(X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1);
  MR_ASSERT(fill_name(X509_REQ_get_subject_name(request.get()), subject));
  MR_ASSERT(X509_REQ_set_pubkey(request.get(), native(key)) == 1);
  MR_ASSERT(X509_REQ_sign(request.get(), native(key), EVP_sha256()) > 0);
  const BioPtr bio(BIO_new(BIO_s_mem()));
  MR_ASSERT(bio != nullptr);
  MR_ASSERT(PEM_write_bio_X509_REQ(bio.get(), request.get()) == 1);
  return std::string(bio_text(bio.get()));
}

Result<Csr> parse_csr(std::string_view pem) {
  if (pem.size() > 64 * 1024) return Fault(errc::malformed, "certificate request over 64 KiB");
  const auto der = next_pem(pem, {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"});
  if (!der) return Fault(errc::malformed, "no certificate request in PEM");
  const auto* at = reinterpret_cast<const unsigned char*>(der->data());
  const auto* end = at + der->size();
  const ReqPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der->size())));
  if (!request) return Fault(errc::malformed, "certificate request: " + drain_errors());
  if (at != end) return Fault(errc::malformed, "bytes after the certificate request");
  if (next_pem(pem, {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"})) return Fault(errc::malformed, "two certificate requests");
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr) return Fault(errc::unsupported_key, "public key of the request: " + drain_errors());
  // Before the signature: its cost grows with the key.
  if (auto why = key_refusal(key); !why.empty()) return Fault(errc::unsupported_key, std::move(why));
  //= REG-CSR
  char group[64] = "";
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
      (EVP_PKEY_get_group_name(key, group, sizeof group, nullptr) != 1 || std::string_view(group) != SN_X9_62_prime256v1)) {
    return Fault(errc::unsupported_key, "public key of the request: an elliptic curve other than P-256");
  }
  const int verified = X509_REQ_verify(request.get(), key);
  ERR_clear_error();
  if (verified != 1) return Fault(errc::bad_signature, "certificate request");
  const X509_NAME* name = X509_REQ_get_subject_name(request.get());
  return Csr{.subject = {.common_name = attribute(name, NID_commonName),
                         .serial_number = attribute(name, NID_serialNumber),
                         .organization = attribute(name, NID_organizationName)},
             .public_key_der = der_of<i2d_PUBKEY>(key)};
}

}  // namespace mr::trust
