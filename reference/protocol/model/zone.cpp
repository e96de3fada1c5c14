// A rule names two changes a year, each as a local time on a day that the year determines. Both are turned
// into instants: the change to daylight time is told in standard time, the change back in daylight time. All
// questions are then answered on instants, looking at the neighbouring years too, because a change may be
// told up to a week off its day (RFC 8536) and a local year does not begin with the UTC year.
#include "reference/protocol/model/zone.hpp"

#include <algorithm>
#include <array>

namespace mr::model {

using namespace std::chrono;

namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool done() const { return at_ == text_.size(); }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }

  // A zone name: 3 or more letters, or letters, digits and signs in angle brackets.
  bool name() {
    std::size_t length = 0;
    if (take('<')) {
      while (!done() && peek() != '>') {
        const char c = text_[at_++];
        if (!letter(c) && !digit(c) && c != '+' && c != '-') return false;
        ++length;
      }
      return take('>') && length >= 3;
    }
    for (; letter(peek()); ++at_) ++length;
    return length >= 3;
  }

  // [+-]h[h[h]][:mm[:ss]], as seconds; hours up to `hours_max`.
  std::optional<seconds> time(int hours_max) {
    int sign = 1;
    if (take('-'))
      sign = -1;
    else
      take('+');
    const auto h = number(3);
    if (!h || *h > hours_max) return std::nullopt;
    int total = *h * 3600;
    for (const int unit : {60, 1}) {
      if (!take(':')) break;
      const auto part = number(2);
      if (!part || *part > 59) return std::nullopt;
      total += *part * unit;
    }
    return seconds(sign * total);
  }

  std::optional<int> number(int digits_max) {
    int value = 0, count = 0;
    for (; digit(peek()) && count < digits_max; ++count) value = value * 10 + (text_[at_++] - '0');
    if (count == 0 || digit(peek())) return std::nullopt;
    return value;
  }

  std::optional<Zone::Change> change() {
    Zone::Change found;
    if (take('M')) {
      const auto month = number(2);
      if (!month || !take('.')) return std::nullopt;
      const auto week = number(1);
      if (!week || !take('.')) return std::nullopt;
      const auto day = number(1);
      if (!day || *month < 1 || *month > 12 || *week < 1 || *week > 5 || *day > 6) return std::nullopt;
      found = {Zone::Change::Kind::month_week_day, *month, *week, *day};
    } else {
      const bool julian = take('J');
      const auto day = number(3);
      if (!day || *day > 365 || (julian && *day < 1)) return std::nullopt;
      found.kind = julian ? Zone::Change::Kind::julian : Zone::Change::Kind::zero_based;
      found.day = *day;
    }
    if (take('/')) {
      const auto at = time(167);
      if (!at) return std::nullopt;
      found.time = *at;
    }
    return found;
  }

  std::size_t at() const { return at_; }

 private:
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The day of a change in a year. Day 365 of a common year (zero-based 365) is 1 January of the next, as in
// libc.
local_days day_in(const Zone::Change& change, year y) {
  const local_days first(year_month_day{y, January, day(1)});
  switch (change.kind) {
    case Zone::Change::Kind::julian:
      return first + days(change.day - 1 + (y.is_leap() && change.day >= 60 ? 1 : 0));
    case Zone::Change::Kind::zero_based:
      return first + days(change.day);
    case Zone::Change::Kind::month_week_day:
      break;
  }
  const month m(static_cast<unsigned>(change.month));
  const weekday wanted(static_cast<unsigned>(change.day));
  if (change.week == 5) return local_days(year_month_weekday_last{y, m, weekday_last(wanted)});
  return local_days(year_month_weekday{y, m, weekday_indexed(wanted, static_cast<unsigned>(change.week))});
}

}  // namespace

Result<Zone> Zone::parse(std::string_view rule) {
  const auto bad = [&](std::size_t at, std::string_view expected) {
    return Fault(errc::bad_zone, "\"" + std::string(rule.substr(0, 64)) + "\" at character " +
                                     std::to_string(at + 1) + ": expected " + std::string(expected));
  };
  constexpr std::string_view offset_expected = "an offset [+-]hh[:mm], at most 14 hours";
  const auto whole = [](seconds s) { return s % minutes(1) == seconds(0) && abs(s) <= hours(14); };
  Parser parser(rule);
  Zone zone;
  if (rule.size() > 128) return bad(128, "at most 128 characters");
  if (!parser.name()) return bad(parser.at(), "a name of 3 or more letters, or <...>");
  const auto standard = parser.time(24);
  if (!standard || !whole(*standard)) return bad(parser.at(), offset_expected);
  zone.standard_ = -duration_cast<minutes>(*standard);  // POSIX counts west as positive
  zone.rule_ = rule;
  if (parser.done()) return zone;
  if (!parser.name()) return bad(parser.at(), "the end, or a name of daylight time");
  zone.daylight_ = zone.standard_ + hours(1);
  if (!parser.done() && parser.peek() != ',') {
    const auto daylight = parser.time(24);
    if (!daylight || !whole(*daylight)) return bad(parser.at(), offset_expected);
    zone.daylight_ = -duration_cast<minutes>(*daylight);
  }
  if (abs(zone.daylight_) > hours(14)) return bad(parser.at(), offset_expected);
  if (parser.done()) {
    zone.start_ = Change{Change::Kind::month_week_day, 3, 2, 0};
    zone.end_ = Change{Change::Kind::month_week_day, 11, 1, 0};
    return zone;
  }
  for (std::optional<Change>* change : {&zone.start_, &zone.end_}) {
    if (!parser.take(',')) return bad(parser.at(), "a comma and the date of a change");
    *change = parser.change();
    if (!*change) return bad(parser.at(), "a date Mm.w.d, Jn or n, with a time /hh[:mm[:ss]] if not 02:00");
  }
  if (!parser.done()) return bad(parser.at(), "the end");
  return zone;
}

Zone::Changes Zone::changes(int y) const {
  const auto instant = [&](const Change& change, minutes offset) {
    return sys_seconds(day_in(change, year(y)).time_since_epoch() + change.time - offset);
  };
  return {instant(*start_, standard_), instant(*end_, daylight_)};
}

minutes Zone::offset_at(Moment instant) const {
  if (!start_) return standard_;
  const int y = int(year_month_day(floor<days>(instant + standard_)).year());
  // The latest change at or before the instant decides. Two changes at one instant (all year daylight time):
  // daylight wins.
  sys_seconds latest = sys_seconds::min();
  minutes offset = standard_;
  for (int near = y - 1; near <= y + 1; ++near) {
    const Changes c = changes(near);
    if (c.to_standard <= instant && c.to_standard > latest) {
      latest = c.to_standard;
      offset = standard_;
    }
    if (c.to_daylight <= instant && c.to_daylight >= latest) {
      latest = c.to_daylight;
      offset = daylight_;
    }
  }
  return offset;
}

Moment Zone::at(local_days day, TimeOfDay time) const {
  const auto local = day.time_since_epoch() + minutes(time.minutes);
  const auto read_as = [&](minutes offset) { return Moment(duration_cast<milliseconds>(local - offset)); };
  if (!start_) return read_as(standard_);
  // The local time shows at most twice; the earlier of the readings that are true is its first showing.
  const minutes larger = std::max(standard_, daylight_), smaller = std::min(standard_, daylight_);
  const Moment earlier = read_as(larger), later = read_as(smaller);
  if (offset_at(earlier) == larger) return earlier;
  if (offset_at(later) == smaller) return later;
  // Skipped: the gap is a change forward between the two readings; its instant is the end of the gap.
  const int y = int(year_month_day(floor<days>(later + standard_)).year());
  for (int near = y - 1; near <= y + 1; ++near) {
    const Changes c = changes(near);
    for (const sys_seconds change : {c.to_daylight, c.to_standard}) {
      if (change > earlier && change <= later) return change;
    }
  }
  return later;
}

local_days Zone::day_of(Moment instant) const {
  return local_days(floor<days>(instant + offset_at(instant)).time_since_epoch());
}

Moment Zone::next(TimeOfDay time, Moment after) const {
  MR_ASSERT(time.minutes >= 0 && time.minutes < 24 * 60);
  // Local days move by less than two days around an instant, so one of these is after it.
  const local_days today = day_of(after);
  for (local_days day = today - days(1); day <= today + days(2); day += days(1)) {
    const Moment due = at(day, time);
    if (due > after) return due;
  }
  MR_ASSERT(false);
  return after;
}

}  // namespace mr::model
