// Nothing passes between two sets of addresses until the guard goes. Connections survive a short one, as
// their segments are retried.
#pragma once

#include "simulators/faults/between.hpp"

namespace mr::faults {

// unreachable: a router says so (syn and echo fail at once); otherwise packets vanish.
inline world::Rule partition(Between between, bool unreachable = false) {
  return [between = std::move(between), unreachable](const world::Packet& packet) {
    if (!between.touches(packet)) return world::Verdict::pass();
    return unreachable ? world::Verdict::unreachable() : world::Verdict::drop();
  };
}

}  // namespace mr::faults
