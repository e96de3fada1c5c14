#include "reference/server/replenishment.hpp"

#include <gtest/gtest.h>

namespace mr::server {
namespace {

using model::Level;

// One supply of capacity 1,000 at a threshold of 10 %, read an hour apart unless told otherwise.
struct Depletion : testing::Test {
  SupplyObservation at(std::uint32_t level, std::string serial = {}) {
    SupplyObservation seen;
    seen.read_ms = next_ms += 3'600'000;
    seen.level = Level::number(level);
    seen.capacity = Level::number(1000);
    seen.serial_number = std::move(serial);
    return seen;
  }
  // -2 or -3, with or without the alert.
  SupplyObservation without_number(Level level, bool alert, std::string serial = {}) {
    SupplyObservation seen = at(0, std::move(serial));
    seen.level = level;
    seen.low_alert = alert;
    return seen;
  }
  // "order", "rearm", "rearm order" or "".
  std::string judged(const SupplyObservation& seen) {
    const SupplyDecision decision = judge(state, seen, 10);
    return std::string(decision.rearmed ? "rearm" : "") + (decision.rearmed && decision.order ? " " : "") +
           (decision.order ? "order" : "");
  }
  SupplyState state;
  std::int64_t next_ms = 0;
};

//= RPL-DUE type=test
TEST_F(Depletion, AnOrderIsDueAtTheThresholdAndNotAbove) {
  EXPECT_EQ(judged(at(1000)), "");
  EXPECT_EQ(judged(at(101)), "");
  EXPECT_EQ(judged(at(100)), "order");
}

TEST_F(Depletion, TheThresholdIsExactForSmallAndLargeCapacities) {
  for (const auto& [level, capacity, due] : {std::tuple{1u, 9u, false},
                                             {1u, 10u, true},
                                             {0u, 3u, true},
                                             {429496729u, 4294967295u, true},
                                             {429496730u, 4294967295u, false}}) {
    SupplyState fresh;
    SupplyObservation seen = at(level);
    seen.capacity = Level::number(capacity);
    EXPECT_EQ(judge(fresh, seen, 10).order, due) << level << " of " << capacity;
  }
}

TEST_F(Depletion, TheContractSaysTheThreshold) {
  SupplyState at_five, at_forty;
  const SupplyObservation seen = at(300);
  EXPECT_FALSE(judge(at_five, seen, 5).order);
  EXPECT_TRUE(judge(at_forty, seen, 40).order);
}

//= RPL-ONCE type=test
TEST_F(Depletion, OneOrderHoweverOftenTheLevelIsReported) {
  EXPECT_EQ(judged(at(90)), "order");
  for (const std::uint32_t level : {90u, 60u, 60u, 1u, 0u, 0u}) EXPECT_EQ(judged(at(level)), "") << level;
  EXPECT_EQ(state.depletions, 1);
}

TEST_F(Depletion, AFirstReportThatIsLowIsADepletion) { EXPECT_EQ(judged(at(0)), "order"); }

TEST_F(Depletion, AJumpFromFullToEmptyIsOneDepletion) {
  EXPECT_EQ(judged(at(1000)), "");
  EXPECT_EQ(judged(at(0)), "order");
  EXPECT_EQ(judged(at(0)), "");
}

//= RPL-REARM type=test
TEST_F(Depletion, ARiseOf50PointsOverTheLowestArmsAgain) {
  EXPECT_EQ(judged(at(90)), "order");
  EXPECT_EQ(judged(at(20)), "");
  EXPECT_EQ(judged(at(519)), "");  // 49.9 points: shaken, or half a refill
  EXPECT_EQ(judged(at(520)), "rearm");
  EXPECT_EQ(judged(at(520)), "");
  EXPECT_EQ(judged(at(100)), "order");
  EXPECT_EQ(state.depletions, 2);
}

TEST_F(Depletion, ALevelThatWaversAroundTheThresholdOrdersOnce) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(judged(at(100)), i == 0 ? "order" : "");
    EXPECT_EQ(judged(at(140)), "");
  }
}

TEST_F(Depletion, ANewSerialNumberArmsAgainAtAnyLevel) {
  EXPECT_EQ(judged(at(90, "A")), "order");
  EXPECT_EQ(judged(at(300, "B")), "rearm");
  EXPECT_EQ(judged(at(90, "B")), "order");
}

TEST_F(Depletion, ANewSupplyThatIsLowAlreadyIsOrderedForAtOnce) {
  EXPECT_EQ(judged(at(90, "A")), "order");
  EXPECT_EQ(judged(at(50, "B")), "rearm order");
  EXPECT_EQ(judged(at(50, "B")), "");
}

TEST_F(Depletion, ASupplyThatIsPutBackIsNotOrderedForAgain) {
  EXPECT_EQ(judged(at(90, "A")), "order");
  EXPECT_EQ(judged(at(1000, "B")), "rearm");
  EXPECT_EQ(judged(at(90, "A")), "");
  EXPECT_EQ(judged(at(80, "A")), "");
  EXPECT_EQ(judged(at(1000, "B")), "rearm");
  EXPECT_EQ(judged(at(100, "B")), "order");
}

TEST_F(Depletion, ASupplyThatIsRefilledElsewhereAndPutBackIsANewOne) {
  EXPECT_EQ(judged(at(90, "A")), "order");
  EXPECT_EQ(judged(at(1000, "B")), "rearm");
  EXPECT_EQ(judged(at(1000, "A")), "");
  EXPECT_EQ(judged(at(100, "A")), "order");
}

TEST_F(Depletion, ASerialNumberThatIsToldLateIsNoReplacement) {
  EXPECT_EQ(judged(at(90)), "order");
  EXPECT_EQ(judged(at(80, "A")), "");
  EXPECT_EQ(judged(at(80)), "");
  EXPECT_EQ(judged(at(70, "A")), "");
  EXPECT_EQ(judged(at(1000, "B")), "rearm");
}

TEST_F(Depletion, ASerialNumberThatIsToldNoMoreIsNoReplacement) {
  EXPECT_EQ(judged(at(90, "A")), "order");
  EXPECT_EQ(judged(at(80)), "");
  EXPECT_EQ(judged(at(900)), "rearm");
}

//= RPL-READ-ORDER type=test
TEST_F(Depletion, ALateReportChangesNothing) {
  const SupplyObservation early = at(90);
  const SupplyObservation later = at(1000);
  EXPECT_EQ(judged(later), "");
  const SupplyState before = state;
  EXPECT_EQ(judged(early), "");
  EXPECT_EQ(state, before);
}

TEST_F(Depletion, ALateReportOfTheOldSupplyDoesNotArmNorOrderAgain) {
  const SupplyObservation full = at(900, "A"), low = at(90, "A"), replaced = at(1000, "B");
  EXPECT_EQ(judged(low), "order");
  EXPECT_EQ(judged(full), "");
  EXPECT_EQ(judged(replaced), "rearm");
  EXPECT_EQ(judged(low), "");
}

TEST_F(Depletion, TheSameReadTwiceIsJudgedOnce) {
  const SupplyObservation low = at(90);
  EXPECT_EQ(judged(low), "order");
  EXPECT_EQ(judged(low), "");
}

//= RPL-DUE-ALERT type=test
TEST_F(Depletion, WithoutANumberTheAlertDecides) {
  EXPECT_EQ(judged(without_number(Level::some_remaining(), false)), "");
  EXPECT_EQ(judged(without_number(Level::unknown(), false)), "");
  EXPECT_EQ(judged(without_number(Level::some_remaining(), true)), "order");
  EXPECT_EQ(judged(without_number(Level::unknown(), true)), "");
  // The alert that goes and comes, as when the cartridge is shaken, is one depletion.
  EXPECT_EQ(judged(without_number(Level::some_remaining(), false)), "");
  EXPECT_EQ(judged(without_number(Level::some_remaining(), true)), "");
}

TEST_F(Depletion, ANumberThatComesAfterTheAlertShowsTheReplacement) {
  EXPECT_EQ(judged(without_number(Level::some_remaining(), true)), "order");
  EXPECT_EQ(judged(at(1000)), "rearm");
  EXPECT_EQ(judged(without_number(Level::some_remaining(), true)), "order");
}

TEST_F(Depletion, WithoutANumberTheSerialNumberShowsTheReplacement) {
  EXPECT_EQ(judged(without_number(Level::some_remaining(), true, "A")), "order");
  EXPECT_EQ(judged(without_number(Level::some_remaining(), false, "B")), "rearm");
  EXPECT_EQ(judged(without_number(Level::unknown(), true, "B")), "order");
}

TEST_F(Depletion, AnAlertDoesNotOverruleANumber) {
  SupplyObservation seen = at(500);
  seen.low_alert = true;
  EXPECT_EQ(judged(seen), "");
}

TEST_F(Depletion, WithoutACapacityTheAlertDecides) {
  SupplyObservation seen = at(5);
  seen.capacity = Level::unknown();
  EXPECT_EQ(judged(seen), "");
  seen = at(5);
  seen.capacity = Level::number(0);
  EXPECT_EQ(judged(seen), "");
  seen = at(5);
  seen.capacity.reset();
  seen.low_alert = true;
  EXPECT_EQ(judged(seen), "order");
}

TEST_F(Depletion, ALevelInPerCentNeedsNoCapacity) {
  SupplyObservation seen = at(11);
  seen.capacity = Level::unknown();
  seen.percent = true;
  EXPECT_EQ(judged(seen), "");
  seen.read_ms = next_ms += 1;
  seen.level = Level::number(10);
  EXPECT_EQ(judged(seen), "order");
}

TEST_F(Depletion, WhatHasNoRestrictionNoLevelOrIsNoConsumableIsNeverOrdered) {
  EXPECT_EQ(judged(without_number(Level::other(), true)), "");
  SupplyObservation absent = at(0);
  absent.level.reset();
  absent.low_alert = true;
  EXPECT_EQ(judged(absent), "");
  SupplyObservation other = at(0);
  other.ordered_from = false;
  EXPECT_EQ(judged(other), "");
}

// --- what is observed of a report ---

model::Supply supply_of(std::uint32_t index, model::SupplyClass of) {
  model::Supply supply;
  supply.index = index;
  supply.supply_class = of;
  supply.level = Level::some_remaining();
  return supply;
}

bool low(const model::Supply& supply, std::int32_t code, std::int32_t index = 3,
         model::AlertGroup group = model::AlertGroup::marker_supplies) {
  model::Alerts alerts;
  alerts.rows.push_back({.index = 1, .group = group, .group_index = index, .code = code});
  return observe(supply, &alerts, 1).low_alert;
}

TEST(SupplyObserved, OnlyItsOwnAlertsCount) {
  const model::Supply toner = supply_of(3, model::SupplyClass::supply_that_is_consumed);
  const model::Supply waste = supply_of(3, model::SupplyClass::receptacle_that_is_filled);
  for (const int code : {12, 13, 1101, 1104}) {
    EXPECT_TRUE(low(toner, code)) << code;
    EXPECT_FALSE(low(waste, code)) << code;
  }
  for (const int code : {14, 15, 1107, 1109}) {
    EXPECT_TRUE(low(waste, code)) << code;
    EXPECT_FALSE(low(toner, code)) << code;
  }
  EXPECT_FALSE(low(toner, 1101, 4)) << "another supply's";
  EXPECT_FALSE(low(toner, 13, 3, model::AlertGroup::input)) << "tray 3 is empty";
  EXPECT_FALSE(low(toner, 8)) << "a jam";
  EXPECT_FALSE(observe(toner, nullptr, 1).low_alert);
}

TEST(SupplyObserved, ClassUnitAndSerialNumberAreTakenOver) {
  EXPECT_TRUE(observe(supply_of(1, model::SupplyClass::receptacle_that_is_filled), nullptr, 1).ordered_from);
  EXPECT_FALSE(observe(supply_of(1, model::SupplyClass::other), nullptr, 1).ordered_from);
  model::Supply supply;
  supply.unit = model::SupplyUnit::percent;
  supply.serial_number = "S";
  const SupplyObservation seen = observe(supply, nullptr, 17);
  EXPECT_TRUE(seen.ordered_from) << "most devices that tell no class mean a consumable";
  EXPECT_TRUE(seen.percent);
  EXPECT_EQ(seen.serial_number, "S");
  EXPECT_EQ(seen.read_ms, 17);
}

}  // namespace
}  // namespace mr::server
