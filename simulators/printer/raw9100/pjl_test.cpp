#include "simulators/printer/raw9100/pjl.hpp"

#include <gtest/gtest.h>

#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;

class Pjl : public testing::Test {
 protected:
  Pjl() {
    device.power_on(0s);
    device.advance(60s);
  }
  std::string ask(std::string_view line) { return dialogue.take(line, 60s); }
  std::int32_t code() {
    const std::string status = ask("@PJL INFO STATUS");
    return std::stoi(status.substr(status.find("CODE=") + 5));
  }
  std::size_t supply_of_type(std::int32_t type) {
    for (std::size_t i = 0; i < model->supplies.size(); ++i) {
      if (model->supplies[i].type == type) return i;
    }
    return 99;
  }
  ModelPtr model = profile("office-colour-mfp").value();
  Device device{model, Identity{.serial = "N1", .printer_name = "p"}};
  PjlDialogue dialogue{device};
};

TEST_F(Pjl, TellsWhatTheDeviceIs) {
  EXPECT_TRUE(speaks_pjl(*model));
  EXPECT_FALSE(speaks_pjl(*profile("label-thermal-transfer").value()));
  EXPECT_EQ(ask("@PJL INFO ID"), "@PJL INFO ID\r\n\"" + model->product + "\"\r\n\f");
  EXPECT_EQ(ask("@pjl info id"), ask("@PJL INFO ID"));
  device.run_job({.black = 7}, 60s);
  EXPECT_EQ(ask("@PJL INFO PAGECOUNT"), "@PJL INFO PAGECOUNT\r\nPAGECOUNT=7\r\n\f");
  EXPECT_EQ(ask("@PJL ECHO  hello there"), "@PJL ECHO hello there\r\n\f");
  EXPECT_EQ(ask("@PJL INFO NOTHING"), "@PJL INFO NOTHING\r\n\"?\"\r\n\f");
  const std::string config = ask("@PJL INFO CONFIG");
  EXPECT_NE(config.find("IN TRAYS [" + std::to_string(model->inputs.size()) + " ENUMERATED]\r\n\tINTRAY1 "),
            config.npos)
      << config;
  EXPECT_NE(config.find("\tPOSTSCRIPT\r\n"), config.npos) << config;
  EXPECT_EQ(ask("@PJL COMMENT INFO ID"), "");
  EXPECT_EQ(ask("@PJL"), "");
  EXPECT_EQ(ask("INFO ID"), "") << "no prefix";
}

TEST_F(Pjl, StatusFollowsTheDevice) {
  EXPECT_EQ(ask("@PJL INFO STATUS"), "@PJL INFO STATUS\r\nCODE=10001\r\nDISPLAY=\"" + device.console_text(0) +
                                         "\"\r\nONLINE=TRUE\r\n\f");
  device.set_cover(0, CoverStatus::open, 61s);
  EXPECT_EQ(code(), 40021);
  EXPECT_NE(ask("@PJL INFO STATUS").find("ONLINE=FALSE"), std::string::npos);
  device.set_cover(0, CoverStatus::closed, 62s);
  EXPECT_EQ(code(), 10001);
  device.set_online(false, 63s);
  EXPECT_EQ(code(), 40079);
  device.set_online(true, 64s);
  const std::size_t toner = supply_of_type(3);
  device.set_supply_level(toner, 1, 65s);
  EXPECT_EQ(code(), 10006);
  device.set_supply_level(toner, 0, 66s);
  EXPECT_EQ(code(), 40010);
  device.set_supply_level(toner, model->supplies[toner].capacity, 67s);
  for (std::size_t i = 0; i < model->inputs.size(); ++i) device.set_input_level(i, 0, 68s);
  EXPECT_GE(code(), 41100);
  EXPECT_LT(code(), 42000);
  EXPECT_NE(code() % 100, 0) << "the size is in the code";
  Device fresh(model, Identity{.serial = "N2", .printer_name = "p"});
  fresh.power_on(0s);
  EXPECT_EQ(pjl_status_code(fresh), 10003);
}

TEST_F(Pjl, ReadyMessageIsShownOnEveryFace) {
  EXPECT_EQ(ask("@PJL RDYMSG DISPLAY = \"Out of \r\nmagenta\""), "");
  EXPECT_EQ(device.console_text(0), "Out of magenta");
  EXPECT_EQ(ask("@PJL RDYMSG DISPLAY = \"\""), "");
  EXPECT_EQ(device.console_text(0), model->ready_text);
  EXPECT_EQ(ask("@PJL OPMSG DISPLAY=\"Insert form\""), "");
  EXPECT_FALSE(device.ready());
  EXPECT_EQ(code(), 40079);
  ask("@PJL RDYMSG DISPLAY = \"" + std::string(2000, 'x') + "\"");
  device.set_online(true, 61s);
  EXPECT_EQ(device.console_text(0).size(), 80u);
}

TEST_F(Pjl, VariablesAreTheConnections) {
  EXPECT_EQ(ask("@PJL INQUIRE COPIES"), "@PJL INQUIRE COPIES\r\n1\r\n\f");
  ask("@PJL SET COPIES = 3");
  EXPECT_EQ(ask("@PJL INQUIRE COPIES"), "@PJL INQUIRE COPIES\r\n3\r\n\f");
  EXPECT_EQ(ask("@PJL DINQUIRE COPIES"), "@PJL DINQUIRE COPIES\r\n1\r\n\f");
  ask("@PJL SET COPIES = 100000");
  EXPECT_EQ(ask("@PJL INQUIRE COPIES"), "@PJL INQUIRE COPIES\r\n999\r\n\f");
  ask("@PJL SET DUPLEX=MAYBE");
  EXPECT_EQ(ask("@PJL INQUIRE DUPLEX"), "@PJL INQUIRE DUPLEX\r\nOFF\r\n\f");
  EXPECT_EQ(ask("@PJL INQUIRE FOO"), "@PJL INQUIRE FOO\r\n\"?\"\r\n\f");
  EXPECT_NE(ask("@PJL INFO VARIABLES").find("COPIES=999 [2 RANGE]\r\n\t1\r\n\t999\r\n"), std::string::npos);
  ask("@PJL RESET");
  EXPECT_EQ(ask("@PJL INQUIRE COPIES"), "@PJL INQUIRE COPIES\r\n1\r\n\f");
}

TEST_F(Pjl, UnaskedStatusOnlyWhereItWasAskedFor) {
  const RawJob job{.name = "a \"b\"", .user = "u"};
  EXPECT_EQ(dialogue.printed(job, 2), "");
  device.set_cover(0, CoverStatus::open, 61s);
  EXPECT_EQ(dialogue.device_changed(), "");
  ask("@PJL USTATUS DEVICE = ON");
  EXPECT_EQ(dialogue.device_changed(), "") << "nothing is new";
  device.set_cover(0, CoverStatus::closed, 62s);
  EXPECT_EQ(dialogue.device_changed(), "@PJL USTATUS DEVICE\r\nCODE=10001\r\nDISPLAY=\"" +
                                           device.console_text(0) + "\"\r\nONLINE=TRUE\r\n\f");
  EXPECT_EQ(dialogue.device_changed(), "") << "told";
  ask("@PJL USTATUS PAGE=ON");
  EXPECT_EQ(dialogue.printed(job, 2), "@PJL USTATUS PAGE\r\n1\r\n\f@PJL USTATUS PAGE\r\n2\r\n\f");
  ask("@PJL USTATUS JOB = ON");
  const std::string told = dialogue.printed(job, 1);
  EXPECT_EQ(told.find("@PJL USTATUS JOB\r\nSTART\r\nNAME=\"a b\"\r\n\f"), 0u) << told;
  EXPECT_NE(told.find("@PJL USTATUS JOB\r\nEND\r\nNAME=\"a b\"\r\nPAGES=1\r\n\f"), told.npos) << told;
  EXPECT_FALSE(dialogue.interval());
  ask("@PJL USTATUS TIMED=1");
  EXPECT_EQ(dialogue.interval(), 5s);
  EXPECT_EQ(dialogue.timed().substr(0, 31), "@PJL USTATUS TIMED\r\nCODE=10001\r");
  EXPECT_LT(dialogue.printed(job, 1'000'000).size(), 60'000u);
  ask("@PJL USTATUSOFF");
  EXPECT_EQ(dialogue.printed(job, 2) + dialogue.timed(), "");
}

}  // namespace
}  // namespace mr::printer
