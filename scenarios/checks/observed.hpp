// What the tap sees on the network: what flowed over each connection before TLS hides it and after TLS has
// shown it, and every datagram. Checks are shown it as it flows; nothing is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "reference/runtime/clock.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::scenarios {

// One end of a TCP connection. A connection between two hosts of the scenario is seen at both ends, as two of
// these.
struct Connection {
  std::uint64_t number = 0;  // from 1, in order of opening over the run
  std::string host;          // whose end it is, as in the trace
  std::string site;          // of that host; empty: of none, as the server
  runtime::Endpoint local, remote;
  bool client = false;       // this end opened it
  bool leaves_site = false;  // this end is in a site, the other is not in it
  bool secure = false;       // TLS has been agreed on
};

struct Observed {
  enum class What {
    opened,    // connected, or accepted
    failed,    // it could not be connected: `why`. Its only observation.
    secured,   // the TLS handshake is done
    refused,   // the TLS handshake failed: `why`
    sent,      // `bytes` were taken from this end: plaintext, whether or not the connection is secure
    received,  // `bytes` arrived at this end: likewise
    closed,    // this end let it go; the last
  };
  What what;
  runtime::Instant at;
  const Connection& connection;
  std::span<const std::byte> bytes = {};
  std::string_view why = {};
};

// A datagram on its way from a host.
struct ObservedDatagram {
  runtime::Instant at;
  std::string_view host, site;
  runtime::Endpoint from, to;
  bool leaves_site = false;
  std::span<const std::byte> bytes;
};

}  // namespace mr::scenarios
