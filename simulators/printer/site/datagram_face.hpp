// One UDP port of many printers, each at its own address: who a datagram is for, and an answer that comes
// from there.
//
// Up to `sockets_max` printers have a socket each: one that is switched off has none, and its peers see a
// refused port (or, in a network namespace, an address that is gone). Above, one wildcard socket serves all:
// a printer that is switched off is then silent, and no other program can have the port at any address.
//
// Works on any Network: the world's and the real one. threading: the network's executor.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "reference/runtime/network.hpp"

namespace mr::printer {

class DatagramFace {
 public:
  // A datagram for printer `index`, which is on. It may send; it may not switch a printer (defer that to a
  // later turn).
  using Receiver = std::function<void(std::size_t index, const runtime::Datagram& datagram)>;

  struct Options {
    std::uint16_t port = 161;        // 0: a free one per printer, so never with the wildcard
    std::size_t sockets_max = 1000;  // more printers than this share one wildcard socket
  };

  // Switches all printers on. requires: addresses are distinct and of one family, and not empty.
  //   lifetime: `network` outlives the face.
  //   errors: of Network::bind, with the address in the detail; then nothing stays bound.
  static Result<std::unique_ptr<DatagramFace>> open(runtime::Network& network,
                                                    std::vector<runtime::Address> addresses,
                                                    Receiver receiver, Options options);
  DatagramFace(const DatagramFace&) = delete;

  // Binds the printer's port, or gives it back; idempotent. errors (on): of Network::bind; it then stays off.
  Result<void> switch_on(std::size_t index);
  void switch_off(std::size_t index);
  bool is_on(std::size_t index) const { return printers_[index].on; }

  // Sends from the printer's own address and port. Nothing is sent while it is off.
  void send(std::size_t index, std::span<const std::byte> payload, const runtime::Endpoint& to);

  // Sends from another place on purpose: of this host, or of another printer. Port 0: a free one; 161: the
  // port of this face. Nothing is sent while the printer is off. errors: of Network::bind.
  Result<void> send_from(std::size_t index, std::span<const std::byte> payload, const runtime::Endpoint& to,
                         runtime::Endpoint from);

  std::size_t size() const { return printers_.size(); }
  bool shared() const { return wildcard_ != nullptr; }
  // Where the printer is; the port that was given where 0 was asked for, and is on.
  runtime::Endpoint endpoint(std::size_t index) const;

 private:
  struct Place {
    runtime::Address address;
    bool on = false;
    std::unique_ptr<runtime::DatagramSocket> socket;  // null when off, and with the wildcard
  };
  DatagramFace(runtime::Network& network, std::vector<runtime::Address> addresses, Receiver receiver,
               Options options);

  runtime::Network& network_;
  Receiver receiver_;
  Options options_;
  std::vector<Place> printers_;
  std::map<runtime::Address, std::size_t> index_of_;  // with the wildcard
  std::unique_ptr<runtime::DatagramSocket> wildcard_;
};

}  // namespace mr::printer
