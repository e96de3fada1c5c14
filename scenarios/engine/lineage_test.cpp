#include "scenarios/engine/lineage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::scenarios {
namespace {

using runtime::Event;
using std::chrono::hours;

class Chains : public testing::Test {
 protected:
  void tell(int hour, std::string_view host, const Event& event) {
    lineage_.see({++seq_, runtime::Instant(hours(hour)), host, event, {}});
  }
  void printed(int hour, std::string_view job, std::int64_t level) {
    tell(hour, "office-printers",
         {.kind = "printer.printed",
          .id = job,
          .fields = {{"serial", "X1"}, {"done", std::int64_t(5)}, {"supply.3", level}}});
  }
  void answered(int hour, std::string_view id, std::string_view varbinds) {
    tell(hour, "office-printers",
         {.kind = "printer.answered", .id = id, .fields = {{"serial", "X1"}, {"varbinds", varbinds}}});
  }
  void read(int hour, std::string_view report, std::vector<std::string_view> answers) {
    tell(hour, "office-agent",
         {.kind = "agent.read",
          .id = report,
          .causes = std::move(answers),
          .fields = {{"address", "10.0.0.1"}, {"serial", "X1"}}});
  }
  void stored(int hour, std::string_view report) {
    tell(hour, "office-agent", {.kind = "agent.spooled", .id = "k1", .causes = {report}});
    tell(hour, "server",
         {.kind = "report.stored",
          .id = report,
          .causes = {"k1"},
          .fields = {{"supply.3", std::int64_t(9)}, {"supply.4", std::int64_t(80)}}});
  }
  void ordered(int hour, std::string_view order, std::string_view report) {
    tell(hour, "server",
         {.kind = "order.placed",
          .id = order,
          .causes = {report},
          .fields = {{"serial", "X1"},
                     {"supply", std::int64_t(3)},
                     {"level", std::int64_t(9)},
                     {"capacity", std::int64_t(100)},
                     {"threshold", std::int64_t(10)},
                     {"description", "Black Toner"}}});
  }
  std::vector<std::string> roles(const report::Chain& chain) {
    std::vector<std::string> out;
    for (const report::Step& step : chain.steps) out.push_back(step.role);
    return out;
  }
  Setting setting_;
  Lineage lineage_{setting_};
  std::uint64_t seq_ = 0;
};

TEST_F(Chains, AnOrderIsFollowedBackToItsJobs) {
  printed(1, "X1/job/1", 40);
  printed(2, "X1/job/2", 9);
  answered(3, "10.0.0.1/7", "9.1.3=9 9.1.4=80");  // an hourly status read took the jobs
  answered(5, "10.0.0.1/8", "9.1.2=50");
  answered(5, "10.0.0.1/9", "9.1.13=1 9.1.3=9 9.1.4=80");
  read(5, "r1", {"10.0.0.1/8", "10.0.0.1/9"});
  printed(6, "X1/job/3", 8);  // after the read: no reason
  stored(7, "r1");
  ordered(7, "o1", "r1");
  const auto groups = lineage_.groups();
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].total, 1u);
  const report::Chain& chain = groups[0].chains.at(0);
  EXPECT_THAT(chain.title, testing::HasSubstr("Black Toner (supply 3 of X1)"));
  EXPECT_THAT(roles(chain),
              testing::ElementsAre("order", "report", "upload", "read", "varbind", "job", "job"));
  for (std::size_t i = 0; i + 3 < chain.steps.size(); ++i)
    EXPECT_THAT(chain.steps[i].causes, testing::ElementsAre(i + 1));
  EXPECT_THAT(chain.steps[4].causes, testing::ElementsAre(5u, 6u));
  EXPECT_EQ(chain.steps[1].file, "reports/X1.xml");
  EXPECT_THAT(chain.steps[1].values, testing::Contains(testing::Pair("supply.3", "9")));
  EXPECT_THAT(chain.steps[1].values, testing::Not(testing::Contains(testing::Pair("supply.4", "80"))));
  EXPECT_EQ(chain.steps[4].id, "10.0.0.1/9");
  EXPECT_THAT(chain.steps[4].values,
              testing::Contains(testing::Pair("varbind", "1.3.6.1.2.1.43.11.1.1.9.1.3=9")));
  EXPECT_EQ(chain.steps[5].id, "X1/job/2");
  EXPECT_EQ(chain.steps[6].id, "X1/job/1");
}

TEST_F(Chains, JobsOfTheUnitBeforeAreNoReason) {
  printed(1, "X1/job/1", 2);
  printed(3, "X1/job/2", 60);  // replaced in between
  printed(4, "X1/job/3", 9);
  answered(5, "a", "9.1.3=9");
  read(5, "r1", {"a"});
  stored(6, "r1");
  ordered(6, "o1", "r1");
  EXPECT_THAT(roles(lineage_.groups()[0].chains[0]),
              testing::ElementsAre("order", "report", "upload", "read", "varbind", "job", "job"));
}

TEST_F(Chains, ASupplyThatTellsNoNumberIsExplainedByTheJobsBefore) {
  tell(1, "office-printers", {.kind = "printer.printed", .id = "X1/job/1", .fields = {{"serial", "X1"}, {"done", std::int64_t(5)}}});
  answered(5, "a", "9.1.3=-3");
  read(5, "r1", {"a"});
  stored(6, "r1");
  ordered(6, "o1", "r1");
  const report::Chain chain = lineage_.groups()[0].chains[0];
  EXPECT_THAT(roles(chain), testing::ElementsAre("order", "report", "upload", "read", "varbind", "job"));
  EXPECT_THAT(chain.steps.back().text, testing::HasSubstr("tells no number for supply 3"));
}

TEST_F(Chains, WhatIsNotKnownIsLeftOut) {
  ordered(1, "o1", "r-unheard");
  EXPECT_THAT(roles(lineage_.groups()[0].chains[0]), testing::ElementsAre("order"));
}

TEST_F(Chains, MemoryIsBoundedAndTheTotalIsTold) {
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    printed(i, "X1/job/" + n, 5);
    answered(i, "a" + n, "9.1.3=5");
    read(i, "r" + n, {"a" + n});
    stored(i, "r" + n);
    ordered(i, "o" + n, "r" + n);
  }
  const auto groups = lineage_.groups();
  EXPECT_EQ(groups[0].chains.size(), Lineage::chains_max);
  EXPECT_EQ(groups[0].total, 2000u);
}

TEST_F(Chains, AnActionIsFollowedToItsAnswer) {
  tell(1, "server",
       {.kind = "action.queued",
        .id = "a1",
        .fields = {{"action", "RebootDevice"}, {"serial", "X1"}, {"by", "ada"}}});
  tell(2, "office-printers",
       {.kind = "printer.reboot", .fields = {{"serial", "X1"}, {"how", "snmp"}}});  // before: not its doing
  tell(3, "server", {.kind = "action.delivered", .id = "a1"});
  tell(4, "office-printers",
       {.kind = "printer.reboot", .fields = {{"serial", "X2"}, {"how", "snmp"}}});  // another's
  tell(4, "office-printers", {.kind = "printer.reboot", .fields = {{"serial", "X1"}, {"how", "snmp"}}});
  tell(5, "office-agent",
       {.kind = "agent.executed", .id = "a1", .fields = {{"outcome", "performed"}, {"reason", ""}}});
  tell(6, "server",
       {.kind = "action.answered", .id = "a1", .fields = {{"outcome", "performed"}, {"reason", ""}}});
  tell(7, "server",
       {.kind = "action.refused",
        .fields = {{"action", "PrintTestPage"}, {"why", "not-permitted"}, {"by", "ada"}}});
  const auto groups = lineage_.groups();
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].slug, "actions");
  const report::Chain& chain = groups[0].chains.at(0);
  EXPECT_THAT(roles(chain), testing::ElementsAre("answered", "executed", "printer", "delivered", "queued"));
  for (std::size_t i = 0; i + 1 < chain.steps.size(); ++i)
    EXPECT_THAT(chain.steps[i].causes, testing::ElementsAre(i + 1));
  EXPECT_THAT(groups[0].chains.at(1).steps.at(0).text, testing::HasSubstr("not-permitted"));
}

}  // namespace
}  // namespace mr::scenarios
