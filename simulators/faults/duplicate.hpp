// Some datagrams arrive twice, after `delay`.
#pragma once

#include "reference/runtime/entropy.hpp"
#include "simulators/faults/between.hpp"

namespace mr::faults {

inline world::Rule duplicate(Between between, std::uint32_t per_million, world::Duration delay,
                             runtime::Stream64 chance) {
  return [between = std::move(between), per_million, delay, chance](const world::Packet& packet) mutable {
    if (packet.kind != world::PacketKind::datagram || !between.touches(packet) ||
        !chance.chance(per_million)) {
      return world::Verdict::pass();
    }
    return world::Verdict::deliver(delay, 2);
  };
}

}  // namespace mr::faults
