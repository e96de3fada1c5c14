// Packets are lost at random, each for itself.
#pragma once

#include "reference/runtime/entropy.hpp"
#include "simulators/faults/between.hpp"

namespace mr::faults {

inline world::Rule loss(Between between, std::uint32_t per_million, runtime::Stream64 chance) {
  return [between = std::move(between), per_million, chance](const world::Packet& packet) mutable {
    if (!between.touches(packet) || !chance.chance(per_million)) return world::Verdict::pass();
    return world::Verdict::drop();
  };
}

}  // namespace mr::faults
