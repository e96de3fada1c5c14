#include "reference/protocol/model/stamp.hpp"

#include <gtest/gtest.h>

namespace mr::model {
namespace {

using std::chrono::minutes;

TEST(Stamp, WritesLocalTimeWithItsOffset) {
  EXPECT_EQ(to_text(Stamp::from_ms(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_text(Stamp::from_ms(1772327407123, minutes(60))), "2026-03-01T02:10:07.123+01:00");
  EXPECT_EQ(to_text(Stamp::from_ms(-1, minutes(-210))), "1969-12-31T20:29:59.999-03:30");
}

TEST(Stamp, ReadsWhatItWrites) {
  for (const std::int64_t ms :
       {INT64_C(0), INT64_C(-1), INT64_C(951782399999), INT64_C(951782400000), INT64_C(253402300799999)}) {
    for (const int offset : {0, 60, -840, 840, 345, -570}) {
      if (ms > 253402200000000 && offset > 0) continue;  // beyond local year 9999
      const Stamp stamp = Stamp::from_ms(ms, minutes(offset));
      const auto read = parse_stamp(to_text(stamp));
      ASSERT_TRUE(read.has_value()) << to_text(stamp);
      EXPECT_EQ(*read, stamp) << to_text(stamp);
    }
  }
}

TEST(Stamp, ReadsOneToThreeDigitsOfFraction) {
  EXPECT_EQ(parse_stamp("2026-01-01T00:00:00.5Z")->ms() % 1000, 500);
  EXPECT_EQ(parse_stamp("2026-01-01T00:00:00.05Z")->ms() % 1000, 50);
  EXPECT_EQ(parse_stamp("2026-01-01T00:00:00Z")->ms() % 1000, 0);
  EXPECT_EQ(parse_stamp("2026-01-01T00:00:00+02:00")->offset, minutes(120));
}

TEST(Stamp, RefusesWhatIsNotAMoment) {
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
        "0000-01-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00.1234Z", "2026-01-01T00:00:00+14:01", "2026-01-01T00:00:00+1:00",
        "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z", "2026-01-01T00:00:00Z ", "2026-13-01T00:00:00Z",
        "12026-01-01T00:00:00Z", "-026-01-01T00:00:00Z", "2026-01-01T00:00:00+01:60"}) {
    const auto read = parse_stamp(text);
    ASSERT_TRUE(read.has_error()) << text;
    EXPECT_EQ(read.error().code, errc::bad_stamp);
  }
}

TEST(TimeOfDay, IsHoursAndMinutes) {
  EXPECT_EQ(parse_time_of_day("02:10")->minutes, 130);
  EXPECT_EQ(to_text(TimeOfDay{1439}), "23:59");
  for (const char* text : {"24:00", "2:10", "02:60", "02:10:00", "", "0210", "-1:00"}) {
    EXPECT_TRUE(parse_time_of_day(text).has_error()) << text;
  }
}

}  // namespace
}  // namespace mr::model
