// Impostors before the trust of a sender: the handshake ends with the alert of the requirement, before a byte
// of HTTP, in the world and on real sockets alike.
#include "simulators/rogue/impostor.hpp"

#include <gtest/gtest.h>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/asio/process.hpp"
#include "simulators/world/test_hosts.hpp"

namespace mr::rogue {
namespace {

namespace asio = runtime::asio;
using trust::Alert;

const std::string name = "eu.support.makeready.test";

constexpr std::pair<ImpostorCertificate, Alert> cases[] = {
    {ImpostorCertificate::expired, Alert::certificate_expired},
    {ImpostorCertificate::not_yet_valid, Alert::certificate_expired},
    {ImpostorCertificate::other_name, Alert::bad_certificate},
    {ImpostorCertificate::unknown_ca, Alert::unknown_ca},
    {ImpostorCertificate::client_only, Alert::certificate_unknown},
};

trust::Credentials authority(trust::Time now) {
  return trust::make_authority({.common_name = "Root"}, now - std::chrono::days(400),
                               now + std::chrono::days(1000));
}

struct Meeting {
  std::optional<Fault> at_server, at_client;
  bool spoke = false, done = false;  // octets came through; the server's side has ended
};

asio::awaitable<void> serve(runtime::Runtime* host, runtime::Listener* listener,
                            std::shared_ptr<const trust::TlsServer> settings, Meeting* out) {
  auto plain = co_await listener->accept();
  MR_ASSERT(plain.has_value());
  const auto deadline = host->clock().now() + std::chrono::seconds(5);
  auto secured = co_await host->network().secure(std::move(*plain), settings, deadline);
  if (!secured) {
    out->at_server = secured.error();
  } else {
    char octet = 0;
    const auto [ec, n] = co_await secured->async_read_some(asio::buffer(&octet, 1), world::as_result);
    out->spoke = n > 0;
    if (ec) out->at_server = Fault(ec);
  }
  out->done = true;
}

asio::awaitable<void> call(runtime::Runtime* host, runtime::Endpoint to,
                           std::shared_ptr<const trust::TlsClient> settings, Meeting* out) {
  const auto deadline = host->clock().now() + std::chrono::seconds(5);
  auto plain = co_await host->network().connect(to, deadline);
  MR_ASSERT(plain.has_value());
  auto secured = co_await host->network().secure(std::move(*plain), settings, deadline);
  if (!secured) {
    out->at_client = secured.error();
    co_return;
  }
  const auto failed = co_await world::send(*secured, "G");
  if (failed) out->at_client = Fault(failed);
}

std::shared_ptr<const trust::TlsClient> sender(const trust::Credentials& root) {
  auto settings = std::make_shared<trust::TlsClient>();
  settings->server_name = name;
  settings->server = {.anchors = root.chain, .use = trust::Use::server, .name = name};
  return settings;
}

// The reference server's own settings, which an impostor does not present.
std::shared_ptr<const trust::TlsServer> honest(const trust::Credentials& root, trust::Time now) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  const auto certificate = trust::issue(root, {.subject = {.common_name = name},
                                               .use = trust::Use::server,
                                               .dns_names = {name},
                                               .not_before = now - std::chrono::hours(1),
                                               .not_after = now + std::chrono::days(30),
                                               .public_key_der = key.public_key_der()});
  auto settings = std::make_shared<trust::TlsServer>();
  settings->credentials = {key, {certificate.value()}};
  settings->clients = trust::PeerPolicy{.anchors = root.chain, .use = trust::Use::client};
  return settings;
}

void expect_refused(const Meeting& meeting, Alert alert) {
  EXPECT_TRUE(meeting.done);
  EXPECT_FALSE(meeting.spoke);
  ASSERT_TRUE(meeting.at_client);
  EXPECT_EQ(meeting.at_client->code, alert) << to_string(*meeting.at_client);
  ASSERT_TRUE(meeting.at_server);
  EXPECT_EQ(meeting.at_server->code, alert) << to_string(*meeting.at_server);
}

struct ImpostorsInTheWorld : world::Hosts {
  Meeting meet(runtime::Runtime& host) {
    Meeting meeting;
    auto listener = host.network().listen({world::address("192.0.2.2"), 443}).value();
    runtime::Scope there(b.executor()), here(a.executor());
    there.spawn(serve(&host, listener.get(), honest(root, now), &meeting));
    here.spawn(call(&a, {world::address("192.0.2.2"), 443}, sender(root), &meeting));
    settle();
    return meeting;
  }
  const trust::Time now = a.clock().wall();
  const trust::Credentials root = authority(now);
};

//= TLS-SERVER-VALID type=test
//= TLS-SERVER-NAME type=test
TEST_F(ImpostorsInTheWorld, EachIsRefusedForItsOwnReason) {
  ASSERT_EQ(std::size(cases), words_of(ImpostorCertificate{}).size());
  for (const auto& [which, alert] : cases) {
    SCOPED_TRACE(model::word(which));
    const auto impostor = make_impostor(b, impostor_credentials(root, name, which, now));
    expect_refused(meet(*impostor), alert);
  }
}

TEST_F(ImpostorsInTheWorld, TheHonestServerIsSpokenTo) {
  const Meeting meeting = meet(b);
  EXPECT_TRUE(meeting.spoke);
  EXPECT_FALSE(meeting.at_client);
}

TEST(ImpostorsOnSockets, EachIsRefusedForItsOwnReason) {
  runtime::AsioProcess process;
  runtime::AsioRuntime host(process, {.name = "host"});
  const trust::Time now = host.clock().wall();
  const trust::Credentials root = authority(now);
  for (const auto& [which, alert] : cases) {
    SCOPED_TRACE(model::word(which));
    const auto impostor = make_impostor(host, impostor_credentials(root, name, which, now));
    auto listener = impostor->network().listen({asio::ip::address_v4::loopback(), 0}).value();
    Meeting meeting;
    runtime::Scope scope(host.executor());
    scope.spawn(serve(impostor.get(), listener.get(), honest(root, now), &meeting));
    scope.spawn(call(&host, listener->local(), sender(root), &meeting));
    EXPECT_TRUE(process.run_until([&] { return meeting.done && scope.idle(); },
                                  process.clock().now() + std::chrono::seconds(20)));
    expect_refused(meeting, alert);
  }
}

}  // namespace
}  // namespace mr::rogue
