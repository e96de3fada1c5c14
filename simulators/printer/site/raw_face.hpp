// The raw ports of many printers (9100 and its like): takes connections, reads what comes with limits, hands
// over whole jobs and firmware files, and answers PJL.
//
// A connection is held to limits in number (per printer and in all), in idle time and in whole time, so that
// half-open and slow peers cost a bounded amount and end. A peer that asks and does not read what it is told
// is not read from either. threading: one executor.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "simulators/printer/raw9100/pjl.hpp"
#include "simulators/printer/raw9100/raw_reader.hpp"
#include "simulators/printer/site/connection_face.hpp"

namespace mr::printer {

struct RawLimits : ConnectionLimits {
  std::chrono::seconds idle{120};         // without an octet: the connection is reset
  std::chrono::seconds whole{3600};       // from accepting to the end
  std::uint64_t octets_max = 2ull << 30;  // of a connection
  firmware::Limits firmware = {};
};

// What a face that takes jobs gives to its owner. `port`: as StreamFace::Options::ports lists them. Calls
// come on the executor's turns; a receiver may switch printers.
struct JobReceiver {
  // A job ended. `from` names it: unlike any other of the face.
  std::function<void(std::size_t index, std::size_t port, const RawJob& job, std::uint64_t from)> job;
  // The rest of the connection is a firmware file; false: this printer takes none now.
  std::function<bool(std::size_t index, std::size_t port)> firmware_begins;
  // It is there, whole or not, unless false was said; errors also: interrupted.
  std::function<void(std::size_t index, std::size_t port, std::uint64_t octets, Result<firmware::File> file)>
      firmware;
  // A connection was refused, or what came on it was dropped; octets came. `why` is a slug.
  std::function<void(std::size_t index, std::size_t port, std::uint64_t octets, std::string_view why)>
      refused;
  // The printer that answers PJL here, or null where it does not; lifetime: the face.
  std::function<Device*(std::size_t index)> device;
  // PJL changed it.
  std::function<void(std::size_t index)> changed;
};

class RawFace {
 public:
  // All are off. lifetime, errors: as StreamFace::open.
  static Result<std::unique_ptr<RawFace>> open(runtime::Runtime& runtime,
                                               std::vector<runtime::Address> addresses, JobReceiver receiver,
                                               StreamFace::Options options, RawLimits limits);
  ~RawFace();  // resets what is open
  RawFace(const RawFace&) = delete;

  Result<void> switch_on(std::size_t index) { return face_->switch_on(index); }
  // Resets the printer's connections too; a firmware file that was coming is told as interrupted.
  void switch_off(std::size_t index) { face_->switch_off(index); }

  // The job that came as `from` was printed, or the device changed: told to the connections that asked.
  void printed(std::size_t index, const RawJob& job, std::uint64_t from, std::uint32_t done);
  void device_changed(std::size_t index);

  const StreamFace& face() const { return face_->face(); }
  std::size_t connections(std::size_t index) const { return face_->connections(index); }

 private:
  struct Session;
  struct State;
  RawFace() = default;
  static runtime::asio::awaitable<void> serve(std::shared_ptr<State> state,
                                              std::shared_ptr<Connection> connection);
  static runtime::asio::awaitable<void> write(std::shared_ptr<State> state, std::shared_ptr<Session> session);
  std::shared_ptr<State> state_;
  std::unique_ptr<ConnectionFace> face_;
};

}  // namespace mr::printer
