// The same requests to net-snmp's library and to the native rules, answers compared after decoding.
//
// Over every recording where they are present, and over a device of this file always. Counters in Reports are
// not compared: the library's are process-wide. A response that was cut to the message is compared as far as
// the shorter one goes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/snmp/agent_library.hpp"
#include "simulators/printer/snmp/agent_library_shared.hpp"
#include "simulators/printer/snmp/test_table.hpp"

using namespace mr;
using namespace mr::printer;
namespace fs = std::filesystem;
using snmp::ErrorStatus;
using snmp::Oid;
using snmp::PduType;
using snmp::Value;
using snmp::VarBind;
using snmp::Version;

namespace {

std::map<Oid, Value> own_device() {
  std::map<Oid, Value> held;
  for (std::uint32_t i = 1; i <= 40; ++i) {
    held[{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 6, 1, i}] = Value::octets("supply " + std::to_string(i));
    held[{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, i}] = Value::integer(-static_cast<std::int32_t>(i));
    held[{1, 3, 6, 1, 2, 1, 2, 2, 1, 10, i}] = Value::counter32(4000000000u + i);
    held[{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, i}] = Value::counter64(0xfedcba9876543210u - i);
    held[{1, 3, 6, 1, 4, 1, 2435, 4294967295u, i}] = Value::octets(std::string(i * 30, '\xff'));
  }
  held[{1, 3, 6, 1, 2, 1, 1, 1, 0}] = Value::octets("");
  held[{1, 3, 6, 1, 2, 1, 1, 2, 0}] = Value::oid({1, 3, 6, 1, 4, 1, 4294967295u});
  held[{1, 3, 6, 1, 2, 1, 1, 3, 0}] = Value::time_ticks(4294967295u);
  held[{1, 3, 6, 1, 2, 1, 4, 20, 1, 1, 192, 0, 2, 1}] = Value::ip_address({192, 0, 2, 1});
  held[{1, 3, 6, 1, 2, 1, 4, 20, 1, 2}] = Value::gauge32(0);
  held[{1, 3, 6, 1, 2, 1, 4, 20, 1, 3}] = Value::opaque(std::string("\x04\x02hi", 4));
  held[{1, 3, 6, 1, 2, 1, 4, 20, 1, 4}] = Value::integer(-2147483647 - 1);
  return held;
}

const std::string engine_id(
    "\x80\x00\x1f\x88\x04"
    "agree",
    10);

class EnginesAgree : public testing::Test {
 protected:
  EnginesAgree() : users_(every_user()), authority_(engine_id, users_, 1) {
    community_ = [](Version, std::string_view community) -> std::optional<snmp::Access> {
      if (community == "public") return snmp::Access{};
      if (community == "private")
        return snmp::Access{.read = &snmp::View::all(), .write = &snmp::View::all()};
      return {};
    };
    user_ = [](const snmp::UsmUser&, snmp::SecurityLevel,
               std::string_view context) -> std::optional<snmp::Access> {
      if (!context.empty()) return {};
      return snmp::Access{.read = &snmp::View::all(), .write = &snmp::View::all()};
    };
    agent_ = std::move(*shared_library()->agent(engine_id, users_, theirs_, community_, user_));
  }

  void device(std::map<Oid, Value> held) {
    theirs_.held = held;
    ours_.refused = theirs_.refused = Value::octets("refuse");
    ours_.held = std::move(held);
  }

  static std::string text(const snmp::Pdu& pdu) {
    std::string all = "type " + std::to_string(static_cast<int>(pdu.type)) + " status " +
                      std::to_string(pdu.error_status) + " index " + std::to_string(pdu.error_index) + "\n";
    for (const auto& v : pdu.varbinds) all += "  " + v.name.text() + " " + v.value.text() + "\n";
    return all;
  }

  void expect_same(snmp::Pdu library, snmp::Pdu native, bool bulk) {
    if (library.type == PduType::report) {
      for (auto* pdu : {&library, &native}) {
        for (auto& v : pdu->varbinds) v.value = Value::counter32(0);
      }
    }
    if (bulk && library.error_status == 0 && native.error_status == 0 &&
        library.varbinds.size() != native.varbinds.size()) {
      const auto size = std::min(library.varbinds.size(), native.varbinds.size());
      EXPECT_GT(size, 0u);
      EXPECT_LT(std::max(library.varbinds.size(), native.varbinds.size()) - size, 8u) << "cut far apart";
      library.varbinds.resize(size);
      native.varbinds.resize(size);
    }
    EXPECT_TRUE(library == native) << "library: " << text(library) << "native: " << text(native);
  }

  void compare(Version version, const std::string& community, const snmp::Pdu& request) {
    const auto datagram = snmp::encode(snmp::CommunityMessage{version, community, request});
    compare_bytes(datagram, request.type == PduType::get_bulk);
  }

  // True when both answered, or both did not.
  bool compare_bytes(const snmp::Bytes& datagram, bool bulk = false) {
    ++compared_;
    const auto library = shared_library()->answer(*agent_, datagram, now_, limits_);
    const auto native = snmp::answer_community(datagram, ours_, community_, limits_).datagram;
    EXPECT_EQ(library.has_value(), native.has_value());
    if (!library || !native) return library.has_value() == native.has_value();
    const auto left = snmp::decode_community(*library), right = snmp::decode_community(*native);
    EXPECT_TRUE(left && right);
    if (!left || !right) return false;
    EXPECT_EQ(left->version, right->version);
    EXPECT_EQ(left->community, right->community);
    expect_same(left->pdu, right->pdu, bulk);
    return true;
  }

  // The whole conversation of a manager with either: discovery, time, the request.
  Result<snmp::Pdu> converse(bool library, const std::string& user, const snmp::Pdu& request,
                             const std::string& context) {
    snmp::Session session(snmp::UserCredentials{users_->at(user), context}, {.request_id = 5, .salt = 9});
    auto action = session.start(request, std::chrono::seconds(1));
    for (int turns = 0; turns < 10; ++turns) {
      if (auto* done = std::get_if<snmp::Session::Done>(&action)) return std::move(done->response);
      std::optional<snmp::Bytes> answer;
      if (auto* send = std::get_if<snmp::Session::Send>(&action)) {
        answer = library ? shared_library()->answer(*agent_, send->datagram, now_, limits_)
                         : snmp::answer_usm(send->datagram, ours_, authority_, user_, now_, limits_).datagram;
      }
      action = answer ? session.received(*answer, std::chrono::seconds(1))
                      : session.timed_out(std::chrono::seconds(1));
    }
    return Fault(snmp::errc::no_answer);
  }

  void compare_v3(const std::string& user, const snmp::Pdu& request, const std::string& context = "") {
    ++compared_;
    const auto library = converse(true, user, request, context),
               native = converse(false, user, request, context);
    ASSERT_EQ(library.has_value(), native.has_value())
        << user << ": " << (library ? "" : to_string(library.error()))
        << (native ? "" : to_string(native.error()));
    if (!library) {
      EXPECT_EQ(library.error().code, native.error().code);
      return;
    }
    auto left = *library, right = *native;
    left.request_id = right.request_id = 0;
    expect_same(left, right, request.type == PduType::get_bulk);
  }

  // Every kind of request over the device that is set.
  void compare_all() {
    std::vector<Oid> names;
    for (const auto& [name, value] : ours_.held) names.push_back(name);
    std::mt19937 chance(4711);  // the sequence of a fixed seed is specified
    const auto pick = [&] {
      Oid name = names[chance() % names.size()];
      switch (chance() % 6) {
        case 0:
          return name.first(std::max<std::size_t>(2, name.size() - 1));
        case 1:
          return name + 1u;
        case 2:
          return name.first(name.size() - 1) + (name.back() == 0xffffffffu ? 5u : name.back() + 1);
        default:
          return name;
      }
    };
    for (const Version version : {Version::v1, Version::v2c}) {
      for (const Oid& name : names) {
        compare(version, "public", snmp::get_request({name}));
        compare(version, "public", snmp::get_next_request({name}));
      }
      for (const Oid& name :
           {Oid{0, 0}, Oid{1, 3}, Oid{1, 3, 6, 1}, Oid{1, 3, 6, 2}, Oid{2, 5}, Oid{1, 3, 6, 1, 2, 1}}) {
        compare(version, "public", snmp::get_request({name}));
        compare(version, "public", snmp::get_next_request({name}));
        compare(version, "public", snmp::get_bulk_request({name}, 0, 3));
      }
      for (int i = 0; i < 150; ++i) {
        std::vector<Oid> some;
        for (std::size_t n = chance() % 6; some.size() <= n;) some.push_back(pick());
        compare(version, "public", snmp::get_request(some));
        compare(version, "public", snmp::get_next_request(some));
        const auto non_repeaters = static_cast<std::int32_t>(chance() % 5) - 1;
        const auto repetitions = static_cast<std::int32_t>(chance() % 30) - 1;
        compare(version, "public", snmp::get_bulk_request(some, non_repeaters, repetitions));
      }
      compare(version, "public", snmp::get_request({}));
      compare(version, "public", snmp::get_next_request({}));
      compare(version, "public", snmp::get_bulk_request({}, 0, 10));
      compare(version, "nobody", snmp::get_request({names[0]}));
    }
    compare(Version::v2c, "public", snmp::get_bulk_request({names[0], names.back()}, 1, 2147483647));
    for (const auto& [name, value] : std::map<Oid, Value>(ours_.held)) {
      if (chance() % 8) continue;
      for (const Version version : {Version::v1, Version::v2c}) {
        for (const char* community : {"public", "private"}) {
          compare(version, community, snmp::set_request({{name, Value::octets("w")}}));
          compare(version, community, snmp::set_request({{name, value}, {pick(), Value::octets("refuse")}}));
        }
      }
    }
    EXPECT_EQ(theirs_.held, ours_.held) << "a SET left them different";
    for (const char* user : {"u00", "u10", "u42"}) {
      for (int i = 0; i < 10; ++i) {
        compare_v3(user, snmp::get_request({pick(), pick()}));
        compare_v3(user, snmp::get_next_request({pick()}));
        compare_v3(user, snmp::get_bulk_request({pick(), pick(), pick()}, 1, 40));
      }
      compare_v3(user, snmp::set_request({{pick(), Value::octets("v3")}}));
      compare_v3(user, snmp::get_request({pick()}), "no such context");
    }
  }

  TestTable ours_, theirs_;
  std::shared_ptr<snmp::UserTable> users_;
  snmp::UsmAuthority authority_;
  snmp::CommunityPolicy community_;
  snmp::UserPolicy user_;
  std::unique_ptr<AgentLibrary::Agent> agent_;
  snmp::EngineTime now_{3, 5000};
  snmp::AnswerLimits limits_{
      .bytes_max = 1472, .repetitions_max = 1000, .steps_max = 100'000, .decoding = {}};
  int compared_ = 0;
};

}  // namespace

TEST_F(EnginesAgree, OnADeviceOfOurOwn) {
  device(own_device());
  compare_all();
  EXPECT_GT(compared_, 1000);
}

//= PRN-SNMP-VERSIONS type=test
TEST_F(EnginesAgree, InEveryCombinationOfProtocols) {
  device(own_device());
  for (const auto& [name, user] : *users_) {
    compare_v3(name, snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 2, 0}, {1, 3, 6, 1, 2, 1, 9}}));
    compare_v3(name, snmp::get_bulk_request({{1, 3}}, 0, 60));
    compare_v3(name, snmp::set_request({{{1, 3, 6, 1, 2, 1, 1, 1, 0}, Value::octets(name)}}));
    EXPECT_EQ(theirs_.held, ours_.held) << name;
  }
  EXPECT_EQ(
      compared_,
      3 * 43);  // 1 + 6 + 6 x 6: none, authentication alone, and with each cipher (AES extended both ways)
}

//= PRN-MALFORMED type=test
TEST_F(EnginesAgree, OnDatagramsThatAreNoRequests) {
  device(own_device());
  const auto whole = snmp::encode(snmp::CommunityMessage{
      Version::v2c, "public", snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}, {1, 3, 6, 1, 2, 1, 1, 3, 0}})});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(compare_bytes(snmp::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))))
        << size;
  }
  for (const PduType type : {PduType::response, PduType::trap, PduType::report}) {
    snmp::Pdu pdu = snmp::get_request({{1, 3, 6, 1, 2, 1, 1, 1, 0}});
    pdu.type = type;
    compare(Version::v2c, "public", pdu);
  }
}

// One test over all recordings: each is a device.
TEST_F(EnginesAgree, OnEveryRecording) {
  const fs::path folder = shared_folder() / "recordings";
  if (!fs::exists(folder)) GTEST_SKIP() << "no recordings at " << folder;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".snmprec") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    SCOPED_TRACE(file.filename());
    device(read_table(file));
    ASSERT_FALSE(ours_.held.empty());
    compare_all();
  }
  EXPECT_GT(files.size(), 30u);
}
