#include "conformance/wire/deadline.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <time.h>

#include <algorithm>

namespace mr::wire {

std::chrono::nanoseconds ticks() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

std::int64_t wall_seconds() { return ::time(nullptr); }

std::string wall_stamp(std::int64_t ahead) {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  now.tv_sec += ahead;
  tm civil{};
  gmtime_r(&now.tv_sec, &civil);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", civil.tm_year + 1900, civil.tm_mon + 1,
                     civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec, now.tv_nsec / 1'000'000);
}

void pause(Milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

int Deadline::left_ms() const {
  const auto left = std::chrono::ceil<Milliseconds>(at_ - ticks()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
}

Deadline Deadline::or_sooner(Milliseconds time) const { return Deadline(std::min(at_, ticks() + time)); }

}  // namespace mr::wire
