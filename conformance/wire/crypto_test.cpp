#include "conformance/wire/crypto.hpp"

#include <gtest/gtest.h>
#include <openssl/cms.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <set>

#include "conformance/wire/deadline.hpp"
#include "conformance/wire/xml.hpp"

namespace mr::wire {
namespace {

TEST(Digest, IsSha256) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Uuid, HasTheFormOfVersion4AndIsNew) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string one = random_uuid();
    EXPECT_TRUE(fits(Text::uuid, one)) << one;
    EXPECT_EQ(one[14], '4');
    seen.insert(one);
  }
  EXPECT_EQ(seen.size(), 200u);
}

X509_REQ* parsed(const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509_REQ* out = PEM_read_bio_X509_REQ(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  return out;
}

TEST(Csr, IsSignedByItsKeyUnlessBroken) {
  const KeyPair key = KeyPair::make(KeyKind::p256);
  for (const bool broken : {false, true}) {
    X509_REQ* csr =
        parsed(make_csr(key, {.authority = true, .dns_name = "a.test", .broken_signature = broken}));
    ASSERT_NE(csr, nullptr);
    EXPECT_EQ(X509_REQ_verify(csr, X509_REQ_get0_pubkey(csr)) == 1, !broken);
    X509_REQ_free(csr);
  }
}

TEST(Certificates, ForgedOnesSayWhatWasAskedAndVerifyNowhereElse) {
  const KeyPair key = KeyPair::make(KeyKind::p256);
  const Forged forged = forge_certificate(key, {.common_name = "someone", .client_use = true});
  const auto chain = split_chain(forged.chain_pem);
  ASSERT_TRUE(chain) << to_string(chain.error());
  ASSERT_EQ(chain->size(), 2u);
  const auto leaf = read_certificate(forged.chain_pem);
  ASSERT_TRUE(leaf);
  EXPECT_EQ(leaf->common_name, "someone");
  EXPECT_EQ(leaf->uses, std::vector<std::string>{"clientAuth"});
  EXPECT_EQ(leaf->key_kind, "EC P-256");
  EXPECT_EQ(leaf->public_der, key.public_der());
  EXPECT_EQ(leaf->signature_digest, "SHA256");
  EXPECT_FALSE(leaf->authority);
  std::string why;
  EXPECT_TRUE(verifies_for_clients(forged.chain_pem, chain->back(), why)) << why;
  EXPECT_FALSE(verifies_for_clients(forged.chain_pem, forge_certificate(key).chain_pem, why));
  EXPECT_NE(why, "");
  const Forged server = forge_certificate(key, {.client_use = false});
  EXPECT_FALSE(verifies_for_clients(server.chain_pem, split_chain(server.chain_pem)->back(), why))
      << "not for clients";
}

TEST(Certificates, RubbishIsRefused) {
  EXPECT_EQ(read_certificate("").error().end, End::malformed);
  EXPECT_EQ(read_certificate("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").error().end,
            End::malformed);
  EXPECT_FALSE(split_chain("words before " + forge_certificate(KeyPair::make(KeyKind::p256)).chain_pem));
  EXPECT_FALSE(split_chain(""));
}

// Opens what was sealed with the library's own reader.
std::string opened(const std::string& der, const KeyPair& key, int& type) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  CMS_ContentInfo* cms = d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size()));
  if (cms == nullptr) return "unreadable";
  type = OBJ_obj2nid(CMS_get0_type(cms));
  BIO* out = BIO_new(BIO_s_mem());
  const int good = CMS_decrypt(cms, static_cast<EVP_PKEY*>(key.native()), nullptr, nullptr, out, CMS_BINARY);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(out, &text);
  const std::string content = good == 1 ? std::string(text, static_cast<std::size_t>(size)) : "refused";
  BIO_free(out);
  CMS_ContentInfo_free(cms);
  return content;
}

TEST(Sealing, OnlyTheKeyOpensAndOnlyUnchanged) {
  for (const KeyKind kind : {KeyKind::p256, KeyKind::rsa2048}) {
    const KeyPair key = KeyPair::make(kind);
    const std::string recipient = forge_certificate(key).chain_pem;
    auto sealed = seal("a zip\n\0of octets", recipient);
    ASSERT_TRUE(sealed) << to_string(sealed.error());
    int type = 0;
    EXPECT_EQ(opened(*sealed, key, type), "a zip\n");  // a C string ends there
    EXPECT_EQ(type, NID_id_smime_ct_authEnvelopedData);
    EXPECT_EQ(opened(*sealed, KeyPair::make(kind), type), "refused");
    sealed->back() = static_cast<char>(sealed->back() ^ 1);
    EXPECT_EQ(opened(*sealed, key, type), "refused");
  }
  int type = 0;
  const KeyPair key = KeyPair::make(KeyKind::p256);
  const auto cbc = seal("content", forge_certificate(key).chain_pem, Sealing::enveloped_cbc);
  ASSERT_TRUE(cbc);
  EXPECT_EQ(opened(*cbc, key, type), "content");
  EXPECT_EQ(type, NID_pkcs7_enveloped);
  EXPECT_FALSE(seal("content", "no certificate"));
}

}  // namespace
}  // namespace mr::wire
