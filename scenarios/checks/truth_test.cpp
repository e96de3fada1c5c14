#include "scenarios/checks/truth.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::scenarios {
namespace {

using namespace std::chrono_literals;
using runtime::Instant;

printer::ModelPtr model() {
  auto model = std::make_shared<printer::Model>();
  model->colour = true;
  model->meters = {{.name = "Colour", .colours = printer::counts_colour},
                   {.name = "Large", .large_only = true}};
  return model;
}

TEST(Truth, GivesEachFigureHeldDuringAnInterval) {
  printer::Device device(model(), {.serial = "X1"});
  const printer::MibTemplate mib({}, {});
  Truth truth;
  truth.add("10.0.0.1", device, mib, Truth::Extent::partial, Instant{});
  for (int hour = 1; hour <= 3; ++hour) {
    device.set_life_count(static_cast<std::uint64_t>(hour * 100));
    device.set_meter(0, static_cast<std::uint64_t>(hour));
    truth.note("10.0.0.1", device, Instant(std::chrono::hours(hour)));
  }
  using testing::ElementsAre;
  using testing::Optional;
  EXPECT_THAT(truth.meter("10.0.0.1", "TotalImpressions", Instant(90min), Instant(100min)),
              Optional(ElementsAre(100)));
  EXPECT_THAT(truth.meter("10.0.0.1", "TotalImpressions", Instant(90min), Instant(150min)),
              Optional(ElementsAre(100, 200)));
  // A change at the first instant of a read may have come after it.
  EXPECT_THAT(truth.meter("10.0.0.1", "TotalImpressions", Instant(2h), Instant(2h)),
              Optional(ElementsAre(100, 200)));
  EXPECT_THAT(truth.meter("10.0.0.1", "TotalImpressions", Instant(9h), Instant(10h)),
              Optional(ElementsAre(300)));
  EXPECT_THAT(truth.meter("10.0.0.1", "FullColorImpressions", Instant(9h), Instant(10h)),
              Optional(ElementsAre(3)));
  EXPECT_THAT(truth.meter("10.0.0.1", "x-LargeImpressions", Instant(9h), Instant(10h)),
              Optional(ElementsAre(0)));
  EXPECT_EQ(truth.meter("10.0.0.1", "MonochromeImpressions", Instant(9h), Instant(10h)), std::nullopt);
  EXPECT_EQ(truth.meter("10.0.0.2", "TotalImpressions", Instant(9h), Instant(10h)), std::nullopt);
  EXPECT_EQ(truth.supply("10.0.0.1", 1, Instant(9h), Instant(10h)), std::nullopt);
  EXPECT_EQ(truth.serial("10.0.0.1"), "X1");
  EXPECT_EQ(truth.serial("10.0.0.2"), "");
}

// One toner of 1000 units, shown at index 2, that tells its level as the reporting says.
printer::ModelPtr with_toner(printer::Reporting reporting) {
  auto model = std::make_shared<printer::Model>();
  model->firmware = "1.0";
  model->firmware_products = {"X"};
  printer::SupplyKind toner;
  toner.max = toner.capacity = 1000;
  toner.reporting = reporting;
  toner.low_percent = 20;
  model->supplies = {toner};
  return model;
}

class TruthOfSupplies : public testing::TestWithParam<printer::Reporting> {
 protected:
  TruthOfSupplies() : device_(with_toner(GetParam()), {.serial = "X1"}) {
    device_.power_on({});
    truth_.add(
        "10.0.0.1", device_,
        printer::MibTemplate(
            {{snmp::Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 2}, {}, {printer::Field::supply_level, 0}}},
            {}),
        Truth::Extent::whole, Instant{});
  }
  void level(Instant at, std::int32_t level) {
    device_.set_supply_level(0, level, at.time_since_epoch());
    truth_.note("10.0.0.1", device_, at);
  }
  std::optional<Truth::Low> low(Instant from, Instant to) { return truth_.low("10.0.0.1", 2, 10, from, to); }
  printer::Device device_;
  Truth truth_;
};

TEST_P(TruthOfSupplies, KnowsHowLowTheyWere) {
  const bool exact = GetParam() == printer::Reporting::exact;
  level(Instant(1h), 150);
  level(Instant(2h), 100);
  // By the level it is low at 2 h; by the alert, which comes at 20 per cent, at 1 h.
  EXPECT_EQ(low(Instant(30min), Instant(50min)), Truth::Low::never);
  EXPECT_EQ(low(Instant(80min), Instant(90min)), exact ? Truth::Low::never : Truth::Low::always);
  EXPECT_EQ(low(Instant(90min), Instant(130min)), exact ? Truth::Low::at_times : Truth::Low::always);
  EXPECT_EQ(low(Instant(130min), Instant(140min)), Truth::Low::always);
  EXPECT_EQ(truth_.low("10.0.0.1", 1, 10, Instant{}, Instant(9h)), std::nullopt);
  EXPECT_EQ(truth_.points("10.0.0.1", 2, Instant(90min)),
            exact ? std::optional<std::int64_t>(15) : std::nullopt);
}

TEST_P(TruthOfSupplies, CountsTheUnits) {
  level(Instant(1h), 50);
  device_.replace_supply(0, "U2", 2h);
  truth_.note("10.0.0.1", device_, Instant(2h));
  const auto units = [&](Instant from, Instant to) { return truth_.units("10.0.0.1", 2, from, to).value(); };
  EXPECT_EQ(units(Instant{}, Instant(1h)), (std::pair<std::size_t, std::size_t>(0, 0)));
  EXPECT_EQ(units(Instant(1h), Instant(3h)), (std::pair<std::size_t, std::size_t>(0, 1)));
  EXPECT_EQ(units(Instant(3h), Instant(3h)), (std::pair<std::size_t, std::size_t>(1, 1)));
  EXPECT_EQ(low(Instant(150min), Instant(3h)), Truth::Low::never);
}

TEST_P(TruthOfSupplies, KnowsThePrinterBySerialNumberAndItsFirmware) {
  EXPECT_EQ(truth_.address_of("X1"), "10.0.0.1");
  EXPECT_EQ(truth_.address_of("X2"), "");
  EXPECT_THAT(truth_.supply_indices("10.0.0.1"), testing::ElementsAre(2));
  EXPECT_EQ(truth_.firmware("10.0.0.1").back().level, "1.0");
  device_.advance(1h);
  ASSERT_TRUE(device_.begin_upgrade(1h));
  device_.check_upgrade(std::pair(std::string("2.0"), printer::Install::sound), 1h);
  while (device_.due()) device_.advance(*device_.due());
  truth_.note("10.0.0.1", device_, Instant(2h));
  ASSERT_EQ(truth_.firmware("10.0.0.1").size(), 2u);
  EXPECT_EQ(truth_.firmware("10.0.0.1").back().level, "2.0");
}

INSTANTIATE_TEST_SUITE_P(, TruthOfSupplies,
                         testing::Values(printer::Reporting::exact, printer::Reporting::some_remaining),
                         [](const auto& info) {
                           return info.param == printer::Reporting::exact ? "InNumbers" : "ByAlert";
                         });

}  // namespace
}  // namespace mr::scenarios
