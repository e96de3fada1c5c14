// Whom the agent asks, with what, when, and what it makes of the answers.
#include "reference/agent/test_agent.hpp"

namespace mr::agent {
namespace {

using namespace test;

class ReachTest : public AgentTest {
 protected:
  static runtime::Address at(const char* text) { return boost::asio::ip::make_address(text); }
  std::set<std::string> serials(const Upload& upload) const {
    std::set<std::string> out;
    for (const auto& report : upload.reports) out.insert(report.identity.serial_number.value_or("none"));
    return out;
  }
  // Local times of day, in minutes, at which printers were read.
  std::vector<int> read_at() const {
    std::vector<int> out;
    for (const Upload& upload : server_.uploads) {
      for (const auto& report : upload.reports) {
        const auto local = report.read_time.instant + report.read_time.offset;
        out.push_back(static_cast<int>(
            std::chrono::floor<std::chrono::minutes>(local.time_since_epoch()).count() % (24 * 60)));
      }
    }
    return out;
  }
};

//= AGT-SCOPE type=test
TEST_F(ReachTest, NothingOutsideTheScopeGetsAPacket) {
  FakePrinter below(world_.clock()), above(world_.clock()), apart(world_.clock());
  apart.variables[serial_name] = Value::octets("SN-3");
  world_.network().printers.insert(
      {{at("10.0.0.4"), &below}, {at("10.0.0.7"), &above}, {at("10.0.1.0"), &apart}});
  settings_.scope = {{at("10.0.0.5"), at("10.0.0.6")}, {at("10.0.1.0"), at("10.0.1.0")}};
  settings_.status_interval = 1h;
  settings_.discovery_interval = 12h;
  start();
  server_.queue("TroubleshootDevice");
  pass(25h);
  EXPECT_EQ(world_.network().reached,
            (std::set<runtime::Address>{at("10.0.0.5"), at("10.0.0.6"), at("10.0.1.0")}));
  EXPECT_EQ(serials(server_.uploads.back()), (std::set<std::string>{"SN-1", "SN-2", "SN-3"}));
  EXPECT_EQ(server_.told("a-1"), "performed");

  stop();
  settings_.scope = {{at("10.0.0.6"), at("10.0.0.6")}};
  start();
  world_.network().reached.clear();
  server_.queue("TroubleshootDevice");
  pass(25h);
  EXPECT_EQ(world_.network().reached, std::set<runtime::Address>{at("10.0.0.6")})
      << "found once is no longer enough";
  EXPECT_EQ(serials(server_.uploads.back()), std::set<std::string>{"SN-2"});
  EXPECT_EQ(server_.told("a-2"), "failed unknown-device");
}

//= AGT-FIND type=test
TEST_F(ReachTest, FindsWhatHasPrinterObjectsAndNothingElse) {
  const Oid system = mib + Oid{1}, host_printer = mib + Oid{25, 3, 5, 1}, enterprise{1, 3, 6, 1, 4, 1, 9, 1};
  const std::map<Oid, Value> any = {{system + Oid{1, 0}, Value::octets("Something")},
                                    {system + Oid{2, 0}, Value::oid(enterprise)}};
  // A Printer MIB alone; a Host Resources MIB alone, without and with objects behind it; a switch; a computer
  // that has devices and none is a printer.
  FakePrinter marker(world_.clock()), host_only(world_.clock()), host_first(world_.clock()),
      network_switch(world_.clock()), computer(world_.clock());
  for (FakePrinter* one : {&marker, &host_only, &host_first, &network_switch, &computer})
    one->variables = any;
  marker.variables[serial_name] = Value::octets("marker");
  for (FakePrinter* one : {&host_only, &host_first}) {
    one->variables[mib + Oid{25, 3, 2, 1, 2, 1}] = Value::oid(mib + Oid{25, 3, 1, 5});
    one->variables[host_printer + Oid{1, 1}] = Value::integer(3);
  }
  host_first.variables[enterprise + Oid{1, 0}] = Value::integer(1);
  network_switch.variables[mib + Oid{17, 1, 1, 0}] = Value::octets("bridge");
  network_switch.variables[mib + Oid{47, 1, 1, 1, 1, 11, 1}] = Value::octets("SN-1");
  computer.variables[mib + Oid{25, 3, 2, 1, 2, 1}] = Value::oid(mib + Oid{25, 3, 1, 3});
  computer.variables[mib + Oid{25, 3, 2, 1, 3, 1}] = Value::octets("Laser printer no, processor yes");
  settings_.scope = {{at("10.0.0.1"), at("10.0.0.8")}};
  for (const snmp::Version version : {snmp::Version::v1, snmp::Version::v2c}) {
    SCOPED_TRACE(static_cast<int>(version));
    settings_.store = version == snmp::Version::v1 ? "one" : "two";
    settings_.credentials = {snmp::CommunityCredentials{version, "public"}};
    world_.network().printers = {{at("10.0.0.1"), &marker},
                                 {at("10.0.0.2"), &host_only},
                                 {at("10.0.0.3"), &host_first},
                                 {at("10.0.0.4"), &network_switch},
                                 {at("10.0.0.5"), &computer}};
    server_.uploads.clear();
    start();
    ASSERT_EQ(server_.uploads.size(), 1u);
    std::set<std::string> found;
    for (const auto& report : server_.uploads[0].reports) found.insert(report.network->ip_addresses.at(0));
    EXPECT_EQ(found, (std::set<std::string>{"10.0.0.1", "10.0.0.2", "10.0.0.3"}));
    stop();
  }
}

//= AGT-SNMP type=test
TEST_F(ReachTest, EachRangeIsReadWithItsOwnCredentials) {
  snmp::PasswordKeys keys;
  const auto user = std::make_shared<const snmp::UsmUser>(snmp::make_user({.name = "reader",
                                                                           .auth = snmp::UsmAuth::sha1,
                                                                           .auth_password = "password1",
                                                                           .priv = snmp::UsmPriv::aes128},
                                                                          keys)
                                                              .value());
  FakePrinter third(world_.clock());
  third.variables[serial_name] = Value::octets("SN-3");
  third.version = snmp::Version::v3;
  third.authority = std::make_shared<snmp::UsmAuthority>(
      "engine-of-third", std::make_shared<const snmp::UserTable>(snmp::UserTable{{"reader", user}}), 9);
  first_.version = snmp::Version::v1;
  second_.version = snmp::Version::v2c;
  second_.read_community = "floor-2";
  world_.network().printers[at("10.0.0.7")] = &third;
  settings_.credentials = {snmp::UserCredentials{user, ""},
                           snmp::CommunityCredentials{snmp::Version::v1, "public"},
                           snmp::CommunityCredentials{snmp::Version::v2c, "floor-2"}};
  settings_.scope = {{at("10.0.0.5"), at("10.0.0.5"), {1}},
                     {at("10.0.0.6"), at("10.0.0.6"), {1, 2}},
                     {at("10.0.0.7"), at("10.0.0.7"), {0}}};
  start();
  ASSERT_EQ(server_.uploads.size(), 1u);
  EXPECT_EQ(serials(server_.uploads[0]), (std::set<std::string>{"SN-1", "SN-2", "SN-3"}));
  for (const auto& report : server_.uploads[0].reports) {
    EXPECT_EQ(report.meters->rows.at(0).value, 100u);
    EXPECT_EQ(report.status->retrieval, model::Retrieval::complete);
  }
  EXPECT_GT(third.answered[snmp::Version::v3], 2);
  // What the range does not have is not tried, though the printer would answer it.
  stop();
  settings_.scope = {{at("10.0.0.5"), at("10.0.0.7"), {2}}};
  first_.answered.clear();
  third.answered.clear();
  server_.uploads.clear();
  start();
  pass(25h);
  ASSERT_FALSE(server_.uploads.empty());
  for (const Upload& upload : server_.uploads) EXPECT_EQ(serials(upload), std::set<std::string>{"SN-2"});
  EXPECT_TRUE(first_.answered.empty());
  EXPECT_TRUE(third.answered.empty());
}

//= AGT-PARTIAL type=test
TEST_F(ReachTest, APrinterThatFallsSilentIsReportedWithWhatWasReadNow) {
  settings_.scope = {{first_address_, first_address_}};
  settings_.discovery_interval = 0s;
  start();
  first_.variables[mib + Oid{1, 1, 0}] = Value::octets("Maker 5, moved");
  first_.variables[life_count_name] = Value::counter32(200);
  first_.falls_silent_at = mib + Oid{43};
  pass(24h);
  first_.falls_silent_at.reset();
  first_.snmp_answers = true;
  pass(24h);
  ASSERT_EQ(server_.uploads.size(), 3u);
  const auto report = [&](std::size_t day) -> const model::DeviceReport& {
    return server_.uploads[day].reports.at(0);
  };
  EXPECT_EQ(report(0).status->retrieval, model::Retrieval::complete);
  EXPECT_EQ(report(0).meters->rows.at(0).value, 100u);
  EXPECT_EQ(report(0).identity.serial_number, "SN-1");
  EXPECT_EQ(report(1).status->retrieval, model::Retrieval::partial);
  EXPECT_EQ(report(1).identity.description, "Maker 5, moved") << "what was read";
  EXPECT_FALSE(report(1).meters) << "neither 200, which was not read, nor 100 of the day before";
  EXPECT_FALSE(report(1).identity.serial_number);
  EXPECT_EQ(report(2).status->retrieval, model::Retrieval::complete);
  EXPECT_EQ(report(2).meters->rows.at(0).value, 200u);
}

//= AGT-POLL-OFF type=test
TEST_F(ReachTest, WithoutPollingTheDailyContactGoesOn) {
  settings_.poll_interval = 0s;
  settings_.report_at_start = false;
  start();
  pass(72h);
  EXPECT_EQ(asked("/v1/schedule"), 3u);
  EXPECT_EQ(server_.uploads.size(), 3u);
  server_.queue("GetDeviceStatus");
  pass(24h);
  EXPECT_EQ(server_.told("a-1"), "performed");
  EXPECT_EQ(asked("/v1/schedule"), 4u);
}

//= AGT-TIME-SET type=test
TEST_F(ReachTest, ItReportsAtTheTimeSet) {
  settings_.report_at_start = false;
  settings_.report_at = model::TimeOfDay{5 * 60 + 30};
  settings_.zone = model::Zone::parse("CET-1").value();
  server_.report_time_of_day = model::TimeOfDay{4 * 60};
  start();
  pass(48h);
  EXPECT_EQ(read_at(), std::vector<int>(4, 5 * 60 + 30)) << "two printers, two days";
}

//= AGT-TIME-SET type=test
TEST_F(ReachTest, WithoutASettingTheTimeOfTheRegistrationHolds) {
  settings_.report_at_start = false;
  settings_.zone = model::Zone::parse("CET-1").value();
  server_.report_time_of_day = model::TimeOfDay{4 * 60};
  start();
  pass(24h);
  stop();
  start();
  pass(24h);
  EXPECT_EQ(read_at(), std::vector<int>(4, 4 * 60)) << "and is kept over a restart";
}

//= AGT-TIME-SET type=test
TEST_F(ReachTest, WithoutEitherItIsTwo) {
  settings_.report_at_start = false;
  settings_.zone = model::Zone::parse("CET-1").value();
  start();
  pass(48h);
  EXPECT_EQ(read_at(), std::vector<int>(4, 2 * 60));
}

//= ALR-CAPABILITY type=test
TEST_F(ReachTest, AlertsGoWithTheReportsAlone) {
  const Oid alert = mib + Oid{43, 18, 1, 1};
  settings_.status_interval = 5min;
  start();
  first_.variables[alert + Oid{2, 1, 7}] = Value::integer(3);
  first_.variables[alert + Oid{4, 1, 7}] = Value::integer(8);
  first_.variables[alert + Oid{7, 1, 7}] = Value::integer(8);
  pass(49h);
  ASSERT_EQ(server_.uploads.size(), 3u);
  EXPECT_EQ(server_.uploads[1].reports.at(0).status->alerts->rows.at(0).code, 8) << "it was seen";
  const std::set<std::string> targets(server_.requests.begin(), server_.requests.end());
  EXPECT_EQ(targets, (std::set<std::string>{"/v1/registration", "/v1/reports", "/v1/schedule"}));
}

}  // namespace
}  // namespace mr::agent
