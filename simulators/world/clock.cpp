#include "simulators/world/clock.hpp"

#include <algorithm>

namespace mr::world {
namespace {

// A coroutine asleep. Its event owns it: when the event is cancelled, by the end of the life, the handler
// goes with it.
struct Sleeper {
  asio::any_completion_handler<void(error_code)> wake;
  Life* life;
  EventRef event;

  Sleeper(asio::any_completion_handler<void(error_code)> wake_, Life* life_)
      : wake(std::move(wake_)), life(life_) {}
  ~Sleeper() {
    if (wake) take();
  }
  asio::any_completion_handler<void(error_code)> take() {
    auto slot = asio::get_associated_cancellation_slot(wake);
    if (slot.is_connected()) slot.clear();
    return std::move(wake);
  }
  void fire() { take()(error_code()); }
  void cancel() {
    Life* const of = life;
    auto handler = take();
    of->world.events().cancel(event);  // destroys *this
    of->world.ready(of, [h = std::move(handler)]() mutable {
      std::move(h)(asio::error::make_error_code(asio::error::operation_aborted));
    });
  }
};

class EventAlarm final : public runtime::Alarm {
 public:
  EventAlarm(World& world, EventRef event) : world_(world), event_(event) {}
  ~EventAlarm() override { world_.events().cancel(event_); }

 private:
  World& world_;
  EventRef event_;
};

}  // namespace

void HostClock::wait(runtime::Instant deadline, asio::any_completion_handler<void(error_code)> wake) {
  Life* const life = host_.life();
  if (!life) return;
  World& world = host_.world();
  auto owned = std::make_unique<Sleeper>(std::move(wake), life);
  Sleeper* const sleeper = owned.get();
  sleeper->event =
      world.events().push(std::max(deadline, world.now()), life, [s = std::move(owned)] { s->fire(); });
  auto slot = asio::get_associated_cancellation_slot(sleeper->wake);
  if (slot.is_connected()) slot.assign([sleeper](asio::cancellation_type) { sleeper->cancel(); });
}

std::unique_ptr<runtime::Alarm> HostClock::at(runtime::Instant deadline, std::function<void()> due) {
  World& world = host_.world();
  EventRef event;
  if (Life* life = host_.life())
    event = world.events().push(std::max(deadline, world.now()), life, std::move(due));
  return std::make_unique<EventAlarm>(world, event);
}

}  // namespace mr::world
