// Delay varies from packet to packet, so that datagrams overtake each other. Streams stay in order, and wait
// for what is late.
#pragma once

#include "reference/runtime/entropy.hpp"
#include "simulators/faults/between.hpp"

namespace mr::faults {

// Delay in [shortest, longest], in steps of 1 us. requires: shortest <= longest.
inline world::Rule reorder(Between between, world::Duration shortest, world::Duration longest,
                           runtime::Stream64 chance) {
  return [between = std::move(between), shortest, longest, chance](const world::Packet& packet) mutable {
    if (!between.touches(packet)) return world::Verdict::pass();
    const auto steps = chance.between(0, (longest - shortest) / std::chrono::microseconds(1));
    return world::Verdict::deliver(shortest + std::chrono::microseconds(steps));
  };
}

}  // namespace mr::faults
