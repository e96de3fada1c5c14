// A Clock tells the time and wakes a coroutine later.
//
// Everything in makeready that waits, waits here: the agent's poll interval, the server's idle timeout, a printer warming
// up. In the world it is virtual; on the wire it is Asio's; in a scenario on the wire it runs 1:1 while anything is in
// flight and jumps to the next due instant when nothing is.
//
// threading: an instance belongs to one executor; calls from elsewhere are a bug.
// Implementers MUST wake sleepers of the same instant in the order they went to sleep.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

namespace mr::runtime {

namespace asio = boost::asio;

using Duration = std::chrono::nanoseconds;

// The time line of intervals and deadlines: nanoseconds since the start of the run.
struct Timeline {
  using rep = Duration::rep;
  using period = Duration::period;
  using duration = Duration;
  using time_point = std::chrono::time_point<Timeline>;
  static constexpr bool is_steady = true;
};
using Instant = Timeline::time_point;

// Civil time, UTC. Time zones are the model's business (reference/protocol/model/zone.hpp).
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

// A call-back that is due later. Destroying it before then cancels it.
class Alarm {
 public:
  virtual ~Alarm() = default;
};

// While one is held, a clock that can jump does not: something is in flight that the clock cannot see.
using Hold = std::shared_ptr<void>;

class Clock {
 public:
  virtual ~Clock() = default;

  // Time since an arbitrary start; never decreases. Use for intervals and deadlines.
  virtual Instant now() const = 0;

  // Civil time as this host believes it; may step in either direction. Use only for stamps and for what is due at a
  // time of day: those who sleep until a civil time re-check wall() after waking.
  virtual WallTime wall() const = 0;

  // The primitive: completes `wake` at `deadline` with success, or with asio::error::operation_aborted when its
  // cancellation slot fires. A deadline in the past completes on the next turn, never inline. A host that dies
  // destroys the handler without calling it.
  virtual void wait(Instant deadline, asio::any_completion_handler<void(boost::system::error_code)> wake) = 0;

  // Calls `due` at `deadline`, once, unless the Alarm is destroyed first.
  virtual std::unique_ptr<Alarm> at(Instant deadline, std::function<void()> due) = 0;

  virtual Hold hold() = 0;

  // Sleeps; false when cancelled before the deadline.
  asio::awaitable<bool> sleep_until(Instant deadline);
  asio::awaitable<bool> sleep_for(Duration d) { return sleep_until(now() + d); }
};

}  // namespace mr::runtime
