#include "reference/protocol/snmp/agent_rules.hpp"

#include <gtest/gtest.h>

#include <map>

namespace mr::snmp {
namespace {

const Oid base{1, 3, 6, 1, 4, 1, 9};

// base.1 .. base.5; base.3 is a Counter64. base.1 and base.2 may be written; 13 and 14 make test and commit
// fail.
class Table : public VariableSource {
 public:
  Table() {
    for (Oid::Arc i = 1; i <= 5; ++i) values[base + i] = Value::integer(static_cast<std::int32_t>(i));
    values[base + 3u] = Value::counter64(1ull << 40);
  }
  Value get(const Oid& name) override {
    const auto found = values.find(name);
    return found == values.end() ? Value::no_such_instance() : found->second;
  }
  bool next(const Oid& after, Oid& name, Value& value) override {
    const auto found = values.upper_bound(after);
    if (found == values.end()) return false;
    name = found->first;
    value = found->second;
    return true;
  }
  ErrorStatus test(const VarBind& v) override {
    if (v.name > base + 2u) return ErrorStatus::not_writable;
    if (v.value.type() != Type::integer) return ErrorStatus::wrong_type;
    return v.value.number() == 13 ? ErrorStatus::wrong_value : ErrorStatus::no_error;
  }
  ErrorStatus commit(const VarBind& v) override {
    if (v.value.number() == 14) return ErrorStatus::commit_failed;
    values[v.name] = v.value;
    return ErrorStatus::no_error;
  }
  bool undo(const VarBind& before) override {
    if (undo_works) values[before.name] = before.value;
    return undo_works;
  }
  std::map<Oid, Value> values;
  bool undo_works = true;
};

const Access all{&View::all(), &View::all()};

Pdu request(PduType type, std::vector<VarBind> varbinds, int a = 0, int b = 0) {
  Pdu out;
  out.type = type;
  out.request_id = 31;
  out.error_status = a;
  out.error_index = b;
  out.varbinds = std::move(varbinds);
  return out;
}
VarBind ask(Oid::Arc i) { return {base + i, {}}; }
VarBind put(Oid::Arc i, int n) { return {base + i, Value::integer(n)}; }

// "status/index: last arc=value ..." with x for noSuchInstance and $ for endOfMibView.
std::string shown(const std::optional<Pdu>& pdu) {
  if (!pdu) return "none";
  std::string out = std::to_string(pdu->error_status) + "/" + std::to_string(pdu->error_index) + ":";
  for (const VarBind& v : pdu->varbinds) {
    out += " " + std::to_string(v.name.back()) + "=";
    const auto n = v.value.number();
    out += n                                         ? std::to_string(*n)
           : v.value.type() == Type::end_of_mib_view ? "$"
           : v.value.is_exception()                  ? "x"
                                                     : "0";
  }
  return out;
}

//= PRN-MISSING type=test
//= PRN-V1-COUNTER64 type=test
//= PRN-BULK type=test
TEST(AgentRules, Operations) {
  const auto c64 = std::to_string(1ull << 40);
  struct Case {
    Version version;
    Pdu request;
    std::string expected;
  };
  const Version v1 = Version::v1, v2 = Version::v2c;
  const Case cases[] = {
      {v2, request(PduType::get, {ask(1), ask(9), ask(3)}), "0/0: 1=1 9=x 3=" + c64},
      {v1, request(PduType::get, {ask(1), ask(9)}), "2/2: 1=0 9=0"},
      {v1, request(PduType::get, {ask(3)}), "2/1: 3=0"},  // RFC 3584: Counter64 is not there in v1
      {v2, request(PduType::get_next, {ask(0), ask(2), ask(5)}), "0/0: 1=1 3=" + c64 + " 5=$"},
      {v1, request(PduType::get_next, {ask(2)}), "0/0: 4=4"},  // Counter64 passed over
      {v1, request(PduType::get_next, {ask(1), ask(5)}), "2/2: 1=0 5=0"},
      {v1, request(PduType::get_bulk, {ask(1)}, 0, 5), "none"},
      {v2, request(PduType::get_bulk, {ask(3)}, 0, 2), "0/0: 4=4 5=5"},
      {v2, request(PduType::get_bulk, {ask(3)}, 0, 9),
       "0/0: 4=4 5=5 5=$"},  // named as the row before, and no further row
      {v2, request(PduType::get_bulk, {ask(5), ask(0), ask(3)}, 1, 3),
       "0/0: 5=$ 1=1 4=4 2=2 5=5 3=" + c64 + " 5=$"},
      {v2, request(PduType::get_bulk, {ask(0), ask(1)}, 7, 3), "0/0: 1=1 2=2"},
      {v2, request(PduType::get_bulk, {ask(0)}, -1, -1), "0/0:"},
      {v2, request(PduType::set, {put(1, 7), put(2, 8)}), "0/0: 1=7 2=8"},
      {v2, request(PduType::set, {put(1, 7), put(4, 8)}), "17/2: 1=7 4=8"},
      {v1, request(PduType::set, {put(1, 7), put(4, 8)}), "2/2: 1=7 4=8"},
      {v2, request(PduType::set, {put(1, 13)}), "10/1: 1=13"},
      {v1, request(PduType::set, {put(1, 13)}), "3/1: 1=13"},
      {v2, request(PduType::set, {put(1, 7), put(2, 14)}), "14/2: 1=7 2=14"},
      {v1, request(PduType::set, {put(1, 7), put(2, 14)}), "5/2: 1=7 2=14"},
      {v2, request(PduType::response, {}), "none"},
      {v2, request(PduType::trap, {}), "none"},
      {v2, request(PduType::inform, {}), "none"},
      {v2, request(PduType::report, {}), "none"},
      {v2, request(PduType::get, {}), "0/0:"},
  };
  for (const Case& c : cases) {
    Table table;
    const auto out = respond(c.request, c.version, table, all, 60000);
    EXPECT_EQ(shown(out), c.expected) << to_text(c.request.type) << " case " << &c - cases;
    if (out) {
      EXPECT_EQ(out->request_id, 31);
      EXPECT_EQ(out->type, PduType::response);
    }
  }
}

TEST(AgentRules, ASetIsAllOrNothing) {
  Table table;
  respond(request(PduType::set, {put(1, 7), put(2, 13)}), Version::v2c, table, all, 60000);
  EXPECT_EQ(table.values[base + 1u], Value::integer(1));
  respond(request(PduType::set, {put(1, 7), put(2, 14)}), Version::v2c, table, all, 60000);
  EXPECT_EQ(table.values[base + 1u], Value::integer(1));
  table.undo_works = false;
  EXPECT_EQ(shown(respond(request(PduType::set, {put(1, 7), put(2, 14)}), Version::v2c, table, all, 60000)),
            "15/0: 1=7 2=14");
}

TEST(AgentRules, Views) {
  Table table;
  const View some({{base, true}, {base + 2u, false}, {base + 4u, false}});
  const Access access{&some, nullptr};
  EXPECT_EQ(shown(respond(request(PduType::get, {ask(1), ask(2)}), Version::v2c, table, access, 60000)),
            "0/0: 1=1 2=x");
  EXPECT_EQ(shown(respond(request(PduType::get_next, {ask(3)}), Version::v2c, table, access, 60000)),
            "0/0: 5=5");
  EXPECT_EQ(shown(respond(request(PduType::set, {put(1, 7)}), Version::v2c, table, access, 60000)),
            "16/0: 1=7");
  EXPECT_EQ(shown(respond(request(PduType::set, {put(2, 7)}), Version::v2c, table, {&some, &some}, 60000)),
            "6/1: 2=7");
  EXPECT_FALSE(View().contains(base));
}

TEST(AgentRules, WhatDoesNotFit) {
  Table table;
  const std::size_t one = ber_size(put(1, 1));
  EXPECT_EQ(shown(respond(request(PduType::get, {ask(1), ask(2)}), Version::v2c, table, all, 2 * one)),
            "0/0: 1=1 2=2");
  EXPECT_EQ(shown(respond(request(PduType::get, {ask(1), ask(2)}), Version::v2c, table, all, 2 * one - 1)),
            "1/0:");
  EXPECT_EQ(shown(respond(request(PduType::get, {ask(1), ask(2)}), Version::v1, table, all, 2 * one - 1)),
            "1/0: 1=0 2=0");
  EXPECT_EQ(shown(respond(request(PduType::get_bulk, {ask(0)}, 0, 5), Version::v2c, table, all, 2 * one + 1)),
            "0/0: 1=1 2=2");
  EXPECT_EQ(shown(respond(request(PduType::get_bulk, {ask(0)}, 0, 5), Version::v2c, table, all, 3)), "1/0:");
  EXPECT_EQ(shown(respond(request(PduType::set, {put(1, 7), put(2, 7)}), Version::v2c, table, all, one)),
            "1/0:");
  EXPECT_EQ(table.values[base + 1u], Value::integer(1));
}

TEST(AgentRules, WorkIsBounded) {
  Table table;
  AnswerLimits limits;
  limits.repetitions_max = 2;
  EXPECT_EQ(shown(respond(request(PduType::get_bulk, {ask(0)}, 0, INT32_MAX), Version::v2c, table, all, 60000,
                          limits)),
            "0/0: 1=1 2=2");
  limits.steps_max = 1;
  EXPECT_EQ(
      shown(respond(request(PduType::get_bulk, {ask(0)}, 0, 2), Version::v2c, table, all, 60000, limits)),
      "5/1: 0=0");
}

TEST(AgentRules, CommunityDatagrams) {
  Table table;
  const CommunityPolicy policy = [](Version, std::string_view c) -> std::optional<Access> {
    if (c == "public") return Access();
    return {};
  };
  const Pdu bulk = request(PduType::get_bulk, {ask(0)}, 0, 5);
  const Answer whole = answer_community(encode({Version::v2c, "public", bulk}), table, policy);
  ASSERT_TRUE(whole.datagram);
  EXPECT_EQ(decode_community(*whole.datagram)->pdu.varbinds.size(), 5u);
  AnswerLimits limits;
  limits.bytes_max = whole.datagram->size() - 1;
  const Answer cut = answer_community(encode({Version::v2c, "public", bulk}), table, policy, limits);
  ASSERT_TRUE(cut.datagram);
  EXPECT_LE(cut.datagram->size(), limits.bytes_max);
  EXPECT_LT(decode_community(*cut.datagram)->pdu.varbinds.size(), 5u);

  const Answer refused = answer_community(encode({Version::v2c, "private", bulk}), table, policy);
  EXPECT_FALSE(refused.datagram);
  EXPECT_EQ(refused.why, errc::wrong_community);
  EXPECT_EQ(answer_community(as_bytes("garbage"), table, policy).why, errc::truncated);
}

TEST(AgentRules, UsmDatagrams) {
  Table table;
  PasswordKeys keys;
  const auto user = std::make_shared<const UsmUser>(
      make_user({.name = "u", .auth = UsmAuth::sha1, .auth_password = "password1", .priv = UsmPriv::des},
                keys)
          .value());
  const std::string engine = "12345engine";
  UsmAuthority authority(engine, std::make_shared<const UserTable>(UserTable{{"u", user}}), 1);
  LocalUser local(user, engine);
  const UserPolicy policy = [](const UsmUser&, SecurityLevel,
                               std::string_view context) -> std::optional<Access> {
    if (context.empty()) return Access();
    return {};
  };
  const auto ask_v3 = [&](ScopedPdu scoped, std::int32_t size_max) {
    const Bytes datagram = secure({.message_id = 5,
                                   .size_max = size_max,
                                   .reportable = true,
                                   .level = user->level(),
                                   .engine_id = engine,
                                   .at = {1, 1},
                                   .user = "u",
                                   .salt = 2},
                                  scoped, &local);
    const Answer answer = answer_usm(datagram, table, authority, policy, {1, 1});
    EXPECT_TRUE(answer.datagram);
    EXPECT_LE(answer.datagram->size(), static_cast<std::size_t>(size_max));
    const V3Frame frame = decode_v3(*answer.datagram).value();
    EXPECT_TRUE(authentic(frame, *answer.datagram, local));
    return open_scoped(frame, &local).value().pdu;
  };
  const Pdu bulk = request(PduType::get_bulk, {ask(0)}, 0, 5);
  EXPECT_EQ(shown(ask_v3({engine, "", bulk}, 1500)).substr(0, 12), "0/0: 1=1 2=2");
  for (Oid::Arc i = 10; i < 200; ++i) table.values[base + i] = Value::octets("0123456789");
  const Pdu cut = ask_v3({engine, "", request(PduType::get_bulk, {ask(0)}, 0, 100)}, 484);
  EXPECT_EQ(cut.error_status, 0);
  EXPECT_GT(cut.varbinds.size(), 5u);
  EXPECT_EQ(ask_v3({engine, "elsewhere", bulk}, 1500).varbinds.at(0).name,
            (Oid{1, 3, 6, 1, 6, 3, 12, 1, 5, 0}));
  EXPECT_EQ(ask_v3({"other", "", bulk}, 1500).varbinds.at(0).name, (Oid{1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0}));
}

}  // namespace
}  // namespace mr::snmp
