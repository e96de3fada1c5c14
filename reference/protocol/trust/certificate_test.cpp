#include "reference/protocol/trust/certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "reference/protocol/trust/test_authority.hpp"

namespace mr::trust {
namespace {

using namespace test;

TEST(PrivateKey, SurvivesPem) {
  const auto key = PrivateKey::generate_p256();
  EXPECT_TRUE(key.pem().starts_with("-----BEGIN PRIVATE KEY-----"));
  const auto back = PrivateKey::from_pem(key.pem());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->public_key_der(), key.public_key_der());
  EXPECT_NE(PrivateKey::generate_p256().public_key_der(), key.public_key_der());
}

TEST(PrivateKey, RefusesOtherKeysAndRubbish) {
  EXPECT_EQ(PrivateKey::from_pem(key_of(EVP_RSA_gen(1024)).pem()).error(), Fault(errc::unsupported_key));
  EXPECT_TRUE(PrivateKey::from_pem(key_of(EVP_RSA_gen(2048)).pem()));
  EXPECT_EQ(PrivateKey::from_pem(key_of(EVP_EC_gen("P-224")).pem()).error(), Fault(errc::unsupported_key));
  EXPECT_EQ(PrivateKey::from_pem(key_of(EVP_EC_gen("secp256k1")).pem()).error(),
            Fault(errc::unsupported_key));
  EXPECT_EQ(PrivateKey::from_pem(key_of(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")).pem()).error(),
            Fault(errc::unsupported_key));
  EXPECT_EQ(PrivateKey::from_pem("").error(), Fault(errc::malformed));
  EXPECT_EQ(PrivateKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").error(),
            Fault(errc::malformed));
}

TEST(Certificate, SaysWhatItWasIssuedWith) {
  const auto authority = root();
  const auto key = PrivateKey::generate_p256();
  const auto made = issue(authority, leaf(key, Use::server, {"a.example", "*.b.example"}));
  ASSERT_TRUE(made) << to_string(made.error());
  EXPECT_EQ(made->common_name(), "leaf");
  EXPECT_EQ(made->subject_serial_number(), "SN-17");
  EXPECT_EQ(made->issuer_common_name(), "Test Root");
  EXPECT_THAT(made->dns_names(), testing::ElementsAre("a.example", "*.b.example"));
  EXPECT_EQ(made->not_before(), now - 24h);
  EXPECT_EQ(made->not_after(), now + 24h);
  EXPECT_EQ(made->public_key_der(), key.public_key_der());
  EXPECT_EQ(made->fingerprint().size(), 64u);
  X509* const x509 = native(*made);
  EXPECT_EQ(X509_verify(x509, native(authority.key)), 1);
  EXPECT_EQ(X509_get_key_usage(x509), unsigned{KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT});
  EXPECT_EQ(X509_get_extended_key_usage(x509), unsigned{XKU_SSL_SERVER});
  EXPECT_EQ(X509_check_ca(x509), 0);
  EXPECT_EQ(X509_check_ca(native(authority.chain[0])), 1);
  ASSERT_NE(X509_get0_authority_key_id(x509), nullptr);
  EXPECT_EQ(ASN1_OCTET_STRING_cmp(X509_get0_authority_key_id(x509),
                                  X509_get0_subject_key_id(native(authority.chain[0]))),
            0);
}

TEST(Certificate, SerialNumbersAreRandomAndLong) {
  const auto authority = root();
  const auto key = PrivateKey::generate_p256();
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    const auto serial = issue(authority, leaf(key))->serial_hex();
    EXPECT_GT(serial.size(), 20u);
    EXPECT_NE(serial[0], '0');
    EXPECT_TRUE(seen.insert(serial).second);
  }
}

TEST(Certificate, SurvivesDerAndPemChains) {
  const auto a = root("A").chain[0];
  const auto b = root("B").chain[0];
  EXPECT_EQ(*Certificate::from_der(a.der()), a);
  EXPECT_EQ(*Certificate::from_pem(a.pem() + b.pem()), a);
  const auto chain =
      Certificate::chain_from_pem("text before\n" + b.pem() + PrivateKey::generate_p256().pem() + a.pem());
  ASSERT_TRUE(chain);
  EXPECT_THAT(*chain, testing::ElementsAre(b, a));
  EXPECT_FALSE(a == b);
}

TEST(Certificate, RefusesTruncationAndTrailingBytes) {
  auto der = root().chain[0].der();
  for (std::size_t size = 0; size < der.size(); ++size)
    ASSERT_EQ(Certificate::from_der(std::span(der).first(size)).error(), Fault(errc::malformed)) << size;
  der.push_back(std::byte{0});
  EXPECT_EQ(Certificate::from_der(der).error(), Fault(errc::malformed));
  EXPECT_EQ(Certificate::from_pem("no PEM").error(), Fault(errc::malformed));
  EXPECT_EQ(Certificate::chain_from_pem("").error(), Fault(errc::malformed));
  EXPECT_EQ(Certificate::from_der(Bytes(65 * 1024)).error(), Fault(errc::too_large));
}

TEST(Issue, RefusesAnIssuerThatIsNone) {
  const auto authority = root();
  const auto key = PrivateKey::generate_p256();
  const auto end = issued(authority, leaf(key));
  EXPECT_EQ(issue(end, leaf(key)).error(), Fault(errc::crypto_failure));
  EXPECT_EQ(issue({.key = key, .chain = authority.chain}, leaf(key)).error(), Fault(errc::crypto_failure));
  EXPECT_EQ(issue({.key = key, .chain = {}}, leaf(key)).error(), Fault(errc::crypto_failure));
}

TEST(Issue, RefusesKeysAndNamesFromOutside) {
  const auto authority = root();
  const auto weak = key_of(EVP_RSA_gen(1024));
  EXPECT_EQ(issue(authority, leaf(weak)).error(), Fault(errc::unsupported_key));
  auto broken = leaf(PrivateKey::generate_p256());
  broken.public_key_der.push_back(std::byte{0});
  EXPECT_EQ(issue(authority, broken).error(), Fault(errc::malformed));
  for (const char* name : {"a,DNS:b", "a b", "", "*.", "a\n"})
    EXPECT_EQ(issue(authority, leaf(PrivateKey::generate_p256(), Use::server, {name})).error(),
              Fault(errc::malformed))
        << name;
  auto unnamed = leaf(PrivateKey::generate_p256());
  unnamed.subject.common_name = std::string(65, 'x');  // RFC 5280: 64 at most
  EXPECT_EQ(issue(authority, unnamed).error(), Fault(errc::malformed));
}

TEST(Csr, CarriesSubjectAndKey) {
  const auto key = PrivateKey::generate_p256();
  const auto csr = parse_csr(
      make_csr(key, {.common_name = "agent \xc3\xa4", .serial_number = "7", .organization = "Shop"}));
  ASSERT_TRUE(csr) << to_string(csr.error());
  EXPECT_EQ(csr->subject.common_name, "agent \xc3\xa4");
  EXPECT_EQ(csr->subject.serial_number, "7");
  EXPECT_EQ(csr->subject.organization, "Shop");
  EXPECT_EQ(csr->public_key_der, key.public_key_der());
}

//= REG-CSR type=test
TEST(Csr, ProofOfPossessionIsChecked) {
  // Mallory puts another's public key into a request that she signs with her own.
  const auto mallory = PrivateKey::generate_p256();
  const auto alice = PrivateKey::generate_p256();
  const ReqPtr request(X509_REQ_new());
  X509_REQ_set_pubkey(request.get(), native(alice));
  X509_REQ_sign(request.get(), native(mallory), EVP_sha256());
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_REQ(bio.get(), request.get());
  EXPECT_EQ(parse_csr(bio_text(bio.get())).error(), Fault(errc::bad_signature));
}

//= REG-CSR type=test
TEST(Csr, RefusesWeakKeysAndRubbish) {
  EXPECT_EQ(parse_csr(make_csr(key_of(EVP_RSA_gen(1024)), {"x", "", ""})).error(),
            Fault(errc::unsupported_key));
  EXPECT_EQ(parse_csr(make_csr(key_of(EVP_EC_gen("P-192")), {"x", "", ""})).error(),
            Fault(errc::unsupported_key));
  EXPECT_EQ(parse_csr(make_csr(key_of(EVP_EC_gen("P-384")), {"x", "", ""})).error(),
            Fault(errc::unsupported_key));
  EXPECT_TRUE(parse_csr(make_csr(key_of(EVP_RSA_gen(2048)), {"x", "", ""})));
  const std::string one = make_csr(PrivateKey::generate_p256(), {"x", "", ""});
  EXPECT_TRUE(parse_csr(one));
  EXPECT_EQ(parse_csr(one + one).error(), Fault(errc::malformed));
  EXPECT_EQ(parse_csr("").error(), Fault(errc::malformed));
  EXPECT_EQ(parse_csr(root().chain[0].pem()).error(), Fault(errc::malformed));
  EXPECT_EQ(
      parse_csr("-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n").error(),
      Fault(errc::malformed));
}

}  // namespace
}  // namespace mr::trust
