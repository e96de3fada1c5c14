#include <gtest/gtest.h>

#include "simulators/faults/duplicate.hpp"
#include "simulators/faults/loss.hpp"
#include "simulators/faults/partition.hpp"
#include "simulators/faults/reorder.hpp"
#include "simulators/faults/reset.hpp"
#include "simulators/faults/slow_link.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"

namespace mr::faults {
namespace {

using namespace std::chrono_literals;
using world::Address;
using world::Packet;
using world::PacketKind;
using world::Verdict;
using Kind = world::Verdict::Kind;

Address address(const char* text) { return runtime::asio::ip::make_address(text); }
const Address one = address("192.0.2.1"), two = address("192.0.2.2"), three = address("192.0.2.3");

Packet packet(const Address& from, const Address& to, PacketKind kind = PacketKind::datagram) {
  return {.kind = kind, .from = {from, 1}, .to = {to, 80}};
}
runtime::Stream64 chance(const char* name = "fault") { return {1, name}; }

TEST(Between, TouchesBothDirectionsUnlessOneWay) {
  EXPECT_TRUE((Between{{one}, {two}}.touches(packet(two, one))));
  EXPECT_FALSE((Between{{one}, {two}, true}.touches(packet(two, one))));
  EXPECT_FALSE((Between{{one}, {two}}.touches(packet(one, three))));
  EXPECT_TRUE((Between{{one}}.touches(packet(three, one))));
  EXPECT_TRUE(Between{}.touches(packet(two, three)));
}

TEST(Loss, IsOfTheSeedAndNearItsShare) {
  auto rule = loss({}, 100'000, chance()), same = loss({}, 100'000, chance()),
       other = loss({}, 100'000, chance("x"));
  int lost = 0, differs = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto kind = rule(packet(one, two)).kind;
    lost += kind == Kind::drop;
    EXPECT_EQ(same(packet(one, two)).kind, kind);
    differs += other(packet(one, two)).kind != kind;
  }
  EXPECT_GT(lost, 850);
  EXPECT_LT(lost, 1150);
  EXPECT_GT(differs, 1000);
}

TEST(Loss, LeavesOthersAlone) {
  auto rule = loss({{one}, {two}}, 1'000'000, chance());
  EXPECT_EQ(rule(packet(one, three)).kind, Kind::pass);
  EXPECT_EQ(rule(packet(one, two)).kind, Kind::drop);
}

TEST(Reorder, DelaysWithinItsBounds) {
  auto rule = reorder({}, 1ms, 5ms, chance());
  std::set<world::Duration> delays;
  for (int i = 0; i < 200; ++i) {
    const auto verdict = rule(packet(one, two));
    ASSERT_EQ(verdict.kind, Kind::deliver);
    EXPECT_GE(verdict.delay, 1ms);
    EXPECT_LE(verdict.delay, 5ms);
    delays.insert(verdict.delay);
  }
  EXPECT_GT(delays.size(), 100u);
}

TEST(Duplicate, DoublesDatagramsAlone) {
  auto rule = duplicate({}, 1'000'000, 1ms, chance());
  EXPECT_EQ(rule(packet(one, two)).copies, 2);
  EXPECT_EQ(rule(packet(one, two, PacketKind::segment)).kind, Kind::pass);
}

TEST(Partition, DropsOrSaysUnreachable) {
  EXPECT_EQ(partition({{one}, {two}})(packet(two, one)).kind, Kind::drop);
  EXPECT_EQ(partition({{one}, {two}}, true)(packet(two, one)).kind, Kind::unreachable);
  EXPECT_EQ(partition({{one}, {two}})(packet(two, three)).kind, Kind::pass);
}

TEST(Reset, RefusesOrCutsAfterSoManyOctets) {
  EXPECT_EQ(reset({}, {.port = 80})(packet(one, two, PacketKind::syn)).kind, Kind::reset);
  EXPECT_EQ(reset({}, {.port = 81})(packet(one, two, PacketKind::syn)).kind, Kind::pass);
  auto rule = reset({}, {.port = 80, .octets = 10});
  const std::byte payload[8]{};
  auto segment = packet(one, two, PacketKind::segment);
  segment.payload = payload;
  EXPECT_EQ(rule(segment).kind, Kind::pass);
  segment.stream_offset = 8;
  EXPECT_EQ(rule(segment).kind, Kind::reset);
  EXPECT_EQ(rule(packet(one, two, PacketKind::syn)).kind, Kind::pass);
}

TEST(SlowLink, IsInForceUntilItsGuardGoes) {
  world::World world({.seed = 1});
  auto& a = world.add_host({.name = "a", .addresses = {one}});
  auto& b = world.add_host({.name = "b", .addresses = {two}});
  auto from = a.network().bind({one, 1000}).value();
  auto to = b.network().bind({two, 2000}).value();
  std::vector<world::Instant> arrived;
  to->on_receive([&](const runtime::Datagram&) { arrived.push_back(world.now()); });
  auto guard = world.fabric().add_rule(slow_link({{one}, {two}}, 3s));
  from->send({}, {two, 2000}, {});
  ASSERT_TRUE(world.run_until_quiet());
  guard.release();
  from->send({}, {two, 2000}, {});
  ASSERT_TRUE(world.run_until_quiet());
  EXPECT_EQ(arrived, (std::vector{world::Instant(3s), world::Instant(3s + 200us)}));
}

}  // namespace
}  // namespace mr::faults
