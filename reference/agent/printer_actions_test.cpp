// Actions against a printer that can be told what to do, in time moved by hand.
#include "reference/agent/printer_actions.hpp"

#include <gtest/gtest.h>

#include "reference/agent/test_site.hpp"

namespace mr::agent {
namespace {

using namespace test;

class PrinterActionsTest : public testing::Test {
 protected:
  PrinterActionsTest() : snmp_(world_, settings_), actions_(world_, settings_, snmp_) {
    world_.network().printers[target_.address] = &printer_;
    settings_.credentials = {snmp::CommunityCredentials{snmp::Version::v2c, "public"}};
    EXPECT_TRUE(snmp_.open());
    world_.clock().advance(1s);
  }

  // Runs it for at most `time`; how long it took is in took_.
  template <class T>
  T run(awaitable<T> task, runtime::Duration time = 2h) {
    const auto start = world_.clock().now();
    const auto out = runtime::spawn_for(world_.executor(), std::move(task));
    world_.clock().settle();
    while (!*out && world_.clock().now() - start < time) world_.clock().advance(1s);
    took_ = world_.clock().now() - start;
    EXPECT_TRUE(*out) << "it did not end";
    return *out ? std::move(**out) : T{};
  }
  static std::string told(const Deed& deed) {
    return std::string(model::word(deed.outcome)) + (deed.reason.empty() ? "" : " " + deed.reason);
  }
  Allowed always() {
    return [] { return true; };
  }
  SoftwareFile file(std::size_t octets = 300'000) {
    contents_.assign(octets, 'f');
    return {octets, "x.DLM",
            [this](std::uint64_t at) -> Result<std::string> { return contents_.substr(at, 100'000); }};
  }
  Upgrade upgrade(Allowed allowed) {
    return run(actions_.upgrade(target_, file(), std::move(allowed), [this] { ++told_sent_; }));
  }

  FakeRuntime world_;
  Settings settings_;
  SnmpClient snmp_;
  PrinterActions actions_;
  FakePrinter printer_{world_.clock()};
  const Target target_{boost::asio::ip::make_address("10.0.0.5"), 0, "SN-1"};
  runtime::Duration took_{};
  std::string contents_;
  int told_sent_ = 0;
};

//= ACT-STATUS-FRESH type=test
TEST_F(PrinterActionsTest, StatusIsReadNowOrNotTold) {
  world_.clock().advance(10min);
  const Deed deed = run(actions_.read_status(target_));
  EXPECT_EQ(told(deed), "performed");
  EXPECT_EQ(deed.status->device_status, model::DeviceStatus::running);
  EXPECT_EQ(deed.status->retrieved_at->instant, world_.clock().wall());
  printer_.snmp_answers = false;
  const Deed silent = run(actions_.read_status(target_));
  EXPECT_EQ(told(silent), "failed unreachable");
  EXPECT_FALSE(silent.status);
}

//= ACT-TROUBLESHOOT type=test
TEST_F(PrinterActionsTest, TroubleshootingTellsThePingFromSnmp) {
  const Fault silent(runtime::asio::error::make_error_code(runtime::asio::error::timed_out));
  const Fault forbidden(runtime::asio::error::make_error_code(runtime::asio::error::access_denied));
  Deed deed = run(actions_.troubleshoot(target_));
  EXPECT_EQ(told(deed), "performed");
  EXPECT_TRUE(deed.status);
  EXPECT_EQ(deed.detail, "answers ping in 420 us; answers SNMP");
  printer_.ping = silent;
  printer_.pings = 0;
  EXPECT_EQ(told(run(actions_.troubleshoot(target_))), "performed no-ping");
  EXPECT_EQ(printer_.pings, 3) << "one lost echo is no verdict";
  printer_.snmp_answers = false;
  EXPECT_EQ(told(run(actions_.troubleshoot(target_))), "performed unreachable");
  printer_.ping = runtime::Duration(1ms);
  EXPECT_EQ(told(run(actions_.troubleshoot(target_))), "performed no-snmp");
  printer_.ping = forbidden;
  deed = run(actions_.troubleshoot(target_));
  EXPECT_EQ(told(deed), "performed unreachable");
  EXPECT_FALSE(deed.status);
  EXPECT_NE(deed.detail.find("access denied"), std::string::npos) << deed.detail;
  printer_.snmp_answers = true;
  deed = run(actions_.troubleshoot(target_));
  EXPECT_EQ(told(deed), "performed") << "that this host may not ping says nothing of the printer";
  EXPECT_NE(deed.detail.find("access denied"), std::string::npos) << deed.detail;
}

//= ACT-REBOOT type=test
TEST_F(PrinterActionsTest, ARestartIsPerformedWhenTheUpTimeBeganAnew) {
  printer_.on_set = [this] { printer_.restart(40s); };
  const Deed deed = run(actions_.reboot(target_, always()));
  EXPECT_EQ(told(deed), "performed");
  EXPECT_TRUE(deed.status);
  ASSERT_EQ(printer_.sets.size(), 1u) << "it went without an answer, and is not asked again";
  EXPECT_EQ(printer_.sets[0].name, reset_name);
  EXPECT_EQ(printer_.sets[0].value, Value::integer(4));
  EXPECT_GE(took_, 40s);
  EXPECT_LT(took_, 60s);
}

TEST_F(PrinterActionsTest, ARestartThatWasAnsweredAndCameLateIsSeen) {
  printer_.on_set = [this] { printer_.after(30s, [this] { printer_.restart(5s); }); };
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "performed");
  EXPECT_EQ(printer_.sets.size(), 1u);
}

//= ACT-TRUTH type=test
TEST_F(PrinterActionsTest, ARestartThatDidNotHappenIsNotPerformed) {
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "failed failed")
      << "accepted, but the up time runs on";
  EXPECT_EQ(printer_.sets.size(), 1u);
  printer_.refuses_set = snmp::ErrorStatus::not_writable;
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "failed rejected-by-device");
  printer_.refuses_set = snmp::ErrorStatus::no_error;
  printer_.write_community = "secret";
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "failed failed")
      << "a wrong community is not answered";
  EXPECT_LT(took_, 2min);
  EXPECT_EQ(printer_.sets.size(), 1u);
  settings_.write_community = "secret";
  SnmpClient snmp(world_, settings_);
  ASSERT_TRUE(snmp.open());
  PrinterActions actions(world_, settings_, snmp);
  printer_.on_set = [this] { printer_.restart(24h); };
  EXPECT_EQ(told(run(actions.reboot(target_, always()))), "failed unreachable") << "it did not come back";
  EXPECT_LT(took_, settings_.reboot_time_max + 1min);
}

TEST_F(PrinterActionsTest, APrinterWithoutResetOrWithoutAnswerIsLeftAlone) {
  printer_.variables.erase(reset_name);
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "failed not-supported");
  printer_.snmp_answers = false;
  EXPECT_EQ(told(run(actions_.reboot(target_, always()))), "failed unreachable");
  EXPECT_TRUE(printer_.sets.empty());
}

//= ACT-TEST-PAGE type=test
TEST_F(PrinterActionsTest, ATestPageIsPerformedWhenItWasCounted) {
  printer_.on_file = [this] {
    printer_.after(20s, [this] { printer_.variables[life_count_name] = Value::counter32(101); });
  };
  const Deed deed = run(actions_.print_test_page(target_, always()));
  EXPECT_EQ(told(deed), "performed");
  EXPECT_EQ(deed.detail, "life count 100 before, 101 after");
  EXPECT_TRUE(printer_.ended);
  EXPECT_NE(printer_.received.find("(Serial number  SN-1)"), std::string::npos);
  printer_.on_file = nullptr;
  EXPECT_EQ(told(run(actions_.print_test_page(target_, always()))), "failed failed") << "taken, not printed";
  printer_.port_open = false;
  EXPECT_EQ(told(run(actions_.print_test_page(target_, always()))), "failed unreachable");
  printer_.port_open = true;
  printer_.variables.erase(life_count_name);
  const int connections = printer_.connections;
  EXPECT_EQ(told(run(actions_.print_test_page(target_, always()))), "failed unreachable");
  EXPECT_EQ(printer_.connections, connections) << "a page that could not be proved is not printed";
}

//= ACT-SOFTWARE type=test
TEST_F(PrinterActionsTest, AnUpgradeIsPerformedWhenTheLevelChangedAndThePrinterIsUp) {
  printer_.on_file = [this] {
    printer_.after(5s, [this] { printer_.variables[status_name] = Value::integer(5); });
    printer_.after(95s, [this] {
      printer_.variables[software_name] = Value::octets("System software 2.0");
      printer_.restart(25s);
      printer_.variables[status_name] = Value::integer(2);
    });
  };
  const Upgrade done = upgrade(always());
  EXPECT_EQ(told(done.deed), "performed");
  EXPECT_EQ(done.before, "1.0");
  EXPECT_EQ(done.after, "2.0");
  EXPECT_TRUE(done.sent);
  EXPECT_EQ(told_sent_, 1);
  EXPECT_TRUE(printer_.received == contents_) << printer_.received.size();
  EXPECT_TRUE(printer_.ended);
  EXPECT_GE(took_, 120s);
  EXPECT_LT(took_, 150s);
}

TEST_F(PrinterActionsTest, AFileThatThePrinterIgnoresOrDropsIsRejected) {
  const Upgrade ignored = upgrade(always());
  EXPECT_EQ(told(ignored.deed), "failed rejected-by-device");
  EXPECT_EQ(ignored.after, "1.0");
  EXPECT_LT(took_, 5min) << "nothing happened, so nothing is waited for";
  printer_.on_file = [this] { printer_.after(10s, [this] { printer_.restart(5min); }); };
  const Upgrade restarted = upgrade(always());
  EXPECT_EQ(told(restarted.deed), "failed failed") << "it was away, and is what it was";
  EXPECT_GE(took_, 5min);
  EXPECT_LT(took_, 10min);
}

TEST_F(PrinterActionsTest, AConnectionThatBreaksIsToldWithTheLevel) {
  printer_.take = 70'000;
  const Upgrade broken = upgrade(always());
  EXPECT_EQ(told(broken.deed), "failed rejected-by-device");
  EXPECT_NE(broken.deed.detail.find("the connection broke after"), std::string::npos) << broken.deed.detail;
  EXPECT_FALSE(broken.sent);
  EXPECT_EQ(told_sent_, 0);
}

TEST_F(PrinterActionsTest, APrinterThatDoesNotComeBackIsUnreachable) {
  printer_.on_file = [this] { printer_.restart(24h); };
  EXPECT_EQ(told(upgrade(always()).deed), "failed unreachable");
  EXPECT_LT(took_, settings_.upgrade_time_max + 2min);
}

TEST_F(PrinterActionsTest, NothingIsSentToAPrinterWhoseLevelCannotBeProved) {
  printer_.variables.erase(software_name);
  EXPECT_EQ(told(upgrade(always()).deed), "refused not-supported");
  printer_.snmp_answers = false;
  EXPECT_EQ(told(upgrade(always()).deed), "failed unreachable");
  EXPECT_EQ(printer_.connections, 0);
}

//= ACT-LOCKED-DOWN type=test
TEST_F(PrinterActionsTest, WhatIsUnderWayStopsWhenLockedDown) {
  const Allowed never = [] { return false; };
  EXPECT_EQ(told(run(actions_.reboot(target_, never))), "refused locked-down");
  EXPECT_EQ(told(run(actions_.print_test_page(target_, never))), "refused locked-down");
  EXPECT_EQ(told(upgrade(never).deed), "refused locked-down");
  EXPECT_TRUE(printer_.sets.empty());
  EXPECT_EQ(printer_.connections, 0);
  auto asked = std::make_shared<int>(0);
  const Upgrade cut = upgrade([asked] { return ++*asked <= 3; });
  EXPECT_EQ(told(cut.deed), "refused locked-down");
  EXPECT_TRUE(printer_.broken) << "a reset: the printer drops what it has";
  EXPECT_LT(printer_.received.size(), contents_.size());
  EXPECT_FALSE(cut.sent);
}

}  // namespace
}  // namespace mr::agent
