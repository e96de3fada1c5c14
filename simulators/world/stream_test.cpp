#include "simulators/world/test_hosts.hpp"

namespace mr::world {
namespace {

using Streams = Hosts;
const Endpoint service = endpoint("192.0.2.2", 80);

// Answers each connection with what it sent, until it ends; accepts `count`.
asio::awaitable<void> echo(Host& host, Endpoint where, int count) {
  auto listener = host.network().listen(where);
  EXPECT_TRUE(listener) << to_string(listener.error());
  if (!listener) co_return;
  for (; count > 0; --count) {
    auto stream = co_await (*listener)->accept();
    if (!stream) co_return;
    error_code end;
    std::string request = co_await receive_all(*stream, end);
    co_await send(*stream, request);
    stream->shut_send();
  }
}

struct Call {
  std::string reply;
  error_code connected, end;
  Instant at;
  Endpoint local, remote;
};

asio::awaitable<void> call(Host& host, Endpoint to, std::string text, Instant deadline, Call& out) {
  auto stream = co_await host.network().connect(to, deadline);
  out.at = host.clock().now();
  if (!stream) {
    out.connected = stream.error().code;
    co_return;
  }
  out.local = stream->local();
  out.remote = stream->remote();
  co_await send(*stream, text);
  stream->shut_send();
  out.reply = co_await receive_all(*stream, out.end);
  out.at = host.clock().now();
}

Call one_call(Hosts& hosts, Endpoint to, std::string text = "x", Duration patience = 10min) {
  Call result;
  Scope scope(hosts.a.executor());
  scope.spawn(call(hosts.a, to, std::move(text), hosts.world.now() + patience, result));
  hosts.settle(2h);
  EXPECT_TRUE(scope.idle());
  return result;
}

TEST_F(Streams, CarryARequestAndItsReply) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  const std::string text(300'000, 'q');
  const Call result = one_call(*this, service, text);
  EXPECT_EQ(result.reply, text);
  EXPECT_EQ(result.end, asio::error::eof);
  EXPECT_EQ(result.remote, service);
  EXPECT_EQ(result.local.address, address("192.0.2.1"));
  EXPECT_GE(result.at, at(4 * 200us)) << "a round trip to connect and one to talk";
}

TEST_F(Streams, AWildcardListenerToldItsAddress) {
  b.add_address(address("192.0.2.77"));
  Scope server(b.executor());
  server.spawn(echo(b, {asio::ip::address_v4(), 80}, 2));
  EXPECT_EQ(one_call(*this, endpoint("192.0.2.77", 80), "hi").reply, "hi");
  EXPECT_EQ(one_call(*this, service, "ho").reply, "ho");
}

TEST_F(Streams, ErrorsAreDistinct) {
  EXPECT_EQ(one_call(*this, service).connected, asio::error::connection_refused) << "a closed port";
  const Instant before = world.now();
  const Call silent = one_call(*this, endpoint("192.0.2.99", 80), "x", 30s);
  EXPECT_EQ(silent.connected, asio::error::timed_out) << "nobody has the address";
  EXPECT_EQ(silent.at - before, 30s);
  EXPECT_EQ(one_call(*this, endpoint("192.0.2.99", 80), "x", 1h).connected, asio::error::timed_out);
  EXPECT_EQ(one_call(*this, endpoint("2001:db8::2", 80)).connected, asio::error::network_unreachable)
      << "no address of that family";
  auto guard = world.fabric().add_rule([](const Packet&) { return Verdict::unreachable(); });
  EXPECT_EQ(one_call(*this, service).connected, asio::error::host_unreachable);
  guard.release();
  auto refusing = world.fabric().add_rule(
      [](const Packet& p) { return p.kind == PacketKind::syn ? Verdict::reset() : Verdict::pass(); });
  EXPECT_EQ(one_call(*this, service).connected, asio::error::connection_refused);
}

TEST_F(Streams, AnAddressThatIsRemovedDoesNotAnswer) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  settle();
  b.remove_address(service.address);
  EXPECT_EQ(one_call(*this, service, "x", 20s).connected, asio::error::timed_out);
  b.add_address(service.address);
  EXPECT_EQ(one_call(*this, service, "back").reply, "back");
}

TEST_F(Streams, LossIsRepairedInOrderAndDelays) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  auto chance = world.entropy().stream("loss");
  auto guard = world.fabric().add_rule(
      [&chance](const Packet&) { return chance.chance(300'000) ? Verdict::drop() : Verdict::pass(); });
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i);
  const Call result = one_call(*this, service, text);
  EXPECT_EQ(result.reply, text);
  EXPECT_GT(result.at, at(200ms));
}

TEST_F(Streams, ReorderedSegmentsArriveInOrder) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  auto chance = world.entropy().stream("jitter");
  auto guard = world.fabric().add_rule(
      [&chance](const Packet&) { return Verdict::deliver(Duration(chance.below(50'000'000))); });
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i);
  EXPECT_EQ(one_call(*this, service, text).reply, text);
}

TEST_F(Streams, ALostConnectionFailsAfterStreamPatience) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  auto guard = world.fabric().add_rule([](const Packet& p) {
    return p.kind == PacketKind::segment || p.kind == PacketKind::fin ? Verdict::drop() : Verdict::pass();
  });
  const Call result = one_call(*this, service);
  EXPECT_EQ(result.end, asio::error::timed_out);
  EXPECT_GT(result.at, at(13min));
  EXPECT_LE(result.at, at(15min + 1s));
  b.crash();
}

TEST_F(Streams, ARuleResetsBothEnds) {
  Scope server(b.executor());
  server.spawn(echo(b, service, 1));
  auto guard = world.fabric().add_rule(
      [](const Packet& p) { return p.kind == PacketKind::segment ? Verdict::reset() : Verdict::pass(); });
  EXPECT_EQ(one_call(*this, service).end, asio::error::connection_reset);
  EXPECT_TRUE(server.idle());
}

asio::awaitable<void> accept_one(Host& host, Endpoint where, std::optional<Stream>& into) {
  auto listener = host.network().listen(where);
  auto stream = co_await (*listener)->accept();
  if (stream) into = std::move(*stream);
}
asio::awaitable<void> connect_one(Host& host, Endpoint to, std::optional<Stream>& into) {
  auto stream = co_await host.network().connect(to, host.clock().now() + 1min);
  if (stream) into = std::move(*stream);
}
asio::awaitable<void> write_text(Stream& stream, std::size_t size, std::size_t& written, error_code& end) {
  const std::string text(1000, 'w');
  while (written < size && !end) {
    auto [ec, n] = co_await stream.async_write_some(asio::buffer(text), as_result);
    end = ec;
    written += n;
  }
}
asio::awaitable<void> read_text(Stream& stream, std::size_t& read, error_code& end) {
  read += (co_await receive_all(stream, end)).size();
}

struct Pair : Hosts {
  std::optional<Stream> near, far;
  Scope on_a{a.executor()}, on_b{b.executor()};
  void SetUp() override {
    on_b.spawn(accept_one(b, service, far));
    on_a.spawn(connect_one(a, service, near));
    settle();
    ASSERT_TRUE(near && far);
  }
};

TEST_F(Pair, ASlowReaderHoldsTheWriterBack) {
  std::size_t written = 0, read = 0;
  error_code end, read_end;
  on_a.spawn(write_text(*near, 200'000, written, end));
  settle();
  EXPECT_EQ(written, world.options().stream_window) << "the window, and no octet more";
  EXPECT_FALSE(on_a.idle());
  on_b.spawn(read_text(*far, read, read_end));
  settle();
  EXPECT_GE(written, 200'000u);
  near->shut_send();
  settle();
  EXPECT_EQ(read, written);
  EXPECT_EQ(read_end, asio::error::eof);
}

TEST_F(Pair, AResetIsNotAnEnd) {
  std::size_t read = 0;
  error_code end;
  on_b.spawn(read_text(*far, read, end));
  settle();
  near->reset();
  settle();
  EXPECT_EQ(end, asio::error::connection_reset);
}

TEST_F(Pair, ClosingWithSomethingUnreadResets) {
  std::size_t written = 0, read = 0;
  error_code end, read_end;
  on_a.spawn(write_text(*near, 1000, written, end));
  settle();
  far->close();
  on_a.spawn(read_text(*near, read, read_end));
  settle();
  EXPECT_EQ(read_end, asio::error::connection_reset);
}

TEST_F(Pair, WritingToAClosedPeerIsReset) {
  far.reset();
  settle();
  std::size_t written = 0;
  error_code end;
  on_a.spawn(write_text(*near, 1000, written, end));
  settle();
  EXPECT_FALSE(end) << "the first goes out";
  on_a.spawn(write_text(*near, 2000, written, end));
  settle();
  EXPECT_EQ(end, asio::error::connection_reset);
}

TEST_F(Pair, ClosingEndsWhatIsOutstanding) {
  std::size_t read = 0;
  error_code end;
  on_a.spawn(read_text(*near, read, end));
  settle();
  near->close();
  settle();
  EXPECT_EQ(end, asio::error::operation_aborted);
  EXPECT_TRUE(on_a.idle());
}

TEST_F(Pair, ACancelledReadLetsTheNextOneHaveTheOctets) {
  std::size_t read = 0, written = 0;
  error_code end, write_end;
  {
    Scope reader(b.executor());
    reader.spawn(read_text(*far, read, end));
    settle();
    reader.stop();
    settle();
    EXPECT_EQ(end, asio::error::operation_aborted);
  }
  on_a.spawn(write_text(*near, 1000, written, write_end));
  on_b.spawn(read_text(*far, read, end));
  settle();
  near->close();
  settle();
  EXPECT_EQ(read, 1000u);
}

TEST_F(Streams, ClosingAListenerEndsAccept) {
  auto listener = b.network().listen(service).value();
  bool ended = false;
  struct Accepting {
    static asio::awaitable<void> run(runtime::Listener& from, bool& ended) {
      const auto stream = co_await from.accept();
      ended = stream.has_error() && stream.error().code == asio::error::operation_aborted;
    }
  };
  Scope scope(b.executor());
  scope.spawn(Accepting::run(*listener, ended));
  settle();
  EXPECT_FALSE(ended);
  EXPECT_EQ(b.network().listen(service).error().code, asio::error::address_in_use);
  listener->close();
  settle();
  EXPECT_TRUE(ended);
  EXPECT_EQ(one_call(*this, service).connected, asio::error::connection_refused);
}

}  // namespace
}  // namespace mr::world
