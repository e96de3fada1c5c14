#include <gtest/gtest.h>

#include <boost/asio/write.hpp>

#include "reference/runtime/asio/process.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {

using namespace std::chrono_literals;

Address v4(const char* text) { return asio::ip::make_address(text); }

struct NetworkTest : testing::Test {
  AsioProcess process{{.seed = 1}};
  AsioRuntime host{process,
                   {.name = "a",
                    .address = v4("127.0.0.5"),
                    .names = {{"server.test", {v4("127.0.0.9")}}},
                    .system_resolver = false}};
  Scope scope{process.executor()};

  template <class T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>& out) {
    out.emplace(co_await std::move(task));
  }
  template <class T>
  T wait_for(asio::awaitable<T> task) {
    std::optional<T> out;
    scope.spawn(keep(std::move(task), out));
    EXPECT_TRUE(process.run_until([&] { return out.has_value(); }, process.clock().now() + 20s));
    return std::move(*out);
  }
  std::pair<Stream, Stream> connected() {
    auto listener = std::move(host.network().listen({v4("127.0.0.1"), 0}).value());
    std::optional<Result<Stream>> there;
    scope.spawn(keep(listener->accept(), there));
    auto here = wait_for(host.network().connect(listener->local(), process.clock().now() + 5s));
    EXPECT_TRUE(process.run_until([&] { return there.has_value(); }, process.clock().now() + 5s));
    return {std::move(*here), std::move(**there)};
  }
};

asio::awaitable<std::pair<boost::system::error_code, std::string>> read(Stream& stream) {
  std::string bytes(100, '.');
  const auto [ec, n] = co_await stream.async_read_some(asio::buffer(bytes), as_values);
  co_return std::pair(ec, bytes.substr(0, n));
}
asio::awaitable<boost::system::error_code> write(Stream& stream, std::string bytes) {
  const auto [ec, n] = co_await asio::async_write(stream, asio::buffer(bytes), as_values);
  co_return ec;
}

TEST_F(NetworkTest, ConnectsFromTheHostsAddress) {
  auto [here, there] = connected();
  EXPECT_EQ(there.remote().address, v4("127.0.0.5"));
  EXPECT_EQ(there.remote(), here.local());
  EXPECT_FALSE(wait_for(write(here, "hello")));
  EXPECT_EQ(wait_for(read(there)).second, "hello");
  here.shut_send();
  EXPECT_EQ(wait_for(read(there)).first, asio::error::eof);
  EXPECT_FALSE(wait_for(write(there, "bye")));
  EXPECT_EQ(wait_for(read(here)).second, "bye");
}

TEST_F(NetworkTest, TellsResetFromEnd) {
  auto [here, there] = connected();
  here.reset();
  EXPECT_EQ(wait_for(read(there)).first, asio::error::connection_reset);
}

TEST_F(NetworkTest, ClosingEndsWhatIsOutstanding) {
  auto [here, there] = connected();
  std::optional<std::pair<boost::system::error_code, std::string>> out;
  scope.spawn(keep(read(here), out));
  process.run_until([&] { return false; }, process.clock().now() + 1ms);
  here.close();
  EXPECT_TRUE(process.run_until([&] { return out.has_value(); }, process.clock().now() + 5s));
  EXPECT_EQ(out->first, asio::error::operation_aborted);
}

TEST_F(NetworkTest, SaysRefused) {
  Endpoint at;
  {
    auto listener = std::move(host.network().listen({v4("127.0.0.1"), 0}).value());
    at = listener->local();
  }
  const auto refused = wait_for(host.network().connect(at, process.clock().now() + 5s));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, asio::error::connection_refused);
}

TEST_F(NetworkTest, ListenersSayWhenAPortIsTaken) {
  auto listener = std::move(host.network().listen({v4("127.0.0.1"), 0}).value());
  EXPECT_EQ(host.network().listen(listener->local()).error().code, asio::error::address_in_use);
}

TEST_F(NetworkTest, DatagramsTellWhereTheyCameToAndLeaveFromWhereAsked) {
  auto printers = std::move(host.network().bind({v4("0.0.0.0"), 0}).value());
  auto manager = std::move(host.network().bind({v4("127.0.0.1"), 0}).value());
  const std::uint16_t port = printers->local().port;
  std::vector<Datagram> asked, answered;
  printers->on_receive([&](const Datagram& datagram) {
    asked.push_back(datagram);
    printers->send(datagram.payload, datagram.from, datagram.to.address);
  });
  manager->on_receive([&](const Datagram& datagram) { answered.push_back(datagram); });
  const std::byte payload[] = {std::byte{1}, std::byte{2}};
  manager->send(payload, {v4("127.0.0.2"), port}, {});
  manager->send(payload, {v4("127.0.0.3"), port}, {});
  EXPECT_TRUE(process.run_until([&] { return answered.size() == 2; }, process.clock().now() + 5s));
  EXPECT_EQ(asked[0].to, (Endpoint{v4("127.0.0.2"), port}));
  EXPECT_EQ(asked[1].to, (Endpoint{v4("127.0.0.3"), port}));
  EXPECT_EQ(asked[0].from, manager->local());
  EXPECT_EQ(answered[0].from, (Endpoint{v4("127.0.0.2"), port}));
  EXPECT_EQ(answered[1].from, (Endpoint{v4("127.0.0.3"), port}));
  EXPECT_EQ(answered[1].payload, Bytes(payload, payload + 2));
}

TEST_F(NetworkTest, ResolvesItsOwnNamesAndAddresses) {
  EXPECT_EQ(*wait_for(host.network().resolve("Server.Test")), std::vector<Address>{v4("127.0.0.9")});
  EXPECT_EQ(*wait_for(host.network().resolve("192.0.2.7")), std::vector<Address>{v4("192.0.2.7")});
  EXPECT_EQ(wait_for(host.network().resolve("other.test")).error().code, asio::error::host_not_found);
}

TEST_F(NetworkTest, PingsLoopback) {
  const auto time = wait_for(host.network().ping(v4("127.0.0.7"), process.clock().now() + 5s));
  if (time.has_error() && time.error().code == asio::error::access_denied)
    GTEST_SKIP() << "ICMP sockets are not allowed here";
  ASSERT_FALSE(time.has_error()) << to_string(time.error());
  EXPECT_GT(*time, 0ns);
}

TEST_F(NetworkTest, OffloadedWorkRunsElsewhereAndComesBack) {
  int value = 0;
  struct Work {
    static asio::awaitable<int> run(Runtime& runtime, int& out) {
      std::function<void()> work = [&out] { out = 42; };
      co_await runtime.offload(std::move(work));
      co_return out;
    }
  };
  EXPECT_EQ(wait_for(Work::run(host, value)), 42);
}

}  // namespace
}  // namespace mr::runtime
