#include "reference/protocol/model/stamp.hpp"

#include <array>
#include <cstdio>

namespace mr::model {

std::string_view describe(errc code) {
  switch (code) {
    case errc::bad_stamp:
      return "not a date and time with UTC offset";
    case errc::bad_time_of_day:
      return "not a time of day HH:MM";
    case errc::bad_zone:
      return "not a POSIX time zone rule";
  }
  return "unknown model error";
}

namespace {

// Reads exactly `count` digits at `at`; -1 where there are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

void put(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> buffer;
  for (int i = width - 1; i >= 0; --i, value /= 10) {
    buffer[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
  }
  out.append(buffer.data(), static_cast<std::size_t>(width));
}

}  // namespace

std::string to_text(const Stamp& stamp) {
  using namespace std::chrono;
  const auto local = stamp.instant + stamp.offset;
  const auto day = floor<days>(local);
  const year_month_day date(day);
  MR_ASSERT(date.year() >= year(1) && date.year() <= year(9999));
  MR_ASSERT(abs(stamp.offset) <= hours(14));
  const std::int64_t in_day = (local - day).count();
  std::string out;
  out.reserve(29);
  put(out, int(date.year()), 4);
  out += '-';
  put(out, unsigned(date.month()), 2);
  out += '-';
  put(out, unsigned(date.day()), 2);
  out += 'T';
  put(out, in_day / 3600000, 2);
  out += ':';
  put(out, in_day / 60000 % 60, 2);
  out += ':';
  put(out, in_day / 1000 % 60, 2);
  out += '.';
  put(out, in_day % 1000, 3);
  if (stamp.offset == minutes(0)) return out += 'Z';
  out += stamp.offset < minutes(0) ? '-' : '+';
  put(out, abs(stamp.offset).count() / 60, 2);
  out += ':';
  put(out, abs(stamp.offset).count() % 60, 2);
  return out;
}

Result<Stamp> parse_stamp(std::string_view text) {
  using namespace std::chrono;
  const auto bad = [&](std::string_view why) {
    return Fault(errc::bad_stamp, "\"" + std::string(text.substr(0, 40)) + "\": " + std::string(why));
  };
  const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const int h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (y < 0 || mo < 0 || d < 0 || h < 0 || mi < 0 || s < 0 || text[4] != '-' || text[7] != '-' ||
      text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return bad("expected YYYY-MM-DDThh:mm:ss");
  }
  const year_month_day date{year(y), month(static_cast<unsigned>(mo)), day(static_cast<unsigned>(d))};
  if (y == 0 || !date.ok()) return bad("no such day");
  if (h > 23 || mi > 59 || s > 59) return bad("no such time of day");
  std::size_t at = 19;
  int ms = 0;
  if (at < text.size() && text[at] == '.') {
    std::size_t count = 0;
    while (count < 4 && digits(text, at + 1 + count, 1) >= 0) ++count;
    if (count == 0 || count > 3) return bad("expected 1 to 3 digits of fraction");
    ms = digits(text, at + 1, count);
    for (std::size_t i = count; i < 3; ++i) ms *= 10;
    at += 1 + count;
  }
  minutes offset{0};
  const std::string_view rest = text.substr(at);
  if (rest != "Z") {
    const int oh = digits(rest, 1, 2), om = digits(rest, 4, 2);
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || oh < 0 || om < 0) {
      return bad("expected Z or an offset +hh:mm");
    }
    if (om > 59 || oh * 60 + om > 14 * 60) return bad("offset beyond 14 hours");
    offset = minutes(rest[0] == '-' ? -(oh * 60 + om) : oh * 60 + om);
  }
  const auto local = sys_days(date) + hours(h) + minutes(mi) + seconds(s) + milliseconds(ms);
  return Stamp{local - offset, offset};
}

std::string to_text(TimeOfDay time) {
  MR_ASSERT(time.minutes >= 0 && time.minutes < 24 * 60);
  std::string out;
  put(out, time.minutes / 60, 2);
  out += ':';
  put(out, time.minutes % 60, 2);
  return out;
}

Result<TimeOfDay> parse_time_of_day(std::string_view text) {
  const int h = digits(text, 0, 2), m = digits(text, 3, 2);
  if (text.size() != 5 || text[2] != ':' || h < 0 || m < 0 || h > 23 || m > 59) {
    return Fault(errc::bad_time_of_day,
                 "\"" + std::string(text.substr(0, 20)) + "\": expected HH:MM, 00:00 to 23:59");
  }
  return TimeOfDay{h * 60 + m};
}

}  // namespace mr::model
