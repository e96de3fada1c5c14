// One thing to do: a call-back that is run once or destroyed unrun. Up to 64 bytes are kept in place, so that
// the usual completion costs no allocation. Move-only, unlike std::function.
#pragma once

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace mr::world {

class Turn {
 public:
  Turn() = default;
  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, Turn>) Turn(F&& f) {
    using Action = std::decay_t<F>;
    if constexpr (sizeof(Action) <= room && alignof(Action) <= alignof(std::max_align_t) &&
                  std::is_nothrow_move_constructible_v<Action>) {
      new (place_) Action(std::forward<F>(f));
      table_ = &in_place<Action>;
    } else {
      new (place_) Action*(new Action(std::forward<F>(f)));
      table_ = &on_heap<Action>;
    }
  }
  Turn(Turn&& other) noexcept { take(other); }
  Turn& operator=(Turn&& other) noexcept {
    if (this != &other) {
      clear();
      take(other);
    }
    return *this;
  }
  ~Turn() { clear(); }

  explicit operator bool() const { return table_ != nullptr; }
  // Runs what is held; the call-back is destroyed when it returns. requires: not empty.
  void operator()() {
    Turn self(std::move(*this));
    self.table_->run(self.place_);
  }
  void clear() {
    if (const Table* table = std::exchange(table_, nullptr)) table->destroy(place_);
  }

 private:
  struct Table {
    void (*run)(void*);
    void (*move)(void* from, void* to);  // ends the life of *from
    void (*destroy)(void*);
  };
  template <class A>
  static A& at(void* place) {
    return *std::launder(static_cast<A*>(place));
  }
  template <class A>
  static constexpr Table in_place{[](void* p) { std::move(at<A>(p))(); },
                                  [](void* from, void* to) {
                                    new (to) A(std::move(at<A>(from)));
                                    at<A>(from).~A();
                                  },
                                  [](void* p) { at<A>(p).~A(); }};
  template <class A>
  static constexpr Table on_heap{[](void* p) { std::move (*at<A*>(p))(); },
                                 [](void* from, void* to) { new (to) A*(at<A*>(from)); },
                                 [](void* p) { delete at<A*>(p); }};
  void take(Turn& other) {
    table_ = std::exchange(other.table_, nullptr);
    if (table_) table_->move(other.place_, place_);
  }

  static constexpr std::size_t room = 64;
  alignas(std::max_align_t) std::byte place_[room];
  const Table* table_ = nullptr;
};

}  // namespace mr::world
