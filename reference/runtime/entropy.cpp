#include "reference/runtime/entropy.hpp"

#include <bit>

#include "reference/protocol/result/result.hpp"

namespace mr::runtime {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014): spreads a seed over the state.
std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// FNV-1a, 64 bits.
std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

// The name's hash is spread before it meets the seed's, so that near names and near seeds give unrelated
// streams.
Stream64::Stream64(std::uint64_t seed, std::string_view name) {
  std::uint64_t of_name = fnv1a(name);
  std::uint64_t of_seed = seed;
  std::uint64_t state = splitmix(of_name) ^ std::rotl(splitmix(of_seed), 32);
  for (auto& word : s_) word = splitmix(state);
}

// Blackman and Vigna, 2018. A state of four zeros cannot come from splitmix, which is a bijection of distinct
// inputs.
std::uint64_t Stream64::next() {
  const std::uint64_t result = std::rotl(s_[1] * 5, 7) * 9;
  const std::uint64_t t = s_[1] << 17;
  s_[2] ^= s_[0];
  s_[3] ^= s_[1];
  s_[1] ^= s_[2];
  s_[0] ^= s_[3];
  s_[2] ^= t;
  s_[3] = std::rotl(s_[3], 45);
  return result;
}

// Draws again while the value lies in the last, incomplete run of n: no bias.
std::uint64_t Stream64::below(std::uint64_t n) {
  MR_ASSERT(n > 0);
  const std::uint64_t incomplete = (0 - n) % n;  // 2^64 mod n
  std::uint64_t value = next();
  while (value < incomplete) value = next();
  return value % n;
}

std::int64_t Stream64::between(std::int64_t low, std::int64_t high) {
  MR_ASSERT(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  const std::uint64_t offset = span == 0 ? next() : below(span);  // 0: all of the type
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + offset);
}

bool Stream64::chance(std::uint32_t per_million) { return below(1'000'000) < per_million; }

}  // namespace mr::runtime
