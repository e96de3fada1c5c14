#include "simulators/printer/snmp/native_engine.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "reference/protocol/snmp/walk.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/recording/recording.hpp"

namespace mr::printer {
namespace {

using snmp::Oid;
using snmp::Pdu;
using snmp::PduType;
using snmp::Value;
using snmp::Version;
using std::chrono::seconds;

const Oid contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, uptime{1, 3, 6, 1, 2, 1, 1, 3, 0},
    cover_alert{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1};
const runtime::Endpoint manager{boost::asio::ip::make_address_v4("192.0.2.200"), 40000},
    receiver{boost::asio::ip::make_address_v4("192.0.2.200"), 162};

std::shared_ptr<const snmp::UserTable> users() {
  static const auto table = [] {
    snmp::PasswordKeys keys;
    return default_users("auth-passphrase", "priv-passphrase", keys);
  }();
  return table;
}

// One printer of the office profile, warm, on an engine of its own.
struct Bench {
  explicit Bench(std::string_view key = "office-colour-mfp")
      : model(*profile(key)), entropy(1), device(make_device(model, 0, entropy)) {
    device.set_address({192, 0, 2, 9});
    device.power_on(seconds(0));
    device.advance(seconds(60));
    mib = std::make_unique<DeviceMib>(compose_mib(model), device);
    const auto added = engine.add(7, *mib, {make_engine_id(253, device.identity().mac), users(), 99});
    EXPECT_TRUE(added.has_value());
  }
  std::optional<snmp::Bytes> exchange(const snmp::Bytes& datagram, Moment now = seconds(70)) {
    std::vector<OutDatagram> out;
    engine.receive(7, datagram, manager, now, out);
    if (out.empty()) return {};
    EXPECT_EQ(out.size(), 1u);
    EXPECT_EQ(out[0].printer, 7u);
    EXPECT_EQ(out[0].to, manager);
    EXPECT_EQ(out[0].source_port, 161);
    return std::move(out[0].payload);
  }
  std::optional<Pdu> ask(Pdu pdu, std::string community = "public", Version version = Version::v2c) {
    pdu.request_id = 5;
    const auto answer =
        exchange(snmp::encode(snmp::CommunityMessage{version, std::move(community), std::move(pdu)}));
    if (!answer) return {};
    auto message = snmp::decode_community(*answer);
    EXPECT_TRUE(message.has_value());
    return std::move(message->pdu);
  }
  // Runs a session to its end against the engine.
  Result<Pdu> run(snmp::Session& session, Pdu pdu, Moment now = seconds(70)) {
    auto action = session.start(std::move(pdu), now);
    for (int i = 0; i < 20; ++i) {
      if (auto* done = std::get_if<snmp::Session::Done>(&action)) return std::move(done->response);
      std::optional<snmp::Bytes> answer;
      if (auto* send = std::get_if<snmp::Session::Send>(&action)) answer = exchange(send->datagram, now);
      action = answer ? session.received(*answer, now) : session.timed_out(now);
    }
    return Fault(snmp::errc::no_answer);
  }
  ModelPtr model;
  runtime::SeededEntropy entropy;
  Device device;
  std::unique_ptr<DeviceMib> mib;
  NativeEngine engine;
};

//= PRN-COMMUNITY type=test
//= PRN-WRITE-COMMUNITY type=test
TEST(NativeEngine, CommunitiesReadAndWrite) {
  Bench b;
  EXPECT_EQ(b.ask(snmp::get_request({uptime}))->varbinds[0].value, Value::time_ticks(7000));
  EXPECT_FALSE(b.ask(snmp::get_request({uptime}), "secret")) << "an unknown community gets no answer";
  const Pdu set = snmp::set_request({{contact, Value::octets("ops")}});
  EXPECT_NE(b.ask(set, "public")->error_status, 0);
  EXPECT_EQ(b.device.settings().contact, "Print services");
  EXPECT_EQ(b.ask(set, "private")->error_status, 0);
  EXPECT_EQ(b.device.settings().contact, "ops");
  Settings settings = b.device.settings();
  settings.read_community = "other";
  b.device.set(settings);
  EXPECT_FALSE(b.ask(snmp::get_request({uptime}), "public")) << "a change of community is felt at once";
  EXPECT_TRUE(b.ask(snmp::get_request({uptime}), "other", Version::v1));
  EXPECT_GT(b.device.traffic().octets_out, 0u);
}

TEST(NativeEngine, ASwitchedOffPrinterIsSilent) {
  Bench b;
  b.device.power_off(seconds(71));
  EXPECT_FALSE(b.ask(snmp::get_request({uptime})));
  std::vector<OutDatagram> out;
  b.engine.receive(8, snmp::Bytes(10), manager, seconds(72), out);
  EXPECT_TRUE(out.empty()) << "nor is there an unknown one";
  EXPECT_EQ(b.engine.counts().dropped, 2u);
}

TEST(NativeEngine, UserWithAuthenticationAndPrivacy) {
  Bench b;
  snmp::Session session(snmp::UserCredentials{users()->find("makeready")->second, {}}, {});
  auto got = b.run(session, snmp::get_request({uptime}));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->varbinds[0].value, Value::time_ticks(7000));
  EXPECT_EQ(session.engine_id(), make_engine_id(253, b.device.identity().mac));
  got = b.run(session, snmp::set_request({{contact, Value::octets("v3")}}));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->error_status, 0);
  EXPECT_EQ(b.device.settings().contact, "v3");

  // After a power cycle the boots are higher; the manager follows.
  const std::uint32_t boots = b.device.boots();
  b.device.power_off(seconds(100));
  b.device.power_on(seconds(110));
  got = b.run(session, snmp::get_request({Oid{1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0}}), seconds(300));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->varbinds[0].value, Value::integer(static_cast<std::int32_t>(boots + 1)));

  snmp::PasswordKeys keys;
  const auto wrong = default_users("another-passphrase", "priv-passphrase", keys);
  snmp::Session stranger(snmp::UserCredentials{wrong->find("makeready")->second, {}}, {});
  EXPECT_FALSE(b.run(stranger, snmp::get_request({uptime})).has_value());
}

TEST(NativeEngine, EngineIdsAreUnique) {
  Bench b;
  EXPECT_EQ(make_engine_id(253, std::array<std::uint8_t, 6>{1, 2, 3, 4, 5, 6}),
            std::string("\x80\x00\x00\xfd\x03\x01\x02\x03\x04\x05\x06", 11));
  DeviceMib mib(compose_mib(b.model), b.device);
  EXPECT_EQ(b.engine.add(8, mib, {b.mib->engine_id(), users(), 1}).error(),
            Fault(engine_errc::bad_engine_id));
  EXPECT_EQ(b.engine.add(7, mib, {make_engine_id(253, "x"), users(), 1}).error(),
            Fault(engine_errc::known_printer));
  EXPECT_EQ(b.engine.add(8, mib, {"abc", users(), 1}).error(), Fault(engine_errc::bad_engine_id));
  b.engine.remove(7);
  EXPECT_TRUE(b.engine.add(8, mib, {make_engine_id(253, b.device.identity().mac), users(), 1}));
}

Notification alert_trap(Bench& b, Version version, bool inform = false) {
  b.device.set_cover(0, CoverStatus::open, seconds(70));
  return {.version = version,
          .inform = inform,
          .pdu = alert_notification(*b.mib, b.device.alerts().back(), seconds(70)),
          .to = receiver};
}

TEST(NativeEngine, TrapsInEveryVersion) {
  Bench b;
  std::vector<OutDatagram> out;
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v2c), seconds(70), out));
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v1), seconds(70), out));
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v3), seconds(70), out));
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].to, receiver);
  const auto v2 = snmp::decode_community(out[0].payload);
  ASSERT_TRUE(v2);
  EXPECT_EQ(v2->pdu.type, PduType::trap);
  EXPECT_EQ(v2->pdu.varbinds[1].value, Value::oid(cover_alert));
  const auto v1 = snmp::decode_community(out[1].payload);
  ASSERT_TRUE(v1 && v1->pdu.trap_v1);
  EXPECT_EQ(v1->pdu.trap_v1->enterprise, cover_alert.first(cover_alert.size() - 2))
      << "a zero before the last arc goes with it";
  EXPECT_EQ(v1->pdu.trap_v1->generic, 6);
  EXPECT_EQ(v1->pdu.trap_v1->specific, 1);
  EXPECT_EQ(v1->pdu.trap_v1->uptime, 7000u);
  EXPECT_EQ(v1->pdu.trap_v1->agent_address, (std::array<std::uint8_t, 4>{192, 0, 2, 9}));
  EXPECT_EQ(v1->pdu.varbinds.size(), 6u);
  const auto v3 = snmp::decode_v3(out[2].payload);
  ASSERT_TRUE(v3);
  EXPECT_TRUE(v3->encrypted);
  EXPECT_EQ(v3->usm.engine_id, b.mib->engine_id()) << "of a trap the sender is authoritative";
  snmp::LocalUser local(users()->find("makeready")->second, v3->usm.engine_id);
  EXPECT_TRUE(snmp::authentic(*v3, out[2].payload, local));

  const auto start = to_v1_trap(cold_start_notification(*b.mib, seconds(70)), *b.mib);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->trap_v1->generic, 0);
  EXPECT_EQ(start->trap_v1->enterprise.text(), "1.3.6.1.4.1.253.8.62.1.35.2.3.1.1");

  Notification bad = alert_trap(b, Version::v3);
  bad.community_or_user = "nobody";
  EXPECT_EQ(b.engine.notify(7, bad, seconds(70), out).error(), Fault(engine_errc::unknown_user));
  bad = alert_trap(b, Version::v1, true);
  EXPECT_EQ(b.engine.notify(7, bad, seconds(70), out).error(), Fault(engine_errc::bad_notification));
  bad = alert_trap(b, Version::v2c);
  bad.pdu.varbinds.erase(bad.pdu.varbinds.begin());
  EXPECT_EQ(b.engine.notify(7, bad, seconds(70), out).error(), Fault(engine_errc::bad_notification));
  EXPECT_EQ(b.engine.notify(70, bad, seconds(70), out).error(), Fault(engine_errc::unknown_printer));
}

TEST(NativeEngine, InformsAreRepeatedUntilAcknowledged) {
  Bench b;
  std::vector<OutDatagram> out;
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v2c, true), seconds(70), out));
  ASSERT_EQ(out.size(), 1u);
  EXPECT_EQ(b.engine.due(), seconds(73));
  b.engine.wake(seconds(72), out);
  EXPECT_EQ(out.size(), 1u) << "not yet due";
  b.engine.wake(seconds(73), out);
  ASSERT_EQ(out.size(), 2u);
  auto inform = snmp::decode_community(out[1].payload);
  ASSERT_TRUE(inform);
  EXPECT_EQ(inform->pdu.type, PduType::inform);
  // A request from the same endpoint meanwhile is answered as one.
  std::vector<OutDatagram> other;
  b.engine.receive(7,
                   snmp::encode(snmp::CommunityMessage{Version::v2c, "public", snmp::get_request({uptime})}),
                   receiver, seconds(74), other);
  EXPECT_EQ(other.size(), 1u);
  inform->pdu.type = PduType::response;
  b.engine.receive(7, snmp::encode(*inform), receiver, seconds(74), out);
  EXPECT_EQ(out.size(), 2u);
  auto outcomes = b.engine.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_TRUE(outcomes[0].acknowledged);
  EXPECT_EQ(outcomes[0].attempts, 2);
  EXPECT_EQ(b.engine.due(), std::nullopt);

  // Nobody answers: three attempts, then it is given up.
  out.clear();
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v2c, true), seconds(80), out));
  while (b.engine.due()) b.engine.wake(*b.engine.due(), out);
  EXPECT_EQ(out.size(), 3u);
  outcomes = b.engine.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_FALSE(outcomes[0].acknowledged);
  EXPECT_EQ(outcomes[0].attempts, 3);

  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v2c, true), seconds(90), out));
  b.engine.remove(7);
  EXPECT_EQ(b.engine.due(), std::nullopt) << "with the printer go its informs";
}

TEST(NativeEngine, InformsByUserDiscoverTheReceiver) {
  Bench b;
  snmp::UsmAuthority authority(make_engine_id(99, "receiver"), users(), 5);
  const snmp::EngineTime at{3, 1000};
  std::vector<OutDatagram> out;
  ASSERT_TRUE(b.engine.notify(7, alert_trap(b, Version::v3, true), seconds(70), out));
  std::vector<Pdu> heard;
  for (int i = 0; i < 10 && !out.empty(); ++i) {
    const snmp::Bytes datagram = std::move(out.front().payload);
    out.clear();
    auto judged = authority.receive(datagram, at);
    snmp::Bytes reply;
    if (auto* refused = std::get_if<snmp::UsmAuthority::Refused>(&judged)) {
      ASSERT_TRUE(refused->report);
      reply = *refused->report;
    } else {
      auto& accepted = std::get<snmp::UsmAuthority::Accepted>(judged);
      heard.push_back(accepted.scoped.pdu);
      snmp::ScopedPdu response = accepted.scoped;
      response.pdu.type = PduType::response;
      reply = authority.respond(accepted, response, at);
    }
    b.engine.receive(7, reply, receiver, seconds(71), out);
  }
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].type, PduType::inform);
  const auto outcomes = b.engine.take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_TRUE(outcomes[0].acknowledged);
}

TEST(NativeEngine, TheSameInputGivesTheSameDatagrams) {
  const auto run = [] {
    Bench b;
    std::vector<OutDatagram> out;
    EXPECT_TRUE(b.engine.notify(7, alert_trap(b, Version::v3), seconds(70), out));
    EXPECT_TRUE(b.engine.notify(7, alert_trap(b, Version::v3, true), seconds(70), out));
    return std::pair(out[0].payload, out[1].payload);
  };
  EXPECT_EQ(run(), run());
}

// --- recordings ---

std::filesystem::path shared() {
  if (const char* set = std::getenv("MAKEREADY_SHARED")) return set;
  return "../shared";
}

std::map<Oid, Value> walk_datagrams(NativeEngine& engine, PduType type) {
  std::map<Oid, Value> out;
  Oid at{1, 0};
  for (int step = 0; step < 100'000; ++step) {
    Pdu pdu = type == PduType::get_bulk ? snmp::get_bulk_request({at}, 0, 25) : snmp::get_next_request({at});
    pdu.request_id = step + 1;
    std::vector<OutDatagram> answers;
    engine.receive(1, snmp::encode(snmp::CommunityMessage{Version::v2c, "public", std::move(pdu)}), manager,
                   seconds(0), answers);
    if (answers.size() != 1) {
      ADD_FAILURE() << "no answer after " << at.text();
      return out;
    }
    auto message = snmp::decode_community(answers[0].payload);
    if (!message || message->pdu.error_status != 0 || message->pdu.varbinds.empty()) {
      ADD_FAILURE() << "a bad answer after " << at.text();
      return out;
    }
    for (auto& variable : message->pdu.varbinds) {
      if (variable.value.type() == snmp::Type::end_of_mib_view) return out;
      EXPECT_LT(at, variable.name);
      at = variable.name;
      EXPECT_TRUE(out.emplace(std::move(variable.name), std::move(variable.value)).second);
    }
  }
  ADD_FAILURE() << "it does not end";
  return out;
}

//= PRN-WALK type=test
TEST(NativeEngine, EveryRecordingWalksBack) {
  std::vector<std::filesystem::path> files;
  for (const char* folder : {"recordings", "fragments"}) {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(shared() / folder, none)) {
      if (entry.path().extension() == ".snmprec") files.push_back(entry.path());
    }
  }
  if (files.empty()) GTEST_SKIP() << "no recordings in " << shared();
  std::sort(files.begin(), files.end());
  const Oid alerts{1, 3, 6, 1, 2, 1, 43, 18, 1, 1}, engine_id{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename());
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto read = read_recording(text.str());
    ASSERT_TRUE(read) << to_string(read.error());
    std::map<Oid, Value> expected;
    for (const auto& line : read->variables) expected[line.name] = line.value;
    const RecordedPrinter printer = make_printer(std::move(*read), file.stem().string());
    Device device = printer.device();
    device.power_on(seconds(0));
    DeviceMib mib(printer.mib, device);
    NativeEngine engine;
    ASSERT_TRUE(engine.add(1, mib, {make_engine_id(253, "recorded"), nullptr, 0}));
    const auto by_bulk = walk_datagrams(engine, PduType::get_bulk);
    for (const auto& [name, value] : expected) {
      const auto found = by_bulk.find(name);
      ASSERT_NE(found, by_bulk.end()) << name.text();
      EXPECT_EQ(found->second.type(), value.type()) << name.text();
      if (name != engine_id) {
        EXPECT_EQ(found->second, value) << name.text();
      }
    }
    for (const auto& [name, value] : by_bulk) {
      EXPECT_TRUE(expected.contains(name) || name.starts_with(alerts)) << name.text();
    }
    auto by_next = walk_datagrams(engine, PduType::get_next);
    std::vector<Oid> one, other;
    for (const auto& entry : by_bulk) one.push_back(entry.first);
    for (const auto& entry : by_next) other.push_back(entry.first);
    EXPECT_EQ(one, other);
  }
}

// What an idle printer costs beyond what its model shares, engine included.
TEST(NativeEngine, TenThousandIdlePrintersAreSmall) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer's allocator does not tell";
#endif
  const ModelPtr model = *profile("office-colour-mfp");
  const MibTemplatePtr shared_mib = compose_mib(model);
  runtime::SeededEntropy entropy(1);
  constexpr std::uint32_t count = 10'000;
  NativeEngine engine;
  std::vector<std::unique_ptr<Device>> devices;
  std::vector<std::unique_ptr<DeviceMib>> mibs;
  devices.reserve(count);
  mibs.reserve(count);
  const auto before = mallinfo2().uordblks;
  for (std::uint32_t i = 0; i < count; ++i) {
    devices.push_back(std::make_unique<Device>(make_device(model, i, entropy)));
    devices.back()->power_on(seconds(0));
    mibs.push_back(std::make_unique<DeviceMib>(shared_mib, *devices.back()));
    ASSERT_TRUE(
        engine.add(i, *mibs.back(), {make_engine_id(253, devices.back()->identity().mac), users(), i}));
  }
  const auto each = (mallinfo2().uordblks - before) / count;
  RecordProperty("bytes_per_printer", static_cast<int>(each));
  EXPECT_LE(each, 6144u);  // of it 2 KB are its past: events, faults, replaced parts
  EXPECT_GT(each, 500u) << "it measures something";
}

}  // namespace
}  // namespace mr::printer
