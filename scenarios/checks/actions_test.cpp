// actions-once, nothing-without-permission and level-only-changes-if-authentic.
#include "scenarios/checks/test_run.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using runtime::Instant;

class ActionChecks : public test::TestRun {
 protected:
  ActionChecks() {
    setting_.sites[0].permits = {
        {"RebootDevice", {}}, {"PrintTestPage", {}}, {"UpgradeDevice", Instant(40h)}};
    setting_.software = {{"good", "2.0", {"X0001"}}, {"cut", "3.0", {}}};
  }
  void begin(std::string_view check) {
    use(check);
    registered();
  }
  void queued(Instant at, std::string_view id, std::string_view kind, std::string_view software = "") {
    tell(at, "server",
         {.kind = "action.queued",
          .id = id,
          .fields = {{"action", kind},
                     {"sender", "sender-1"},
                     {"serial", "X0001"},
                     {"software", software},
                     {"by", "ada"}}});
  }
  void listed(Instant at, std::int64_t actions) {
    tell(at, "server",
         {.kind = "schedule.answered",
          .id = "sender-1",
          .fields = {{"poll", "interval"}, {"actions", actions}}});
  }
  void delivered(Instant at, std::string_view id, std::int64_t actions = 1) {
    tell(at, "server", {.kind = "action.delivered", .id = id});
    listed(at, actions);
  }
  void executed(Instant at, std::string_view id, std::string_view outcome = "performed",
                std::string_view reason = "") {
    tell(at, "office-agent",
         {.kind = "agent.executed",
          .id = id,
          .fields = {{"outcome", outcome}, {"reason", reason}, {"serial", "X0001"}}});
  }
  void answered(Instant at, std::string_view id, std::string_view outcome = "performed") {
    tell(at, "server",
         {.kind = "action.answered", .id = id, .fields = {{"outcome", outcome}, {"reason", ""}}});
  }
  void rebooted(Instant at, std::string_view how = "snmp") {
    tell(at, "office-printers", {.kind = "printer.reboot", .fields = {{"serial", "X0001"}, {"how", how}}});
  }
  void file_came(Instant at) {
    tell(at, "office-printers",
         {.kind = "printer.raw",
          .fields = {{"serial", "X0001"},
                     {"port", std::int64_t(9100)},
                     {"octets", std::int64_t(100)},
                     {"what", "firmware"}}});
  }
  // The device installs a level and starts it.
  void runs(Instant at, const std::string& level) {
    ASSERT_TRUE(device_.begin_upgrade(at.time_since_epoch()));
    device_.check_upgrade(std::pair(level, printer::Install::sound), at.time_since_epoch());
    for (int step = 0; step < 10 && device_.due(); ++step) device_.advance(*device_.due());
    truth_.note("10.0.0.1", device_, Instant(std::max(at.time_since_epoch(), device_.on_since())));
    ASSERT_EQ(device_.level(), level);
  }
  // A whole reboot, from the queue to the answer.
  void reboot(Instant at, std::string_view id) {
    queued(at, id, "RebootDevice");
    delivered(at + 1min, id);
    rebooted(at + 2min);
    executed(at + 3min, id);
    answered(at + 4min, id);
    listed(at + 5min, 0);
  }
  // An upgrade that the agent carried out: the file came to the printer.
  void upgrade(Instant at, std::string_view id, std::string_view software,
               std::string_view outcome = "performed") {
    queued(at, id, "UpgradeDevice", software);
    delivered(at + 1min, id);
    file_came(at + 2min);
    executed(at + 20min, id, outcome);
    answered(at + 21min, id, outcome);
  }
};

TEST_F(ActionChecks, OnceHolds) {
  begin("actions-once");
  reboot(Instant(10h), "a1");
  rebooted(Instant(12h), "web-of-firmware");  // by itself
  reboot(Instant(20h), "a2");
  expect_held();
}

TEST_F(ActionChecks, OnceHasNothingToCompareWithoutActions) {
  begin("actions-once");
  expect_broken("nothing to compare");
}

TEST_F(ActionChecks, OnceFailsForASecondReboot) {
  begin("actions-once");
  reboot(Instant(10h), "a1");
  rebooted(Instant(10h + 2min + 30s));
  expect_broken("a reboot at X0001 that no action explains, or a second one for it");
}

TEST_F(ActionChecks, OnceFailsForARebootBeforeTheDelivery) {
  begin("actions-once");
  queued(Instant(10h), "a1", "RebootDevice");
  rebooted(Instant(10h + 1s));
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1");
  answered(Instant(10h + 4min), "a1");
  expect_broken("a reboot at X0001 that no action explains");
}

TEST_F(ActionChecks, OnceFailsForWhatIsSaidToBePerformedAndWasNot) {
  begin("actions-once");
  queued(Instant(10h), "a1", "RebootDevice");
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1");
  answered(Instant(10h + 4min), "a1");
  expect_broken("RebootDevice a1 is performed, and nothing happened at X0001");
}

TEST_F(ActionChecks, OnceFailsForAnActionThatIsNotListedAgain) {
  begin("actions-once");
  queued(Instant(10h), "a1", "RebootDevice");
  delivered(Instant(10h + 1min), "a1");
  listed(Instant(11h), 0);  // not answered yet
  rebooted(Instant(11h + 1min));
  executed(Instant(11h + 2min), "a1");
  answered(Instant(11h + 3min), "a1");
  expect_broken("0 actions listed for sender-1, 1 are not answered");
}

TEST_F(ActionChecks, OnceFailsForAnActionListedAfterItsAnswer) {
  begin("actions-once");
  reboot(Instant(10h), "a1");
  listed(Instant(11h), 1);
  expect_broken("1 actions listed for sender-1, 0 are not answered");
}

TEST_F(ActionChecks, OnceFailsForTwoExecutionsAndTwoAnswers) {
  begin("actions-once");
  reboot(Instant(10h), "a1");
  executed(Instant(11h), "a1");
  expect_broken("RebootDevice a1 is carried out 2 times");
  begin("actions-once");
  reboot(Instant(10h), "a1");
  answered(Instant(11h), "a1");
  expect_broken("RebootDevice a1 is answered 2 times");
}

TEST_F(ActionChecks, OnceFailsForAResultThatIsNotStored) {
  begin("actions-once");
  queued(Instant(10h), "a1", "GetDeviceStatus");
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1");
  expect_broken("the result of GetDeviceStatus a1 is not stored");
}

TEST_F(ActionChecks, OnceFailsForAResultStoredOtherwise) {
  begin("actions-once");
  queued(Instant(10h), "a1", "GetDeviceStatus");
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1", "failed", "unreachable");
  answered(Instant(10h + 4min), "a1", "performed");
  expect_broken("GetDeviceStatus a1 is answered performed, it was failed");
}

TEST_F(ActionChecks, OnceFailsForAnActionThatNobodyCarriesOutUnlessTheSiteIsLockedDown) {
  for (const bool locked : {false, true}) {
    begin("actions-once");
    queued(Instant(10h), "a1", "GetDeviceStatus");
    delivered(Instant(10h + 1min), "a1");
    if (locked)
      tell(Instant(10h + 2min), "office-agent", {.kind = "agent.mode", .fields = {{"mode", "lockedDown"}}});
    if (locked) {
      expect_held();
    } else {
      expect_broken("GetDeviceStatus a1, delivered at 2026-03-02T18:01:00.000Z, was never carried out");
    }
  }
}

TEST_F(ActionChecks, WithoutPermissionNothingHappened) {
  begin("nothing-without-permission");
  queued(Instant(10h), "a1", "StartManagingDevice");
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1", "refused", "not-permitted");
  answered(Instant(10h + 4min), "a1", "refused");
  reboot(Instant(11h), "a2");
  expect_held();
}

TEST_F(ActionChecks, WithoutARefusalThereIsNothingToCompare) {
  begin("nothing-without-permission");
  reboot(Instant(11h), "a2");
  expect_broken("nothing to compare");
}

TEST_F(ActionChecks, ARefusedRebootThatHappenedFails) {
  begin("nothing-without-permission");
  queued(Instant(10h), "a1", "RebootDevice");
  delivered(Instant(10h + 1min), "a1");
  rebooted(Instant(10h + 2min));
  executed(Instant(10h + 3min), "a1", "refused", "not-permitted");
  expect_broken("a reboot at X0001 for a1, which was refused: not-permitted");
}

TEST_F(ActionChecks, APermissionThatTheCustomerDidNotGiveFails) {
  setting_.sites[0].permits.clear();
  begin("nothing-without-permission");
  tell(Instant(9h), "server", {.kind = "action.refused", .fields = {{"why", "not-permitted"}}});
  reboot(Instant(11h), "a2");
  expect_broken("a reboot at X0001 for a2, which office does not permit");
}

TEST_F(ActionChecks, APermissionThatHasEndedFails) {
  begin("nothing-without-permission");
  tell(Instant(9h), "server", {.kind = "action.refused", .fields = {{"why", "not-permitted"}}});
  upgrade(Instant(41h), "a1", "good");
  expect_broken("a firmware file at X0001 for a1, which office does not permit");
}

TEST_F(ActionChecks, AKindThatIsSwitchedOffFails) {
  setting_.sites[0].disabled = {"GetDeviceStatus"};
  setting_.sites[0].permits.push_back({"GetDeviceStatus", {}});
  begin("nothing-without-permission");
  tell(Instant(9h), "server", {.kind = "action.refused", .fields = {{"why", "not-permitted"}}});
  queued(Instant(10h), "a1", "GetDeviceStatus");
  delivered(Instant(10h + 1min), "a1");
  executed(Instant(10h + 3min), "a1");
  expect_broken("GetDeviceStatus a1 is performed, which is switched off at office");
}

TEST_F(ActionChecks, LevelChangesForAGoodFileAlone) {
  begin("level-only-changes-if-authentic");
  upgrade(Instant(10h), "a1", "good");
  runs(Instant(10h + 2min), "2.0");
  upgrade(Instant(20h), "a2", "cut", "failed");
  expect_held();
}

TEST_F(ActionChecks, LevelHasNothingToCompareWithoutAFile) {
  begin("level-only-changes-if-authentic");
  expect_broken("nothing to compare");
}

TEST_F(ActionChecks, LevelFailsWhereABadFileIsTaken) {
  begin("level-only-changes-if-authentic");
  upgrade(Instant(10h), "a1", "cut");
  runs(Instant(10h + 2min), "3.0");
  expect_broken("the level of X0001 became 3.0");
}

TEST_F(ActionChecks, LevelFailsWhereItChangesToAnotherThanTheFiles) {
  begin("level-only-changes-if-authentic");
  upgrade(Instant(10h), "a1", "good");
  runs(Instant(10h + 2min), "2.1");
  expect_broken("the level of X0001 became 2.1");
}

TEST_F(ActionChecks, LevelFailsWhereAGoodFileIsNotTaken) {
  begin("level-only-changes-if-authentic");
  upgrade(Instant(10h), "a1", "good", "failed");
  expect_broken("a good file with level 2.0 arrived at X0001, which runs 1.0");
}

TEST_F(ActionChecks, LevelMayStayWhereThePowerWasCut) {
  begin("level-only-changes-if-authentic");
  upgrade(Instant(10h), "a1", "good", "failed");
  tell(Instant(10h + 3min), "office-printers",
       {.kind = "printer.power", .fields = {{"serial", "X0001"}, {"on", std::int64_t(0)}}});
  expect_held();
}

TEST_F(ActionChecks, LevelFailsWhereItChangesBeforeTheFileCame) {
  begin("level-only-changes-if-authentic");
  runs(Instant(9h), "2.0");
  upgrade(Instant(10h), "a1", "good");
  expect_broken("the level of X0001 became 2.0");
}

}  // namespace
}  // namespace mr::scenarios
