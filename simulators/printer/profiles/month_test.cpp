// Months of work and trouble over every profile.
#include <gtest/gtest.h>

#include <algorithm>

#include "simulators/printer/profiles/consistency.hpp"
#include "simulators/printer/profiles/test_mischief.hpp"

namespace mr::printer {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using test::Mischief;

ModelPtr must(std::string_view key) {
  auto model = profile(key);
  EXPECT_TRUE(model) << to_string(model.error());
  return *model;
}

// The identities between meters hold at every step, and now and then a look at everything finds that it tells
// one story, whatever befell.
//= PRN-METERS type=test
TEST(Month, NothingThatHappensMakesAPrinterContradictItself) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    const MibTemplatePtr shared = compose_mib(model);
    bool stood = false, worked = false, slept = false;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      SCOPED_TRACE(seed);
      runtime::SeededEntropy entropy(seed);
      Device device = make_device(model, static_cast<std::uint32_t>(seed), entropy);
      Moment now{};
      device.power_on(now);
      DeviceMib mib(shared, device);
      Mischief mischief(device, entropy.stream("mischief"));
      const std::uint64_t before = device.life_count();
      for (int step = 0; step < 1440; ++step) {
        now += minutes(30);
        device.advance(now);
        slept = slept || device.power() == Power::standby;
        mischief.happen(now);
        if (mischief.power_cycled) now += minutes(10);
        device.advance(now);
        ASSERT_EQ(device.life_count(), before + mischief.printed) << step;
        const auto broken = broken_meters(device);
        ASSERT_TRUE(broken.empty()) << step << ": " << broken[0];
        stood = stood || !device.ready();
        if (step % 48 != 47) continue;
        const auto wrong = contradictions(device, mib);
        ASSERT_TRUE(wrong.empty()) << step << ": " << wrong[0] << " and " << wrong.size() - 1 << " more";
      }
      worked = worked || mischief.printed > 0;
    }
    EXPECT_TRUE(stood);
    EXPECT_TRUE(worked);
    EXPECT_EQ(slept, true);
  }
}

// The check of a model sees what is wrong with it.
TEST(Month, TheCheckSeesAWrongModel) {
  EXPECT_EQ(check_model(must("office-mono")), std::vector<std::string>());
  Model wrong = *must("office-mono");
  wrong.lacks.pop_back();
  wrong.lacks.push_back("Print Device Identity: model");
  std::vector<std::string> found = check_model(std::make_shared<const Model>(wrong));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].find("lacks: \"Print Device Identity: model\""), 0u) << found[0];
  EXPECT_EQ(found[1].find("lacks: does not name"), 0u) << found[1];

  // A meter that counts only prints where the total of all is told.
  wrong = *must("office-colour-mfp");
  wrong.meters[0].functions = counts_print;
  found = check_model(std::make_shared<const Model>(wrong));
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].find("Total Impressions"), 0u) << found[0];

  wrong = *must("office-mono");
  wrong.device_description.assign(65, 'x');
  found = check_model(std::make_shared<const Model>(wrong));
  ASSERT_FALSE(found.empty());
  EXPECT_NE(found[0].find("too long a text"), std::string::npos) << found[0];
}

// A month of an office's work: what is printed wears the toner as its yield says, each alert comes at its
// level and goes with a new cartridge, which is another one.
TEST(Month, JobsRunTheTonerDown) {
  constexpr std::int32_t almost_empty = code_toner_almost_empty, empty = code_toner_empty;
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    runtime::SeededEntropy entropy(5);
    Device device = make_device(model, 0, entropy);
    device.power_on(seconds(0));
    device.advance(std::chrono::hours(1));
    const auto toner = static_cast<std::size_t>(std::find_if(model->supplies.begin(), model->supplies.end(),
                                                             [](const SupplyKind& s) {
                                                               return s.wears_by == WearsBy::coverage &&
                                                                      !s.colour_only && s.colorant > 0;
                                                             }) -
                                                model->supplies.begin());
    if (toner == model->supplies.size()) {
      EXPECT_TRUE(model->supplies.empty());
      continue;
    }
    const SupplyKind& kind = model->supplies[toner];
    const auto up = [&](std::int32_t code) {
      return std::any_of(device.alerts().begin(), device.alerts().end(), [&](const Alert& alert) {
        return alert.code == code && alert.group == Part::supply &&
               alert.group_index == static_cast<std::int32_t>(toner + 1);
      });
    };
    // From the largest tray, as much as the model is made for.
    std::uint16_t tray = 0;
    for (std::uint16_t i = 0; i < model->inputs.size(); ++i) {
      if (model->inputs[i].capacity > model->inputs[tray].capacity) tray = i;
    }
    const std::int64_t busy = 1 + kind.yield / 20'000;
    ASSERT_LE(19 * busy, model->inputs[tray].capacity);
    runtime::Stream64 chance(9, "jobs");
    std::uint64_t pages = 0;
    int depletions = 0;
    bool was_low = false;
    const std::uint64_t start = static_cast<std::uint64_t>(device.supply_true_level(toner));
    for (int job = 0; job < 30 * 80; ++job) {
      const Moment now = std::chrono::minutes(60 + 18 * job);
      for (std::size_t i = 0; i < model->inputs.size(); ++i)
        device.set_input_level(i, model->inputs[i].capacity, now);
      for (std::size_t i = 0; i < model->supplies.size(); ++i) {
        if (i != toner && device.supply_true_level(i) == 0) device.replace_supply(i, "spare", now);
      }
      if (!device.ready()) {
        ASSERT_EQ(device.supply_true_level(toner), 0);
        ASSERT_TRUE(up(empty));
        EXPECT_FALSE(up(almost_empty));
        EXPECT_TRUE(was_low);  // told before
        const std::string before = device.supply_serial(toner), described = device.supply_description(toner);
        const std::string unit = "NEW" + std::to_string(++depletions);
        device.replace_supply(toner, unit, now);
        EXPECT_NE(device.supply_serial(toner), before);
        if (kind.description.find("{serial}") != std::string::npos) {
          EXPECT_NE(device.supply_description(toner), described);
        }
        EXPECT_EQ(device.supply_true_level(toner), kind.capacity);
        EXPECT_FALSE(up(empty));
        ASSERT_TRUE(device.ready());
        was_low = false;
      }
      pages += device.run_job(
          {.black = static_cast<std::uint32_t>(chance.between(1, 19 * busy)), .input = tray}, now);
      const bool low = std::int64_t{device.supply_true_level(toner)} * 100 <=
                       std::int64_t{kind.capacity} * kind.low_percent;
      if (device.supply_true_level(toner) > 0) {
        ASSERT_EQ(up(almost_empty), low) << device.supply_true_level(toner);
      }
      was_low = was_low || low;
    }
    EXPECT_GT(pages, 20'000u);
    EXPECT_GE(depletions, 1);
    // What was there and what was put in, less what is left, is what those pages take at their coverage. A
    // page that runs one dry may have wanted a little more.
    const std::uint64_t used =
        start + static_cast<std::uint64_t>(depletions) * static_cast<std::uint64_t>(kind.capacity) -
        static_cast<std::uint64_t>(device.supply_true_level(toner));
    const std::uint64_t due = pages * static_cast<std::uint64_t>(kind.capacity) / kind.yield;
    EXPECT_LE(used, due + 1);
    EXPECT_GE(used + static_cast<std::uint64_t>(depletions) + 1, due);
  }
}

}  // namespace
}  // namespace mr::printer
