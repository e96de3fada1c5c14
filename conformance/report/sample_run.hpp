// For the tests: a run whose text comes from a peer that wants to break the page.
#pragma once

#include "conformance/report/report.hpp"

namespace mr::report {

inline const std::string hostile =
    "<script>alert(1)</script>]]>&\"'\x01\x1b[31m\xff\xc3(\xed\xa0\x80\xe2\x80\xae{{seed}}";

inline Run sample_run() {
  Run run{.version = "0.1.0",
          .commit = "abc123",
          .scenario = "outage/server_down_over_night",
          .seed = 4711,
          .trace_hash = "00ff",
          .reproduce = "makeready run server_down_over_night --seed 4711",
          .duration_ns = 90'061'000'000'000};
  run.cases = {
      {.id = "server/upload/refuses-truncated-zip",
       .title = "A truncated zip is refused",
       .verdict = Verdict::fail,
       .message = "the server answered 500",
       .expected = {"400 malformed-package", "connection closed"},
       .actual = {"500 internal"},
       .requirements = {"PKG-WHOLE"},
       .clauses = {"WP-5-01"},
       .duration_ns = 2'000'000,
       .evidence = {"0.000 > POST /v1/reports", "0.002 < 500", hostile}},
      {.id = "server/upload/stores-once",
       .title = "A repeated upload is stored once",
       .verdict = Verdict::pass,
       .requirements = {"UP-ONCE"},
       .duration_ns = 61'000'000'000},
      {.id = "server/upload/resumes", .title = hostile, .verdict = Verdict::skip, .message = "not claimed"},
      {.id = "plain",
       .title = "Should",
       .verdict = Verdict::warn,
       .message = hostile,
       .requirements = {"PKG-WHOLE"}},
      {.id = "broken", .title = "Harness", .verdict = Verdict::trouble, .message = "no socket"}};
  run.figures = {{.name = "upload_latency_p99_ms", .value = 12.5, .unit = "ms", .limit = "at most 250"},
                 {.name = "uploads", .value = 720}};
  run.timeline = {{.time_ns = 0, .host = "agent", .kind = "agent.started", .id = "", .text = hostile},
                  {.time_ns = 3'600'000'000'000,
                   .host = "server",
                   .kind = "report.accepted",
                   .id = "r-1",
                   .text = "one report",
                   .seq = 17}};
  run.cases[0].evidence.push_back("[17] r-1 was accepted");
  run.cases[0].evidence.push_back("[18] not in the timeline");
  Chain chain{.title = "An order " + hostile, .steps = {}};
  chain.steps = {
      {.role = "order",
       .time_ns = 7'200'000'000'000,
       .host = "server",
       .kind = "order.placed",
       .id = "o-1",
       .text = hostile,
       .causes = {1}},
      {.role = "report",
       .time_ns = 3'600'000'000'000,
       .seq = 17,
       .host = "server",
       .kind = "report.stored",
       .id = "r-1",
       .text = "stored",
       .values = {{"supply.3", "9"}, {hostile, hostile}},
       .file = "reports/X1.xml",
       .causes = {2, 99}},
      {.role = "job", .host = "printers", .kind = "printer.printed", .id = "X1/job/4", .text = "printed"}};
  run.chains = {{.title = "Orders", .slug = "orders", .chains = {chain, chain}, .total = 7}};
  run.texts = {{"PKG-WHOLE", "The server MUST refuse a package that is not one whole zip."}};
  run.facts = {{"Printers", "120"}};
  return run;
}

}  // namespace mr::report
