// The tap over the virtual stage: what it shows of connections, datagrams, pings and look-ups, and which
// flows it tells.
#include "scenarios/engine/tap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <map>

#include "scenarios/engine/tap_service.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
namespace asio = runtime::asio;
using runtime::Address;
using runtime::Address;
using runtime::Endpoint;
using runtime::Runtime;
using runtime::Stream;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

Address address(const char* text) { return asio::ip::make_address(text); }

asio::awaitable<void> send(Stream* stream, std::string text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto [error, count] =
        co_await stream->async_write_some(asio::buffer(text.data() + done, text.size() - done), as_result);
    if (error) co_return;
    done += count;
  }
}
asio::awaitable<std::string> receive(Stream* stream) {
  std::string part(4096, '\0');
  const auto [error, count] = co_await stream->async_read_some(asio::buffer(part), as_result);
  co_return part.substr(0, count);
}

// A server that takes one connection, in TLS where it has settings, reads once and answers.
asio::awaitable<void> serve(Runtime* host, Endpoint at, std::shared_ptr<const trust::TlsServer> tls,
                            std::string answer) {
  auto listener = host->network().listen(at);
  auto stream = co_await (*listener)->accept();
  if (!stream) co_return;
  if (tls) {
    auto secured = co_await host->network().secure(std::move(*stream), tls, host->clock().now() + 10s);
    if (!secured) co_return;
    stream = std::move(secured);
  }
  const std::string heard = co_await receive(&*stream);
  co_await send(&*stream, answer);
  const std::string end = co_await receive(&*stream);
}

asio::awaitable<void> ask(Runtime* host, Endpoint to, std::shared_ptr<const trust::TlsClient> tls,
                          std::string question, std::string* heard) {
  auto stream = co_await host->network().connect(to, host->clock().now() + 10s);
  if (!stream) co_return;
  if (tls) {
    auto secured = co_await host->network().secure(std::move(*stream), tls, host->clock().now() + 10s);
    if (!secured) co_return;
    stream = std::move(secured);
  }
  co_await send(&*stream, question);
  *heard = co_await receive(&*stream);
}

asio::awaitable<void> probe(Runtime* host, Address to) {
  const auto reached = co_await host->network().ping(to, host->clock().now() + 5s);
  const auto found = co_await host->network().resolve("server.test");
  ignore(reached, "the tap tells");
  ignore(found, "the tap tells");
}

class Tapped : public testing::Test {
 protected:
  Tapped() {
    stage_ = make_tapped_stage(
        make_virtual_stage({.seed = 1, .start = start_, .events = {}, .stores_folder = {}}),
        {{"office", address("10.0.0.1"), address("10.0.0.20")}},
        {.stream = [this](const Observed& seen) { see(seen); },
         .datagram = [this](const ObservedDatagram& seen) { datagrams_.push_back(seen.leaves_site); }});
    stage_->trace_log().observe([this](const runtime::TraceLog::Record& record) {
      if (record.event.kind != "flow") return;
      std::string told(record.host);
      for (const auto& [name, value] : record.event.fields) {
        told += " ";
        told += std::holds_alternative<std::int64_t>(value) ? std::to_string(std::get<std::int64_t>(value))
                                                            : std::string(std::get<std::string_view>(value));
      }
      flows_.push_back(std::move(told));
    });
    stage_->set_name("server.test", address("198.51.100.10"));
    server_ = *stage_->add_host({"server", "", {address("198.51.100.10")}});
    agent_ = *stage_->add_host({"agent", "office", {address("192.0.2.1")}});
    printers_ = *stage_->add_host({"printers", "office", {address("10.0.0.1"), address("10.0.0.2")}});
  }
  ~Tapped() override { scopes_.clear(); }

  void see(const Observed& seen) {
    std::string& said = said_[seen.connection.host];
    switch (seen.what) {
      case Observed::What::opened:
        said += seen.connection.leaves_site ? "(opened, leaves)" : "(opened)";
        break;
      case Observed::What::failed:
        said += "(failed)";
        break;
      case Observed::What::secured:
        said += "(secured)";
        break;
      case Observed::What::refused:
        said += "(refused)";
        break;
      case Observed::What::sent:
        said += ">" + std::string(reinterpret_cast<const char*>(seen.bytes.data()), seen.bytes.size());
        break;
      case Observed::What::received:
        said += "<" + std::string(reinterpret_cast<const char*>(seen.bytes.data()), seen.bytes.size());
        break;
      case Observed::What::closed:
        said += "(closed)";
        break;
    }
  }
  void run(Runtime* host, asio::awaitable<void> task) {
    scopes_.push_back(std::make_unique<runtime::Scope>(host->executor()));
    scopes_.back()->spawn(std::move(task));
  }
  void settle() { ASSERT_TRUE(stage_->run_until(stage_->now() + 1min)); }

  const runtime::WallTime start_ = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);
  std::map<std::string, std::string> said_;
  std::vector<std::string> flows_;
  std::vector<bool> datagrams_;
  std::unique_ptr<Stage> stage_;
  std::vector<std::unique_ptr<runtime::Scope>> scopes_;
  Runtime *server_, *agent_, *printers_;
};

trust::Credentials issued(const trust::Credentials& root, const std::string& name, trust::Time now) {
  const auto key = trust::PrivateKey::generate_p256();
  trust::Issuance issuance;
  issuance.subject.common_name = name;
  issuance.use = trust::Use::server;
  issuance.dns_names = {name};
  issuance.not_before = now - 24h;
  issuance.not_after = now + 24h * 30;
  issuance.public_key_der = key.public_key_der();
  return {key, {trust::issue(root, issuance).value()}};
}

TEST_F(Tapped, PlaintextIsSeenOnBothSidesOfTls) {
  const auto root = trust::make_authority({.common_name = "root"}, start_ - 24h, start_ + 24h * 300);
  auto server = std::make_shared<trust::TlsServer>();
  server->credentials = issued(root, "server.test", start_);
  auto client = std::make_shared<trust::TlsClient>();
  client->server_name = "server.test";
  client->server = {.anchors = {root.chain.front()}, .use = trust::Use::server, .name = "server.test"};
  const Endpoint service{address("198.51.100.10"), 443};
  std::string heard;
  run(server_, serve(server_, service, server, "HTTP/1.1 200 OK\r\n\r\n"));
  run(agent_, ask(agent_, service, client, "GET / HTTP/1.1\r\n\r\n", &heard));
  settle();
  EXPECT_EQ(heard, "HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(said_["agent"],
            "(opened, leaves)(secured)>GET / HTTP/1.1\r\n\r\n<HTTP/1.1 200 OK\r\n\r\n(closed)");
  EXPECT_EQ(said_["server"], "(opened)(secured)<GET / HTTP/1.1\r\n\r\n>HTTP/1.1 200 OK\r\n\r\n(closed)");
  EXPECT_THAT(flows_, testing::ElementsAre("agent 192.0.2.1 198.51.100.10 tcp 443 https outbound connected"));
}

TEST_F(Tapped, ARefusedHandshakeIsAFlow) {
  const auto root = trust::make_authority({.common_name = "root"}, start_ - 24h, start_ + 24h * 300);
  auto server = std::make_shared<trust::TlsServer>();
  server->credentials = issued(root, "other.test", start_);
  auto client = std::make_shared<trust::TlsClient>();
  client->server_name = "server.test";
  client->server = {.anchors = {root.chain.front()}, .use = trust::Use::server, .name = "server.test"};
  const Endpoint service{address("198.51.100.10"), 443};
  std::string heard;
  run(server_, serve(server_, service, server, ""));
  run(agent_, ask(agent_, service, client, "GET / HTTP/1.1\r\n\r\n", &heard));
  settle();
  EXPECT_EQ(said_["agent"], "(opened, leaves)(refused)(closed)");
  EXPECT_EQ(said_["server"], "(opened)(refused)(closed)");
  EXPECT_THAT(flows_,
              testing::ElementsAre("agent 192.0.2.1 198.51.100.10 tcp 443 tls outbound refused-by-tls"));
}

TEST_F(Tapped, FlowsAreToldOnceByWhoBeginsThem) {
  const Endpoint raw{address("10.0.0.1"), 9100};
  std::string heard;
  for (int i = 0; i < 2; ++i) {
    run(printers_, serve(printers_, raw, nullptr, "ok"));
    run(agent_, ask(agent_, raw, nullptr, "\x1b%-12345X@PJL\r\n", &heard));
    settle();
  }
  run(agent_, ask(agent_, {address("10.0.0.2"), 9100}, nullptr, "", &heard));    // nobody listens
  run(server_, ask(server_, {address("192.0.2.1"), 443}, nullptr, "", &heard));  // from outside inwards
  run(agent_, ask(agent_, {address("203.0.113.9"), 80}, nullptr, "x", &heard));  // nobody's address
  run(agent_, ask(agent_, {address("10.0.0.19"), 9100}, nullptr, "x",
                  &heard));  // nobody's, but of the site's network
  settle();
  EXPECT_THAT(flows_, testing::UnorderedElementsAre(
                          "agent 192.0.2.1 10.0.0.1 tcp 9100 raw inside connected",
                          "agent 192.0.2.1 10.0.0.2 tcp 9100 none inside refused",
                          "server 198.51.100.10 192.0.2.1 tcp 443 none inward refused",
                          testing::StartsWith("agent 192.0.2.1 203.0.113.9 tcp 80 none outbound "),
                          testing::StartsWith("agent 192.0.2.1 10.0.0.19 tcp 9100 none inside ")));
  EXPECT_THAT(said_["server"], testing::HasSubstr("(failed)"));
}

TEST_F(Tapped, AnAnswerBelongsToItsFlow) {
  const std::string get = "\x30\x26\x02\x01\x01\x04\x06public";
  auto asker = *agent_->network().bind({address("192.0.2.1"), 0});
  auto answerer = *printers_->network().bind({address("10.0.0.1"), 161});
  auto* const back = answerer.get();
  answerer->on_receive(
      [back](const runtime::Datagram& datagram) { back->send(datagram.payload, datagram.from); });
  asker->on_receive([](const runtime::Datagram&) {});
  for (int i = 0; i < 3; ++i) {
    asker->send(std::as_bytes(std::span(get)), {address("10.0.0.1"), 161});
    settle();
  }
  asker->send(std::as_bytes(std::span(get)), {address("203.0.113.9"), 161});
  settle();
  EXPECT_THAT(flows_, testing::ElementsAre("agent 192.0.2.1 10.0.0.1 udp 161 snmp inside sent",
                                           "agent 192.0.2.1 203.0.113.9 udp 161 snmp outbound sent"));
  EXPECT_EQ(datagrams_, (std::vector<bool>{false, false, false, false, false, false, true}));
}

TEST_F(Tapped, PingsAndLookUpsAreFlows) {
  run(agent_, probe(agent_, address("10.0.0.1")));
  settle();
  EXPECT_THAT(flows_, testing::ElementsAre("agent 192.0.2.1 10.0.0.1 icmp 0 icmp inside answered",
                                           "agent 192.0.2.1 resolver dns 53 dns inside answered"));
}

std::string_view tcp(std::string_view text, bool secure, std::uint16_t port) {
  return tcp_service(std::as_bytes(std::span(text.data(), text.size())), secure, port);
}

TEST(TapService, IsToldFromWhatIsSaid) {
  EXPECT_EQ(tcp("POST /v1/reports", true, 443), "https");
  EXPECT_EQ(tcp("POST /v1/reports", true, 4444), "https");
  EXPECT_EQ(tcp("POST /v1/reports", false, 443), "http");
  EXPECT_EQ(tcp("hello hello", true, 443), "tls");
  EXPECT_EQ(tcp("\x16\x03\x01\x02", false, 443), "tls");
  EXPECT_EQ(tcp("\x1b%-12345X", false, 9100), "raw");
  EXPECT_EQ(tcp("%!PS-Adobe", false, 2000), "raw");
  EXPECT_EQ(tcp("\x02lp\n", false, 515), "lpr");
  EXPECT_EQ(tcp("SSH-2.0", false, 22), "unknown");
  EXPECT_EQ(greeting_service(std::as_bytes(std::span("220 mail", 8))), "smtp");
  const std::string snmp = "\x30\x81\x90\x02\x01\x03\x30\x0e";
  EXPECT_EQ(udp_service(std::as_bytes(std::span(snmp))), "snmp");
  const std::string dns(
      "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01"
      "a\x00\x00\x01\x00\x01",
      19);
  EXPECT_EQ(udp_service(std::as_bytes(std::span(dns))), "dns");
  EXPECT_EQ(udp_service(std::as_bytes(std::span("what?", 5))), "unknown");
}

}  // namespace
}  // namespace mr::scenarios
