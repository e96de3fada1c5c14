// When to try again: 30 s, doubled at each failure up to one hour, less up to a quarter by chance, so that a fleet that lost its
// server does not come back as one. A Retry-After of the server counts where it is longer. (RETRY-BACKOFF)
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace mr::exchange {

class Backoff {
 public:
  // The pause before the next try. `chance` is uniform over all 64-bit values; `retry_after` as the server gave it.
  std::chrono::milliseconds next(std::uint64_t chance, std::optional<std::chrono::seconds> retry_after = {});
  void succeeded() { failures_ = 0; }
  unsigned failures() const { return failures_; }

 private:
  unsigned failures_ = 0;
};

}  // namespace mr::exchange
