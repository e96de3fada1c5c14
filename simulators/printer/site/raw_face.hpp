// The raw ports of many printers (9100 and its like): takes connections, reads what comes with limits, and
// hands over whole jobs and firmware files.
//
// A connection is held to limits in number (per printer and in all), in idle time and in whole time, so that
// half-open and slow peers cost a bounded amount and end. Nothing is sent back. threading: one executor.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "simulators/printer/raw9100/raw_reader.hpp"
#include "simulators/printer/site/stream_face.hpp"

namespace mr::printer {

struct RawLimits {
  std::size_t connections_max = 8;         // of one printer
  std::size_t connections_all_max = 2000;  // of all; more are reset
  std::chrono::seconds idle{120};          // without an octet: the connection is reset
  std::chrono::seconds whole{3600};        // from accepting to the end
  std::uint64_t octets_max = 2ull << 30;   // of a connection
  firmware::Limits firmware = {};
};

class RawFace {
 public:
  // `port`: as Options::ports lists them. Calls come on the executor's turns; a receiver may switch printers.
  struct Receiver {
    // A job ended.
    std::function<void(std::size_t index, std::size_t port, const RawJob& job)> job;
    // The rest of the connection is a firmware file; false: this printer takes none now.
    std::function<bool(std::size_t index, std::size_t port)> firmware_begins;
    // It is there, whole or not, unless false was said; errors also: interrupted.
    std::function<void(std::size_t index, std::size_t port, std::uint64_t octets,
                       Result<firmware::File> file)>
        firmware;
    // A connection was refused, or what came on it was dropped; octets came. `why` is a slug.
    std::function<void(std::size_t index, std::size_t port, std::uint64_t octets, std::string_view why)>
        refused;
  };

  // All are off. lifetime, errors: as StreamFace::open.
  static Result<std::unique_ptr<RawFace>> open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, Receiver receiver,
                                               StreamFace::Options options, RawLimits limits);
  ~RawFace();  // resets what is open
  RawFace(const RawFace&) = delete;

  Result<void> switch_on(std::size_t index) { return face_->switch_on(index); }
  // Resets the printer's connections too; a firmware file that was coming is told as interrupted.
  void switch_off(std::size_t index);

  const StreamFace& face() const { return *face_; }
  std::size_t connections(std::size_t index) const;

 private:
  struct Connection;
  struct State;
  RawFace() = default;
  static runtime::asio::awaitable<void> serve(std::shared_ptr<State> state,
                                              std::shared_ptr<Connection> connection);
  std::shared_ptr<State> state_;
  std::unique_ptr<StreamFace> face_;
};

}  // namespace mr::printer
