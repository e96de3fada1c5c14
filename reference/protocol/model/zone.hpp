// A Zone is a POSIX TZ rule (IEEE 1003.1, 8.3, with the hours of RFC 8536, section 3.3.1):
// `CET-1CEST,M3.5.0,M10.5.0/3`. It gives the UTC offset of an instant and the next instant of a local time of
// day. There is no zone database: a rule holds for every year.
//
// Accepted: names of letters (3 or more) or `<...>`; offsets of whole minutes within +-14 h; dates Jn, n and
// Mm.w.d; times of day from -167:59:59 to 167:59:59. A daylight name without dates takes `,M3.2.0,M11.1.0`,
// as libc does.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "reference/protocol/model/stamp.hpp"

namespace mr::model {

class Zone {
 public:
  Zone() = default;  // UTC

  // errors: errc::bad_zone, with what was found and where.
  static Result<Zone> parse(std::string_view rule);

  std::chrono::minutes offset_at(Moment instant) const;
  Stamp stamp(Moment instant) const { return {instant, offset_at(instant)}; }

  // The first instant strictly after `after` at which the local clock begins to show `time`. A local time
  // that a gap skips is the end of the gap (the instant of the change); one that is repeated is its first
  // showing. Once per local calendar day, so days between results are never lost or doubled.
  Moment next(TimeOfDay time, Moment after) const;
  // The instant at which `time` of the local day `day` is due, by the same rule.
  Moment at(std::chrono::local_days day, TimeOfDay time) const;

  // The local calendar day of an instant.
  std::chrono::local_days day_of(Moment instant) const;

  const std::string& rule() const { return rule_; }
  bool operator==(const Zone& other) const { return rule_ == other.rule_; }

  // A day of every year, and the local time on it.
  struct Change {
    enum class Kind { julian, zero_based, month_week_day } kind = Kind::month_week_day;
    int month = 0, week = 0, day = 0;  // julian: day 1 to 365, never 29 February; zero_based: day 0 to 365
    std::chrono::seconds time{7200};   // may lie outside the day
  };

 private:
  // Both changes of a year, as instants.
  struct Changes {
    std::chrono::sys_seconds to_daylight, to_standard;
  };
  Changes changes(int year) const;

  std::string rule_ = "UTC0";
  std::chrono::minutes standard_{0}, daylight_{0};  // offsets, east positive
  std::optional<Change> start_, end_;               // both or neither
};

}  // namespace mr::model
