#include <boost/asio/experimental/channel.hpp>

#include "simulators/world/test_hosts.hpp"

namespace mr::world {
namespace {

using World_ = Hosts;

asio::awaitable<void> sleep_and_say(Host& host, Duration d, std::string what,
                                    std::vector<std::string>& said) {
  const bool slept = co_await host.clock().sleep_for(d);
  said.push_back(what + (slept ? "" : " cancelled") + " at " +
                 std::to_string(host.clock().now().time_since_epoch().count()));
}

TEST_F(World_, WakesInOrderOfInstantThenOfGoingToSleep) {
  std::vector<std::string> said;
  Scope scope(a.executor());
  scope.spawn(sleep_and_say(a, 20ns, "late", said));
  scope.spawn(sleep_and_say(a, 10ns, "first", said));
  scope.spawn(sleep_and_say(b, 10ns, "second", said));
  scope.spawn(sleep_and_say(a, -5ns, "past", said));
  EXPECT_TRUE(said.empty()) << "nothing runs inline";
  settle();
  EXPECT_EQ(said, (std::vector<std::string>{"past at 0", "first at 10", "second at 10", "late at 20"}));
  EXPECT_TRUE(scope.idle());
}

TEST_F(World_, CancelsASleepAtOnce) {
  std::vector<std::string> said;
  Scope scope(a.executor());
  scope.spawn(sleep_and_say(a, 1h, "sleeper", said));
  ASSERT_TRUE(world.run_for(10ns));
  scope.stop();
  ASSERT_TRUE(world.run_for(0ns));
  EXPECT_EQ(said, (std::vector<std::string>{"sleeper cancelled at 10"}));
  EXPECT_EQ(world.events_due(), 0u) << "the event went with the sleeper";
}

TEST_F(World_, AnAlarmThatIsDestroyedDoesNotRing) {
  int rung = 0;
  auto one = a.clock().at(at(10ns), [&] { ++rung; });
  auto two = a.clock().at(at(20ns), [&] { rung += 10; });
  one.reset();
  settle();
  EXPECT_EQ(rung, 10);
}

TEST_F(World_, CancellingKeepsTheHeapInOrder) {
  std::vector<int> ran;
  std::vector<EventRef> refs;
  auto chance = world.entropy().stream("test");
  for (int i = 0; i < 500; ++i) {
    const int when = static_cast<int>(chance.below(100));
    refs.push_back(world.schedule(at(Duration(when)), [&ran, when] { ran.push_back(when); }));
  }
  for (std::size_t i = 0; i < refs.size(); i += 3) world.cancel(refs[i]);
  world.cancel(refs[0]);  // a second time: nothing
  settle();
  EXPECT_EQ(ran.size(), 333u);
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

TEST_F(World_, RunUntilStopsAtTheInstant) {
  int ran = 0;
  world.schedule(at(10ns), [&] { ++ran; });
  world.schedule(at(11ns), [&] { ++ran; });
  ASSERT_TRUE(world.run_until(at(10ns)));
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(world.now(), at(10ns));
  const auto quiet = world.run_until_quiet(at(10ns));
  ASSERT_FALSE(quiet);
  EXPECT_EQ(quiet.error().code, errc::never_quiet);
}

void again(World& world) {
  world.schedule(world.now(), [&world] { again(world); });
}

TEST(WorldLimits, ALoopThatNeverWaitsIsAnErrorNotAHang) {
  World world({.turns_per_instant_max = 1000});
  again(world);
  const auto ran = world.run_for(1s);
  ASSERT_FALSE(ran);
  EXPECT_EQ(ran.error().code, errc::stuck);
}

TEST_F(World_, HostsHaveTheirOwnCivilTime) {
  Host& c = world.add_host({.name = "c", .clock_offset = 90s});
  EXPECT_EQ(c.clock().wall() - a.clock().wall(), 90s);
  ASSERT_TRUE(world.run_for(2s));
  EXPECT_EQ(a.clock().wall(), world.options().start + 2s);
  a.step_clock(-1h);
  EXPECT_EQ(a.clock().wall(), world.options().start + 2s - 1h);
  EXPECT_EQ(a.clock().now(), at(2s)) << "a step does not touch the time line";
}

asio::awaitable<void> chatter(Host& host, int rounds) {
  auto chance = host.entropy().stream(host.host() + "/chatter");
  for (int i = 0; i < rounds; ++i) {
    co_await host.clock().sleep_for(Duration(chance.below(1000)));
    host.trace().emit({.kind = "said", .id = std::to_string(i)});
  }
}

std::string hash_of(std::uint64_t seed) {
  World world({.seed = seed});
  for (const char* name : {"x", "y", "z"}) {
    Host& host = world.add_host({.name = name});
    Scope scope(host.executor());
    scope.spawn(chatter(host, 50));
  }
  EXPECT_TRUE(world.run_until_quiet());
  EXPECT_EQ(world.trace_log().last_seq(), 150u);
  return world.trace_hash();
}

TEST(WorldHash, IsOfTheSeedAlone) {
  EXPECT_EQ(hash_of(1), hash_of(1));
  EXPECT_NE(hash_of(1), hash_of(2));
}

TEST(WorldHash, KeysAndCertificatesRepeat) {
  const auto key = [](std::uint64_t seed) {
    World world({.seed = seed});
    return trust::PrivateKey::generate_p256().pem();
  };
  EXPECT_EQ(key(1), key(1));
  EXPECT_NE(key(1), key(2));
}

TEST_F(World_, RunUntilDoneStopsWithTheTurn) {
  int ran = 0;
  for (int i = 1; i < 5; ++i) world.schedule(at(Duration(i)), [&] { ++ran; });
  EXPECT_EQ(world.run_until_done([&] { return ran == 2; }, at(1s)).value(), true);
  EXPECT_EQ(world.now(), at(2ns));
  EXPECT_EQ(world.run_until_done([&] { return ran == 9; }, at(1s)).value(), false);
  EXPECT_EQ(world.now(), at(1s));
}

using WorldDeath = Hosts;
TEST_F(WorldDeath, AnAssertPrintsSeedInstantAndTheLastEvents) {
  a.trace().emit({.kind = "last.words"});
  EXPECT_DEATH(world.add_host({.name = "a"}), "seed 7, 0 ns(.|\n)*last.words");
}

}  // namespace
}  // namespace mr::world
