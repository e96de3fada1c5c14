#include <boost/asio/experimental/channel.hpp>

#include "simulators/world/test_hosts.hpp"

namespace mr::world {
namespace {

using Crashes = Hosts;
const Endpoint service = endpoint("192.0.2.2", 80);

// Counts frames: what a coroutine holds must be destroyed, and nothing after its wait may run.
struct Alive {
  explicit Alive(int& count_) : count(count_) { ++count; }
  ~Alive() { --count; }
  Alive(const Alive&) = delete;
  int& count;
};

struct Tally {
  int frames = 0;
  int resumed = 0;
};

asio::awaitable<void> wait_on_clock(Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  co_await host.clock().sleep_for(1h);
  ++tally.resumed;
}
asio::awaitable<void> wait_in_accept(Host& host, Endpoint where, Tally& tally) {
  const Alive alive(tally.frames);
  auto listener = host.network().listen(where);
  const auto stream = co_await (*listener)->accept();
  ++tally.resumed;
}
asio::awaitable<void> wait_in_connect(Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  const auto stream = co_await host.network().connect(endpoint("192.0.2.99", 1), host.clock().now() + 1h);
  ++tally.resumed;
}
asio::awaitable<void> wait_in_ping(Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  const auto answer = co_await host.network().ping(address("192.0.2.99"), host.clock().now() + 1h);
  ++tally.resumed;
}
asio::awaitable<void> wait_on_signal(runtime::Signal& signal, Tally& tally) {
  const Alive alive(tally.frames);
  co_await signal.wait();
  ++tally.resumed;
}
asio::awaitable<void> wait_on_channel(Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  asio::experimental::channel<void(error_code)> channel(host.executor());
  co_await channel.async_receive(as_result);
  ++tally.resumed;
}
asio::awaitable<void> accept_and_read(Host& host, Tally& tally, error_code& end) {
  const Alive alive(tally.frames);
  auto listener = host.network().listen(service);
  auto stream = co_await (*listener)->accept();
  co_await receive_all(*stream, end);
  ++tally.resumed;
}
asio::awaitable<void> connect_and_read(Host& host, Tally& tally, error_code& end) {
  const Alive alive(tally.frames);
  auto stream = co_await host.network().connect(service, host.clock().now() + 1min);
  if (!stream) {
    end = stream.error().code;
    co_return;
  }
  co_await send(*stream, "hello");
  co_await receive_all(*stream, end);
  ++tally.resumed;
}

TEST_F(Crashes, WhatWaitsIsDestroyedAndNeverResumed) {
  Tally tally, elsewhere;
  runtime::Signal signal(b.executor());
  Scope scope(b.executor()), other(a.executor());
  scope.spawn(wait_on_clock(b, tally));
  scope.spawn(wait_in_accept(b, service, tally));
  scope.spawn(wait_in_connect(b, tally));
  scope.spawn(wait_in_ping(b, tally));
  scope.spawn(wait_on_channel(b, tally));
  scope.spawn(wait_on_signal(signal, tally));
  other.spawn(wait_on_clock(a, elsewhere));
  ASSERT_TRUE(world.run_for(1s));
  EXPECT_EQ(tally.frames, 6);
  b.crash();
  EXPECT_EQ(tally.frames, 0);
  EXPECT_FALSE(b.up());
  signal.set();
  settle(3h);
  EXPECT_EQ(tally.resumed, 0);
  EXPECT_EQ(elsewhere.resumed, 1) << "the other host lives on";
}

TEST_F(Crashes, WhatIsReadyIsDestroyedToo) {
  Tally tally;
  Scope scope(b.executor());
  scope.spawn(wait_on_clock(b, tally));  // in the ready queue, not yet begun
  b.crash();
  settle();
  EXPECT_EQ(tally.frames, 0);
  scope.spawn(wait_on_clock(b, tally));  // on the executor of a life that has ended
  settle();
  EXPECT_EQ(tally.frames, 0);
  EXPECT_EQ(tally.resumed, 0);
}

asio::awaitable<void> crash_oneself(Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  host.crash();
  ++tally.resumed;  // the turn itself ends as it would
  co_await host.clock().sleep_for(1ns);
  ++tally.resumed;
}

TEST_F(Crashes, AHostMayCrashItself) {
  Tally tally;
  Scope scope(b.executor());
  scope.spawn(crash_oneself(b, tally));
  settle();
  EXPECT_EQ(tally.frames, 0);
  EXPECT_EQ(tally.resumed, 1);
  EXPECT_FALSE(b.up());
}

TEST_F(Crashes, ARestartedHostServesAgain) {
  Tally before, after, client;
  error_code end;
  Scope first(b.executor());
  first.spawn(wait_in_accept(b, service, before));
  settle();
  b.crash();
  b.restart();
  Scope second(b.executor());
  second.spawn(accept_and_read(b, after, end));  // the port is free
  Scope caller(a.executor());
  error_code client_end;
  caller.spawn(connect_and_read(a, client, client_end));
  settle();
  EXPECT_EQ(after.frames, 1);
  EXPECT_EQ(client.frames, 1);
  b.crash();
  a.crash();
  EXPECT_EQ(after.frames + client.frames, 0);
}

struct Peers : Hosts {
  Tally on_b, on_a;
  error_code b_end, a_end;
  Scope server{b.executor()}, client{a.executor()};
  void SetUp() override {
    server.spawn(accept_and_read(b, on_b, b_end));
    client.spawn(connect_and_read(a, on_a, a_end));
    ASSERT_TRUE(world.run_for(1s));
    ASSERT_EQ(on_a.frames + on_b.frames, 2);
  }
};

TEST_F(Peers, APowerCutIsSilentUntilThePeerSpeaks) {
  b.crash();
  ASSERT_TRUE(world.run_for(1h));
  EXPECT_EQ(on_a.resumed, 0) << "a reader hears nothing";
  a.crash();
}

TEST_F(Peers, AKilledProcessResetsItsPeers) {
  b.crash({.resets = true, .disk = DiskLoss::none});
  ASSERT_TRUE(world.run_for(1s));
  EXPECT_EQ(a_end, asio::error::connection_reset);
  EXPECT_EQ(on_a.frames, 0);
  Tally again;
  error_code refused;
  client.spawn(connect_and_read(a, again, refused));
  ASSERT_TRUE(world.run_for(1min));
  EXPECT_EQ(refused, asio::error::connection_refused) << "the machine itself still answers";
}

asio::awaitable<void> speak(Stream& stream, error_code& end) {
  while (!end) {
    auto [ec, n] = co_await stream.async_write_some(asio::buffer("x", 1), as_result);
    end = ec;
    if (!ec) co_await asio::post(stream.get_executor(), asio::use_awaitable);
  }
}

TEST_F(Crashes, ARebootedHostResetsOldConnections) {
  std::optional<Stream> near;
  struct Dial {
    static asio::awaitable<void> run(Host& host, std::optional<Stream>& into) {
      auto stream = co_await host.network().connect(service, host.clock().now() + 1min);
      if (stream) into = std::move(*stream);
    }
  };
  Tally tally;
  error_code b_end, end;
  Scope server(b.executor()), client(a.executor());
  server.spawn(accept_and_read(b, tally, b_end));
  client.spawn(Dial::run(a, near));
  settle();
  ASSERT_TRUE(near);
  b.crash();
  b.restart();
  client.spawn(speak(*near, end));
  settle();
  EXPECT_EQ(end, asio::error::connection_reset);
}

// ---- stores

const std::vector<std::string> migrations{"CREATE TABLE meter (n INTEGER NOT NULL)"};

asio::awaitable<void> commit_rows(Host& host, int rows, int& acknowledged, Tally& tally) {
  const Alive alive(tally.frames);
  auto store = host.stores().open("meters", migrations);
  EXPECT_TRUE(store) << to_string(store.error());
  if (!store) co_return;
  for (int i = 0; i < rows; ++i) {
    auto transaction = co_await (*store)->begin();
    if (!transaction) co_return;
    const auto done = (*transaction)->execute("INSERT INTO meter (n) VALUES ($1)", {std::int64_t{i}});
    EXPECT_TRUE(done) << to_string(done.error());
    const auto committed = co_await (*transaction)->commit();
    EXPECT_TRUE(committed) << to_string(committed.error());
    if (committed) ++acknowledged;
  }
}

std::int64_t rows_of(Host& host) {
  auto store = host.stores().open("meters", migrations);
  if (!store) {
    ADD_FAILURE() << to_string(store.error());
    return -1;
  }
  return std::get<std::int64_t>((*store)->query("SELECT COUNT(*) FROM meter").value().at(0).at(0));
}

TEST_F(Crashes, WhatACommitAcknowledgedSurvives) {
  // A crash at every half millisecond of four commits, with all and with torn loss.
  for (const DiskLoss loss : {DiskLoss::all, DiskLoss::torn}) {
    for (int half = 0; half < 20; ++half) {
      Host& c =
          world.add_host({.name = "c" + std::to_string(static_cast<int>(loss)) + "-" + std::to_string(half)});
      Tally tally;
      int acknowledged = 0;
      Scope scope(c.executor());
      scope.spawn(commit_rows(c, 4, acknowledged, tally));
      ASSERT_TRUE(world.run_for(half * 500us));
      c.crash({.disk = loss});
      EXPECT_EQ(tally.frames, 0);
      c.restart();
      const auto kept = rows_of(c);
      EXPECT_GE(kept, acknowledged) << half;
      EXPECT_LE(kept, acknowledged + 1) << half << ": one more may have reached the disk untold";
    }
  }
}

asio::awaitable<void> rewrite_many(Host& host, bool& done) {
  const std::vector<std::string> wide{
      "CREATE TABLE report (n INTEGER PRIMARY KEY, xml TEXT NOT NULL, UNIQUE (xml, n))"};
  auto store = host.stores().open("reports", wide);
  EXPECT_TRUE(store) << to_string(store.error());
  if (!store) co_return;
  auto transaction = co_await (*store)->begin();
  if (!transaction) co_return;
  for (std::int64_t n = 0; n < 500; ++n) {
    const auto made =
        (*transaction)->execute("INSERT INTO report (n, xml) VALUES ($1, $2)", {n, std::string(1000, 'x')});
    EXPECT_TRUE(made) << to_string(made.error());
  }
  // A statement that may fail half-way keeps what it changed: more than stays in memory by SQLite's default.
  const auto changed = (*transaction)->execute("UPDATE report SET xml = xml || $1", {std::string("y")});
  EXPECT_TRUE(changed) << to_string(changed.error());
  const auto committed = co_await (*transaction)->commit();
  done = changed && committed;
}

// A disk has the store's own files; what SQLite wants to put aside stays in memory.
TEST_F(Crashes, ALargeTransactionNeedsNoOtherFile) {
  Host& host = world.add_host({.name = "large"});
  bool done = false;
  Scope scope(host.executor());
  scope.spawn(rewrite_many(host, done));
  ASSERT_TRUE(world.run_for(std::chrono::seconds(5)));
  EXPECT_TRUE(done);
}

TEST_F(Crashes, CommitsTakeTheirTime) {
  Tally tally;
  int acknowledged = 0;
  Scope scope(b.executor());
  const Instant before = world.now();
  scope.spawn(commit_rows(b, 5, acknowledged, tally));
  settle();
  EXPECT_EQ(acknowledged, 5);
  EXPECT_EQ(world.now() - before, 10ms);
  EXPECT_EQ(rows_of(b), 5);
}

asio::awaitable<void> wait_to_begin(runtime::Store& store, Host& host, Tally& tally) {
  const Alive alive(tally.frames);
  auto transaction = co_await store.begin();
  co_await host.clock().sleep_for(1h);
  ++tally.resumed;
}

TEST_F(Crashes, ThoseWhoWaitForAStoreGoToo) {
  Tally tally;
  auto store = b.stores().open("meters", migrations).value();
  Scope scope(b.executor());
  for (int i = 0; i < 5; ++i) scope.spawn(wait_to_begin(*store, b, tally));
  ASSERT_TRUE(world.run_for(1s));
  EXPECT_EQ(tally.frames, 5);
  b.crash();
  EXPECT_EQ(tally.frames, 0);
  store.reset();
  settle();
  EXPECT_EQ(tally.resumed, 0);
}

}  // namespace
}  // namespace mr::world
