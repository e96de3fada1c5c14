// Against sockets of this process: how each ending of a conversation is told. The TLS part is tested against
// openssl and nginx by suites/peers_test.sh, and against the reference server.
#include "conformance/wire/connection.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "conformance/wire/http.hpp"

namespace mr::wire {
namespace {

class Listener {
 public:
  Listener() {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    ::listen(fd_, 8);
    socklen_t size = sizeof at;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
  }
  ~Listener() { stop(); }
  void stop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  int accept() const { return ::accept(fd_, nullptr, nullptr); }
  Address address() const { return {"127.0.0.1", port_}; }

 private:
  int fd_ = -1;
  std::uint16_t port_ = 0;
};

Deadline soon() { return Deadline::in(Milliseconds(2000)); }
Deadline now() { return Deadline::in(Milliseconds(20)); }

TEST(Connection, TellsRefusedAndUnreachable) {
  Listener listener;
  const Address address = listener.address();
  listener.stop();
  EXPECT_EQ(Connection::open(address, soon()).error().end, End::refused);
  EXPECT_EQ(Connection::open({"no-such-name.invalid", 1}, soon()).error().end, End::unreachable);
}

TEST(Connection, TellsSilenceEndAndReset) {
  Listener listener;
  auto connection = Connection::open(listener.address(), soon());
  ASSERT_TRUE(connection);
  const int peer = listener.accept();
  std::string got;
  EXPECT_EQ(connection->receive(got, now()).error().end, End::timed_out);
  ASSERT_EQ(::send(peer, "ab", 2, 0), 2);
  ASSERT_TRUE(connection->receive(got, soon()));
  EXPECT_EQ(got, "ab");
  ::close(peer);
  EXPECT_EQ(connection->receive(got, soon()).error().end, End::closed);

  auto second = Connection::open(listener.address(), soon());
  ASSERT_TRUE(second);
  const int other = listener.accept();
  const linger at_once{1, 0};
  ::setsockopt(other, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(other);
  EXPECT_EQ(second->receive(got, soon()).error().end, End::reset);
}

TEST(Connection, HandshakeWithASilentPeerEndsAtTheDeadline) {
  Listener listener;
  auto connection = Connection::open(listener.address(), soon());
  ASSERT_TRUE(connection);
  const auto shown = connection->secure({.server_name = "a.test"}, Deadline::in(Milliseconds(50)));
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().end, End::timed_out);
}

TEST(Connection, HandshakeTellsAnAlertAndWhatIsNoTls) {
  Listener listener;
  auto connection = Connection::open(listener.address(), soon());
  ASSERT_TRUE(connection);
  const int peer = listener.accept();
  ASSERT_EQ(::send(peer, "\x15\x03\x03\x00\x02\x02\x46", 7, 0), 7);  // fatal, protocol_version
  const auto shown = connection->secure({}, soon());
  ASSERT_FALSE(shown);
  EXPECT_EQ(to_string(shown.error()), "alert protocol_version (70)");
  ::close(peer);

  auto second = Connection::open(listener.address(), soon());
  ASSERT_TRUE(second);
  const int other = listener.accept();
  ASSERT_EQ(::send(other, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, 0), 28);
  EXPECT_EQ(second->secure({}, soon()).error().end, End::tls);
  ::close(other);
}

TEST(Connection, ResponseIsReadFromASocketWithWhatFollows) {
  Listener listener;
  auto connection = Connection::open(listener.address(), soon());
  ASSERT_TRUE(connection);
  const int peer = listener.accept();
  const std::string_view two =
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 No\r\nContent-Length: 1\r\n\r\nb";
  ASSERT_EQ(::send(peer, two.data(), two.size(), 0), static_cast<ssize_t>(two.size()));
  std::string early;
  const auto first = read_response(*connection, early, soon());
  ASSERT_TRUE(first) << to_string(first.error());
  const auto second = read_response(*connection, early, soon());
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_EQ(first->body + second->body, "ab");
  EXPECT_FALSE(ends(*connection, now()));
  ::close(peer);
  EXPECT_TRUE(ends(*connection, soon()));
}

}  // namespace
}  // namespace mr::wire
