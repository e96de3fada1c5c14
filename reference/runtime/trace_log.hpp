// The record of a run: numbers each event, writes it as a line of JSON, hashes it, and shows it to observers.
//
// Line: {"seq":1,"t_ns":0,"host":"agent","kind":"report.sent","id":"…","cause":["…"],…fields} with seq
// counted from 1 over all events, t_ns on the run's time line, `id` and `cause` left out where empty. The
// hash is SHA-256 over the lines of all events but notes, without seq, each ended by a newline: a note added
// for people changes no hash. Lines are written until `bytes_max`; after that only what `Options::always`
// selects, and the last lines that caused it. The hash covers all. threading: one executor.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/trust/digest.hpp"
#include "reference/runtime/clock.hpp"
#include "reference/runtime/trace.hpp"

namespace mr::runtime {

class TraceLog {
 public:
  struct Options {
    std::function<void(std::string_view line)> write;  // a line with its newline; empty: nothing is written
    std::uint64_t bytes_max = 100'000'000;             // of written lines
    std::function<bool(std::string_view kind)> always =
        {};  // written past bytes_max; empty: `order.*` and `violation.*`
  };
  // What an observer sees. lifetime: the call. `line` is empty unless it was written.
  struct Record {
    std::uint64_t seq = 0;
    Instant at;
    std::string_view host;
    const Event& event;
    std::string_view line;  // as written, with its newline
  };
  using Observer = std::function<void(const Record&)>;

  TraceLog();  // hashes and shows, writes nothing
  explicit TraceLog(Options options);

  // Records one event and gives its seq.
  std::uint64_t record(Instant at, std::string_view host, const Event& event);
  // Called for every event, notes included, in order of observe(), after the line is written. It may record.
  void observe(Observer observer);

  std::string hash() const;  // of the events so far, 64 hex digits
  std::uint64_t last_seq() const { return seq_; }
  bool truncated() const { return truncated_; }  // some lines were not written

 private:
  struct Unwritten {
    std::string id;
    std::string line;
  };
  void write_causes(const Event& event);
  bool always(std::string_view kind) const;

  Options options_;
  std::deque<Observer> observers_;  // a deque: observe() may be called from within one
  trust::Sha256 hash_;
  std::uint64_t seq_ = 0;
  std::uint64_t written_bytes_ = 0;
  bool truncated_ = false;
  std::deque<Unwritten> unwritten_;  // the last few lines with an id that were over the limit
};

// The trace of one host: a TraceLog with the host's name and clock. lifetime: both outlive it.
class HostTrace final : public Trace {
 public:
  HostTrace(TraceLog& log, const Clock& clock, std::string host)
      : log_(log), clock_(clock), host_(std::move(host)) {}
  void emit(const Event& event) override { log_.record(clock_.now(), host_, event); }

 private:
  TraceLog& log_;
  const Clock& clock_;
  std::string host_;
};

}  // namespace mr::runtime
