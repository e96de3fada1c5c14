#include "simulators/printer/device/device.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mr::printer {
namespace {

using std::chrono::seconds;

// Two toners, a drum and a waste container; two trays; the meters of the usage table's identities.
ModelPtr small_model() {
  auto model = std::make_shared<Model>();
  model->key = "small";
  model->product = "Test 1";
  model->description = "{product}; {firmware}; SN {serial}";
  model->firmware = "1.2";
  model->object_id = {1, 3, 6, 1, 4, 1, 99999, 1};
  model->colour = model->duplex = true;
  model->warm_up_ms = 10000;
  model->supplies = {
      {.description = "Black Toner, SN{serial}",
       .type = 3,
       .unit = 7,
       .max = 1000,
       .capacity = 1000,
       .yield = 1000,
       .wears_by = WearsBy::coverage},
      {.description = "Cyan Toner",
       .type = 3,
       .unit = 7,
       .max = 1000,
       .capacity = 1000,
       .yield = 1000,
       .wears_by = WearsBy::coverage,
       .colour_only = true},
      {.description = "Drum",
       .type = 9,
       .max = 100,
       .capacity = 100,
       .yield = 30000,
       .stops_when_empty = false},
      {.description = "Waste Toner Container",
       .supply_class = SupplyClass::receptacle,
       .type = 4,
       .max = reading_unknown,
       .capacity = 100,
       .reporting = Reporting::some_remaining,
       .yield = 20000},
  };
  model->inputs = {{.name = "Tray 1", .capacity = 500, .initial = 500},
                   {.name = "Tray 2", .capacity = 500, .initial = 500}};
  model->outputs = {{.name = "Bin", .capacity = 250}};
  model->covers = {{"Front Cover"}};
  const auto meter = [&](std::string name, MeterCounts counts, std::uint8_t functions, std::uint8_t colours,
                         std::uint32_t index) {
    model->meters.push_back({.name = std::move(name),
                             .counts = counts,
                             .functions = functions,
                             .colours = colours,
                             .table_device = 1,
                             .table_index = index});
  };
  meter("Total", MeterCounts::impressions, counts_every_function, counts_every_colour, 1);
  meter("Black", MeterCounts::impressions, counts_every_function, counts_black, 34);
  meter("Colour", MeterCounts::impressions, counts_every_function, counts_colour, 33);
  meter("Black Printed", MeterCounts::impressions, counts_print | counts_fax, counts_black, 7);
  meter("Black Copied", MeterCounts::impressions, counts_copy, counts_black, 3);
  meter("Sheets", MeterCounts::sheets, counts_every_function, counts_every_colour, 38);
  meter("Power On", MeterCounts::power_on, counts_every_function, counts_every_colour, 2);
  return model;
}

Device started() {
  Device device(small_model(), {.serial = "S1"});
  device.power_on(Moment{0});
  device.advance(seconds(10));
  return device;
}

std::vector<std::int32_t> codes(const Device& device) {
  std::vector<std::int32_t> out;
  for (const Alert& alert : device.alerts()) out.push_back(alert.code);
  return out;
}

TEST(Device, WarmsUpAndIsReady) {
  Device device(small_model(), {.serial = "S1"});
  EXPECT_FALSE(device.powered());
  device.power_on(seconds(5));
  EXPECT_EQ(device.printer_status(), 5);
  EXPECT_EQ(device.device_status(), 5);
  EXPECT_EQ(device.due(), seconds(15));
  EXPECT_FALSE(device.ready());
  device.advance(seconds(14));
  EXPECT_FALSE(device.ready());
  device.advance(seconds(15));
  EXPECT_TRUE(device.ready());
  EXPECT_EQ(device.printer_status(), 3);
  EXPECT_EQ(device.device_status(), 2);
  EXPECT_EQ(device.detected_errors(), std::string(2, '\0'));
  EXPECT_EQ(device.uptime_ticks(seconds(15)), 1000u);
  EXPECT_EQ(device.system_description(), "Test 1; 1.2; SN S1");
}

//= PRN-METERS type=test
TEST(Device, MetersAreIdentities) {
  Device device = started();
  EXPECT_EQ(device.run_job({.black = 7, .colour = 5}, seconds(20)), 12u);
  EXPECT_EQ(device.run_job({.function = JobFunction::copy, .black = 9, .sheets = 5, .two_sided_sheets = 4},
                           seconds(21)),
            9u);
  const auto value = [&](std::uint32_t n) { return device.meter(*device.find_meter(1, n)); };
  EXPECT_EQ(value(1), 21u);
  EXPECT_EQ(value(33), 5u);
  EXPECT_EQ(value(34), 16u);
  EXPECT_EQ(value(7), 7u);
  EXPECT_EQ(value(3), 9u);
  EXPECT_EQ(value(38), 17u);
  EXPECT_EQ(device.life_count(), 21u);
  EXPECT_EQ(device.power_on_count(), 21u);
  device.power_off(seconds(30));
  device.power_on(seconds(40));
  EXPECT_EQ(device.life_count(), 21u) << "prtMarkerLifeCount is kept";
  EXPECT_EQ(device.power_on_count(), 0u);
  EXPECT_EQ(value(2), 0u);
  EXPECT_EQ(device.boots(), 2u);
}

TEST(Device, WearIsExactWhateverTheJobSizes) {
  Device once = started(), often = started();
  once.run_job({.black = 333, .coverage = 1234u}, seconds(20));
  for (int i = 0; i < 333; ++i) often.run_job({.black = 1, .coverage = 1234u}, seconds(20));
  EXPECT_EQ(once.supply_true_level(0), often.supply_true_level(0));
  EXPECT_EQ(once.supply_true_level(0), 1000 - 82);  // 333 * 1234 / 5000 = 82.18
  EXPECT_EQ(once.supply_true_level(1), 1000) << "no colour was printed";
}

//= PRN-ALERT-TABLE type=test
TEST(Device, TonerThresholdsRaiseAndClear) {
  Device device = started();
  device.set_supply_level(0, 101, seconds(20));
  EXPECT_EQ(codes(device), std::vector<std::int32_t>{});
  device.run_job({.black = 1}, seconds(21));
  EXPECT_EQ(codes(device), std::vector{code_toner_almost_empty});
  EXPECT_EQ(device.device_status(), 3);
  EXPECT_EQ(device.printer_status(), 3);
  EXPECT_EQ(device.detected_errors(), std::string("\x20\x00", 2)) << "lowToner is bit 2 from the left";
  EXPECT_EQ(device.run_job({.black = 500}, seconds(22)), 100u) << "stops when the toner is empty";
  EXPECT_EQ(codes(device), std::vector{code_toner_empty});
  EXPECT_EQ(device.alerts()[0].index, 2) << "an index is not reused";
  EXPECT_EQ(device.detected_errors(), std::string("\x10\x00", 2));
  EXPECT_FALSE(device.ready());
  EXPECT_EQ(device.printer_status(), 1);
  EXPECT_EQ(device.device_status(), 5);
  EXPECT_EQ(device.critical_events(), 1u);
  EXPECT_EQ(device.all_events(), 2u);
  EXPECT_EQ(device.console_text(0), "Black Toner is empty");
  const auto changes = device.take_alert_changes();
  ASSERT_EQ(changes.size(), 3u);
  EXPECT_TRUE(changes[0].raised && !changes[1].raised && changes[2].raised);
  device.replace_supply(0, "N2", seconds(30));
  EXPECT_EQ(codes(device), std::vector<std::int32_t>{});
  EXPECT_TRUE(device.ready());
  EXPECT_EQ(device.supply_description(0), "Black Toner, SNN2");
  EXPECT_EQ(device.all_events(), 2u) << "clearing is no event";
}

TEST(Device, ReservedReadings) {
  Device device = started();
  EXPECT_EQ(device.supply_level(3), reading_some);
  device.set_supply_level(3, 0, seconds(20));
  EXPECT_EQ(device.supply_level(3), 0);
  EXPECT_EQ(codes(device), std::vector{code_waste_full});
  device.set_input_present(0, false, seconds(21));
  EXPECT_EQ(device.input_level(0), reading_unknown);
}

TEST(Device, OneEmptyTrayIsAWarningAllAreCritical) {
  Device device = started();
  EXPECT_EQ(device.run_job({.black = 500}, seconds(20)), 500u);
  EXPECT_EQ(device.input_level(0), 0);
  EXPECT_EQ(codes(device), std::vector{code_input_empty});
  EXPECT_TRUE(device.ready());
  EXPECT_EQ(device.detected_errors(), std::string("\x00\x04", 2)) << "inputTrayEmpty alone";
  EXPECT_EQ(device.input_status(0), 1 | 8);
  EXPECT_EQ(device.run_job({.black = 10}, seconds(21)), 0u);
  device.set_input_level(1, 0, seconds(22));
  EXPECT_FALSE(device.ready());
  EXPECT_EQ(device.detected_errors(), std::string("\x40\x04", 2)) << "and noPaper";
  device.set_input_level(0, 500, seconds(23));
  EXPECT_TRUE(device.ready());
  EXPECT_EQ(codes(device), std::vector{code_input_empty});
}

TEST(Device, CoversComeBackAfterPowerOn) {
  Device device = started();
  device.set_cover(0, CoverStatus::open, seconds(20));
  EXPECT_EQ(device.detected_errors(), std::string("\x08\x00", 2));
  device.power_off(seconds(30));
  EXPECT_TRUE(device.alerts().empty());
  device.power_on(seconds(40));
  ASSERT_EQ(codes(device), std::vector{code_cover_open});
  EXPECT_EQ(device.alerts()[0].index, 1) << "indices start at 1 after power-on";
  EXPECT_EQ(device.critical_events(), 1u);
  device.set_cover(0, CoverStatus::closed, seconds(50));
  EXPECT_TRUE(device.alerts().empty());
}

TEST(Device, AlertTableIsBoundedAndIndicesWrap) {
  Device device = started();
  const auto raise = [&](Severity severity) {
    Alert alert;
    alert.severity = severity;
    alert.code = code_jam;
    return device.raise(alert, seconds(20));
  };
  const std::int32_t first = raise(Severity::critical);
  for (std::size_t i = 0; i < Device::alerts_max + 10; ++i) raise(Severity::warning);
  EXPECT_EQ(device.alerts().size(), Device::alerts_max);
  EXPECT_EQ(device.alerts()[0].index, first) << "a critical alert is not pushed out by warnings";
  EXPECT_EQ(device.all_events(), Device::alerts_max + 11);
  EXPECT_LE(device.take_alert_changes().size(), Device::changes_max);
  device.set_next_alert_index(2147483647);
  EXPECT_EQ(raise(Severity::warning), 2147483647);
  EXPECT_EQ(raise(Severity::warning), 2) << "wraps to 1, which is taken";
  EXPECT_FALSE(device.clear(999, seconds(21)));
  EXPECT_TRUE(device.clear(first, seconds(21)));
}

TEST(Device, RolloverIsFollowedByOne) {
  auto model = std::make_shared<Model>(*small_model());
  model->meters[0].rollover = 999999;
  Device device(model, {});
  device.set_meter(0, 999999);
  EXPECT_EQ(device.meter(0), 999999u);
  device.set_meter(0, 1000000);
  EXPECT_EQ(device.meter(0), 1u);
  device.set_meter(0, 1999998);
  EXPECT_EQ(device.meter(0), 999999u);
  device.set_meter(0, 1999999);
  EXPECT_EQ(device.meter(0), 1u);
}

}  // namespace
}  // namespace mr::printer
