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

}  // namespace
}  // namespace mr::scenarios
