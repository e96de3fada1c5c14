// What crosses the fabric, and what the rules say about it.
//
// A rule sees every packet when it is sent, each retry of a stream segment included, and gives a Verdict; the
// first that does not pass decides. Faults (simulators/faults) are rules; the tap sees the same packets, for
// a capture file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "reference/runtime/clock.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::world {

using runtime::Address;
using runtime::Duration;
using runtime::Endpoint;
using runtime::Instant;

enum class PacketKind : std::uint8_t { datagram, syn, syn_ack, segment, fin, rst, echo, echo_reply };
std::string_view describe(PacketKind kind);
inline bool of_stream(PacketKind kind) { return kind >= PacketKind::syn && kind <= PacketKind::rst; }

// lifetime: the call it is passed to.
struct Packet {
  PacketKind kind = PacketKind::datagram;
  Endpoint from, to;                        // port 0 for echo
  std::span<const std::byte> payload = {};  // of a datagram or segment
  Instant sent;
  std::uint64_t stream_offset = 0;  // of a segment's or fin's first octet in its direction
  std::uint32_t attempt = 0;        // 0, or the number of the retry
};

struct Verdict {
  enum class Kind : std::uint8_t {
    pass,         // the next rule decides; after the last, the fabric's own latency applies
    deliver,      // arrives after `delay`
    drop,         // lost: a datagram or echo for good, a part of a stream until its retry
    reset,        // a connection is reset at both ends; a syn is refused; anything else is dropped
    unreachable,  // a syn or echo fails with host_unreachable; anything else is dropped
  };
  Kind kind = Kind::pass;
  Duration delay = {};
  std::uint8_t copies = 1;  // of a datagram; duplicates follow at once

  static Verdict pass() { return {}; }
  static Verdict deliver(Duration after, std::uint8_t copies = 1) { return {Kind::deliver, after, copies}; }
  static Verdict drop() { return {Kind::drop}; }
  static Verdict reset() { return {Kind::reset}; }
  static Verdict unreachable() { return {Kind::unreachable}; }
};

using Rule = std::function<Verdict(const Packet&)>;

// What the fabric made of a packet, rules and latency considered.
struct Fate {
  Verdict::Kind kind = Verdict::Kind::deliver;  // never pass
  Duration delay = {};
};
using Tap = std::function<void(const Packet&, const Fate&)>;

// Removes its rule or tap when destroyed. Movable; may outlive the fabric.
class Guard {
 public:
  Guard() = default;
  explicit Guard(std::shared_ptr<void> entry) : entry_(std::move(entry)) {}
  void release() { entry_.reset(); }

 private:
  std::shared_ptr<void> entry_;
};

}  // namespace mr::world
