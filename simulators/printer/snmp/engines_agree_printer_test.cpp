// A composed printer, asked and SET through net-snmp's library and through the native rules: one answer, and
// the same device afterwards.
#include <gtest/gtest.h>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/snmp/agent_library.hpp"
#include "simulators/printer/snmp/agent_library_shared.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::Oid;
using snmp::PduType;
using snmp::Value;
using snmp::Version;

namespace {

const std::string engine_id(
    "\x80\x00\x1f\x88\x04"
    "print",
    10);
const Oid printer_mib{1, 3, 6, 1, 2, 1, 43}, vendor{1, 3, 6, 1, 4, 1, 253, 8},
    contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, location{1, 3, 6, 1, 2, 1, 1, 6, 0};

class EnginesAgreeOnPrinters : public testing::Test {
 protected:
  struct Side {
    explicit Side(const ModelPtr& model, const MibTemplatePtr& shared)
        : device(make_device(model, 1, entropy)), mib(shared, device) {
      device.power_on(Moment{0});
      device.advance(now);
      device.set_cover(0, CoverStatus::open, now);
      mib.engine_id(engine_id);
      mib.at(now);
    }
    static constexpr Moment now = std::chrono::minutes(40);
    runtime::SeededEntropy entropy{9};
    Device device;
    DeviceMib mib;
  };

  void start(std::string_view key) {
    const ModelPtr model = *profile(key);
    const MibTemplatePtr shared = compose_mib(model);
    agent_.reset();
    ours_ = std::make_unique<Side>(model, shared);
    theirs_ = std::make_unique<Side>(model, shared);
    const auto both = [](Version, std::string_view community) -> std::optional<snmp::Access> {
      if (community != "private") return {};
      return snmp::Access{.read = &snmp::View::all(), .write = &snmp::View::all()};
    };
    community_ = both;
    agent_ = std::move(
        *shared_library()->agent(engine_id, std::make_shared<snmp::UserTable>(), theirs_->mib, both, {}));
  }

  // The answer, which both sides gave.
  snmp::Pdu ask(Version version, const snmp::Pdu& request) {
    const auto datagram = snmp::encode(snmp::CommunityMessage{version, "private", request});
    ours_->mib.at(Side::now);
    theirs_->mib.at(Side::now);
    const auto library = shared_library()->answer(*agent_, datagram, {1, 5}, {});
    const auto native = snmp::answer_community(datagram, ours_->mib, community_, {}).datagram;
    EXPECT_TRUE(library && native);
    if (!library || !native) return {};
    const auto left = snmp::decode_community(*library), right = snmp::decode_community(*native);
    EXPECT_TRUE(left && right);
    if (!left || !right) return {};
    EXPECT_TRUE(left->pdu == right->pdu)
        << "status " << left->pdu.error_status << " and " << right->pdu.error_status << ", index "
        << left->pdu.error_index << " and " << right->pdu.error_index
        << (request.varbinds.empty() ? "" : ", first asked " + request.varbinds[0].name.text());
    return right->pdu;
  }

  std::unique_ptr<Side> ours_, theirs_;
  snmp::CommunityPolicy community_;
  std::unique_ptr<AgentLibrary::Agent> agent_;
};

}  // namespace

TEST_F(EnginesAgreeOnPrinters, WholeWalks) {
  for (const std::string_view key : profile_keys()) {
    SCOPED_TRACE(key);
    start(key);
    Oid at{1, 3};
    std::size_t steps = 0;
    for (;; ++steps) {
      const snmp::Pdu answer = ask(Version::v2c, snmp::get_bulk_request({at}, 0, 20));
      ASSERT_FALSE(answer.varbinds.empty());
      if (answer.varbinds.back().value.is_exception()) break;
      ASSERT_LT(at, answer.varbinds.back().name);
      at = answer.varbinds.back().name;
      ASSERT_LT(steps, 1000u);
    }
    EXPECT_GT(steps, 15u);
  }
}

TEST_F(EnginesAgreeOnPrinters, Sets) {
  start("office-colour-mfp");
  const auto general = [](Oid::Arc column) { return printer_mib + Oid{5, 1, 1, column, 1}; };
  const Oid client = vendor + Oid{51, 13, 2, 1}, row{1, 6, 192, 0, 2, 7, 0, 162},
            command = vendor + Oid{53, 5, 2, 1, 2, 1};
  const std::vector<std::vector<snmp::VarBind>> sets{
      {{contact, Value::octets("a")}},
      {{contact, Value::integer(1)}},
      {{contact, Value::octets(std::string(256, 'x'))}},
      {{contact, Value::octets("b")}, {location, Value::octets("c")}},
      {{contact, Value::octets("d")}, {location, Value::octets(std::string(256, 'x'))}},
      {{contact, Value::octets("e")}, {general(18), Value::counter32(1)}},
      {{contact, Value::octets("f")}, {Oid{1, 3, 6, 1, 2, 1, 99, 1}, Value::integer(1)}},
      {{general(6), Value::integer(2)}},
      {{general(6), Value::integer(77)}},
      {{general(13), Value::integer(5)}},
      {{printer_mib + Oid{8, 2, 1, 12, 1, 1}, Value::octets("iso_a5_148x210mm")}},
      {{printer_mib + Oid{8, 2, 1, 12, 1, 99}, Value::octets("x")}},
      {{printer_mib + Oid{18, 1, 1, 2, 1, 1}, Value::integer(3)}},
      {{vendor + Oid{51, 1, 2, 1, 14, 1}, Value::octets("s3cret")}},
      {{client + 6u + row, Value::integer(6)}},
      {{client + 3u + row, Value::integer(4)},
       {client + 6u + row, Value::integer(6)},
       {client + 7u + row, Value::octets("t")}},
      {{client + 3u + row, Value::integer(4)}},
      {{client + 3u + row, Value::integer(6)}, {contact, Value::octets("g")}},
      {{command, Value::integer(1306)}},
      {{command, Value::integer(2322)}},
      {{command, Value::integer(18)}},
      {{command, Value::integer(4)}},
  };
  for (const auto& wanted : sets) {
    for (const Version version : {Version::v2c, Version::v1}) {
      ask(version, snmp::set_request(wanted));
      EXPECT_EQ(ours_->device.settings(), theirs_->device.settings());
      for (const snmp::VarBind& variable : wanted) ask(Version::v2c, snmp::get_request({variable.name}));
    }
  }
  EXPECT_EQ(ours_->device.settings().write_community, "s3cret");
  EXPECT_EQ(ours_->device.settings().location, "c");
  EXPECT_FALSE(ours_->device.online());
}
