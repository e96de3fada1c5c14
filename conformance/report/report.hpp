// What a run found, as values, and the files that tell it: summary.json for programs, junit.xml for CI
// servers, report.html for people. Used by the suites, the scenarios and the benchmarks, so that a verdict
// means the same everywhere.
//
// Text in a Run may come from a hostile peer. The writers accept any bytes: invalid UTF-8, control characters
// and characters that turn the direction of writing are shown as escapes (\x1b, \u202e), and mark-up is never
// interpreted. The same Run gives the same bytes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mr::report {

// pass; fail (a MUST is broken); warn (a SHOULD is broken); info (a MAY, or only told); skip (the target does
// not claim the capability); blocked (a case it depends on failed); trouble (the harness could not judge:
// never the target's fault).
enum class Verdict { pass, fail, warn, info, skip, blocked, trouble };
std::string_view word(Verdict verdict);
std::optional<Verdict> verdict_of(std::string_view word);

// One judgement. `id` is a slug with slashes, server/upload/refuses-truncated-zip, unique in its run.
struct Case {
  std::string id;
  std::string title;  // one line, a sentence
  Verdict verdict = Verdict::trouble;
  std::string message;                    // why, one line; empty where there is nothing to add
  std::vector<std::string> expected;      // what would have been right, one alternative each
  std::vector<std::string> actual;        // what was seen
  std::vector<std::string> requirements;  // ids of conformance/requirements
  std::vector<std::string> clauses;       // WP-5-20
  std::int64_t duration_ns = 0;           // in scenario time; never negative
  // Wire trace, log or event lines, in order. One that begins with "[17] " is of event 17: the page links it
  // to that event where it shows it.
  std::vector<std::string> evidence;
};

// A measured figure. With a limit it is a threshold: `limit` says it in words ("at most 250") and `met` how
// it went.
struct Figure {
  std::string name;  // snake_case with the unit last where it has one: upload_latency_p99_ms
  double value = 0;  // finite; anything else is written as null
  std::string unit;
  std::string limit;
  bool met = true;
};

// One line of the timeline: an order, a report, a flow, a fault. In order of time_ns as given.
struct Moment {
  std::int64_t time_ns = 0;  // since the start of the run, scenario time
  std::string host;
  std::string kind;       // the event's kind: report.accepted, order.placed
  std::string id;         // message id, may be empty
  std::string text;       // one line
  std::uint64_t seq = 0;  // of the event, in events.ndjson; 0: none
};

// How something came about, step by step: from the job through what the printer told and the report to the
// order. Each step names the steps that it came of, so that one can follow it back.
struct Step {
  std::string role;  // what it is in the chain, a word or two: "job", "order"
  std::int64_t time_ns = 0;
  std::uint64_t seq = 0;  // of its event; 0: none
  std::string host;
  std::string kind, id;  // of the event
  std::string text;      // one line, a sentence
  std::vector<std::pair<std::string, std::string>> values;
  std::string file;                 // a file of the run's folder that shows it: reports/X1.xml; may be empty
  std::vector<std::size_t> causes;  // indices of other steps of the chain
};
struct Chain {
  std::string title;        // one line
  std::vector<Step> steps;  // what is explained first, then what it came of
};
struct ChainGroup {
  std::string title;          // a heading: "Orders"
  std::string slug;           // "orders": names the anchors. [a-z]+, unique in the run
  std::vector<Chain> chains;  // the first ones
  std::size_t total = 0;      // of how many
};

enum class Mode { in_world, on_wire };  // written "virtual" and "wire"

struct Run {
  std::string tool = "makeready";
  std::string version;
  std::string commit;    // as the build knows it; may be empty
  std::string scenario;  // name of the scenario or suite
  std::uint64_t seed = 0;
  Mode mode = Mode::in_world;
  std::string trace_hash;  // hex; empty on the wire
  std::string started;     // RFC 3339 stamp; empty in the world, where two runs give the same bytes
  std::string reproduce;   // the command that repeats this run
  std::int64_t duration_ns = 0;
  std::vector<Case> cases;
  std::vector<Figure> figures;
  std::vector<Moment> timeline;
  std::vector<ChainGroup> chains;
  std::map<std::string, std::string>
      texts;  // requirement or clause id -> its sentence, where the caller has it
  // Requirements that nothing judged, and why; the page lists them beside the others.
  std::vector<std::pair<std::string, std::string>> uncovered;
  std::string invalid;  // why the figures may not be used (the load generator was late); empty otherwise
  std::vector<std::pair<std::string, std::string>> facts;  // more to tell in the header: name, value
};

// How a program ends. Several at once: the first in the order 4, 3, 2, 1, 99, 77, 5, and 0 only where there
// is nothing else.
enum class Exit {
  passed = 0,
  failed = 1,       // a case failed
  usage = 2,        // command line or configuration
  environment = 3,  // something needed is missing; also a run that is invalid
  harness = 4,      // a bug of ours, nondeterminism included
  nothing = 5,      // nothing ran
  all_skipped = 77,
  threshold = 99,
};
Exit worse(Exit a, Exit b);
Exit exit_code(const std::vector<Verdict>& verdicts);  // of cases alone
Exit exit_code(const Run& run);                        // thresholds and invalidity included

// pass, fail, trouble, invalid or nothing.
std::string_view overall(const Run& run);

std::string summary_json(const Run& run);  // schema: summary.schema.json beside this file
std::string junit_xml(const Run& run);
// One self-contained page: no script, nothing from outside, and a content security policy that says so. Shows
// the first `moments_max` lines of the timeline and tells how many there were. Anchors: `case-<n>` of the
// n-th case and
// `<slug>-<n>-<m>` of the m-th step of the n-th chain of a group, counted from 1; `e<seq>` of a line of the
// timeline.
std::string html_page(const Run& run, std::size_t moments_max = 2000);

// Writes the three files into an existing folder. Gives the failure in words, if any.
std::optional<std::string> save(const Run& run, const std::string& folder);

}  // namespace mr::report
