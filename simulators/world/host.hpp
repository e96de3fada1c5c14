// One host of the world: the Runtime that an agent, a server or a printer is given.
//
// A host has lives: from add_host() or restart() to crash(). What was waiting in a life is destroyed by its
// end and never resumed; objects of that life that still exist (listeners, streams, alarms, stores) are
// inert: their operations do nothing, and may be destroyed later. Coroutines started through the Runtime
// after restart() belong to the new life.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/trace_log.hpp"
#include "simulators/world/disk.hpp"
#include "simulators/world/world.hpp"

namespace mr::world {

class HostClock;
class HostNetwork;
class HostStores;

struct Crash {
  // Peers: false: they hear nothing, as after a power cut, and a reset once the host is up again; true: a
  // reset at once, as when a process is killed.
  bool resets = false;
  DiskLoss disk = DiskLoss::all;
};

class Host final : public runtime::Runtime {
 public:
  Host(World& world, HostOptions options);
  ~Host() override;

  const std::string& host() const override { return options_.name; }
  runtime::asio::any_io_executor executor() override;
  runtime::Clock& clock() override;
  runtime::Network& network() override;
  runtime::Entropy& entropy() override { return world_.entropy(); }
  runtime::Stores& stores() override;
  runtime::Trace& trace() override { return trace_; }
  runtime::asio::awaitable<void> offload(std::function<void()> work) override;

  // Ends the present life. Called from within a turn of this very host it takes effect at the end of the
  // turn. Nothing while down.
  void crash(Crash how = {});
  // Begins a new life, with the same addresses, disk and clock. requires: down.
  void restart();
  bool up() const { return life_ != nullptr; }
  // Its addresses answer: it is up, or only its process was killed (Crash::resets).
  bool answers() const { return answers_; }

  // Addresses come and go at run time; one that is gone does not answer. requires (add): nobody has it.
  // Streams over a removed address hear nothing more.
  void add_address(const Address& address);
  void remove_address(const Address& address);
  const std::vector<Address>& addresses() const { return options_.addresses; }
  const std::string& site() const { return options_.site; }

  // Moves wall() by `by`; now() is not touched.
  void step_clock(std::chrono::milliseconds by) { options_.clock_offset += by; }
  std::chrono::milliseconds clock_offset() const { return options_.clock_offset; }

  Disk& disk() { return disk_; }
  World& world() { return world_; }
  Life* life() { return life_; }  // null while down

 private:
  void end_life(Crash how);

  World& world_;
  HostOptions options_;
  Disk disk_;
  std::vector<std::unique_ptr<Life>> lives_;  // of the past too: executors of theirs may still be about
  Life* life_ = nullptr;
  bool answers_ = false;
  std::uint64_t crashes_ = 0;
  std::unique_ptr<HostClock> clock_;
  std::unique_ptr<HostNetwork> network_;
  std::unique_ptr<HostStores> stores_;
  runtime::HostTrace trace_;
};

}  // namespace mr::world
