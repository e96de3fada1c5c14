// For the tests of checks: two days of one site with two printers, told event by event and byte by byte.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference/protocol/package/package.hpp"
#include "scenarios/checks/checks.hpp"

namespace mr::scenarios::test {

using namespace std::chrono_literals;
using runtime::Event;
using runtime::Instant;

inline printer::ModelPtr model() {
  auto model = std::make_shared<printer::Model>();
  model->manufacturer = "Example";
  model->serial_pattern = "X####";
  printer::SupplyKind toner;
  toner.description = "Toner";
  toner.yield = 1000;
  toner.wears_by = printer::WearsBy::coverage;
  model->supplies = {toner};
  printer::InputKind tray;
  tray.capacity = tray.max = tray.initial = 100'000;
  model->inputs = {tray};
  printer::OutputKind bin;
  bin.capacity = 100'000;
  model->outputs = {bin};
  model->firmware = "1.0";
  model->firmware_products = {"X"};
  model->meters = {{.name = "Mono", .colours = printer::counts_black}};
  return model;
}

inline printer::MibTemplate mib() {
  // prtMarkerSuppliesLevel.1.3: the device's first supply is shown at index 3.
  return printer::MibTemplate(
      {{snmp::Oid{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 3}, {}, {printer::Field::supply_level, 0}}}, {});
}

// The zone is UTC, the report falls due at 02:00, the run begins at 08:00, so nights are at 18 h and 42 h.
// Printer X0001 at 10.0.0.1 has one supply, shown at index 3, and a contract with a threshold of 10 per cent;
// the one at 10.0.0.2, of the same device, is a recording.
class TestRun : public testing::Test {
 protected:
  TestRun() : device_(model(), {.serial = "X0001"}) {
    setting_.start = std::chrono::sys_days(std::chrono::year(2026) / 3 / 2) + 8h;
    setting_.end = Instant(48h);
    setting_.sites = {{"office", "office-agent", {120}, 1}};
    for (const char* address : {"10.0.0.1", "10.0.0.2", "192.0.2.1"})
      setting_.sites[0].addresses.push_back(boost::asio::ip::make_address(address));
    setting_.servers = {boost::asio::ip::make_address("198.51.100.10")};
    setting_.contracts = {{"X0001", 10}};
    // The envelope of the tests: a word before the zip.
    setting_.open_envelope = [](std::span<const std::byte> sealed) -> Result<std::vector<std::byte>> {
      const std::string_view text(reinterpret_cast<const char*>(sealed.data()), sealed.size());
      if (!text.starts_with("sealed:")) return Fault(package::errc::malformed, "sealed for another");
      return std::vector<std::byte>(sealed.begin() + 7, sealed.end());
    };
    setting_.truth = &truth_;
    device_.power_on({});
    device_.advance(1h);
    truth_.add("10.0.0.1", device_, mib(), Truth::Extent::whole, Instant{});
    truth_.add("10.0.0.2", device_, mib(), Truth::Extent::partial, Instant{});
  }
  void use(std::string_view name) { check_ = find_check(name)->make(setting_); }
  void tell(Instant at, std::string_view host, const Event& event) {
    check_->see({++seq_, at, host, event, {}});
  }
  void print(Instant at, std::uint32_t pages) {
    printer::Job job;
    job.black = pages;
    ASSERT_EQ(device_.run_job(job, at.time_since_epoch()), pages);
    truth_.note("10.0.0.1", device_, at);
  }
  // Another unit, full, of that serial number.
  void replace(Instant at, const std::string& serial) {
    device_.replace_supply(0, serial, at.time_since_epoch());
    truth_.note("10.0.0.1", device_, at);
  }
  void wear(Instant at, std::int32_t level) {
    device_.set_supply_level(0, level, at.time_since_epoch());
    truth_.note("10.0.0.1", device_, at);
  }
  void registered(Instant at = Instant(1s)) {
    tell(at, "server", {.kind = "sender.registered", .id = "sender-1"});
    tell(at, "office-agent", {.kind = "agent.registered", .id = "sender-1"});
  }
  void read(Instant from, Instant to, std::string_view report, std::string_view address = "10.0.0.1") {
    tell(to, "office-agent",
         {.kind = "agent.read",
          .id = report,
          .fields = {
              {"address", address}, {"serial", "X0001"}, {"from_ns", from.time_since_epoch().count()}}});
  }
  void stored(Instant at, std::string_view report, std::vector<runtime::Field> figures = {}) {
    if (std::ranges::find(figures, "serial", &runtime::Field::first) == figures.end())
      figures.emplace_back("serial", std::string_view("X0001"));
    tell(at, "server",
         {.kind = "report.stored", .id = report, .causes = {"key"}, .fields = std::move(figures)});
  }
  // A whole scheduled synchronisation.
  void night(Instant at, std::string_view key, std::string_view report, std::string_view why = "daily") {
    read(at, at + 1s, report);
    tell(at + 1s, "office-agent",
         {.kind = "agent.collected", .fields = {{"why", why}, {"reports", std::int64_t(1)}}});
    tell(at + 2s, "office-agent", {.kind = "agent.spooled", .id = key, .causes = {report}});
    tell(at + 3s, "server", {.kind = "upload.stored", .id = key, .fields = {{"sender", "sender-1"}}});
    stored(at + 3s, report);
    tell(at + 4s, "office-agent", {.kind = "agent.uploaded", .id = key});
  }
  void query(Instant at, std::string_view poll = "daily", std::string_view sender = "sender-1") {
    tell(at, "server", {.kind = "schedule.answered", .id = sender, .fields = {{"poll", poll}}});
  }
  void expect_held() {
    const Judgement judgement = check_->judge();
    EXPECT_TRUE(judgement.held) << judgement.message;
  }
  void expect_broken(const std::string& part) {
    const Judgement judgement = check_->judge();
    EXPECT_FALSE(judgement.held);
    EXPECT_THAT(judgement.message, testing::HasSubstr(part));
  }

  // --- the network ---
  // One end of a connection. requires: hosts named as in the setting.
  Connection agent_end(std::uint64_t number = 1) {
    return {.number = number,
            .host = "office-agent",
            .site = "office",
            .local = {boost::asio::ip::make_address("192.0.2.1"), 40001},
            .remote = {boost::asio::ip::make_address("198.51.100.10"), 443},
            .client = true,
            .leaves_site = true,
            .secure = true};
  }
  Connection server_end(std::uint64_t number, std::uint16_t peer_port) {
    return {.number = number,
            .host = "server",
            .site = "",
            .local = {boost::asio::ip::make_address("198.51.100.10"), 443},
            .remote = {boost::asio::ip::make_address("192.0.2.1"), peer_port},
            .client = false,
            .leaves_site = false,
            .secure = true};
  }
  void flow(const Connection& connection, Observed::What what, std::string_view bytes = {},
            Instant at = Instant(18h)) {
    check_->observe(Observed{what, at, connection, std::as_bytes(std::span(bytes.data(), bytes.size())), {}});
  }
  void datagram(std::string_view bytes, bool leaves_site, Instant at = Instant(18h)) {
    check_->observe(
        ObservedDatagram{at,
                         "office-agent",
                         "office",
                         {boost::asio::ip::make_address("192.0.2.1"), 40000},
                         {boost::asio::ip::make_address(leaves_site ? "203.0.113.5" : "10.0.0.1"), 161},
                         leaves_site,
                         std::as_bytes(std::span(bytes.data(), bytes.size()))});
  }
  static std::string request(const std::string& target, const std::string& body,
                             const std::string& media = "application/xml",
                             const std::string& method = "POST") {
    return method + " " + target + " HTTP/1.1\r\nHost: eu.support.makeready.test\r\nContent-Type: " + media +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }
  static std::string answer(unsigned status, const std::string& body = "<a/>") {
    return "HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  // An upload of one report with that text in it, sealed as an agent's.
  static std::string upload(const std::string& report, const std::string& seal = "sealed:") {
    const auto zip = package::pack({{"manifest.xml", "<Manifest/>"},
                                    {"reports/r1.xml", "<DeviceReport>" + report + "</DeviceReport>"}})
                         .value();
    return request("/v1/reports", seal + std::string(reinterpret_cast<const char*>(zip.data()), zip.size()),
                   "application/pkcs7-mime; smime-type=authEnveloped-data");
  }
  // The agent sends it out of the site, on a connection of its own.
  void leaves(const std::string& bytes, Instant at = Instant(18h)) {
    const Connection connection = agent_end(++connections_);
    flow(connection, Observed::What::opened, {}, at);
    flow(connection, Observed::What::secured, {}, at);
    // In two pieces, as it may come.
    flow(connection, Observed::What::sent, std::string_view(bytes).substr(0, bytes.size() / 3), at);
    flow(connection, Observed::What::sent, std::string_view(bytes).substr(bytes.size() / 3), at);
    flow(connection, Observed::What::closed, {}, at);
  }

  printer::Device device_;
  Truth truth_;
  Setting setting_;
  std::unique_ptr<Check> check_;
  std::uint64_t seq_ = 0, connections_ = 0;
};

}  // namespace mr::scenarios::test
