// Every packet takes `delay`, one way.
#pragma once

#include "simulators/faults/between.hpp"

namespace mr::faults {

inline world::Rule slow_link(Between between, world::Duration delay) {
  return [between = std::move(between), delay](const world::Packet& packet) {
    return between.touches(packet) ? world::Verdict::deliver(delay) : world::Verdict::pass();
  };
}

}  // namespace mr::faults
