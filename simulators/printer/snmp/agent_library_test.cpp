#include "simulators/printer/snmp/agent_library.hpp"

#include <gtest/gtest.h>

#include <map>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/snmp/agent_library_shared.hpp"
#include "simulators/printer/snmp/test_table.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::ErrorStatus;
using snmp::Oid;
using snmp::PduType;
using snmp::Value;
using snmp::VarBind;
using snmp::Version;

namespace {

const std::string engine_id("\x80\x00\x1f\x88\x04makeready", 14);

std::unique_ptr<AgentLibrary>& library() { return shared_library(); }

class NetSnmp : public testing::Test {
 protected:
  NetSnmp() {
    shelf.missing = Value::no_such_instance();
    shelf.held = {{{1, 3, 6, 1, 2, 1, 1, 1, 0}, Value::octets("a printer")},
                  {{1, 3, 6, 1, 2, 1, 1, 2, 0}, Value::oid({1, 3, 6, 1, 4, 1, 367, 1, 1})},
                  {{1, 3, 6, 1, 2, 1, 1, 3, 0}, Value::time_ticks(4294967295u)},
                  {{1, 3, 6, 1, 2, 1, 2, 1, 0}, Value::integer(-7)},
                  {{1, 3, 6, 1, 2, 1, 2, 2, 0}, Value::counter64(0x123456789abcdef0u)},
                  {{1, 3, 6, 1, 2, 1, 2, 3, 0}, Value::ip_address({192, 0, 2, 1})},
                  {{1, 3, 6, 1, 2, 1, 43, 1, 1}, Value::counter32(3000000000u)},
                  {{1, 3, 6, 1, 2, 1, 43, 1, 2}, Value::gauge32(7)},
                  {{1, 3, 6, 1, 4, 1, 11, 1}, Value::octets("")},
                  {{1, 3, 6, 1, 4, 1, 11, 2}, Value::opaque("op")}};
    users = every_user();
    agent = std::move(*library()->agent(
        engine_id, users, shelf,
        [](Version, std::string_view community) -> std::optional<snmp::Access> {
          if (community == "public") return snmp::Access{};
          if (community == "private")
            return snmp::Access{.read = &snmp::View::all(), .write = &snmp::View::all()};
          return {};
        },
        [](const snmp::UsmUser&, snmp::SecurityLevel,
           std::string_view context) -> std::optional<snmp::Access> {
          if (!context.empty()) return {};
          return snmp::Access{.read = &snmp::View::all(), .write = &snmp::View::all()};
        }));
  }

  std::optional<snmp::Pdu> ask(snmp::Pdu request, Version version = Version::v2c,
                               std::string community = "public") {
    request.request_id = 77;
    const auto answer = library()->answer(
        *agent, snmp::encode(snmp::CommunityMessage{version, std::move(community), request}), now, limits);
    if (!answer) return {};
    const auto decoded = snmp::decode_community(*answer);
    EXPECT_TRUE(decoded) << to_string(decoded.error());
    EXPECT_EQ(decoded->pdu.request_id, 77);
    return decoded->pdu;
  }

  Result<snmp::Pdu> ask_v3(const std::string& user, snmp::Pdu request, std::string context = "") {
    snmp::Session session(snmp::UserCredentials{users->at(user), std::move(context)}, {});
    auto action = session.start(std::move(request), std::chrono::seconds(1));
    for (int turns = 0; turns < 6; ++turns) {
      if (auto* done = std::get_if<snmp::Session::Done>(&action)) return std::move(done->response);
      std::optional<snmp::Bytes> answer;
      if (auto* send = std::get_if<snmp::Session::Send>(&action))
        answer = library()->answer(*agent, send->datagram, now, limits);
      action = answer ? session.received(*answer, std::chrono::seconds(1))
                      : session.timed_out(std::chrono::seconds(1));
    }
    return Fault(snmp::errc::no_answer);
  }

  TestTable shelf;
  std::shared_ptr<snmp::UserTable> users;
  std::unique_ptr<AgentLibrary::Agent> agent;
  snmp::EngineTime now{7, 1000};
  snmp::AnswerLimits limits;
};

}  // namespace

TEST_F(NetSnmp, ASecondOneIsRefused) {
  ASSERT_NE(library(), nullptr);
  auto second = AgentLibrary::start();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, library_errc::in_use);
}

TEST_F(NetSnmp, GetGivesEveryTypeUnchanged) {
  for (const auto& [name, value] : shelf.held) {
    const auto response = ask(snmp::get_request({name}));
    ASSERT_TRUE(response) << name.text();
    ASSERT_EQ(response->varbinds.size(), 1u);
    EXPECT_EQ(response->varbinds[0], (VarBind{name, value})) << response->varbinds[0].value.text();
  }
}

TEST_F(NetSnmp, GetNextWalksInOrderFromAnywhere) {
  for (const Oid& start : {Oid{1, 3}, Oid{0, 0}, Oid{1, 3, 6, 1}, Oid{1, 3, 6, 1, 1}}) {
    std::map<Oid, Value> seen;
    Oid at = start;
    for (;;) {
      const auto response = ask(snmp::get_next_request({at}));
      ASSERT_TRUE(response);
      const VarBind& got = response->varbinds.at(0);
      if (got.value.type() == snmp::Type::end_of_mib_view) {
        EXPECT_EQ(got.name, at);
        break;
      }
      ASSERT_LT(at, got.name);
      seen[got.name] = got.value;
      at = got.name;
    }
    EXPECT_EQ(seen, shelf.held) << start.text();
  }
}

TEST_F(NetSnmp, NoAnswerUnderAnotherCommunity) {
  EXPECT_FALSE(ask(snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}), Version::v2c, "Public"));
  EXPECT_FALSE(ask(snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}), Version::v1, ""));
}

//= PRN-MISSING type=test
//= PRN-V1-COUNTER64 type=test
TEST_F(NetSnmp, V1NamesTheFirstMissingAndPassesOverCounter64) {
  const auto missing =
      ask(snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}, {1, 3, 6, 1, 9}, {1, 3, 6, 1, 8}}), Version::v1);
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->error_status, static_cast<int>(ErrorStatus::no_such_name));
  EXPECT_EQ(missing->error_index, 2);
  const auto wide = ask(snmp::get_request({{1, 3, 6, 1, 2, 1, 2, 2, 0}}), Version::v1);
  ASSERT_TRUE(wide);
  EXPECT_EQ(wide->error_status, static_cast<int>(ErrorStatus::no_such_name));
  const auto over = ask(snmp::get_next_request({{1, 3, 6, 1, 2, 1, 2, 1, 0}}), Version::v1);
  ASSERT_TRUE(over);
  EXPECT_EQ(over->varbinds.at(0).name, (Oid{1, 3, 6, 1, 2, 1, 2, 3, 0}));
  const auto end = ask(snmp::get_next_request({{1, 3, 6, 1, 4, 1, 11, 2}}), Version::v1);
  ASSERT_TRUE(end);
  EXPECT_EQ(end->error_status, static_cast<int>(ErrorStatus::no_such_name));
  EXPECT_EQ(end->error_index, 1);
  EXPECT_FALSE(ask(snmp::get_bulk_request({{1, 3}}, 0, 5), Version::v1));
}

TEST_F(NetSnmp, GetBulkNamesTheEndsOfItsOwnColumns) {
  const Oid last{1, 3, 6, 1, 4, 1, 11, 2}, before_last{1, 3, 6, 1, 4, 1, 11, 1},
      first{1, 3, 6, 1, 2, 1, 1, 1, 0};
  const auto response = ask(snmp::get_bulk_request({first, last, before_last}, 1, 4));
  ASSERT_TRUE(response);
  const auto end = Value::end_of_mib_view();
  const std::vector<VarBind> wanted = {
      {{1, 3, 6, 1, 2, 1, 1, 2, 0}, shelf.held.at({1, 3, 6, 1, 2, 1, 1, 2, 0})},
      {last, end},
      {last, Value::opaque("op")},
      {last, end},
      {last, end}};
  EXPECT_EQ(response->varbinds, wanted);
}

TEST_F(NetSnmp, GetBulkIsCutToTheMessageAndGetIsTooBig) {
  for (std::uint32_t i = 0; i < 200; ++i)
    shelf.held[{1, 3, 6, 1, 5, i}] = Value::octets(std::string(40, 'x'));
  limits.bytes_max = 1400;
  const auto bulk = ask(snmp::get_bulk_request({{1, 3, 6, 1, 5}}, 0, 100));
  ASSERT_TRUE(bulk);
  EXPECT_EQ(bulk->error_status, 0);
  EXPECT_GT(bulk->varbinds.size(), 20u);
  EXPECT_LT(bulk->varbinds.size(), 32u);
  const auto v3 = ask_v3("u42", snmp::get_bulk_request({{1, 3, 6, 1, 5}}, 0, 100));
  ASSERT_TRUE(v3) << to_string(v3.error());
  EXPECT_EQ(v3->error_status, 0);
  EXPECT_GT(v3->varbinds.size(), 18u);
  std::vector<Oid> names;
  for (std::uint32_t i = 0; i < 60; ++i) names.push_back({1, 3, 6, 1, 5, i});
  const auto get = ask(snmp::get_request(names));
  ASSERT_TRUE(get);
  EXPECT_EQ(get->error_status, static_cast<int>(ErrorStatus::too_big));
}

TEST_F(NetSnmp, SetIsAllOrNothing) {
  const Oid a{1, 3, 6, 1, 2, 1, 1, 1, 0}, b{1, 3, 6, 1, 4, 1, 11, 1}, number{1, 3, 6, 1, 2, 1, 2, 1, 0};
  const auto good =
      ask(snmp::set_request({{a, Value::octets("x")}, {b, Value::octets("y")}}), Version::v2c, "private");
  ASSERT_TRUE(good);
  EXPECT_EQ(good->error_status, 0);
  EXPECT_EQ(shelf.held[a], Value::octets("x"));
  const auto refused =
      ask(snmp::set_request({{a, Value::octets("z")}, {number, Value::integer(1)}}), Version::v2c, "private");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error_status, static_cast<int>(ErrorStatus::not_writable));
  EXPECT_EQ(refused->error_index, 2);
  EXPECT_EQ(shelf.held[a], Value::octets("x"));
  shelf.refused = Value::octets("no");
  const auto undone =
      ask(snmp::set_request({{a, Value::octets("z")}, {b, Value::octets("no")}}), Version::v2c, "private");
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->error_status, static_cast<int>(ErrorStatus::commit_failed));
  EXPECT_EQ(undone->error_index, 2);
  EXPECT_EQ(shelf.held[a], Value::octets("x"));
  const auto reader = ask(snmp::set_request({{a, Value::octets("z")}}));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->error_status, static_cast<int>(ErrorStatus::authorization_error));
  const auto v1 = ask(snmp::set_request({{number, Value::integer(1)}}), Version::v1, "private");
  ASSERT_TRUE(v1);
  EXPECT_EQ(v1->error_status, static_cast<int>(ErrorStatus::no_such_name));
}

TEST_F(NetSnmp, EveryCombinationOfProtocolsIsAnswered) {
  for (const auto& [name, user] : *users) {
    const auto response = ask_v3(name, snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}));
    ASSERT_TRUE(response) << name << ": " << to_string(response.error());
    ASSERT_EQ(response->varbinds.size(), 1u) << name;
    EXPECT_EQ(response->varbinds[0].value, Value::octets("a printer")) << name;
  }
}

TEST_F(NetSnmp, TwoAgentsKeepTheirOwnEngineBootsAndUsers) {
  const std::string other_id("\x80\x00\x1f\x88\x04other", 10);
  auto few = std::make_shared<snmp::UserTable>();
  (*few)["u42"] = users->at("u42");
  auto other = std::move(*library()->agent(
      other_id, few, shelf, [](Version, std::string_view) { return std::optional<snmp::Access>(); },
      [](const snmp::UsmUser&, snmp::SecurityLevel, std::string_view) {
        return std::optional<snmp::Access>(snmp::Access{});
      }));
  for (int round = 0; round < 3; ++round) {
    const auto mine = ask_v3("u42", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}));
    EXPECT_TRUE(mine) << to_string(mine.error());
    std::swap(agent, other);
    now = {2000, 5 + round};
    const auto theirs = ask_v3("u42", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}));
    EXPECT_TRUE(theirs) << to_string(theirs.error());
    EXPECT_FALSE(ask_v3("u41", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}})));
    std::swap(agent, other);
    now = {7, 1000 + round};
  }
}

TEST_F(NetSnmp, AUserWithKeysMayNotDoWithoutThem) {
  snmp::ScopedPdu scoped{engine_id, "", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}})};
  const auto answer = library()->answer(
      *agent,
      snmp::secure({.message_id = 5, .reportable = true, .engine_id = engine_id, .at = now, .user = "u42"},
                   scoped, nullptr),
      now, limits);
  ASSERT_TRUE(answer);
  const auto frame = snmp::decode_v3(*answer);
  ASSERT_TRUE(frame);
  const auto reported = snmp::open_scoped(*frame, nullptr);
  ASSERT_TRUE(reported);
  EXPECT_EQ(reported->pdu.type, PduType::report);
  EXPECT_EQ(reported->pdu.varbinds.at(0).name,
            (Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, 1, 0}));  // usmStatsUnsupportedSecLevels
}

TEST_F(NetSnmp, AnUnknownContextIsReported) {
  const auto response = ask_v3("u42", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}}), "elsewhere");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, snmp::errc::refused_by_peer) << to_string(response.error());
}

TEST_F(NetSnmp, NotificationsInEveryVersion) {
  snmp::Pdu trap;
  trap.type = PduType::trap;
  trap.request_id = 99;
  trap.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 3, 0}, Value::time_ticks(5)},
                   {{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, Value::oid({1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1})}};
  const auto v2 = library()->notify(*agent, Version::v2c, "traps", trap, now);
  ASSERT_TRUE(v2) << to_string(v2.error());
  const auto message = snmp::decode_community(*v2);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->community, "traps");
  EXPECT_EQ(message->pdu, trap);

  snmp::Pdu old = trap;
  old.type = PduType::trap_v1;
  old.trap_v1 = snmp::TrapV1{{1, 3, 6, 1, 2, 1, 43, 18, 2}, {192, 0, 2, 9}, 6, 1, 500};
  const auto v1 = library()->notify(*agent, Version::v1, "traps", old, now);
  ASSERT_TRUE(v1);
  const auto first = snmp::decode_community(*v1);
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->pdu.trap_v1);
  EXPECT_EQ(*first->pdu.trap_v1, *old.trap_v1);
  EXPECT_EQ(first->pdu.varbinds, old.varbinds);

  const auto v3 = library()->notify(*agent, Version::v3, "u42", trap, now);
  ASSERT_TRUE(v3) << to_string(v3.error());
  const auto frame = snmp::decode_v3(*v3);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->usm.engine_id, engine_id);
  EXPECT_EQ(frame->usm.boots, 7);
  EXPECT_EQ(frame->usm.time, 1000);
  snmp::LocalUser keys(users->at("u42"), engine_id);
  EXPECT_TRUE(snmp::authentic(*frame, *v3, keys));
  const auto scoped = snmp::open_scoped(*frame, &keys);
  ASSERT_TRUE(scoped);
  EXPECT_EQ(scoped->pdu.varbinds, trap.varbinds);
  const auto nobody = library()->notify(*agent, Version::v3, "nobody", trap, now);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, library_errc::unknown_user);
}
