// Orders of supplies: exactly one per depletion over uploads, repeats, late packages and power cuts; none
// without a contract.
#include <gtest/gtest.h>

#include "reference/protocol/exchange/report.hpp"
#include "scenarios/hostile/service_world.hpp"

namespace mr::hostile {
namespace {

struct OrderTest : testing::Test {
  OrderTest() {
    account = service.run(service.server_host, service.server->registry().account("Example")).value();
    agent = service.register_agent("Example");
  }
  Result<void> contract(const std::string& serial, int threshold = 10, std::string of = {}) {
    return service.run(service.server_host,
                       service.server->orders().add_contract(
                           {of.empty() ? account : of, "Maker", serial, threshold}, "test"));
  }
  model::DeviceReport read(int hour, std::uint32_t level, std::string supply_serial = {},
                           const std::string& serial = "SN-1") {
    model::DeviceReport report = report_of("Maker", serial, "r-" + std::to_string(++reports));
    report.read_time = model::Stamp::from_ms(1'772'000'000'000 + hour * std::int64_t{3'600'000});
    model::Supply supply;
    supply.index = 1;
    supply.description = "Black toner";
    supply.level = model::Level::number(level);
    supply.max_capacity = model::Level::number(1000);
    if (!supply_serial.empty()) supply.serial_number = supply_serial;
    report.supplies.emplace().rows.push_back(supply);
    return report;
  }
  exchange::HttpRequest request(const std::vector<model::DeviceReport>& of) {
    return upload_request(agent, of, "7f0c1a52-0000-4000-8000-0000000000" + std::to_string(10 + ++uploads));
  }
  void upload(const std::vector<model::DeviceReport>& of) {
    const auto response = service.ask(request(of), agent.credentials);
    ASSERT_TRUE(response);
    ASSERT_EQ(response->status, 201u) << response->body;
  }
  std::int64_t orders() { return service.count("SELECT COUNT(*) FROM supply_order"); }

  ServiceWorld service;
  std::string account;
  Client agent;
  int reports = 0, uploads = 0;
};

//= RPL-ONCE type=test
//= RPL-CONTRACT type=test
TEST_F(OrderTest, OnePerDepletionForDevicesWithAContract) {
  ASSERT_TRUE(contract("SN-1"));
  upload({read(1, 500), read(1, 500, "", "SN-2")});
  EXPECT_EQ(orders(), 0);
  const model::DeviceReport due = read(2, 90);
  upload({due, read(2, 90, "", "SN-2")});
  EXPECT_EQ(orders(), 1);
  const auto rows =
      service.server->store()
          .query("SELECT report_id, level, capacity, threshold_percent, description FROM supply_order", {})
          .value();
  EXPECT_EQ(std::get<std::string>(rows[0][0]), due.report_id);
  EXPECT_EQ(std::get<std::int64_t>(rows[0][1]), 90);
  EXPECT_EQ(std::get<std::int64_t>(rows[0][2]), 1000);
  EXPECT_EQ(std::get<std::int64_t>(rows[0][3]), 10);
  EXPECT_EQ(std::get<std::string>(rows[0][4]), "Black toner");
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM audit WHERE what = 'order'"), 1);
  upload({read(3, 50)});
  upload({read(4, 1000)});
  upload({read(5, 100)});
  EXPECT_EQ(orders(), 2);
}

//= RPL-READ-ORDER type=test
TEST_F(OrderTest, LatePackagesChangeNothing) {
  ASSERT_TRUE(contract("SN-1"));
  const model::DeviceReport before = read(1, 500, "A"), due = read(2, 90, "A"), replaced = read(3, 1000, "B");
  upload({due});
  EXPECT_EQ(orders(), 1);
  upload({before});
  upload({replaced});
  upload({read(2, 80, "A")});
  EXPECT_EQ(orders(), 1);
  upload({read(4, 100, "B")});
  EXPECT_EQ(orders(), 2);
}

// A clock that ran ten years ahead once does not shut out what is read rightly afterwards.
TEST_F(OrderTest, AReadTimeOfTheFutureCountsAsTheReceipt) {
  ASSERT_TRUE(contract("SN-1"));
  upload({read(24 * 3650, 500)});
  service.world.run_for(std::chrono::hours(1));
  const auto now = service.server_host.clock().wall().time_since_epoch();
  model::DeviceReport due = read(0, 90);
  due.read_time = model::Stamp::from_ms(now.count());
  upload({due});
  EXPECT_EQ(orders(), 1);
}

//= MTR-DECREASE type=test
//= MTR-ORDER type=test
TEST_F(OrderTest, AMeterThatGoesDownIsKeptAndMarkedByReadTime) {
  const auto meter = [&](int hour, std::uint64_t value, std::uint64_t epoch = 0) {
    model::DeviceReport report = read(hour, 500);
    report.meters.emplace().rows.push_back(
        {"TotalImpressions", model::MeterScope::system, "impressions", value, {}, report.read_time, epoch});
    return report;
  };
  const auto marked = [&] {
    std::string out;
    for (const runtime::Row& row :
         service.server->store()
             .query("SELECT r.read_ms, m.value FROM meter_read m JOIN report r ON r.id = "
                    "m.report_id WHERE m.decreased = 1 ORDER BY r.read_ms",
                    {})
             .value())
      out += std::to_string(std::get<std::int64_t>(row[1])) + " ";
    return out;
  };
  upload({meter(1, 100), meter(2, 100), meter(5, 150)});
  EXPECT_EQ(marked(), "");
  upload({meter(4, 200)});  // came late: what was read after it is lower
  EXPECT_EQ(marked(), "150 ");
  upload({meter(6, 90)});
  upload({meter(7, 10, 1)});  // of another epoch
  upload({meter(8, 20, 1)});
  EXPECT_EQ(marked(), "150 90 ");
  EXPECT_EQ(service.count("SELECT COUNT(*) FROM meter_read"), 7);
}

//= REP-LOCAL-DEVICE type=test
TEST_F(OrderTest, DevicesWithoutSerialAndMacAreToldApartByWhatTheSenderCallsThem) {
  std::vector<model::DeviceReport> all;
  for (const char* local : {"1", "2", "3"}) {
    model::DeviceReport one = read(1, 500);
    one.identity.serial_number.reset();
    one.network.reset();
    one.identity.local_id = local;
    all.push_back(std::move(one));
  }
  upload(all);
  const auto devices = [&] { return service.count("SELECT COUNT(DISTINCT device_id) FROM report"); };
  EXPECT_EQ(devices(), 3);
  // The same printers with the addresses that a sender in Normal mode tells.
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].report_id = "n-" + std::to_string(i);
    all[i].network.emplace().ip_addresses = {"10.0.0." + std::to_string(i)};
  }
  upload(all);
  EXPECT_EQ(devices(), 3);
}

TEST_F(OrderTest, ReportsOfOnePackageAreJudgedEach) {
  ASSERT_TRUE(contract("SN-1"));
  upload({read(1, 90, "A"), read(2, 1000, "B"), read(3, 90, "B")});
  EXPECT_EQ(orders(), 2);
}

TEST_F(OrderTest, ARepeatedUploadOrdersNothing) {
  ASSERT_TRUE(contract("SN-1"));
  const exchange::HttpRequest sent = request({read(1, 90)});
  EXPECT_EQ(service.ask(sent, agent.credentials)->status, 201u);
  EXPECT_EQ(service.ask(sent, agent.credentials)->status, 200u);
  EXPECT_EQ(orders(), 1);
}

TEST_F(OrderTest, ARefusedUploadOrdersNothing) {
  ASSERT_TRUE(contract("SN-1"));
  ASSERT_TRUE(contract("SN-3"));
  const std::string other =
      service.run(service.server_host, service.server->registry().account("Other")).value();
  const Client stranger = service.register_agent("Other");
  EXPECT_EQ(service
                .ask(upload_request(stranger, {report_of("Maker", "SN-2", "s-1")},
                                    "7f0c1a52-0000-4000-8000-000000000001"),
                     stranger.credentials)
                ->status,
            201u);
  // The package is refused for its second device, after its first was judged.
  EXPECT_EQ(
      ServiceWorld::code_of(service.ask(request({read(1, 90), read(1, 90, "", "SN-2")}), agent.credentials)),
      "foreign-device");
  EXPECT_EQ(orders(), 0);
  upload({read(1, 90)});
  EXPECT_EQ(orders(), 1) << "the state was rolled back with it";
}

TEST_F(OrderTest, AContractOfAnotherAccountDoesNotCount) {
  const std::string other =
      service.run(service.server_host, service.server->registry().account("Other")).value();
  ASSERT_TRUE(contract("SN-1", 10, other));
  upload({read(1, 0)});
  EXPECT_EQ(orders(), 0);
  EXPECT_EQ(contract("SN-1").error().code, server::errc::exists_already);
  EXPECT_EQ(contract("SN-4", 0).error().code, server::errc::bad_request);
  EXPECT_EQ(contract("SN-4", 51).error().code, server::errc::bad_request);
  EXPECT_EQ(contract("").error().code, server::errc::bad_request);
  EXPECT_EQ(contract("SN-4", 10, "no-such").error().code, server::errc::unknown_account);
}

TEST_F(OrderTest, AContractThatEndsEndsOrdersAndOneThatIsMadeAgainRemembers) {
  ASSERT_TRUE(contract("SN-1"));
  upload({read(1, 90)});
  ASSERT_TRUE(service.run(service.server_host,
                          service.server->orders().end_contract({account, "Maker", "SN-1", 10}, "test")));
  upload({read(2, 80)});
  ASSERT_TRUE(contract("SN-1"));
  upload({read(3, 70)});
  EXPECT_EQ(orders(), 1);
}

//= RPL-WITH-REPORT type=test
TEST_F(OrderTest, ThePowerCutLosesNoOrderAndMakesNoSecond) {
  ASSERT_TRUE(contract("SN-1"));
  const exchange::HttpRequest sent = request({read(1, 90)});
  EXPECT_EQ(service.ask(sent, agent.credentials)->status, 201u);
  service.reboot();
  EXPECT_EQ(orders(), 1);
  EXPECT_EQ(service.ask(sent, agent.credentials)->status, 200u);
  upload({read(2, 80)});
  EXPECT_EQ(orders(), 1);
}

}  // namespace
}  // namespace mr::hostile
