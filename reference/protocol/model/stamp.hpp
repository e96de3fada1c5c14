// A Stamp is a moment as a device tells it: the instant, and the UTC offset of the local time it was told in.
//
// Text form, both ways: the profile of ISO 8601 that xs:dateTime has, `2026-11-23T04:23:02.123+01:00`. Years
// 0001 to 9999, one to three digits of fraction (written: always three), `Z` for offset zero, offsets within
// +-14:00. No leap second, no 24:00, no missing zone: a local time without its offset is not a moment.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::model {

// Civil time, UTC; the same type as runtime::WallTime.
using Moment = std::chrono::sys_time<std::chrono::milliseconds>;

struct Stamp {
  Moment instant{};
  std::chrono::minutes offset{0};  // of local time from UTC, east positive; within +-14 h

  std::int64_t ms() const { return instant.time_since_epoch().count(); }  // since 1970-01-01T00:00Z
  static Stamp from_ms(std::int64_t ms, std::chrono::minutes offset = {}) {
    return {Moment(std::chrono::milliseconds(ms)), offset};
  }
  // Equal means the same text; to compare moments alone, compare `instant`.
  bool operator==(const Stamp&) const = default;
};

// requires: an instant in years 0001 to 9999 local time and an offset within +-14 h (as parse_stamp and Zone
// give).
std::string to_text(const Stamp& stamp);
// errors: errc::bad_stamp
Result<Stamp> parse_stamp(std::string_view text);

// A time of day on the local clock, minutes 0 to 1,439. Text form HH:MM.
struct TimeOfDay {
  int minutes = 0;
  auto operator<=>(const TimeOfDay&) const = default;
};
std::string to_text(TimeOfDay time);
// errors: errc::bad_time_of_day
Result<TimeOfDay> parse_time_of_day(std::string_view text);

// Why a text is not a value of the model.
enum class errc {
  bad_stamp = 1,    // not an ISO 8601 date and time with offset, or a date that is not in the calendar
  bad_time_of_day,  // not HH:MM
  bad_zone,         // not a POSIX TZ rule
};
std::string_view describe(errc code);

}  // namespace mr::model

MR_ERRC(mr::model, errc, "model")
