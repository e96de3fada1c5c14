#include "reference/protocol/snmp/session.hpp"

#include <gtest/gtest.h>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::snmp {
namespace {

using namespace std::chrono_literals;

const Oid name{1, 3, 6, 1, 2, 1, 1, 5, 0};

class One final : public ReadOnlySource {
 public:
  Value get(const Oid& n) override { return n == name ? Value::octets("here") : Value::no_such_object(); }
  bool next(const Oid& after, Oid& n, Value& v) override {
    if (after >= name) return false;
    n = name;
    v = Value::octets("here");
    return true;
  }
};

// A device, its engine and someone who forges Reports, all by hand.
struct Site {
  explicit Site(UsmAuth auth = UsmAuth::sha1, UsmPriv priv = UsmPriv::aes128) {
    PasswordKeys keys;
    user = std::make_shared<const UsmUser>(
        make_user({.name = "u", .auth = auth, .auth_password = "password1", .priv = priv}, keys).value());
    swap_engine("engine-of-device");
    session.emplace(UserCredentials{user, ""},
                    Session::Start{.request_id = 100, .salt = 1, .attempts_max = 3});
  }
  void swap_engine(std::string id) {
    authority.emplace(std::move(id), std::make_shared<const UserTable>(UserTable{{"u", user}}), 9);
  }
  EngineTime clock() const {
    return {boots, static_cast<std::int32_t>(uptime +
                                             std::chrono::duration_cast<std::chrono::seconds>(now).count())};
  }
  std::optional<Bytes> device(const Bytes& datagram) {
    return answer_usm(
               datagram, source, *authority, [](const auto&...) { return Access(); }, clock())
        .datagram;
  }
  // A Report without authentication, in answer to what was sent.
  Bytes forged(const Bytes& probe, std::uint32_t which, std::string_view engine, EngineTime at) {
    ScopedPdu scoped{std::string(engine), "", {}};
    scoped.pdu.type = PduType::report;
    scoped.pdu.varbinds = {{{1, 3, 6, 1, 6, 3, 15, 1, 1, which, 0}, Value::counter32(1)}};
    return secure({.message_id = decode_v3(probe)->message_id, .engine_id = engine, .at = at}, scoped,
                  nullptr);
  }
  // Lets device and session talk until there is nothing to send; true when the value arrived.
  bool talk(Session::Action action) {
    for (int i = 0; i < 20; ++i) {
      if (auto* done = std::get_if<Session::Done>(&action)) {
        last = done->response.has_error() ? static_cast<errc>(done->response.error().code.value()) : errc{};
        return done->response.has_value() && done->response->varbinds.at(0).value == Value::octets("here");
      }
      auto* send = std::get_if<Session::Send>(&action);
      if (!send) return false;
      ++sent;
      const auto answer = device(send->datagram);
      if (!answer) return false;
      action = session->received(*answer, now);
    }
    return false;
  }
  Session::Action start() { return session->start(get_request({name}), now); }
  static Bytes datagram(const Session::Action& action) { return std::get<Session::Send>(action).datagram; }

  One source;
  std::shared_ptr<const UsmUser> user;
  std::optional<UsmAuthority> authority;
  std::optional<Session> session;
  std::chrono::nanoseconds now = 0s;
  std::int32_t boots = 3, uptime = 5000;
  int sent = 0;
  errc last{};
};

TEST(UsmSession, DiscoversOnceThenAsksDirectly) {
  Site site;
  EXPECT_TRUE(site.talk(site.start()));
  EXPECT_EQ(site.sent, 2);
  EXPECT_EQ(site.session->engine_id(), "engine-of-device");
  site.now += 1h;
  EXPECT_TRUE(site.talk(site.start()));
  EXPECT_EQ(site.sent, 3);
}

TEST(UsmSession, EveryLevel) {
  for (const auto& [auth, priv] :
       {std::pair(UsmAuth::none, UsmPriv::none), std::pair(UsmAuth::md5, UsmPriv::none),
        std::pair(UsmAuth::sha512, UsmPriv::des), std::pair(UsmAuth::md5, UsmPriv::aes256_reeder)}) {
    Site site(auth, priv);
    EXPECT_TRUE(site.talk(site.start()));
    EXPECT_TRUE(site.talk(site.start()));
    EXPECT_EQ(site.sent, 3);
  }
}

TEST(UsmSession, FollowsARebootAndADriftingClock) {
  Site site;
  ASSERT_TRUE(site.talk(site.start()));
  site.boots = 4;
  site.uptime = 0;
  site.sent = 0;
  EXPECT_TRUE(site.talk(site.start()));
  EXPECT_EQ(site.sent, 2);  // the Report that says so is authentic
  site.now += 1h;
  site.uptime = 400;  // runs ahead
  EXPECT_TRUE(site.talk(site.start()));
}

TEST(UsmSession, AnEngineThatWasReplacedIsFoundWithinARetry) {
  Site site;
  ASSERT_TRUE(site.talk(site.start()));
  site.swap_engine("engine-of-successor");
  EXPECT_FALSE(site.talk(site.start()));  // an unauthenticated contradiction: not believed, but looked into
  EXPECT_TRUE(site.talk(site.session->timed_out(site.now)));
  EXPECT_EQ(site.session->engine_id(), "engine-of-successor");
}

// Each forged Report arrives before the device's answer, which is lost. The next attempt must succeed, and so
// must the next request.
TEST(UsmSession, AForgedReportCostsAtMostOneAttempt) {
  struct Case {
    std::uint32_t which;
    std::string_view engine;
    EngineTime at;
  };
  const Case cases[] = {
      {4, "engine-of-forger", {boots_max, INT32_MAX}},
      {4, "engine-of-device", {boots_max, INT32_MAX}},
      {2, "engine-of-device", {boots_max, INT32_MAX}},
      {2, "engine-of-device", {0, 0}},
      {3, "engine-of-device", {1, 1}},
      {5, "engine-of-device", {1, 1}},
      {1, "engine-of-device", {1, 1}},
      {6, "", {0, 0}},
  };
  for (const bool synchronised : {false, true}) {
    for (const Case& c : cases) {
      SCOPED_TRACE(std::to_string(c.which) + " " + std::string(c.engine) +
                   (synchronised ? " known" : " new"));
      Site site;
      ASSERT_TRUE(!synchronised || site.talk(site.start()));
      Session::Action action = site.start();
      static_cast<void>(
          site.session->received(site.forged(site.datagram(action), c.which, c.engine, c.at), site.now));
      ASSERT_TRUE(site.session->busy());
      EXPECT_TRUE(site.talk(site.session->timed_out(site.now)));
      EXPECT_TRUE(site.talk(site.start()));
      EXPECT_EQ(site.session->engine_id(), "engine-of-device");
    }
  }
}

// The forgery arrives first and the true Report after it, in the same attempt.
TEST(UsmSession, TheTrueReportAfterAForgedOneIsHeard) {
  Site site;
  const Session::Action first = site.start();
  const Bytes probe = site.datagram(first);
  const auto truth = site.device(probe);
  Session::Action action =
      site.session->received(site.forged(probe, 4, "engine-of-forger", {1, 1}), site.now);
  EXPECT_TRUE(std::holds_alternative<Session::Send>(action));
  EXPECT_TRUE(site.talk(site.session->received(*truth, site.now)));
}

TEST(UsmSession, AStormOfReportsDoesNotMakeAStormOfRequests) {
  Site site;
  Session::Action action = site.start();
  const Bytes probe = site.datagram(action);
  int sends = 0;
  for (int i = 0; i < 1000; ++i) {
    action = site.session->received(site.forged(probe, 4, "engine-" + std::to_string(i), {1, 1}), site.now);
    sends += std::holds_alternative<Session::Send>(action);
  }
  EXPECT_LE(sends, 4);
}

TEST(UsmSession, ResponsesThatAreNotAuthenticAreIgnored) {
  Site site;
  ASSERT_TRUE(site.talk(site.start()));
  const Session::Action action = site.start();
  const Bytes answer = site.device(site.datagram(action)).value();
  for (std::size_t i = 0; i < answer.size(); ++i) {
    Bytes bad = answer;
    bad[i] ^= std::byte{1};
    ASSERT_TRUE(std::holds_alternative<Session::Wait>(site.session->received(bad, site.now))) << i;
  }
  // The same response in the clear, with the right numbers.
  ScopedPdu scoped{"engine-of-device", "", {}};
  scoped.pdu.type = PduType::response;
  scoped.pdu.request_id = decode_v3(site.datagram(action))->message_id - 1;
  const Bytes clear = secure({.message_id = decode_v3(site.datagram(action))->message_id,
                              .engine_id = "engine-of-device",
                              .at = site.clock(),
                              .user = "u"},
                             scoped, nullptr);
  const auto ignored = site.session->received(clear, site.now);
  ASSERT_TRUE(std::holds_alternative<Session::Wait>(ignored));
  EXPECT_EQ(std::get<Session::Wait>(ignored).why, errc::unsupported_security_level);
  EXPECT_TRUE(std::holds_alternative<Session::Done>(site.session->received(answer, site.now)));
}

TEST(UsmSession, AWrongPasswordIsNamedAfterTheLastAttempt) {
  Site site;
  PasswordKeys keys;
  auto other = std::make_shared<const UsmUser>(
      make_user({.name = "u", .auth = UsmAuth::sha1, .auth_password = "password2", .priv = UsmPriv::aes128},
                keys)
          .value());
  site.session.emplace(UserCredentials{other, ""}, Session::Start{});
  EXPECT_FALSE(site.talk(site.start()));
  EXPECT_FALSE(site.talk(site.session->timed_out(site.now)));
  EXPECT_FALSE(site.talk(site.session->timed_out(site.now)));
  const auto end = site.session->timed_out(site.now);
  ASSERT_TRUE(std::holds_alternative<Session::Done>(end));
  EXPECT_EQ(std::get<Session::Done>(end).response.error().detail, "usmStatsWrongDigests");
}

TEST(CommunitySession, MatchesRetriesAndGivesUp) {
  Session session(CommunityCredentials{Version::v2c, "public"},
                  Session::Start{.request_id = 8, .attempts_max = 2});
  const auto first = std::get<Session::Send>(session.start(get_request({name}), 0s)).datagram;
  auto reply = decode_community(first).value();
  EXPECT_EQ(reply.pdu.type, PduType::get);
  EXPECT_EQ(reply.community, "public");
  reply.pdu.type = PduType::response;
  const auto why = [&](CommunityMessage m) {
    return std::get<Session::Wait>(session.received(encode(m), 0s)).why;
  };
  CommunityMessage bad = reply;
  ++bad.pdu.request_id;
  EXPECT_EQ(why(bad), errc::mismatched);
  bad = reply;
  bad.community = "other";
  EXPECT_EQ(why(bad), errc::wrong_community);
  bad = reply;
  bad.version = Version::v1;
  EXPECT_EQ(why(bad), errc::unsupported_version);
  bad = reply;
  bad.pdu.type = PduType::get;
  EXPECT_EQ(why(bad), errc::unexpected_pdu);
  EXPECT_EQ(std::get<Session::Wait>(session.received(as_bytes("0"), 0s)).why, errc::truncated);

  EXPECT_EQ(std::get<Session::Send>(session.timed_out(1s)).datagram, first);
  EXPECT_EQ(std::get<Session::Done>(session.received(encode(reply), 1s)).response->request_id,
            reply.pdu.request_id);
  EXPECT_FALSE(session.busy());

  static_cast<void>(session.start(get_request({name}), 2s));
  static_cast<void>(session.timed_out(3s));
  EXPECT_EQ(std::get<Session::Done>(session.timed_out(4s)).response.error().code,
            make_error_code(errc::no_answer));
}

}  // namespace
}  // namespace mr::snmp
