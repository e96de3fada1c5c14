#include "simulators/printer/device/mib.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mr::printer {
namespace {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;
using std::chrono::seconds;

const Oid printer{1, 3, 6, 1, 2, 1, 43}, alerts{1, 3, 6, 1, 2, 1, 43, 18, 1, 1},
    contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, media_name{1, 3, 6, 1, 2, 1, 43, 8, 2, 1, 12, 1, 1},
    life{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1}, uptime{1, 3, 6, 1, 2, 1, 1, 3, 0},
    last{1, 3, 6, 1, 4, 1, 9, 1};

struct Bench {
  Bench() {
    auto model = std::make_shared<Model>();
    model->covers = {{"Front"}, {"Rear"}};
    model->warm_up_ms = 0;
    device = std::make_unique<Device>(model, Identity{.serial = "S", .address = {192, 0, 2, 7}});
    device->power_on(Moment{0});
    std::vector<Variable> variables{
        {last, Value::octets("end"), {}},
        {contact, Value::octets(""), {Field::contact}},
        {uptime, Value::time_ticks(0), {Field::system_uptime}},
        {media_name, Value::octets("a4"), {}},
        {life, Value::counter32(0), {Field::life_count}},
        {printer + Oid{5, 1, 1, 3, 1}, Value::integer(3), {Field::general_reset}},
        {printer + Oid{5, 1, 1, 1, 1}, Value::counter32(0), {Field::config_changes}},
    };
    shared = std::make_shared<MibTemplate>(std::move(variables),
                                           std::vector<const LiveTable*>{&alert_table(), &address_table()});
    mib = std::make_unique<DeviceMib>(shared, *device);
  }
  std::vector<Oid> walk() {
    std::vector<Oid> names;
    Oid at, name;
    Value value;
    while (mib->next(at, name, value)) {
      EXPECT_LT(at, name);
      EXPECT_EQ(mib->get(name), value) << name.text();
      names.push_back(name);
      at = name;
    }
    return names;
  }
  MibTemplatePtr shared;
  std::unique_ptr<Device> device;
  std::unique_ptr<DeviceMib> mib;
};

//= PRN-WALK type=test
//= PRN-ALERT-TABLE type=test
TEST(Mib, WalkIsInOrderAndRowsComeAndGo) {
  Bench b;
  EXPECT_EQ(b.walk().size(), 7u + 10u);
  b.device->set_cover(0, CoverStatus::open, seconds(1));
  b.device->set_cover(1, CoverStatus::open, seconds(2));
  EXPECT_EQ(b.walk().size(), 7u + 10u + 2u * 9u);
  EXPECT_EQ((b.mib->get(alerts + Oid{7, 1, 2})), Value::integer(3));
  EXPECT_EQ((b.mib->get(alerts + Oid{9, 1, 2})), Value::time_ticks(200));
  EXPECT_EQ((b.mib->get(alerts + Oid{8, 1, 1})), Value::octets("Front is open"));
  b.device->set_cover(0, CoverStatus::closed, seconds(3));
  EXPECT_EQ((b.mib->get(alerts + Oid{8, 1, 1})), Value::no_such_instance())
      << "the column is there, the row is gone";
  EXPECT_EQ((b.mib->get(alerts + Oid{10, 1, 1})), Value::no_such_object()) << "there is no such column";
  EXPECT_EQ(b.walk().size(), 7u + 10u + 9u);
}

TEST(Mib, AlertIndicesThatWrappedAreWalkedInOrder) {
  Bench b;
  b.device->set_next_alert_index(2147483647);
  b.device->set_cover(0, CoverStatus::open, seconds(1));
  b.device->set_cover(1, CoverStatus::open, seconds(2));
  ASSERT_EQ(b.device->alerts()[0].index, 2147483647);
  ASSERT_EQ(b.device->alerts()[1].index, 1);
  EXPECT_EQ(b.walk().size(), 7u + 10u + 2u * 9u);
}

TEST(Mib, ValuesAreOfTheMoment) {
  Bench b;
  b.mib->at(seconds(3));
  EXPECT_EQ(b.mib->get(uptime), Value::time_ticks(300));
  b.device->set_life_count((1ull << 32) + 5);
  EXPECT_EQ(b.mib->get(life), Value::counter32(5)) << "a Counter32 wraps";
}

TEST(Mib, Sets) {
  Bench b;
  EXPECT_EQ(b.mib->test({life, Value::counter32(1)}), ErrorStatus::not_writable);
  EXPECT_EQ(b.mib->test({contact, Value::integer(1)}), ErrorStatus::wrong_type);
  EXPECT_EQ(b.mib->test({contact, Value::octets(std::string(256, 'x'))}), ErrorStatus::wrong_length);
  EXPECT_EQ(b.mib->test({contact, Value::octets("ops")}), ErrorStatus::no_error);
  const Value before = b.mib->get(contact);
  EXPECT_EQ(b.mib->commit({contact, Value::octets("ops")}), ErrorStatus::no_error);
  EXPECT_EQ(b.device->settings().contact, "ops");
  EXPECT_TRUE(b.mib->undo({contact, before}));
  EXPECT_EQ(b.device->settings().contact, "");

  EXPECT_EQ(b.mib->commit({media_name, Value::octets("letter")}), ErrorStatus::no_error);
  EXPECT_EQ(b.mib->get(media_name), Value::octets("letter"));
  DeviceMib other(b.shared, *b.device);
  EXPECT_EQ(other.get(media_name), Value::octets("a4")) << "what one printer is SET to is its own";
  EXPECT_EQ((b.mib->get(printer + Oid{5, 1, 1, 1, 1})), Value::counter32(3)) << "prtGeneralConfigChanges";

  const Oid reset = printer + Oid{5, 1, 1, 3, 1};
  EXPECT_EQ(b.mib->test({reset, Value::integer(7)}), ErrorStatus::wrong_value);
  EXPECT_EQ(b.mib->commit({reset, Value::integer(4)}), ErrorStatus::no_error);
  EXPECT_EQ(b.mib->get(reset), Value::integer(3));
  EXPECT_EQ(b.device->take_reset(), Reset::power_cycle);
  EXPECT_EQ(b.device->take_reset(), std::nullopt);
}

TEST(Mib, AddressesAreRows) {
  Bench b;
  EXPECT_EQ((b.mib->get(Oid{1, 3, 6, 1, 2, 1, 4, 20, 1, 2, 192, 0, 2, 7})), Value::integer(2));
  b.device->set_address({10, 0, 0, 9});
  EXPECT_TRUE(b.mib->get(Oid{1, 3, 6, 1, 2, 1, 4, 20, 1, 2, 192, 0, 2, 7}).is_exception());
  const auto names = b.walk();
  EXPECT_EQ(std::count(names.begin(), names.end(), Oid{1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 10, 0, 0, 9}), 1);
}

TEST(Mib, NotificationHasTheObjectsOfTheStandard) {
  Bench b;
  b.device->set_cover(0, CoverStatus::open, seconds(1));
  const snmp::Pdu pdu = alert_notification(*b.mib, b.device->alerts()[0], seconds(1));
  ASSERT_EQ(pdu.varbinds.size(), 8u);
  EXPECT_EQ(pdu.varbinds[0].value, Value::time_ticks(100));
  EXPECT_EQ(pdu.varbinds[1].value, Value::oid(printer + Oid{18, 2, 0, 1}));
  EXPECT_EQ(pdu.varbinds[7].name, alerts + 7u + 1u + 1u);
}

}  // namespace
}  // namespace mr::printer
