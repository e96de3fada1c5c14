#include "reference/runtime/entropy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <set>

#include "reference/runtime/stream.hpp"

namespace mr::runtime {
namespace {

// Known answers: a change here changes every recorded run. The values were computed apart, from the
// definitions of FNV-1a, SplitMix64 and xoshiro256**.
TEST(Stream64, GivesTheSameNumbersForever) {
  Stream64 jitter(1, "printer/17/jitter");
  const std::array<std::uint64_t, 4> expected = {0x9517b1b34db145beu, 0xf44f2a0d459b9281u,
                                                 0x4512708c22f43195u, 0x473a1fd75bfb13c3u};
  for (const auto value : expected) EXPECT_EQ(jitter.next(), value);
  Stream64 empty(0, "");
  const std::array<std::uint64_t, 2> expected_empty = {0x6d5bdd6e4ac53319u, 0x038db52c493ed24fu};
  for (const auto value : expected_empty) EXPECT_EQ(empty.next(), value);
}

TEST(Stream64, DiffersByNameAndBySeed) {
  std::set<std::uint64_t> first;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    for (int device = 0; device < 50; ++device)
      first.insert(Stream64(seed, "printer/" + std::to_string(device)).next());
  }
  EXPECT_EQ(first.size(), 2500u);
}

TEST(Stream64, IsAValue) {
  Stream64 one(7, "x");
  one.next();
  Stream64 fork = one;
  EXPECT_EQ(one.next(), fork.next());
}

TEST(Stream64, DrawsUniformlyWithinBounds) {
  Stream64 stream(3, "uniform");
  std::array<int, 6> seen{};
  for (int i = 0; i < 60'000; ++i) ++seen.at(stream.below(6));
  for (const int count : seen) EXPECT_NEAR(count, 10'000, 500);
  EXPECT_EQ(stream.below(1), 0u);
  for (int i = 0; i < 1000; ++i) {
    const auto value = stream.between(-3, 2);
    EXPECT_GE(value, -3);
    EXPECT_LE(value, 2);
  }
  EXPECT_EQ(stream.between(5, 5), 5);
  stream.between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += stream.chance(250'000);
  EXPECT_NEAR(hits, 25'000, 700);
  EXPECT_FALSE(stream.chance(0));
  EXPECT_TRUE(stream.chance(1'000'000));
}

TEST(Endpoint, WritesIpv6InBrackets) {
  EXPECT_EQ(to_string(Endpoint{asio::ip::make_address("192.0.2.1"), 443}), "192.0.2.1:443");
  EXPECT_EQ(to_string(Endpoint{asio::ip::make_address("2001:db8::1"), 443}), "[2001:db8::1]:443");
}

}  // namespace
}  // namespace mr::runtime
