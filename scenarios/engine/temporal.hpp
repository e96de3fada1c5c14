// Words over time: what happens eventually, never, or always, judged on the events of a run.
//
//   eventually  events that match come, as often as `count` says (at least once where nothing is said)
//   never       no event that matches comes
//   always      each event that matches also has the fields of `holds`, and is followed by one that matches
//   `then`
//               within `within`; there is at least one
//
// A window says which events count: those at or after the first event that matches `after` (where given: it
// must come), and before the first one thereafter that matches `until`. `from` and `to` bound it in scenario
// time; `within` of an eventually ends it that long after it began. An event at the very bound is inside.
//
// A pattern matches an event by its kind, host, id, and fields: a field has one of the values given (numbers
// in decimal), or with a leading `!` none of them. An event without the field has the empty text there.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

struct FieldPattern {
  std::string name;
  bool none_of = false;
  std::vector<std::string> values;  // never empty
};

struct EventPattern {
  std::string kind;      // one of event_kinds()
  std::string host, id;  // empty: any; a host with a leading `!`: any other
  std::vector<FieldPattern> where;
  bool matches(const runtime::TraceLog::Record& record) const;
};
// "order.placed {supply: 1}": for messages.
std::string to_string(const EventPattern& pattern);

struct TemporalPlan {
  enum class Word { eventually, never, always };
  Word word = Word::eventually;
  EventPattern event;
  std::optional<EventPattern> after, until;
  std::optional<runtime::Instant> from, to;             // scenario time
  std::optional<runtime::Duration> within;              // eventually, and always with `then`
  std::uint64_t count_min = 1, count_max = UINT64_MAX;  // eventually
  std::vector<FieldPattern> holds;                      // always
  std::optional<EventPattern> then;                     // always
  std::vector<std::string> same;                        // fields (or `id`) in which event and then agree
};

// lifetime: plan and setting outlive it.
std::unique_ptr<Check> make_temporal(const TemporalPlan& plan, const Setting& setting);

}  // namespace mr::scenarios
