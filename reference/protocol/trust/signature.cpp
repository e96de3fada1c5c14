// CMS SignedData on libcrypto. What arrives is first walked by our own reader: libcrypto would take any
// number of signers and certificates, each costing work, and content that is enclosed instead of detached.
#include "reference/protocol/trust/signature.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>

#include <climits>

#include "reference/protocol/trust/der.hpp"
#include "reference/protocol/trust/native.hpp"

namespace mr::trust {
namespace {

using der::Der;
using der::is;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;
using SignersPtr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;
using CertificatesPtr =
    std::unique_ptr<STACK_OF(X509),
                    decltype([](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); })>;

constexpr int certificates_max = 8;
constexpr std::array<std::uint8_t, 9> oid_signed_data{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
constexpr std::array<std::uint8_t, 9> oid_plain_data{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
constexpr std::array<std::uint8_t, 9> oid_sha256{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01};

// Why it is none of ours in form; empty if it is one.
std::string_view signed_form_refusal(std::span<const std::byte> signature) {
  Der outer({reinterpret_cast<const std::uint8_t*>(signature.data()), signature.size()});
  const auto info = outer.take(0x30);
  if (!info) return "not a DER ContentInfo";
  if (!outer.done()) return "bytes after the ContentInfo";
  Der content_info(*info);
  if (!is(content_info.take(0x06), oid_signed_data)) return "not SignedData";
  const auto wrapped = content_info.take(0xa0);
  if (!wrapped || !content_info.done()) return "ContentInfo without content";
  Der explicit_content(*wrapped);
  const auto data = explicit_content.take(0x30);
  if (!data || !explicit_content.done()) return "SignedData is not a sequence";

  Der fields(*data);
  if (!fields.take(0x02)) return "no version";
  if (!fields.take(0x31)) return "no digestAlgorithms";
  const auto encapsulated = fields.take(0x30);
  if (!encapsulated) return "no encapContentInfo";
  Der content(*encapsulated);
  if (!is(content.take(0x06), oid_plain_data)) return "the content type is not data";
  if (!content.done()) return "the content is not detached";
  const auto certificates = fields.take(0xa0);
  if (!certificates) return "no certificates";
  int count = 0;
  for (Der each(*certificates); !each.done(); ++count) {
    if (!each.take(0x30)) return "something other than a certificate among the certificates";
    if (count == certificates_max) return "more than 8 certificates";
  }
  if (fields.next_is(0xa1)) return "revocation lists are not accepted";
  const auto signers = fields.take(0x31);
  if (!signers || !fields.done()) return "no signerInfos";
  Der each(*signers);
  const auto signer = each.take(0x30);
  if (!signer || !each.done()) return "not exactly one signer";
  Der parts(*signer);
  if (!parts.take(0x02)) return "a signer without a version";
  if (!parts.take(0x30) && !parts.take(0x80)) return "a signer that is not named";
  const auto digest = parts.take(0x30);
  if (!digest) return "a signer without a digest algorithm";
  Der algorithm(*digest);
  if (!is(algorithm.take(0x06), oid_sha256)) return "the digest is not SHA-256";
  return {};
}

}  // namespace

Result<Bytes> sign_detached(std::span<const std::byte> content, const Credentials& signer) {
  if (content.size() > INT_MAX) return Fault(errc::too_large, "content of 2 GiB");
  if (signer.chain.empty()) return Fault(errc::crypto_failure, "a signer without a certificate");
  ERR_clear_error();
  X509* const x509 = native(signer.chain.front());
  if (auto why = key_refusal(native(signer.key)); !why.empty())
    return Fault(errc::unsupported_key, std::move(why));
  if (X509_check_private_key(x509, native(signer.key)) != 1) {
    ERR_clear_error();
    return Fault(errc::crypto_failure, "the signer's key does not belong to its certificate");
  }
  // Without signed attributes: libcrypto would add the system's time to them.
  constexpr unsigned flags = CMS_BINARY | CMS_DETACHED | CMS_PARTIAL | CMS_NOATTR;
  const CmsPtr cms(CMS_sign(nullptr, nullptr, nullptr, nullptr, flags));
  if (!cms || CMS_add1_signer(cms.get(), x509, native(signer.key), EVP_sha256(), flags) == nullptr)
    return Fault(errc::crypto_failure, drain_errors());
  for (std::size_t i = 1; i < signer.chain.size(); ++i) {
    if (CMS_add1_cert(cms.get(), native(signer.chain[i])) != 1)
      return Fault(errc::crypto_failure, drain_errors());
  }
  const BioPtr in = bio_over(content);
  if (CMS_final(cms.get(), in.get(), nullptr, flags) != 1) return Fault(errc::crypto_failure, drain_errors());
  return der_of<i2d_CMS_ContentInfo>(cms.get());
}

Result<std::vector<Certificate>> verify_detached(std::span<const std::byte> content,
                                                 std::span<const std::byte> signature) {
  if (signature.size() > signature_bytes_max || content.size() > INT_MAX)
    return Fault(errc::malformed, "a signature of " + std::to_string(signature.size()) + " bytes");
  if (const auto why = signed_form_refusal(signature); !why.empty())
    return Fault(errc::malformed, std::string(why));

  ERR_clear_error();
  const auto* at = reinterpret_cast<const unsigned char*>(signature.data());
  const auto* const end = at + signature.size();
  const CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(signature.size())));
  if (!cms || at != end) return Fault(errc::malformed, "signature: " + drain_errors());
  const CertificatesPtr enclosed(CMS_get1_certs(cms.get()));
  const BioPtr in = bio_over(content);
  // Whose certificate it is, is judged by others; here only that the signature is of this key.
  if (CMS_verify(cms.get(), nullptr, nullptr, in.get(), nullptr, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
    return Fault(errc::bad_signature, drain_errors());
  ERR_clear_error();
  const SignersPtr signers(CMS_get0_signers(cms.get()));
  if (!signers || sk_X509_num(signers.get()) != 1) return Fault(errc::bad_signature, "no signer");
  X509* const leaf = sk_X509_value(signers.get(), 0);
  if (auto why = key_refusal(X509_get0_pubkey(leaf)); !why.empty())
    return Fault(errc::bad_signature, std::move(why));

  std::vector<Certificate> chain;
  const auto add = [&chain](X509* x509) {
    auto made = Certificate::from_der(der_of<i2d_X509>(x509));
    if (made) chain.push_back(std::move(*made));
    return made.has_value();
  };
  if (!add(leaf)) return Fault(errc::malformed, "the signer's certificate cannot be read");
  for (int i = 0; enclosed && i < sk_X509_num(enclosed.get()); ++i) {
    X509* const other = sk_X509_value(enclosed.get(), i);
    if (X509_cmp(other, leaf) != 0 && !add(other))
      return Fault(errc::malformed, "an enclosed certificate cannot be read");
  }
  return chain;
}

}  // namespace mr::trust
