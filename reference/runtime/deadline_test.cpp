#include "reference/runtime/deadline.hpp"

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/test_seams.hpp"

namespace mr::runtime {
namespace {

using std::chrono::seconds;
using Outcome = std::pair<boost::system::error_code, std::size_t>;

asio::awaitable<Outcome> read(Stream& stream, Clock& clock, Duration time, std::string& into) {
  TimedStream timed(stream, clock, clock.now() + time);
  const auto [ec, n] =
      co_await timed.async_read_some(asio::buffer(into), asio::as_tuple(asio::use_awaitable));
  co_return Outcome(ec, n);
}

asio::awaitable<void> read_and_keep(Stream& stream, Clock& clock, std::string& into,
                                    std::optional<Outcome>& out) {
  out = co_await read(stream, clock, seconds(10), into);
}

TEST(TimedStream, TimesOutAndLeavesTheConnectionUsable) {
  asio::io_context context;
  ManualClock clock(context);
  auto [here, there] = memory_pair(context.get_executor());
  std::string bytes(16, '.');
  auto late = spawn_for(context.get_executor(), read(here, clock, seconds(2), bytes));
  clock.advance(seconds(1));
  EXPECT_FALSE(late->has_value());
  clock.advance(seconds(1));
  ASSERT_TRUE(late->has_value());
  EXPECT_EQ((*late)->first, asio::error::timed_out);

  auto in_time = spawn_for(context.get_executor(), read(here, clock, seconds(2), bytes));
  clock.advance(seconds(1));
  there.body().write(asio::buffer("toner", 5), IoHandler([](boost::system::error_code, std::size_t) {}));
  clock.settle();
  ASSERT_TRUE(in_time->has_value());
  EXPECT_EQ(**in_time, Outcome({}, 5));
  EXPECT_EQ(bytes.substr(0, 5), "toner");
}

TEST(TimedStream, PassesCancellationOn) {
  asio::io_context context;
  ManualClock clock(context);
  auto [here, there] = memory_pair(context.get_executor());
  std::string bytes(16, '.');
  std::optional<Outcome> out;
  Scope scope(context.get_executor());
  scope.spawn(read_and_keep(here, clock, bytes, out));
  clock.settle();
  scope.stop();
  clock.settle();
  EXPECT_TRUE(scope.idle());
}

}  // namespace
}  // namespace mr::runtime
