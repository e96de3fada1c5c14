// A Check looks at every event of a run, and at the devices' own truth, and says at the end whether what it
// stands for held.
//
// It is given events and nothing else: no part of the system under test is asked. It counts what it compared,
// so that a check that saw nothing does not hold. One check per file; the list is in checks.hpp. threading:
// the run's. cost: a check keeps at most `shown_max` violations in words, and counts the others.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/model/zone.hpp"
#include "reference/runtime/trace_log.hpp"
#include "scenarios/checks/truth.hpp"

namespace mr::scenarios {

// What a check knows of the scenario. lifetime: outlives the check.
struct Setting {
  struct Site {
    std::string name;
    std::string agent_host;  // as in the trace
    model::TimeOfDay report_at;
    std::size_t printers = 0;
  };
  runtime::WallTime start;  // civil time at instant 0
  runtime::Instant end;     // of the run
  model::Zone zone;
  std::vector<Site> sites;
  const Truth* truth = nullptr;  // never null while events come
  // What became due so shortly before the end need not be over yet.
  runtime::Duration grace = std::chrono::minutes(15);

  runtime::WallTime wall(runtime::Instant at) const {
    return start + std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  }
  std::string day(runtime::Instant at) const;    // 2026-03-03, local
  std::string stamp(runtime::Instant at) const;  // with the zone's offset
  // The local days on which a time of day falls due within the run, grace subtracted.
  std::vector<std::string> days_due(model::TimeOfDay time) const;
  const Site* site_of(std::string_view agent_host) const;  // null where it is none's
};

struct Judgement {
  bool held = false;
  std::string message;  // one line: what was compared, or what is wrong
  std::vector<std::string> expected, actual;
  std::vector<std::string> evidence;  // the event lines that show it
};

class Check {
 public:
  virtual ~Check() = default;
  virtual void see(const runtime::TraceLog::Record& record) = 0;
  // Once, at the end of the run.
  virtual Judgement judge() = 0;
};

// The violations of one check, in order.
class Violations {
 public:
  static constexpr std::size_t shown_max = 20;
  void add(std::string expected, std::string actual, std::string evidence = {});
  bool none() const { return count_ == 0; }
  // Holds if nothing was added and `compared` is not 0.
  Judgement judge(std::size_t compared, std::string_view what) const;

 private:
  std::size_t count_ = 0;
  std::vector<std::string> expected_, actual_, evidence_;
};

// The fields of an event.
std::optional<std::int64_t> number(const runtime::Event& event, std::string_view name);
std::string_view text(const runtime::Event& event, std::string_view name);  // empty where absent
// The event as a line for people: instant, host, kind, id and fields.
std::string line(const runtime::TraceLog::Record& record, const Setting& setting);

}  // namespace mr::scenarios
