#include "simulators/world/tls.hpp"

#include "simulators/world/test_hosts.hpp"

namespace mr::world {
namespace {

using trust::Alert;
using trust::TlsVersion;
using namespace std::chrono;

const Endpoint service = endpoint("192.0.2.2", 443);

trust::Time in_days(int days) { return sys_days(2026y / March / 2) + hours(24 * days); }

trust::Credentials issued(const trust::Credentials& authority, std::string name, trust::Use use,
                          trust::Time from, trust::Time to) {
  auto key = trust::PrivateKey::generate_p256();
  auto certificate = trust::issue(
      authority, {.subject = {.common_name = name},
                  .use = use,
                  .dns_names = use == trust::Use::server ? std::vector{name} : std::vector<std::string>(),
                  .not_before = from,
                  .not_after = to,
                  .public_key_der = key.public_key_der()});
  return {key, {certificate.value()}};
}

struct Outcome {
  bool done = false;  // the handshake, without a fault
  Fault fault;
  trust::TlsSession session;
  std::string received;
  error_code end;
};

asio::awaitable<void> serve(Host& host, std::shared_ptr<const trust::TlsServer> settings, Outcome& out) {
  auto listener = host.network().listen(service);
  auto plain = co_await (*listener)->accept();
  if (!plain) co_return;
  auto stream = co_await host.network().secure(std::move(*plain), settings, host.clock().now() + 10s);
  if (!stream) {
    out.fault = stream.error();
    co_return;
  }
  out.done = true;
  out.session = *stream->tls();
  out.received = co_await receive_all(*stream, out.end);
  co_await send(*stream, "reply to " + out.received);
  stream->shut_send();
}

asio::awaitable<void> ask(Host& host, std::shared_ptr<const trust::TlsClient> settings, Outcome& out) {
  auto plain = co_await host.network().connect(service, host.clock().now() + 10s);
  if (!plain) {
    out.fault = plain.error();
    co_return;
  }
  auto stream = co_await host.network().secure(std::move(*plain), settings, host.clock().now() + 10s);
  if (!stream) {
    out.fault = stream.error();
    co_return;
  }
  out.done = true;
  out.session = *stream->tls();
  co_await send(*stream, "question");
  stream->shut_send();
  out.received = co_await receive_all(*stream, out.end);
}

struct Tls : Hosts {
  trust::Credentials root = trust::make_authority({.common_name = "root"}, in_days(-10), in_days(3650));
  trust::Credentials other_root =
      trust::make_authority({.common_name = "other"}, in_days(-10), in_days(3650));
  trust::TlsServer server{
      .credentials = issued(root, "server.test", trust::Use::server, in_days(-1), in_days(90)),
      .clients = trust::PeerPolicy{.anchors = {root.chain.front()}, .use = trust::Use::client}};
  trust::TlsClient client{
      .server_name = "server.test",
      .server = {.anchors = {root.chain.front()}, .use = trust::Use::server, .name = "server.test"},
      .credentials = issued(root, "printer", trust::Use::client, in_days(-1), in_days(30))};
  Outcome at_server, at_client;

  void shake() {
    Scope on_b(b.executor()), on_a(a.executor());
    on_b.spawn(serve(b, std::make_shared<trust::TlsServer>(server), at_server));
    on_a.spawn(ask(a, std::make_shared<trust::TlsClient>(client), at_client));
    settle();
    EXPECT_TRUE(on_a.idle());
    EXPECT_TRUE(on_b.idle());
  }
};

TEST_F(Tls, BothEndsKnowEachOther) {
  shake();
  ASSERT_TRUE(at_client.done) << to_string(at_client.fault);
  ASSERT_TRUE(at_server.done) << to_string(at_server.fault);
  EXPECT_EQ(at_client.received, "reply to question");
  EXPECT_EQ(at_client.end, asio::error::eof);
  EXPECT_EQ(at_client.session.version, TlsVersion::v1_3);
  EXPECT_EQ(at_client.session.cipher, "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(at_client.session.peer_chain, server.credentials.chain);
  EXPECT_EQ(at_server.session.peer_chain, client.credentials->chain);
}

TEST_F(Tls, AClientWithoutACertificateIsLetIn) {
  client.credentials.reset();
  shake();
  ASSERT_TRUE(at_server.done);
  EXPECT_TRUE(at_server.session.peer_chain.empty());
  EXPECT_EQ(at_client.received, "reply to question");
}

TEST_F(Tls, AServerThatDoesNotAskSeesNoCertificate) {
  server.clients.reset();
  shake();
  ASSERT_TRUE(at_server.done);
  EXPECT_TRUE(at_server.session.peer_chain.empty());
}

TEST_F(Tls, TheHighestCommonVersionIsChosen) {
  client.version_max = TlsVersion::v1_2;
  shake();
  EXPECT_EQ(at_client.session.version, TlsVersion::v1_2);
  EXPECT_EQ(at_client.session.cipher, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384");
  EXPECT_EQ(at_client.received, "reply to question");
}

TEST_F(Tls, NoCommonVersionIsAnAlertOnBothSides) {
  client.version_min = TlsVersion::v1_0;
  client.version_max = TlsVersion::v1_1;
  shake();
  EXPECT_EQ(at_server.fault.code, Alert::protocol_version);
  EXPECT_EQ(at_client.fault.code, Alert::protocol_version);
}

TEST_F(Tls, TheClientRefusesAnExpiredServer) {
  b.step_clock(-hours(24 * 200));  // the server's own clock does not matter
  server.credentials = issued(root, "server.test", trust::Use::server, in_days(-9), in_days(-1));
  shake();
  EXPECT_EQ(at_client.fault.code, Alert::certificate_expired);
  EXPECT_EQ(at_server.fault.code, Alert::certificate_expired) << "told by the alert";
  EXPECT_EQ(at_server.fault.detail, "alert from the peer");
}

TEST_F(Tls, CertificatesAreJudgedAtTheJudgesOwnClock) {
  a.step_clock(hours(24 * 365));
  shake();
  EXPECT_EQ(at_client.fault.code, Alert::certificate_expired);
}

TEST_F(Tls, TheClientRefusesAForeignAndAMisnamedServer) {
  server.credentials = issued(other_root, "server.test", trust::Use::server, in_days(-1), in_days(90));
  shake();
  EXPECT_EQ(at_client.fault.code, Alert::unknown_ca);
  EXPECT_EQ(at_server.fault.code, Alert::unknown_ca);
  at_client = at_server = {};
  server.credentials = issued(root, "elsewhere.test", trust::Use::server, in_days(-1), in_days(90));
  shake();
  EXPECT_EQ(at_client.fault.code, Alert::bad_certificate);
  EXPECT_FALSE(at_server.done);
}

// RFC 8446: the server judges after its own flight, so the client's handshake is over by then.
TEST_F(Tls, In13TheRefusalOfTheClientArrivesWithItsFirstRead) {
  client.credentials = issued(root, "printer", trust::Use::client, in_days(-5), in_days(-1));
  shake();
  EXPECT_EQ(at_server.fault.code, Alert::certificate_expired);
  EXPECT_TRUE(at_client.done);
  EXPECT_EQ(at_client.end, Alert::certificate_expired);
  EXPECT_EQ(at_client.received, "");
}

TEST_F(Tls, In12TheRefusalOfTheClientEndsItsHandshake) {
  server.version_max = TlsVersion::v1_2;
  client.credentials = issued(other_root, "printer", trust::Use::client, in_days(-5), in_days(5));
  shake();
  EXPECT_EQ(at_server.fault.code, Alert::unknown_ca);
  EXPECT_FALSE(at_client.done);
  EXPECT_EQ(at_client.fault.code, Alert::unknown_ca);
}

TEST_F(Tls, ACertificateWithoutItsKeyIsRefused) {
  client.credentials->key = trust::PrivateKey::generate_p256();
  shake();
  EXPECT_EQ(at_server.fault.code, Alert::handshake_failure);
  EXPECT_EQ(at_client.end, Alert::handshake_failure);
}

asio::awaitable<void> talk_plain(Host& host, std::string text, Outcome& out) {
  auto plain = co_await host.network().connect(service, host.clock().now() + 10s);
  if (!plain) co_return;
  co_await send(*plain, text);
  out.received = co_await receive_all(*plain, out.end);
}
asio::awaitable<void> answer_plain(Host& host, std::string text) {
  auto listener = host.network().listen(service);
  auto plain = co_await (*listener)->accept();
  if (!plain) co_return;
  co_await send(*plain, text);
  plain->shut_send();
  error_code end;
  co_await receive_all(*plain, end);
}

TEST_F(Tls, AServerRefusesWhatIsNotTls) {
  Scope on_b(b.executor()), on_a(a.executor());
  on_b.spawn(serve(b, std::make_shared<trust::TlsServer>(server), at_server));
  on_a.spawn(talk_plain(a, "GET / HTTP/1.1\r\n\r\n", at_client));
  settle();
  EXPECT_EQ(at_server.fault.code, Alert::protocol_version);
  EXPECT_EQ(at_client.received.substr(0, 1), "\x15") << "an alert record";
}

TEST_F(Tls, AClientRefusesWhatIsNotTlsAndASilentPeerTimesOut) {
  Scope on_b(b.executor()), on_a(a.executor());
  on_b.spawn(answer_plain(b, "HTTP/1.1 400 Bad Request\r\n\r\n"));
  on_a.spawn(ask(a, std::make_shared<trust::TlsClient>(client), at_client));
  settle();
  EXPECT_EQ(at_client.fault.code, Alert::protocol_version);

  Outcome silent, waiting;
  on_b.spawn(serve(b, std::make_shared<trust::TlsServer>(server), silent));
  on_a.spawn(talk_plain(a, "", waiting));
  settle();
  EXPECT_EQ(silent.fault.code, asio::error::timed_out);
}

TEST_F(Tls, AHelloIsReadAsItWasWrittenAndRefusedWhenCut) {
  const Hello hello{.version_min = TlsVersion::v1_2,
                    .version_max = TlsVersion::v1_3,
                    .server_name = "server.test",
                    .asks_certificate = true,
                    .chain = {root.chain.front(), other_root.chain.front()}};
  const auto body = encode(hello);
  const auto back = decode_hello(body).value();
  EXPECT_EQ(back.server_name, hello.server_name);
  EXPECT_EQ(back.chain, hello.chain);
  EXPECT_TRUE(back.asks_certificate);
  EXPECT_TRUE(back.holds_key);
  for (std::size_t n = 0; n < body.size(); ++n) {
    EXPECT_FALSE(decode_hello(std::span(body).first(n))) << n;
  }
}

}  // namespace
}  // namespace mr::world
