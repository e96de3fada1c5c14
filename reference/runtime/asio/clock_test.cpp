#include <unistd.h>

#include <gtest/gtest.h>
#include <filesystem>

#include "reference/runtime/asio/process.hpp"

namespace mr::runtime {
namespace {

using namespace std::chrono_literals;
const WallTime start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);

asio::awaitable<void> sleep_and_log(Clock& clock, Duration time, std::vector<std::string>& log,
                                    std::string name) {
  co_await clock.sleep_for(time);
  log.push_back(name);
}

asio::awaitable<void> hold_for(Clock& clock, Duration time, Hold hold) {
  co_await clock.sleep_for(time);
  hold.reset();
}

// A month of sleeping passes at once, in order.
TEST(ScenarioClock, JumpsWhenNothingIsInFlight) {
  AsioProcess process({.scenario_start = start, .seed = 1});
  Scope scope(process.executor());
  std::vector<std::string> log;
  auto& clock = process.clock();
  scope.spawn(sleep_and_log(clock, 24h * 30, log, "month"));
  scope.spawn(sleep_and_log(clock, 24h, log, "day"));
  scope.spawn(sleep_and_log(clock, 24h * 30 + 1h, log, "later"));
  EXPECT_TRUE(process.run_until([&] { return log.size() == 2; }, Instant::max()));
  EXPECT_EQ(log, (std::vector<std::string>{"day", "month"}));
  EXPECT_GE(clock.now(), Instant(24h * 30));
  EXPECT_LT(clock.now(), Instant(24h * 30 + 1h));
  EXPECT_GE(clock.wall(), start + 24h * 30);
  EXPECT_LT(clock.wall(), start + 24h * 30 + 1h);
}

TEST(ScenarioClock, StopsAtTheLimit) {
  AsioProcess process({.scenario_start = start, .seed = 1});
  Scope scope(process.executor());
  std::vector<std::string> log;
  scope.spawn(sleep_and_log(process.clock(), 2h, log, "x"));
  EXPECT_FALSE(process.run_until([&] { return !log.empty(); }, Instant(1h)));
  EXPECT_GE(process.clock().now(), Instant(1h));
  EXPECT_LT(process.clock().now(), Instant(2h));
  EXPECT_TRUE(process.run_until([&] { return !log.empty(); }, Instant::max()));
}

TEST(ScenarioClock, RunsOneToOneWhileHeld) {
  AsioProcess process({.scenario_start = start, .seed = 1});
  Scope scope(process.executor());
  std::vector<std::string> log;
  auto& clock = process.clock();
  const auto began = std::chrono::steady_clock::now();
  scope.spawn(hold_for(clock, 30ms, clock.hold()));
  scope.spawn(sleep_and_log(clock, 20ms, log, "held"));
  EXPECT_TRUE(process.run_until([&] { return !log.empty(); }, Instant::max()));
  EXPECT_GE(std::chrono::steady_clock::now() - began, 20ms);
  scope.spawn(sleep_and_log(clock, 24h, log, "free"));
  EXPECT_TRUE(process.run_until([&] { return log.size() == 2; }, Instant::max()));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);
}

TEST(RealClock, WakesSleepersOfOneInstantInOrder) {
  AsioProcess process({.seed = 1});
  Scope scope(process.executor());
  std::vector<std::string> log;
  auto& clock = process.clock();
  const Instant due = clock.now() + 2ms;
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (const char* name : {"a", "b", "c", "d"})
    alarms.push_back(clock.at(due, [&log, name] { log.push_back(name); }));
  alarms[1].reset();
  EXPECT_TRUE(process.run_until([&] { return log.size() == 3; }, clock.now() + 5s));
  EXPECT_EQ(log, (std::vector<std::string>{"a", "c", "d"}));
}

TEST(RealClock, ADestroyedProcessDropsItsSleepers) {
  std::vector<std::string> log;
  {
    AsioProcess process({.seed = 1});
    Scope scope(process.executor());
    scope.spawn(sleep_and_log(process.clock(), 1h, log, "x"));
    process.run_until([] { return false; }, process.clock().now() + 1ms);
  }
  EXPECT_TRUE(log.empty());
}

asio::awaitable<void> store_one(Store& store, bool& done) {
  auto transaction = co_await store.begin();
  const auto rows = (*transaction)->execute("INSERT INTO t (x) VALUES ($1)", {std::int64_t{7}});
  const auto committed = co_await (*transaction)->commit();
  done = !rows.has_error() && !committed.has_error();
}

TEST(FolderStores, CommitOnThePoolIntoAFileOfThatName) {
  std::string folder = (std::filesystem::temp_directory_path() / "makeready-stores-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    AsioProcess process({.seed = 1});
    AsioRuntime host(process, {.name = "a", .stores_folder = folder + "/deep"});
    EXPECT_EQ(host.stores().open("../x", {}).error().code, store_errc::rejected);
    auto store = std::move(host.stores().open("spool", {"CREATE TABLE t (x INTEGER)"}).value());
    Scope scope(process.executor());
    bool done = false;
    scope.spawn(store_one(*store, done));
    EXPECT_TRUE(process.run_until([&] { return done; }, process.clock().now() + 10s));
    EXPECT_EQ(*store->query("SELECT x FROM t"), (Rows{{std::int64_t{7}}}));
    EXPECT_TRUE(std::filesystem::exists(folder + "/deep/spool.sqlite"));
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mr::runtime
