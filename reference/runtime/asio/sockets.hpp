// TCP and UDP sockets behind the seams. Private to this module.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>

#include "reference/runtime/network.hpp"

namespace mr::runtime {

// A connected socket as a stream. It holds the clock while it is open.
Stream stream_of(asio::ip::tcp::socket socket, Hold hold);

asio::awaitable<Result<Stream>> connect_tcp(asio::io_context& context, Clock& clock,
                                            std::optional<Address> from, Endpoint to, Instant deadline);
Result<std::unique_ptr<Listener>> listen_tcp(asio::io_context& context, Clock& clock, Endpoint at);
// Sends from `from` where the caller of send() names no address.
Result<std::unique_ptr<DatagramSocket>> bind_udp(asio::io_context& context, Endpoint at,
                                                 std::optional<Address> from);
asio::awaitable<Result<Duration>> ping_icmp(asio::io_context& context, Clock& clock,
                                            std::optional<Address> from, Address to, Instant deadline);

}  // namespace mr::runtime
