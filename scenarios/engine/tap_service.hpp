// Tells the service of a connection or datagram from what is said in it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace mr::scenarios {

// From the first bytes that the client of a TCP connection sends, outside of TLS where there is TLS. `port`
// tells LPR and raw data apart, which have no mark of their own: a single octet command, or anything.
std::string_view tcp_service(std::span<const std::byte> first, bool secure, std::uint16_t port);
// Where the server speaks first.
std::string_view greeting_service(std::span<const std::byte> first);
// From a whole datagram.
std::string_view udp_service(std::span<const std::byte> datagram);

}  // namespace mr::scenarios
