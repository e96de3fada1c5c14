#include "simulators/world/host.hpp"

#include <algorithm>

#include "simulators/world/clock.hpp"
#include "simulators/world/connection.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/network.hpp"
#include "simulators/world/stores.hpp"

namespace mr::world {

// What waits may, while it is destroyed, take other waiting things with it: so each list is emptied from its
// front.
void Life::end() {
  alive = false;
  world.forget_ready(this);
  world.events().cancel_of(this);
  while (!waiting.empty()) waiting.front().abandon();
  shutdown();
  MR_ASSERT(events.empty());
  MR_ASSERT(waiting.empty());
}

Host::Host(World& world, HostOptions options)
    : world_(world),
      options_(std::move(options)),
      clock_(std::make_unique<HostClock>(*this)),
      network_(std::make_unique<HostNetwork>(*this)),
      stores_(std::make_unique<HostStores>(*this)),
      trace_(world.trace_log(), *clock_, options_.name) {
  for (const auto& address : options_.addresses) world_.fabric().claim(address, *this);
  restart();
}

Host::~Host() = default;

asio::any_io_executor Host::executor() {
  // While down: the executor of the life that ended, which does nothing with what it is given.
  return LifeExecutor(*lives_.back());
}
runtime::Clock& Host::clock() { return *clock_; }
runtime::Network& Host::network() { return *network_; }
runtime::Stores& Host::stores() { return *stores_; }

asio::awaitable<void> Host::offload(std::function<void()> work) {
  work();
  co_return;
}

void Host::restart() {
  MR_ASSERT(!up());
  lives_.push_back(std::make_unique<Life>(*this, world_));
  life_ = lives_.back().get();
  answers_ = true;
}

void Host::crash(Crash how) {
  if (!up()) return;
  if (world_.running() == life_) {
    Life* const which = life_;
    world_.after_turn([this, how, which] {
      if (life_ == which) end_life(how);
    });
    return;
  }
  end_life(how);
}

// The order matters: peers first, while the host still has its address; then the disk, so that what is
// destroyed writes nothing; then what waits.
void Host::end_life(Crash how) {
  Life& life = *life_;
  if (how.resets) {
    for (auto& entry : life.sides) {
      auto& side = static_cast<Side&>(entry);
      side.connection->send_reset(side);
    }
  }
  life.sides.clear();
  life_ = nullptr;
  answers_ = how.resets;
  life.listeners.clear();
  life.datagrams.clear();
  ++crashes_;
  disk_.power_cut(how.disk,
                  world_.entropy().stream("world/" + options_.name + "/disk/" + std::to_string(crashes_)));
  life.end();
}

void Host::add_address(const Address& address) {
  world_.fabric().claim(address, *this);
  options_.addresses.push_back(address);
}

void Host::remove_address(const Address& address) {
  MR_ASSERT(std::erase(options_.addresses, address) == 1);
  world_.fabric().release(address);
}

}  // namespace mr::world
