// What is due later: a heap ordered by (instant, sequence), so that events of one instant run in the order in
// which they were made.
//
// Nodes live in a slab and are reused: an event costs no allocation. Push, pop and cancel are O(log n).
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstdint>
#include <deque>
#include <vector>

#include "reference/runtime/clock.hpp"
#include "simulators/world/turn.hpp"

namespace mr::world {

class Life;

// Membership in the list of what a life of a host is waiting for; leaves the list when destroyed.
using LifeHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

struct Event : LifeHook {
  runtime::Instant at;
  std::uint64_t sequence = 0;  // unique; 0: the node is free
  std::size_t place = 0;       // in the heap
  Life* life = nullptr;        // null: of no host, and survives every crash
  Turn action;
};

// Names an event; harmless once it has run or was cancelled.
struct EventRef {
  Event* event = nullptr;
  std::uint64_t sequence = 0;
};

class EventQueue {
 public:
  EventRef push(runtime::Instant at, Life* life, Turn action);
  bool pending(EventRef ref) const { return ref.event && ref.event->sequence == ref.sequence; }
  // Destroys the action unrun. Nothing if it is no longer due.
  void cancel(EventRef ref);
  // Takes the action out without running it; empty if it is no longer due.
  Turn take(EventRef ref);

  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }
  runtime::Instant earliest() const { return heap_.front().at; }
  struct Due {
    runtime::Instant at;
    Life* life;
    Turn action;
  };
  Due pop();  // requires: not empty
  void cancel_of(Life* life);

 private:
  struct Entry {  // the order is kept beside the pointer: comparing touches no node
    runtime::Instant at;
    std::uint64_t sequence;
    Event* event;
    bool operator<(const Entry& o) const { return at != o.at ? at < o.at : sequence < o.sequence; }
  };
  void put(std::size_t place, const Entry& entry);
  void sift_up(std::size_t place);
  void sift_down(std::size_t place);
  void remove(Event& event);

  std::vector<Entry> heap_;
  std::deque<Event> slab_;
  std::vector<Event*> free_;
  std::uint64_t sequence_ = 0;
};

}  // namespace mr::world
