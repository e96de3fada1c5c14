#include "simulators/world/event_queue.hpp"

#include "reference/protocol/result/result.hpp"
#include "simulators/world/life.hpp"

namespace mr::world {

EventRef EventQueue::push(runtime::Instant at, Life* life, Turn action) {
  Event* event;
  if (free_.empty()) {
    event = &slab_.emplace_back();
  } else {
    event = free_.back();
    free_.pop_back();
  }
  event->at = at;
  event->sequence = ++sequence_;
  event->life = life;
  event->action = std::move(action);
  if (life) life->events.push_back(*event);
  heap_.push_back({at, event->sequence, event});
  event->place = heap_.size() - 1;
  sift_up(event->place);
  return {event, event->sequence};
}

void EventQueue::put(std::size_t place, const Entry& entry) {
  heap_[place] = entry;
  entry.event->place = place;
}

void EventQueue::sift_up(std::size_t place) {
  const Entry entry = heap_[place];
  while (place > 0) {
    const std::size_t parent = (place - 1) / 2;
    if (!(entry < heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, entry);
}

void EventQueue::sift_down(std::size_t place) {
  const Entry entry = heap_[place];
  for (;;) {
    std::size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1] < heap_[child]) ++child;
    if (!(heap_[child] < entry)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

// Frees the node; its action must have been moved out.
void EventQueue::remove(Event& event) {
  const std::size_t place = event.place;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (last.event != &event) {
    put(place, last);
    sift_up(place);
    sift_down(last.event->place);
  }
  if (event.is_linked()) event.unlink();
  event.sequence = 0;
  free_.push_back(&event);
}

Turn EventQueue::take(EventRef ref) {
  if (!pending(ref)) return {};
  Turn action = std::move(ref.event->action);
  remove(*ref.event);
  return action;
}

void EventQueue::cancel(EventRef ref) {
  // The action is destroyed after its node was freed: what it destroys may cancel other events.
  const Turn gone = take(ref);
}

EventQueue::Due EventQueue::pop() {
  Event& event = *heap_.front().event;
  Due due{event.at, event.life, std::move(event.action)};
  remove(event);
  return due;
}

void EventQueue::cancel_of(Life* life) {
  while (!life->events.empty()) {
    Event& event = life->events.front();
    cancel({&event, event.sequence});
  }
}

}  // namespace mr::world
