#include "conformance/wire/crypto.hpp"

#include <fmt/format.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <cstdlib>
#include <ctime>

#include "conformance/wire/deadline.hpp"
#include "conformance/wire/owned.hpp"

namespace mr::wire {
namespace {

using Csr = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Cms = std::unique_ptr<CMS_ContentInfo, Release<CMS_ContentInfo_free>>;

std::string taken(BIO* bio) {
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  return std::string(text, static_cast<std::size_t>(size));
}

EVP_PKEY* native(const KeyPair& key) { return static_cast<EVP_PKEY*>(key.native()); }

std::string der_of(EVP_PKEY* key) {
  unsigned char* out = nullptr;
  const int size = i2d_PUBKEY(key, &out);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<char*>(out), static_cast<std::size_t>(size));
  OPENSSL_free(out);
  return der;
}

void name(X509_NAME* subject, const std::string& common_name) {
  must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0));
}

Extension extension(int nid, const std::string& value) {
  return Extension(must(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str())));
}

X509Ptr certificate_of(const std::string& common_name, EVP_PKEY* key, std::int64_t from, std::int64_t until) {
  X509Ptr made(must(X509_new()));
  X509_set_version(made.get(), 2);
  std::uint64_t serial = 0;
  must(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(made.get()), serial >> 1);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), from);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), until);
  name(X509_get_subject_name(made.get()), common_name);
  X509_set_pubkey(made.get(), key);
  return made;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  tm civil{};
  if (ASN1_TIME_to_tm(time, &civil) != 1) return 0;
  return timegm(&civil);
}

std::string line_of(X509_NAME* name) {
  const Bio out(must(BIO_new(BIO_s_mem())));
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
  return taken(out.get());
}

std::string common_name_of(X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at < 0) return {};
  unsigned char* text = nullptr;
  const int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (size < 0) return {};
  std::string out(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out;
}

std::string text_of(const ASN1_OBJECT* object) {
  if (const int nid = OBJ_obj2nid(object); nid != NID_undef) return OBJ_nid2sn(nid);
  char oid[128];
  OBJ_obj2txt(oid, sizeof oid, object, 1);
  return oid;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  std::string out;
  for (const unsigned char c : digest) out += fmt::format("{:02x}", c);
  return out;
}

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  must(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) == 1);
  return out;
}

std::string random_uuid() {
  std::string raw = random_bytes(16), out;
  raw[6] = static_cast<char>((raw[6] & 0x0f) | 0x40);
  raw[8] = static_cast<char>((raw[8] & 0x3f) | 0x80);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out += '-';
    out += fmt::format("{:02x}", static_cast<unsigned char>(raw[i]));
  }
  return out;
}

KeyPair KeyPair::make(KeyKind kind) {
  EVP_PKEY* made = nullptr;
  switch (kind) {
    case KeyKind::p256:
      made = EVP_EC_gen("P-256");
      break;
    case KeyKind::p384:
      made = EVP_EC_gen("P-384");
      break;
    case KeyKind::rsa1024:
      made = EVP_RSA_gen(1024u);
      break;
    case KeyKind::rsa2048:
      made = EVP_RSA_gen(2048u);
      break;
  }
  KeyPair pair;
  pair.key_ =
      std::shared_ptr<void>(must(made), [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); });
  return pair;
}

std::string KeyPair::private_pem() const {
  const Bio out(must(BIO_new(BIO_s_mem())));
  must(PEM_write_bio_PrivateKey(out.get(), static_cast<EVP_PKEY*>(key_.get()), nullptr, nullptr, 0, nullptr,
                                nullptr) == 1);
  return taken(out.get());
}

std::string KeyPair::public_der() const { return der_of(static_cast<EVP_PKEY*>(key_.get())); }

std::string make_csr(const KeyPair& key, const CsrWish& wish) {
  const Csr csr(must(X509_REQ_new()));
  X509_REQ_set_version(csr.get(), 0);
  name(X509_REQ_get_subject_name(csr.get()), wish.common_name);
  X509_REQ_set_pubkey(csr.get(), native(key));
  STACK_OF(X509_EXTENSION)* wanted = sk_X509_EXTENSION_new_null();
  const auto want = [&](int nid, const std::string& value) {
    sk_X509_EXTENSION_push(wanted, extension(nid, value).release());
  };
  if (wish.authority) want(NID_basic_constraints, "critical,CA:TRUE");
  if (wish.server_use) want(NID_ext_key_usage, "serverAuth");
  if (!wish.dns_name.empty()) want(NID_subject_alt_name, "DNS:" + wish.dns_name);
  if (sk_X509_EXTENSION_num(wanted) > 0) X509_REQ_add_extensions(csr.get(), wanted);
  sk_X509_EXTENSION_pop_free(wanted, X509_EXTENSION_free);
  must(X509_REQ_sign(csr.get(), native(key), EVP_sha256()) > 0);
  unsigned char* der = nullptr;
  const int size = must(i2d_X509_REQ(csr.get(), &der));
  if (wish.broken_signature) der[size - 1] ^= 1;  // the last octet is the signature's
  const Bio out(must(BIO_new(BIO_s_mem())));
  must(PEM_write_bio(out.get(), PEM_STRING_X509_REQ, "", der, size));
  OPENSSL_free(der);
  return taken(out.get());
}

Forged forge_certificate(const KeyPair& key, const CertificateWish& wish) {
  const std::int64_t now = wall_seconds();
  const KeyPair root_key = KeyPair::make(KeyKind::p256);
  const X509Ptr root = certificate_of("suite foreign root", native(root_key), now - 3600, now + 86400);
  X509_set_issuer_name(root.get(), X509_get_subject_name(root.get()));
  X509_add_ext(root.get(), extension(NID_basic_constraints, "critical,CA:TRUE").get(), -1);
  X509_add_ext(root.get(), extension(NID_key_usage, "critical,keyCertSign").get(), -1);
  must(X509_sign(root.get(), native(root_key), EVP_sha256()) > 0);
  const X509Ptr leaf =
      certificate_of(wish.common_name, native(key), wish.from_seconds != 0 ? wish.from_seconds : now - 3600,
                     wish.until_seconds != 0 ? wish.until_seconds : now + 86400);
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(root.get()));
  X509_add_ext(leaf.get(), extension(NID_basic_constraints, "critical,CA:FALSE").get(), -1);
  X509_add_ext(leaf.get(), extension(NID_ext_key_usage, wish.client_use ? "clientAuth" : "serverAuth").get(),
               -1);
  must(X509_sign(leaf.get(), native(root_key), EVP_sha256()) > 0);
  const Bio out(must(BIO_new(BIO_s_mem())));
  PEM_write_bio_X509(out.get(), leaf.get());
  PEM_write_bio_X509(out.get(), root.get());
  return {taken(out.get())};
}

Result<Certificate> read_certificate(std::string_view pem) {
  const Bio in = bio_of(pem);
  const X509Ptr read(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!read) return Failure{End::malformed, "no certificate in PEM"};
  Certificate out;
  out.common_name = common_name_of(X509_get_subject_name(read.get()));
  out.subject = line_of(X509_get_subject_name(read.get()));
  out.not_before = seconds_of(X509_get0_notBefore(read.get()));
  out.not_after = seconds_of(X509_get0_notAfter(read.get()));
  if (auto* uses = static_cast<EXTENDED_KEY_USAGE*>(
          X509_get_ext_d2i(read.get(), NID_ext_key_usage, nullptr, nullptr))) {
    for (int i = 0; i < sk_ASN1_OBJECT_num(uses); ++i)
      out.uses.push_back(text_of(sk_ASN1_OBJECT_value(uses, i)));
    EXTENDED_KEY_USAGE_free(uses);
  }
  if (auto* names =
          static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(read.get(), NID_subject_alt_name, nullptr, nullptr))) {
    out.alternative_names = true;
    for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
      const GENERAL_NAME* one = sk_GENERAL_NAME_value(names, i);
      if (one->type != GEN_DNS) continue;
      out.dns_names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(one->d.dNSName)),
                                 static_cast<std::size_t>(ASN1_STRING_length(one->d.dNSName)));
    }
    GENERAL_NAMES_free(names);
  }
  out.authority = X509_check_ca(read.get()) == 1;
  int digest = NID_undef;
  if (OBJ_find_sigid_algs(X509_get_signature_nid(read.get()), &digest, nullptr) == 1 && digest != NID_undef) {
    out.signature_digest = OBJ_nid2sn(digest);
  }
  EVP_PKEY* const key = X509_get0_pubkey(read.get());
  ERR_clear_error();
  if (key == nullptr) return Failure{End::malformed, "a certificate whose public key cannot be read"};
  out.public_der = der_of(key);
  out.key_bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
    char group[64] = "";
    EVP_PKEY_get_group_name(key, group, sizeof group, nullptr);
    out.key_kind = std::string("EC ") + (std::string_view(group) == "prime256v1" ? "P-256" : group);
  } else {
    out.key_kind = OBJ_nid2sn(EVP_PKEY_get_base_id(key));
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA) out.key_kind = "RSA";
  }
  return out;
}

Result<std::vector<std::string>> split_chain(std::string_view pem) {
  constexpr std::string_view begin = "-----BEGIN CERTIFICATE-----", end = "-----END CERTIFICATE-----";
  std::vector<std::string> out;
  for (;;) {
    const std::size_t solid = pem.find_first_not_of(" \t\r\n");
    if (solid == std::string_view::npos) break;
    pem.remove_prefix(solid);
    const std::size_t at = pem.find(end);
    if (!pem.starts_with(begin) || at == std::string_view::npos)
      return Failure{End::malformed, "not only certificates in PEM"};
    out.emplace_back(pem.substr(0, at + end.size()));
    if (auto read = read_certificate(out.back()); !read) return read.error();
    pem.remove_prefix(at + end.size());
  }
  if (out.empty()) return Failure{End::malformed, "no certificate in PEM"};
  return out;
}

bool verifies_for_clients(std::string_view chain_pem, std::string_view anchors_pem, std::string& why) {
  const std::unique_ptr<X509_STORE, Release<X509_STORE_free>> store(must(X509_STORE_new()));
  const Bio anchors = bio_of(anchors_pem);
  while (const X509Ptr anchor{PEM_read_bio_X509(anchors.get(), nullptr, nullptr, nullptr)})
    X509_STORE_add_cert(store.get(), anchor.get());
  const Bio chain = bio_of(chain_pem);
  const X509Ptr leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  if (!leaf) {
    ERR_clear_error();
    why = "no certificate in PEM";
    return false;
  }
  STACK_OF(X509)* others = sk_X509_new_null();
  while (X509* one = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr)) sk_X509_push(others, one);
  const std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>> context(must(X509_STORE_CTX_new()));
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), others);
  X509_STORE_CTX_set_purpose(context.get(), X509_PURPOSE_SSL_CLIENT);
  const bool good = X509_verify_cert(context.get()) == 1;
  if (!good) why = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()));
  sk_X509_pop_free(others, X509_free);
  ERR_clear_error();
  return good;
}

Result<std::string> seal(std::string_view content, std::string_view recipient_pem, Sealing sealing) {
  const Bio pem = bio_of(recipient_pem);
  const X509Ptr recipient(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
  if (!recipient) {
    ERR_clear_error();
    return Failure{End::malformed, "no certificate to seal for"};
  }
  STACK_OF(X509)* recipients = sk_X509_new_null();
  sk_X509_push(recipients, recipient.get());
  const Bio in = bio_of(content);
  const EVP_CIPHER* cipher = sealing == Sealing::auth_enveloped ? EVP_aes_256_gcm() : EVP_aes_256_cbc();
  const Cms cms(CMS_encrypt(recipients, in.get(), cipher, CMS_BINARY));
  sk_X509_free(recipients);
  unsigned char* der = nullptr;
  const int size = cms ? i2d_CMS_ContentInfo(cms.get(), &der) : -1;
  if (size <= 0) {
    ERR_clear_error();
    return Failure{End::local, "CMS_encrypt failed"};
  }
  std::string out(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

}  // namespace mr::wire
