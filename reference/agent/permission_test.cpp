#include "reference/agent/permission.hpp"

#include <gtest/gtest.h>

#include "reference/agent/test_page.hpp"

namespace mr::agent {
namespace {

using model::ActionKind;
using model::SecurityMode;

runtime::Address address(const char* text) { return boost::asio::ip::make_address(text); }
model::Moment at(int hours) { return model::Moment(std::chrono::hours(hours)); }

const runtime::Address first = address("10.0.0.5"), second = address("10.0.0.6");

Settings customer() {
  Settings settings;
  settings.permitted = {{ActionKind::get_device_status, {}, {}, "j.doe"},
                        {ActionKind::reboot_device, first, {}, "j.doe"},
                        {ActionKind::print_test_page, {}, at(10), ""},
                        {ActionKind::upgrade_device, {}, {}, ""}};
  settings.disabled = {ActionKind::upgrade_device};
  return settings;
}

std::string refusal(const char* kind, std::optional<runtime::Address> printer = first,
                    SecurityMode mode = SecurityMode::normal, int hours = 0) {
  const Settings settings = customer();
  return decide(settings, kind, printer, mode, at(hours)).refusal;
}

//= ACT-PERMISSION type=test
TEST(Permission, HoldsPerKindPrinterAndTime) {
  EXPECT_EQ(refusal("GetDeviceStatus"), "");
  EXPECT_EQ(refusal("TroubleshootDevice"), "not-permitted");
  EXPECT_EQ(refusal("RebootDevice", first), "");
  EXPECT_EQ(refusal("RebootDevice", second), "not-permitted");
  EXPECT_EQ(refusal("RebootDevice", std::nullopt), "") << "which printer is not known yet";
  EXPECT_EQ(refusal("PrintTestPage", first, SecurityMode::normal, 9), "");
  EXPECT_EQ(refusal("PrintTestPage", first, SecurityMode::normal, 10), "not-permitted") << "from its end on";
  EXPECT_EQ(refusal("SendReports"), "") << "needs no permission";
}

//= ACT-UNSUPPORTED type=test
//= ACT-DISABLED type=test
//= ACT-LOCKED-DOWN type=test
TEST(Permission, RefusesInTheOrderOfTheReasons) {
  EXPECT_EQ(refusal("MakeCoffee", first, SecurityMode::locked_down), "not-supported");
  EXPECT_EQ(refusal("UpgradeDevice", first, SecurityMode::locked_down), "locked-down");
  EXPECT_EQ(refusal("SendReports", first, SecurityMode::locked_down), "locked-down");
  EXPECT_EQ(refusal("UpgradeDevice"), "disabled") << "although it is permitted";
  Settings settings = customer();
  settings.disabled = {ActionKind::troubleshoot_device, ActionKind::send_reports};
  EXPECT_EQ(decide(settings, "TroubleshootDevice", first, SecurityMode::normal, at(0)).refusal, "disabled")
      << "before not-permitted";
  EXPECT_EQ(decide(settings, "SendReports", first, SecurityMode::normal, at(0)).refusal, "disabled");
}

TEST(Permission, TellsWhichOneDecided) {
  const Settings settings = customer();
  EXPECT_EQ(to_text(decide(settings, "RebootDevice", first, SecurityMode::normal, at(0)).permit),
            "RebootDevice on 10.0.0.5 by j.doe");
  EXPECT_EQ(to_text(decide(settings, "PrintTestPage", first, SecurityMode::normal, at(0)).permit),
            "PrintTestPage until 1970-01-01T10:00:00.000Z");
  EXPECT_EQ(decide(settings, "TroubleshootDevice", first, SecurityMode::normal, at(0)).permit, nullptr);
}

//= REP-PERMISSION type=test
//= REP-PERMISSION-NEW type=test
TEST(Permission, IsToldPerPrinterWithItsEndAndWithoutItsGiver) {
  const Settings settings = customer();
  const auto names = [](const std::vector<model::Permission>& list) {
    std::string out;
    for (const auto& permission : list) {
      out += permission.action + (permission.until ? "@" + model::to_text(*permission.until) : "") + " ";
      EXPECT_FALSE(permission.granted_by);
    }
    return out;
  };
  EXPECT_EQ(names(permissions_on(settings, first, at(0))),
            "GetDeviceStatus RebootDevice UpgradeDevice PrintTestPage@1970-01-01T10:00:00.000Z ");
  EXPECT_EQ(names(permissions_on(settings, second, at(11))), "GetDeviceStatus UpgradeDevice ");
  EXPECT_EQ(names(permissions_on_new(settings, {}, at(11))), "GetDeviceStatus UpgradeDevice ");
  EXPECT_EQ(names(permissions_on_new(settings, {first}, at(11))),
            "GetDeviceStatus RebootDevice UpgradeDevice ");
}

TEST(Permission, OfSeveralTheLatestEndIsTold) {
  Settings settings;
  settings.permitted = {{ActionKind::reboot_device, {}, at(5), ""},
                        {ActionKind::reboot_device, first, at(9), ""}};
  EXPECT_EQ(permissions_on(settings, first, at(0)).at(0).until->instant, at(9));
  EXPECT_EQ(permissions_on(settings, second, at(0)).at(0).until->instant, at(5));
  settings.permitted.push_back({ActionKind::reboot_device, first, {}, ""});
  EXPECT_FALSE(permissions_on(settings, first, at(0)).at(0).until);
  EXPECT_EQ(permissions_on(settings, first, at(7)).size(), 1u);
}

TEST(TestPage, IsOneJobOfOnePageWhateverTheLinesSay) {
  const std::string job =
      test_page({"Serial (A) \\ B", std::string("\x1b%-12345X@PJL RESET\xff"), std::string(300, 'x')});
  const auto count = [&](std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = job.find(what); at != std::string::npos; at = job.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(job.rfind("\x1b%-12345X@PJL\r\n@PJL JOB NAME=\"Configuration Report\"\r\n", 0), 0u);
  EXPECT_EQ(count("\x1b%-12345X"), 3u) << "a line cannot end the job";
  EXPECT_EQ(count("showpage"), 1u);
  EXPECT_EQ(count("%!PS-Adobe-3.0"), 1u);
  EXPECT_NE(job.find("(Serial \\(A\\) \\\\ B)"), std::string::npos);
  EXPECT_NE(job.find("(?%-12345X@PJL RESET?)"), std::string::npos);
  EXPECT_EQ(job.find(std::string(81, 'x')), std::string::npos);
  EXPECT_EQ(
      test_page(std::vector<std::string>(100, "line")).find("moveto (line) show", 0) == std::string::npos,
      false);
}

}  // namespace
}  // namespace mr::agent
