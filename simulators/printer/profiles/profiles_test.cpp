#include "simulators/printer/profiles/profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "simulators/printer/profiles/built_in.hpp"

namespace mr::printer {
namespace {

using snmp::Oid;
using snmp::Value;
using std::chrono::seconds;

const Oid printer_mib{1, 3, 6, 1, 2, 1, 43}, usage{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 6};

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
  ASSERT_GE(profile_keys().size(), 2u);
  for (const std::string_view key : profile_keys()) EXPECT_EQ(must(key)->key, key);
  EXPECT_EQ(profile("no-such").error(), Fault(profile_errc::unknown_model));
}

TEST(Profiles, AreReadStrictly) {
  std::string good(built_in_profiles()[0].json);
  ASSERT_TRUE(read_profile(good));
  const auto altered = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    return read_profile(text);
  };
  const auto fault = [&](const std::string& from, const std::string& to) {
    return to_string(altered(from, to).error());
  };
  EXPECT_EQ(read_profile("{").error(), Fault(profile_errc::bad_json));
  EXPECT_EQ(read_profile("[]").error(), Fault(profile_errc::bad_value));
  EXPECT_EQ(fault("\"firmware\"", "\"firmwear\"").substr(0, 8), "firmware");
  EXPECT_EQ(altered("\"firmware\"", "\"firmwear\"").error(), Fault(profile_errc::missing_word));
  EXPECT_EQ(altered("{", "{\"colours\": 3,").error(), Fault(profile_errc::unknown_word));
  EXPECT_EQ(fault("\"counts\": \"power_on\"", "\"counts\": \"pages\"")
                .find("meters[1].counts: expected one of impressions"),
            0u);
  EXPECT_EQ(fault("\"name\": \"Tray 2\"", "\"nam\": 1, \"name\": \"Tray 2\"").find("inputs[1].nam"), 0u);
  EXPECT_EQ(fault("\"type\": 3", "\"type\": \"3\"").find("supplies[0].type: expected a number"), 0u);
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

// The identities between meters, and every face of a supply or tray, hold after any work.
//= PRN-METERS type=test
TEST(Profiles, StayConsistentUnderRandomWork) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    const MibTemplatePtr shared = compose_mib(model);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(seed);
      runtime::SeededEntropy entropy(seed);
      Device device = make_device(model, static_cast<std::uint32_t>(seed), entropy);
      device.power_on(seconds(0));
      device.advance(seconds(60));
      DeviceMib mib(shared, device);
      runtime::Stream64 draw = entropy.stream("test");
      std::uint64_t printed = 0, before = device.life_count();
      for (int i = 0; i < 400; ++i) {
        Job job;
        job.function = static_cast<JobFunction>(draw.below(3));
        job.black = static_cast<std::uint32_t>(draw.below(200));
        if (model->colour && job.function != JobFunction::fax)
          job.colour = static_cast<std::uint32_t>(draw.below(100));
        if (draw.chance(500'000)) job.two_sided_sheets = (job.black + job.colour) / 2;
        if (draw.chance(100'000)) job.size = MediaSize::a3;
        job.input = static_cast<std::uint16_t>(draw.below(model->inputs.size()));
        job.coverage = static_cast<std::uint32_t>(draw.below(20'000));
        const Moment now = seconds(61 + i);
        const std::uint32_t done = device.run_job(job, now);
        EXPECT_LE(done, job.black + job.colour);
        printed += done;
        const std::size_t supply = draw.below(model->supplies.size());
        switch (draw.below(6)) {
          case 0:
            device.set_input_level(job.input, model->inputs[job.input].capacity, now);
            break;
          case 1:
            if (device.supply_true_level(supply) == 0)
              device.replace_supply(supply, "R" + std::to_string(i), now);
            break;
          case 2:
            device.set_cover(draw.below(model->covers.size()),
                             draw.chance(500'000) ? CoverStatus::open : CoverStatus::closed, now);
            break;
          default:
            break;
        }
        ASSERT_EQ(device.life_count(), before + printed);
        if (i % 20 != 19) continue;  // a whole walk now and then
        const auto shown = walk(mib);
        const auto meter = [&](Oid::Arc where, Oid::Arc n) {
          return *shown.at(usage + Oid{where, 20, n}).number();
        };
        if (model->key == "office-colour-mfp") {
          ASSERT_EQ(meter(1, 1), meter(1, 33) + meter(1, 34));
          ASSERT_EQ(meter(1, 34), meter(1, 7) + meter(11, 3));
          ASSERT_EQ(meter(1, 33), meter(1, 29) + meter(11, 25));
          ASSERT_EQ(meter(1, 47), meter(1, 43) + meter(1, 44));
          ASSERT_EQ(meter(1, 15), meter(1, 8) + meter(1, 30));
          ASSERT_EQ(meter(1, 16), meter(1, 9) + meter(1, 31));
          ASSERT_EQ(static_cast<std::uint64_t>(meter(1, 1)), device.life_count());
          ASSERT_EQ(meter(1, 2), *shown.at(printer_mib + Oid{10, 2, 1, 5, 1, 1}).number());
          ASSERT_LE(meter(1, 39), meter(1, 38));
        } else {
          ASSERT_FALSE(shown.contains(usage + Oid{1, 20, 1}))
              << "only the vendor's own has the vendor's table";
        }
        // The table of alerts, the counts and the status tell one story.
        bool critical = false, warning = false;
        std::size_t rows = 0;
        const Oid severity = printer_mib + Oid{18, 1, 1, 2};
        for (auto row = shown.upper_bound(severity); row != shown.end() && row->first.starts_with(severity);
             ++row, ++rows) {
          critical = critical || row->second.number() == 3;
          warning = warning || row->second.number() == 4 || row->second.number() == 5;
        }
        ASSERT_EQ(rows, device.alerts().size());
        ASSERT_EQ(*shown.at(*Oid::parse("1.3.6.1.2.1.25.3.2.1.5.1")).number(), critical  ? 5
                                                                               : warning ? 3
                                                                                         : 2);
        ASSERT_EQ(*shown.at(*Oid::parse("1.3.6.1.2.1.25.3.5.1.1.1")).number(), critical ? 1 : 3);
        ASSERT_EQ(device.ready(), !critical);
        for (std::size_t s = 0; s < model->supplies.size(); ++s) {
          const auto level =
              *shown.at(printer_mib + Oid{11, 1, 1, 9, 1, static_cast<Oid::Arc>(s + 1)}).number();
          ASSERT_GE(level, -3);
          ASSERT_LE(level, model->supplies[s].capacity);
          ASSERT_EQ(level, device.supply_level(s));
        }
      }
      EXPECT_GT(printed, 0u);
    }
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

// A month of an office's work: what is printed wears the toner as its yield says, each alert comes at its
// level and goes with a new cartridge, which is another one.
TEST(Profiles, AMonthOfJobsRunsTheTonerDown) {
  constexpr std::int32_t almost_empty = code_toner_almost_empty, empty = code_toner_empty;
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    const ModelPtr model = must(key);
    runtime::SeededEntropy entropy(5);
    Device device = make_device(model, 0, entropy);
    device.power_on(seconds(0));
    device.advance(std::chrono::hours(1));
    const auto toner =
        static_cast<std::size_t>(std::find_if(model->supplies.begin(), model->supplies.end(),
                                              [](const SupplyKind& s) { return s.wears_by == WearsBy::coverage; }) -
                                 model->supplies.begin());
    const SupplyKind& kind = model->supplies[toner];
    const auto up = [&](std::int32_t code) {
      return std::any_of(device.alerts().begin(), device.alerts().end(), [&](const Alert& alert) {
        return alert.code == code && alert.group == Part::supply &&
               alert.group_index == static_cast<std::int32_t>(toner + 1);
      });
    };
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
      pages += device.run_job({.black = static_cast<std::uint32_t>(chance.between(1, 19))}, now);
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
