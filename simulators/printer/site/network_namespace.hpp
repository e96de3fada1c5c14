// A network of the process's own, in which every address of a site can be given and taken.
//
// On plain loopback every 127.x.y.z answers, whether a printer is there or not. In a network namespace only
// what was added to `lo` answers: a printer that is switched off takes its address with it, and to its peers
// it is then unreachable. Linux only. As root the namespace is made directly, otherwise inside a user
// namespace of its own, in which the process is root over this network alone (so that port 161 can be bound).
//
// threading: enter() before the process has a second thread; it moves the calling thread, and threads made
// later by it.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::printer {

enum class network_errc {
  forbidden = 1,  // the system does not let this process make a namespace, or change addresses in it
  threaded,       // the process already has several threads, so it cannot enter a user namespace
  unsupported,    // the system has no network namespaces, or the address is not IPv4
  present,        // the address was already there
  absent,         // the address was not there
  failed,         // any other answer of the system; the detail has its words
};
std::string_view describe(network_errc);

class NetworkNamespace {
 public:
  // Leaves the network of the system for a new, empty one, brings `lo` up and returns the means to change it.
  // There is no way back: what was open stays open, what is opened later is inside.
  //   errors: forbidden, threaded, unsupported, failed.
  static Result<NetworkNamespace> enter();

  NetworkNamespace(NetworkNamespace&& other) noexcept;
  NetworkNamespace& operator=(NetworkNamespace&& other) noexcept;
  ~NetworkNamespace();

  // Gives `lo` the address (IPv4, as a /32), or takes it away; the system then answers, or no longer answers,
  // for it.
  //   errors: present, absent, forbidden, unsupported, failed.
  Result<void> add(const boost::asio::ip::address& address);
  Result<void> remove(const boost::asio::ip::address& address);

 private:
  explicit NetworkNamespace(int socket) : socket_(socket) {}
  Result<void> change(std::uint16_t type, std::uint16_t flags, const boost::asio::ip::address& address);

  int socket_ = -1;  // rtnetlink
  std::uint32_t sequence_ = 0;
};

}  // namespace mr::printer
MR_ERRC(mr::printer, network_errc, "network namespace")
