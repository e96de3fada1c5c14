// Chance, as named streams of one root seed: `printer/17/jitter` gives the same numbers whatever else exists, so that adding a
// device does not shift another's. The generator and the distributions are ours: std's are not specified bit for bit.
//
// Keys, salts and certificates draw from OpenSSL's RAND; in the world that is fed from the stream `crypto`
// (reference/protocol/trust/random.hpp).
#pragma once

#include <cstdint>
#include <string_view>

namespace mr::runtime {

// xoshiro256**. A value: copying it forks the sequence.
class Stream64 {
 public:
  Stream64(std::uint64_t seed, std::string_view name);
  std::uint64_t next();
  std::uint64_t below(std::uint64_t n);               // uniform in [0, n); requires n > 0
  std::int64_t between(std::int64_t low, std::int64_t high);  // uniform in [low, high]
  bool chance(std::uint32_t per_million);             // true with that probability

 private:
  std::uint64_t s_[4];
};

class Entropy {
 public:
  virtual ~Entropy() = default;
  virtual Stream64 stream(std::string_view name) = 0;
};

// Streams of a given root seed: the world's, and the wire's when a seed was given.
class SeededEntropy final : public Entropy {
 public:
  explicit SeededEntropy(std::uint64_t seed) : seed_(seed) {}
  Stream64 stream(std::string_view name) override { return Stream64(seed_, name); }
  std::uint64_t seed() const { return seed_; }

 private:
  std::uint64_t seed_;
};

}  // namespace mr::runtime
