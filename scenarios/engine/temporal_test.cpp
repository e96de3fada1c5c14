#include "scenarios/engine/temporal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "scenarios/engine/event_kinds.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// A history: instants in minutes, kind, id and one field.
struct Happened {
  int minute;
  std::string kind, id = {}, field = {}, value = {};
};

Judgement judged(const TemporalPlan& plan, const std::vector<Happened>& history) {
  Setting setting;
  setting.end = runtime::Instant(10h);
  const auto word = make_temporal(plan, setting);
  std::uint64_t seq = 0;
  for (const Happened& one : history) {
    runtime::Event event{.kind = one.kind, .id = one.id, .causes = {}, .fields = {}};
    if (!one.field.empty()) event.fields.emplace_back(one.field, std::string_view(one.value));
    word->see({.seq = ++seq,
               .at = runtime::Instant(one.minute * 1min),
               .host = "server",
               .event = event,
               .line = {}});
  }
  return word->judge();
}

EventPattern event(std::string kind, std::vector<FieldPattern> where = {}) {
  return {std::move(kind), "", "", std::move(where)};
}

TemporalPlan plan(TemporalPlan::Word word, EventPattern pattern) {
  TemporalPlan made;
  made.word = word;
  made.event = std::move(pattern);
  return made;
}
using Word = TemporalPlan::Word;

TEST(Temporal, EventuallyCountsWhatComes) {
  TemporalPlan once = plan(Word::eventually, event("order.placed", {{"supply", false, {"1", "2"}}}));
  EXPECT_TRUE(judged(once, {{5, "order.placed", "a", "supply", "2"}}).held);
  const Judgement other = judged(once, {{5, "order.placed", "a", "supply", "3"}});
  EXPECT_FALSE(other.held);
  EXPECT_THAT(other.message, HasSubstr("never"));
  once.count_min = once.count_max = 1;
  EXPECT_FALSE(
      judged(once, {{5, "order.placed", "a", "supply", "1"}, {6, "order.placed", "b", "supply", "1"}}).held)
      << "twice is not once";
  TemporalPlan none_of = plan(Word::eventually, event("order.placed", {{"supply", true, {"1"}}}));
  EXPECT_FALSE(judged(none_of, {{5, "order.placed", "a", "supply", "1"}}).held);
  EXPECT_TRUE(judged(none_of, {{5, "order.placed", "a", "supply", "2"}}).held);
}

TEST(Temporal, NeverIsNotHeldByAFieldThatNoEventHas) {
  const TemporalPlan misspelt = plan(Word::never, event("printer.power", {{"onn", false, {"0"}}}));
  const Judgement judgement = judged(misspelt, {{5, "printer.power", "a", "on", "1"}});
  EXPECT_FALSE(judgement.held);
  EXPECT_THAT(judgement.message, HasSubstr("none of the 1 that came has it"));
  EXPECT_TRUE(judged(misspelt, {}).held) << "none came at all";
}

TEST(Temporal, WindowsOpenAndClose) {
  TemporalPlan after = plan(Word::eventually, event("report.stored"));
  after.after = event("agent.registered");
  after.within = 30min;
  EXPECT_TRUE(judged(after, {{1, "agent.registered"}, {31, "report.stored"}}).held) << "the bound is inside";
  EXPECT_FALSE(judged(after, {{1, "agent.registered"}, {32, "report.stored"}}).held);
  EXPECT_FALSE(judged(after, {{1, "report.stored"}, {2, "agent.registered"}}).held)
      << "before it does not count";
  EXPECT_THAT(judged(after, {{1, "report.stored"}}).message, HasSubstr("never came"));
  TemporalPlan until = plan(Word::never, event("schedule.answered"));
  until.after = event("agent.mode", {{"mode", false, {"lockedDown"}}});
  until.until = event("agent.mode", {{"mode", false, {"normal"}}});
  const std::vector<Happened> quiet = {{1, "schedule.answered"},
                                       {2, "agent.mode", "", "mode", "lockedDown"},
                                       {9, "agent.mode", "", "mode", "normal"},
                                       {10, "schedule.answered"}};
  EXPECT_TRUE(judged(until, quiet).held);
  auto broken = quiet;
  broken.insert(broken.begin() + 2, {5, "schedule.answered", "s-5"});
  const Judgement caught = judged(until, broken);
  EXPECT_FALSE(caught.held);
  EXPECT_THAT(caught.evidence, testing::ElementsAre(HasSubstr("s-5")));
  EXPECT_FALSE(judged(until, {{1, "schedule.answered"}}).held) << "a window that never opened proves nothing";
  TemporalPlan between = plan(Word::never, event("printer.reboot"));
  between.from = runtime::Instant(10min);
  between.to = runtime::Instant(20min);
  EXPECT_TRUE(judged(between, {{9, "printer.reboot"}, {21, "printer.reboot"}}).held);
  EXPECT_FALSE(judged(between, {{10, "printer.reboot"}}).held);
}

TEST(Temporal, AlwaysHoldsAndIsFollowed) {
  TemporalPlan holds = plan(Word::always, event("action.answered"));
  holds.holds = {{"outcome", false, {"performed"}}};
  EXPECT_TRUE(judged(holds, {{1, "action.answered", "a", "outcome", "performed"}}).held);
  EXPECT_FALSE(judged(holds, {{1, "action.answered", "a", "outcome", "performed"},
                              {2, "action.answered", "b", "outcome", "failed"}})
                   .held);
  EXPECT_FALSE(judged(holds, {}).held) << "nothing to compare";
  TemporalPlan followed = plan(Word::always, event("action.queued"));
  followed.then = event("action.answered");
  followed.same = {"id"};
  followed.within = 30min;
  EXPECT_TRUE(judged(followed, {{1, "action.queued", "a"},
                                {2, "action.queued", "b"},
                                {5, "action.answered", "b"},
                                {31, "action.answered", "a"}})
                  .held);
  EXPECT_FALSE(judged(followed, {{1, "action.queued", "a"}, {5, "action.answered", "b"}}).held)
      << "of another";
  EXPECT_FALSE(judged(followed, {{1, "action.queued", "a"}, {32, "action.answered", "a"}}).held)
      << "too late";
  EXPECT_TRUE(judged(followed, {{599, "action.queued", "a"}}).held) << "it was not due when the run ended";
}

// What a scenario may wait for is what the sources emit: a kind that is in one and not in the other is a
// mistake of this table.
TEST(EventKinds, AreThoseOfTheSources) {
  const std::regex emitted(
      R"re(kind = (?:[^";]*\? )?"([a-z]+(?:\.[a-z_]+)?)"(?: : "([a-z]+(?:\.[a-z_]+)?)")?)re");
  std::set<std::string> found;
  for (const char* part : {"reference/agent", "reference/server", "simulators/printer", "scenarios/engine"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(part)) {
      const std::string name = entry.path().filename().string();
      if (!name.ends_with(".cpp") || name.ends_with("_test.cpp")) continue;
      std::ifstream in(entry.path());
      std::ostringstream text;
      text << in.rdbuf();
      const std::string source = text.str();
      for (std::sregex_iterator at(source.begin(), source.end(), emitted), end; at != end; ++at) {
        for (std::size_t i = 1; i < at->size(); ++i) {
          if ((*at)[i].matched) found.insert((*at)[i].str());
        }
      }
    }
  }
  std::set<std::string> known;
  for (const std::string_view kind : event_kinds()) known.emplace(kind);
  EXPECT_EQ(known.size(), event_kinds().size());
  for (const std::string& kind : known) EXPECT_TRUE(found.contains(kind)) << kind << " is emitted nowhere";
  for (const std::string& kind : found)
    EXPECT_TRUE(known.contains(kind)) << kind << " is not in event_kinds()";
}

}  // namespace
}  // namespace mr::scenarios
