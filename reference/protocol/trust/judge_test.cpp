#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/protocol/trust/test_authority.hpp"
#include "reference/protocol/trust/tls.hpp"

namespace mr::trust {
namespace {

using namespace test;
using testing::HasSubstr;

class Judge : public testing::Test {
 protected:
  Credentials authority = root();
  PrivateKey key = PrivateKey::generate_p256();
  PeerPolicy policy{.anchors = authority.chain, .use = Use::server, .name = "a.example", .revoked = {}};

  Certificate certified(const Issuance& issuance) { return issue(authority, issuance).value(); }
  Certificate honest() { return certified(leaf(key)); }
  // An authority under `above`, honest unless edited.
  Credentials below(const Credentials& above, const std::string& name,
                    const std::function<void(X509*)>& edit = nullptr) {
    auto issuance = leaf(key, Use::authority, {});
    issuance.subject.common_name = name;
    auto made = issued(above, issuance);
    if (edit) made.chain = {edited(made.chain[0], above.key, edit)};
    return made;
  }
  void expect(const std::vector<Certificate>& chain, Alert alert, const std::string& reason) {
    const auto judgement = judge(policy, chain, now);
    ASSERT_TRUE(judgement.alert.has_value()) << "accepted";
    EXPECT_EQ(describe(*judgement.alert), describe(alert)) << judgement.reason;
    EXPECT_THAT(judgement.reason, HasSubstr(reason));
  }
  void expect_accepted(const std::vector<Certificate>& chain) {
    const auto judgement = judge(policy, chain, now);
    EXPECT_FALSE(judgement.alert.has_value()) << describe(*judgement.alert) << ": " << judgement.reason;
  }
};

TEST_F(Judge, AcceptsAnHonestLeafWithAndWithoutTheRootSent) {
  expect_accepted({honest()});
  expect_accepted({honest(), authority.chain[0]});
}

TEST_F(Judge, ValidityIsInclusiveToTheSecond) {
  const auto certificate = honest();
  const auto at = [&](Time time) { return judge(policy, {certificate}, time).alert; };
  EXPECT_EQ(at(now - 24h - 1ms), Alert::certificate_expired);
  EXPECT_EQ(at(now - 24h), std::nullopt);
  EXPECT_EQ(at(now + 24h + 999ms), std::nullopt);
  EXPECT_EQ(at(now + 24h + 1s), Alert::certificate_expired);
  EXPECT_EQ(judge(policy, {certificate}, now + 48h).reason, "\"leaf\" expired 2026-01-16T12:00:00Z");
  EXPECT_EQ(judge(policy, {certificate}, now - 48h).reason, "\"leaf\" not valid before 2026-01-14T12:00:00Z");
}

TEST_F(Judge, AnExpiredRootOrIntermediateEndsIt) {
  const auto old = make_authority({"Old Root", "", ""}, now - 48h, now - 1h);
  policy.anchors = old.chain;
  expect({issue(old, leaf(key)).value()}, Alert::certificate_expired, "Old Root");
  policy.anchors = authority.chain;
  auto issuance = leaf(key, Use::authority, {});
  issuance.subject.common_name = "Old Between";
  issuance.not_after = now - 1h;
  const auto between = issued(authority, issuance);
  expect({issue(between, leaf(key)).value(), between.chain[0]}, Alert::certificate_expired, "Old Between");
}

TEST_F(Judge, ForeignAuthoritiesAreUnknown) {
  expect({issue(root("Foreign"), leaf(key)).value()}, Alert::unknown_ca, "");
  // Of the same name, with another key.
  expect({issue(root(), leaf(key)).value()}, Alert::unknown_ca, "");
  const auto foreign = root("Foreign");
  expect({issue(foreign, leaf(key)).value(), foreign.chain[0]}, Alert::unknown_ca, "self");
  policy.anchors.clear();
  expect({honest()}, Alert::unknown_ca, "");
}

TEST_F(Judge, ASignatureThatDoesNotVerifyIsUnknownCa) {
  auto der = honest().der();
  der.back() ^= std::byte{1};
  expect({Certificate::from_der(der).value()}, Alert::unknown_ca, "signature");
}

TEST_F(Judge, NothingPresentedIsABadCertificate) {
  expect({}, Alert::bad_certificate, "no certificate");
  expect(std::vector<Certificate>(17, honest()), Alert::unknown_ca, "17");
}

TEST_F(Judge, PathsOfFourCertificatesAndNoMore) {
  const auto one = below(authority, "One");
  const auto two = below(one, "Two");
  const auto three = below(two, "Three");
  expect_accepted({issue(two, leaf(key)).value(), two.chain[0], one.chain[0]});
  expect_accepted(
      {issue(two, leaf(key)).value(), one.chain[0], two.chain[0]});  // RFC 8446 section 4.4.2: any order
  expect({issue(three, leaf(key)).value(), three.chain[0], two.chain[0], one.chain[0]}, Alert::unknown_ca,
         "");
  expect({issue(two, leaf(key)).value(), two.chain[0]}, Alert::unknown_ca, "issuer");
}

TEST_F(Judge, PathLengthConstraintIsHeld) {
  const auto last = below(authority, "Last", [](X509* x) {
    set_extension(x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  });
  expect_accepted({issue(last, leaf(key)).value(), last.chain[0]});
  const auto more = below(last, "More");
  expect({issue(more, leaf(key)).value(), more.chain[0], last.chain[0]}, Alert::unknown_ca, "path length");
}

TEST_F(Judge, AnIntermediateMustBeAnAuthority) {
  const auto fake = below(authority, "Between");
  const auto end = issue(fake, leaf(key)).value();
  const auto as = [&](const std::function<void(X509*)>& edit) {
    return std::vector<Certificate>{end, edited(fake.chain[0], authority.key, edit)};
  };
  expect_accepted(as([](X509*) {}));
  expect(as([](X509* x) { set_extension(x, NID_basic_constraints, "critical,CA:FALSE"); }), Alert::unknown_ca,
         "");
  expect(as([](X509* x) { drop_extension(x, NID_basic_constraints); }), Alert::unknown_ca, "");
  expect(as([](X509* x) { set_extension(x, NID_key_usage, "critical,digitalSignature"); }), Alert::unknown_ca,
         "");
}

TEST_F(Judge, UsageOfTheLeafIsRequired) {
  expect({certified(leaf(key, Use::client))}, Alert::certificate_unknown, "serverAuth");
  expect({edited(honest(), authority.key, [](X509* x) { drop_extension(x, NID_ext_key_usage); })},
         Alert::certificate_unknown, "no extendedKeyUsage");
  expect({edited(honest(), authority.key,
                 [](X509* x) { set_extension(x, NID_key_usage, "critical,keyAgreement"); })},
         Alert::certificate_unknown, "digitalSignature");
  policy.use = Use::client;
  policy.name.clear();
  expect_accepted({certified(leaf(key, Use::client, {}))});
  expect({honest()}, Alert::certificate_unknown, "clientAuth");
}

TEST_F(Judge, AnIntermediateForAnotherUsageEndsIt) {
  const auto clients =
      below(authority, "Clients", [](X509* x) { set_extension(x, NID_ext_key_usage, "clientAuth"); });
  expect({issue(clients, leaf(key)).value(), clients.chain[0]}, Alert::certificate_unknown, "\"Clients\"");
  const auto any =
      below(authority, "Any", [](X509* x) { set_extension(x, NID_ext_key_usage, "anyExtendedKeyUsage"); });
  expect_accepted({issue(any, leaf(key)).value(), any.chain[0]});
}

TEST_F(Judge, CriticalExtensionsMustBeUnderstood) {
  expect({edited(honest(), authority.key,
                 [](X509* x) {
                   const std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>> oid(
                       OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1));
                   const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> value(
                       ASN1_OCTET_STRING_new());
                   ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>("\5\0"), 2);
                   X509_EXTENSION* const made =
                       X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), 1, value.get());
                   X509_add_ext(x, made, -1);
                   X509_EXTENSION_free(made);
                 })},
         Alert::certificate_unknown, "critical");
}

TEST_F(Judge, NameConstraintsAreHeld) {
  const auto bound = below(authority, "Bound", [](X509* x) {
    set_extension(x, NID_name_constraints, "critical,permitted;DNS:b.example");
  });
  expect({issue(bound, leaf(key)).value(), bound.chain[0]}, Alert::bad_certificate, "permitted");
  policy.name = "x.b.example";
  expect_accepted({issue(bound, leaf(key, Use::server, {"x.b.example"})).value(), bound.chain[0]});
}

//= TLS-SERVER-NAME type=test
TEST_F(Judge, NamesComeFromSubjectAltNameOnly) {
  const auto match = [&](const std::vector<std::string>& certified_names, const std::string& asked) {
    policy.name = asked;
    return judge(policy, {certified(leaf(key, Use::server, certified_names))}, now).alert;
  };
  EXPECT_EQ(match({"a.example"}, "a.example"), std::nullopt);
  EXPECT_EQ(match({"a.example"}, "A.Example."), std::nullopt);
  EXPECT_EQ(match({"x.example", "a.example"}, "a.example"), std::nullopt);
  EXPECT_EQ(match({"a.example"}, "b.example"), Alert::bad_certificate);
  EXPECT_EQ(match({"a.example"}, "x.a.example"), Alert::bad_certificate);
  EXPECT_EQ(match({}, "leaf"), Alert::bad_certificate);  // the common name is nothing
  EXPECT_EQ(match({"a.example"}, ""), Alert::bad_certificate);
  EXPECT_EQ(match({"a.example"}, "127.0.0.1"), Alert::bad_certificate);
  EXPECT_EQ(match({"127.0.0.1"}, "127.0.0.1"), Alert::bad_certificate);  // a dNSName is no address
}

TEST_F(Judge, AWildcardIsOneWholeLeftmostLabel) {
  const auto match = [&](const std::string& pattern, const std::string& asked) {
    policy.name = asked;
    return !judge(policy, {certified(leaf(key, Use::server, {pattern}))}, now).alert.has_value();
  };
  EXPECT_TRUE(match("*.support.example", "x.support.example"));
  EXPECT_FALSE(match("*.support.example", "support.example"));
  EXPECT_FALSE(match("*.support.example", "x.y.support.example"));
  EXPECT_FALSE(match("*.support.example", ".support.example"));
  EXPECT_FALSE(match("*.example", "x.example"));
  EXPECT_FALSE(match("*.support.example", "*.other.example"));
}

TEST_F(Judge, PartialAndDoubleWildcardsMatchNothing) {
  for (const char* names : {"DNS:a*.support.example", "DNS:*.*.example", "DNS:x.*.example", "DNS:*"}) {
    policy.name = "ab.support.example";
    expect({edited(honest(), authority.key, [&](X509* x) { set_extension(x, NID_subject_alt_name, names); })},
           Alert::bad_certificate, "not for the name");
  }
}

TEST_F(Judge, AddressesMatchAddresses) {
  const auto certificate = edited(honest(), authority.key,
                                  [](X509* x) { set_extension(x, NID_subject_alt_name, "IP:192.0.2.7"); });
  policy.name = "192.0.2.7";
  expect_accepted({certificate});
  policy.name = "192.0.2.8";
  expect({certificate}, Alert::bad_certificate, "192.0.2.8");
}

TEST_F(Judge, RevokedSerialNumbers) {
  const auto certificate = honest();
  policy.revoked = {"00", certificate.serial_hex()};
  expect({certificate}, Alert::certificate_revoked, certificate.serial_hex());
  expect_accepted({honest()});
}

//= TLS-WEAK-KEY type=test
TEST_F(Judge, WeakKeysAreBadCertificates) {
  for (EVP_PKEY* native_key : {EVP_RSA_gen(1024), EVP_EC_gen("P-224")}) {
    const auto weak = key_of(native_key);
    expect({edited(honest(), authority.key, [&](X509* x) { X509_set_pubkey(x, native(weak)); })},
           Alert::bad_certificate, "bits");
  }
  const auto strong = key_of(EVP_RSA_gen(2048));
  expect_accepted({edited(honest(), authority.key, [&](X509* x) { X509_set_pubkey(x, native(strong)); })});
}

//= TLS-WEAK-KEY type=test
TEST_F(Judge, OldDigestsAreBadCertificates) {
  expect({edited(
             honest(), authority.key, [](X509*) {}, EVP_sha1())},
         Alert::bad_certificate, "SHA1");
  expect_accepted({edited(
      honest(), authority.key, [](X509*) {}, EVP_sha384())});
  const auto rsa = key_of(EVP_RSA_gen(2048));
  const auto old = edited(
      authority.chain[0], rsa, [&](X509* x) { X509_set_pubkey(x, native(rsa)); }, EVP_md5());
  policy.anchors = {old};  // a root's own signature is not relied on
  const auto end = edited(honest(), rsa, [](X509* x) { drop_extension(x, NID_authority_key_identifier); });
  expect_accepted({end});
  expect({edited(
             end, rsa, [](X509*) {}, EVP_md5())},
         Alert::bad_certificate, "MD5");
}

TEST_F(Judge, SeveralDefectsAreReportedInTheFixedOrder) {
  auto issuance = leaf(key, Use::client, {"b.example"});
  issuance.not_after = now - 1h;
  const auto bad = edited(
      certified(issuance), authority.key, [](X509*) {}, EVP_sha1());
  policy.revoked = {bad.serial_hex()};
  PeerPolicy other = policy;
  other.anchors = root("Other").chain;
  EXPECT_EQ(judge(other, {bad}, now).alert, Alert::unknown_ca);
  EXPECT_EQ(judge(policy, {bad}, now).alert, Alert::certificate_expired);
  EXPECT_EQ(judge(policy, {bad}, now - 2h).alert, Alert::certificate_revoked);
  policy.revoked.clear();
  EXPECT_EQ(judge(policy, {bad}, now - 2h).alert, Alert::certificate_unknown);
  policy.use = Use::client;
  EXPECT_EQ(judge(policy, {bad}, now - 2h).alert, Alert::bad_certificate);
}

TEST(Tls, AlertsAreErrorCodes) {
  const boost::system::error_code code = Alert::unknown_ca;
  EXPECT_EQ(code.value(), 48);
  EXPECT_EQ(code.message(), "unknown_ca (48)");
  EXPECT_TRUE(boost::system::error_code(Alert::close_notify).failed());
  EXPECT_EQ(to_text(TlsVersion::v1_2), "TLSv1.2");
}

}  // namespace
}  // namespace mr::trust
