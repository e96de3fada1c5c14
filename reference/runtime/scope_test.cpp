#include <gtest/gtest.h>

#include <stdexcept>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/test_seams.hpp"

namespace mr::runtime {
namespace {

using std::chrono::seconds;

asio::awaitable<void> sleep_and_log(Clock& clock, Duration time, std::vector<std::string>& log,
                                    std::string name) {
  const bool slept = co_await clock.sleep_for(time);
  log.push_back(name + (slept ? " woke" : " cancelled"));
}

asio::awaitable<void> wait_and_log(Signal& signal, std::vector<std::string>& log, std::string name) {
  const bool set = co_await signal.wait();
  log.push_back(name + (set ? " set" : " cancelled"));
}

asio::awaitable<void> wait_until_and_log(Signal& signal, Clock& clock, Instant deadline,
                                         std::vector<std::string>& log) {
  const bool set = co_await signal.wait_until(clock, deadline);
  log.push_back(set ? "set" : "late");
}

asio::awaitable<void> sleep_forever(Clock& clock) {
  for (;;) co_await clock.sleep_for(seconds(1));
}

asio::awaitable<void> throw_up(Clock& clock) {
  co_await clock.sleep_for(seconds(1));
  throw std::runtime_error("spilt toner");
}

struct Fixture : testing::Test {
  asio::io_context context;
  ManualClock clock{context};
  std::vector<std::string> log;
};
using ScopeTest = Fixture;
using SignalTest = Fixture;

TEST_F(ScopeTest, WakesSleepersInOrderAndForgetsThem) {
  Scope scope(context.get_executor());
  scope.spawn(sleep_and_log(clock, seconds(2), log, "b"));
  scope.spawn(sleep_and_log(clock, seconds(1), log, "a"));
  scope.spawn(sleep_and_log(clock, seconds(2), log, "c"));
  EXPECT_EQ(scope.running(), 3u);
  clock.advance(seconds(1));
  EXPECT_EQ(scope.running(), 2u);
  clock.advance(seconds(1));
  EXPECT_EQ(log, (std::vector<std::string>{"a woke", "b woke", "c woke"}));
  EXPECT_TRUE(scope.idle());
}

TEST_F(ScopeTest, StopCancelsWhatWaits) {
  Scope scope(context.get_executor());
  scope.spawn(sleep_and_log(clock, seconds(10), log, "a"));
  scope.spawn(sleep_forever(clock));  // does not look at the result: its next co_await ends it
  clock.advance(seconds(5));
  scope.stop();
  EXPECT_TRUE(scope.stopping());
  clock.settle();
  EXPECT_EQ(log, std::vector<std::string>{"a cancelled"});
  EXPECT_TRUE(scope.idle());
}

TEST(ScopeDeathTest, AnExceptionAbortsWithItsText) {
  EXPECT_DEATH(
      {
        asio::io_context context;
        ManualClock clock(context);
        Scope scope(context.get_executor());
        scope.spawn(throw_up(clock));
        clock.advance(seconds(2));
      },
      "spilt toner");
}

TEST_F(SignalTest, ReleasesAllPresentAndFutureUntilCleared) {
  Scope scope(context.get_executor());
  Signal signal(context.get_executor());
  scope.spawn(wait_and_log(signal, log, "a"));
  scope.spawn(wait_and_log(signal, log, "b"));
  clock.settle();
  EXPECT_TRUE(log.empty());
  signal.set();
  scope.spawn(wait_and_log(signal, log, "c"));
  clock.settle();
  EXPECT_EQ(log, (std::vector<std::string>{"a set", "b set", "c set"}));
  signal.clear();
  scope.spawn(wait_and_log(signal, log, "d"));
  clock.settle();
  EXPECT_EQ(log.size(), 3u);
  scope.stop();
  clock.settle();
  EXPECT_EQ(log.back(), "d cancelled");
}

TEST_F(SignalTest, WaitUntilGivesUpAtTheDeadline) {
  Scope scope(context.get_executor());
  Signal signal(context.get_executor());
  scope.spawn(wait_until_and_log(signal, clock, clock.now() + seconds(3), log));
  clock.advance(seconds(2));
  EXPECT_TRUE(log.empty());
  clock.advance(seconds(1));
  EXPECT_EQ(log, std::vector<std::string>{"late"});
  scope.spawn(wait_until_and_log(signal, clock, clock.now() + seconds(3), log));
  clock.advance(seconds(1));
  signal.set();
  clock.settle();
  EXPECT_EQ(log.back(), "set");
  EXPECT_TRUE(scope.idle());
}

}  // namespace
}  // namespace mr::runtime
