// Each quirk as managers see it, through both engines, while the device stays as it is.
#include <algorithm>
#include <set>

#include "simulators/printer/quirks/test_printer.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::Oid;
using snmp::PduType;
using snmp::Type;
using snmp::Value;

namespace {

const Oid mib2{1, 3, 6, 1, 2, 1},
    prt = mib2 + 43u, supplies = prt + Oid{11, 1, 1}, alerts = prt + Oid{18, 1, 1},
    life = prt + Oid{10, 2, 1, 4, 1, 1}, serial = prt + Oid{5, 1, 1, 17, 1},
    vendor_total{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1, 6, 1, 20, 1},
    hr_status = mib2 + Oid{25, 3, 5, 1, 1, 1}, hr_errors = mib2 + Oid{25, 3, 5, 1, 2, 1},
    description = mib2 + Oid{1, 1, 0};

class Quirks : public testing::TestWithParam<std::string> {
 protected:
  Quirks() : p(GetParam()) {}
  Value supply(Oid::Arc column, Oid::Arc row) { return p.get(supplies + Oid{column, 1, row}); }
  Value truth(const Oid& name) { return p.mib().get(name); }
  std::string text(const Oid& name) {
    const Value value = p.get(name);
    return value.octets() ? *value.octets() : value.text();
  }
  std::vector<Oid::Arc> rows(const Oid& column) {
    std::vector<Oid::Arc> out;
    for (const auto& v : p.walk(column).found) out.push_back(v.name.back());
    return out;
  }
  // The first row of a class or type of supply.
  Oid::Arc row_where(Oid::Arc column, std::int64_t is) {
    for (Oid::Arc row = 1; row < 40; ++row) {
      if (truth(supplies + Oid{column, 1, row}).number() == is) return row;
    }
    ADD_FAILURE() << "no such supply";
    return 1;
  }
  test::Printers p;
};

INSTANTIATE_TEST_SUITE_P(Engines, Quirks, testing::Values("native", "net-snmp"), test::engine_name);

}  // namespace

TEST_P(Quirks, EachShowsInAWalkOrInAConversationAndTheDeviceKnowsNothingOfIt) {
  p.device().set_supply_level(0, 0, p.now);  // one is empty
  const auto before = p.walk({1, 3}, true);
  ASSERT_GT(before.found.size(), 200u);
  const std::set<std::string> conversational{"sleep-drops", "sleep-slow", "community-any-case"};
  for (const QuirkKind& kind : quirk_kinds()) {
    if (conversational.contains(kind.name)) continue;
    std::string text = kind.name;
    if (kind.name == "counter-falls") text += "=after=60";  // the clock is at 660 s
    const std::string was = p.device().save(p.now);
    p.quirks({text});
    const auto walk = p.walk({1, 3}, true, 5000);
    EXPECT_EQ(p.device().save(p.now), was) << kind.name;
    if (kind.name == "latin-1") continue;  // shows where there is something that is not ASCII: below
    EXPECT_FALSE(walk.found == before.found && walk.end == before.end) << kind.name << " changed nothing";
  }
  p.quirks({});
  EXPECT_EQ(p.walk({1, 3}, true).found.size(), before.found.size()) << "they can be taken away";
}

TEST_P(Quirks, Meters) {
  const auto total = truth(vendor_total).number(), pages = truth(life).number();
  ASSERT_TRUE(total && pages && *total > 100);
  p.quirks({"meter-lags=7"});
  EXPECT_EQ(p.get(vendor_total).number(), *total - 7);
  EXPECT_EQ(p.get(life).number(), *pages);
  p.quirks({"meter-lags=1000000"});
  EXPECT_GE(*p.get(vendor_total).number(), 0) << "a meter is never under 0";

  p.quirks({"life-count-integer"});
  EXPECT_EQ(p.get(life), Value::integer(static_cast<std::int32_t>(*pages)));
  p.quirks({"no-life-count"});
  EXPECT_EQ(p.get(life).type(), Type::no_such_object);
  EXPECT_TRUE(p.walk(life).found.empty());

  p.quirks({"counter-falls=90,after=700"});
  EXPECT_EQ(p.get(life).number(), *pages);
  p.now = std::chrono::seconds(700);
  EXPECT_EQ(p.get(life).number(), *pages - 90);
  EXPECT_EQ(p.get(vendor_total).number(), *total - 90);
  EXPECT_EQ(p.device().life_count(), static_cast<std::uint64_t>(*pages));

  const std::uint32_t near = 4294967295u - static_cast<std::uint32_t>(*pages);
  p.quirks({"counter-near-wrap=" + std::to_string(near)});
  EXPECT_EQ(p.get(life), Value::counter32(4294967295u));
  p.device().set_life_count(static_cast<std::uint64_t>(*pages) + 3);
  EXPECT_EQ(p.get(life), Value::counter32(2)) << "it wrapped";

  p.quirks({"uptime-fixed=5"});
  EXPECT_EQ(p.get(mib2 + Oid{1, 3, 0}), Value::time_ticks(5));
  p.quirks({"ip-counters-integer"});
  EXPECT_EQ(p.get(mib2 + Oid{2, 2, 1, 10, 2}).type(), Type::integer);
}

TEST_P(Quirks, Identity) {
  const std::string number = p.device().identity().serial;
  p.quirks({"serial-prefix"});
  EXPECT_EQ(text(serial), "00" + number);
  EXPECT_NE(text({1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3, 1}).find("SN:" + number), std::string::npos);
  p.quirks({"no-serial"});
  EXPECT_EQ(p.get(serial).type(), Type::no_such_object);
  EXPECT_EQ(p.device().identity().serial, number);

  p.quirks({"firmware-null"});
  EXPECT_NE(text(description).find("NULL"), std::string::npos);
  EXPECT_EQ(text(description).find(p.device().level()), std::string::npos);
  p.quirks({"object-id-of-another=1.3.6.1.4.1.9.1"});
  EXPECT_EQ(p.get(mib2 + Oid{1, 2, 0}), Value::oid({1, 3, 6, 1, 4, 1, 9, 1}));
  p.quirks({"description-long=80"});
  EXPECT_EQ(text(mib2 + Oid{25, 3, 2, 1, 3, 1}).size(), 80u);
  EXPECT_TRUE(text(mib2 + Oid{25, 3, 2, 1, 3, 1}).starts_with(p.device().model().device_description));
  p.quirks({"device-index-zero"});
  EXPECT_EQ(p.get(mib2 + Oid{25, 3, 2, 1, 1, 1}), Value::integer(0));
  p.quirks({"traps-enumeration-zero"});
  EXPECT_EQ(p.get(mib2 + Oid{11, 30, 0}), Value::integer(0));
}

TEST_P(Quirks, Status) {
  const std::string true_errors = *truth(hr_errors).octets();
  p.quirks({"errors-one-octet"});
  EXPECT_EQ(text(hr_errors), true_errors.substr(0, 1));
  p.quirks({"errors-extra-bits"});
  std::string extra = true_errors;
  extra.resize(4);
  extra[1] = static_cast<char>(extra[1] | 1);
  extra[3] = static_cast<char>(0x80);
  EXPECT_EQ(text(hr_errors), extra);

  p.device().set_cover(0, CoverStatus::closed, p.now);
  p.device().set_input_level(0, 100, p.now);
  ASSERT_EQ(truth(hr_status).number(), 3);
  p.quirks({"status-other"});
  EXPECT_EQ(p.get(hr_status).number(), 1);
  p.device().set_activity(Activity::printing, p.now);
  EXPECT_EQ(p.get(hr_status).number(), 4) << "only where it is idle";
  p.quirks({"tray-broken"});
  EXPECT_EQ(p.get(prt + Oid{8, 2, 1, 11, 1, 1}).number(), 19);
  p.quirks({"console-colour-zero"});
  EXPECT_EQ(p.get(prt + Oid{17, 6, 1, 4, 1, 1}).number(), 0);
}

TEST_P(Quirks, SupplyLevels) {
  const auto capacity = supply(8, 1).number();
  ASSERT_TRUE(capacity && *capacity > 10);
  p.device().set_supply_level(0, 7, p.now);
  p.quirks({"level-some"});
  EXPECT_EQ(supply(9, 1).number(), -3);
  p.device().set_supply_level(0, 0, p.now);
  EXPECT_EQ(supply(9, 1).number(), 0) << "empty is told";
  p.quirks({"level-minus-hundred"});
  EXPECT_EQ(supply(9, 1).number(), -100);
  p.quirks({"level-half"});
  EXPECT_EQ(supply(9, 1).number(), *capacity / 2);
  p.quirks({"level-unknown"});
  EXPECT_EQ(supply(9, 1).number(), -2);
  p.quirks({"level-over-capacity=150"});
  EXPECT_EQ(supply(9, 1).number(), *capacity * 3 / 2);
  p.quirks({"capacity-unknown"});
  EXPECT_EQ(supply(8, 1).number(), -2);
  EXPECT_EQ(p.device().supply_true_level(0), 0);
}

TEST_P(Quirks, AWasteContainerThatCountsItsFill) {
  // A receptacle with a capacity and a level that are told.
  Oid::Arc row = 0;
  for (Oid::Arc i = 1; i < 40 && row == 0; ++i) {
    if (truth(supplies + Oid{4, 1, i}).number() == 4 && truth(supplies + Oid{8, 1, i}).number() > 0 &&
        truth(supplies + Oid{9, 1, i}).number() >= 0)
      row = i;
  }
  const auto consumed = supply(9, row_where(4, 3)).number();
  if (row == 0) GTEST_SKIP() << "the model tells the level of no receptacle";
  const auto room = supply(9, row).number();
  p.quirks({"waste-counts-fill"});
  EXPECT_EQ(*supply(9, row).number() + *room, *supply(8, row).number());
  EXPECT_EQ(supply(9, row_where(4, 3)).number(), consumed);
}

TEST_P(Quirks, SupplyTexts) {
  const std::string name = text(supplies + Oid{6, 1, 1});
  p.quirks({"supply-suffix"});
  EXPECT_EQ(text(supplies + Oid{6, 1, 1}), name + ", PN 906R01509");
  // The first toner is black.
  ASSERT_EQ(supply(5, 1).number(), 3);
  ASSERT_EQ(text(prt + Oid{12, 1, 1, 4, 1, 1}), "black");
  p.quirks({"supply-language"});
  EXPECT_EQ(text(supplies + Oid{6, 1, 1}), "Cartuccia toner nero");
  p.quirks({"supply-language=zh"});
  EXPECT_EQ(text(supplies + Oid{6, 1, 1}), "\xe9\xbb\x91\xe8\x89\xb2\xe7\xb2\x89\xe7\x9b\x92");
  const Oid waste = supplies + Oid{6, 1, row_where(5, 4)};
  p.quirks({"supply-language=de"});
  EXPECT_EQ(text(waste), "Resttonerbeh\xc3\xa4lter");
  p.quirks({"supply-language=de", "latin-1"});
  EXPECT_EQ(text(waste), "Resttonerbeh\xe4lter");
  // The other way round there is nothing yet that is not ASCII.
  p.quirks({"latin-1", "supply-language=de"});
  EXPECT_EQ(text(waste), "Resttonerbeh\xc3\xa4lter");
}

TEST_P(Quirks, SupplyRows) {
  const auto honest = rows(supplies + 6u);
  const std::size_t count = honest.size();
  ASSERT_GE(count, 4u);
  std::vector<std::string> names;
  for (const Oid::Arc row : honest) names.push_back(text(supplies + Oid{6, 1, row}));

  p.quirks({"supply-rows-moved"});
  EXPECT_EQ(rows(supplies + 6u), honest);
  for (std::size_t i = 0; i < count; ++i)
    EXPECT_EQ(text(supplies + Oid{6, 1, honest[i]}), names[(i + 1) % count]);
  EXPECT_EQ(supply(3, 1).number(), truth(supplies + Oid{3, 1, 2}).number()) << "its colorant moves with it";

  p.quirks({"supply-rows-sparse=first=30,step=7"});
  const auto sparse = rows(supplies + 6u);
  ASSERT_EQ(sparse.size(), count);
  EXPECT_EQ(sparse[0], 30u);
  EXPECT_EQ(sparse[1], 37u);
  EXPECT_EQ(text(supplies + Oid{6, 1, 37}), names[1]);
  EXPECT_TRUE(p.get(supplies + Oid{6, 1, 1}).is_exception());
  EXPECT_EQ(p.walk(supplies, true).found.size(), p.walk(supplies).found.size());

  p.quirks({"supply-one"});
  EXPECT_EQ(rows(supplies + 6u), (std::vector<Oid::Arc>{honest[0]}));
  EXPECT_FALSE(p.walk(prt + 12u).found.empty()) << "what follows is still there";
}

TEST_P(Quirks, Alerts) {
  const auto honest = rows(alerts + 2u);
  ASSERT_GE(honest.size(), 2u) << "a cover is open and a tray empty";
  const auto count = honest.size();
  p.quirks({"alerts-twice=500"});
  const auto twice = rows(alerts + 8u);
  EXPECT_EQ(twice.size(), 2 * count);
  EXPECT_EQ(text(alerts + Oid{8, 1, honest[0] + 500}), text(alerts + Oid{8, 1, honest[0]}));
  p.quirks({"alerts-blank=3"});
  EXPECT_EQ(rows(alerts + 2u).size(), count + 3);
  EXPECT_EQ(p.get(alerts + Oid{2, 1, honest.back() + 1}), Value::integer(0));
  EXPECT_EQ(p.get(alerts + Oid{8, 1, honest.back() + 1}), Value::octets(""));
  p.quirks({"alerts-sparse"});
  const auto sparse = rows(alerts + 2u);
  ASSERT_EQ(sparse.size(), count);
  EXPECT_EQ(sparse[0], 231u);
  EXPECT_EQ(sparse[1], 502u);
  EXPECT_EQ(p.get(alerts + Oid{1, 1, 502}).number(), 502) << "prtAlertIndex goes with it";
  p.quirks({"alerts-group-index"});
  EXPECT_EQ(p.get(alerts + Oid{5, 1, honest[0]}).number(), -1);
  p.quirks({"alerts-chinese"});
  const std::string text_shown = text(alerts + Oid{8, 1, honest[0]});
  EXPECT_TRUE(std::all_of(text_shown.begin(), text_shown.end(), [](char c) { return c & 0x80; }))
      << text_shown;
  // Without alerts the blank rows are all there is.
  p.device().set_cover(0, CoverStatus::closed, p.now);
  p.device().set_input_level(0, 100, p.now);
  while (!p.device().alerts().empty()) p.device().clear(p.device().alerts().front().index, p.now);
  p.quirks({"alerts-blank"});
  EXPECT_EQ(rows(alerts + 2u), (std::vector<Oid::Arc>{1, 2}));
}

TEST_P(Quirks, Localisation) {
  p.quirks({"no-localization"});
  EXPECT_TRUE(p.get(prt + Oid{7, 1, 1, 4, 1, 1}).is_exception());
  EXPECT_TRUE(p.get(prt + Oid{5, 1, 1, 2, 1}).is_exception());
  EXPECT_TRUE(p.walk(prt + 7u).found.empty());
  EXPECT_EQ(p.walk(prt + 8u).end, "end");
}

TEST_P(Quirks, Walks) {
  for (const bool bulk : {false, true}) {
    p.quirks({"walk-passes-over"});
    EXPECT_TRUE(p.walk(serial.first(serial.size() - 1), bulk).found.empty());
    EXPECT_EQ(text(serial), p.device().identity().serial);

    p.quirks({"walk-ends-in-error"});
    EXPECT_EQ(p.walk({1, 3}, bulk).end, "genErr");
    EXPECT_EQ(p.walk(supplies, bulk).end, "end") << "only the very end is wrong";
    p.quirks({"walk-ends-in-error=1.3.6.1.2.1.43.11"});
    EXPECT_EQ(p.walk(supplies, bulk).end, "genErr");

    p.quirks({"walk-stops"});
    const auto cut = p.walk({1, 3}, bulk);
    EXPECT_EQ(cut.end, "end");
    EXPECT_TRUE(cut.found.back().name < alerts);
    EXPECT_FALSE(p.get(alerts + Oid{2, 1, 1}).is_exception()) << "a GET is answered";

    p.quirks({"walk-loops"});
    EXPECT_EQ(p.walk(supplies, bulk).end, "does not increase");
    p.quirks({"walk-repeats=1.3.6.1.2.1.43.12"});
    EXPECT_EQ(p.walk(prt + 12u, bulk).end, "does not increase");
  }
  // It goes round: after the last of the table comes the first.
  p.quirks({"walk-loops"});
  Oid first, last = supplies + 9u;
  Value value;
  p.mib().next(supplies, first, value);
  while (true) {
    Oid name;
    if (!p.mib().next(last, name, value) || !name.starts_with(supplies)) break;
    last = name;
  }
  const auto round = p.ask(p.request(PduType::get_next, {last}));
  ASSERT_TRUE(round);
  EXPECT_EQ(round->varbinds[0].name, first);
  // v1 knows no exceptions.
  p.version = snmp::Version::v1;
  p.quirks({"walk-stops"});
  EXPECT_EQ(p.walk({1, 3}).end, "noSuchName");
  p.quirks({"walk-ends-in-error"});
  EXPECT_EQ(p.walk({1, 3}).end, "genErr");
}

TEST_P(Quirks, ASleepingInterface) {
  const auto asked = [this] { return p.ask_raw(p.request(PduType::get, {life})); };
  p.quirks({"sleep-drops=2,after=60"});
  EXPECT_TRUE(asked().empty());
  EXPECT_TRUE(asked().empty());
  EXPECT_EQ(asked().size(), 1u);
  p.now += std::chrono::seconds(59);
  EXPECT_EQ(asked().size(), 1u);
  p.now += std::chrono::seconds(60);
  EXPECT_TRUE(asked().empty());

  p.quirks({"sleep-slow=1500,after=60"});
  p.now += std::chrono::seconds(60);
  auto slow = asked();
  ASSERT_EQ(slow.size(), 1u);
  EXPECT_EQ(slow[0].delay, std::chrono::milliseconds(1500));
  p.now += std::chrono::seconds(1);
  EXPECT_EQ(asked()[0].delay, std::chrono::milliseconds(500)) << "what comes meanwhile waits as long";
  p.now += std::chrono::seconds(1);
  EXPECT_EQ(asked()[0].delay, std::chrono::nanoseconds(0));
}

TEST_P(Quirks, CommunitiesOfAnyCase) {
  p.community = "PuBLic";
  EXPECT_FALSE(p.ask(p.request(PduType::get, {life})));
  p.quirks({"community-any-case"});
  const auto out = p.ask_raw(p.request(PduType::get, {life}));
  ASSERT_EQ(out.size(), 1u);
  const auto message = snmp::decode_community(out[0].payload);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->community, "PuBLic") << "the manager sees its own";
  EXPECT_EQ(message->pdu.request_id, p.last_id);
  p.community = "publi";
  EXPECT_FALSE(p.ask(p.request(PduType::get, {life})));
}

TEST_P(Quirks, OverVersion3Too) {
  p.quirks({"level-some", "walk-ends-in-error=1.3.6.1.2.1.43.11"});
  p.device().set_supply_level(0, 9, p.now);
  const auto got = p.converse(p.request(PduType::get, {supplies + Oid{9, 1, 1}}));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->varbinds[0].value, Value::integer(-3));
  const auto walked = p.converse(p.request(PduType::get_bulk, {supplies + 9u}, 100));
  ASSERT_TRUE(walked) << to_string(walked.error());
  EXPECT_EQ(walked->error_status, 5);
}

TEST_P(Quirks, ComposeInTheirOrder) {
  p.device().set_supply_level(0, 9, p.now);
  const auto capacity = *supply(8, 1).number();
  p.quirks({"level-half", "level-some"});
  EXPECT_EQ(supply(9, 1).number(), -3);
  p.quirks({"level-some", "level-half"});
  EXPECT_EQ(supply(9, 1).number(), capacity / 2);
  // Rows first, then what is in them: both by the index shown.
  const std::string second = *truth(supplies + Oid{6, 1, 2}).octets();
  p.quirks({"supply-rows-sparse", "supply-suffix=!", "supply-rows-moved"});
  EXPECT_EQ(text(supplies + Oid{6, 1, 1}), second + "!");
}

TEST_P(Quirks, WritesReachWhatIsMeantAndComeBackAsItWas) {
  const Oid name = prt + Oid{5, 1, 1, 16, 1}, location = mib2 + Oid{1, 6, 0};
  p.community = "private";
  const std::string was = *truth(location).octets();
  p.quirks({"walk-passes-over=1.3.6.1.2.1.1.6"});
  auto set = p.request(PduType::set, {location});
  set.varbinds[0].value = Value::octets("room 7");
  EXPECT_EQ(p.ask(set)->error_status, 0);
  EXPECT_EQ(p.device().settings().location, "room 7");
  // A hidden object cannot be written.
  p.quirks({"no-localization"});
  set = p.request(PduType::set, {prt + Oid{5, 1, 1, 2, 1}});
  set.varbinds[0].value = Value::integer(1);
  EXPECT_NE(p.ask(set)->error_status, 0);
  // The view gives back the device's own value, not the one that is shown.
  QuirkedView view(p.mib());
  std::vector<Quirk> quirks{*parse_quirk("serial-prefix")};
  view.wear(quirks);
  const snmp::VarBind wanted{location, Value::octets("other")};
  ASSERT_EQ(view.test(wanted), snmp::ErrorStatus::no_error);
  ASSERT_EQ(view.commit(wanted), snmp::ErrorStatus::no_error);
  EXPECT_TRUE(view.undo({location, Value::octets("what a quirk showed")}));
  EXPECT_EQ(p.device().settings().location, "room 7");
}

TEST_P(Quirks, OthersAreNotTouched) {
  test::Printers two(GetParam(), 2);
  two.quirks({"level-unknown"}, 1);
  EXPECT_NE(two.get(supplies + Oid{9, 1, 1}, 0).number(), -2);
  EXPECT_EQ(two.get(supplies + Oid{9, 1, 1}, 1).number(), -2);
}
