// The line printer daemon port of many printers (RFC 1179): takes connections, and hands over whole jobs and
// firmware files. Limits as of the raw ports. threading: one executor.
#pragma once

#include <functional>
#include <memory>

#include "simulators/printer/site/raw_face.hpp"

namespace mr::printer {

class LpdFace {
 public:
  // What is told of a queue: its lines, each ended by LF.
  using Listing = std::function<std::string(std::size_t index, bool long_form)>;

  // All are off. `receiver`: as the raw ports', without PJL's answers; jobs come from 0. lifetime, errors: as
  // StreamFace::open.
  static Result<std::unique_ptr<LpdFace>> open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, JobReceiver receiver,
                                               Listing listing, StreamFace::Options options,
                                               RawLimits limits);
  LpdFace(const LpdFace&) = delete;

  Result<void> switch_on(std::size_t index) { return face_->switch_on(index); }
  // Resets the printer's connections too; a firmware file that was coming is told as interrupted.
  void switch_off(std::size_t index) { face_->switch_off(index); }
  const StreamFace& face() const { return face_->face(); }

 private:
  struct State;
  LpdFace() = default;
  static runtime::asio::awaitable<void> serve(std::shared_ptr<State> state,
                                              std::shared_ptr<Connection> connection);
  std::shared_ptr<State> state_;
  std::unique_ptr<ConnectionFace> face_;
};

}  // namespace mr::printer
