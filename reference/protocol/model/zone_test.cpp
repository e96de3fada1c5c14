#include "reference/protocol/model/zone.hpp"

#include <gtest/gtest.h>

namespace mr::model {
namespace {

using namespace std::chrono;

constexpr const char* berlin = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr const char* new_york = "EST5EDT,M3.2.0,M11.1.0";
constexpr const char* sydney = "AEST-10AEDT,M10.1.0,M4.1.0/3";
constexpr const char* lord_howe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";

Zone zone(std::string_view rule) {
  auto parsed = Zone::parse(rule);
  EXPECT_TRUE(parsed.has_value()) << rule;
  return parsed.has_value() ? *parsed : Zone();
}
Moment moment(std::string_view text) { return parse_stamp(text)->instant; }
std::string shown(const Zone& z, Moment m) { return to_text(z.stamp(m)); }

TEST(Zone, ChangesAtTheInstantTheRuleNames) {
  const struct {
    const char *rule, *before, *at;
  } cases[] = {
      {berlin, "2026-03-29T01:59:59.999+01:00", "2026-03-29T03:00:00.000+02:00"},
      {berlin, "2026-10-25T02:59:59.999+02:00", "2026-10-25T02:00:00.000+01:00"},
      {new_york, "2026-03-08T01:59:59.999-05:00", "2026-03-08T03:00:00.000-04:00"},
      {new_york, "2026-11-01T01:59:59.999-04:00", "2026-11-01T01:00:00.000-05:00"},
      {sydney, "2026-10-04T01:59:59.999+10:00", "2026-10-04T03:00:00.000+11:00"},
      {sydney, "2026-04-05T02:59:59.999+11:00", "2026-04-05T02:00:00.000+10:00"},
      {lord_howe, "2026-10-04T01:59:59.999+10:30", "2026-10-04T02:30:00.000+11:00"},
      {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-28T22:59:59.999-02:00", "2026-03-29T00:00:00.000-01:00"},
      {"AAA0BBB,J60,J300", "2024-03-01T01:59:59.999Z", "2024-03-01T03:00:00.000+01:00"},
      {"AAA0BBB,59,J300", "2024-02-29T01:59:59.999Z", "2024-02-29T03:00:00.000+01:00"},
      {"EST5EDT", "2026-03-08T01:59:59.999-05:00", "2026-03-08T03:00:00.000-04:00"},
  };
  for (const auto& c : cases) {
    const Zone z = zone(c.rule);
    const Moment at = moment(c.at);
    EXPECT_EQ(moment(c.before) + milliseconds(1), at) << "the case itself is consistent";
    EXPECT_EQ(shown(z, at - milliseconds(1)), c.before) << c.rule;
    EXPECT_EQ(shown(z, at), c.at) << c.rule;
  }
}

TEST(Zone, DaylightTimeMayLastAllYear) {
  const Zone z = zone("XXX3EDT4,0/0,J365/23");  // RFC 8536: permanent daylight time, 4 hours west
  for (const char* text :
       {"2026-01-01T00:00:00-04:00", "2026-07-01T00:00:00-04:00", "2026-12-31T23:59:59-04:00"}) {
    EXPECT_EQ(z.offset_at(moment(text)), hours(-4)) << text;
  }
}

//= AGT-GAP type=test
TEST(Zone, SkippedTimeIsTheEndOfTheGap) {
  const Zone z = zone(berlin);
  const Moment due = z.next(TimeOfDay{150}, moment("2026-03-28T12:00:00+01:00"));
  EXPECT_EQ(shown(z, due), "2026-03-29T03:00:00.000+02:00");
  EXPECT_EQ(shown(z, z.next(TimeOfDay{150}, due)), "2026-03-30T02:30:00.000+02:00");
}

//= AGT-GAP type=test
TEST(Zone, RepeatedTimeIsTheFirst) {
  const Zone z = zone(berlin);
  const Moment due = z.next(TimeOfDay{150}, moment("2026-10-24T12:00:00+02:00"));
  EXPECT_EQ(shown(z, due), "2026-10-25T02:30:00.000+02:00");
  EXPECT_EQ(shown(z, z.next(TimeOfDay{150}, due)), "2026-10-26T02:30:00.000+01:00")
      << "not again an hour later";
}

TEST(Zone, NextIsStrictlyAfter) {
  const Zone z = zone(berlin);
  const Moment due = moment("2026-06-01T02:10:00+02:00");
  EXPECT_EQ(z.next(TimeOfDay{130}, due - milliseconds(1)), due);
  EXPECT_EQ(z.next(TimeOfDay{130}, due), due + hours(24));
}

//= AGT-DAILY type=test
TEST(Zone, OncePerLocalDayWhateverTheRule) {
  for (const char* rule :
       {berlin, new_york, sydney, lord_howe, "UTC0", "<+14>-14", "<-12>12", "<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
        "AAA-14BBB-13,M1.1.0/0,M12.5.0/24", "EST5EDT,0/0,J365/25"}) {
    const auto parsed = Zone::parse(rule);
    ASSERT_TRUE(parsed.has_value()) << rule;
    for (const int minute : {0, 30, 120, 150, 179, 180, 1439}) {
      Moment at = moment("2023-12-30T00:00:00Z");
      local_days day = parsed->day_of(parsed->next(TimeOfDay{minute}, at)) - days(1);
      for (int i = 0; i < 800; ++i) {
        const Moment due = parsed->next(TimeOfDay{minute}, at);
        ASSERT_GT(due, at);
        ASSERT_EQ(due, parsed->at(day + days(1), TimeOfDay{minute}))
            << rule << " " << minute << " " << shown(*parsed, due);
        at = due;
        day += days(1);
      }
    }
  }
}

TEST(Zone, RefusesWhatIsNotARule) {
  for (const char* rule : {"",
                           "Europe/Berlin",
                           "CE-1",
                           "CET",
                           "CET-25",
                           "CET-14:30",
                           "CET-1:00:30",
                           "CET-1CEST,",
                           "CET-1CEST,M3.5.0",
                           "CET-1CEST,M13.1.0,M10.5.0",
                           "CET-1CEST,M3.6.0,M10.5.0",
                           "CET-1CEST,M3.5.7,M10.5.0",
                           "CET-1CEST,J0,J1",
                           "CET-1CEST,J366,J1",
                           "CET-1CEST,366,1",
                           "CET-1CEST,M3.5.0/168,M10.5.0",
                           "CET-1CEST,M3.5.0,M10.5.0x",
                           "<CET-1",
                           "<C>-1",
                           ":UTC0",
                           "UTC 0"}) {
    const auto parsed = Zone::parse(rule);
    ASSERT_TRUE(parsed.has_error()) << rule;
    EXPECT_EQ(parsed.error().code, errc::bad_zone);
  }
}

TEST(Zone, SaysWhereItStopped) {
  EXPECT_TRUE(Zone::parse("CET-1CEST,M3.5.0")
                  .error()
                  .detail.starts_with("\"CET-1CEST,M3.5.0\" at character 17: expected a comma"));
}

}  // namespace
}  // namespace mr::model
