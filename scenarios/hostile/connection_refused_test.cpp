// The door: what a handshake and a header can be refused for, by either side, before anything of a body is
// read.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/redirect_error.hpp>

#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

using std::chrono::days;

struct ConnectionRefused : testing::Test {
  ServiceWorld service;
  const Client client = service.register_agent();
  const std::map<std::string, std::int64_t> before = service.counts();

  trust::Credentials authority_of_the_server() {
    const auto row = service.server->store()
                         .query("SELECT key_pem, chain_pem FROM authority WHERE name = 'root'", {})
                         .value()
                         .front();
    return {trust::PrivateKey::from_pem(std::get<std::string>(row[0])).value(),
            trust::Certificate::chain_from_pem(std::get<std::string>(row[1])).value()};
  }
  trust::Credentials client_certificate(const trust::Credentials& authority, trust::Time from,
                                        trust::Time to) {
    const trust::PrivateKey key = trust::PrivateKey::generate_p256();
    return {key,
            {trust::issue(authority, {.subject = {.common_name = client.sender_id},
                                      .use = trust::Use::client,
                                      .not_before = from,
                                      .not_after = to,
                                      .public_key_der = key.public_key_der()})
                 .value()}};
  }
  void expect_handshake_refused(const trust::Credentials& credentials, trust::Alert alert) {
    const auto audits = service.audits();
    const auto response =
        service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), credentials);
    ASSERT_FALSE(response.has_value());
    EXPECT_EQ(response.error().code, trust::make_error_code(alert)) << to_string(response.error());
    EXPECT_EQ(service.audits(), audits + 1);
    EXPECT_EQ(service.last_audit().find("tls refused"), 0u) << service.last_audit();
    EXPECT_NE(service.last_audit().find(std::string(trust::describe(alert))), std::string::npos)
        << service.last_audit();
    EXPECT_EQ(service.counts(), before);
  }
  trust::Time now() { return service.server_host.clock().wall(); }
};

//= REG-ONLY-WITHOUT-CERT type=test
//= REG-CERT-REQUIRED type=test
TEST_F(ConnectionRefused, WithoutACertificateNothingButRegistrationIsServed) {
  for (const char* path : {"/", "/v1/reports", "/v1/schedule", "/v1/action-results", "/v1/alerts",
                           "/v1/software", "/nothing", "/v1/registration"}) {
    for (const char* method : {"POST", "GET", "PUT", "DELETE"}) {
      if (path == std::string("/v1/registration") && method == std::string("POST")) continue;
      exchange::HttpRequest request{
          method, path, {{"Content-Type", "application/xml"}}, method == std::string("GET") ? "" : "<x/>"};
      const auto audits = service.audits();
      EXPECT_EQ(ServiceWorld::code_of(service.ask(std::move(request))), "not-registered")
          << method << " " << path;
      // A record of its own for each: the last one names this method and path.
      EXPECT_EQ(service.audits(), audits + 1) << method << " " << path;
      EXPECT_EQ(service.last_audit().find(std::string(method) + " " + path + " refused not-registered"), 0u)
          << service.last_audit();
    }
  }
  EXPECT_EQ(service.counts(), before);
}

// The head of a request of 60 MB, of which no byte follows; then whatever comes back until the answer's head
// is whole.
asio::awaitable<Result<std::string>> send_head_alone(ServiceWorld* service) {
  runtime::Clock& clock = service->client_host.clock();
  const auto deadline = clock.now() + std::chrono::minutes(5);
  auto plain = co_await service->client_host.network().connect(service->server->endpoint(), deadline);
  MR_CO_TRY(plain);
  std::shared_ptr<const trust::TlsClient> tls = std::make_shared<trust::TlsClient>(service->tls);
  auto stream = co_await service->client_host.network().secure(std::move(*plain), tls, deadline);
  MR_CO_TRY(stream);
  const std::string head =
      "POST /v1/reports HTTP/1.1\r\nHost: x\r\nContent-Type: application/zip\r\nContent-Length: "
      "60000000\r\n\r\n";
  for (std::size_t sent = 0; sent < head.size();) {
    sent += co_await stream->async_write_some(asio::buffer(head.data() + sent, head.size() - sent),
                                              asio::use_awaitable);
  }
  std::string reply;
  std::array<char, 4096> part{};
  while (reply.find("\r\n\r\n") == std::string::npos) {
    boost::system::error_code error;
    const std::size_t read = co_await stream->async_read_some(
        asio::buffer(part), asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return Fault(error, "after " + std::to_string(reply.size()) + " octets");
    reply.append(part.data(), read);
  }
  co_return reply;
}

// A body that never comes is not waited for: the answer is there two round trips of the world's 15 ms and a
// handshake later.
TEST_F(ConnectionRefused, ABodyOfAStrangerIsNotRead) {
  const auto from = service.world.now();
  const auto reply = service.run(service.client_host, send_head_alone(&service));
  ASSERT_TRUE(reply.has_value()) << to_string(reply.error());
  EXPECT_EQ(reply->find("HTTP/1.1 403"), 0u) << *reply;
  EXPECT_LT(service.world.now() - from, std::chrono::seconds(1));
  EXPECT_EQ(service.counts(), before);
}

//= TLS-CLIENT-BAD type=test
TEST_F(ConnectionRefused, AnExpiredCertificate) {
  expect_handshake_refused(client_certificate(authority_of_the_server(), now() - days(10), now() - days(1)),
                           trust::Alert::certificate_expired);
}

TEST_F(ConnectionRefused, ACertificateOfAForeignAuthority) {
  const auto foreign =
      trust::make_authority({.common_name = "makeready service root"}, now() - days(1), now() + days(9));
  expect_handshake_refused(client_certificate(foreign, now() - days(1), now() + days(1)),
                           trust::Alert::unknown_ca);
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
  EXPECT_EQ(ServiceWorld::code_of(
                service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), unknown)),
            "not-registered");
  EXPECT_EQ(service.counts(), before);
}

TEST_F(ConnectionRefused, ASenderWhoseAccountWasClosed) {
  const auto account = service.run(service.server_host, service.server->registry().account("Example"));
  ASSERT_TRUE(service.run(service.server_host, service.server->registry().close_account(*account)));
  EXPECT_EQ(ServiceWorld::code_of(
                service.ask(exchange::post("/v1/schedule", exchange::media_xml, "<x/>"), client.credentials)),
            "not-registered");
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
  service.tls.server.anchors =
      trust::make_authority({.common_name = "other"}, now() - days(1), now() + days(1)).chain;
  EXPECT_EQ(refused(), trust::make_error_code(trust::Alert::unknown_ca).message());
  service.tls = right;
  service.client_host.step_clock(days(3 * 365));
  EXPECT_EQ(refused(), trust::make_error_code(trust::Alert::certificate_expired).message());
  // What reached the server is a broken handshake each, and no request.
  EXPECT_EQ(service.audits(), audits + 3);
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE what = 'registration' AND outcome = 'refused'"),
            0);
  EXPECT_EQ(service.counts(), before);
}

}  // namespace
}  // namespace mr::hostile
