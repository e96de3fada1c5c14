// The life of a connection: dial (SYN, SYN-ACK, each retried when lost), then two directions of segments that
// do not know of each other until a reset ends both. Events hold the connection; so what was written goes on
// its way after its writer closed, as a kernel does, unless the writer's host died.
#include "simulators/world/connection.hpp"

#include <algorithm>
#include <cstring>

#include "simulators/world/fabric.hpp"

namespace mr::world {
namespace {

constexpr Duration first_retry = std::chrono::milliseconds(200);
constexpr Duration longest_retry = std::chrono::seconds(60);
constexpr Duration neighbour_patience = std::chrono::seconds(3);  // Linux: three unanswered ARP requests

Duration retry_after(std::uint32_t attempt, Duration first) {
  return std::min(first * (std::int64_t{1} << std::min<std::uint32_t>(attempt, 20)), longest_retry);
}

class VirtualStream final : public runtime::StreamBody {
 public:
  VirtualStream(std::shared_ptr<Connection> connection, Side& side)
      : connection_(std::move(connection)), side_(side) {}
  ~VirtualStream() override { close(); }
  void read(asio::mutable_buffer into, runtime::IoHandler done) override {
    connection_->read(side_, into, std::move(done));
  }
  void write(asio::const_buffer from, runtime::IoHandler done) override {
    connection_->write(side_, from, std::move(done));
  }
  void shut_send() override { connection_->shut_send(side_); }
  void close() override { connection_->close(side_); }
  void reset() override {
    if (side_.held && side_.alive() && !side_.error) connection_->send_reset(side_);
    side_.received.clear();
    side_.taken = 0;
    side_.fin_sent = true;  // a reset is the last that is sent
    connection_->close(side_);
  }
  Endpoint local() const override { return side_.local; }
  Endpoint remote() const override { return connection_->other(side_).local; }
  const trust::TlsSession* tls() const override { return nullptr; }

 private:
  std::shared_ptr<Connection> connection_;
  Side& side_;
};

}  // namespace

Connection::Connection(Host& caller, const Endpoint& from, const Endpoint& to) {
  for (auto& side : sides_) {
    side.connection = this;
    side.credit = caller.world().options().stream_window;
  }
  sides_[0].host = &caller;
  sides_[0].life = caller.life();
  sides_[0].local = from;
  sides_[1].local = to;
}

template <class F>
void Connection::later(Duration delay, F action) {
  world().events().push(world().now() + delay, nullptr,
                        [self = shared_from_this(), action = std::move(action)]() mutable { action(); });
}

std::unique_ptr<runtime::StreamBody> Connection::hold(Side& side) {
  side.held = true;
  return std::make_unique<VirtualStream>(shared_from_this(), side);
}

bool Connection::reachable(const Side& side) const {
  return side.host->answers() && world().fabric().owner(side.local.address, side.host) == side.host;
}

// ---- dialling

void Connection::dial() {
  caller().life->sides.push_back(caller());
  attempt_syn(0, world().now());
}

void Connection::end_dial(error_code ec) {
  if (state_ != State::dialling) return;
  state_ = ec ? State::failed : State::open;
  if (ec) caller().error = ec;
  dialled.finish(ec);
}

void Connection::give_up() {
  if (state_ != State::dialling) return;
  state_ = State::failed;
  caller().error = asio::error::operation_aborted;
}

void Connection::attempt_syn(std::uint32_t attempt, Instant first) {
  if (state_ != State::dialling || !caller().alive()) return;
  const Packet packet{.kind = PacketKind::syn,
                      .from = caller().local,
                      .to = callee().local,
                      .sent = world().now(),
                      .attempt = attempt};
  const Verdict verdict = world().fabric().judge(packet, caller().host);
  switch (verdict.kind) {
    case Verdict::Kind::deliver:
      return later(verdict.delay, [this, attempt, first] { arrive_syn(attempt, first); });
    case Verdict::Kind::reset:
      return end_dial(asio::error::connection_refused);
    case Verdict::Kind::unreachable:
      return end_dial(asio::error::host_unreachable);
    case Verdict::Kind::pass:
    case Verdict::Kind::drop:
      return retry_syn(attempt, first);
  }
}

void Connection::retry_syn(std::uint32_t attempt, Instant first) {
  const Duration wait = retry_after(attempt, std::chrono::seconds(1));
  const Instant last = first + world().options().syn_patience;
  if (world().now() + wait >= last) {
    return later(last - world().now(), [this] { end_dial(asio::error::timed_out); });
  }
  later(wait, [this, attempt, first] { attempt_syn(attempt + 1, first); });
}

void Connection::arrive_syn(std::uint32_t attempt, Instant first) {
  if (state_ != State::dialling) return;
  if (callee().host) return attempt_syn_ack(0, first);  // a repeated SYN: the answer was lost
  Host* const host = world().fabric().owner(callee().local.address, caller().host);
  if (!host && world().options().absent_unreachable) {
    const Duration rest = std::max(first + neighbour_patience - world().now(), Duration());
    return later(rest, [this] { end_dial(asio::error::host_unreachable); });
  }
  if (!host || !host->answers()) return retry_syn(attempt, first);
  ListenerCore* const listener = host->life() ? find_bound(host->life()->listeners, callee().local) : nullptr;
  Side& side = callee();
  side.host = host;
  if (!listener) {
    const Packet packet{
        .kind = PacketKind::rst, .from = side.local, .to = caller().local, .sent = world().now()};
    const Verdict verdict = world().fabric().judge(packet, host);
    side.host = nullptr;
    if (verdict.kind != Verdict::Kind::deliver) return retry_syn(attempt, first);
    return later(verdict.delay, [this] { end_dial(asio::error::connection_refused); });
  }
  if (listener->queue.size() >= world().options().accept_backlog) {
    side.host = nullptr;
    return retry_syn(attempt, first);
  }
  side.life = host->life();
  side.life->sides.push_back(side);
  listener->queue.push_back(shared_from_this());
  listener->arrived.finish({});
  attempt_syn_ack(0, first);
}

void Connection::attempt_syn_ack(std::uint32_t attempt, Instant first) {
  if (state_ != State::dialling || !callee().alive()) return;
  const Packet packet{.kind = PacketKind::syn_ack,
                      .from = callee().local,
                      .to = caller().local,
                      .sent = world().now(),
                      .attempt = attempt};
  const Verdict verdict = world().fabric().judge(packet, callee().host);
  if (verdict.kind == Verdict::Kind::reset) {
    fail(callee(), asio::error::connection_reset);
    return end_dial(asio::error::connection_refused);
  }
  if (verdict.kind != Verdict::Kind::deliver) return retry_syn(attempt, first);  // the SYN is sent again
  later(verdict.delay, [this] {
    if (state_ == State::dialling && caller().alive()) return end_dial({});
    if (state_ == State::failed && reachable(caller())) send_reset(caller());  // nobody waits for it any more
  });
}

// ---- open

std::size_t Connection::take(Side& side, asio::mutable_buffer into) {
  const std::size_t n = std::min(into.size(), side.unread());
  std::memcpy(into.data(), side.received.data() + side.taken, n);
  side.taken += n;
  if (side.taken == side.received.size()) {
    side.received.clear();
    side.taken = 0;
    if (side.received.capacity() > 4096)
      runtime::Bytes().swap(side.received);  // an idle connection keeps little
  } else if (side.taken > 32 * 1024) {
    side.received.erase(side.received.begin(),
                        side.received.begin() + static_cast<std::ptrdiff_t>(side.taken));
    side.taken = 0;
  }
  // The window opens at once for a writer that is not waiting for it; a blocked one hears of it a latency
  // later.
  Side& writer = other(side);
  if (!writer.writing) {
    writer.credit += n;
  } else {
    later(world().options().lan_latency, [this, &writer, n] {
      writer.credit += n;
      if (!writer.writing || writer.credit == 0) return;
      const std::size_t room = std::min<std::size_t>(writer.credit, writer.from.size());
      put(writer, room);
      writer.writing.finish({}, room);
    });
  }
  return n;
}

void Connection::read(Side& side, asio::mutable_buffer into, runtime::IoHandler done) {
  side.reading.start(side.alive() ? side.life : nullptr, std::move(done));
  if (!side.reading) return;
  side.into = into;
  if (!side.held) return side.reading.finish(asio::error::operation_aborted, 0);
  if (into.size() == 0) return side.reading.finish({}, 0);
  complete_read(side);
}

void Connection::complete_read(Side& side) {
  if (!side.reading) return;
  if (side.unread() > 0) return side.reading.finish({}, take(side, side.into));
  if (side.error) return side.reading.finish(side.error, 0);
  if (side.fin_received) return side.reading.finish(asio::error::eof, 0);
}

void Connection::write(Side& side, asio::const_buffer from, runtime::IoHandler done) {
  side.writing.start(side.alive() ? side.life : nullptr, std::move(done));
  if (!side.writing) return;
  side.from = from;
  if (!side.held) return side.writing.finish(asio::error::operation_aborted, 0);
  if (side.error) return side.writing.finish(side.error, 0);
  if (side.fin_sent) return side.writing.finish(asio::error::broken_pipe, 0);
  if (from.size() == 0) return side.writing.finish({}, 0);
  if (side.credit == 0) return;
  const std::size_t n = std::min<std::size_t>(side.credit, from.size());
  put(side, n);
  side.writing.finish({}, n);
}

void Connection::put(Side& side, std::size_t n) {
  const auto* first = static_cast<const std::byte*>(side.from.data());
  auto segment =
      std::make_unique<Segment>(Segment{side.sent, runtime::Bytes(first, first + n), world().now()});
  side.sent += n;
  side.credit -= n;
  transmit(side, std::move(segment));
}

void Connection::transmit(Side& from, std::unique_ptr<Segment> segment) {
  if (!from.alive() || from.error) return;
  Side& to = other(from);
  const Packet packet{.kind = segment->bytes.empty() ? PacketKind::fin : PacketKind::segment,
                      .from = from.local,
                      .to = to.local,
                      .payload = segment->bytes,
                      .sent = world().now(),
                      .stream_offset = segment->offset,
                      .attempt = segment->attempt};
  const Verdict verdict = reachable(from) ? world().fabric().judge(packet, from.host) : Verdict::drop();
  switch (verdict.kind) {
    case Verdict::Kind::deliver:
      return later(verdict.delay,
                   [this, &to, s = std::move(segment)]() mutable { arrive(to, std::move(s)); });
    case Verdict::Kind::reset:
      fail(to, asio::error::connection_reset);
      return fail(from, asio::error::connection_reset);
    case Verdict::Kind::pass:
    case Verdict::Kind::drop:
    case Verdict::Kind::unreachable:
      return retry(from, std::move(segment));
  }
}

void Connection::retry(Side& from, std::unique_ptr<Segment> segment) {
  const Duration wait = retry_after(segment->attempt++, first_retry);
  if (world().now() + wait - segment->first_sent > world().options().stream_patience) {
    return fail(from, asio::error::timed_out);
  }
  later(wait, [this, &from, s = std::move(segment)]() mutable { transmit(from, std::move(s)); });
}

void Connection::arrive(Side& to, std::unique_ptr<Segment> segment) {
  Side& from = other(to);
  if (!reachable(to)) {
    if (from.alive() && !from.error) retry(from, std::move(segment));
    return;
  }
  const bool closed = !to.held && to.fin_sent;  // else: held, or not yet accepted
  if (!to.alive() || to.error || closed) {
    if (!segment->bytes.empty() && !from.error) send_reset(to);
    return;
  }
  to.early.emplace(segment->offset, std::move(segment));
  while (!to.early.empty() && to.early.begin()->first == to.expected && !to.fin_received) {
    const auto next = to.early.extract(to.early.begin());
    Segment& first = *next.mapped();
    if (first.bytes.empty()) {
      to.fin_received = true;
    } else {
      to.expected += first.bytes.size();
      if (to.unread() == 0) {
        to.received = std::move(first.bytes);
        to.taken = 0;
      } else {
        to.received.insert(to.received.end(), first.bytes.begin(), first.bytes.end());
      }
    }
  }
  complete_read(to);
}

void Connection::fail(Side& side, error_code ec) {
  if (side.error || !side.alive()) return;
  side.error = ec;
  side.received.clear();
  side.taken = 0;
  side.early.clear();
  side.reading.finish(ec, 0);
  side.writing.finish(ec, 0);
}

// A reset goes out once; if it is lost, the next segment of the other side asks for another.
void Connection::send_reset(Side& side) {
  Side& to = other(side);
  if (!to.host) return;
  const Packet packet{.kind = PacketKind::rst, .from = side.local, .to = to.local, .sent = world().now()};
  const Verdict verdict = world().fabric().judge(packet, side.host);
  if (verdict.kind != Verdict::Kind::deliver) return;
  later(verdict.delay, [this, &to] {
    if (reachable(to)) fail(to, asio::error::connection_reset);
  });
}

void Connection::shut_send(Side& side) {
  if (!side.alive() || side.fin_sent || side.error) return;
  side.fin_sent = true;
  transmit(side, std::make_unique<Segment>(Segment{side.sent, {}, world().now()}));
}

void Connection::close(Side& side) {
  if (!side.held) return;
  side.held = false;
  side.reading.finish(asio::error::operation_aborted, 0);
  side.writing.finish(asio::error::operation_aborted, 0);
  if (!side.alive() || side.error) return;
  const bool unread = side.unread() > 0;
  side.received = {};
  side.taken = 0;
  if (unread) {  // Linux resets a connection that is closed with something unread
    side.fin_sent = true;
    send_reset(side);
  } else {
    shut_send(side);
  }
}

}  // namespace mr::world
