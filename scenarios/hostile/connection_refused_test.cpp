// The door: what a handshake and a header can be refused for, by either side, before anything of a body is read.
#include <gtest/gtest.h>

#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

using std::chrono::days;

struct ConnectionRefused : testing::Test {
  ServiceWorld service;
  const Client client = service.register_agent();
  const std::map<std::string, std::int64_t> before = service.counts();

  trust::Credentials authority_of_the_server() {
    const auto row = service.server->store().query("SELECT key_pem, chain_pem FROM authority WHERE name = 'root'", {}).value().front();
    return {trust::PrivateKey::from_pem(std::get<std::string>(row[0])).value(),
            trust::Certificate::chain_from_pem(std::get<std::string>(row[1])).value()};
  }
  trust::Credentials client_certificate(const trust::Credentials& authority, trust::Time from, trust::Time to) {
    const trust::PrivateKey key = trust::PrivateKey::generate_p256();
    return {key, {trust::issue(authority, {.subject = {.common_name = client.sender_id},
                                           .use = trust::Use::client,
                                           .not_before = from,
                                           .not_after = to,
                                           .public_key_der = key.public_key_der()})
                      .value()}};
  }
  void expect_handshake_refused(const trust::Credentials& credentials, trust::Alert alert) {
    const auto audits = service.audits();
    const auto response = service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), credentials);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().code, trust::make_error_code(alert)) << to_string(response.error());
    EXPECT_EQ(service.audits(), audits + 1);
    EXPECT_EQ(service.last_audit().find("tls refused"), 0u) << service.last_audit();
    EXPECT_NE(service.last_audit().find(std::string(trust::describe(alert))), std::string::npos) << service.last_audit();
    EXPECT_EQ(service.counts(), before);
  }
  trust::Time now() { return service.server_host.clock().wall(); }
};

//= REG-ONLY-WITHOUT-CERT type=test
//= REG-CERT-REQUIRED type=test
TEST_F(ConnectionRefused, WithoutACertificateNothingButRegistrationIsServed) {
  for (const char* path : {"/", "/v1/reports", "/v1/schedule", "/v1/action-results", "/v1/alerts", "/v1/software", "/nothing"}) {
    for (const char* method : {"POST", "GET", "PUT", "DELETE"}) {
      exchange::HttpRequest request{method, path, {{"Content-Type", "application/xml"}}, method == std::string("GET") ? "" : "<x/>"};
      EXPECT_EQ(ServiceWorld::code_of(service.ask(std::move(request))), "not-registered") << method << " " << path;
      EXPECT_NE(service.last_audit().find("not-registered"), std::string::npos);
    }
  }
  EXPECT_EQ(service.counts(), before);
}

// 60 MB declared by a client without a certificate: answered at the header, the body is not waited for.
TEST_F(ConnectionRefused, ABodyOfAStrangerIsNotRead) {
  exchange::HttpRequest request{"POST", "/v1/reports", {{"Content-Type", "application/zip"}}, std::string(1 << 20, 'x')};
  const auto from = service.world.now();
  EXPECT_EQ(ServiceWorld::code_of(service.ask(std::move(request))), "not-registered");
  EXPECT_LT(service.world.now() - from, std::chrono::seconds(10));
}

//= TLS-CLIENT-BAD type=test
TEST_F(ConnectionRefused, AnExpiredCertificate) {
  expect_handshake_refused(client_certificate(authority_of_the_server(), now() - days(10), now() - days(1)), trust::Alert::certificate_expired);
}

TEST_F(ConnectionRefused, ACertificateOfAForeignAuthority) {
  const auto foreign = trust::make_authority({.common_name = "makeready service root"}, now() - days(1), now() + days(9));
  expect_handshake_refused(client_certificate(foreign, now() - days(1), now() + days(1)), trust::Alert::unknown_ca);
}

//= TLS-VERSION type=test
TEST_F(ConnectionRefused, AnOldProtocolVersion) {
  service.tls.version_min = trust::TlsVersion::v1_1;
  service.tls.version_max = trust::TlsVersion::v1_1;
  expect_handshake_refused(client.credentials, trust::Alert::protocol_version);
}

// Issued by the right authority, but to nobody who registered.
TEST_F(ConnectionRefused, ACertificateThatNoSenderHolds) {
  const auto unknown = client_certificate(authority_of_the_server(), now() - days(1), now() + days(1));
  EXPECT_EQ(ServiceWorld::code_of(service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), unknown)), "not-registered");
  EXPECT_EQ(service.counts(), before);
}

TEST_F(ConnectionRefused, ASenderWhoseAccountWasClosed) {
  const auto account = service.run(service.server_host, service.server->registry().account("Example"));
  ASSERT_TRUE(service.run(service.server_host, service.server->registry().close_account(*account)));
  EXPECT_EQ(ServiceWorld::code_of(service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), client.credentials)), "not-registered");
}

TEST_F(ConnectionRefused, PathsAndMethodsOfASender) {
  const auto code = [&](const char* method, const char* path) {
    exchange::HttpRequest request{method, path, {{"Content-Type", "application/xml"}}, "<x/>"};
    return ServiceWorld::code_of(service.ask(std::move(request), client.credentials));
  };
  EXPECT_EQ(code("POST", "/v1/nothing"), "not-found");
  EXPECT_EQ(code("PUT", "/v1/reports"), "method-not-allowed");
  EXPECT_EQ(code("POST", "/v1/alerts"), "not-implemented");
  EXPECT_EQ(code("POST", "/v1/schedule"), "schema-violation");
  EXPECT_EQ(service.counts(), before);
}

//= TLS-SERVER-VALID type=test
//= TLS-SERVER-NAME type=test
TEST_F(ConnectionRefused, AClientRefusesAServerThatIsNotTheOne) {
  const auto audits = service.audits();
  const auto refused = [&] {
    const auto response = service.ask(exchange::post("/v1/registration", exchange::media_xml, "secret"));
    return response ? "answered " + std::to_string(response->status) : response.error().code.message();
  };
  auto other_name = service.tls;
  other_name.server_name = "us.support.makeready.test";
  other_name.server.name = other_name.server_name;
  const auto right = service.tls;
  service.tls = other_name;
  EXPECT_EQ(refused(), trust::make_error_code(trust::Alert::bad_certificate).message());
  service.tls = right;
  service.tls.server.anchors = trust::make_authority({.common_name = "other"}, now() - days(1), now() + days(1)).chain;
  EXPECT_EQ(refused(), trust::make_error_code(trust::Alert::unknown_ca).message());
  service.tls = right;
  service.client_host.step_clock(days(3 * 365));
  EXPECT_EQ(refused(), trust::make_error_code(trust::Alert::certificate_expired).message());
  // What reached the server is a broken handshake each, and no request.
  EXPECT_EQ(service.audits(), audits + 3);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE what = 'registration' AND outcome = 'refused'"), 0);
  EXPECT_EQ(service.counts(), before);
}

}  // namespace
}  // namespace mr::hostile
