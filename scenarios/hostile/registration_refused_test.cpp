// Registration: what is refused, with which code, and that nothing but an audit record is left of it.
#include <gtest/gtest.h>

#include "reference/protocol/exchange/register.hpp"
#include "reference/protocol/schema/register.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

exchange::HttpRequest post_registration(const model::RegisterForManagement& request) {
  return exchange::post("/v1/registration", exchange::media_xml, schema::encode(request));
}

struct RegistrationRefused : testing::Test {
  ServiceWorld service;
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();

  void expect_refused(const model::RegisterForManagement& request, const std::string& code,
                      const std::string& audit) {
    const auto before = service.counts();
    const auto audits = service.audits();
    const auto response = service.ask(post_registration(request));
    EXPECT_EQ(ServiceWorld::code_of(response), code);
    EXPECT_EQ(service.counts(), before) << code;
    EXPECT_EQ(service.audits(), audits + 1) << code;
    EXPECT_NE(service.last_audit().find(audit), std::string::npos) << service.last_audit();
    EXPECT_EQ(service.last_audit().find("registration refused"), 0u) << service.last_audit();
  }
};

//= REG-KEY-WRONG type=test
//= REG-KEY-NOTHING type=test
TEST_F(RegistrationRefused, AKeyThatIsNotOneOfOurs) {
  service.make_key();
  expect_refused(service.registration("AAAA-BBBB", key), "registration-key-refused", "unknown key");
}

//= REG-KEY-MISSING type=test
TEST_F(RegistrationRefused, NoKey) {
  auto request = service.registration("", key);
  request.registration_key.reset();
  expect_refused(request, "registration-key-refused", "unknown key");
}

TEST_F(RegistrationRefused, ARevokedKey) {
  const std::string revoked = service.make_key();
  ASSERT_TRUE(service.run(service.server_host, service.server->registry().revoke_key(revoked)));
  expect_refused(service.registration(revoked, key), "registration-key-refused", "revoked key");
}

TEST_F(RegistrationRefused, AnExpiredKey) {
  const std::string old = service.make_key();
  service.server_host.step_clock(std::chrono::days(31));
  service.client_host.step_clock(std::chrono::days(31));
  expect_refused(service.registration(old, key), "registration-key-refused", "expired key");
}

TEST_F(RegistrationRefused, AClosedAccount) {
  const std::string closed = service.make_key("Closed Ltd");
  const auto account = service.run(service.server_host, service.server->registry().account("Closed Ltd"));
  ASSERT_TRUE(service.run(service.server_host, service.server->registry().close_account(*account)));
  expect_refused(service.registration(closed, key), "registration-key-refused", "closed account");
}

//= REG-LOCATION type=test
//= REG-CONTACT type=test
//= REG-CSR type=test
TEST_F(RegistrationRefused, WithoutLocationContactOrAGoodCsr) {
  const std::string good = service.make_key();
  auto request = service.registration(good, key);
  request.location = " ";
  expect_refused(request, "location-required", "location-required");
  request = service.registration(good, key);
  request.contact_email = "a@example.org, b@example.org";
  expect_refused(request, "contact-required", "contact-required");
  request = service.registration(good, key);
  request.csr = "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n";
  expect_refused(request, "csr-refused", "csr-refused");
  // The key is still good.
  const auto response = service.ask(post_registration(service.registration(good, key)));
  EXPECT_EQ(response.value().status, 201u);
}

//= REG-AGAIN type=test
//= REG-CONFLICT type=test
TEST_F(RegistrationRefused, AUsedKeyAnswersItsOwnKeyPairAndNoOther) {
  const std::string once = service.make_key();
  const auto first = service.ask(post_registration(service.registration(once, key)));
  ASSERT_EQ(first.value().status, 201u);
  const auto stored = service.counts();
  const auto again = service.ask(post_registration(service.registration(once, key)));
  EXPECT_EQ(again.value().status, 200u);
  EXPECT_EQ(again->body, first->body);
  EXPECT_EQ(service.counts(), stored);
  expect_refused(service.registration(once, trust::PrivateKey::generate_p256()), "registration-conflict",
                 "registration-conflict");
}

//= XML-DOCTYPE type=test
TEST_F(RegistrationRefused, ADocumentTypeIsRefused) {
  const auto before = service.counts();
  auto request = post_registration(service.registration(service.make_key(), key));
  const auto keyed = service.counts();
  request.body.insert(request.body.find("?>") + 2, "<!DOCTYPE r [<!ENTITY a 'b'>]>");
  EXPECT_EQ(ServiceWorld::code_of(service.ask(request)), "doctype-refused");
  EXPECT_EQ(service.counts(), keyed);
  EXPECT_NE(before, keyed);
}

//= REG-DEVICE type=test
//= REG-DEVICE-FOREIGN type=test
TEST(DeviceRegistration, NeedsTheFactoryCertificateOfItsOwnSerialNumberAndAnAccount) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  const trust::Credentials maker = maker_root();
  const auto factory = [&](const std::string& serial) { return factory_certificate(maker, key, serial); };
  ServiceWorld service(7, rogue::StoreDefect::none, {maker.chain.front()});
  const auto request = service.device_registration("SN-1", key);
  const auto empty = service.counts();
  EXPECT_EQ(ServiceWorld::code_of(service.ask(post_registration(request))), "registration-key-refused");
  EXPECT_EQ(ServiceWorld::code_of(service.ask(post_registration(request), factory("SN-2"))),
            "foreign-device");
  EXPECT_EQ(ServiceWorld::code_of(service.ask(post_registration(request), factory("SN-1"))),
            "registration-key-refused");
  EXPECT_EQ(service.counts(), empty);
  const auto account = service.run(service.server_host, service.server->registry().account("Example"));
  ASSERT_TRUE(
      service.run(service.server_host, service.server->registry().expect_device(*account, "Maker", "SN-1")));
  EXPECT_EQ(service.ask(post_registration(request), factory("SN-1")).value().status, 201u);
  // The factory certificate opens nothing else.
  EXPECT_EQ(ServiceWorld::code_of(
                service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), factory("SN-1"))),
            "not-registered");
}

}  // namespace
}  // namespace mr::hostile
