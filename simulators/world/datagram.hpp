// Datagram sockets of a virtual host.
#pragma once

#include "reference/runtime/network.hpp"
#include "simulators/world/host.hpp"

namespace mr::world {

// What a bound port is to the host.
struct DatagramCore {
  Host* host = nullptr;
  Life* life = nullptr;
  Endpoint at;
  std::function<void(const runtime::Datagram&)> receiver;
  bool replaced = false;  // the receiver was set anew while it ran
  bool closed = false;
  std::shared_ptr<DatagramCore> self;  // while bound
};

// requires: `at` is bindable on `host`.
std::unique_ptr<runtime::DatagramSocket> make_datagram_socket(Host& host, Endpoint at);

}  // namespace mr::world
