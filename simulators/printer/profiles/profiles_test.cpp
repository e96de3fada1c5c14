#include "simulators/printer/profiles/profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulators/printer/profiles/consistency.hpp"
#include "simulators/printer/profiles/white_paper.hpp"

namespace mr::printer {
namespace {

using snmp::Oid;
using snmp::Value;
using std::chrono::seconds;

const Oid printer_mib{1, 3, 6, 1, 2, 1, 43};

ModelPtr must(std::string_view key) {
  auto model = profile(key);
  EXPECT_TRUE(model) << to_string(model.error());
  return *model;
}

std::map<Oid, Value> walk(DeviceMib& mib) {
  std::map<Oid, Value> out;
  Oid at, name;
  Value value;
  while (mib.next(at, name, value)) {
    EXPECT_LT(at, name);
    EXPECT_EQ(mib.get(name), value) << name.text();
    out[name] = value;
    at = name;
  }
  return out;
}

TEST(Profiles, AllReadAndNameThemselves) {
  ASSERT_GE(profile_keys().size(), 12u);
  for (const std::string_view key : profile_keys()) EXPECT_EQ(must(key)->key, key);
  EXPECT_EQ(profile("no-such").error(), Fault(profile_errc::unknown_model));
}

TEST(Profiles, PrintersAreDistinctAndRepeatable) {
  const ModelPtr model = must("office-colour-mfp");
  std::set<std::string> serials, macs;
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const Identity identity = identity_of(*model, i);
    serials.insert(identity.serial);
    macs.insert(std::string(identity.mac.begin(), identity.mac.end()));
  }
  EXPECT_EQ(serials.size(), 3000u);
  EXPECT_EQ(macs.size(), 3000u);
  EXPECT_EQ(identity_of(*model, 41).serial, "NPX000042");
  runtime::SeededEntropy one(7), other(7), third(8);
  const Device a = make_device(model, 5, one), b = make_device(model, 5, other),
               c = make_device(model, 5, third);
  EXPECT_EQ(a.life_count(), b.life_count());
  EXPECT_EQ(a.supply_level(0), b.supply_level(0));
  EXPECT_EQ(a.supply_serial(0), b.supply_serial(0));
  EXPECT_NE(a.life_count(), c.life_count());
}

TEST(Profiles, ThereIsOneOfEachKind) {
  std::set<DeviceClass> classes;
  int other = 0, front_ends = 0, solid_ink = 0, labels = 0, without_supplies = 0, rolling_over = 0;
  std::set<std::pair<std::uint32_t, std::uint32_t>> places;
  for (const std::string_view key : profile_keys()) {
    const ModelPtr model = must(key);
    classes.insert(model->device_class);
    other += model->device_class == DeviceClass::other_brand;
    front_ends += !model->front_end.empty();
    solid_ink += model->mark_tech == 13;
    labels += model->mark_tech == 16 || model->mark_tech == 17;
    without_supplies += model->supplies.empty();
    for (const MeterKind& meter : model->meters) {
      places.insert({meter.table_device, meter.table_index});
      rolling_over += meter.rollover == 999'999;
    }
  }
  EXPECT_EQ(classes.size(), 3u);
  EXPECT_GE(other, 4);
  EXPECT_GE(front_ends, 2);
  EXPECT_EQ(solid_ink, 1);
  EXPECT_EQ(labels, 2);
  EXPECT_EQ(without_supplies, 1);
  EXPECT_GT(rolling_over, 0);
  // Every place of the vendor's table that public readers know, but the A4 equivalents (1.20.201 and 202):
  // those weigh impressions, which no meter here does.
  for (const auto& place :
       {std::pair{1u, 1u}, {1u, 2u},   {1u, 7u},    {1u, 8u},    {1u, 9u},    {1u, 10u},   {1u, 15u},
        {1u, 16u},         {1u, 29u},  {1u, 30u},   {1u, 31u},   {1u, 32u},   {1u, 33u},   {1u, 34u},
        {1u, 38u},         {1u, 39u},  {1u, 43u},   {1u, 44u},   {1u, 47u},   {1u, 71u},   {103u, 3u},
        {103u, 25u},       {103u, 6u}, {102u, 11u}, {102u, 21u}, {104u, 14u}, {104u, 15u}, {11u, 3u},
        {11u, 25u},        {10u, 11u}, {10u, 12u}})
    EXPECT_TRUE(places.contains(place)) << place.first << ".20." << place.second;
}

// A printer has lived before the run: parts were replaced, faults came and went, nothing of it stands.
TEST(Profiles, PrintersHaveAPast) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    runtime::SeededEntropy entropy(3);
    std::size_t faults = 0, most = 0;
    std::uint64_t replaced = 0, counted = 0;
    for (std::uint32_t number = 0; number < 20; ++number) {
      Device device = make_device(model, number, entropy);
      faults += device.fault_history().size();
      most = std::max(most, device.fault_history().size());
      for (const FaultRecord& record : device.fault_history()) {
        EXPECT_LT(record.raised, Moment{});
        ASSERT_TRUE(record.cleared);
        EXPECT_GT(*record.cleared, record.raised);
        EXPECT_FALSE(record.resolution.empty());
      }
      for (const Usage::Unit& unit : device.usage().units) replaced += unit.replaced;
      for (std::size_t i = 0; i < model->service_items.size(); ++i) {
        counted += device.service_count(i);
        EXPECT_LE(device.service_count(i), model->service_items[i].limit);
      }
      EXPECT_FALSE(device.powered());
      EXPECT_TRUE(device.alerts().empty());
    }
    EXPECT_GT(faults, 0u);
    EXPECT_EQ(counted > 0, !model->service_items.empty());
    EXPECT_EQ(replaced > 0, !model->supplies.empty());
    if (model->device_class == DeviceClass::production) {
      EXPECT_EQ(most, 40u) << "a production printer keeps its last 40 faults";
    }
  }
}

// What inventory and monitoring clients, CUPS and print servers read of a printer.
//= PRN-PRINTER-MIB type=test
TEST(Profiles, AnswerWhatReadersRead) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    runtime::SeededEntropy entropy(1);
    Device device = make_device(model, 0, entropy);
    device.set_address({192, 0, 2, 9});
    device.power_on(seconds(0));
    device.advance(seconds(60));
    DeviceMib mib(compose_mib(model), device);
    for (const char* name : {"1.1.0",
                             "1.2.0",
                             "1.3.0",
                             "1.4.0",
                             "1.5.0",
                             "1.6.0",
                             "2.2.1.2.2",
                             "2.2.1.6.2",
                             "2.2.1.10.2",
                             "2.2.1.20.2",
                             "31.1.1.1.1.2",
                             "4.20.1.1.192.0.2.9",
                             "4.20.1.2.192.0.2.9",
                             "25.2.2.0",
                             "25.3.2.1.2.1",
                             "25.3.2.1.3.1",
                             "25.3.2.1.5.1",
                             "25.3.5.1.1.1",
                             "25.3.5.1.2.1",
                             "43.5.1.1.1.1",
                             "43.5.1.1.2.1",
                             "43.5.1.1.16.1",
                             "43.5.1.1.17.1",
                             "43.5.1.1.18.1",
                             "43.5.1.1.19.1",
                             "43.7.1.1.4.1.1",
                             "43.6.1.1.2.1.1",
                             "43.6.1.1.3.1.1",
                             "43.8.2.1.8.1.1",
                             "43.8.2.1.9.1.1",
                             "43.8.2.1.10.1.1",
                             "43.8.2.1.11.1.1",
                             "43.8.2.1.13.1.1",
                             "43.8.2.1.18.1.1",
                             "43.9.2.1.3.1.1",
                             "43.9.2.1.4.1.1",
                             "43.9.2.1.5.1.1",
                             "43.9.2.1.6.1.1",
                             "43.9.2.1.7.1.1",
                             "43.9.2.1.12.1.1",
                             "43.10.2.1.4.1.1",
                             "43.10.2.1.5.1.1",
                             "43.11.1.1.3.1.1",
                             "43.11.1.1.4.1.1",
                             "43.11.1.1.5.1.1",
                             "43.11.1.1.6.1.1",
                             "43.11.1.1.7.1.1",
                             "43.11.1.1.8.1.1",
                             "43.11.1.1.9.1.1",
                             "43.12.1.1.4.1.1",
                             "43.16.5.1.2.1.1"}) {
      const std::string_view row = name;
      if (model->supplies.empty() && (row.starts_with("43.11.") || row.starts_with("43.12."))) continue;
      EXPECT_FALSE(mib.get(*Oid::parse(std::string("1.3.6.1.2.1.") + name)).is_exception()) << name;
    }
    EXPECT_EQ(mib.get(*Oid::parse("1.3.6.1.4.1.2699.1.2.1.3.1.1.4.1.1")),
              Value::octets("socket://192.0.2.9:9100"));
    EXPECT_EQ(mib.get(printer_mib + Oid{10, 2, 1, 4, 1, 1}).type(), snmp::Type::counter32)
        << "CUPS gives up on another type";
    EXPECT_EQ(mib.get(printer_mib + Oid{7, 1, 1, 4, 1, 1}).type(), snmp::Type::integer);
    EXPECT_EQ(mib.get(*Oid::parse("1.3.6.1.2.1.25.3.5.1.2.1")).octets()->size(), 2u);
  }
}

//= PRN-PRINTER-MIB type=test
TEST(Profiles, ObjectsHaveTheTypesAndRangesOfTheMib) {
  const ModelPtr model = must("office-colour-mfp");
  runtime::SeededEntropy entropy(1);
  Device device = make_device(model, 0, entropy);
  device.power_on(seconds(0));
  DeviceMib mib(compose_mib(model), device);
  for (const auto& [name, value] : walk(mib)) {
    EXPECT_FALSE(value.is_exception()) << name.text();
    EXPECT_NE(value.type(), snmp::Type::null) << name.text();
    if (const std::string* octets = value.octets(); octets && name.starts_with(printer_mib)) {
      EXPECT_LE(octets->size(), 255u) << name.text();
    }
    if (name.starts_with(*Oid::parse("1.3.6.1.2.1.25.3.2.1.3")) && value.octets()) {
      EXPECT_LE(value.octets()->size(), 64u);
    }
  }
  EXPECT_EQ(mib.get(*Oid::parse("1.3.6.1.2.1.1.2.0")),
            Value::oid(*Oid::parse("1.3.6.1.4.1.253.8.62.1.35.2.3.1.1")));
}

}  // namespace
}  // namespace mr::printer
