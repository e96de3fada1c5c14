#include "simulators/printer/site/datagram_face.hpp"

#include <utility>

namespace mr::printer {

using runtime::Datagram;
using runtime::Endpoint;

DatagramFace::DatagramFace(runtime::Network& network, std::vector<runtime::Address> addresses,
                           Receiver receiver, Options options)
    : network_(network), receiver_(std::move(receiver)), options_(options) {
  printers_.reserve(addresses.size());
  for (const auto& address : addresses) printers_.push_back({.address = address});
}

Result<std::unique_ptr<DatagramFace>> DatagramFace::open(runtime::Network& network,
                                                         std::vector<runtime::Address> addresses,
                                                         Receiver receiver, Options options) {
  MR_ASSERT(!addresses.empty());
  std::unique_ptr<DatagramFace> face(
      new DatagramFace(network, std::move(addresses), std::move(receiver), options));
  if (face->size() > options.sockets_max) {
    MR_ASSERT(options.port != 0);
    for (std::size_t i = 0; i < face->size(); ++i) {
      const bool added = face->index_of_.emplace(face->printers_[i].address, i).second;
      MR_ASSERT(added);
    }
    const Endpoint any{face->printers_[0].address.is_v4()
                           ? runtime::Address(boost::asio::ip::address_v4::any())
                           : runtime::Address(boost::asio::ip::address_v6::any()),
                       options.port};
    auto bound = network.bind(any);
    if (!bound) return Fault(bound.error().code, to_string(any) + ": " + bound.error().detail);
    face->wildcard_ = std::move(*bound);
    face->wildcard_->on_receive([face = face.get()](const Datagram& datagram) {
      const auto at = face->index_of_.find(datagram.to.address);
      if (at != face->index_of_.end() && face->printers_[at->second].on)
        face->receiver_(at->second, datagram);
    });
  }
  for (std::size_t i = 0; i < face->size(); ++i) MR_TRY(face->switch_on(i));
  return face;
}

Result<void> DatagramFace::switch_on(std::size_t index) {
  MR_ASSERT(index < printers_.size());
  Place& place = printers_[index];
  if (place.on) return {};
  if (!wildcard_) {
    const Endpoint at{place.address, options_.port};
    auto bound = network_.bind(at);
    if (!bound) return Fault(bound.error().code, to_string(at) + ": " + bound.error().detail);
    place.socket = std::move(*bound);
    place.socket->on_receive([this, index](const Datagram& datagram) { receiver_(index, datagram); });
  }
  place.on = true;
  return {};
}

void DatagramFace::switch_off(std::size_t index) {
  MR_ASSERT(index < printers_.size());
  printers_[index].on = false;
  printers_[index].socket.reset();
}

void DatagramFace::send(std::size_t index, std::span<const std::byte> payload, const Endpoint& to) {
  MR_ASSERT(index < printers_.size());
  const Place& place = printers_[index];
  if (!place.on) return;
  if (wildcard_) {
    wildcard_->send(payload, to, place.address);
  } else {
    place.socket->send(payload, to);
  }
}

Result<void> DatagramFace::send_from(std::size_t index, std::span<const std::byte> payload,
                                     const Endpoint& to, Endpoint from) {
  MR_ASSERT(index < printers_.size());
  if (!printers_[index].on) return {};
  const bool snmp = from.port == 161;
  if (snmp) from.port = options_.port;
  if (wildcard_ && from.port == options_.port) {
    wildcard_->send(payload, to, from.address);
    return {};
  }
  for (const Place& place : printers_) {  // the port may be a printer's
    if (!place.socket || place.address != from.address) continue;
    if (!snmp && from.port != place.socket->local().port) continue;
    place.socket->send(payload, to);
    return {};
  }
  auto bound = network_.bind(from);
  if (!bound) return Fault(bound.error().code, to_string(from) + ": " + bound.error().detail);
  (*bound)->send(payload, to);
  return {};
}

Endpoint DatagramFace::endpoint(std::size_t index) const {
  MR_ASSERT(index < printers_.size());
  const Place& place = printers_[index];
  return {place.address, place.socket ? place.socket->local().port : options_.port};
}

}  // namespace mr::printer
