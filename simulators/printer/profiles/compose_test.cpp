// What a composed printer's variables say, held against the device, and what SETs of them do.
#include <gtest/gtest.h>

#include <algorithm>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::PduType;
using snmp::Value;
using std::chrono::minutes;
using std::chrono::seconds;

const Oid printer_mib{1, 3, 6, 1, 2, 1, 43}, vendor{1, 3, 6, 1, 4, 1, 253, 8};
const Oid command = vendor + Oid{53, 5, 2, 1, 2, 1}, command_status = vendor + Oid{53, 5, 2, 1, 4, 1},
          in_progress = vendor + Oid{53, 5, 2, 1, 8, 1}, command_data = vendor + Oid{53, 5, 2, 1, 3, 1},
          trap_client = vendor + Oid{51, 13, 2, 1}, communities = vendor + Oid{51, 1, 2, 1},
          counters{1, 3, 6, 1, 4, 1, 2699, 1, 3, 1};

struct Printer {
  explicit Printer(std::string_view key)
      : entropy(5), model(*profile(key)), device(make_device(model, 3, entropy)) {
    device.power_on(now);
    go(minutes(30));
    mib = std::make_unique<DeviceMib>(compose_mib(model), device);
    mib->at(now);
  }
  void go(Moment by) {
    now += by;
    device.advance(now);
    if (mib) mib->at(now);
  }
  Value get(const Oid& name) { return mib->get(name); }
  std::int64_t number(const Oid& name) { return mib->get(name).number().value_or(-99); }
  // A SET as an engine does it.
  snmp::Pdu set(std::vector<snmp::VarBind> wanted) {
    mib->at(now);
    return *snmp::respond(snmp::set_request(std::move(wanted)), snmp::Version::v2c, *mib,
                          {.read = &snmp::View::all(), .write = &snmp::View::all()}, 60000);
  }
  ErrorStatus set_one(const Oid& name, Value value) {
    return static_cast<ErrorStatus>(set({{name, std::move(value)}}).error_status);
  }

  runtime::SeededEntropy entropy;
  ModelPtr model;
  Moment now{};
  Device device;
  std::unique_ptr<DeviceMib> mib;
};

constexpr std::string_view mfp = "office-colour-mfp";

TEST(Compose, SetsAreHeldAgainstTypeSizeAndRange) {
  Printer p(mfp);
  const auto general = [](Oid::Arc column) { return printer_mib + Oid{5, 1, 1, column, 1}; };
  const auto tray = [](Oid::Arc column) { return printer_mib + Oid{8, 2, 1, column, 1, 2}; };
  struct Case {
    Oid name;
    Value value;
    ErrorStatus status;
  };
  const Oid system{1, 3, 6, 1, 2, 1, 1};
  for (const auto& [name, value, status] : std::vector<Case>{
           {system + Oid{4, 0}, Value::octets("print team"), ErrorStatus::no_error},
           {system + Oid{6, 0}, Value::integer(1), ErrorStatus::wrong_type},
           {system + Oid{6, 0}, Value::octets(std::string(256, 'x')), ErrorStatus::wrong_length},
           {system + Oid{5, 0},
            Value::octets("Stra\xdf"
                          "e"),
            ErrorStatus::wrong_value},
           {system + Oid{1, 0}, Value::octets("x"), ErrorStatus::not_writable},
           {general(4), Value::octets("Ada"), ErrorStatus::no_error},
           {general(5), Value::octets(std::string(128, 'x')), ErrorStatus::wrong_length},
           {general(6), Value::integer(2), ErrorStatus::no_error},
           {general(6), Value::integer(99), ErrorStatus::inconsistent_value},
           {general(6), Value::integer(0), ErrorStatus::wrong_value},
           {general(3), Value::integer(9), ErrorStatus::wrong_value},
           {general(13), Value::integer(4), ErrorStatus::no_error},
           {general(13), Value::integer(5), ErrorStatus::wrong_value},
           {general(18), Value::counter32(0), ErrorStatus::not_writable},
           {tray(12), Value::octets("na_letter_8.5x11in"), ErrorStatus::no_error},
           {tray(12), Value::octets(std::string(64, 'x')), ErrorStatus::wrong_length},
           {tray(20), Value::integer(120), ErrorStatus::no_error},
           {tray(20), Value::integer(-3), ErrorStatus::wrong_value},
           {tray(25), Value::integer(1), ErrorStatus::no_error},
           {tray(10), Value::integer(10), ErrorStatus::not_writable},
           {printer_mib + Oid{8, 2, 1, 12, 1, 77}, Value::octets("x"), ErrorStatus::no_creation},
           {printer_mib + Oid{18, 1, 1, 2, 1, 1}, Value::integer(3), ErrorStatus::not_writable},
           {vendor + Oid{53, 3, 2, 1, 15, 1}, Value::octets("A-1"), ErrorStatus::no_error},
           {vendor + Oid{53, 3, 2, 1, 15, 1}, Value::octets(std::string(32, 'x')), ErrorStatus::wrong_length},
           {Oid{1, 3, 6, 1, 2, 1, 25, 1, 2, 0}, Value::octets("short"), ErrorStatus::wrong_length},
           {Oid{1, 3, 6, 1, 2, 1, 25, 1, 2, 0},
            Value::octets(std::string("\x07\xe8\x02\x1e\x08\x00\x00\x00", 8)),
            ErrorStatus::wrong_value},  // 30 February
       }) {
    const Value before = p.get(name);
    EXPECT_EQ(p.set_one(name, value), status) << name.text() << " " << value.text();
    EXPECT_EQ(p.get(name), status == ErrorStatus::no_error ? value : before) << name.text();
  }
}

TEST(Compose, ASetIsAllOrNothing) {
  Printer p(mfp);
  const Oid contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, name{1, 3, 6, 1, 2, 1, 1, 5, 0},
      operator_name = printer_mib + Oid{5, 1, 1, 4, 1};
  const Value before = p.get(contact);
  const auto response = p.set({{contact, Value::octets("new")},
                               {operator_name, Value::octets("new")},
                               {name, Value::octets(std::string(300, 'x'))}});
  EXPECT_EQ(response.error_status, static_cast<std::int32_t>(ErrorStatus::wrong_length));
  EXPECT_EQ(response.error_index, 3);
  EXPECT_EQ(p.get(contact), before);
  EXPECT_EQ(p.get(operator_name), Value::octets(""));
}

TEST(Compose, TheClockIsSet) {
  Printer p(mfp);
  const Oid date{1, 3, 6, 1, 2, 1, 25, 1, 2, 0};
  const std::string noon("\x07\xe8\x02\x1d\x0c\x00\x00\x00-\x05\x00", 11);  // 2024-02-29 12:00:00.0 -05:00
  EXPECT_EQ(p.set_one(date, Value::octets(noon)), ErrorStatus::no_error);
  EXPECT_EQ(p.get(date), Value::octets(noon));
  p.go(std::chrono::hours(13));
  EXPECT_EQ(p.get(date), Value::octets(std::string("\x07\xe8\x03\x01\x01\x00\x00\x00-\x05\x00", 11)))
      << "the first of March, one o'clock";
  EXPECT_EQ(p.device.utc(p.now),
            std::chrono::sys_days(std::chrono::year(2024) / 3 / 1) + std::chrono::hours(6));
}

TEST(Compose, CommunitiesAreSetAndNotTold) {
  Printer p(mfp);
  EXPECT_EQ(p.get(communities + Oid{14, 1}), Value::octets(""));
  EXPECT_EQ(p.set_one(communities + Oid{14, 1}, Value::octets("s3cret")), ErrorStatus::no_error);
  EXPECT_EQ(p.device.settings().write_community, "s3cret");
  EXPECT_EQ(p.get(communities + Oid{14, 1}), Value::octets(""));
  EXPECT_EQ(p.set_one(communities + Oid{13, 1}, Value::octets(std::string(65, 'x'))),
            ErrorStatus::wrong_length);
  // Taken back it is what it was, although a GET did not tell it.
  const Value before = p.get(communities + Oid{14, 1});
  EXPECT_EQ(p.mib->commit({communities + Oid{14, 1}, Value::octets("other")}), ErrorStatus::no_error);
  EXPECT_TRUE(p.mib->undo({communities + Oid{14, 1}, before}));
  EXPECT_EQ(p.device.settings().write_community, "s3cret");
}

TEST(Compose, TrapReceiversAreRows) {
  Printer p(mfp);
  const Oid index{1, 6, 192, 0, 2, 44, 4, 138};  // 192.0.2.44, port 1162
  const auto cell = [&](Oid::Arc column) { return trap_client + column + index; };
  EXPECT_EQ(p.set_one(cell(6), Value::integer(6)), ErrorStatus::inconsistent_name) << "there is no such row";
  EXPECT_EQ(p.set_one(cell(3), Value::integer(5)), ErrorStatus::wrong_value) << "createAndWait is not taken";
  EXPECT_EQ(
      p.set({{cell(3), Value::integer(4)}, {cell(6), Value::integer(6)}, {cell(7), Value::octets("traps")}})
          .error_status,
      0);
  ASSERT_EQ(p.device.settings().trap_targets.size(), 1u);
  EXPECT_EQ(p.device.settings().trap_targets[0], (TrapTarget{"192.0.2.44", 1162, 2, false, "traps"}));
  EXPECT_EQ(p.get(cell(6)), Value::integer(6));
  EXPECT_EQ(p.get(cell(7)), Value::octets(""));
  EXPECT_EQ(p.set_one(cell(6), Value::integer(3)), ErrorStatus::inconsistent_value) << "written once";
  EXPECT_EQ(p.set_one(cell(3), Value::integer(4)), ErrorStatus::inconsistent_value) << "it is there";
  EXPECT_EQ(p.number(vendor + Oid{51, 13, 1, 1, 0}), 1);
  EXPECT_EQ(p.number(vendor + Oid{51, 14, 2, 1, 2, 1, 4, 1, 3, 6, 1}), 1) << "its view";

  // A row promised in a SET that failed is not there for the next.
  const Oid other{1, 6, 192, 0, 2, 45, 0, 162};
  EXPECT_NE(
      p.set({{trap_client + 3u + other, Value::integer(4)}, {trap_client + 6u + other, Value::integer(99)}})
          .error_status,
      0);
  EXPECT_EQ(p.device.settings().trap_targets.size(), 1u);
  EXPECT_EQ(p.set_one(trap_client + 6u + other, Value::integer(6)), ErrorStatus::inconsistent_name);

  for (const Oid& bad : {Oid{1, 6, 192, 0, 2, 44, 4}, Oid{1, 6, 192, 0, 2, 300, 0, 162}, Oid{2, 1, 65},
                         Oid{1, 6, 192, 0, 2, 44, 0, 0}, Oid{21, 3, 65, 66, 67}, Oid{1}})
    EXPECT_EQ(p.set_one(trap_client + 3u + bad, Value::integer(4)), ErrorStatus::no_creation) << bad.text();
  Oid host{21, 8};
  for (const char c : std::string("nms:1162")) host.append(static_cast<unsigned char>(c));
  EXPECT_EQ(p.set_one(trap_client + 3u + host, Value::integer(4)), ErrorStatus::no_error);
  EXPECT_EQ(p.device.settings().trap_targets.back().address, "nms");

  for (Oid::Arc i = 1; p.device.settings().trap_targets.size() < Settings::trap_targets_max; ++i)
    ASSERT_EQ(p.set_one(trap_client + Oid{3, 1, 6, 10, 0, 0, i, 0, 162}, Value::integer(4)),
              ErrorStatus::no_error);
  EXPECT_EQ(p.set_one(trap_client + Oid{3, 1, 6, 10, 0, 1, 1, 0, 162}, Value::integer(4)),
            ErrorStatus::resource_unavailable);
  EXPECT_EQ(p.set_one(cell(3), Value::integer(6)), ErrorStatus::no_error);
  EXPECT_EQ(p.device.settings().trap_targets.size(), Settings::trap_targets_max - 1);
  EXPECT_TRUE(p.get(cell(3)).is_exception());
}

TEST(Compose, CommandsAreDone) {
  Printer p(mfp);
  const std::uint64_t life = p.device.life_count();
  EXPECT_EQ(p.number(in_progress), 2);
  EXPECT_EQ(p.set({{command, Value::integer(4)}, {command_data, Value::octets("page")}}).error_status, 0);
  EXPECT_EQ(p.device.life_count(), life + 1) << "a test page";
  EXPECT_EQ(p.number(in_progress), 1);
  EXPECT_EQ(p.set_one(command, Value::integer(2302)), ErrorStatus::inconsistent_value) << "it is at another";
  EXPECT_EQ(p.set_one(command_data, Value::octets("x")), ErrorStatus::inconsistent_value);
  EXPECT_EQ(p.set_one(command, Value::integer(2322)), ErrorStatus::inconsistent_value);
  p.go(seconds(11));
  EXPECT_EQ(p.number(in_progress), 2);
  EXPECT_EQ(p.number(command_status), 0);
  EXPECT_EQ(p.get(command_data), Value::octets("page"));
  EXPECT_EQ(p.set_one(command, Value::integer(2322)), ErrorStatus::wrong_value)
      << "upgrades come over the raw port";

  p.device.set_cover(0, CoverStatus::open, p.now);
  EXPECT_EQ(p.set_one(command, Value::integer(4)), ErrorStatus::no_error) << "taken, and then it fails";
  p.go(seconds(11));
  EXPECT_EQ(p.number(command_status), static_cast<std::int64_t>(ErrorStatus::resource_unavailable));
  EXPECT_EQ(p.device.life_count(), life + 1);
  p.device.set_cover(0, CoverStatus::closed, p.now);

  EXPECT_EQ(p.set_one(command, Value::integer(1306)), ErrorStatus::no_error);
  EXPECT_FALSE(p.device.online());
  EXPECT_EQ(p.set_one(command, Value::integer(1307)), ErrorStatus::no_error);
  EXPECT_TRUE(p.device.online());
  EXPECT_EQ(p.set_one(command, Value::integer(2302)), ErrorStatus::no_error);
  EXPECT_EQ(p.device.take_reset(), Reset::power_cycle);
  EXPECT_EQ(p.number(in_progress), 1);
  p.device.power_off(p.now);
  p.device.power_on(p.now);
  EXPECT_EQ(p.number(command), 1) << "none since power-on";
  EXPECT_EQ(p.number(in_progress), 2);
}

// Rows of live tables are the device's records.
TEST(Compose, FaultsAlertsAndJobsAreRows) {
  Printer p("production-colour");
  const auto& history = p.device.fault_history();
  ASSERT_FALSE(history.empty());
  const FaultRecord& last = history.back();
  const Oid faults = vendor + Oid{53, 8, 2, 1};
  EXPECT_EQ(p.get(faults + 4u + last.number),
            Value::octets(p.model->faults[last.fault].code + " " + p.model->faults[last.fault].description));
  EXPECT_EQ(p.number(vendor + Oid{53, 9, 2, 1, 11, 1}), last.number);
  p.device.set_cover(0, CoverStatus::open, p.now);
  const Alert& alert = p.device.alerts().back();
  const Oid row{1, static_cast<Oid::Arc>(alert.index)};
  EXPECT_EQ(p.number(vendor + Oid{53, 17, 2, 1, 5} + row), alert.code);
  EXPECT_EQ(p.number(vendor + Oid{53, 17, 2, 1, 3} + row), 8) << "critical: a hard error";
  p.device.set_cover(0, CoverStatus::closed, p.now);
  EXPECT_EQ(p.get(vendor + Oid{53, 17, 2, 1, 5} + row), Value::no_such_instance());

  p.device.run_job({.black = 6, .name = "report", .user = "ada"}, p.now);
  const Oid jobs{1, 3, 6, 1, 4, 1, 2699, 1, 1, 1, 3, 1, 1};
  const Oid job{1, p.device.jobs().back().number};
  EXPECT_EQ(p.number(jobs + 2u + job), 9);
  EXPECT_EQ(p.number(jobs + 8u + job), 6);
  EXPECT_EQ(p.get(jobs + 9u + job), Value::octets("ada"));
}

// The imaging counters are sums that hold with the device's own.
TEST(Compose, ImagingCountersAreTheDevices) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    Printer p(key);
    Job job{.function = JobFunction::copy, .black = 10};
    if (p.model->colour) job.colour = 4;
    p.device.run_job(job, p.now);
    const auto impressions = [&](Oid::Arc at_key, Oid::Arc column) {
      return p.number(counters + Oid{8, 1, 1, column, at_key, 3, 3});
    };
    if (p.get(counters + Oid{8, 1, 1, 4, 1, 3, 3}).is_exception()) continue;
    EXPECT_EQ(impressions(1, 4), static_cast<std::int64_t>(p.device.life_count())) << "system totals";
    std::int64_t by_service = 0;
    bool copies = false;
    for (Oid::Arc at_key = 1; !p.get(counters + Oid{2, 1, 1, 2, at_key}).is_exception(); ++at_key) {
      if (impressions(at_key, 4) < 0) continue;
      EXPECT_EQ(impressions(at_key, 4), impressions(at_key, 5) + impressions(at_key, 7)) << "key " << at_key;
      const std::int64_t service = p.number(counters + Oid{2, 1, 1, 2, at_key});
      copies = copies || service == 4;
      if (service == 4 || service == 11 || service == 7) by_service += impressions(at_key, 4);
    }
    if (copies) {
      EXPECT_EQ(by_service, impressions(1, 4)) << "print, copy and fax are all there is";
    }
  }
}

TEST(Compose, WhatSuppliesHaveLeft) {
  Printer p("production-mono");
  ASSERT_FALSE(p.model->service_items.empty());
  const Oid::Arc first = static_cast<Oid::Arc>(p.model->supplies.size() + 1);
  EXPECT_EQ(p.number(vendor + Oid{53, 20, 1, 1, 4, first}), 5) << "replaced by service";
  const auto detail = [&](Oid::Arc type) { return vendor + Oid{53, 20, 2, 1, 7, 1, 1, first, type, 1}; };
  EXPECT_EQ(p.number(detail(255)), static_cast<std::int64_t>(p.model->service_items[0].limit));
  const std::int64_t left = p.number(detail(256));
  p.device.run_job({.black = 50}, p.now);
  EXPECT_LT(p.number(detail(256)), left);
  for (std::size_t i = 0; i < p.model->supplies.size(); ++i) {
    const Value percent = p.get(vendor + Oid{53, 13, 2, 1, 6, 1, 251, static_cast<Oid::Arc>(i + 1)});
    if (percent.is_exception()) continue;
    p.device.set_supply_level(i, p.model->supplies[i].capacity / 2, p.now);
    EXPECT_NEAR(
        static_cast<double>(p.number(vendor + Oid{53, 13, 2, 1, 6, 1, 251, static_cast<Oid::Arc>(i + 1)})),
        50, 1);
  }
}

// A walk of live tables with rows at their bound is in order, each GET agrees, and none is missed.
TEST(Compose, WalksWithManyRowsAreInOrder) {
  Printer p("production-colour");
  for (std::size_t i = 0; p.device.alerts().size() < Device::alerts_max && i < 200; ++i)
    p.device.raise({.severity = Severity::warning, .code = 1}, p.now);
  ASSERT_EQ(p.device.alerts().size(), Device::alerts_max);
  Oid at, name;
  Value value;
  std::size_t alert_cells = 0;
  while (p.mib->next(at, name, value)) {
    ASSERT_LT(at, name);
    EXPECT_EQ(p.get(name), value) << name.text();
    alert_cells += name.starts_with(printer_mib + Oid{18, 1, 1});
    at = name;
  }
  EXPECT_EQ(alert_cells, Device::alerts_max * 9);
}

// Printers share all but what is theirs.
TEST(Compose, APrinterCostsLittle) {
  Printer p(mfp);
  EXPECT_LE(sizeof(DeviceMib), 200u);
  EXPECT_EQ(p.mib->notes(), nullptr) << "kept where a manager asked for something alone";
}

}  // namespace
}  // namespace mr::printer
