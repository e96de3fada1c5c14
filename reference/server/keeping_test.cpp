// What the server keeps over time, and what it says when it cannot keep anything now: the server on a real
// store, in time moved by hand; its requests are given to it without a network.
#include <gtest/gtest.h>

#include <filesystem>

#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/sqlite/sqlite.hpp"
#include "reference/runtime/test_seams.hpp"
#include "reference/server/server.hpp"
#include "reference/server/tables.hpp"

namespace mr::server {
namespace {

using namespace std::chrono_literals;
using runtime::asio::awaitable;

Fault no_network() {
  return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_not_supported));
}

// A port to which nobody comes.
class QuietListener final : public runtime::Listener {
 public:
  explicit QuietListener(runtime::asio::any_io_executor executor) : closed_(std::move(executor)) {}
  awaitable<Result<runtime::Stream>> accept() override {
    co_await closed_.wait();
    co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_aborted));
  }
  runtime::Endpoint local() const override { return {}; }
  void close() override { closed_.set(); }

 private:
  runtime::Signal closed_;
};

class QuietNetwork final : public runtime::Network {
 public:
  explicit QuietNetwork(runtime::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  int connections = 0;  // opened from here
  awaitable<Result<runtime::Stream>> connect(runtime::Endpoint, runtime::Instant) override {
    ++connections;
    co_return no_network();
  }
  awaitable<Result<runtime::Stream>> secure(runtime::Stream, std::shared_ptr<const trust::TlsClient>,
                                            runtime::Instant) override {
    co_return no_network();
  }
  awaitable<Result<runtime::Stream>> secure(runtime::Stream, std::shared_ptr<const trust::TlsServer>,
                                            runtime::Instant) override {
    co_return no_network();
  }
  Result<std::unique_ptr<runtime::Listener>> listen(runtime::Endpoint) override {
    return std::make_unique<QuietListener>(executor_);
  }
  Result<std::unique_ptr<runtime::DatagramSocket>> bind(runtime::Endpoint) override { return no_network(); }
  awaitable<Result<std::vector<runtime::Address>>> resolve(std::string) override { co_return no_network(); }
  awaitable<Result<runtime::Duration>> ping(runtime::Address, runtime::Instant) override {
    co_return no_network();
  }

 private:
  runtime::asio::any_io_executor executor_;
};

class Place final : public runtime::Runtime, public runtime::Stores, public runtime::Trace {
 public:
  Place() : clock_(context_), network_(context_.get_executor()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Place() override { std::filesystem::remove_all(folder_); }
  const std::string& host() const override { return host_; }
  runtime::asio::any_io_executor executor() override { return context_.get_executor(); }
  runtime::ManualClock& clock() override { return clock_; }
  QuietNetwork& network() override { return network_; }
  runtime::Entropy& entropy() override { return entropy_; }
  runtime::Stores& stores() override { return *this; }
  runtime::Trace& trace() override { return *this; }
  awaitable<void> offload(std::function<void()> work) override {
    work();
    co_return;
  }
  Result<std::unique_ptr<runtime::Store>> open(std::string name,
                                               std::vector<std::string> migrations) override {
    runtime::SqliteOptions options;
    options.path = folder_ + "/" + name + ".sqlite";
    options.synchronous = runtime::SqliteOptions::Synchronous::off;
    options.busy_timeout = 1ms;
    return runtime::open_sqlite(std::move(options), migrations);
  }
  void emit(const runtime::Event&) override {}

  template <class T>
  T run(awaitable<T> task) {
    const auto done = runtime::spawn_for(executor(), std::move(task));
    clock_.settle();
    MR_ASSERT(done->has_value());
    return std::move(**done);
  }

 private:
  const std::string folder_ =
      (std::filesystem::temp_directory_path() / ("mr-server-test-" + std::to_string(::getpid()))).string();
  const std::string host_ = "server";
  runtime::asio::io_context context_;
  runtime::ManualClock clock_;
  QuietNetwork network_;
  runtime::SeededEntropy entropy_{7};
};

class Keeping : public testing::Test {
 protected:
  Keeping() {
    auto opened = place_.run(Server::open(place_, Settings{}));
    EXPECT_TRUE(opened) << to_string(opened.error());
    server_ = std::move(*opened);
    EXPECT_TRUE(server_->start());
    const std::string account = place_.run(server_->registry().account("Example")).value();
    device_ = {"s-1", account, model::SenderKind::device, "SN-1"};
    EXPECT_TRUE(place_.run(insert_sender()));
  }
  ~Keeping() override {
    runtime::asio::post(place_.executor(), [this] { server_->stop(); });
    place_.clock().settle();
    EXPECT_TRUE(server_->idle());
    EXPECT_EQ(place_.network().connections, 0);
  }

  awaitable<bool> insert_sender() {
    auto begun = co_await server_->store().begin();
    if (!begun) co_return false;
    const auto done = (*begun)->execute(
        "INSERT INTO sender (id, account_id, kind, host, location, contact_email, product, public_key, "
        "certificate, "
        "certificate_fingerprint, manufacturer, serial_number, registered_ms) "
        "VALUES ('s-1', $1, 'device', '', '', '', '', 'k', 'c', 'f', 'Maker', 'SN-1', 0)",
        {device_.account_id});
    EXPECT_TRUE(done) << to_string(done.error());
    if (!done) co_return false;
    co_return (co_await (*begun)->commit()).has_value();
  }
  exchange::HttpRequest package(const std::string& key, const std::string& report_id) {
    model::DeviceReport report;
    report.report_id = report_id;
    report.sequence = 1;
    report.identity.manufacturer = "Maker";
    report.identity.serial_number = "SN-1";
    model::Manifest manifest;
    manifest.package_id = "7f0c1a52-0000-4000-9000-00000000000" + report_id.substr(1);
    manifest.sender_id = "s-1";
    const auto zip = exchange::make_package(manifest, {report}).value();
    return std::get<exchange::Send>(exchange::upload(zip, key, std::nullopt)->resume(exchange::Begin{}))
        .request;
  }
  // The server's own intake, on its store.
  Reply upload(exchange::HttpRequest request) {
    return place_.run(intake_().receive(std::move(request), device_, "192.0.2.1:5000"));
  }
  Intake& intake_() {
    if (!own_) own_.emplace(place_, server_->store(), authority_, server_->orders(), decisions_);
    return *own_;
  }
  std::int64_t count(const std::string& table) {
    return std::get<std::int64_t>(
        server_->store().query("SELECT COUNT(*) FROM " + table, {}).value().at(0).at(0));
  }

  Place place_;
  std::unique_ptr<Server> server_;
  Sender device_;
  Authority authority_;  // of no use: a device's package is not sealed
  Decisions decisions_;
  std::optional<Intake> own_;
  const std::string key_a_ = "7f0c1a52-0000-4000-8000-00000000000a",
                    key_b_ = "7f0c1a52-0000-4000-8000-00000000000b";
};

//= UPL-KEY-KEPT type=test
TEST_F(Keeping, AKeyIsKnownForNinetyDays) {
  const exchange::HttpRequest first = package(key_a_, "r1");
  const Reply stored = upload(first);
  ASSERT_EQ(stored.response.status, 201u) << stored.detail;
  for (int day = 1; day <= 90; ++day) {  // what the server does by itself over time, it does meanwhile
    place_.clock().advance(24h);
    if (day == 30) {
      ASSERT_EQ(upload(package(key_b_, "r2")).response.status, 201u);
    }
  }
  const Reply again = upload(first);
  EXPECT_EQ(again.response.status, 200u) << again.detail;
  EXPECT_EQ(again.response.body, stored.response.body);
  EXPECT_EQ(count("report"), 2);
  const Reply other = upload(package(key_a_, "r3"));
  EXPECT_EQ(schema::decode_error(other.response.body)->code, "idempotency-conflict");
}

//= ERR-BUSY type=test
TEST_F(Keeping, WhatCannotBeStoredNowIsAnsweredBusyAndNothingOfItIsKept) {
  const auto busy = [](const Reply& reply) {
    EXPECT_EQ(reply.response.status, 503u) << reply.detail;
    EXPECT_EQ(schema::decode_error(reply.response.body)->code, "busy");
    const auto after = exchange::find(reply.response.headers, "Retry-After");
    ASSERT_TRUE(after);
    EXPECT_GT(std::stoi(*after), 0);
    EXPECT_EQ(*after, std::to_string(std::stoi(*after))) << "seconds, not a date";
  };
  // Another program on the same store, in the middle of a change.
  auto second = place_.open(Settings{}.store, migrations()).value();
  auto change = place_.run(second->begin()).value();
  ASSERT_TRUE(change->execute("UPDATE account SET name = name"));
  const exchange::HttpRequest request = package(key_a_, "r1");
  busy(upload(request));
  const std::string ask = schema::encode(model::GetSchedule{});
  busy(place_.run(server_->dispatch().schedule(ask, device_, "192.0.2.1:5000")));
  for (const char* table : {"upload", "report", "device"}) EXPECT_EQ(count(table), 0) << table;
  change.reset();
  EXPECT_EQ(upload(request).response.status, 201u) << "nothing of the first try was kept";
  EXPECT_EQ(place_.run(server_->dispatch().schedule(ask, device_, "192.0.2.1:5000")).response.status, 200u);
}

}  // namespace
}  // namespace mr::server
