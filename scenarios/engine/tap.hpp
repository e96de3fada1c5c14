// The network tap: every host of a stage with an eye on its network seam, the same in the world and on the
// wire.
//
// Sees each connection opened and accepted, the bytes in them outside of TLS, each datagram, ping and name
// look-up, and shows them to an observer as they flow. Tells each distinct flow once, as an event of the host
// that began it:
//   flow {from, to, protocol: tcp|udp|icmp|dns, port, service, direction, outcome}
//   service: told from what was said, not from the port: https, tls (a handshake, but nothing of HTTP after
//   it), http, snmp, raw (a
//     print job or firmware), lpr, smtp, dns, icmp, silent (connected and nothing said), none (it did not
//     come about), unknown
//   direction: inside (of one site), outbound, inward (from outside into a site), outside (neither end is in
//   a site) outcome: connected, refused, timed-out, unreachable, failed, refused-by-tls, sent, answered,
//   not-found
// The answer to a datagram is part of its flow. A look-up's `to` is "resolver". An address belongs to the
// site of the host that has it, or, where nobody has it, to the site whose networks it is in. Memory: the
// flows told, no bytes; of more than flows_max, only those of a new service, port or direction are told.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "scenarios/checks/observed.hpp"
#include "scenarios/engine/stage.hpp"

namespace mr::scenarios {

struct TapObserver {
  std::function<void(const Observed&)> stream;
  std::function<void(const ObservedDatagram&)> datagram;
};

// Addresses of the scenario that are a site's, whether or not a host has them: what its agent may look for
// printers in.
struct SiteNetwork {
  std::string site;
  runtime::Address first, last;  // both included
};

inline constexpr std::size_t flows_max = 500'000;

// A stage that is `inner` with every host tapped: what add_host() gives is the host as the tap sees it. The
// call-backs may be empty; they are called on the stage's thread and must not destroy what they observe.
std::unique_ptr<Stage> make_tapped_stage(std::unique_ptr<Stage> inner, std::vector<SiteNetwork> networks,
                                         TapObserver observer);

}  // namespace mr::scenarios
