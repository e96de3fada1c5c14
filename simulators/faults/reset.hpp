// Connections to a port are reset: when they are opened (refused), or once they have carried so many octets
// in one direction.
#pragma once

#include "simulators/faults/between.hpp"

namespace mr::faults {

struct ResetAfter {
  std::uint16_t port = 0;    // of the listening side; 0: any
  std::uint64_t octets = 0;  // in the direction to that port; 0: the syn is refused
};

inline world::Rule reset(Between between, ResetAfter after) {
  return [between = std::move(between), after](const world::Packet& packet) {
    if (!between.touches(packet) || (after.port != 0 && packet.to.port != after.port))
      return world::Verdict::pass();
    const bool opening = packet.kind == world::PacketKind::syn && after.octets == 0;
    const bool reached = packet.kind == world::PacketKind::segment && after.octets > 0 &&
                         packet.stream_offset + packet.payload.size() > after.octets;
    return opening || reached ? world::Verdict::reset() : world::Verdict::pass();
  };
}

}  // namespace mr::faults
