// The whole agent, between printers and a server that can be told what to do, in time moved by hand.
#include "reference/agent/agent.hpp"

#include <gtest/gtest.h>

#include "reference/agent/test_agent.hpp"

namespace mr::agent {
namespace {

using namespace test;

//= REG-ACTIVATE type=test
TEST_F(AgentTest, ARefusedServerGetsNothing) {
  world_.network().handshake = Fault(trust::Alert::certificate_expired, "expired 2026-01-01");
  start();
  pass(10min);
  EXPECT_TRUE(server_.requests.empty());
  EXPECT_FALSE(agent_->registered());
  EXPECT_GE(world_.trace().count("agent.server_refused why=certificate_expired"), 2u) << world_.trace().all();
  EXPECT_EQ(world_.trace().count("agent.discovered"), 0u);
  world_.network().handshake = Fault(trust::Alert::handshake_failure, "alert from the peer");
  const std::size_t refused = world_.trace().count("agent.server_refused");
  pass(2h);
  EXPECT_EQ(world_.trace().count("agent.server_refused"), refused) << "the other side refused us";
  world_.network().handshake.reset();
  pass(2h);
  EXPECT_TRUE(agent_->registered());
  EXPECT_EQ(server_.requests.front(), "/v1/registration");
}

//= REP-PERMISSION type=test
//= REP-PERMISSION-NEW type=test
//= AGT-MANAGED type=test
//= ACT-START type=test
TEST_F(AgentTest, APrinterOnRequestIsReportedOnceItsManagementWasStarted) {
  settings_.manage_automatically = false;
  settings_.permitted = {{model::ActionKind::start_managing_device, {}, {}, "j.doe"},
                         {model::ActionKind::reboot_device, first_address_, {}, "j.doe"}};
  start();
  ASSERT_EQ(server_.uploads.size(), 1u);
  EXPECT_TRUE(server_.uploads[0].reports.empty());
  ASSERT_EQ(server_.uploads[0].manifest.permissions.size(), 2u)
      << "one holds for a printer that is not reported";
  server_.queue("StartManagingDevice", "SN-9");
  server_.queue("StartManagingDevice").manufacturer = "Ricoh";
  pass(20min);
  EXPECT_EQ(server_.told("a-1"), "failed unknown-device");
  EXPECT_EQ(server_.told("a-2"), "performed");
  EXPECT_EQ(server_.uploads.size(), 1u) << "from the next period on";
  pass(24h);
  ASSERT_EQ(server_.uploads.size(), 2u);
  ASSERT_EQ(server_.uploads[1].reports.size(), 1u);
  EXPECT_EQ(server_.uploads[1].reports[0].identity.serial_number, "SN-1");
  EXPECT_EQ(server_.uploads[1].reports[0].permissions.size(), 2u);
  EXPECT_EQ(server_.uploads[1].reports[0].identity.firmware.at(0).level, "1.0");
}

//= ACT-ONCE type=test
//= ACT-ANSWER type=test
//= ACT-PERMISSION type=test
//= ACT-IN-TURN type=test
//= AUD-AGENT type=test
//= AGT-ACTIONS-BESIDE type=test
TEST_F(AgentTest, ActionsRunOnceSideBySideButOneAfterTheOtherOnAPrinter) {
  settings_.disabled = {model::ActionKind::troubleshoot_device};
  std::erase_if(settings_.permitted,
                [](const Permit& permit) { return permit.action == model::ActionKind::get_device_status; });
  start();
  std::vector<std::string> order;
  first_.on_set = [&] {
    order.push_back("set 1");
    first_.restart(20min);
  };
  second_.on_set = [&] {
    order.push_back("set 2");
    second_.restart(30s);
  };
  first_.on_file = [&] {
    order.push_back("page 1");
    first_.variables[life_count_name] = Value::counter32(101);
  };
  settings_.reboot_time_max = 1h;
  stop();
  start();
  server_.lists_answered = true;
  server_.queue("RebootDevice");
  server_.queue("PrintTestPage");
  server_.queue("RebootDevice", "SN-2");
  server_.queue("TroubleshootDevice", "SN-2");
  server_.queue("GetDeviceStatus", "SN-2");
  server_.queue("MakeCoffee", "SN-2");
  server_.queue("RebootDevice", "SN-3");
  pass(16min);
  EXPECT_EQ(order, (std::vector<std::string>{"set 1", "set 2"}))
      << "the page waits for its printer, the other printer does not";
  EXPECT_EQ(server_.told("a-1"), "no result");
  EXPECT_EQ(server_.told("a-4"), "refused disabled");
  EXPECT_EQ(server_.told("a-5"), "refused not-permitted");
  EXPECT_EQ(server_.told("a-6"), "refused not-supported");
  EXPECT_EQ(server_.told("a-7"), "failed unknown-device");
  pass(1h);
  EXPECT_EQ(order, (std::vector<std::string>{"set 1", "set 2", "page 1"}));
  for (const char* id : {"a-1", "a-2", "a-3"}) EXPECT_EQ(server_.told(id), "performed") << id;
  EXPECT_TRUE(server_.results["a-1"].status);
  stop();
  start();
  pass(1h);
  EXPECT_EQ(order.size(), 3u) << "listed again and again, across a restart, and done once";
  EXPECT_GE(server_.results_seen["a-1"], 2) << "the stored result is repeated";
  const std::string rows = audit();
  EXPECT_NE(rows.find(" RebootDevice 10.0.0.5 SN-1 support/ann RebootDevice by j.doe performed \n"),
            std::string::npos)
      << rows;
  EXPECT_NE(rows.find(" GetDeviceStatus 10.0.0.6 SN-2 support/ann  refused not-permitted\n"),
            std::string::npos)
      << rows;
  EXPECT_EQ(std::ranges::count(rows, '\n'), 7);
}

// A server that refuses one result gets the others all the same.
TEST_F(AgentTest, ARefusedMessageOfResultsIsSentAgainOneByOne) {
  server_.refuses_result = "a-2";
  start();
  for (int i = 0; i < 3; ++i) server_.queue("GetDeviceStatus", "SN-2");
  pass(30min);
  EXPECT_EQ(server_.told("a-1"), "performed");
  EXPECT_EQ(server_.told("a-2"), "no result");
  EXPECT_EQ(server_.told("a-3"), "performed");
}

//= ACT-NOT-BEFORE type=test
//= AGT-INTERRUPTED type=test
TEST_F(AgentTest, AnActionWaitsForItsTimeAndARestartInterruptsOnlyWhatWasBegun) {
  start();
  server_.queue("RebootDevice").not_before = model::Stamp{world_.clock().wall() + 2h, {}};
  first_.on_set = [&] { first_.restart(5min); };
  pass(1h);
  stop();
  start();
  pass(50min);
  EXPECT_TRUE(first_.sets.empty());
  pass(10min);
  ASSERT_EQ(first_.sets.size(), 1u) << "taken before the restart, due after it";
  EXPECT_EQ(server_.told("a-1"), "no result");
  stop();
  pass(10min);
  start();
  pass(20min);
  EXPECT_EQ(server_.told("a-1"), "failed failed");
  EXPECT_EQ(server_.results["a-1"].detail, "interrupted by a restart");
  pass(1h);
  EXPECT_EQ(first_.sets.size(), 1u);
}

//= SW-RESUME type=test
//= SW-DIGEST type=test
//= ACT-SOFTWARE type=test
TEST_F(AgentTest, ADownloadGoesOnAfterARestartAndIsSentToThePrinterOnceWhole) {
  start();
  const std::string file = std::string(1024 * 1024, 'a') + std::string(1024 * 1024, 'b') + "end";
  server_.queue_upgrade(file);
  server_.software_requests_max = 1;
  first_.on_file = [&] { first_.variables[software_name] = Value::octets("System software 2.0"); };
  pass(20min);
  stop();
  server_.software_requests_max = SIZE_MAX;
  server_.ranges.clear();
  start();
  pass(10min);
  ASSERT_EQ(server_.ranges.size(), 2u);
  EXPECT_EQ(server_.ranges[0], "bytes=1048576-2097151");
  EXPECT_TRUE(first_.received == file);
  EXPECT_EQ(server_.told("a-1"), "performed");
  EXPECT_EQ(world_.trace().count("agent.level action=a-1 serial=SN-1 before=1.0 after=2.0"), 1u)
      << world_.trace().all();
  EXPECT_EQ(agent_->store().query("SELECT COUNT(*) FROM software_part", {}).value().at(0).at(0),
            runtime::Value(std::int64_t(0)));
  // Another file under the same name and size: its digest tells.
  server_.queue_upgrade(file);
  server_.file.back() = 'X';
  pass(20min);
  EXPECT_EQ(server_.told("a-2"), "refused wrong-file");
  server_.queue_upgrade("short");
  server_.actions.back().parameters[1].value = "4";
  pass(20min);
  EXPECT_EQ(server_.told("a-3"), "refused wrong-file");
  server_.queue_upgrade("short").parameters.pop_back();
  pass(20min);
  EXPECT_EQ(server_.told("a-4"), "refused wrong-file");
  EXPECT_EQ(first_.connections, 1) << "nothing of them reached the printer";
}

//= AGT-LOCKED-DOWN type=test
//= AGT-LOCKED-STAYS type=test
//= AGT-LOCKED-SPOOL type=test
//= REP-LOCKED-DOWN type=test
//= ACT-LOCKED-DOWN type=test
//= REP-MODE type=test
TEST_F(AgentTest, LockedDownOnlyReportsGoOutWithoutAddressesUntilNormalAgain) {
  first_.variables[mib + Oid{1, 1, 0}] = Value::octets("Maker 5; http://10.0.0.5/");
  start();
  ASSERT_EQ(server_.uploads.size(), 1u);
  EXPECT_NE(server_.uploads[0].text.find("10.0.0.5"), std::string::npos);
  EXPECT_EQ(server_.uploads[0].manifest.host->security_mode, model::SecurityMode::normal);
  // One package is tried and not taken, one waits behind it, an action is under way, and one waits for its
  // time.
  server_.reports_status = 503;
  pass(48h);
  server_.queue("RebootDevice").not_before = model::Stamp{world_.clock().wall() + 10h, {}};
  pass(16min);
  set_mode(model::SecurityMode::locked_down);
  EXPECT_EQ(world_.trace().count("agent.mode mode=lockedDown"), 1u);
  server_.reports_status = 0;
  server_.requests.clear();
  server_.uploads.clear();
  pass(48h);
  EXPECT_EQ(asked("/v1/reports"), server_.requests.size()) << "nothing else";
  ASSERT_EQ(server_.uploads.size(), 3u) << "the untried one, made anew, and two days";
  for (const Upload& upload : server_.uploads) {
    EXPECT_EQ(upload.text.find("10.0.0."), std::string::npos) << upload.text;
    EXPECT_EQ(upload.text.find("agent.office.example"), std::string::npos);
    EXPECT_EQ(upload.manifest.host->security_mode, model::SecurityMode::locked_down);
    ASSERT_EQ(upload.reports.size(), 2u);
    EXPECT_EQ(upload.reports[0].identity.serial_number, "SN-1");
    EXPECT_EQ(upload.reports[0].meters->rows.at(0).value, 100u);
  }
  EXPECT_EQ(server_.uploads[0].reports[0].sequence, 3u) << "the second is held: it was tried with addresses";
  stop();
  start();
  server_.requests.clear();
  pass(24h);
  EXPECT_EQ(asked("/v1/reports"), server_.requests.size()) << "a restart does not end it";
  EXPECT_EQ(agent_->security_mode(), model::SecurityMode::locked_down);
  EXPECT_TRUE(first_.sets.empty());
  server_.uploads.clear();
  set_mode(model::SecurityMode::normal);
  pass(1h);
  ASSERT_FALSE(server_.uploads.empty());
  EXPECT_EQ(server_.uploads[0].reports[0].sequence, 2u) << "now the held one";
  EXPECT_EQ(server_.told("a-1"), "refused locked-down");
  EXPECT_TRUE(first_.sets.empty());
  EXPECT_GE(asked("/v1/schedule"), 1u);
}

//= AGT-MODE-KEPT type=test
TEST_F(AgentTest, TheModeCanBeSetInTheStoreWhileItRuns) {
  start();
  const auto done = runtime::spawn_for(
      world_.executor(), write_security_mode(world_, settings_.store, model::SecurityMode::locked_down));
  world_.clock().settle();
  ASSERT_TRUE(*done && (**done).has_value());
  server_.requests.clear();
  pass(2h);
  EXPECT_EQ(asked("/v1/schedule"), 0u);
  stop();
  settings_.security_mode = model::SecurityMode::normal;
  start();
  pass(30min);
  EXPECT_GE(asked("/v1/schedule"), 1u) << "the setting of a start is a decision on site, too";
}

//= AGT-MODE-DEFAULT type=test
TEST_F(AgentTest, WithoutASettingTheModeIsNormal) {
  start();
  EXPECT_EQ(agent_->security_mode(), model::SecurityMode::normal);
  EXPECT_EQ(world_.trace().count("agent.mode"), 0u);
}

//= UPL-SPOOL type=test
//= AGT-CATCH-UP type=test
//= REP-READ-TIME type=test
TEST_F(AgentTest, WhatIsSpooledOutlivesARestartAndGoesOnceAsItWas) {
  server_.reports_status = 503;
  start();
  pass(10min);
  const auto spooled = [&] {
    return std::get<std::int64_t>(
        agent_->store().query("SELECT COUNT(*) FROM spool", {}).value().at(0).at(0));
  };
  EXPECT_EQ(spooled(), 1);
  EXPECT_TRUE(server_.uploads.empty());
  const auto read_by = world_.clock().wall();
  stop();
  first_.variables[life_count_name] = Value::counter32(999);
  pass(30h);  // over the time of day at which it reports
  server_.reports_status = 0;
  settings_.report_at_start = false;
  start();
  pass(2h);
  ASSERT_EQ(server_.uploads.size(), 2u) << "what was in the spool, and the day that was missed";
  EXPECT_EQ(spooled(), 0);
  EXPECT_LE(server_.uploads[0].reports.at(0).read_time.instant, read_by)
      << "when it was read, not when it was sent";
  EXPECT_NE(server_.uploads[0].key, server_.uploads[1].key);
  EXPECT_NE(server_.uploads[0].reports.at(0).report_id, server_.uploads[1].reports.at(0).report_id);
  pass(2h);
  EXPECT_EQ(server_.uploads.size(), 2u) << "nothing goes twice";
}

//= HTTP-REDIRECT type=test
TEST_F(AgentTest, ARedirectIsNotFollowed) {
  server_.reports_status = 307;
  start();
  pass(1h);
  EXPECT_TRUE(server_.uploads.empty());
  EXPECT_EQ(std::ranges::count_if(server_.requests,
                                  [](const std::string& one) { return one.starts_with("/elsewhere"); }),
            0);
}

//= REP-SOURCE type=test
TEST_F(AgentTest, TheManifestTellsItsHostAndItself) {
  start();
  ASSERT_FALSE(server_.uploads.empty());
  const auto& host = server_.uploads[0].manifest.host;
  ASSERT_TRUE(host);
  EXPECT_EQ(host->dns_name, "agent.office.example");
  EXPECT_TRUE(host->product_name && host->product_version && host->time_zone);
  EXPECT_EQ(host->printers_in_scope, 2u);
  EXPECT_TRUE(host->printers_out_of_scope);
  for (const model::DeviceReport& report : server_.uploads[0].reports)
    EXPECT_EQ(report.source, model::ReportSource::agent);
}

//= AGT-COMMUNITY type=test
TEST_F(AgentTest, ReadsAsPublicUnlessToldOtherwise) {
  const Settings fresh;
  ASSERT_EQ(fresh.credentials.size(), 1u);
  const auto* community = std::get_if<snmp::CommunityCredentials>(&fresh.credentials[0]);
  ASSERT_NE(community, nullptr);
  EXPECT_EQ(community->community, "public");
  settings_.credentials = {snmp::CommunityCredentials{snmp::Version::v2c, "other"}};
  start();
  EXPECT_TRUE(server_.uploads.empty() || server_.uploads[0].reports.empty())
      << "the printers answer public alone";
}

//= REP-LOCAL-ID type=test
TEST_F(AgentTest, EachPrinterHasANameOfItsOwnThatIsNoAddress) {
  start();
  pass(49h);
  std::map<std::string, std::set<std::string>> names;  // by serial number
  for (const Upload& upload : server_.uploads) {
    for (const model::DeviceReport& report : upload.reports)
      names[report.identity.serial_number.value()].insert(report.identity.local_id.value());
  }
  ASSERT_EQ(names.size(), 2u);
  for (const auto& [serial, each] : names) EXPECT_EQ(each.size(), 1u) << serial;
  EXPECT_NE(*names["SN-1"].begin(), *names["SN-2"].begin());
  EXPECT_EQ(names["SN-1"].begin()->find("10."), std::string::npos);
}

//= REP-SEQUENCE type=test
TEST_F(AgentTest, APrinterThatMovedKeepsItsSequence) {
  start();
  world_.network().printers = {{boost::asio::ip::make_address("10.0.0.7"), &first_},
                               {second_address_, &second_}};
  pass(49h);
  const model::DeviceReport* last = nullptr;
  for (const Upload& upload : server_.uploads) {
    for (const model::DeviceReport& report : upload.reports) {
      if (report.identity.serial_number == "SN-1") last = &report;
    }
  }
  ASSERT_NE(last, nullptr);
  EXPECT_GE(last->sequence, 2u);
  EXPECT_EQ(last->network->ip_addresses.at(0), "10.0.0.7");
  EXPECT_EQ(agent_->store().query("SELECT COUNT(*) FROM printer", {}).value().at(0).at(0),
            runtime::Value(std::int64_t(2)));
}

}  // namespace
}  // namespace mr::agent
