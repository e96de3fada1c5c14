#include "scenarios/checks/test_run.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using runtime::Instant;
using Checks = test::TestRun;

TEST_F(Checks, AreFoundByNameAndEachHasAClause) {
  EXPECT_EQ(check_kinds().size(), 15u);
  for (const CheckKind& kind : check_kinds()) {
    EXPECT_EQ(find_check(kind.name), &kind);
    EXPECT_THAT(kind.clauses[0], testing::StartsWith("WP-"));
    EXPECT_FALSE(kind.requirements[0].empty());
  }
  EXPECT_EQ(find_check("exactly-twice"), nullptr);
}

TEST_F(Checks, NoneHoldsWhereNothingHappened) {
  for (const CheckKind& kind : check_kinds()) {
    use(kind.name);
    EXPECT_FALSE(check_->judge().held) << kind.name;
  }
}

TEST_F(Checks, ExactlyOnceHolds) {
  use("exactly-once");
  night(Instant(18h), "k1", "r1");
  night(Instant(42h), "k2", "r2");
  expect_held();
}

TEST_F(Checks, ExactlyOnceFailsForAReportStoredTwice) {
  use("exactly-once");
  night(Instant(18h), "k1", "r1");
  stored(Instant(19h), "r1");
  expect_broken("report r1 is stored 2 times");
}

TEST_F(Checks, ExactlyOnceFailsForAReportThatWasLost) {
  use("exactly-once");
  tell(Instant(18h), "office-agent", {.kind = "agent.spooled", .id = "k1", .causes = {"r1"}});
  expect_broken("r1, spooled at 2026-03-03T02:00:00.000Z, is not stored");
}

TEST_F(Checks, ExactlyOnceExcusesWhatWasSpooledAtTheVeryEnd) {
  use("exactly-once");
  night(Instant(18h), "k1", "r1");
  tell(Instant(47h + 50min), "office-agent", {.kind = "agent.spooled", .id = "k2", .causes = {"r2"}});
  expect_held();
}

TEST_F(Checks, ExactlyOnceFailsForAReportFromNowhere) {
  use("exactly-once");
  stored(Instant(18h), "r9");
  expect_broken("r9 is stored but was never spooled");
}

TEST_F(Checks, ExactlyOnceFailsForAnAcknowledgementWithoutStorage) {
  use("exactly-once");
  tell(Instant(18h), "office-agent", {.kind = "agent.spooled", .id = "k1", .causes = {"r1"}});
  tell(Instant(18h), "office-agent", {.kind = "agent.uploaded", .id = "k1"});
  expect_broken("upload k1 was acknowledged and is not stored");
}

TEST_F(Checks, MetersHoldForWhatWasTrueAtAnyInstantOfTheRead) {
  use("meters-equal-device");
  print(Instant(17h), 10);
  print(Instant(18h + 5s), 7);
  read(Instant(18h), Instant(18h + 10s), "r1");
  stored(Instant(18h + 11s), "r1",
         {{"meter.TotalImpressions", std::int64_t(10)}, {"meter.MonochromeImpressions", std::int64_t(17)}});
  expect_held();
}

TEST_F(Checks, MetersFailForAReportThatIsFiledUnderAnotherDevice) {
  use("meters-equal-device");
  read(Instant(18h), Instant(18h + 10s), "r1");
  stored(Instant(18h + 11s), "r1",
         {{"serial", std::string_view("X0002")}, {"meter.TotalImpressions", std::int64_t(0)}});
  expect_broken("the report of 10.0.0.1 is filed under X0002");
}

TEST_F(Checks, MetersFailForTwoPrintersUnderOneName) {
  use("meters-equal-device");
  for (const char* address : {"10.0.0.1", "10.0.0.2"}) {
    read(Instant(18h), Instant(18h + 10s), address, address);
    stored(Instant(18h + 11s), address,
           {{"serial", std::string_view("at:s-1/")}, {"meter.TotalImpressions", std::int64_t(0)}});
  }
  expect_broken("the report of 10.0.0.2 is filed under at:s-1/, as is 10.0.0.1");
}

TEST_F(Checks, MetersFailForACountOfBeforeTheRead) {
  use("meters-equal-device");
  print(Instant(10h), 10);
  print(Instant(17h), 10);
  read(Instant(18h), Instant(18h + 10s), "r1");
  stored(Instant(18h + 11s), "r1", {{"meter.TotalImpressions", std::int64_t(10)}});
  expect_broken("TotalImpressions of X0001 is 10 in report r1, the device says 20");
}

TEST_F(Checks, MetersFailForACountThatNeverWas) {
  use("meters-equal-device");
  print(Instant(18h + 5s), 7);
  read(Instant(18h), Instant(18h + 10s), "r1");
  stored(Instant(18h + 11s), "r1", {{"meter.MonochromeImpressions", std::int64_t(3)}});
  expect_broken("MonochromeImpressions of X0001 is 3 in report r1, the device says 0 or 7");
}

TEST_F(Checks, MetersFailForAReportThatNobodyRead) {
  use("meters-equal-device");
  stored(Instant(18h), "r1", {{"meter.TotalImpressions", std::int64_t(0)}});
  expect_broken("was never read");
}

TEST_F(Checks, MetersFailForAPrinterThatDoesNotExist) {
  use("meters-equal-device");
  read(Instant(18h), Instant(18h), "r1", "10.0.0.99");
  stored(Instant(18h), "r1", {{"meter.TotalImpressions", std::int64_t(0)}});
  expect_broken("a report of 10.0.0.99, where no printer is");
}

TEST_F(Checks, MetersFailForOneThatTheDeviceDoesNotHave) {
  use("meters-equal-device");
  read(Instant(18h), Instant(18h), "r1");
  stored(Instant(18h), "r1", {{"meter.FullColorImpressions", std::int64_t(0)}});
  expect_broken("FullColorImpressions of X0001 is reported, the device has none");
}

TEST_F(Checks, MetersThatARecordingDoesNotModelAreCountedNotCompared) {
  use("meters-equal-device");
  read(Instant(18h), Instant(18h), "r1", "10.0.0.2");
  stored(Instant(18h), "r1",
         {{"meter.TotalImpressions", std::int64_t(0)}, {"meter.x-Unheard", std::int64_t(5)}});
  const Judgement judgement = check_->judge();
  EXPECT_TRUE(judgement.held);
  EXPECT_THAT(judgement.message, testing::HasSubstr("1 that the device state does not model"));
}

TEST_F(Checks, SuppliesHoldAtTheIndexThatTheDeviceShows) {
  use("supplies-equal-device");
  print(Instant(17h), 500);
  read(Instant(18h), Instant(18h + 1s), "r1");
  stored(Instant(18h + 1s), "r1", {{"supply.3", std::int64_t(device_.supply_level(0))}});
  ASSERT_LT(device_.supply_level(0), 100);
  expect_held();
}

TEST_F(Checks, SuppliesFailForALevelOfBeforeTheReplacement) {
  use("supplies-equal-device");
  print(Instant(10h), 500);
  const std::int64_t worn = device_.supply_level(0);
  device_.replace_supply(0, "S2", 11h);
  truth_.note("10.0.0.1", device_, Instant(11h));
  read(Instant(18h), Instant(18h + 1s), "r1");
  stored(Instant(18h + 1s), "r1", {{"supply.3", worn}});
  expect_broken("the device says 100");
}

TEST_F(Checks, OneUploadPerDayHolds) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  night(Instant(30h), "k2", "r2", "asked");  // by an action
  night(Instant(42h), "k3", "r3");
  expect_held();
}

TEST_F(Checks, OneUploadPerDayFailsForADayWithout) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  expect_broken("no scheduled upload of office on 2026-03-04");
}

TEST_F(Checks, OneUploadPerDayIsNotSatisfiedByWhatWasAskedFor) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  night(Instant(42h), "k2", "r2", "asked");
  expect_broken("no scheduled upload of office on 2026-03-04");
}

TEST_F(Checks, OneUploadPerDayFailsForADayWithTwo) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  night(Instant(20h), "k2", "r2");
  night(Instant(42h), "k3", "r3");
  expect_broken("2 scheduled uploads of office on 2026-03-03");
}

TEST_F(Checks, OneUploadPerDayFailsForAPackageThatNeverArrived) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  tell(Instant(42h), "office-agent",
       {.kind = "agent.collected", .fields = {{"why", "daily"}, {"reports", std::int64_t(1)}}});
  tell(Instant(42h), "office-agent", {.kind = "agent.spooled", .id = "k2", .causes = {"r2"}});
  expect_broken("package k2, spooled at 2026-03-04T02:00:00.000Z, is not stored");
}

TEST_F(Checks, OneUploadPerDayFailsForACollectionThatWasNeverPacked) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  tell(Instant(42h), "office-agent",
       {.kind = "agent.collected", .fields = {{"why", "daily"}, {"reports", std::int64_t(1)}}});
  expect_broken("what office collected at 2026-03-04T02:00:00.000Z was never packed");
}

TEST_F(Checks, OneUploadPerDayTellsTheDaysOnWhichNothingWasThereToUpload) {
  use("one-upload-per-day");
  night(Instant(18h), "k1", "r1");
  tell(Instant(42h), "office-agent",
       {.kind = "agent.collected", .fields = {{"why", "daily"}, {"reports", std::int64_t(0)}}});
  EXPECT_THAT(check_->judge().message, testing::HasSubstr("1 on which no printer answered"));
}

TEST_F(Checks, OneQueryPerDayHoldsAndIntervalPollsDoNotCount) {
  use("one-query-per-day");
  registered();
  query(Instant(18h));
  query(Instant(19h), "interval");
  query(Instant(42h));
  expect_held();
}

TEST_F(Checks, OneQueryPerDayFailsForADayWithoutAndForADayWithTwo) {
  use("one-query-per-day");
  registered();
  query(Instant(18h));
  query(Instant(19h));
  const Judgement judgement = check_->judge();
  EXPECT_FALSE(judgement.held);
  EXPECT_THAT(judgement.actual, testing::UnorderedElementsAre("no daily query of office on 2026-03-04",
                                                              "2 daily queries of office on 2026-03-03"));
}

TEST_F(Checks, OneQueryPerDayFailsForAStranger) {
  use("one-query-per-day");
  registered();
  query(Instant(18h));
  query(Instant(42h));
  query(Instant(42h), "daily", "sender-9");
  expect_broken("sender-9, which is no agent");
}

TEST_F(Checks, RegisteredBeforeAnythingHolds) {
  use("registered-before-anything");
  registered();
  tell(Instant(2s), "office-printers", {.kind = "printer.asked", .fields = {{"agent", "office-agent"}}});
  tell(Instant(3s), "office-agent", {.kind = "agent.discovered"});
  night(Instant(18h), "k1", "r1");
  expect_held();
}

TEST_F(Checks, RegisteredBeforeAnythingFailsForADiscoveryTooEarly) {
  use("registered-before-anything");
  tell(Instant(1s), "office-agent", {.kind = "agent.discovered"});
  registered(Instant(2s));
  expect_broken("agent.discovered of office-agent before it registered");
}

TEST_F(Checks, RegisteredBeforeAnythingFailsForAPacketToAPrinterTooEarly) {
  use("registered-before-anything");
  tell(Instant(1s), "office-printers", {.kind = "printer.asked", .fields = {{"agent", "office-agent"}}});
  registered(Instant(2s));
  expect_broken("office-printers was asked before its agent registered");
}

TEST_F(Checks, RegisteredBeforeAnythingFailsForAServerThatServesStrangers) {
  use("registered-before-anything");
  registered();
  tell(Instant(3s), "server", {.kind = "upload.stored", .id = "k1", .fields = {{"sender", "sender-9"}}});
  expect_broken("upload.stored for sender-9, which is not registered");
}

// That an agent registers is not this check's: one that may not, does nothing.
TEST_F(Checks, RegisteredBeforeAnythingNeedsSomethingToCompare) {
  use("registered-before-anything");
  EXPECT_FALSE(check_->judge().held);
}

TEST_F(Checks, RegisteredBeforeAnythingFailsForAnAgentThatNeverDid) {
  use("registered-before-anything");
  query(Instant(18h));
  const Judgement judgement = check_->judge();
  EXPECT_FALSE(judgement.held);
  EXPECT_THAT(judgement.actual, testing::Contains("office-agent never registered"));
}

TEST_F(Checks, RegisteredBeforeAnythingFailsForAnAgentThatMustBeRefusedAndIsNot) {
  setting_.sites[0].registers = false;
  use("registered-before-anything");
  registered();
  tell(Instant(3s), "office-agent", {.kind = "agent.discovered"});
  expect_broken("office-agent registered, and must be refused");
}

TEST_F(Checks, RegisteredBeforeAnythingHoldsWithoutTheAgentsThatMustBeRefused) {
  setting_.sites.push_back({.name = "bad", .agent_host = "bad-agent", .registers = false});
  use("registered-before-anything");
  registered();
  tell(Instant(3s), "office-agent", {.kind = "agent.discovered"});
  expect_held();
}

TEST_F(Checks, ViolationsInWordsAreBounded) {
  use("exactly-once");
  for (int i = 0; i < 1000; ++i) stored(Instant(18h), "r" + std::to_string(i));
  const Judgement judgement = check_->judge();
  EXPECT_EQ(judgement.actual.size(), Violations::shown_max);
  EXPECT_THAT(judgement.message, testing::HasSubstr("(and 999 more)"));
}

TEST(Setting, DaysDueFollowTheLocalCalendar) {
  Setting setting;
  setting.start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 28);
  setting.end = Instant(48h);
  setting.zone = model::Zone::parse("CET-1CEST,M3.5.0,M10.5.0/3").value();
  // 02:00 and 02:30 do not exist on 29 March: both mean 03:00.
  EXPECT_THAT(setting.days_due({150}), testing::ElementsAre("2026-03-28", "2026-03-29"));
  setting.end = Instant(25h + 5min);  // five minutes after it: within the grace
  EXPECT_THAT(setting.days_due({150}), testing::ElementsAre("2026-03-28"));
}

}  // namespace
}  // namespace mr::scenarios
