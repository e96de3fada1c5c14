// Time on the wire: every wait of the suites has a Deadline, so that a silent target ends a case and not the
// run.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace mr::wire {

using Milliseconds = std::chrono::milliseconds;

// Monotonic, from an arbitrary start.
std::chrono::nanoseconds ticks();
// Seconds of the civil clock since 1970-01-01 UTC; for what certificates and stamps tell.
std::int64_t wall_seconds();
// RFC 3339 with milliseconds, UTC: "2026-03-01T02:10:07.120Z".
// `ahead` seconds from now, which may be negative.
std::string wall_stamp(std::int64_t ahead = 0);
// Waits in whole, for pollers; nothing else of the suites sleeps.
void pause(Milliseconds time);

class Deadline {
 public:
  static Deadline in(Milliseconds time) { return Deadline(ticks() + time); }
  bool passed() const { return ticks() >= at_; }
  // At least 0, rounded up; fits poll()'s argument.
  int left_ms() const;
  // The earlier of both.
  Deadline or_sooner(Milliseconds time) const;

 private:
  explicit Deadline(std::chrono::nanoseconds at) : at_(at) {}
  std::chrono::nanoseconds at_;
};

}  // namespace mr::wire
