#include "scenarios/checks/test_run.hpp"

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using runtime::Instant;

// Orders for supply 3 of X0001, whose toner has 100 points and a contract that orders at 10.
class Orders : public test::TestRun {
 protected:
  // The report of a read, stored.
  void reported(Instant at, std::string_view report) {
    read(at, at + 1s, report);
    stored(at + 2s, report, {{"supply.3", std::int64_t(device_.supply_level(0))}});
  }
  void ordered(Instant at, std::string_view order, std::string_view report, std::int64_t level,
               std::string_view serial = "X0001", std::int64_t supply = 3) {
    tell(at, "server",
         {.kind = "order.placed",
          .id = order,
          .causes = {report},
          .fields = {{"serial", serial},
                     {"supply", supply},
                     {"level", level},
                     {"capacity", std::int64_t(100)},
                     {"threshold", std::int64_t(10)}}});
  }
  // Toner at `level` when it is read, and the order for it.
  void depletion(Instant at, std::int32_t level, std::string_view report, std::string_view order) {
    wear(at - 1h, level);
    reported(at, report);
    ordered(at + 2s, order, report, level);
  }
};

TEST_F(Orders, EqualTheDevice) {
  use("orders-equal-device");
  depletion(Instant(18h), 9, "r1", "o1");
  expect_held();
}

TEST_F(Orders, ForWhatTheDeviceSaysIsFullAreWrong) {
  use("orders-equal-device");
  wear(Instant(17h), 60);
  reported(Instant(18h), "r1");
  ordered(Instant(18h + 2s), "o1", "r1", 9);
  expect_broken("o1 is for supply 3 of X0001, which the device says is at 60");
}

TEST_F(Orders, WithAnotherLevelThanTheDevicesAreWrong) {
  use("orders-equal-device");
  wear(Instant(17h), 9);
  reported(Instant(18h), "r1");
  ordered(Instant(18h + 2s), "o1", "r1", 4);
  expect_broken("supply 3 of X0001 is at 4, the device says 9");
}

TEST_F(Orders, WithoutAContractAreWrong) {
  use("orders-equal-device");
  setting_.contracts.clear();
  depletion(Instant(18h), 9, "r1", "o1");
  expect_broken("o1 is for X0001, which has no contract");
}

TEST_F(Orders, OfAReportThatNobodyReadAreWrong) {
  use("orders-equal-device");
  wear(Instant(17h), 9);
  ordered(Instant(18h + 2s), "o1", "r9", 9);
  expect_broken("comes of a report that was never read");
}

TEST_F(Orders, ForASupplyThatDoesNotExistAreWrong) {
  use("orders-equal-device");
  wear(Instant(17h), 9);
  reported(Instant(18h), "r1");
  ordered(Instant(18h + 2s), "o1", "r1", 9, "X0001", 7);
  expect_broken("supply 7 of X0001, which does not exist");
}

TEST_F(Orders, OnePerDepletionHoldsHoweverOftenItIsReported) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 9, "r1", "o1");
  reported(Instant(19h), "r2");
  wear(Instant(20h), 5);
  reported(Instant(21h), "r3");
  expect_held();
}

TEST_F(Orders, ReplacementBeginsAnotherDepletion) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 9, "r1", "o1");
  replace(Instant(20h), "unit-2");
  reported(Instant(21h), "r2");
  depletion(Instant(42h), 8, "r3", "o2");
  expect_held();
}

TEST_F(Orders, TwoForOneDepletionAreTooMany) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 9, "r1", "o1");
  reported(Instant(19h), "r2");
  ordered(Instant(19h + 2s), "o2", "r2", 9);
  expect_broken("2 orders for supply 3 of X0001");
}

TEST_F(Orders, NoneForADepletionThatWasReportedIsTooFew) {
  use("one-order-per-depletion");
  wear(Instant(17h), 9);
  reported(Instant(18h), "r1");
  expect_broken("no order for supply 3 of X0001");
}

TEST_F(Orders, NoneForTheNextUnitIsTooFew) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 9, "r1", "o1");
  replace(Instant(20h), "unit-2");
  reported(Instant(21h), "r2");
  wear(Instant(40h), 8);
  reported(Instant(42h), "r3");
  expect_broken("no order for supply 3 of X0001, read low at 2026-03-04");
}

TEST_F(Orders, BeforeItIsLowAreOfNoDepletion) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 60, "r1", "o1");
  expect_broken("order o1 for supply 3 of X0001, which no report");
}

TEST_F(Orders, DevicesWithoutAContractHaveNoDepletions) {
  use("one-order-per-depletion");
  setting_.contracts.clear();
  depletion(Instant(18h), 9, "r1", "o1");
  expect_broken("order o1");
}

TEST_F(Orders, AUnitThatFellDuringTheReadMayBeOrderedOrNot) {
  for (const bool order : {false, true}) {
    use("one-order-per-depletion");
    wear(Instant(17h + (order ? 12h : 0h)), 50);
    const Instant at = Instant(18h + (order ? 12h : 0h));
    const std::string report = order ? "r2" : "r1";
    wear(at + 1s, 9);
    read(at, at + 2s, report);
    stored(at + 3s, report);
    if (order) ordered(at + 3s, "o1", report, 9);
    const Judgement judgement = check_->judge();
    EXPECT_EQ(judgement.held, order)
        << judgement.message;  // without it there is nothing to compare, and nothing wrong
    EXPECT_THAT(judgement.message, testing::HasSubstr(order ? "1 depletions" : "nothing to compare"));
  }
}

TEST_F(Orders, AReportThatComesLateChangesNothing) {
  use("one-order-per-depletion");
  depletion(Instant(18h), 9, "r1", "o1");
  replace(Instant(20h), "unit-2");
  reported(Instant(21h), "r2");
  // Read before the replacement, stored after: it is not another depletion.
  read(Instant(19h), Instant(19h + 1s), "r0");
  stored(Instant(22h), "r0");
  expect_held();
}

}  // namespace
}  // namespace mr::scenarios
