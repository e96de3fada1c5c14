// One life of a host, from boot to crash: its executor, and the lists of what waits in it.
//
// A Life is the execution context of its executor, so that services which keep handlers of their own (Asio's
// channels, runtime::Signal) drop them when the life ends, as they do for any context that shuts down.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/intrusive/list.hpp>
#include <map>
#include <optional>

#include "simulators/world/event_queue.hpp"
#include "simulators/world/world.hpp"

namespace mr::world {

namespace asio = boost::asio;
using boost::system::error_code;

struct SideOfLife : LifeHook {};  // a Side (connection.hpp)
struct ListenerCore;
struct DatagramCore;

// Something that holds a handler of a life.
class Waiting : public LifeHook {
 public:
  virtual void abandon() = 0;  // destroys the handler uncalled; `this` may be gone afterwards

 protected:
  ~Waiting() = default;
};

class Life final : public asio::execution_context {
 public:
  Life(Host& host_, World& world_) : host(host_), world(world_) {}
  ~Life() {
    shutdown();
    destroy();
  }
  template <class T>
  using List = boost::intrusive::list<T, boost::intrusive::base_hook<LifeHook>,
                                      boost::intrusive::constant_time_size<false>>;

  // Destroys everything that waits. requires: not running.
  void end();

  Host& host;
  World& world;
  bool alive = true;
  List<Event> events;
  List<Waiting> waiting;
  List<SideOfLife> sides;
  std::map<Endpoint, ListenerCore*> listeners;
  std::map<Endpoint, DatagramCore*> datagrams;
  std::uint16_t next_port = 49152;
};

// Puts work into the world's ready queue; never runs it inline. Work for a life that has ended is destroyed.
class LifeExecutor {
 public:
  explicit LifeExecutor(Life& life) noexcept : life_(&life) {}
  asio::execution_context& query(asio::execution::context_t) const noexcept { return *life_; }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  LifeExecutor require(asio::execution::blocking_t::never_t) const noexcept { return *this; }
  template <class F>
  void execute(F&& f) const {
    if (life_->alive) life_->world.ready(life_, Turn(std::forward<F>(f)));
  }
  bool operator==(const LifeExecutor&) const noexcept = default;

 private:
  Life* life_;
};

// One operation that a coroutine of a life waits for. It completes in a turn of its own; a cancelled one with
// operation_aborted and otherwise default values. At most one at a time; may be started again.
template <class... Rest>
class Completion final : public Waiting {
 public:
  using Handler = asio::any_completion_handler<void(error_code, Rest...)>;

  ~Completion() { drop(); }
  explicit operator bool() const { return life_ != nullptr; }

  void start(Life* life, Handler handler) {
    MR_ASSERT(!life_);
    if (!life || !life->alive) return;  // of a life that has ended: destroyed
    life_ = life;
    handler_.swap(handler);  // Boost 1.81: its move assignment calls itself for ever
    life->waiting.push_back(*this);
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) {
      slot.assign([this](asio::cancellation_type) { finish(asio::error::operation_aborted, Rest{}...); });
    }
  }
  void finish(error_code ec, Rest... rest) {
    if (!life_) return;
    Life* life = life_;
    Handler handler = detach();
    life->world.ready(life, [h = std::move(handler), ec, rest...]() mutable { std::move(h)(ec, rest...); });
  }
  void abandon() override { drop(); }

 private:
  Handler detach() {
    life_ = nullptr;
    unlink();
    auto slot = asio::get_associated_cancellation_slot(handler_);
    if (slot.is_connected()) slot.clear();
    return std::move(handler_);
  }
  void drop() {
    if (life_) Handler gone = detach();
  }

  Life* life_ = nullptr;
  Handler handler_;
};

}  // namespace mr::world
