#include "simulators/world/test_hosts.hpp"

namespace mr::world {
namespace {

using runtime::Bytes;
using runtime::Datagram;
using Datagrams = Hosts;

Bytes bytes(std::string_view text) {
  Bytes out;
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
  return out;
}
std::string text_of(const Datagram& datagram) {
  std::string out;
  for (const std::byte b : datagram.payload) out += static_cast<char>(b);
  return out;
}

TEST_F(Datagrams, AWildcardSocketServesManyAddresses) {
  for (int i = 1; i < 200; ++i) b.add_address(asio::ip::address_v4(0x0a000000u + static_cast<unsigned>(i)));
  auto agent = b.network().bind({asio::ip::address_v4(), 161}).value();
  agent->on_receive([&](const Datagram& d) { agent->send(d.payload, d.from, d.to.address); });
  auto client = a.network().bind({asio::ip::address_v4(), 0}).value();
  std::vector<Endpoint> answered;
  client->on_receive([&](const Datagram& d) {
    EXPECT_EQ(text_of(d), "get");
    answered.push_back(d.from);
  });
  for (int i = 1; i < 200; ++i)
    client->send(bytes("get"), {asio::ip::address_v4(0x0a000000u + static_cast<unsigned>(i)), 161}, {});
  settle();
  ASSERT_EQ(answered.size(), 199u);
  EXPECT_EQ(answered.front(), endpoint("10.0.0.1", 161))
      << "the answer comes from the address that was asked";
  EXPECT_EQ(answered.back(), endpoint("10.0.0.199", 161));
  EXPECT_GE(client->local().port, 49152);
  EXPECT_EQ(world.now(), at(400us));
}

TEST_F(Datagrams, AClosedPortAnAbsentAddressAndAForeignSourceAreSilent) {
  auto client = a.network().bind({asio::ip::address_v4(), 0}).value();
  int received = 0;
  client->on_receive([&](const Datagram&) { ++received; });
  client->send(bytes("x"), endpoint("192.0.2.2", 161), {});
  client->send(bytes("x"), endpoint("192.0.2.9", 161), {});
  auto server = b.network().bind(endpoint("192.0.2.2", 162)).value();
  server->on_receive([&](const Datagram&) { ++received; });
  client->send(bytes("x"), endpoint("192.0.2.2", 162), address("192.0.2.2"));
  settle();
  EXPECT_EQ(received, 0);
  client->send(bytes("x"), endpoint("192.0.2.2", 162), address("192.0.2.1"));
  settle();
  EXPECT_EQ(received, 1) << "the same with its own source arrives";
}

std::string arrivals_under_loss(std::uint64_t seed) {
  World world({.seed = seed});
  Host& a = world.add_host({.name = "a", .addresses = {address("192.0.2.1")}});
  Host& b = world.add_host({.name = "b", .addresses = {address("192.0.2.2")}});
  auto from = a.network().bind(endpoint("192.0.2.1", 1000)).value();
  auto to = b.network().bind(endpoint("192.0.2.2", 162)).value();
  std::string arrived;
  to->on_receive([&](const Datagram& d) { arrived += text_of(d); });
  auto chance = world.entropy().stream("fault/loss");
  const Guard guard = world.fabric().add_rule([&](const Packet&) {
    if (chance.chance(250'000)) return Verdict::drop();
    return Verdict::deliver(Duration(chance.below(1000)), chance.chance(100'000) ? 2 : 1);
  });
  for (int i = 0; i < 400; ++i)
    from->send(bytes(std::string(1, static_cast<char>('a' + i % 26))), endpoint("192.0.2.2", 162), {});
  EXPECT_TRUE(world.run_until_quiet());
  return arrived;
}

TEST(DatagramFaults, LossReorderAndDuplicationAreOfTheSeed) {
  const std::string once = arrivals_under_loss(3);
  EXPECT_EQ(once, arrivals_under_loss(3));
  EXPECT_NE(once, arrivals_under_loss(4));
  EXPECT_GT(once.size(), 270u);
  EXPECT_LT(once.size(), 390u);
  EXPECT_NE(once.substr(0, 5), "abcde");
}

TEST_F(Datagrams, TheFirstRuleThatDoesNotPassDecidesUntilItsGuardGoes) {
  auto from = a.network().bind(endpoint("192.0.2.1", 1000)).value();
  auto to = b.network().bind(endpoint("192.0.2.2", 162)).value();
  std::vector<Instant> arrived;
  to->on_receive([&](const Datagram&) { arrived.push_back(world.now()); });
  int seen = 0;
  const Guard passing = world.fabric().add_rule([&](const Packet& p) {
    ++seen;
    EXPECT_EQ(p.kind, PacketKind::datagram);
    EXPECT_EQ(p.payload.size(), 1u);
    return Verdict::pass();
  });
  Guard dropping = world.fabric().add_rule([](const Packet&) { return Verdict::drop(); });
  const Guard never = world.fabric().add_rule([](const Packet&) { return Verdict::deliver(5s); });
  std::vector<Verdict::Kind> tapped;
  const Guard tap =
      world.fabric().add_tap([&](const Packet&, const Fate& fate) { tapped.push_back(fate.kind); });
  from->send(bytes("x"), endpoint("192.0.2.2", 162), {});
  settle();
  EXPECT_TRUE(arrived.empty());
  dropping.release();
  from->send(bytes("x"), endpoint("192.0.2.2", 162), {});
  settle();
  EXPECT_EQ(arrived, (std::vector<Instant>{at(5s)}));
  EXPECT_EQ(seen, 2);
  EXPECT_EQ(tapped, (std::vector<Verdict::Kind>{Verdict::Kind::drop, Verdict::Kind::deliver}));
}

TEST_F(Datagrams, AReceiverMayDestroyItsSocket) {
  auto from = a.network().bind(endpoint("192.0.2.1", 1000)).value();
  auto to = b.network().bind(endpoint("192.0.2.2", 162)).value();
  int received = 0;
  to->on_receive([&](const Datagram&) {
    ++received;
    to.reset();
  });
  from->send(bytes("x"), endpoint("192.0.2.2", 162), {});
  from->send(bytes("x"), endpoint("192.0.2.2", 162), {});
  settle();
  EXPECT_EQ(received, 1);
  EXPECT_TRUE(b.network().bind(endpoint("192.0.2.2", 162))) << "the port is free again";
}

struct Answer {
  std::optional<Duration> round_trip;
  error_code ec;
  Instant at;
};
asio::awaitable<void> ping(Host& host, Address to, Duration patience, Answer& out) {
  const auto result = co_await host.network().ping(to, host.clock().now() + patience);
  if (result)
    out.round_trip = *result;
  else
    out.ec = result.error().code;
  out.at = host.clock().now();
}
Answer one_ping(Datagrams& hosts, Address to, Duration patience = 2s) {
  Answer answer;
  Scope scope(hosts.a.executor());
  scope.spawn(ping(hosts.a, to, patience, answer));
  hosts.settle();
  return answer;
}

TEST_F(Datagrams, EchoIsAnsweredByWhoHasTheAddress) {
  EXPECT_EQ(one_ping(*this, address("192.0.2.2")).round_trip, 400us);
  const Instant before = world.now();
  const Answer absent = one_ping(*this, address("192.0.2.9"));
  EXPECT_EQ(absent.ec, asio::error::timed_out);
  EXPECT_EQ(absent.at - before, 2s);
  b.crash();
  EXPECT_EQ(one_ping(*this, address("192.0.2.2")).ec, asio::error::timed_out) << "powered off";
  b.restart();
  EXPECT_TRUE(one_ping(*this, address("192.0.2.2")).round_trip);
  const Guard guard = world.fabric().add_rule([](const Packet&) { return Verdict::unreachable(); });
  EXPECT_EQ(one_ping(*this, address("192.0.2.2")).ec, asio::error::host_unreachable);
}

struct Found {
  std::vector<Address> addresses;
  error_code ec;
};
asio::awaitable<void> look_up(Host& host, std::string name, Found& out) {
  const auto result = co_await host.network().resolve(name);
  if (result)
    out.addresses = *result;
  else
    out.ec = result.error().code;
}

TEST_F(Datagrams, NamesAreOfTheSiteFirst) {
  Host& c = world.add_host({.name = "c", .site = "elsewhere"});
  world.fabric().set_name("server.test", {address("192.0.2.2")});
  world.fabric().set_name("server.test", {address("10.1.1.1"), address("10.1.1.2")}, "elsewhere");
  Found near, far, absent, literal, down;
  Scope scope(a.executor()), there(c.executor());
  scope.spawn(look_up(a, "server.test", near));
  there.spawn(look_up(c, "server.test", far));
  scope.spawn(look_up(a, "no.test", absent));
  scope.spawn(look_up(a, "2001:db8::1", literal));
  settle();
  EXPECT_EQ(near.addresses, std::vector{address("192.0.2.2")});
  EXPECT_EQ(far.addresses, (std::vector{address("10.1.1.1"), address("10.1.1.2")}));
  EXPECT_EQ(absent.ec, asio::error::host_not_found);
  EXPECT_EQ(literal.addresses, std::vector{address("2001:db8::1")});
  world.fabric().set_resolver_down("office", true);
  scope.spawn(look_up(a, "server.test", down));
  settle();
  EXPECT_EQ(down.ec, asio::error::host_not_found_try_again);
}

}  // namespace
}  // namespace mr::world
