#include "reference/server/refusals.hpp"

#include <gtest/gtest.h>

namespace mr::server {
namespace {

using std::chrono::seconds;

//= AUD-MANY type=test
TEST(Refusals, TheFirstOfAMinuteAreRecordedEachAndTheRestIsCounted) {
  Refusals refusals;
  const runtime::Instant start(seconds(100));
  for (std::uint32_t i = 0; i < Refusals::each_max; ++i)
    EXPECT_TRUE(refusals.record_each("a", "tls", start + seconds(i % 60)));
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(refusals.record_each("a", "tls", start + seconds(59)));
  EXPECT_TRUE(refusals.record_each("a", "not-registered", start)) << "another reason";
  EXPECT_TRUE(refusals.record_each("b", "tls", start)) << "another host";
  EXPECT_TRUE(refusals.over(start + seconds(59)).empty());
  EXPECT_EQ(refusals.next_over(), start + seconds(60));
  EXPECT_EQ(refusals.over(start + seconds(60)), (std::vector<Refusals::Sum>{{"a", "tls", 7}}));
  EXPECT_EQ(refusals.next_over(), runtime::Instant::max());
  EXPECT_TRUE(refusals.record_each("a", "tls", start + seconds(60))) << "a new minute";
}

TEST(Refusals, HostsBeyondThoseToldApartShareOneCount) {
  Refusals refusals;
  const runtime::Instant start(seconds(1));
  for (std::size_t i = 0; i < Refusals::told_apart_max; ++i)
    EXPECT_TRUE(refusals.record_each(std::to_string(i), "tls", start));
  int recorded = 0;
  for (int i = 0; i < 1000; ++i)
    recorded += refusals.record_each("x" + std::to_string(i), "tls", start) ? 1 : 0;
  EXPECT_EQ(recorded, static_cast<int>(Refusals::each_max));
  EXPECT_EQ(refusals.over(start + seconds(60)),
            (std::vector<Refusals::Sum>{{"others", "", 1000 - Refusals::each_max}}));
}

}  // namespace
}  // namespace mr::server
