#include "reference/agent/reading.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mr::agent {
namespace {

using snmp::Oid;
using snmp::Value;

const Oid mib{1, 3, 6, 1, 2, 1};

Variables colour_printer() {
  const Oid supply = mib + Oid{43, 11, 1, 1}, marker = mib + Oid{43, 10, 2, 1},
            input = mib + Oid{43, 8, 2, 1};
  return {
      {mib + Oid{1, 1, 0}, Value::octets("Maker Colour 5; SS 1.2")},
      {mib + Oid{1, 2, 0}, Value::oid(Oid{1, 3, 6, 1, 4, 1, 367, 1, 1})},
      {mib + Oid{1, 3, 0}, Value::time_ticks(4711)},
      {mib + Oid{2, 2, 1, 6, 1}, Value::octets(std::string("\x00\x26\x73\x01\x02\x03", 6))},
      {mib + Oid{2, 2, 1, 6, 2}, Value::octets(std::string(6, '\0'))},
      {mib + Oid{4, 20, 1, 1, 10, 20, 0, 11}, Value::ip_address({10, 20, 0, 11})},
      {mib + Oid{4, 20, 1, 3, 10, 20, 0, 11}, Value::ip_address({255, 255, 255, 0})},
      {mib + Oid{25, 3, 2, 1, 2, 1}, Value::oid(mib + Oid{25, 3, 1, 5})},
      {mib + Oid{25, 3, 2, 1, 3, 1}, Value::octets("Maker Colour 5")},
      {mib + Oid{25, 3, 2, 1, 5, 1}, Value::integer(3)},
      {mib + Oid{25, 3, 5, 1, 1, 1}, Value::integer(3)},
      {mib + Oid{25, 3, 5, 1, 2, 1}, Value::octets(std::string("\x21\x04", 2))},
      {mib + Oid{43, 5, 1, 1, 17, 1}, Value::octets("SN-0001")},
      {input + Oid{2, 1, 1}, Value::integer(3)},
      {input + Oid{9, 1, 1}, Value::integer(550)},
      {input + Oid{10, 1, 1}, Value::integer(-3)},
      {marker + Oid{3, 1, 1}, Value::integer(7)},
      {marker + Oid{4, 1, 1}, Value::counter32(271871)},
      {supply + Oid{3, 1, 1}, Value::integer(1)},
      {supply + Oid{4, 1, 1}, Value::integer(3)},
      {supply + Oid{5, 1, 1}, Value::integer(3)},
      {supply + Oid{6, 1, 1}, Value::octets("Cyan Toner")},
      {supply + Oid{8, 1, 1}, Value::integer(100)},
      {supply + Oid{9, 1, 1}, Value::integer(30)},
      {supply + Oid{9, 1, 2}, Value::integer(-2)},
      {supply + Oid{9, 1, 3}, Value::integer(-100)},
      {mib + Oid{43, 12, 1, 1, 4, 1, 1}, Value::octets("cyan")},
      {mib + Oid{43, 18, 1, 1, 2, 1, 7}, Value::integer(4)},
      {mib + Oid{43, 18, 1, 1, 4, 1, 7}, Value::integer(11)},
      {mib + Oid{43, 18, 1, 1, 5, 1, 7}, Value::integer(-1)},
      {mib + Oid{43, 18, 1, 1, 7, 1, 7}, Value::integer(1104)},
      {mib + Oid{43, 18, 1, 1, 8, 1, 7}, Value::octets("Toner low")},
  };
}

model::DeviceReport read(const Variables& variables) {
  model::DeviceReport report;
  describe_device(variables, model::Stamp::from_ms(1000), report);
  return report;
}

//= REP-IDENTITY type=test
//= REP-NETWORK type=test
//= REP-STATUS type=test
//= SUP-FIELDS type=test
//= MTR-SOURCE type=test
TEST(Reading, FillsEachGroupFromStandardObjects) {
  const model::DeviceReport report = read(colour_printer());
  EXPECT_EQ(report.identity.serial_number, "SN-0001");
  EXPECT_EQ(report.identity.manufacturer, "Ricoh");
  EXPECT_EQ(report.identity.model, "Maker Colour 5");
  EXPECT_EQ(report.identity.sys_object_id, "1.3.6.1.4.1.367.1.1");
  EXPECT_EQ(report.network->mac_addresses, std::vector<std::string>{"00:26:73:01:02:03"});
  EXPECT_EQ(report.network->subnet_address, "10.20.0.0");
  EXPECT_EQ(report.status->device_status, model::DeviceStatus::warning);
  EXPECT_EQ(report.status->up_time_ticks, 4711u);
  ASSERT_EQ(report.meters->rows.size(), 1u);
  EXPECT_EQ(report.meters->rows[0].value, 271871u);
  EXPECT_EQ(report.meters->rows[0].name, "TotalImpressions");
  EXPECT_EQ(report.meters->rows[0].source, "1.3.6.1.2.1.43.10.2.1.4.1.1");
}

// The most significant bit of the first octet is bit 0: 0x21 0x04 is low toner, service requested and an
// empty input tray.
TEST(Reading, ErrorBitsAreCountedFromTheMostSignificant) {
  const auto states = read(colour_printer()).status->detected_errors->states;
  EXPECT_EQ(states, (std::vector{model::DetectedError::low_toner, model::DetectedError::service_requested,
                                 model::DetectedError::input_tray_empty}));
}

//= LVL-WORDS type=test
//= LVL-PRIVATE type=test
//= LVL-NEVER-ZERO type=test
TEST(Reading, LevelsKeepTheirWordsAndPrivateCodesAreAbsent) {
  const auto report = read(colour_printer());
  const auto& rows = report.supplies->rows;
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].level, model::Level::number(30));
  EXPECT_EQ(rows[0].colorant, "cyan");
  EXPECT_EQ(rows[1].level, model::Level::unknown());
  EXPECT_FALSE(rows[2].level.has_value());
  EXPECT_EQ(report.usage->inputs[0].level, model::Level::some_remaining());
}

//= LVL-RECEPTACLE type=test
TEST(Reading, OfAReceptacleTheSpaceThatRemainsIsReported) {
  Variables variables = colour_printer();
  const Oid supply = mib + Oid{43, 11, 1, 1};
  variables[supply + Oid{4, 1, 4}] = Value::integer(4);  // receptacleThatIsFilled
  variables[supply + Oid{5, 1, 4}] = Value::integer(4);  // wasteToner
  variables[supply + Oid{8, 1, 4}] = Value::integer(1000);
  variables[supply + Oid{9, 1, 4}] = Value::integer(150);  // RFC 3805: the space that remains
  const auto report = read(variables);
  ASSERT_EQ(report.supplies->rows.size(), 4u);
  const model::Supply& waste = report.supplies->rows[3];
  EXPECT_EQ(waste.supply_class, model::SupplyClass::receptacle_that_is_filled);
  EXPECT_EQ(waste.max_capacity, model::Level::number(1000));
  EXPECT_EQ(waste.level, model::Level::number(150)) << "nearly full, and not turned into the fill of 850";
}

//= REP-PROPERTIES type=test
TEST(Reading, PropertiesAreWhatTheDeviceTells) {
  EXPECT_FALSE(read({{mib + Oid{43, 5, 1, 1, 17, 1}, Value::octets("S")}}).properties);
  Variables variables = colour_printer();
  const Oid path = mib + Oid{43, 13, 4, 1}, channel = mib + Oid{43, 14, 1, 1, 2, 1},
            finisher = mib + Oid{43, 30, 1, 1}, disk = mib + Oid{25, 3, 6, 1, 4};
  const std::map<Oid, Value> more = {
      {mib + Oid{25, 2, 2, 0}, Value::integer(2097152)},
      {mib + Oid{25, 3, 2, 1, 3, 7}, Value::octets("Network card")},
      {mib + Oid{43, 8, 2, 1, 18, 1, 1}, Value::octets("Paper tray")},
      {mib + Oid{43, 9, 2, 1, 12, 1, 2}, Value::octets("Upper bin")},
      {mib + Oid{43, 10, 2, 1, 2, 1, 1}, Value::integer(4)},  // electrophotographicLaser
      {mib + Oid{43, 10, 2, 1, 6, 1, 1}, Value::integer(4)},  // process colorants
      {path + Oid{2, 1, 1}, Value::integer(8)},               // sheetsPerHour
      {path + Oid{4, 1, 1}, Value::integer(3300)},
      {path + Oid{9, 1, 1}, Value::integer(5)},  // simplex
      {path + Oid{2, 1, 2}, Value::integer(7)},  // impressionsPerHour
      {path + Oid{4, 1, 2}, Value::integer(1800)},
      {path + Oid{9, 1, 2}, Value::integer(3)},   // longEdgeBindingDuplex
      {path + Oid{2, 1, 3}, Value::integer(17)},  // metersPerHour: no pages
      {path + Oid{4, 1, 3}, Value::integer(90000)},
      {channel + Oid{1}, Value::integer(11)},
      {channel + Oid{2}, Value::integer(8)},
      {channel + Oid{3}, Value::integer(44)},
      {channel + Oid{4}, Value::integer(11)},
      {channel + Oid{5}, Value::integer(1)},  // other
      {mib + Oid{43, 15, 1, 1, 5, 1, 1}, Value::octets("PCL 6")},
      {mib + Oid{43, 15, 1, 1, 5, 1, 2}, Value::octets("PostScript 3")},
      {finisher + Oid{2, 1, 1}, Value::integer(3)},
      {finisher + Oid{10, 1, 1}, Value::octets("Stapler")},
      {finisher + Oid{10, 1, 2}, Value::octets("Puncher")},
      {disk + Oid{2}, Value::integer(250'000'000)},
      {disk + Oid{3}, Value::integer(-1)},
  };
  variables.insert(more.begin(), more.end());
  const model::Properties properties = read(variables).properties.value();
  EXPECT_EQ(properties.memory_kib, 2097152u);
  EXPECT_EQ(properties.disk_kib, 250'000'000u);
  EXPECT_EQ(properties.pages_per_minute, 55u);
  EXPECT_EQ(properties.color, true);
  EXPECT_EQ(properties.duplex, true);
  EXPECT_EQ(properties.marking_technology, model::MarkingTechnology::electrophotographic_laser);
  EXPECT_EQ(properties.features, (std::vector<std::string>{"port9100", "lpd", "ipp"}));
  EXPECT_EQ(properties.languages, (std::vector<std::string>{"PCL 6", "PostScript 3"}));
  EXPECT_EQ(properties.finishing_options, (std::vector<std::string>{"Stapler", "Puncher"}));
  std::vector<std::string> components;
  for (const model::Component& one : properties.components)
    components.push_back(one.kind + " " + std::to_string(one.index) + " " + one.description);
  EXPECT_EQ(components,
            (std::vector<std::string>{"input 1 Paper tray", "output 2 Upper bin", "finisher 1 Stapler",
                                      "finisher 2 Puncher", "device 7 Network card"}));
  // A device with one side and no disk tells so, and one that tells nothing of it is not said to have one
  // side.
  for (const Oid::Arc row : {2u, 3u}) variables.erase(path + Oid{9, 1, row});
  variables.erase(disk + Oid{2});
  EXPECT_EQ(read(variables).properties->duplex, false);
  EXPECT_FALSE(read(variables).properties->disk_kib);
  variables.erase(path + Oid{9, 1, 1});
  EXPECT_FALSE(read(variables).properties->duplex);
}

// What the reader can tell is asked for.
//= REP-PROPERTIES type=test
TEST(Reading, AFullReadAsksForAllOfThat) {
  const auto asked = full_subtrees(Oid{1, 3, 6, 1, 4, 1, 11});
  for (const Oid& name :
       {mib + Oid{25, 3, 6, 1, 4, 2}, mib + Oid{25, 3, 2, 1, 3, 1}, mib + Oid{25, 3, 5, 1, 1, 1},
        mib + Oid{43, 13, 4, 1, 4, 1, 1}, mib + Oid{43, 30, 1, 1, 10, 1, 1}}) {
    EXPECT_EQ(std::ranges::count_if(asked, [&](const Oid& root) { return name.starts_with(root); }), 1)
        << name.text();
  }
}

//= MTR-OPEN type=test
TEST(Reading, MetersHaveStandardNamesOrAVendors) {
  const Oid detail{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 6, 1, 20};
  for (const int unit : {7, 8}) {  // impressions, sheets
    Variables variables = colour_printer();
    variables[mib + Oid{43, 10, 2, 1, 3, 1, 1}] = Value::integer(unit);
    for (Oid::Arc row = 1; row <= 110; ++row) variables[detail + Oid{row}] = Value::counter32(row);
    const model::DeviceReport report = read(variables);
    ASSERT_GT(report.meters->rows.size(), 10u);
    std::set<std::string> standard;
    for (const model::Meter& meter : report.meters->rows) {
      if (!meter.name.starts_with("x-")) standard.insert(meter.name);
      EXPECT_EQ(meter.scope, model::MeterScope::system);
      EXPECT_FALSE(meter.unit.empty()) << meter.name;
      EXPECT_EQ(meter.read_time, model::Stamp::from_ms(1000)) << meter.name;
    }
    std::set<std::string> expected{"FullColorImpressions", "MonochromeImpressions"};
    if (unit == 7) expected.insert("TotalImpressions");
    EXPECT_EQ(standard, expected);
  }
}

//= REP-ALERTS type=test
TEST(Reading, AlertsAreRows) {
  const auto report = read(colour_printer());
  ASSERT_EQ(report.status->alerts->rows.size(), 1u);
  const model::Alert& alert = report.status->alerts->rows[0];
  EXPECT_EQ(alert.index, 7u);
  EXPECT_EQ(alert.group, model::AlertGroup::marker_supplies);
  EXPECT_EQ(alert.group_index, -1);
  EXPECT_EQ(alert.code, 1104);
}

//= REP-ABSENT type=test
TEST(Reading, WhatIsNotThereStaysAbsent) {
  const model::DeviceReport report = read({{mib + Oid{1, 1, 0}, Value::octets("something")}});
  EXPECT_FALSE(report.meters.has_value());
  EXPECT_FALSE(report.supplies.has_value());
  EXPECT_FALSE(report.usage.has_value());
  EXPECT_FALSE(report.network.has_value());
  EXPECT_FALSE(report.identity.serial_number.has_value());
}

TEST(Reading, TypesThatDoNotFitAreNotRead) {
  Variables variables = colour_printer();
  variables[mib + Oid{43, 10, 2, 1, 4, 1, 1}] = Value::octets("271871");
  variables[mib + Oid{43, 5, 1, 1, 17, 1}] = Value::integer(1);
  variables[mib + Oid{43, 11, 1, 1, 9, 1, 1}] = Value::no_such_instance();
  const auto report = read(variables);
  EXPECT_FALSE(report.meters.has_value());
  EXPECT_FALSE(report.identity.serial_number.has_value());
  EXPECT_FALSE(report.supplies->rows[0].level.has_value());
}

TEST(Reading, TextOfADeviceBecomesUtf8) {
  EXPECT_EQ(device_text("B\xfcro"), "B\xc3\xbcro");
  EXPECT_EQ(device_text("B\xc3\xbcro"), "B\xc3\xbcro");
  EXPECT_EQ(device_text("\xe0\x80\xaf"), "\xc3\xa0\xc2\x80\xc2\xaf");  // an overlong form is not UTF-8
  EXPECT_EQ(device_text("\xed\xa0\x80"), "\xc3\xad\xc2\xa0\xc2\x80");  // nor is a surrogate
  EXPECT_EQ(device_text(std::string("abc\0def ", 8)), "abc");
  EXPECT_EQ(device_text("Tray 1  \r\n"), "Tray 1");
}

TEST(Reading, TheLifeCountAsIntegerIsReadToo) {
  Variables variables = colour_printer();
  variables[mib + Oid{43, 10, 2, 1, 4, 1, 1}] = Value::integer(12);
  EXPECT_EQ(read(variables).meters->rows[0].value, 12u);
}

}  // namespace
}  // namespace mr::agent
