#include "simulators/printer/site/network_namespace.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

using namespace mr::printer;
namespace ip = boost::asio::ip;

namespace {

constexpr int forbidden_here = 77;

// The errno of binding a UDP socket to address:port, 0 when it can be bound.
int bind_error(const char* address, std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &name.sin_addr);
  const int rc = ::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name);
  const int error = rc == 0 ? 0 : errno;
  ::close(fd);
  return error;
}

// Entering has no way back, so each test does it in a child; the exit code is the number of the step that
// failed.
int in_child(int (*body)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int gives_and_takes_addresses() {
  auto network = NetworkNamespace::enter();
  if (!network) return network.error().code == network_errc::forbidden ? forbidden_here : 1;
  const auto address = ip::make_address("192.0.2.17");
  if (bind_error("192.0.2.17", 161) != EADDRNOTAVAIL) return 2;
  if (!network->add(address)) return 3;
  if (bind_error("192.0.2.17", 161) != 0) return 4;  // the real port, as root of this network
  const auto again = network->add(address);
  if (!again.has_error() || again.error().code != network_errc::present) return 5;
  if (!network->remove(address)) return 6;
  if (bind_error("192.0.2.17", 161) != EADDRNOTAVAIL) return 7;
  const auto twice = network->remove(address);
  if (!twice.has_error() || twice.error().code != network_errc::absent) return 8;
  const auto six = network->add(ip::make_address("2001:db8::1"));
  if (!six.has_error() || six.error().code != network_errc::unsupported) return 9;
  return 0;
}

int gives_two_thousand() {
  auto network = NetworkNamespace::enter();
  if (!network) return network.error().code == network_errc::forbidden ? forbidden_here : 1;
  for (std::uint32_t i = 0; i < 2000; ++i) {
    if (!network->add(ip::address_v4(0xC0A80001u + i))) return 2;
  }
  return bind_error("192.168.7.208", 9100);
}

}  // namespace

TEST(NetworkNamespace, GivesAndTakesAddresses) {
  const int step = in_child(&gives_and_takes_addresses);
  if (step == forbidden_here) GTEST_SKIP() << "this system does not allow a network namespace";
  EXPECT_EQ(step, 0);
}

TEST(NetworkNamespace, HoldsAFleet) {
  const int step = in_child(&gives_two_thousand);
  if (step == forbidden_here) GTEST_SKIP() << "this system does not allow a network namespace";
  EXPECT_EQ(step, 0);
}
