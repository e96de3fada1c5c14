#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "reference/runtime/asio/process.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {

using namespace std::chrono_literals;
using trust::Alert;
using Secured = Result<Stream>;

const WallTime start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

// Real sockets on loopback, judged at scenario time.
struct TlsTest : testing::Test {
  AsioProcess process{{.scenario_start = start, .seed = 1}};
  AsioRuntime host{process, {.name = "test"}};
  Scope scope{process.executor()};
  trust::Credentials root = trust::make_authority({.common_name = "Root"}, start - 24h, start + 24h * 365);
  trust::Credentials foreign =
      trust::make_authority({.common_name = "Foreign"}, start - 24h, start + 24h * 365);
  std::unique_ptr<Listener> listener;

  static trust::Credentials leaf(const trust::Credentials& authority, trust::Use use, std::string name,
                                 trust::Time from, trust::Time to) {
    trust::Credentials out{trust::PrivateKey::generate_p256(), {}};
    trust::Issuance issuance{.subject = {.common_name = name},
                             .use = use,
                             .not_before = from,
                             .not_after = to,
                             .public_key_der = out.key.public_key_der()};
    if (use == trust::Use::server) issuance.dns_names = {name};
    out.chain.push_back(trust::issue(authority, issuance).value());
    return out;
  }
  trust::Credentials server_leaf(std::string name = "server.test") const {
    return leaf(root, trust::Use::server, name, start - 1h, start + 24h);
  }
  trust::TlsServer server_settings() const {
    return {.credentials = server_leaf(),
            .clients = trust::PeerPolicy{.anchors = {root.chain[0]}, .use = trust::Use::client}};
  }
  trust::TlsClient client_settings() const {
    return {.server_name = "server.test",
            .server = {.anchors = {root.chain[0]}, .use = trust::Use::server, .name = "server.test"}};
  }

  // What each side saw: its handshake's error, then what its first read gave.
  struct Side {
    std::optional<Fault> handshake;
    boost::system::error_code read;
    std::string got;
    std::optional<trust::TlsSession> session;
    bool done = false;
  };

  template <class Settings>
  static asio::awaitable<void> converse(Network& network, Clock& clock, Stream plain,
                                        std::shared_ptr<const Settings> settings, Side& side,
                                        std::string say) {
    auto secured = co_await network.secure(std::move(plain), settings, clock.now() + 5s);
    if (secured.has_error()) {
      side.handshake = secured.error();
      side.done = true;
      co_return;
    }
    Stream stream = std::move(*secured);
    side.session = *stream.tls();
    co_await asio::async_write(stream, asio::buffer(say), as_values);
    stream.shut_send();
    while (!side.read) {
      std::array<char, 5000> bytes;
      const auto [ec, got] = co_await stream.async_read_some(asio::buffer(bytes), as_values);
      side.got.append(bytes.data(), got);
      side.read = ec;
    }
    side.done = true;
  }

  static asio::awaitable<void> serve_one(Listener& listener, Network& network, Clock& clock,
                                         std::shared_ptr<const trust::TlsServer> settings, Side& side,
                                         std::string say) {
    auto accepted = co_await listener.accept();
    co_await converse(network, clock, std::move(*accepted), settings, side, say);
  }

  static asio::awaitable<void> connect_one(Endpoint to, Network& network, Clock& clock,
                                           std::shared_ptr<const trust::TlsClient> settings, Side& side,
                                           std::string say) {
    auto connected = co_await network.connect(to, clock.now() + 5s);
    co_await converse(network, clock, std::move(*connected), settings, side, say);
  }

  Endpoint listen() {
    listener = std::move(host.network().listen({asio::ip::make_address("127.0.0.1"), 0}).value());
    return listener->local();
  }
  std::pair<Side, Side> talk(trust::TlsClient client, trust::TlsServer server, std::string say = "hello") {
    const Endpoint at = listen();
    Side here, there;
    scope.spawn(serve_one(*listener, host.network(), host.clock(),
                          std::make_shared<const trust::TlsServer>(server), there, say + " from server"));
    scope.spawn(connect_one(at, host.network(), host.clock(),
                            std::make_shared<const trust::TlsClient>(client), here, say + " from client"));
    EXPECT_TRUE(process.run_until([&] { return here.done && there.done; }, process.clock().now() + 20s));
    return {here, there};
  }
};

TEST_F(TlsTest, CarriesBytesBothWaysWithBothJudged) {
  auto client = client_settings();
  client.credentials = leaf(root, trust::Use::client, "agent-1", start - 1h, start + 1h);
  const auto [here, there] = talk(client, server_settings(), std::string(300'000, 'x'));
  EXPECT_FALSE(here.handshake || there.handshake);
  EXPECT_EQ(there.got, std::string(300'000, 'x') + " from client");
  EXPECT_EQ(here.got, std::string(300'000, 'x') + " from server");
  EXPECT_EQ(here.read, asio::error::eof);
  EXPECT_EQ(there.read, asio::error::eof);
  EXPECT_EQ(here.session->version, trust::TlsVersion::v1_3);
  EXPECT_TRUE(here.session->cipher.starts_with("TLS_AES") || here.session->cipher.starts_with("TLS_CHACHA"))
      << here.session->cipher;
  ASSERT_EQ(there.session->peer_chain.size(), 1u);
  EXPECT_EQ(there.session->peer_chain[0].common_name(), "agent-1");
  EXPECT_EQ(here.session->peer_chain[0].dns_names(), std::vector<std::string>{"server.test"});
}

//= TLS-CLIENT-CERT type=test
TEST_F(TlsTest, AClientWithoutACertificateIsLetIn) {
  auto client = client_settings();
  client.version_max = trust::TlsVersion::v1_2;
  const auto [here, there] = talk(client, server_settings());
  EXPECT_EQ(there.got, "hello from client");
  EXPECT_EQ(there.session->version, trust::TlsVersion::v1_2);
  EXPECT_TRUE(there.session->peer_chain.empty());
}

// The client refuses the server: both sides name the same alert.
//= TLS-SERVER-VALID type=test
TEST_F(TlsTest, RefusesServersWithTheRightAlert) {
  const auto refused = [this](trust::TlsClient client, trust::Credentials credentials) {
    auto server = server_settings();
    server.credentials = std::move(credentials);
    const auto [here, there] = talk(client, server);
    EXPECT_TRUE(here.handshake && (there.handshake || there.read));
    const auto told = there.handshake ? there.handshake->code : there.read;
    EXPECT_EQ(here.handshake->code, told) << here.handshake->detail << " / " << told.message();
    return here.handshake->code;
  };
  const auto client = client_settings();
  EXPECT_EQ(refused(client, leaf(root, trust::Use::server, "server.test", start - 48h, start - 1s)),
            Alert::certificate_expired);
  EXPECT_EQ(refused(client, leaf(root, trust::Use::server, "server.test", start + 1h, start + 2h)),
            Alert::certificate_expired);
  EXPECT_EQ(refused(client, leaf(foreign, trust::Use::server, "server.test", start - 1h, start + 1h)),
            Alert::unknown_ca);
  EXPECT_EQ(refused(client, server_leaf("other.test")), Alert::bad_certificate);
  EXPECT_EQ(refused(client, leaf(root, trust::Use::client, "server.test", start - 1h, start + 1h)),
            Alert::certificate_unknown);
  auto revoking = client;
  const auto revoked = server_leaf();
  revoking.server.revoked = {revoked.chain[0].serial_hex()};
  EXPECT_EQ(refused(revoking, revoked), Alert::certificate_revoked);
}

// The server refuses the client. TLS 1.2: in its handshake; TLS 1.3: with the client's first read.
//= TLS-CLIENT-BAD type=test
TEST_F(TlsTest, RefusesClientsWithTheRightAlert) {
  for (const auto version : {trust::TlsVersion::v1_2, trust::TlsVersion::v1_3}) {
    const auto refused = [&](trust::Credentials credentials) {
      auto client = client_settings();
      client.version_max = version;
      client.credentials = std::move(credentials);
      const auto [here, there] = talk(client, server_settings(), std::string(100'000, 'x'));
      EXPECT_TRUE(there.handshake.has_value());
      const auto told = here.handshake ? here.handshake->code : here.read;
      EXPECT_EQ(here.handshake.has_value(), version == trust::TlsVersion::v1_2);
      EXPECT_EQ(there.handshake->code, told) << there.handshake->detail << " / " << told.message();
      return there.handshake->code;
    };
    EXPECT_EQ(refused(leaf(root, trust::Use::client, "agent", start - 48h, start - 1h)),
              Alert::certificate_expired);
    EXPECT_EQ(refused(leaf(foreign, trust::Use::client, "agent", start - 1h, start + 1h)), Alert::unknown_ca);
    EXPECT_EQ(refused(leaf(root, trust::Use::server, "agent", start - 1h, start + 1h)),
              Alert::certificate_unknown);
  }
}

TEST_F(TlsTest, JudgesAtThisHostsTime) {
  host.wall_offset(48h);
  const auto [here, there] = talk(client_settings(), server_settings());
  ASSERT_TRUE(here.handshake);
  EXPECT_EQ(here.handshake->code, Alert::certificate_expired);
}

// A client that can speak TLS 1.1 only, at OpenSSL's level 0: so that the refusal is ours.
//= TLS-VERSION type=test
TEST_F(TlsTest, RefusesTls11WithProtocolVersion) {
  auto old = client_settings();
  old.version_min = old.version_max = trust::TlsVersion::v1_1;
  {
    const auto [here, there] = talk(old, server_settings());
    ASSERT_TRUE(here.handshake && there.handshake);
    EXPECT_EQ(here.handshake->code, Alert::protocol_version);
    EXPECT_EQ(there.handshake->code, Alert::protocol_version);
  }
  // The same client is served where the server was told to: it does work.
  auto lax = server_settings();
  lax.version_min = trust::TlsVersion::v1_0;
  const auto [here, there] = talk(old, lax);
  EXPECT_FALSE(here.handshake) << here.handshake->detail;
  EXPECT_EQ(there.got, "hello from client");
}

TEST_F(TlsTest, AHandshakeThatStallsTimesOut) {
  const Endpoint at = listen();
  Side side;
  auto silent = std::make_shared<std::optional<Stream>>();
  struct Connect {
    static asio::awaitable<void> once(Network& network, Clock& clock, Endpoint to,
                                      std::shared_ptr<std::optional<Stream>> out) {
      auto connected = co_await network.connect(to, clock.now() + 5s);
      out->emplace(std::move(*connected));
    }
    static asio::awaitable<void> secure(Listener& from, Network& network, Clock& clock,
                                        std::shared_ptr<const trust::TlsServer> settings, Side& out) {
      auto accepted = co_await from.accept();
      auto secured = co_await network.secure(std::move(*accepted), settings, clock.now() + 20ms);
      out.handshake = secured.error();
      out.done = true;
    }
  };
  scope.spawn(Connect::once(host.network(), host.clock(), at, silent));
  scope.spawn(Connect::secure(*listener, host.network(), host.clock(),
                              std::make_shared<const trust::TlsServer>(server_settings()), side));
  EXPECT_TRUE(process.run_until([&] { return side.done; }, process.clock().now() + 20s));
  EXPECT_EQ(side.handshake->code, asio::error::timed_out);
}

TEST_F(TlsTest, BytesThatAreNotTlsEndTheHandshakeWithAnAlert) {
  const Endpoint at = listen();
  Side side;
  std::string answer;
  struct Peer {
    static asio::awaitable<void> once(Network& network, Clock& clock, Endpoint to, std::string& answer_out) {
      auto connected = co_await network.connect(to, clock.now() + 5s);
      co_await asio::async_write(*connected, asio::buffer("\x16\x03\x01\x00\x02garbage", 12), as_values);
      char bytes[100];
      const auto [ec, n] = co_await connected->async_read_some(asio::buffer(bytes), as_values);
      answer_out.assign(bytes, n);
    }
  };
  scope.spawn(Peer::once(host.network(), host.clock(), at, answer));
  scope.spawn(serve_one(*listener, host.network(), host.clock(),
                        std::make_shared<const trust::TlsServer>(server_settings()), side, "x"));
  EXPECT_TRUE(process.run_until([&] { return side.done && scope.idle(); }, process.clock().now() + 20s));
  ASSERT_TRUE(side.handshake);
  EXPECT_EQ(&side.handshake->code.category(), &trust::alert_category());
  ASSERT_EQ(answer.size(), 7u);
  EXPECT_EQ(answer[0], 21);  // an alert record
}

}  // namespace
}  // namespace mr::runtime
