// TCP ports of many printers whose connections are each served by a coroutine: how many there may be, and
// their end with the printer.
//
// What is said on a connection is the business of raw_face, lpd_face and web_face. threading: one executor.
#pragma once

#include <functional>
#include <memory>

#include "simulators/printer/site/stream_face.hpp"

namespace mr::printer {

struct ConnectionLimits {
  std::size_t connections_max = 8;         // of one printer
  std::size_t connections_all_max = 2000;  // of all; more are reset
};

struct Connection {
  std::size_t index, port;  // the printer; the port as StreamFace::Options lists them
  runtime::Stream stream;   // may be moved from
  // This side reset it: the printer or the face went. To be looked at after each suspension; when true the
  // face and its owner may be gone too, so that nothing of them may be touched.
  bool gone = false;
  // Called once when the printer (not the face) goes while the connection is open. May be empty.
  std::function<void()> went;
};

class ConnectionFace {
 public:
  struct Receiver {
    // Serves a connection, which is over when this ends; a stream that is still open then is closed.
    std::function<runtime::asio::awaitable<void>(std::shared_ptr<Connection> connection)> serve;
    // One too many came and was reset. May be empty.
    std::function<void(std::size_t index, std::size_t port)> refused;
  };

  // All are off. lifetime, errors: as StreamFace::open.
  static Result<std::unique_ptr<ConnectionFace>> open(runtime::Runtime& runtime,
                                                      std::vector<runtime::Address> addresses,
                                                      Receiver receiver, StreamFace::Options options,
                                                      ConnectionLimits limits);
  ~ConnectionFace();  // resets what is open
  ConnectionFace(const ConnectionFace&) = delete;

  Result<void> switch_on(std::size_t index) { return face_->switch_on(index); }
  void switch_off(std::size_t index);  // resets the printer's connections too
  const StreamFace& face() const { return *face_; }
  std::size_t connections(std::size_t index) const;
  // Those of a printer that are open, in the order in which they came.
  std::vector<std::shared_ptr<Connection>> open_of(std::size_t index) const;

 private:
  struct State;
  ConnectionFace() = default;
  static runtime::asio::awaitable<void> serve(std::shared_ptr<State> state,
                                              std::shared_ptr<Connection> connection);
  std::shared_ptr<State> state_;
  std::unique_ptr<StreamFace> face_;
};

}  // namespace mr::printer
