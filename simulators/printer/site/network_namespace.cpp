#include "simulators/printer/site/network_namespace.hpp"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace mr::printer {
namespace {

network_errc errc_of(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
    case ENOSPC:  // the limit on namespaces, which some systems set to 0 in order to forbid them
    case EUSERS:
      return network_errc::forbidden;
    case ENOSYS:
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
      return network_errc::unsupported;
    case EEXIST:
      return network_errc::present;
    case EADDRNOTAVAIL:
      return network_errc::absent;
    default:
      return network_errc::failed;
  }
}

Fault fault(int error, std::string_view what) {
  return Fault(errc_of(error), std::string(what) + ": " + std::strerror(error));
}

bool write_file(const char* path, const std::string& text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t written = ::write(file, text.data(), text.size());
  const int error = errno;
  ::close(file);
  errno = error;
  return written == static_cast<ssize_t>(text.size());
}

// As an ordinary user: a user namespace in which this user is root, and in it the network.
Result<void> unshare_as_user() {
  const uid_t user = ::getuid();
  const gid_t group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) {
    if (errno == EINVAL) return Fault(network_errc::threaded, "unshare: the process has several threads");
    return fault(errno, "unshare(user, network)");
  }
  // Absent before Linux 3.19, where gid_map needs no such permission.
  if (!write_file("/proc/self/setgroups", "deny") && errno != ENOENT)
    return fault(errno, "/proc/self/setgroups");
  if (!write_file("/proc/self/uid_map", "0 " + std::to_string(user) + " 1\n"))
    return fault(errno, "/proc/self/uid_map");
  if (!write_file("/proc/self/gid_map", "0 " + std::to_string(group) + " 1\n"))
    return fault(errno, "/proc/self/gid_map");
  return {};
}

Result<void> bring_loopback_up() {
  const int probe = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return fault(errno, "socket");
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  int rc = ::ioctl(probe, SIOCGIFFLAGS, &request);
  if (rc == 0) {
    request.ifr_flags |= IFF_UP | IFF_RUNNING;
    rc = ::ioctl(probe, SIOCSIFFLAGS, &request);
  }
  const int error = errno;
  ::close(probe);
  if (rc != 0) return fault(error, "bringing lo up");
  return {};
}

}  // namespace

std::string_view describe(network_errc code) {
  switch (code) {
    case network_errc::forbidden:
      return "the system does not allow a network namespace here";
    case network_errc::threaded:
      return "a network namespace must be entered before a second thread starts";
    case network_errc::unsupported:
      return "not supported by this system";
    case network_errc::present:
      return "the address is there already";
    case network_errc::absent:
      return "the address is not there";
    case network_errc::failed:
      return "the system refused";
  }
  return "unknown error";
}

Result<NetworkNamespace> NetworkNamespace::enter() {
  if (::unshare(CLONE_NEWNET) != 0) {
    if (errno != EPERM) return fault(errno, "unshare(network)");
    MR_TRY(unshare_as_user());
  }
  MR_TRY(bring_loopback_up());
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket < 0) return fault(errno, "rtnetlink");
  return NetworkNamespace(socket);
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), sequence_(other.sequence_) {}

NetworkNamespace& NetworkNamespace::operator=(NetworkNamespace&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(sequence_, other.sequence_);
  return *this;
}

NetworkNamespace::~NetworkNamespace() {
  if (socket_ >= 0) ::close(socket_);
}

Result<void> NetworkNamespace::add(const boost::asio::ip::address& address) {
  return change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, address);
}

Result<void> NetworkNamespace::remove(const boost::asio::ip::address& address) {
  return change(RTM_DELADDR, 0, address);
}

Result<void> NetworkNamespace::change(std::uint16_t type, std::uint16_t flags,
                                      const boost::asio::ip::address& address) {
  const std::string what = (type == RTM_NEWADDR ? "adding " : "removing ") + address.to_string();
  if (!address.is_v4()) return Fault(network_errc::unsupported, what + ": only IPv4");
  const auto octets = address.to_v4().to_bytes();

  struct {
    nlmsghdr header;
    ifaddrmsg body;
    struct {
      rtattr head;
      unsigned char octets[4];
    } local, remote;
  } request{};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  request.header.nlmsg_seq = ++sequence_;
  request.body.ifa_family = AF_INET;
  request.body.ifa_prefixlen = 32;
  request.body.ifa_scope = RT_SCOPE_HOST;
  request.body.ifa_index = ::if_nametoindex("lo");
  request.local.head = {sizeof request.local, IFA_LOCAL};
  request.remote.head = {sizeof request.remote, IFA_ADDRESS};
  std::memcpy(request.local.octets, octets.data(), 4);
  std::memcpy(request.remote.octets, octets.data(), 4);
  if (::send(socket_, &request, sizeof request, 0) < 0) return fault(errno, what);

  alignas(nlmsghdr) char reply[4096];
  for (;;) {
    const ssize_t got = ::recv(socket_, reply, sizeof reply, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fault(errno, what);
    int left = static_cast<int>(got);
    for (auto* header = reinterpret_cast<nlmsghdr*>(reply); NLMSG_OK(header, static_cast<unsigned>(left));
         header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type != NLMSG_ERROR || header->nlmsg_seq != sequence_) continue;
      const int error = -static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
      if (error != 0) return fault(error, what);
      return {};
    }
  }
}

}  // namespace mr::printer
