#include "reference/runtime/trace_log.hpp"

#include <gtest/gtest.h>

namespace mr::runtime {
namespace {

struct Sink {
  std::vector<std::string> lines;
  TraceLog::Options options(std::uint64_t bytes_max = 1000) {
    return {.write = [this](std::string_view line) { lines.emplace_back(line); }, .bytes_max = bytes_max};
  }
};

Instant at(std::int64_t ns) { return Instant(Duration(ns)); }

TEST(TraceLog, WritesOneLinePerEvent) {
  Sink sink;
  TraceLog log(sink.options());
  log.record(at(0), "agent",
             {.kind = "report.sent",
              .id = "r1",
              .causes = {"a1", "a2"},
              .fields = {{"bytes", 20}, {"to", "x\"\n"}}});
  log.record(at(5), "server", {.kind = "note", .fields = {{"text", "\xff\xc3\xa4\x01"}}});
  ASSERT_EQ(sink.lines.size(), 2u);
  EXPECT_EQ(sink.lines[0],
            "{\"seq\":1,\"t_ns\":0,\"host\":\"agent\",\"kind\":\"report.sent\",\"id\":\"r1\",\"cause\":["
            "\"a1\",\"a2\"],"
            "\"bytes\":20,\"to\":\"x\\\"\\n\"}\n");
  EXPECT_EQ(sink.lines[1],
            "{\"seq\":2,\"t_ns\":5,\"host\":\"server\",\"kind\":\"note\",\"text\":"
            "\"\xef\xbf\xbd\xc3\xa4\\u0001\"}\n");
}

TEST(TraceLog, HashCoversEventsButNotesAndNotTheirNumbers) {
  TraceLog plain, noted, other;
  plain.record(at(1), "a", {.kind = "x"});
  noted.record(at(0), "a", {.kind = "note", .fields = {{"text", "hello"}}});
  noted.record(at(1), "a", {.kind = "x"});
  other.record(at(2), "a", {.kind = "x"});
  EXPECT_EQ(plain.hash(), noted.hash());
  EXPECT_NE(plain.hash(), other.hash());
  EXPECT_EQ(plain.hash(), trust::hex(trust::sha256("\"t_ns\":1,\"host\":\"a\",\"kind\":\"x\"}\n")));
}

TEST(TraceLog, PastTheLimitWritesOrdersViolationsAndTheirCausesOnly) {
  Sink sink;
  TraceLog log(sink.options(100));
  TraceLog all;
  for (auto* each : {&log, &all}) {
    each->record(at(1), "printer", {.kind = "printer.started"});
    each->record(at(2), "printer", {.kind = "report.made", .id = "r1"});
    each->record(at(3), "printer", {.kind = "report.made", .id = "r2"});
    each->record(at(4), "server", {.kind = "order.placed", .id = "o1", .causes = {"r2"}});
    each->record(at(5), "server", {.kind = "report.accepted", .id = "r1"});
  }
  EXPECT_TRUE(log.truncated());
  ASSERT_EQ(sink.lines.size(), 3u);
  EXPECT_NE(sink.lines[1].find("\"seq\":3,"), std::string::npos);
  EXPECT_NE(sink.lines[2].find("order.placed"), std::string::npos);
  EXPECT_EQ(log.hash(), all.hash());
}

TEST(TraceLog, ShowsEveryEventToObservers) {
  TraceLog log;
  std::vector<std::uint64_t> seen;
  log.observe([&](const TraceLog::Record& record) {
    seen.push_back(record.seq);
    if (record.event.kind == "x") log.record(record.at, record.host, {.kind = "violation.x"});
  });
  log.record(at(1), "a", {.kind = "x"});
  log.record(at(1), "a", {.kind = "note"});
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{1, 2, 3}));
}

}  // namespace
}  // namespace mr::runtime
