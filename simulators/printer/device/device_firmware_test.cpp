#include <gtest/gtest.h>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class Upgrading : public testing::Test {
 protected:
  Upgrading() {
    auto made = std::make_shared<Model>();
    made->firmware = "1.0";
    made->description = "{product} {firmware}";
    made->warm_up_ms = 10'000;
    made->firmware_check_ms = 4'000;
    made->firmware_install_ms = 60'000;
    made->restart_ms = 20'000;
    model = made;
    device.emplace(model, Identity{.serial = "1"});
    device->power_on(seconds(0));
    advance(seconds(10));
  }
  void advance(Moment to) {
    while (device->due() && *device->due() <= to) device->advance(*device->due());
  }
  void give(Install kind, Moment now, std::string level = "2.0") {
    ASSERT_TRUE(device->begin_upgrade(now));
    device->check_upgrade(std::pair(std::move(level), kind), now);
  }
  ModelPtr model;
  std::optional<Device> device;
};

TEST_F(Upgrading, GoesThroughItsSteps) {
  ASSERT_TRUE(device->ready());
  ASSERT_TRUE(device->begin_upgrade(seconds(100)));
  EXPECT_EQ(device->upgrade(), Upgrade::receiving);
  EXPECT_EQ(device->console_text(0), "Receiving software");
  EXPECT_TRUE(device->ready());
  EXPECT_FALSE(device->due());  // the sender's time
  EXPECT_FALSE(device->begin_upgrade(seconds(101)));
  device->check_upgrade(std::pair(std::string("2.0"), Install::sound), seconds(110));
  EXPECT_EQ(device->upgrade(), Upgrade::checking);
  EXPECT_FALSE(device->ready());
  EXPECT_EQ(device->device_status(), 5);
  EXPECT_EQ(device->printer_status(), 1);
  advance(seconds(113));
  EXPECT_EQ(device->upgrade(), Upgrade::checking);
  advance(seconds(114));
  EXPECT_EQ(device->upgrade(), Upgrade::installing);
  advance(seconds(173));
  EXPECT_EQ(device->level(), "1.0");
  EXPECT_TRUE(device->powered());
  advance(seconds(174));
  EXPECT_EQ(device->power(), Power::restarting);
  EXPECT_FALSE(device->powered());
  EXPECT_EQ(device->level(), "1.0");
  advance(seconds(194));
  EXPECT_EQ(device->power(), Power::warming_up);
  EXPECT_EQ(device->level(), "2.0");
  EXPECT_EQ(device->system_description(), model->product + " 2.0");
  EXPECT_EQ(device->boots(), 2u);
  advance(seconds(204));
  EXPECT_TRUE(device->ready());
  ASSERT_EQ(device->levels().size(), 2u);
  EXPECT_EQ(device->levels()[1].since, Moment(seconds(194)));
}

TEST_F(Upgrading, ARefusedOrBrokenFileLeavesAll) {
  ASSERT_TRUE(device->begin_upgrade(seconds(100)));
  device->check_upgrade(std::nullopt, seconds(110));
  advance(seconds(1000));
  EXPECT_EQ(device->upgrade(), Upgrade::none);
  EXPECT_TRUE(device->ready());
  ASSERT_TRUE(device->begin_upgrade(seconds(1100)));
  device->abandon_upgrade(seconds(1101));
  EXPECT_EQ(device->upgrade(), Upgrade::none);
  EXPECT_EQ(device->level(), "1.0");
  EXPECT_EQ(device->boots(), 1u);
  device->power_off(seconds(1200));
  EXPECT_FALSE(device->begin_upgrade(seconds(1201)));
}

TEST_F(Upgrading, APowerCutLeavesOneLevelWhole) {
  for (int cut = 0; cut <= 120; ++cut) {
    SCOPED_TRACE(cut);
    Device one(model, Identity{.serial = "1"});
    one.power_on(seconds(0));
    one.advance(seconds(10));
    ASSERT_TRUE(one.begin_upgrade(seconds(100)));
    one.check_upgrade(std::pair(std::string("2.0"), Install::sound), seconds(100));
    while (one.due() && *one.due() <= seconds(100 + cut)) one.advance(*one.due());
    one.power_off(seconds(100 + cut));
    EXPECT_FALSE(one.due());
    one.power_on(seconds(1000));
    // Checked after 4 s, written after 64.
    EXPECT_EQ(one.level(), cut < 64 ? "1.0" : "2.0");
    EXPECT_EQ(one.power(), Power::warming_up);
    EXPECT_EQ(one.upgrade(), Upgrade::none);
  }
}

TEST_F(Upgrading, AWatchdogEndsALevelThatHangs) {
  give(Install::hangs, seconds(100));
  advance(seconds(104) + minutes(10) - seconds(1));
  EXPECT_EQ(device->upgrade(), Upgrade::installing);
  advance(seconds(104) + minutes(11));
  EXPECT_EQ(device->power(), Power::on);
  EXPECT_EQ(device->level(), "1.0");
  EXPECT_EQ(device->boots(), 2u);
  give(Install::sound, minutes(20));  // and the next one is taken
  advance(minutes(30));
  EXPECT_EQ(device->level(), "2.0");
}

TEST_F(Upgrading, ALevelThatDoesNotStartIsTriedThreeTimes) {
  give(Install::does_not_start, seconds(100));
  advance(seconds(164));
  for (int i = 0; i <= Device::start_attempts; ++i) {
    EXPECT_EQ(device->power(), Power::restarting) << i;
    advance(*device->due());
  }
  EXPECT_EQ(device->power(), Power::warming_up);
  EXPECT_EQ(device->level(), "1.0");
  EXPECT_EQ(device->boots(), 2u);
  // The spare slot is not tried again.
  device->power_off(minutes(10));
  device->power_on(minutes(11));
  EXPECT_EQ(device->power(), Power::warming_up);
}

TEST_F(Upgrading, OnlyAFileThatIsMadeToBrickDoesAndATechnicianRepairsIt) {
  give(Install::bricks, seconds(100));
  advance(seconds(164));
  advance(*device->due());
  EXPECT_EQ(device->power(), Power::off);
  EXPECT_TRUE(device->bricked());
  EXPECT_FALSE(device->due());
  device->power_on(minutes(10));
  EXPECT_EQ(device->power(), Power::off);
  device->repair();
  device->power_on(minutes(11));
  EXPECT_EQ(device->power(), Power::warming_up);
  EXPECT_EQ(device->level(), "1.0");
}

TEST_F(Upgrading, HistoryIsBounded) {
  Moment now = seconds(100);
  for (int i = 0; i < 50; ++i, now += minutes(10)) {
    give(Install::sound, now, "2." + std::to_string(i));
    advance(now + minutes(5));
  }
  EXPECT_EQ(device->level(), "2.49");
  EXPECT_EQ(device->levels().size(), Device::levels_max);
  const std::uint32_t changes = device->config_changes();
  give(Install::sound, now, "2.49");  // the same again is no change of level
  advance(now + minutes(5));
  EXPECT_EQ(device->levels().size(), Device::levels_max);
  EXPECT_EQ(device->config_changes(), changes);
}

TEST_F(Upgrading, ARestartKeepsWhatLasts) {
  Device other(model, Identity{.serial = "2"});
  other.power_on(seconds(0));
  other.advance(seconds(10));
  other.run_job({.black = 3}, seconds(20));
  other.restart(seconds(30));
  EXPECT_FALSE(other.powered());
  EXPECT_EQ(other.due(), Moment(seconds(50)));
  other.restart(seconds(40));  // once is enough
  EXPECT_EQ(other.due(), Moment(seconds(50)));
  other.advance(seconds(50));
  EXPECT_EQ(other.power(), Power::warming_up);
  EXPECT_EQ(other.life_count(), 3u);
  EXPECT_EQ(other.power_on_count(), 0u);
  EXPECT_EQ(other.boots(), 2u);
  EXPECT_EQ(other.uptime_ticks(seconds(51)), 100u);
}

}  // namespace
}  // namespace mr::printer
