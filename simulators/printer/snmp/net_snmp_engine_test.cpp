// What both engines promise through the interface, tried on each; and what they say is the same.
#include "simulators/printer/snmp/net_snmp_engine.hpp"

#include <gtest/gtest.h>

#include "simulators/printer/snmp/agent_library_shared.hpp"
#include "simulators/printer/snmp/native_engine.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::Oid;
using snmp::Value;
using snmp::Version;
using std::chrono::seconds;

namespace {

const Oid contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, uptime{1, 3, 6, 1, 2, 1, 1, 3, 0},
    life{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1};
const runtime::Endpoint manager{boost::asio::ip::make_address("192.0.2.1"), 5000},
    receiver{boost::asio::ip::make_address("192.0.2.2"), 162};

class Engines : public testing::TestWithParam<std::string> {
 protected:
  Engines() {
    auto model = std::make_shared<Model>();
    model->warm_up_ms = 0;
    model->object_id = {1, 3, 6, 1, 4, 1, 9};
    std::vector<Variable> variables{{contact, Value::octets(""), {Field::contact}},
                                    {uptime, Value::time_ticks(0), {Field::system_uptime}},
                                    {life, Value::counter32(0), {Field::life_count}}};
    shared_ = std::make_shared<MibTemplate>(std::move(variables));
    for (int i = 0; i < 2; ++i) {
      devices_.push_back(
          std::make_unique<Device>(model, Identity{.serial = std::to_string(i), .address = {192, 0, 2, 7}}));
      mibs_.push_back(std::make_unique<DeviceMib>(shared_, *devices_.back()));
      devices_.back()->power_on(seconds(100));
    }
    users_ = default_users("auth-passphrase", "priv-passphrase", keys_);
    if (GetParam() == "native") {
      engine_ = std::make_unique<NativeEngine>();
    } else {
      engine_ = std::make_unique<NetSnmpEngine>(*shared_library());
    }
    for (PrinterId i = 0; i < 2; ++i) {
      EXPECT_TRUE(engine_->add(i, *mibs_[i], {.engine_id = id(i), .users = users_, .salt = 1}));
    }
  }
  static std::string id(PrinterId i) { return make_engine_id(8072, "printer-" + std::to_string(i)); }

  std::optional<snmp::Pdu> ask(snmp::Pdu request, std::string community = "public", PrinterId printer = 0) {
    std::vector<OutDatagram> out;
    const auto datagram =
        snmp::encode(snmp::CommunityMessage{Version::v2c, std::move(community), std::move(request)});
    engine_->receive(printer, datagram, manager, now_, out);
    if (out.empty()) return {};
    EXPECT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].printer, printer);
    EXPECT_EQ(out[0].to, manager);
    EXPECT_EQ(out[0].source_port, 161);
    const auto decoded = snmp::decode_community(out[0].payload);
    return decoded ? std::optional(decoded->pdu) : std::nullopt;
  }

  snmp::Pdu trap() const {
    snmp::Pdu pdu;
    pdu.type = snmp::PduType::trap;
    pdu.varbinds = {{uptime, Value::time_ticks(77)},
                    {{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, Value::oid({1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1})},
                    {life, Value::counter32(9)}};
    return pdu;
  }

  Moment now_ = seconds(160);
  snmp::PasswordKeys keys_;
  std::shared_ptr<const snmp::UserTable> users_;
  MibTemplatePtr shared_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::vector<std::unique_ptr<DeviceMib>> mibs_;
  std::unique_ptr<SnmpEngine> engine_;
};

TEST_P(Engines, AnswersAreTheDevicesOfTheMoment) {
  devices_[1]->set_life_count(55);
  const auto first = ask(snmp::get_request({uptime, life})),
             second = ask(snmp::get_request({life}), "public", 1);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->varbinds[0].value, Value::time_ticks(6000));
  EXPECT_EQ(first->varbinds[1].value, Value::counter32(0));
  EXPECT_EQ(second->varbinds[0].value, Value::counter32(55));
  EXPECT_EQ(engine_->counts().received, 2u);
  EXPECT_EQ(engine_->counts().answered, 2u);
  EXPECT_EQ(devices_[0]->traffic().packets_in, 1u);
  EXPECT_EQ(devices_[0]->traffic().packets_out, 1u);
}

//= PRN-COMMUNITY type=test
//= PRN-WRITE-COMMUNITY type=test
TEST_P(Engines, CommunitiesAreTheDevicesSettings) {
  Settings settings = devices_[0]->settings();
  settings.read_community = "look";
  settings.write_community = "touch";
  devices_[0]->set(settings);
  EXPECT_FALSE(ask(snmp::get_request({contact})));
  EXPECT_TRUE(ask(snmp::get_request({contact}), "look"));
  const auto refused = ask(snmp::set_request({{contact, Value::octets("me")}}), "look");
  ASSERT_TRUE(refused);
  EXPECT_NE(refused->error_status, 0);
  const auto done = ask(snmp::set_request({{contact, Value::octets("me")}}), "touch");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->error_status, 0);
  EXPECT_EQ(devices_[0]->settings().contact, "me");
}

TEST_P(Engines, APrinterThatIsOffOrUnknownIsSilent) {
  devices_[0]->power_off(now_);
  EXPECT_FALSE(ask(snmp::get_request({contact})));
  EXPECT_TRUE(ask(snmp::get_request({contact}), "public", 1));
  engine_->remove(1);
  EXPECT_FALSE(ask(snmp::get_request({contact}), "public", 1));
  EXPECT_EQ(engine_->counts().dropped, 2u);
}

TEST_P(Engines, IdsAreTakenOnce) {
  const auto known = engine_->add(0, *mibs_[0], {.engine_id = id(9), .users = users_});
  ASSERT_FALSE(known);
  EXPECT_EQ(known.error().code, engine_errc::known_printer);
  for (const std::string& bad : {id(0), std::string("abc"), std::string(33, 'x')}) {
    const auto refused = engine_->add(7, *mibs_[0], {.engine_id = bad, .users = users_});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, engine_errc::bad_engine_id);
  }
  engine_->remove(0);
  EXPECT_TRUE(engine_->add(0, *mibs_[0], {.engine_id = id(0), .users = users_}));
}

TEST_P(Engines, AUserReadsWithPrivacyAndAfterAReboot) {
  snmp::Session session(snmp::UserCredentials{users_->at("makeready"), {}}, {});
  for (int boot = 0; boot < 2; ++boot) {
    auto action = session.start(snmp::get_request({uptime}), now_);
    for (int turns = 0; turns < 8 && !std::holds_alternative<snmp::Session::Done>(action); ++turns) {
      std::vector<OutDatagram> out;
      if (auto* send = std::get_if<snmp::Session::Send>(&action))
        engine_->receive(0, send->datagram, manager, now_, out);
      action = out.empty() ? session.timed_out(now_) : session.received(out[0].payload, now_);
    }
    auto* done = std::get_if<snmp::Session::Done>(&action);
    ASSERT_TRUE(done != nullptr && done->response) << boot;
    devices_[0]->power_off(now_);
    now_ += seconds(1000);
    devices_[0]->power_on(now_);
    now_ += seconds(5);
  }
}

TEST_P(Engines, TrapsInEveryVersion) {
  std::vector<OutDatagram> out;
  for (const Version version : {Version::v1, Version::v2c, Version::v3}) {
    ASSERT_TRUE(engine_->notify(
        0, {.version = version, .community_or_user = {}, .pdu = trap(), .to = receiver}, now_, out));
  }
  ASSERT_EQ(out.size(), 3u);
  for (const auto& datagram : out) {
    EXPECT_EQ(datagram.to, receiver);
    EXPECT_NE(datagram.source_port, 161);
  }
  const auto v1 = snmp::decode_community(out[0].payload);
  ASSERT_TRUE(v1 && v1->pdu.trap_v1);
  EXPECT_EQ(v1->pdu.trap_v1->enterprise, (Oid{1, 3, 6, 1, 2, 1, 43, 18, 2}));
  EXPECT_EQ(v1->pdu.trap_v1->specific, 1);
  EXPECT_EQ(v1->pdu.trap_v1->agent_address, (std::array<std::uint8_t, 4>{192, 0, 2, 7}));
  EXPECT_EQ(v1->pdu.varbinds.size(), 1u);
  const auto v2 = snmp::decode_community(out[1].payload);
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->pdu.varbinds, trap().varbinds);
  const auto frame = snmp::decode_v3(out[2].payload);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->usm.engine_id, id(0));
  EXPECT_EQ(frame->usm.time, 60);
  snmp::LocalUser user(users_->at("makeready"), id(0));
  EXPECT_TRUE(snmp::authentic(*frame, out[2].payload, user));
  const auto scoped = snmp::open_scoped(*frame, &user);
  ASSERT_TRUE(scoped);
  EXPECT_EQ(scoped->pdu.varbinds, trap().varbinds);

  auto wide = trap();
  wide.varbinds.push_back({life, Value::counter64(1)});
  const auto refused = engine_->notify(
      0, {.version = Version::v1, .community_or_user = {}, .pdu = wide, .to = receiver}, now_, out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, engine_errc::bad_notification);
  const auto nobody = engine_->notify(
      0, {.version = Version::v3, .community_or_user = "x", .pdu = trap(), .to = receiver}, now_, out);
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, engine_errc::unknown_user);
}

TEST_P(Engines, AnInformIsRepeatedUntilItIsAcknowledged) {
  std::vector<OutDatagram> out;
  const Notification inform{
      .inform = true, .community_or_user = {}, .pdu = trap(), .to = receiver, .retry = seconds(2)};
  ASSERT_TRUE(engine_->notify(0, inform, now_, out));
  ASSERT_EQ(out.size(), 1u);
  ASSERT_EQ(engine_->due(), now_ + seconds(2));
  engine_->wake(now_ + seconds(1), out);
  EXPECT_EQ(out.size(), 1u);
  engine_->wake(now_ + seconds(2), out);
  ASSERT_EQ(out.size(), 2u);
  auto message = *snmp::decode_community(out[1].payload);
  EXPECT_EQ(message.pdu.type, snmp::PduType::inform);
  message.pdu.type = snmp::PduType::response;
  out.clear();
  engine_->receive(0, snmp::encode(message), receiver, now_ + seconds(3), out);
  EXPECT_TRUE(out.empty());
  EXPECT_FALSE(engine_->due());
  const auto outcomes = engine_->take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_TRUE(outcomes[0].acknowledged);
  EXPECT_EQ(outcomes[0].attempts, 2);
  EXPECT_TRUE(engine_->take_outcomes().empty());
}

TEST_P(Engines, AnInformIsGivenUp) {
  std::vector<OutDatagram> out;
  const Notification inform{.inform = true,
                            .community_or_user = {},
                            .pdu = trap(),
                            .to = receiver,
                            .retry = seconds(2),
                            .attempts_max = 3};
  ASSERT_TRUE(engine_->notify(0, inform, now_, out));
  for (int i = 0; i < 5 && engine_->due(); ++i) engine_->wake(*engine_->due(), out);
  EXPECT_EQ(out.size(), 3u);
  const auto outcomes = engine_->take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_FALSE(outcomes[0].acknowledged);
  EXPECT_EQ(outcomes[0].attempts, 3);
}

INSTANTIATE_TEST_SUITE_P(Both, Engines, testing::Values("native", "net_snmp"),
                         [](const auto& param) { return param.param; });

}  // namespace
