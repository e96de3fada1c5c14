// CMS AuthEnvelopedData on libcrypto.
//
// What arrives is first walked by a small DER reader of our own, before libcrypto sees it: libcrypto would
// take any cipher, a nonce of any length (a stack overflow in versions of 2025 and before), a four-byte tag,
// authenticated attributes that it then does not authenticate, and any number of recipients, each costing a
// private-key operation.
#include "reference/protocol/trust/envelope.hpp"

#include <openssl/cms.h>
#include <openssl/cmserr.h>
#include <openssl/ec.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <climits>

#include "reference/protocol/trust/der.hpp"
#include "reference/protocol/trust/native.hpp"

namespace mr::trust {
namespace {

using der::Der;
using der::is;
using CmsPtr = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;

constexpr std::size_t overhead_max =
    64 * 1024;  // of an envelope over its content: recipients and their certificates
constexpr int recipients_max = 16;

constexpr std::array<std::uint8_t, 11> oid_auth_enveloped{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
                                                          0x01, 0x09, 0x10, 0x01, 0x17};
constexpr std::array<std::uint8_t, 9> oid_data{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01};
constexpr std::array<std::uint8_t, 9> oid_aes256_gcm{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2e};

// Why the envelope is none of ours in form; empty if it is one.
std::string_view form_refusal(std::span<const std::byte> envelope) {
  Der outer({reinterpret_cast<const std::uint8_t*>(envelope.data()), envelope.size()});
  const auto info = outer.take(0x30);
  if (!info) return "not a DER ContentInfo";
  if (!outer.done()) return "bytes after the ContentInfo";
  Der content_info(*info);
  if (!is(content_info.take(0x06), oid_auth_enveloped)) return "not AuthEnvelopedData";
  const auto wrapped = content_info.take(0xa0);
  if (!wrapped || !content_info.done()) return "ContentInfo without content";
  Der explicit_content(*wrapped);
  const auto data = explicit_content.take(0x30);
  if (!data || !explicit_content.done()) return "AuthEnvelopedData is not a sequence";

  Der fields(*data);
  if (!fields.take(0x02)) return "no version";
  static_cast<void>(fields.take(0xa0));  // originatorInfo
  const auto recipients = fields.take(0x31);
  if (!recipients) return "no recipientInfos";
  int count = 0;
  for (Der each(*recipients); !each.done(); ++count) {
    if (!each.take(0x30) && !each.take(0xa1))
      return "a recipient that is neither key transport nor key agreement";
    if (count == recipients_max) return "more than 16 recipients";
  }
  const auto encrypted = fields.take(0x30);
  if (!encrypted) return "no authEncryptedContentInfo";
  Der content(*encrypted);
  if (!is(content.take(0x06), oid_data)) return "the content type is not data";
  const auto algorithm = content.take(0x30);
  if (!algorithm) return "no content encryption algorithm";
  Der cipher(*algorithm);
  if (!is(cipher.take(0x06), oid_aes256_gcm)) return "the content is not encrypted with AES-256-GCM";
  const auto parameters = cipher.take(0x30);
  if (!parameters || !cipher.done()) return "no GCM parameters";
  Der gcm(*parameters);
  const auto nonce = gcm.take(0x04);
  if (!nonce || nonce->size() != 12) return "a GCM nonce of other than 12 bytes";
  std::size_t tag_bytes = 12;  // the default of RFC 5084 section 3.2
  if (const auto length = gcm.take(0x02); length && length->size() == 1) tag_bytes = (*length)[0];
  if (!gcm.done() || tag_bytes < 12 || tag_bytes > 16) return "a GCM tag of other than 12 to 16 bytes";
  if (!content.take(0x80) || !content.done()) return "the encrypted content is not one octet string";
  if (fields.next_is(0xa1)) return "authenticated attributes are not accepted";
  const auto mac = fields.take(0x04);
  if (!mac || mac->size() != tag_bytes) return "a tag of another length than declared";
  static_cast<void>(fields.take(0xa2));  // unauthenticated attributes, which nobody reads
  return fields.done() ? "" : "bytes after the tag";
}

// libcrypto does not say so in all cases: where an EC recipient is missing it reports that there is no key.
bool addressed_to(CMS_ContentInfo* cms, X509* certificate) {
  STACK_OF(CMS_RecipientInfo)* const recipients = CMS_get0_RecipientInfos(cms);
  for (int i = 0; i < sk_CMS_RecipientInfo_num(recipients); ++i) {
    CMS_RecipientInfo* const info = sk_CMS_RecipientInfo_value(recipients, i);
    if (CMS_RecipientInfo_type(info) == CMS_RECIPINFO_TRANS &&
        CMS_RecipientInfo_ktri_cert_cmp(info, certificate) == 0)
      return true;
    if (CMS_RecipientInfo_type(info) != CMS_RECIPINFO_AGREE) continue;
    STACK_OF(CMS_RecipientEncryptedKey)* const keys = CMS_RecipientInfo_kari_get0_reks(info);
    for (int j = 0; j < sk_CMS_RecipientEncryptedKey_num(keys); ++j)
      if (CMS_RecipientEncryptedKey_cert_cmp(sk_CMS_RecipientEncryptedKey_value(keys, j), certificate) == 0)
        return true;
  }
  return false;
}

}  // namespace

Result<Bytes> seal(std::span<const std::byte> content, const Certificate& recipient) {
  if (content.size() > INT_MAX - overhead_max) return Fault(errc::too_large, "content of 2 GiB");
  ERR_clear_error();
  X509* const x509 = native(recipient);
  EVP_PKEY* const key = X509_get0_pubkey(x509);
  if (key == nullptr) return Fault(errc::unsupported_key, drain_errors());
  if (auto why = key_refusal(key); !why.empty()) return Fault(errc::unsupported_key, std::move(why));
  constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL;
  const CmsPtr cms(CMS_AuthEnvelopedData_create(EVP_aes_256_gcm()));
  if (!cms || CMS_set_detached(cms.get(), 0) != 1) return Fault(errc::crypto_failure, drain_errors());
  CMS_RecipientInfo* const info = CMS_add1_recipient_cert(cms.get(), x509, flags | CMS_KEY_PARAM);
  if (info == nullptr) return Fault(errc::crypto_failure, drain_errors());
  // libcrypto would derive the key-encryption key with SHA-1.
  if (EVP_PKEY_is_a(key, "EC") &&
      EVP_PKEY_CTX_set_ecdh_kdf_md(CMS_RecipientInfo_get0_pkey_ctx(info), EVP_sha256()) != 1)
    return Fault(errc::crypto_failure, drain_errors());
  const BioPtr in = bio_over(content);
  if (CMS_final(cms.get(), in.get(), nullptr, flags) != 1) return Fault(errc::crypto_failure, drain_errors());
  return der_of<i2d_CMS_ContentInfo>(cms.get());
}

Result<Bytes> open(std::span<const std::byte> envelope, const Credentials& recipient,
                   std::size_t content_bytes_max) {
  if (envelope.size() > INT_MAX ||
      (envelope.size() > overhead_max && envelope.size() - overhead_max > content_bytes_max))
    return Fault(errc::too_large, "envelope of " + std::to_string(envelope.size()) +
                                      " bytes, content limit " + std::to_string(content_bytes_max));
  if (recipient.chain.empty()) return Fault(errc::crypto_failure, "a recipient without a certificate");
  if (const auto why = form_refusal(envelope); !why.empty()) return Fault(errc::malformed, std::string(why));

  ERR_clear_error();
  const auto* at = reinterpret_cast<const unsigned char*>(envelope.data());
  const auto* end = at + envelope.size();
  const CmsPtr cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(envelope.size())));
  if (!cms || at != end) return Fault(errc::malformed, "envelope: " + drain_errors());
  if (!addressed_to(cms.get(), native(recipient.chain.front()))) return Fault(errc::not_for_us);
  const BioPtr out(BIO_new(BIO_s_mem()));
  MR_ASSERT(out != nullptr);
  if (CMS_decrypt(cms.get(), native(recipient.key), native(recipient.chain.front()), nullptr, out.get(),
                  CMS_BINARY) != 1) {
    ERR_clear_error();
    // Nothing more precise: where a decryption fails is nothing to tell the sender of a forged envelope.
    return Fault(errc::tampered);
  }
  ERR_clear_error();
  const std::string_view text = bio_text(out.get());
  if (text.size() > content_bytes_max)
    return Fault(errc::too_large, "content of " + std::to_string(text.size()) + " bytes, limit " +
                                      std::to_string(content_bytes_max));
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return Bytes(begin, begin + text.size());
}

}  // namespace mr::trust
