// ICMP echo (RFC 792, RFC 4443): over the unprivileged ICMP datagram socket where the system allows it, else
// a raw one.
//
// The datagram socket has the kernel choose the identifier and deliver only our replies; the raw one sees
// every ICMP message, IPv4 ones with their IP header, so ours are picked by identifier, sequence and the
// random payload.
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <cstring>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/asio/sockets.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {

struct Echo {
  std::uint8_t type = 0;
  std::uint8_t code = 0;
  std::uint16_t checksum = 0;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  std::array<std::uint8_t, 16> payload{};
};
static_assert(sizeof(Echo) == 24);

// RFC 1071.
std::uint16_t checksum(const void* bytes, std::size_t size) {
  const auto* at = static_cast<const std::uint8_t*>(bytes);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < size; i += 2) {
    std::uint16_t word;
    std::memcpy(&word, at + i, 2);
    sum += word;
  }
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

bool is_our_reply(const std::byte* bytes, std::size_t size, bool raw_v4, bool v6, const Echo& sent) {
  if (raw_v4) {
    if (size < sizeof(iphdr)) return false;
    const std::size_t header = (std::to_integer<unsigned>(bytes[0]) & 15u) * 4u;
    if (size < header) return false;
    bytes += header;
    size -= header;
  }
  Echo reply;
  if (size < sizeof reply) return false;
  std::memcpy(&reply, bytes, sizeof reply);
  return reply.type == (v6 ? ICMP6_ECHO_REPLY : ICMP_ECHOREPLY) && reply.sequence == sent.sequence &&
         reply.payload == sent.payload;
}

}  // namespace

asio::awaitable<Result<Duration>> ping_icmp(asio::io_context& context, Clock& clock,
                                            std::optional<Address> from, Address to, Instant deadline) {
  MR_ASSERT(!trust::random_is_repeatable());
  const bool v6 = to.is_v6();
  const int family = v6 ? AF_INET6 : AF_INET;
  const int protocol = v6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  bool raw = false;
  int handle = ::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  if (handle < 0) {
    raw = true;
    handle = ::socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
  }
  if (handle < 0) co_return Fault(asio::error::access_denied, "ICMP sockets are not allowed here");
  asio::posix::stream_descriptor socket(context, handle);
  const Hold hold = clock.hold();

  // Errors that come back (unreachable) are given to the socket.
  const int on = 1;
  ::setsockopt(handle, v6 ? static_cast<int>(IPPROTO_IPV6) : static_cast<int>(IPPROTO_IP),
               v6 ? IPV6_RECVERR : IP_RECVERR, &on, sizeof on);
  if (from && from->is_v6() == v6) {
    const asio::ip::udp::endpoint local(*from, 0);
    if (::bind(handle, local.data(), static_cast<socklen_t>(local.size())) < 0)
      co_return Fault(last_error(), "echo");
  }
  const asio::ip::udp::endpoint remote(to, 0);
  if (::connect(handle, remote.data(), static_cast<socklen_t>(remote.size())) < 0) {
    co_return Fault(last_error(), "echo to " + to.to_string());
  }

  Echo echo;
  echo.type = v6 ? ICMP6_ECHO_REQUEST : ICMP_ECHO;
  trust::random_bytes(echo.payload);
  std::memcpy(&echo.identifier, echo.payload.data(), 2);
  echo.sequence = htons(1);
  if (!v6) echo.checksum = checksum(&echo, sizeof echo);
  const Instant start = clock.now();
  if (::send(handle, &echo, sizeof echo, MSG_NOSIGNAL) < 0)
    co_return Fault(last_error(), "echo to " + to.to_string());

  bool late = false;
  auto expire = [&socket, &late] {
    late = true;
    boost::system::error_code ignored;
    socket.close(ignored);
  };
  const auto alarm = clock.at(deadline, expire);
  for (;;) {
    const auto [ec] = co_await socket.async_wait(asio::posix::stream_descriptor::wait_read, as_values);
    if (late) co_return Fault(asio::error::timed_out, "echo to " + to.to_string());
    if (ec) co_return Fault(ec, "echo to " + to.to_string());
    std::array<std::byte, 2048> bytes;
    const ssize_t n = ::recv(handle, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
      co_return Fault(last_error(), "echo to " + to.to_string());
    if (n > 0 && is_our_reply(bytes.data(), static_cast<std::size_t>(n), raw && !v6, v6, echo))
      co_return clock.now() - start;
  }
}

}  // namespace mr::runtime
