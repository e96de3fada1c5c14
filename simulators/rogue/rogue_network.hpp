// Hosts whose network has one defect, for whatever runs on them; all else is the host's own.
//
// What a TLS connection carries is changed above TLS, so that the peer keeps its certificate and its session:
// a proxy between would lose both.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "reference/runtime/runtime.hpp"

namespace mr::rogue {

// What is done to the octets of each TLS connection of a host. Each function sees what one read or one write
// carries: a field of a head, a body, or a piece of one.
struct Tampering {
  std::function<void(std::span<char>)> incoming = {};  // changed where they stand
  std::function<void(std::string&)> outgoing = {};     // may become more or fewer
};

// TLS servers on it have their settings changed. lifetime: `host` outlives what is given, here and below.
std::unique_ptr<runtime::Runtime> with_tls(runtime::Runtime& host,
                                           std::function<void(trust::TlsServer&)> change);

// TLS connections that are taken there are tampered with.
std::unique_ptr<runtime::Runtime> with_tampered_servers(runtime::Runtime& host, Tampering tampering);
// TLS connections that are made from there are tampered with.
std::unique_ptr<runtime::Runtime> with_tampered_clients(runtime::Runtime& host, Tampering tampering);

}  // namespace mr::rogue
