#include "reference/protocol/snmp/usm.hpp"

#include <gtest/gtest.h>

namespace mr::snmp {
namespace {

const std::string engine_id("\x80\x00\x1f\x88\x04printer", 12);

struct Agent {
  explicit Agent(UsmPasswords passwords) {
    PasswordKeys keys;
    user = std::make_shared<const UsmUser>(make_user(passwords, keys).value());
    authority.emplace(engine_id, std::make_shared<const UserTable>(UserTable{{user->name, user}}), 17);
    manager.emplace(user, engine_id);
  }
  static ScopedPdu request() {
    ScopedPdu out{engine_id, "", {}};
    out.pdu.request_id = 4711;
    out.pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 1, 0}, {}}};
    return out;
  }
  Securing how() const {
    return {.message_id = 99,
            .reportable = true,
            .level = user->level(),
            .engine_id = engine_id,
            .at = now,
            .user = user->name,
            .salt = 5};
  }
  Bytes message() { return secure(how(), request(), &*manager); }
  // The refusal and the usmStats object that the Report names.
  std::pair<errc, std::uint32_t> refused(ByteView datagram, EngineTime at) {
    auto judged = authority->receive(datagram, at);
    const auto* r = std::get_if<UsmAuthority::Refused>(&judged);
    if (!r) return {};
    if (!r->report) return {r->why, 0};
    const V3Frame frame = decode_v3(*r->report).value();
    EXPECT_EQ(frame.message_id, 99);
    EXPECT_EQ(frame.usm.engine_id, engine_id);
    EXPECT_EQ(frame.flags & flag_reportable, 0);
    const ScopedPdu scoped = decode_scoped(frame.scoped, false).value();
    EXPECT_EQ(scoped.pdu.type, PduType::report);
    report_is_authentic = (frame.flags & flag_auth) && authentic(frame, *r->report, *manager);
    return {r->why, scoped.pdu.varbinds.at(0).name[9]};
  }

  EngineTime now{7, 1000};
  std::shared_ptr<const UsmUser> user;
  std::optional<UsmAuthority> authority;
  std::optional<LocalUser> manager;
  bool report_is_authentic = false;
};

using Refusal = std::pair<errc, std::uint32_t>;
UsmPasswords strong() {
  return {.name = "monitor",
          .auth = UsmAuth::sha256,
          .auth_password = "authpassword",
          .priv = UsmPriv::aes128,
          .priv_password = "privpassword"};
}

// The 31 combinations of the field, and the 12 of the second key extension.
TEST(Usm, EveryCombinationRoundTrips) {
  int combinations = 0;
  for (int auth = 0; auth <= 6; ++auth) {
    for (int priv = 0; priv <= (auth == 0 ? 0 : 6); ++priv) {
      SCOPED_TRACE(std::string(to_text(UsmAuth(auth))) + " " + std::string(to_text(UsmPriv(priv))));
      UsmPasswords p = strong();
      p.auth = UsmAuth(auth);
      p.priv = UsmPriv(priv);
      Agent agent(p);
      const Bytes datagram = agent.message();
      EXPECT_EQ(as_text(datagram).find("\x2b\x06\x01\x02\x01\x01\x01") == std::string_view::npos, priv != 0);
      auto judged = agent.authority->receive(datagram, agent.now);
      auto* accepted = std::get_if<UsmAuthority::Accepted>(&judged);
      ASSERT_TRUE(accepted);
      EXPECT_EQ(accepted->scoped.pdu, Agent::request().pdu);
      EXPECT_EQ(accepted->level, agent.user->level());

      ScopedPdu response = Agent::request();
      response.pdu.type = PduType::response;
      response.pdu.varbinds[0].value = Value::octets("a printer");
      const Bytes answer = agent.authority->respond(*accepted, response, agent.now);
      EXPECT_LE(answer.size(), agent.authority->overhead(*accepted) + ber_size(response.pdu.varbinds[0]));
      const V3Frame frame = decode_v3(answer).value();
      EXPECT_EQ(authentic(frame, answer, *agent.manager), auth != 0);
      EXPECT_EQ(open_scoped(frame, &*agent.manager).value().pdu, response.pdu);
      ++combinations;
    }
  }
  EXPECT_EQ(combinations, 31 + 12);
}

TEST(Usm, EveryChangedOctetIsNoticed) {
  Agent agent(strong());
  const Bytes good = agent.message();
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bad = good;
    bad[i] ^= std::byte{0x20};
    EXPECT_TRUE(std::holds_alternative<UsmAuthority::Refused>(agent.authority->receive(bad, agent.now))) << i;
  }
}

// CVE-2008-0960: only a digest of the full length counts.
TEST(Usm, TruncatedDigestsFail) {
  Agent agent(strong());
  const Bytes good = agent.message();
  const V3Frame frame = decode_v3(good).value();
  for (std::size_t n = 0; n < 24; ++n) {
    V3Frame cut = frame;
    cut.usm.digest.resize(n);
    const Bytes datagram = encode_v3(cut).datagram;
    EXPECT_EQ(agent.refused(datagram, agent.now), Refusal(errc::wrong_digest, 5)) << n;
  }
  EXPECT_EQ(agent.authority->stats().wrong_digests, 24u);
}

TEST(Usm, TimeWindow) {
  Agent agent(strong());
  const Bytes datagram = agent.message();
  for (const std::int32_t apart : {0, 150, -150}) {
    EXPECT_TRUE(
        std::holds_alternative<UsmAuthority::Accepted>(agent.authority->receive(datagram, {7, 1000 + apart})))
        << apart;
  }
  for (const EngineTime at : {EngineTime{7, 1151}, {7, 849}, {8, 1000}, {6, 1000}, {boots_max, 1000}}) {
    EXPECT_EQ(agent.refused(datagram, at), Refusal(errc::not_in_time_window, 2));
    EXPECT_TRUE(agent.report_is_authentic);
  }
}

TEST(Usm, RefusalsInTheOrderOfTheRfc) {
  Agent agent(strong());
  Securing how = agent.how();
  how.level = SecurityLevel::no_auth_no_priv;
  how.engine_id = "";
  how.user = "";
  EXPECT_EQ(agent.refused(secure(how, Agent::request(), nullptr), agent.now),
            Refusal(errc::unknown_engine, 4));
  how.engine_id = engine_id;
  how.user = "nobody";
  EXPECT_EQ(agent.refused(secure(how, Agent::request(), nullptr), agent.now), Refusal(errc::unknown_user, 3));
  how.user = "monitor";  // under the user's minimum
  EXPECT_EQ(agent.refused(secure(how, Agent::request(), nullptr), agent.now),
            Refusal(errc::unsupported_security_level, 1));
  EXPECT_FALSE(agent.report_is_authentic);
  how.reportable = false;
  EXPECT_EQ(agent.refused(secure(how, Agent::request(), nullptr), agent.now),
            Refusal(errc::unsupported_security_level, 0));

  UsmPasswords other = strong();
  other.auth_password = "anotherpassword";
  Agent wrong(other);
  EXPECT_EQ(agent.refused(wrong.message(), agent.now), Refusal(errc::wrong_digest, 5));
  other = strong();
  other.priv_password = "anotherpassword";
  Agent garbled(other);
  EXPECT_EQ(agent.refused(garbled.message(), agent.now), Refusal(errc::decryption_failed, 6));
  EXPECT_EQ(agent.authority->stats().unsupported_sec_levels, 2u);
  EXPECT_EQ(agent.authority->stats().decryption_errors, 1u);
}

TEST(Usm, NoReportIsSentForWhatIsNotARequest) {
  Agent agent(strong());
  Securing how = agent.how();
  how.level = SecurityLevel::no_auth_no_priv;
  how.user = "nobody";
  for (const PduType type : {PduType::report, PduType::response, PduType::trap}) {
    ScopedPdu scoped = Agent::request();
    scoped.pdu.type = type;
    EXPECT_EQ(agent.refused(secure(how, scoped, nullptr), agent.now), Refusal(errc::unknown_user, 0));
  }
}

TEST(Usm, Users) {
  PasswordKeys keys;
  UsmPasswords p = strong();
  p.auth_password = "short77";
  EXPECT_EQ(make_user(p, keys).error().code, make_error_code(errc::bad_password));
  p = strong();
  p.auth = UsmAuth::none;
  EXPECT_EQ(make_user(p, keys).error().code, make_error_code(errc::unsupported_security_level));
  p = strong();
  p.name.clear();
  EXPECT_EQ(make_user(p, keys).error().code, make_error_code(errc::bad_value));
}

}  // namespace
}  // namespace mr::snmp
