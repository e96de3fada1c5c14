#include "reference/protocol/exchange/backoff.hpp"

#include <algorithm>

namespace mr::exchange {

std::chrono::milliseconds Backoff::next(std::uint64_t chance, std::optional<std::chrono::seconds> retry_after) {
  using std::chrono::milliseconds;
  const milliseconds full = std::min<milliseconds>(std::chrono::seconds(30) * (1 << std::min(failures_, 7u)),
                                                   std::chrono::hours(1));
  ++failures_;
  const auto less = milliseconds(static_cast<std::int64_t>(chance % static_cast<std::uint64_t>(full.count() / 4 + 1)));
  const milliseconds own = full - less;
  // A server that asks for more than a day is taken to mean a day.
  const milliseconds asked = std::min<milliseconds>(retry_after.value_or(std::chrono::seconds(0)), std::chrono::hours(24));
  return std::max(own, asked);
}

}  // namespace mr::exchange
