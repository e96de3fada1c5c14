// Makes OpenSSL's RAND repeatable: in the world, keys, serial numbers, salts and CMS draw from a seeded
// stream.
//
// Process-wide, as OpenSSL's RAND is. Never in a process with real sockets: runtime/asio refuses to open one
// while installed.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace mr::trust {

// While an instance lives, RAND_bytes gives what `fill` gives. At most one at a time.
class RepeatableRandom {
 public:
  explicit RepeatableRandom(std::function<void(std::span<std::uint8_t>)> fill);
  ~RepeatableRandom();
  RepeatableRandom(const RepeatableRandom&) = delete;
};
bool random_is_repeatable();

// Random bytes from RAND (the real one, or the repeatable one while it is installed).
void random_bytes(std::span<std::uint8_t> out);

}  // namespace mr::trust
