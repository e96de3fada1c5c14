// Which packets a fault touches: those between two sets of addresses, in both directions unless it says
// otherwise.
#pragma once

#include <set>

#include "simulators/world/packet.hpp"

namespace mr::faults {

struct Between {
  std::set<world::Address> one;    // empty: any address
  std::set<world::Address> other;  // empty: any address
  bool one_way = false;            // only from `one` to `other`

  bool touches(const world::Packet& packet) const {
    const auto in = [](const std::set<world::Address>& set, const world::Address& a) {
      return set.empty() || set.contains(a);
    };
    if (in(one, packet.from.address) && in(other, packet.to.address)) return true;
    return !one_way && in(one, packet.to.address) && in(other, packet.from.address);
  }
};

}  // namespace mr::faults
