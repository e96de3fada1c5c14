#include "simulators/printer/control/control.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fstream>

#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::printer {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

class ControlTest : public testing::Test {
 protected:
  ControlTest() {
    auto model = std::make_shared<Model>(*profile("office-colour-mfp").value());
    model->faults = {{.code = "08-101",
                      .description = "Paper jam",
                      .part = Part::media_path,
                      .row = 1,
                      .resolution = "Paper removed"}};
    model->nvm = {{.id = "502-806", .name = "Fuser", .initial = 180, .low = 150, .high = 210}};
    model->service_items = {{.code = "950-801", .name = "Fuser", .limit = 1000}};
    std::vector<PrinterSite::Plan> plans;
    for (unsigned i = 0; i < 2; ++i) {
      plans.push_back({boost::asio::ip::address_v4(0xc0000201u + i),
                       make_device(model, i, world.entropy()),
                       compose_mib(model),
                       {.engine_id = make_engine_id(8072, std::to_string(i))}});
      host.add_address(plans.back().address);
    }
    auto opened = PrinterSite::open(host, std::make_unique<NativeEngine>(), std::move(plans), {});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
    EXPECT_TRUE(world.run_for(60s));
    control.emplace(*site, host.clock(), Control::Hooks{[this](std::chrono::seconds by) { advanced = by; }});
  }

  unsigned ask(std::string method, std::string target, std::string body = {},
               exchange::Headers headers = {}) {
    if (!body.empty() && headers.empty()) headers = {{"Content-Type", "application/json"}};
    const auto response =
        control->handle({std::move(method), std::move(target), std::move(headers), std::move(body)});
    text = response.body;
    allow = exchange::find(response.headers, "Allow").value_or("");
    value = json::parse(response.body);
    return response.status;
  }
  Device& device(std::size_t index = 0) { return site->device(index); }

  world::World world{{.seed = 1}};
  world::Host& host = world.add_host({.name = "printers"});
  std::unique_ptr<PrinterSite> site;
  std::optional<Control> control;
  std::chrono::seconds advanced{0};
  std::string text, allow;
  json::value value;
};

TEST_F(ControlTest, PrintersAreNamedByIndexAndBySerialNumber) {
  EXPECT_EQ(ask("GET", "/v1/printers"), 200u);
  ASSERT_EQ(value.as_array().size(), 2u);
  const std::string serial = device(1).identity().serial;
  EXPECT_EQ(value.as_array()[1].at("serial").as_string(), serial);
  EXPECT_EQ(ask("GET", "/v1/printers/" + serial), 200u);
  EXPECT_EQ(value.at("index"), 1);
  EXPECT_EQ(value.at("life_count").to_number<std::uint64_t>(), device(1).life_count());
  EXPECT_EQ(ask("GET", "/v1/printers/2"), 404u);
  EXPECT_EQ(ask("GET", "/v1/nothing"), 404u);
}

TEST_F(ControlTest, AJobMovesWhatTheDeviceCounts) {
  const std::uint64_t before = device().life_count();
  EXPECT_EQ(
      ask("POST", "/v1/printers/0/jobs",
          R"({"black": 3, "colour": 2, "coverage": [1000, 0, 0, 20000], "name": "letter", "user": "ann"})"),
      201u);
  EXPECT_EQ(value.at("done"), 5);
  EXPECT_EQ(device().life_count(), before + 5);
  EXPECT_EQ(device().jobs().back().name, "letter");
  EXPECT_EQ(ask("GET", "/v1/printers/0"), 200u);
  EXPECT_EQ(value.at("jobs").as_array().back().at("user"), "ann");
}

TEST_F(ControlTest, WhatIsWrongIsToldAndNothingIsDone) {
  const std::uint64_t before = device().life_count();
  for (const auto& [body, words] : std::vector<std::pair<std::string, std::string>>{
           {"{", "JSON object"},
           {"{}", "at least one impression"},
           {R"({"black": 1, "pages": 2})", "unknown member 'pages'"},
           {R"({"black": -1})", "black: expected a number"},
           {R"({"black": 1, "function": "scan"})", "function: expected"},
           {R"({"black": 1, "input": 9})", "input: expected a number from 1 to 5"},
           {R"({"black": 9, "sheets": 2, "two_sided_sheets": 2})", "do not hold"},
           {R"({"black": 1, "size": "A4"})", "PWG"},
           {R"({"black": 1, "coverage": [1, 2, 3, 4, 5, 6, 7, 8, 9]})", "coverage"}}) {
    EXPECT_EQ(ask("POST", "/v1/printers/0/jobs", body), 400u) << body;
    EXPECT_THAT(text, HasSubstr(words));
  }
  EXPECT_EQ(device().life_count(), before);
  EXPECT_EQ(ask("POST", "/v1/printers/0/jobs", R"({"black": 1})", {{"Content-Type", "text/plain"}}), 415u);
  EXPECT_EQ(ask("POST", "/v1/printers/0/jobs", R"({"black": 1})",
                {{"Content-Type", "application/json"}, {"Origin", "https://example.test"}}),
            403u);
  EXPECT_EQ(ask("PUT", "/v1/printers/0/jobs", "{}"), 405u);
  EXPECT_EQ(allow, "POST");
  EXPECT_EQ(device().life_count(), before);
}

TEST_F(ControlTest, FaultsComeUpAndAreCleared) {
  EXPECT_EQ(ask("POST", "/v1/printers/0/faults", R"({"code": "08-101"})"), 201u);
  EXPECT_TRUE(device().fault_stands(0));
  EXPECT_EQ(ask("POST", "/v1/printers/0/jobs", R"({"black": 1})"), 409u);
  EXPECT_EQ(ask("DELETE", "/v1/printers/0/faults/08-101", R"({"resolution": "Sheet pulled out"})"), 200u);
  EXPECT_EQ(device().fault_history().back().resolution, "Sheet pulled out");
  EXPECT_EQ(ask("DELETE", "/v1/printers/0/faults/08-101"), 409u);
  EXPECT_EQ(ask("POST", "/v1/printers/0/faults", R"({"code": "99-999"})"), 404u);
}

TEST_F(ControlTest, PartsAreSetAndReplaced) {
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/supplies/1", R"({"level": 10})"), 200u);
  EXPECT_EQ(device().supply_true_level(0), 10);
  EXPECT_EQ(ask("POST", "/v1/printers/0/supplies/1/replacement", R"({"serial": "NEW"})"), 201u);
  EXPECT_EQ(device().supply_serial(0), "NEW");
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/supplies/99", "{}"), 404u);
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/inputs/1", R"({"present": false})"), 200u);
  EXPECT_FALSE(device().input_present(0));
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/covers/1", R"({"open": true})"), 200u);
  EXPECT_EQ(device().cover(0), CoverStatus::open);
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/outputs/1", R"({"level": 500})"), 200u);
  EXPECT_EQ(device().output_true_level(0), 500);
  EXPECT_EQ(ask("PUT", "/v1/printers/0/nvm/502-806", R"({"value": 200})"), 200u);
  EXPECT_EQ(device().nvm(0), 200);
  EXPECT_EQ(ask("PUT", "/v1/printers/0/nvm/502-806", R"({"value": 99})"), 400u);
  const std::uint32_t replaced = device().service_replaced(0);
  EXPECT_EQ(ask("POST", "/v1/printers/0/service-items/950-801/replacement"), 201u);
  EXPECT_EQ(device().service_replaced(0), replaced + 1);
  EXPECT_EQ(device().service_count(0), 0u);
}

TEST_F(ControlTest, PowerAndTime) {
  EXPECT_EQ(ask("PUT", "/v1/printers/0/power", R"({"state": "off"})"), 200u);
  EXPECT_EQ(device().power(), Power::off);
  EXPECT_EQ(ask("POST", "/v1/printers/0/faults", R"({"code": "08-101"})"), 409u);
  EXPECT_EQ(ask("PUT", "/v1/printers/0/power", R"({"state": "on"})"), 200u);
  EXPECT_EQ(value.at("power"), "warming-up");
  EXPECT_EQ(ask("PUT", "/v1/printers/0/power", R"({"state": "up"})"), 400u);
  EXPECT_EQ(ask("POST", "/v1/advance", R"({"seconds": 86400})"), 200u);
  EXPECT_EQ(advanced, 24h);
  EXPECT_EQ(ask("POST", "/v1/advance", R"({"seconds": 0})"), 400u);
  EXPECT_EQ(ask("GET", "/v1/printers/0/state"), 200u);
  EXPECT_EQ(value.at("model"), "office-colour-mfp");
}

TEST_F(ControlTest, TrapTargetsAreSet) {
  EXPECT_EQ(ask("PUT", "/v1/printers/0/traps", R"({"address": "192.0.2.9", "version": 3, "inform": true})"),
            200u);
  ASSERT_EQ(device().settings().trap_targets.size(), 1u);
  EXPECT_EQ(device().settings().trap_targets[0].version, 3);
  EXPECT_EQ(ask("PUT", "/v1/printers/0/traps", R"({"address": "nowhere"})"), 400u);
  EXPECT_EQ(ask("DELETE", "/v1/printers/0/traps"), 200u);
  EXPECT_TRUE(device().settings().trap_targets.empty());
}

TEST_F(ControlTest, SettingsAreSet) {
  EXPECT_EQ(
      ask("PATCH", "/v1/printers/0/settings",
          R"({"location": "Room 9", "mail_server": "mail.example:25", "mail_recipients": ["a@example.test", "b@example.test"],
                    "lpd": false, "https": false, "admin_password": "s"})"),
      200u);
  const Settings& settings = device().settings();
  EXPECT_EQ(settings.location, "Room 9");
  EXPECT_EQ(settings.mail_recipients, (std::vector<std::string>{"a@example.test", "b@example.test"}));
  EXPECT_EQ(settings.ports, (Settings::Ports{.lpd = false, .https = false}));
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/settings", R"({"mail_recipients": ["a", 1]})"), 400u);
  EXPECT_EQ(ask("PATCH", "/v1/printers/0/settings", R"({"ftp": true})"), 400u);
  EXPECT_EQ(device().settings().mail_recipients.size(), 2u) << "a refused request changes nothing";
}

// The published description has every operation, and no other.
TEST_F(ControlTest, TheDescriptionIsOfThese) {
  std::ifstream file("simulators/printer/control/openapi.yaml");
  ASSERT_TRUE(file);
  std::string path, line;
  std::set<std::string> described;
  while (std::getline(file, line)) {
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    for (const char* method : {"get", "post", "put", "patch", "delete"}) {
      if (line.starts_with("    " + std::string(method) + ":")) described.insert(method + (" " + path));
    }
  }
  std::set<std::string> served;
  for (const auto& [method, pattern] : control->described()) {
    std::string lower;
    for (const char c : method) lower += static_cast<char>(c | 0x20);
    served.insert(lower + " " + pattern);
  }
  EXPECT_EQ(described, served);
}

}  // namespace
}  // namespace mr::printer
