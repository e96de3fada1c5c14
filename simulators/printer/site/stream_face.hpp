// TCP ports of many printers, each at its own address: who a connection is for.
//
// Up to `sockets_max` listeners, every printer has its own for each port: one that is switched off refuses.
// Above, one wildcard listener per port serves all, and a connection to a printer that is switched off is
// accepted and reset. Works on any Network: the world's and the real one. threading: the network's executor.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "reference/runtime/runtime.hpp"

namespace mr::printer {

class StreamFace {
 public:
  // A connection to `ports[port]` of printer `index`, which is on. The receiver owns the stream.
  using Receiver = std::function<void(std::size_t index, std::size_t port, runtime::Stream stream)>;

  struct Options {
    std::vector<std::uint16_t> ports;  // 0: a free one per printer, so never with the wildcard
    std::size_t sockets_max = 1000;    // more listeners than this become one wildcard listener a port
  };

  // All are off. requires: addresses are distinct and of one family, and not empty. lifetime: `runtime`
  // outlives the face, and what the face spawned ends on its executor, without touching the face once that is
  // gone.
  //   errors: of Network::listen, for the wildcard.
  static Result<std::unique_ptr<StreamFace>> open(runtime::Runtime& runtime,
                                                  std::vector<runtime::Address> addresses, Receiver receiver,
                                                  Options options);
  ~StreamFace();
  StreamFace(const StreamFace&) = delete;

  // Listens at the printer's ports, or gives them back; idempotent. errors (on): of Network::listen; it then
  // stays off. Connections that were accepted are the receiver's.
  Result<void> switch_on(std::size_t index);
  void switch_off(std::size_t index);

  bool shared() const;
  // Where the printer listens; the port that was given where 0 was asked for, and is on.
  runtime::Endpoint endpoint(std::size_t index, std::size_t port) const;

 private:
  struct State;
  explicit StreamFace(std::shared_ptr<State> state) : state_(std::move(state)) {}
  static runtime::asio::awaitable<void> accept_all(std::shared_ptr<State> state,
                                                   std::shared_ptr<runtime::Listener> listener,
                                                   std::size_t index, std::size_t port);
  std::shared_ptr<State> state_;
};

}  // namespace mr::printer
