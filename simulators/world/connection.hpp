// A virtual connection: two sides, ordered octets between them, and what becomes of what was lost on the way.
//
// Each segment and the FIN is a packet with its offset; a dropped one is sent again after 200 ms, doubling to
// 60 s, until WorldOptions::stream_patience, and what follows it waits for it. A sender may be stream_window
// octets ahead of the reader. Not modelled: acknowledgements, congestion, keep-alive, TIME_WAIT.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "reference/runtime/network.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/life.hpp"

namespace mr::world {

class Connection;

struct Segment {
  std::uint64_t offset = 0;
  runtime::Bytes bytes;  // empty: the FIN
  Instant first_sent;
  std::uint32_t attempt = 0;
};

struct Side : SideOfLife {
  Connection* connection = nullptr;
  Host* host = nullptr;
  Life* life = nullptr;  // in which it was made; gone when it is no longer the host's
  Endpoint local;
  bool held = false;  // a StreamBody exists
  bool fin_sent = false, fin_received = false;
  error_code error;  // once set, every operation fails with it

  runtime::Bytes received;  // in order, from `taken` on unread
  std::size_t taken = 0;
  std::uint64_t expected = 0;  // offset of the next octet
  std::map<std::uint64_t, std::unique_ptr<Segment>> early;

  std::uint64_t sent = 0;    // octets, and the offset of the next
  std::uint64_t credit = 0;  // octets that may still be sent

  Completion<std::size_t> reading, writing;
  asio::mutable_buffer into;
  asio::const_buffer from;

  bool alive() const { return life && host->life() == life; }
  std::size_t unread() const { return received.size() - taken; }
};

class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  // The dialling side's; `to` is where it calls.
  Connection(Host& caller, const Endpoint& from, const Endpoint& to);

  // Begins to call. `dialled` completes with success, connection_refused, host_unreachable or, after
  // syn_patience, timed_out.
  void dial();
  Completion<> dialled;
  // Gives up: whatever answers now is reset.
  void give_up();

  Side& caller() { return sides_[0]; }
  Side& callee() { return sides_[1]; }
  Side& other(const Side& side) { return sides_[&side == &sides_[0] ? 1 : 0]; }
  std::unique_ptr<runtime::StreamBody> hold(Side& side);

  void read(Side& side, asio::mutable_buffer into, runtime::IoHandler done);
  void write(Side& side, asio::const_buffer from, runtime::IoHandler done);
  void shut_send(Side& side);
  void close(Side& side);
  void send_reset(Side& side);

 private:
  enum class State : std::uint8_t { dialling, open, failed };
  void attempt_syn(std::uint32_t attempt, Instant first);
  void arrive_syn(std::uint32_t attempt, Instant first);
  void retry_syn(std::uint32_t attempt, Instant first);
  void attempt_syn_ack(std::uint32_t attempt, Instant first);
  void refuse(const Endpoint& by);
  void end_dial(error_code ec);

  void transmit(Side& from, std::unique_ptr<Segment> segment);
  void retry(Side& from, std::unique_ptr<Segment> segment);
  void arrive(Side& to, std::unique_ptr<Segment> segment);
  void fail(Side& side, error_code ec);
  void complete_read(Side& side);
  void put(Side& side, std::size_t n);
  std::size_t take(Side& side, asio::mutable_buffer into);
  bool reachable(const Side& side) const;
  World& world() const { return sides_[0].host->world(); }
  template <class F>
  void later(Duration delay, F action);

  State state_ = State::dialling;
  Side sides_[2];
};

// What a listening port is to the host: the connections not yet accepted.
struct ListenerCore {
  Endpoint at;
  Life* life = nullptr;
  bool closed = false;
  std::vector<std::shared_ptr<Connection>> queue;
  Completion<> arrived;
};

// The listener of a life for a destination: of that address, else of the unspecified one. Null if there is
// none.
template <class Core>
Core* find_bound(const std::map<Endpoint, Core*>& bound, const Endpoint& to) {
  if (bound.empty()) return nullptr;
  if (const auto at = bound.find(to); at != bound.end()) return at->second;
  if (to.address.is_v4()) {
    if (const auto at = bound.find({asio::ip::address_v4(), to.port}); at != bound.end()) return at->second;
  }
  const auto at = bound.find({asio::ip::address_v6(), to.port});  // takes IPv4 too, as Linux does
  return at == bound.end() ? nullptr : at->second;
}

}  // namespace mr::world
