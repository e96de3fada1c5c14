// Faults and their history, service items, usage, sleep, the online switch, the clock and the state file.
#include <gtest/gtest.h>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Model whole_model() {
  Model m;
  m.key = "test";
  m.firmware = "1.0";
  m.colour = true;
  m.colorants = {{"cyan", 3}, {"black", 3}};
  m.warm_up_ms = 10'000;
  m.sleep_after_ms = 600'000;
  m.job_log_max = 3;
  m.fault_history_max = 4;
  SupplyKind cyan, black, waste, drum, staples;
  cyan.description = "Cyan Toner, PN 1";
  cyan.colorant = 1;
  cyan.wears_by = WearsBy::coverage;
  cyan.colour_only = true;
  black = cyan;
  black.description = "Black Toner, PN 2";
  black.colorant = 2;
  black.colour_only = false;
  cyan.capacity = black.capacity = 1000;
  cyan.yield = black.yield = 1000;
  waste.description = "Waste Container";
  waste.supply_class = SupplyClass::receptacle;
  waste.type = 4;
  waste.wears_by = WearsBy::coverage;
  waste.capacity = 1000;
  waste.yield = 1000;
  drum.description = "Drum";
  drum.type = 9;
  drum.capacity = 1000;
  drum.yield = 1000;
  drum.stops_when_empty = false;
  staples.description = "Staples";
  staples.type = 32;
  staples.wears_by = WearsBy::staples;
  staples.capacity = 5000;
  staples.yield = 5000;
  staples.stops_when_empty = false;
  m.supplies = {cyan, black, waste, drum, staples};
  m.inputs.resize(2);
  m.inputs[0].name = "Tray 1";
  m.inputs[0].media_name = "iso_a4_210x297mm";
  m.inputs[1].name = "Tray 2";
  m.inputs[1].media_name = "iso_a3_297x420mm";
  m.inputs[1].media_type = "cardstock";
  m.outputs.push_back({.name = "Bin", .description = "Bin", .capacity = 250});
  m.covers = {{"Front Cover"}};
  m.meters = {{.name = "Total"}, {.name = "Large", .large_only = true}};
  m.faults = {
      {.code = "08-101",
       .description = "Paper jam at tray 1",
       .part = Part::input,
       .row = 1,
       .resolution = "Paper removed",
       .area = "Tray 1"},
      {.code = "10-399",
       .description = "Fuser over-temperature",
       .part = Part::marker,
       .row = 1,
       .alert_code = code_unrecoverable,
       .training = 5,
       .cleared_by = ClearedBy::power_cycle},
      {.code = "04-345",
       .description = "Motor failure",
       .part = Part::marker,
       .row = 1,
       .alert_code = code_unrecoverable,
       .training = 5,
       .cleared_by = ClearedBy::service},
      {.code = "05-300",
       .description = "Front Cover is open",
       .part = Part::cover,
       .row = 1,
       .alert_code = code_cover_open,
       .resolution = "Cover closed"},
  };
  m.service_items = {
      {.code = "950-801", .name = "Fuser", .limit = 1000},
      {.code = "950-803",
       .name = "Feed rolls, tray 2",
       .counts = ServiceCounts::input_sheets,
       .input = 1,
       .limit = 100},
      {.code = "950-810", .name = "Feeder rolls", .counts = ServiceCounts::scans, .limit = 50}};
  m.nvm = {{.id = "502-806", .name = "Fuser temperature", .initial = 180, .low = 150, .high = 210}};
  return m;
}

Device warm(Moment& now, Model model = whole_model()) {
  Device device(std::make_shared<const Model>(std::move(model)), {.serial = "S1"});
  device.power_on(now);
  now += seconds(10);
  device.advance(now);
  return device;
}

TEST(Work, WearsEachColourByItsOwnCoverage) {
  Moment now{};
  Device d = warm(now);
  Coverage coverage(0);
  coverage.of[0] = 10'000;  // cyan at twice the rated coverage
  coverage.of[1] = 2'500;   // black at half of it
  d.run_job({.black = 100, .colour = 100, .coverage = coverage, .staples = 7}, now);
  EXPECT_EQ(d.supply_true_level(0), 1000 - 200);  // on the 100 colour impressions only
  EXPECT_EQ(d.supply_true_level(1), 1000 - 100);  // on all 200
  // Black sides 100 x 2.5 %, colour ones 100 x the mean of 10 and 2.5 %: 875 % over the rated 5 % is 175.
  EXPECT_EQ(d.supply_true_level(2), 1000 - 175);
  EXPECT_EQ(d.supply_true_level(3), 1000 - 200);
  EXPECT_EQ(d.supply_true_level(4), 5000 - 7);
  EXPECT_EQ(d.usage().average_coverage(0), 10'000u);
  EXPECT_EQ(d.usage().average_coverage(1), 2'500u);
}

TEST(Work, StopsAtTheColourThatRunsOut) {
  Moment now{};
  Device d = warm(now);
  d.set_supply_level(0, 50, now);
  EXPECT_EQ(d.run_job({.black = 100, .colour = 100}, now), 100u);  // half the colour sides, so half the job
  EXPECT_EQ(d.supply_true_level(0), 0);
  EXPECT_FALSE(d.ready());
}

TEST(Work, SizeIsTheTraysUnlessTheJobSays) {
  Moment now{};
  Device d = warm(now);
  d.run_job({.black = 10, .input = 1}, now);
  d.run_job({.black = 5}, now);
  EXPECT_EQ(d.meter(1), 10u);
  EXPECT_EQ(d.usage().sheets_by_size[static_cast<std::size_t>(MediaSize::a3)], 10u);
  EXPECT_EQ(d.usage().sheets_by_type.of("cardstock"), 10u);
  EXPECT_EQ(d.usage().sheets_by_input[1], 10u);
}

TEST(Work, JobsAreLoggedAndTheOldestGo) {
  Moment now{};
  Device d = warm(now);
  for (int i = 1; i <= 4; ++i) d.run_job({.black = 1, .name = "doc" + std::to_string(i), .user = "ann"}, now);
  ASSERT_EQ(d.jobs().size(), 3u);
  EXPECT_EQ(d.jobs().front().name, "doc2");
  EXPECT_EQ(d.jobs().back().number, 4u);
  EXPECT_EQ(d.jobs().back().result, JobResult::completed);
}

TEST(Work, DistributionsCountJobsOnce) {
  Moment now{};
  Device d = warm(now);
  d.run_job({.black = 30, .sets = 10}, now);
  EXPECT_EQ(d.usage().run_length.counts[4], 1u);       // 11 to 50
  EXPECT_EQ(d.usage().document_length.counts[2], 1u);  // 3 to 5
  EXPECT_EQ(d.usage().sets, 10u);
}

TEST(Faults, AreAnAlertAndAnEntryOfTheHistory) {
  Moment now{};
  Device d = warm(now);
  d.run_job({.black = 12}, now);
  d.raise_fault(0, now);
  d.raise_fault(0, now);  // stands already
  ASSERT_EQ(d.alerts().size(), 1u);
  EXPECT_EQ(d.device_status(), 5);
  EXPECT_EQ(d.detected_errors(), std::string("\x04\x00", 2));  // jammed
  EXPECT_EQ(d.console_text(0), "Paper jam at tray 1");
  EXPECT_TRUE(d.attention_light());
  now += minutes(3);
  EXPECT_TRUE(d.clear_fault(0, {}, now));
  EXPECT_FALSE(d.clear_fault(0, {}, now));
  EXPECT_TRUE(d.alerts().empty());
  ASSERT_EQ(d.fault_history().size(), 1u);
  const FaultRecord& record = d.fault_history()[0];
  EXPECT_EQ(record.life_count, 12u);
  EXPECT_EQ(record.cleared, now);
  EXPECT_EQ(record.resolution, "Paper removed");
  EXPECT_EQ(d.usage().jams.of("Tray 1"), 1u);
}

TEST(Faults, APartsStateIsTheFaultOfItsRow) {
  Moment now{};
  Device d = warm(now);
  d.set_cover(0, CoverStatus::open, now);
  ASSERT_EQ(d.fault_history().size(), 1u);
  EXPECT_EQ(d.fault_history()[0].fault, 3);
  EXPECT_FALSE(d.clear_fault(3, {}, now));  // the cover is still open
  d.set_cover(0, CoverStatus::closed, now);
  EXPECT_EQ(d.fault_history()[0].resolution, "Cover closed");
}

TEST(Faults, APowerCycleClearsOnlyWhatItMends) {
  Moment now{};
  Device d = warm(now);
  d.raise_fault(1, now);
  d.raise_fault(2, now);
  d.power_off(now += seconds(1));
  EXPECT_EQ(d.fault_history()[0].resolution, "Switched off");
  d.power_on(now += seconds(1));
  EXPECT_FALSE(d.fault_stands(1));
  EXPECT_TRUE(d.fault_stands(2));
  EXPECT_EQ(d.alerts()[0].index, 1);
  EXPECT_EQ(d.fault_history().size(), 3u);  // found again
}

TEST(Faults, TheHistoryIsBounded) {
  Moment now{};
  Device d = warm(now);
  for (int i = 0; i < 6; ++i) {
    d.raise_fault(0, now);
    d.clear_fault(0, "n" + std::to_string(i), now);
  }
  ASSERT_EQ(d.fault_history().size(), 4u);
  EXPECT_EQ(d.fault_history()[0].number, 3u);
  EXPECT_EQ(d.fault_history()[3].resolution, "n5");
}

TEST(Service, ItemsCountWhatTheyAreOf) {
  Moment now{};
  Device d = warm(now);
  d.run_job({.black = 40, .input = 1}, now);
  d.run_job({.function = JobFunction::copy, .black = 20, .sets = 2}, now);
  EXPECT_EQ(d.service_count(0), 60u);
  EXPECT_EQ(d.service_count(1), 40u);
  EXPECT_EQ(d.service_count(2), 10u);
  EXPECT_EQ(d.service_percent_left(1), 60);
  d.replace_service_item(1, now);
  EXPECT_EQ(d.service_percent_left(1), 100);
  EXPECT_EQ(d.service_replaced(1), 1u);
  EXPECT_FALSE(d.set_nvm(0, 211));
  EXPECT_TRUE(d.set_nvm(0, 200));
  EXPECT_EQ(d.nvm(0), 200);
}

TEST(Service, AMissingSupplyStopsWorkAndIsTold) {
  Moment now{};
  Device d = warm(now);
  d.set_supply_present(1, false, now);
  EXPECT_EQ(d.supply_level(1), reading_unknown);
  EXPECT_EQ(d.alerts()[0].code, code_supply_missing);
  EXPECT_EQ(d.detected_errors(), std::string("\x00\x20", 2));  // markerSupplyMissing
  EXPECT_EQ(d.run_job({.black = 1}, now), 0u);
  d.replace_supply(1, "NEW", now);
  EXPECT_TRUE(d.alerts().empty());
  EXPECT_EQ(d.usage().units[1].replaced, 1u);
  EXPECT_EQ(d.usage().units[1].early, 1u);
}

TEST(Service, AFullBinStopsUntilItIsEmptied) {
  Moment now{};
  Device d = warm(now);
  d.set_output_level(0, 230, now);
  EXPECT_EQ(d.alerts()[0].code, code_output_almost_full);
  EXPECT_EQ(d.detected_errors(), std::string("\x00\x10", 2));
  d.set_output_level(0, 250, now);
  EXPECT_EQ(d.detected_errors(), std::string("\x00\x08", 2));
  EXPECT_FALSE(d.ready());
  d.set_output_level(0, 0, now);
  EXPECT_TRUE(d.ready());
}

TEST(Power, SleepsWhenIdleAndWakesForWork) {
  Moment now{};
  Device d = warm(now);
  ASSERT_EQ(d.due(), Moment(seconds(10) + minutes(10)));
  d.run_job({.black = 1}, now += minutes(5));
  ASSERT_EQ(d.due(), now + minutes(10));
  d.advance(now += minutes(10));
  EXPECT_EQ(d.power(), Power::standby);
  EXPECT_EQ(d.console_text(0), "Power saver");
  EXPECT_FALSE(d.due());
  d.run_job({.black = 1}, now += hours(1));
  EXPECT_EQ(d.power(), Power::on);
  const auto spent = d.power_ms(now);
  EXPECT_EQ(spent[static_cast<std::size_t>(Power::standby)], 3'600'000u);
  EXPECT_EQ(spent[static_cast<std::size_t>(Power::warming_up)], 10'000u);
}

TEST(Power, OfflineTakesNoWork) {
  Moment now{};
  Device d = warm(now);
  d.set_online(false, now);
  EXPECT_FALSE(d.ready());
  EXPECT_EQ(d.device_status(), 5);
  EXPECT_EQ(d.printer_status(), 1);
  EXPECT_EQ(d.detected_errors(), std::string("\x02\x00", 2));
  EXPECT_EQ(d.console_text(0), "Offline");
  d.set_online(true, now);
  EXPECT_TRUE(d.ready());
}

TEST(Clock, StepsMoveCivilTimeAlone) {
  Moment now{};
  Device d = warm(now);
  EXPECT_FALSE(d.utc(now));
  const std::chrono::sys_time<Moment> start{hours(24 * 365)};
  d.set_clock(start, minutes(60));
  d.step_clock(-hours(2));
  EXPECT_EQ(d.utc(now), start - hours(2) + now);
  EXPECT_EQ(d.uptime_ticks(now), 1000u);
}

TEST(State, ComesBackAsItWas) {
  Moment now{};
  Device d = warm(now);
  d.run_job({.black = 33, .colour = 5, .input = 1, .name = "letter", .user = "bob"}, now += minutes(1));
  d.raise_fault(2, now);
  d.set_cover(0, CoverStatus::open, now);
  d.set_supply_serial(0, "ABC");
  d.set_nvm(0, 201);
  Settings settings = d.settings();
  settings.ports.http = false;
  settings.mail_recipients = {"a@example.test"};
  settings.trap_targets = {{"10.0.0.9", 1162, 3, true, "ann"}};
  d.set(settings);
  d.power_off(now += minutes(1));
  const std::string state = d.save(now);

  Device other(d.model_ptr(), {.serial = "other"});
  const Moment later = now + hours(5);
  const auto restored = other.restore(state, later);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(other.save(later), state);
  EXPECT_EQ(other.identity().serial, "S1");
  EXPECT_EQ(other.meter(0), 38u);
  EXPECT_FALSE(other.settings().ports.http);
  other.power_on(later);
  EXPECT_TRUE(other.fault_stands(2));
  EXPECT_EQ(other.cover(0), CoverStatus::open);
}

TEST(State, ForeignOrBrokenOnesAreRefusedAndChangeNothing) {
  Moment now{};
  Device d = warm(now);
  d.power_off(now);
  const std::string state = d.save(now);
  const auto refused = [&](std::string text, std::string_view words) {
    const auto result = d.restore(text, now);
    ASSERT_FALSE(result);
    EXPECT_NE(to_string(result.error()).find(words), std::string::npos) << to_string(result.error());
    EXPECT_EQ(d.save(now), state);
  };
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string text = state;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at != std::string::npos) text.replace(at, from.size(), to);
    return text;
  };
  refused("{", "incomplete");
  refused("[]", "an object");
  refused(with("\"test\"", "\"elsewhere\""), "model");
  refused(with("\"level\":1000", "\"level\":1001"), "level");
  refused(with("\"meters\":[0,0]", "\"meters\":[0]"), "a list of 2");
  refused(with("\"nvm\":[180]", "\"nvm\":[99]"), "nvm");
  refused(with("\"covers\":[4]", "\"covers\":[7]"), "covers");
}

}  // namespace
}  // namespace mr::printer
