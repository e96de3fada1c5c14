// How each order and each action came about, put together from the trace while it runs: the chains of the
// report.
//
// An order is followed back to the report that was stored, the read that it came from, the varbind in which
// the printer told the level, and the jobs that brought the level there. An action is followed from its
// queueing to its delivery, what was done at the printer, and the answer. Processes are joined by the ids of
// messages, which the events have as id and causes. Memory is bounded: jobs_kept jobs of each supply,
// reads_kept reads of each printer, chains_max chains of each kind.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "conformance/report/report.hpp"
#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

class Lineage {
 public:
  static constexpr std::size_t chains_max = 50, jobs_kept = 16, jobs_shown = 3, reads_kept = 8,
                               answers_kept = 24;

  // lifetime: the setting outlives it.
  explicit Lineage(const Setting& setting) : setting_(setting) {}
  void see(const runtime::TraceLog::Record& record);
  // Those with chains: "Orders", "Actions".
  std::vector<report::ChainGroup> groups() const;

 private:
  // An event, as little as is needed to make a step of it.
  struct Kept {
    std::uint64_t seq = 0;
    std::int64_t time_ns = 0;
    std::string host, id;
  };
  struct Job {
    Kept event;
    std::int64_t level = 0, done = 0;  // of the supply, told afterwards; impressions
  };
  struct Answer {
    Kept event;
    std::string varbinds;
  };
  struct Read {
    std::string id, serial;
    report::Step step;
    std::vector<Answer> answers;  // that it is made of and that told a supply's level
    report::Step spooled, stored;
  };
  struct Printer {
    std::map<std::int64_t, std::deque<Job>>
        jobs;                    // that changed the level told, by supply index, oldest first
    std::deque<Job> last_jobs;   // whatever they changed; `level` means nothing
    std::deque<Answer> answers;  // oldest first
    std::deque<Read> reads;
  };
  struct Action {
    report::Chain chain;
    std::string kind, serial;
    bool delivered = false, executed = false;
  };

  report::Step step(const runtime::TraceLog::Record& record, std::string role, std::string text) const;
  static Kept kept(const runtime::TraceLog::Record& record);
  report::Step step(const Kept& event, std::string role, std::string kind, std::string text) const;
  void job(const runtime::TraceLog::Record& record);
  void answer(const runtime::TraceLog::Record& record);
  void read(const runtime::TraceLog::Record& record);
  void report_stored(const runtime::TraceLog::Record& record);
  void order(const runtime::TraceLog::Record& record);
  // The jobs that brought the supply to where it was then, the last first; each with what is to be said of
  // it.
  std::vector<report::Step> jobs_before(const std::string& serial, std::int64_t index,
                                        std::int64_t time_ns) const;
  void action(const runtime::TraceLog::Record& record);
  void at_printer(const runtime::TraceLog::Record& record);
  Read* find(std::string_view report);

  const Setting& setting_;
  std::map<std::string, Printer, std::less<>> printers_;              // by serial number
  std::map<std::string, std::string, std::less<>> serial_of_answer_;  // id of those in Printer::answers
  std::map<std::string, std::string, std::less<>> serial_of_report_;  // id of those in Printer::reads
  std::map<std::string, Action, std::less<>> actions_;                // the first chains_max, by id
  std::vector<std::string> action_ids_;                               // in order of queueing
  std::vector<report::Chain> orders_;
  std::size_t orders_total_ = 0, actions_total_ = 0;
};

}  // namespace mr::scenarios
