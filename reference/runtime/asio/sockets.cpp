// TCP and UDP on the kernel.
//
// UDP is received with recvmsg, because only its control messages (IP_PKTINFO, IPV6_PKTINFO) tell which of
// this host's addresses a datagram came to, and sent with sendmsg, to choose the address that it leaves from:
// one wildcard socket can then be many printers.
#include "reference/runtime/asio/sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstring>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {
namespace {

using asio::ip::tcp;
using asio::ip::udp;

template <class E>
Endpoint endpoint_of(const E& endpoint) {
  return {endpoint.address(), endpoint.port()};
}

// A write to a connection that the peer has reset may say either.
boost::system::error_code plain(boost::system::error_code ec) {
  return ec == asio::error::broken_pipe ? boost::system::error_code(asio::error::connection_reset) : ec;
}

class TcpBody final : public StreamBody {
 public:
  TcpBody(tcp::socket socket, Hold hold) : socket_(std::move(socket)), hold_(std::move(hold)) {
    boost::system::error_code ec;
    socket_.set_option(tcp::no_delay(true), ec);
    local_ = endpoint_of(socket_.local_endpoint(ec));
    remote_ = endpoint_of(socket_.remote_endpoint(ec));
  }
  void read(asio::mutable_buffer into, IoHandler done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write(asio::const_buffer from, IoHandler done) override {
    auto slot = asio::get_associated_cancellation_slot(done);
    socket_.async_write_some(
        from, asio::bind_cancellation_slot(
                  slot, [done = std::move(done)](boost::system::error_code ec, std::size_t n) mutable {
                    std::move(done)(plain(ec), n);
                  }));
  }
  void shut_send() override {
    boost::system::error_code ec;
    socket_.shutdown(tcp::socket::shutdown_send, ec);
  }
  void close() override {
    boost::system::error_code ec;
    socket_.close(ec);
    hold_.reset();
  }
  void reset() override {
    boost::system::error_code ec;
    socket_.set_option(asio::socket_base::linger(true, 0), ec);
    close();
  }
  Endpoint local() const override { return local_; }
  Endpoint remote() const override { return remote_; }
  const trust::TlsSession* tls() const override { return nullptr; }

 private:
  tcp::socket socket_;
  Hold hold_;
  Endpoint local_, remote_;
};

class TcpListener final : public Listener {
 public:
  TcpListener(asio::io_context& context, Clock& clock) : acceptor_(context), clock_(clock) {}

  asio::awaitable<Result<Stream>> accept() override {
    Clock& clock = clock_;
    auto [ec, socket] = co_await acceptor_.async_accept(as_values);
    if (ec) co_return Fault(ec, "accept");
    co_return stream_of(std::move(socket), clock.hold());
  }
  Endpoint local() const override {
    boost::system::error_code ec;
    return endpoint_of(acceptor_.local_endpoint(ec));
  }
  void close() override {
    boost::system::error_code ec;
    acceptor_.close(ec);
  }

  tcp::acceptor acceptor_;

 private:
  Clock& clock_;
};

constexpr int datagrams_per_turn = 64;

sockaddr_storage raw(const Endpoint& endpoint, socklen_t& length) {
  const udp::endpoint native(endpoint.address, endpoint.port);
  sockaddr_storage out{};
  length = static_cast<socklen_t>(native.size());
  std::memcpy(&out, native.data(), native.size());
  return out;
}

Endpoint cooked(const sockaddr_storage& from) {
  udp::endpoint out;
  const std::size_t size = from.ss_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
  out.resize(size);
  std::memcpy(out.data(), &from, size);
  return endpoint_of(out);
}

// The body of the socket outlives it while a wait is pending: hence shared.
struct UdpState : std::enable_shared_from_this<UdpState> {
  explicit UdpState(asio::io_context& context) : socket(context) {}

  void await() {
    auto arrived = [self = shared_from_this()](boost::system::error_code ec) {
      if (ec || !self->socket.is_open()) return;
      self->receive();
      if (self->socket.is_open()) self->await();
    };
    socket.async_wait(udp::socket::wait_read, arrived);
  }

  void receive() {
    static thread_local std::array<std::byte, 65536> bytes;
    for (int i = 0; i < datagrams_per_turn && socket.is_open(); ++i) {
      sockaddr_storage from{};
      alignas(cmsghdr) std::array<char, 256> control;
      iovec part{bytes.data(), bytes.size()};
      msghdr message{};
      message.msg_name = &from;
      message.msg_namelen = sizeof from;
      message.msg_iov = &part;
      message.msg_iovlen = 1;
      message.msg_control = control.data();
      message.msg_controllen = control.size();
      const ssize_t n = ::recvmsg(socket.native_handle(), &message, MSG_DONTWAIT);
      if (n < 0) return;  // nothing more, or an error that belongs to no datagram
      Datagram datagram{Bytes(bytes.begin(), bytes.begin() + n), cooked(from), local};
      if (const auto to = destination(message)) datagram.to.address = *to;
      if (receiver) receiver(datagram);
    }
  }

  static std::optional<Address> destination(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
        in_pktinfo found;
        std::memcpy(&found, CMSG_DATA(part), sizeof found);
        return asio::ip::address_v4(ntohl(found.ipi_addr.s_addr));
      }
      if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
        in6_pktinfo found;
        std::memcpy(&found, CMSG_DATA(part), sizeof found);
        asio::ip::address_v6::bytes_type address;
        std::memcpy(address.data(), &found.ipi6_addr, address.size());
        return asio::ip::address_v6(address);
      }
    }
    return std::nullopt;
  }

  void send(std::span<const std::byte> payload, const Endpoint& to, std::optional<Address> chosen_from) {
    if (!chosen_from) chosen_from = sends_from;
    socklen_t length = 0;
    sockaddr_storage name = raw(to, length);
    iovec part{const_cast<std::byte*>(payload.data()), payload.size()};
    alignas(cmsghdr) std::array<char, 256> control{};
    msghdr message{};
    message.msg_name = &name;
    message.msg_namelen = length;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (chosen_from && chosen_from->is_v4() && to.address.is_v4()) {
      in_pktinfo chosen{};
      chosen.ipi_spec_dst.s_addr = htonl(chosen_from->to_v4().to_uint());
      attach(message, control, IPPROTO_IP, IP_PKTINFO, &chosen, sizeof chosen);
    } else if (chosen_from && chosen_from->is_v6() && to.address.is_v6()) {
      in6_pktinfo chosen{};
      const auto address = chosen_from->to_v6().to_bytes();
      std::memcpy(&chosen.ipi6_addr, address.data(), address.size());
      attach(message, control, IPPROTO_IPV6, IPV6_PKTINFO, &chosen, sizeof chosen);
    }
    ::sendmsg(socket.native_handle(), &message,
              MSG_DONTWAIT | MSG_NOSIGNAL);  // what cannot go now is dropped, as UDP does
  }

  static void attach(msghdr& message, std::array<char, 256>& control, int level, int type, const void* value,
                     std::size_t size) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(size);
    cmsghdr* part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(part), value, size);
  }

  udp::socket socket;
  Endpoint local;
  std::optional<Address> sends_from;  // unless send() names another
  std::function<void(const Datagram&)> receiver;
};

class UdpSocket final : public DatagramSocket {
 public:
  explicit UdpSocket(std::shared_ptr<UdpState> state) : state_(std::move(state)) {}
  ~UdpSocket() override {
    boost::system::error_code ec;
    state_->socket.close(ec);
  }
  void on_receive(std::function<void(const Datagram&)> receiver) override {
    state_->receiver = std::move(receiver);
  }
  void send(std::span<const std::byte> payload, const Endpoint& to, std::optional<Address> from) override {
    state_->send(payload, to, from);
  }
  Endpoint local() const override { return state_->local; }

 private:
  std::shared_ptr<UdpState> state_;
};

}  // namespace

Stream stream_of(tcp::socket socket, Hold hold) {
  auto executor = socket.get_executor();
  return Stream(executor, std::make_unique<TcpBody>(std::move(socket), std::move(hold)));
}

asio::awaitable<Result<Stream>> connect_tcp(asio::io_context& context, Clock& clock,
                                            std::optional<Address> from, Endpoint to, Instant deadline) {
  MR_ASSERT(!trust::random_is_repeatable());
  const tcp::endpoint remote(to.address, to.port);
  tcp::socket socket(context);
  Hold hold = clock.hold();
  boost::system::error_code ec;
  socket.open(remote.protocol(), ec);
  if (!ec && from && from->is_v4() == to.address.is_v4()) {
    const asio::detail::socket_option::boolean<IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT> late_port(true);
    socket.set_option(late_port, ec);
    socket.bind(tcp::endpoint(*from, 0), ec);
  }
  if (ec) co_return Fault(ec, "connecting to " + to_string(to));

  bool late = false;
  auto expire = [&socket, &late] {
    late = true;
    boost::system::error_code ignored;
    socket.close(ignored);
  };
  auto alarm = clock.at(deadline, expire);
  const auto [failed] = co_await socket.async_connect(remote, as_values);
  alarm.reset();
  if (late) co_return Fault(asio::error::timed_out, "connecting to " + to_string(to));
  if (failed) co_return Fault(failed, "connecting to " + to_string(to));
  co_return stream_of(std::move(socket), std::move(hold));
}

Result<std::unique_ptr<Listener>> listen_tcp(asio::io_context& context, Clock& clock, Endpoint at) {
  MR_ASSERT(!trust::random_is_repeatable());
  auto listener = std::make_unique<TcpListener>(context, clock);
  const tcp::endpoint local(at.address, at.port);
  boost::system::error_code ec;
  auto& acceptor = listener->acceptor_;
  acceptor.open(local.protocol(), ec);
  if (!ec) acceptor.set_option(asio::socket_base::reuse_address(true), ec);
  if (!ec) acceptor.bind(local, ec);
  if (!ec) acceptor.listen(asio::socket_base::max_listen_connections, ec);
  if (ec) return Fault(ec, "listening on " + to_string(at));
  return listener;
}

Result<std::unique_ptr<DatagramSocket>> bind_udp(asio::io_context& context, Endpoint at,
                                                 std::optional<Address> from) {
  MR_ASSERT(!trust::random_is_repeatable());
  auto state = std::make_shared<UdpState>(context);
  const udp::endpoint local(at.address, at.port);
  boost::system::error_code ec;
  state->socket.open(local.protocol(), ec);
  using asio::detail::socket_option::boolean;
  if (!ec && local.protocol() == udp::v4())
    state->socket.set_option(boolean<IPPROTO_IP, IP_PKTINFO>(true), ec);
  if (!ec && local.protocol() == udp::v6())
    state->socket.set_option(boolean<IPPROTO_IPV6, IPV6_RECVPKTINFO>(true), ec);
  if (!ec) state->socket.bind(local, ec);
  if (ec) return Fault(ec, "binding UDP " + to_string(at));
  // A burst of a scan's answers: best effort, the kernel caps it.
  state->socket.set_option(asio::socket_base::receive_buffer_size(4 * 1024 * 1024), ec);
  state->socket.non_blocking(true, ec);
  state->local = endpoint_of(state->socket.local_endpoint(ec));
  state->sends_from = from;
  state->await();
  return std::make_unique<UdpSocket>(std::move(state));
}

}  // namespace mr::runtime
