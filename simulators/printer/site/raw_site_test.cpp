// Printers in the virtual world, reached over their raw ports: jobs, firmware, restarts, power.
#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reference/protocol/snmp/message.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/site/printer_site.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::printer {
namespace {

using namespace std::chrono_literals;
using runtime::asio::awaitable;
using snmp::Oid;
using snmp::Value;

constexpr auto as_values = boost::asio::as_tuple(boost::asio::use_awaitable);
const std::string uel = "\x1b%-12345X";
const std::string one_page = "%!PS-Adobe-3.0\n%%Title: Configuration Report\n%%Pages: 1\nshowpage\n%%EOF\n";

struct Event {
  std::string kind, id;
  std::vector<std::string> causes;
  std::map<std::string, std::string> fields;
};

// What became of a connection, once it is over.
struct Sent {
  boost::system::error_code connected, ended;
  std::string answer;
  bool over = false;
};
enum class End { half_close, reset, hang };

class RawSite : public testing::Test {
 protected:
  explicit RawSite(std::size_t sockets_max = 1000, const char* key = "workgroup-mono") {
    model = profile(key).value();
    world.trace_log().observe([this](const runtime::TraceLog::Record& record) {
      Event event{.kind = std::string(record.event.kind),
                  .id = std::string(record.event.id),
                  .causes = {},
                  .fields = {}};
      for (const auto cause : record.event.causes) event.causes.emplace_back(cause);
      for (const auto& [name, value] : record.event.fields) {
        event.fields[std::string(name)] = std::holds_alternative<std::int64_t>(value)
                                              ? std::to_string(std::get<std::int64_t>(value))
                                              : std::string(std::get<std::string_view>(value));
      }
      events.push_back(std::move(event));
    });
    const trust::Time from = world.true_wall() - 24h, to = from + 24h * 365;
    root = firmware::make_firmware_root("Harbour", from, to);
    signer = firmware::make_signer(*root, "release", from, to).value();
    std::vector<PrinterSite::Plan> plans;
    const MibTemplatePtr mib = compose_mib(model);
    for (unsigned i = 0; i < 2; ++i) {
      plans.push_back({address(i),
                       make_device(model, i, world.entropy()),
                       mib,
                       {.engine_id = make_engine_id(8072, std::to_string(i)), .users = nullptr, .salt = i}});
    }
    RawLimits limits;
    limits.connections_max = 3;
    auto opened = PrinterSite::open(host, std::make_unique<NativeEngine>(), std::move(plans),
                                    {.sockets_max = sockets_max,
                                     .raw_ports = {9100, 2000},
                                     .raw_limits = limits,
                                     .firmware_roots = root->chain,
                                     .hooks = {.changed = [this](std::size_t) { ++changes; },
                                               .present =
                                                   [this](std::size_t index, bool present) {
                                                     present ? host.add_address(address(index))
                                                             : host.remove_address(address(index));
                                                     return Result<void>();
                                                   }}});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
    pass(60s);  // warm
    events.clear();
  }
  static runtime::Address address(std::size_t i) {
    return boost::asio::ip::address_v4(0xc0000201u + static_cast<unsigned>(i));
  }
  void pass(runtime::Duration time) { ASSERT_TRUE(world.run_for(time)); }

  static awaitable<void> deliver(runtime::Runtime& from, runtime::Endpoint to, std::string octets, End end,
                                 std::shared_ptr<Sent> sent) {
    auto stream = co_await from.network().connect(to, from.clock().now() + 30s);
    if (!stream) {
      sent->connected = stream.error().code;
      sent->over = true;
      co_return;
    }
    for (std::size_t done = 0; done < octets.size();) {
      const auto [error, n] = co_await stream->async_write_some(
          boost::asio::buffer(octets.data() + done, octets.size() - done), as_values);
      if (error) break;
      done += n;
    }
    if (end == End::half_close) stream->shut_send();
    if (end == End::reset) {
      const bool woke = co_await from.clock().sleep_for(1s);  // what was sent arrives first
      if (woke) stream->reset();
    }
    std::array<char, 512> buffer;
    while (!sent->ended) {
      const auto [error, n] = co_await stream->async_read_some(boost::asio::buffer(buffer), as_values);
      sent->answer.append(buffer.data(), n);
      sent->ended = error;
    }
    sent->over = true;
  }
  std::shared_ptr<Sent> begin(std::size_t printer, std::string octets, End end = End::half_close,
                              std::uint16_t port = 9100) {
    auto sent = std::make_shared<Sent>();
    scope.spawn(deliver(client, {address(printer), port}, std::move(octets), end, sent));
    return sent;
  }
  std::shared_ptr<Sent> send(std::size_t printer, std::string octets, End end = End::half_close,
                             std::uint16_t port = 9100) {
    auto sent = begin(printer, std::move(octets), end, port);
    pass(3s);
    return sent;
  }

  std::string dlm(const std::string& version, firmware::Order order = {}) {
    order.manifest.name = "system software";
    order.manifest.version = version;
    if (order.manifest.products.empty()) order.manifest.products = {"Harbour M320dn"};
    order.payload = firmware::filler(version, 40'000);
    return firmware::make(std::move(order), *signer).value();
  }

  std::vector<Event> told(const std::string& kind) const {
    std::vector<Event> out;
    for (const Event& event : events) {
      if (event.kind == kind) out.push_back(event);
    }
    return out;
  }
  std::string software(std::size_t printer) {
    return *site->mib(printer).get(Oid{1, 3, 6, 1, 2, 1, 25, 6, 3, 1, 2, 1}).octets();
  }
  std::int64_t life(std::size_t printer) {
    return static_cast<std::int64_t>(site->device(printer).life_count());
  }

  world::World world{{.seed = 11}};
  world::Host& host =
      world.add_host({.name = "printers", .addresses = {address(0), address(1)}, .site = "office"});
  world::Host& client = world.add_host(
      {.name = "client", .addresses = {boost::asio::ip::make_address("192.0.2.99")}, .site = "office"});
  runtime::Scope scope{client.executor()};
  std::vector<Event> events;
  int changes = 0;
  std::optional<trust::Credentials> root, signer;
  ModelPtr model;
  std::unique_ptr<PrinterSite> site;
};

class SharedRawSite : public RawSite {
 protected:
  SharedRawSite() : RawSite(1) {}
};

class ColourSite : public RawSite {
 protected:
  ColourSite() : RawSite(1000, "office-colour-mfp") {}
};

//= PRN-METERS type=test
TEST_F(RawSite, AJobMovesTheMetersAndIsTold) {
  const auto before = life(0), other = life(1);
  const auto level = site->device(0).supply_level(0);
  const auto sent = send(0, "one\ftwo\fthree\f");
  EXPECT_TRUE(sent->over);
  EXPECT_EQ(sent->ended, boost::asio::error::eof);
  EXPECT_EQ(life(0), before + 3);
  EXPECT_EQ(life(1), other);
  EXPECT_EQ(site->device(0).supply_level(0), level - 3);  // impressions, at the rated coverage
  const auto printed = told("printer.printed");
  ASSERT_EQ(printed.size(), 1u);
  EXPECT_EQ(printed[0].id, "HB3200000001/job/1");
  EXPECT_EQ(printed[0].fields.at("done"), "3");
  EXPECT_EQ(printed[0].fields.at("life"), std::to_string(life(0)));
  EXPECT_EQ(printed[0].fields.at("supply.1"), std::to_string(level - 3));
  EXPECT_FALSE(printed[0].fields.contains("supply.3"));
  const auto raw = told("printer.raw");
  ASSERT_EQ(raw.size(), 1u);
  EXPECT_EQ(raw[0].fields.at("what"), "job");
  EXPECT_EQ(raw[0].fields.at("port"), "9100");
  EXPECT_EQ(raw[0].fields.at("octets"), "14");
  EXPECT_TRUE(told("printer.test_page").empty());
  EXPECT_GE(changes, 1);
  send(0, "one\f", End::half_close, 2000);
  EXPECT_EQ(told("printer.printed").at(1).id, "HB3200000001/job/2");
}

TEST_F(RawSite, TheTestPageSaysSo) {
  const auto before = life(0);
  send(0, one_page);
  EXPECT_EQ(life(0), before + 1);
  const auto page = told("printer.test_page");
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].fields.at("impressions"), "1");
  EXPECT_EQ(page[0].id, told("printer.printed").at(0).id);
}

TEST_F(ColourSite, ColourIsCountedAsTheJobHasIt) {
  const auto colour = *site->device(0).find_meter("Color Printed Impressions");
  const auto before = site->device(0).meter(colour);
  send(0, "%!PS-Adobe-3.0\n%%DocumentProcessColors: Cyan Black\n%%Pages: 4\n" + one_page.substr(0, 3));
  EXPECT_EQ(site->device(0).meter(colour), before + 4);
}

TEST_F(RawSite, PjlIsAnsweredInTheOrderInWhichItComes) {
  const auto before = life(0);
  const auto sent =
      send(0, uel + "@PJL ECHO 1\r\n@PJL JOB NAME=\"a\"\r\n@PJL ENTER LANGUAGE=PCL\r\none\ftwo\f" + uel +
                  "@PJL EOJ\r\n@PJL INFO PAGECOUNT\r\n" + uel);
  EXPECT_EQ(sent->answer,
            "@PJL ECHO 1\r\n\f@PJL INFO PAGECOUNT\r\nPAGECOUNT=" + std::to_string(before + 2) + "\r\n\f");
  EXPECT_EQ(sent->ended, boost::asio::error::eof);
  EXPECT_EQ(life(0), before + 2);
}

TEST_F(RawSite, WhoAsksForStatusIsToldUnasked) {
  const auto watching = begin(0, uel + "@PJL USTATUS DEVICE=ON\r\n@PJL USTATUS TIMED=60\r\n", End::hang);
  pass(1s);
  EXPECT_EQ(watching->answer, "");
  const auto printing = begin(0,
                              uel +
                                  "@PJL USTATUS JOB=ON\r\n@PJL USTATUS PAGE=ON\r\n@PJL JOB "
                                  "NAME=\"a\"\r\n@PJL ENTER LANGUAGE=PCL\r\none\f" +
                                  uel + "@PJL EOJ\r\n",
                              End::hang);
  pass(1s);
  EXPECT_EQ(printing->answer,
            "@PJL USTATUS JOB\r\nSTART\r\nNAME=\"a\"\r\n\f@PJL USTATUS PAGE\r\n1\r\n\f"
            "@PJL USTATUS JOB\r\nEND\r\nNAME=\"a\"\r\nPAGES=1\r\n\f");
  watching->answer.clear();
  site->device(0).set_cover(0, CoverStatus::open, world.now().time_since_epoch());
  site->look_again(0);
  pass(1s);
  EXPECT_EQ(watching->answer.find("@PJL USTATUS DEVICE\r\nCODE=40021\r\n"), 0u) << watching->answer;
  watching->answer.clear();
  pass(60s);
  EXPECT_EQ(watching->answer.find("@PJL USTATUS TIMED\r\nCODE=40021\r\n"), 0u) << watching->answer;
  EXPECT_EQ(watching->answer.find('\f'), watching->answer.size() - 1) << "once";
  // A job that waits is told of when it is printed.
  printing->answer.clear();
  const auto later = begin(0, uel + "@PJL USTATUS JOB=ON\r\n" + uel + "one\f" + uel, End::hang);
  pass(1s);
  EXPECT_EQ(later->answer, "");
  site->device(0).set_cover(0, CoverStatus::closed, world.now().time_since_epoch());
  site->look_again(0);
  pass(1s);
  EXPECT_NE(later->answer.find("PAGES=1"), std::string::npos) << later->answer;
  EXPECT_EQ(printing->answer, "") << "another's job";
}

TEST_F(ColourSite, RasterGraphicsWearTonerByWhatTheyMark) {
  Device& device = site->device(0);
  std::size_t black = 99;
  for (std::size_t i = 0; i < device.model().colorants.size(); ++i) {
    if (device.model().colorants[i].name == "black") black = i;
  }
  ASSERT_NE(black, 99u);
  const auto area = [&] { return device.usage().colorant_area[black]; };
  const auto page = [](char octet) {
    std::string out =
        "\x1b"
        "E\x1b&l26A\x1b*t75R\x1b*r1A";
    for (int i = 0; i < 877; ++i) out += "\x1b*b78W" + std::string(78, octet);
    return out + "\x1b*rC\f";
  };
  const auto before = area();
  send(0, page('\x0f') + page('\x01'));
  // A half and an eighth of an A4 page, in 1/1000 percent.
  EXPECT_NEAR(static_cast<double>(area() - before), 62'500, 600);
  const auto measured = area();
  send(0, "text\f");
  EXPECT_EQ(area() - measured, 5000u) << "what is not measured is as rated";
}

TEST_F(ColourSite, AJobFeedsFromWhatItAsksFor) {
  Device& device = site->device(0);
  const auto& inputs = device.model().inputs;
  ASSERT_GT(inputs.size(), 1u);
  const auto second = device.input_true_level(1);
  send(0, uel +
              "@PJL JOB\r\n@PJL SET MEDIASOURCE=TRAY2\r\n@PJL SET DUPLEX=ON\r\n@PJL SET COPIES=2\r\n@PJL "
              "ENTER LANGUAGE=PCL\r\n"
              "one\ftwo\fthree\f" +
              uel + "@PJL EOJ\r\n" + uel);
  EXPECT_EQ(second - device.input_true_level(1), 4) << "two sets of three sides on two sheets";
  EXPECT_EQ(device.jobs().back().done, 6u);
  const auto of_a3 = [&] { return device.usage().sheets_by_size[static_cast<std::size_t>(MediaSize::a3)]; };
  const auto had = of_a3();
  std::size_t a3 = inputs.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (media_size(inputs[i].media_name) == MediaSize::a3) a3 = std::min(a3, i);
  }
  if (a3 < inputs.size()) {
    const auto level = device.input_true_level(a3);
    send(0, "\x1b&l27Atext\f");
    EXPECT_EQ(level - device.input_true_level(a3), 1);
  }
  EXPECT_EQ(of_a3() - had, a3 < inputs.size() ? 1u : 0u);
}

TEST_F(RawSite, WhoAsksAndDoesNotReadIsNotReadFrom) {
  std::string questions = uel;
  for (int i = 0; i < 20'000; ++i) questions += "@PJL INFO CONFIG\r\n";
  const auto sent = begin(0, questions, End::hang);
  pass(60s);
  EXPECT_FALSE(sent->over) << "its questions are not taken, nor is it hung up on";
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof) << "others print";
  pass(70s);
  EXPECT_TRUE(sent->over);
  EXPECT_EQ(told("printer.raw").back().fields.at("why"), "timed-out");
}

TEST_F(RawSite, ABrokenConnectionPrintsNothing) {
  const auto before = life(0);
  send(0, "one\ftwo\f", End::reset);
  EXPECT_EQ(life(0), before);
  EXPECT_EQ(told("printer.raw").at(0).fields.at("why"), "interrupted");
}

TEST_F(RawSite, SlowAndManyConnectionsAreBounded) {
  std::vector<std::shared_ptr<Sent>> all;
  for (int i = 0; i < 5; ++i) all.push_back(begin(0, "half a job", End::hang));
  pass(2s);
  EXPECT_EQ(told("printer.raw").size(), 2u);  // over connections_max
  EXPECT_EQ(told("printer.raw").at(0).fields.at("why"), "too-many-connections");
  const auto sent = send(1, "x\f");  // another printer is not concerned
  EXPECT_EQ(sent->ended, boost::asio::error::eof);
  pass(130s);
  EXPECT_EQ(told("printer.raw").back().fields.at("why"), "timed-out");
  for (const auto& one : all) EXPECT_TRUE(one->over);
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
}

TEST_F(RawSite, AJobWaitsForAPrinterThatIsNotReady) {
  site->device(0).set_cover(0, CoverStatus::open, world.now().time_since_epoch());
  const auto before = life(0);
  send(0, "one\f");
  EXPECT_EQ(life(0), before);
  site->device(0).set_cover(0, CoverStatus::closed, world.now().time_since_epoch());
  site->look_again(0);
  EXPECT_EQ(life(0), before + 1);
}

//= PRN-DISABLED type=test
TEST_F(RawSite, OffRefusesAndResets) {
  const auto open = begin(0, "half a job", End::hang);
  pass(1s);
  site->power_off(0);
  pass(1s);
  EXPECT_TRUE(open->over);
  EXPECT_EQ(open->ended, boost::asio::error::connection_reset);
  EXPECT_EQ(send(0, "x")->connected, boost::asio::error::connection_refused);
  EXPECT_EQ(send(1, "x\f")->ended, boost::asio::error::eof);
  ASSERT_TRUE(site->power_on(0));
  pass(60s);
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
  const auto power = told("printer.power");
  ASSERT_EQ(power.size(), 2u);
  EXPECT_EQ(power[0].fields.at("on"), "0");
  EXPECT_EQ(power[1].fields.at("on"), "1");
}

TEST_F(SharedRawSite, OneListenerServesAll) {
  const auto before = life(0), other = life(1);
  send(1, "x\f");
  EXPECT_EQ(life(1), other + 1);
  send(0, "x\f");
  EXPECT_EQ(life(0), before + 1);
  site->power_off(1);
  const auto sent = send(1, "x\f");  // accepted and reset
  EXPECT_FALSE(sent->connected);
  EXPECT_EQ(sent->ended, boost::asio::error::connection_reset);
  EXPECT_EQ(life(1), other + 1);
}

// --- firmware ---

//= PRN-FIRMWARE type=test
TEST_F(RawSite, AGoodFileIsInstalledAndRunsAfterTheRestart) {
  const std::string old = model->firmware, next = "MXT.076.001";
  const auto boots = site->device(0).boots();
  const auto before = life(0);
  const auto level = site->device(0).supply_level(0);
  EXPECT_EQ(software(0), "System software " + old);
  const std::string file = dlm(next);
  send(0, file);
  EXPECT_EQ(told("printer.raw").at(0).fields.at("what"), "firmware");
  EXPECT_EQ(told("printer.raw").at(0).fields.at("octets"), std::to_string(file.size()));
  pass(3s);
  EXPECT_EQ(site->device(0).upgrade(), Upgrade::installing);
  EXPECT_EQ(site->device(0).level(), old);
  EXPECT_EQ(site->device(0).console_text(0), "Installing software. Do not switch off");
  EXPECT_EQ(send(0, "x\f")->connected, boost::asio::error::connection_refused);
  const auto firmware = told("printer.firmware");
  ASSERT_EQ(firmware.size(), 1u);
  EXPECT_EQ(firmware[0].fields.at("result"), "accepted");
  EXPECT_EQ(firmware[0].fields.at("before"), old);
  EXPECT_EQ(firmware[0].fields.at("after"), next);
  pass(80s);
  EXPECT_EQ(site->device(0).power(), Power::restarting);
  EXPECT_EQ(host.addresses().size(), 1u);
  pass(30s);
  EXPECT_EQ(site->device(0).level(), next);
  EXPECT_EQ(software(0), "System software " + next);
  EXPECT_NE(site->device(0).system_description().find(next), std::string::npos);
  EXPECT_EQ(software(1), "System software " + old);
  EXPECT_EQ(site->device(0).boots(), boots + 1);
  EXPECT_EQ(life(0), before);
  EXPECT_EQ(site->device(0).supply_level(0), level);
  EXPECT_EQ(told("printer.reboot").at(0).fields.at("how"), "firmware");
  EXPECT_EQ(told("printer.level").at(0).fields.at("after"), next);
  ASSERT_EQ(site->device(0).levels().size(), 2u);
  EXPECT_EQ(site->device(0).levels()[0].level, old);
  // It stays over a power cycle.
  site->power_off(0);
  ASSERT_TRUE(site->power_on(0));
  EXPECT_EQ(site->device(0).level(), next);
  EXPECT_EQ(told("printer.level").size(), 1u);
}

//= PRN-FIRMWARE type=test
TEST_F(RawSite, WhatIsNotGoodIsRefusedAndTheOldLevelRunsOn) {
  firmware::Order other;
  other.manifest.products = {"Northpress C8045"};
  firmware::Order truncated, unsigned_one, altered;
  truncated.defect = firmware::Defect::truncated;
  unsigned_one.defect = firmware::Defect::bad_signature;
  altered.defect = firmware::Defect::bad_digest;
  std::string headless = dlm("MXT.080");
  headless.insert(11, "%%OID_ATT_JOB_COMMENT \"" + std::string(1000, 'x') + "\"\n");
  const std::pair<std::string, std::string> bad[] = {
      {"truncated", dlm("MXT.080", truncated)},
      {"bad-signature", dlm("MXT.080", unsigned_one)},
      {"bad-digest", dlm("MXT.080", altered)},
      {"wrong-model", dlm("MXT.080", other)},
      {"older", dlm("MXT.074.999")},
      {"no-header", headless},
  };
  const auto boots = site->device(0).boots();
  const auto before = life(0);
  for (const auto& [why, file] : bad) {
    SCOPED_TRACE(why);
    events.clear();
    send(0, file);
    pass(300s);
    const auto firmware = told("printer.firmware");
    ASSERT_EQ(firmware.size(), 1u);
    EXPECT_EQ(firmware[0].fields.at("result"), "refused");
    EXPECT_EQ(firmware[0].fields.at("why"), why);
    EXPECT_EQ(firmware[0].fields.at("after"), model->firmware);
    EXPECT_EQ(site->device(0).level(), model->firmware);
    EXPECT_EQ(site->device(0).upgrade(), Upgrade::none);
    EXPECT_EQ(site->device(0).boots(), boots);
  }
  EXPECT_EQ(life(0), before);  // and nothing of it was printed
  site->trust_firmware({});
  events.clear();
  send(0, dlm("MXT.080"));
  pass(300s);
  EXPECT_EQ(told("printer.firmware").at(0).fields.at("why"), "not-trusted");
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
}

TEST_F(RawSite, ABrokenOrSecondFileChangesNothing) {
  const std::string file = dlm("MXT.080");
  send(0, file.substr(0, file.size() / 2), End::reset);
  EXPECT_EQ(told("printer.firmware").at(0).fields.at("why"), "interrupted");
  EXPECT_EQ(site->device(0).upgrade(), Upgrade::none);
  events.clear();
  const auto first = begin(0, file.substr(0, file.size() / 2), End::hang);
  pass(1s);
  EXPECT_EQ(site->device(0).upgrade(), Upgrade::receiving);
  send(0, file);
  EXPECT_EQ(told("printer.firmware").at(0).fields.at("why"), "busy");
  site->power_off(0);
  EXPECT_EQ(told("printer.firmware").at(1).fields.at("why"), "interrupted");
  ASSERT_TRUE(site->power_on(0));
  EXPECT_EQ(site->device(0).level(), model->firmware);
}

// Power goes at each second from the file's arrival to the end: the old level or the new one, never neither.
//= PRN-FIRMWARE type=test
TEST_F(RawSite, APowerCutAtAnyMomentLeavesAWorkingPrinter) {
  bool was_new = false;
  int minor = 1;
  for (int cut = 0; cut < 130; cut += 2) {
    const std::string old = site->device(0).level(), next = "MXT.076." + std::to_string(++minor);
    const auto sent = begin(0, dlm(next));
    pass(std::chrono::seconds(cut) + 500ms);
    site->power_off(0);
    host.remove_address(address(0));
    pass(600s);
    host.add_address(address(0));
    ASSERT_TRUE(site->power_on(0)) << cut;
    pass(60s);
    const std::string& level = site->device(0).level();
    EXPECT_TRUE(level == old || level == next) << cut << ": " << level;
    if (was_new) {
      EXPECT_EQ(level, next) << cut;  // once late enough, it stays late enough
    }
    was_new = level == next;
    EXPECT_EQ(site->device(0).power(), Power::on);
    EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof) << cut;
  }
  EXPECT_TRUE(was_new);
}

TEST_F(RawSite, ALevelThatHangsOrDoesNotStartGivesWayToTheOld) {
  firmware::Order hangs, loops;
  hangs.manifest.outcome = firmware::Outcome::hangs;
  loops.manifest.outcome = firmware::Outcome::does_not_start;
  send(0, dlm("MXT.080", hangs));
  pass(120s);
  EXPECT_EQ(site->device(0).upgrade(), Upgrade::installing);
  pass(600s);
  EXPECT_EQ(site->device(0).upgrade(), Upgrade::none);
  EXPECT_EQ(site->device(0).level(), model->firmware);
  EXPECT_EQ(told("printer.reboot").at(0).fields.at("how"), "watchdog");
  events.clear();
  send(0, dlm("MXT.080", loops));
  pass(80s);
  EXPECT_EQ(site->device(0).power(), Power::restarting);
  pass(300s);
  EXPECT_EQ(site->device(0).power(), Power::on);
  EXPECT_EQ(site->device(0).level(), model->firmware);
  EXPECT_EQ(told("printer.reboot").size(), 1u + Device::start_attempts);
  EXPECT_TRUE(told("printer.level").empty());
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
}

TEST_F(RawSite, ABrickedPrinterStaysAwayUntilItIsRepaired) {
  firmware::Order order;
  order.manifest.outcome = firmware::Outcome::bricks;
  send(0, dlm("MXT.080", order));
  pass(600s);
  EXPECT_TRUE(site->device(0).bricked());
  EXPECT_EQ(told("printer.power").at(0).fields.at("on"), "0");
  const auto sent = send(0, "x\f");
  pass(60s);
  EXPECT_TRUE(sent->connected);
  EXPECT_TRUE(site->power_on(0));
  EXPECT_EQ(site->device(0).power(), Power::off);
  site->device(0).repair();
  host.add_address(address(0));
  EXPECT_TRUE(site->power_on(0));
  pass(60s);
  EXPECT_EQ(site->device(0).level(), model->firmware);
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
}

// --- reboot and answers over SNMP ---

//= PRN-REBOOT type=test
TEST_F(RawSite, ARebootRestartsWhatCountsFromPowerOn) {
  send(0, "x\f");
  const auto before = life(0);
  const auto boots = site->device(0).boots();
  const auto level = site->device(0).supply_level(0);
  EXPECT_EQ(site->device(0).power_on_count(), 1u);
  site->restart(0, "web");
  EXPECT_EQ(told("printer.reboot").at(0).fields.at("how"), "web");
  pass(5s);
  EXPECT_FALSE(site->device(0).powered());
  EXPECT_EQ(host.addresses().size(), 1u);  // nor does it answer ping
  pass(60s);
  EXPECT_EQ(host.addresses().size(), 2u);
  EXPECT_EQ(site->device(0).power(), Power::on);
  EXPECT_EQ(site->device(0).boots(), boots + 1);
  EXPECT_EQ(site->device(0).power_on_count(), 0u);
  EXPECT_LT(site->device(0).uptime_ticks(world.now().time_since_epoch()), 6000u);
  EXPECT_EQ(life(0), before);
  EXPECT_EQ(site->device(0).supply_level(0), level);
  EXPECT_EQ(send(0, "x\f")->ended, boost::asio::error::eof);
}

TEST_F(RawSite, AnAnswerWithLevelsNamesTheJobsBehindIt) {
  auto socket = client.network().bind({boost::asio::ip::make_address("192.0.2.99"), 5000}).value();
  socket->on_receive([](const runtime::Datagram&) {});
  const auto ask = [&](std::int32_t request, const Oid& name) {
    snmp::Pdu pdu = snmp::get_request({name});
    pdu.request_id = request;
    socket->send(snmp::encode(snmp::CommunityMessage{snmp::Version::v2c, "public", std::move(pdu)}),
                 {address(0), 161}, {});
    pass(1s);
  };
  send(0, "x\f");
  send(0, "y\f");
  ask(70, Oid{1, 3, 6, 1, 2, 1, 1, 3, 0});
  EXPECT_TRUE(told("printer.answered").empty());
  ask(71, Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 1});
  ask(72, Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 1});
  ask(73, Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 77});  // noSuchInstance
  const auto answered = told("printer.answered");
  ASSERT_EQ(answered.size(), 2u);
  EXPECT_EQ(answered[0].id, "192.0.2.1/71");
  EXPECT_EQ(answered[0].causes, (std::vector<std::string>{"HB3200000001/job/1", "HB3200000001/job/2"}));
  EXPECT_EQ(answered[0].fields.at("varbinds"), "9.1.1=" + std::to_string(site->device(0).supply_level(0)));
  EXPECT_TRUE(answered[1].causes.empty());
}

TEST_F(RawSite, TheSiteMayGoWhileConnectionsAreOpen) {
  const auto job = begin(0, "half a job", End::hang);
  const auto file = begin(1, dlm("MXT.080").substr(0, 5000), End::hang);
  pass(1s);
  site.reset();
  pass(10s);
  EXPECT_TRUE(job->over);
  EXPECT_TRUE(file->over);
}

}  // namespace
}  // namespace mr::printer
