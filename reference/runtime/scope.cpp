#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <vector>

#include "reference/runtime/completion.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::runtime {

// A task is in the list from spawn() until its coroutine has ended; its completion handler takes it out.
struct Scope::State {
  explicit State(asio::any_io_executor executor_) : executor(std::move(executor_)) {}

  asio::any_io_executor executor;
  std::list<std::shared_ptr<asio::cancellation_signal>> tasks;
  bool stopping = false;
};

namespace {

[[noreturn]] void abort_with(const char* what) {
  std::fprintf(stderr, "a coroutine was left by an exception: %s\n", what);
  std::abort();
}

// After stop() the next co_await of a task throws operation_aborted: that is how it ends, not a bug.
void check_end(const std::exception_ptr& error, bool stopping) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    if (stopping && e.code() == asio::error::operation_aborted) return;
    abort_with(e.what());
  } catch (const std::exception& e) {
    abort_with(e.what());
  } catch (...) {
    abort_with("of no known type");
  }
}

}  // namespace

Scope::Scope(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

Scope::~Scope() = default;

void Scope::spawn(asio::awaitable<void> task) {
  auto signal = std::make_shared<asio::cancellation_signal>();
  auto at = state_->tasks.insert(state_->tasks.end(), signal);
  asio::co_spawn(state_->executor, std::move(task),
                 asio::bind_cancellation_slot(signal->slot(), [state = state_, at](std::exception_ptr error) {
                   const auto keep = *at;  // its slot belongs to this very handler
                   state->tasks.erase(at);
                   check_end(error, state->stopping);
                 }));
  if (state_->stopping) signal->emit(asio::cancellation_type::terminal);
}

void Scope::stop() {
  state_->stopping = true;
  const auto state = state_;
  const std::vector<std::shared_ptr<asio::cancellation_signal>> present(state->tasks.begin(),
                                                                        state->tasks.end());
  for (const auto& signal : present) signal->emit(asio::cancellation_type::terminal);
}

bool Scope::stopping() const { return state_->stopping; }
bool Scope::idle() const { return state_->tasks.empty(); }
std::size_t Scope::running() const { return state_->tasks.size(); }

namespace {

using WakeHandler = asio::any_completion_handler<void(bool)>;

struct Waiter {
  WakeHandler wake;
  std::unique_ptr<Alarm> alarm;
};

}  // namespace

namespace {

// An execution context that shuts down destroys the handlers it was given, uncalled; so those that Signals
// keep are destroyed with it. Otherwise a waiter and its Signal's state would keep each other for ever.
class SignalService final : public asio::execution_context::service {
 public:
  using key_type = SignalService;
  static inline asio::execution_context::id id;
  using Drop = std::function<void()>;  // null once the context has shut down

  explicit SignalService(asio::execution_context& context) : service(context) {}
  std::shared_ptr<Drop> add(Drop drop) {
    auto entry = std::make_shared<Drop>(std::move(drop));
    entries_.push_back(entry.get());
    return std::shared_ptr<Drop>(entry.get(), [this, entry, at = std::prev(entries_.end())](Drop* own) {
      if (*own) entries_.erase(at);
    });
  }
  void shutdown() override {
    while (!entries_.empty()) {
      Drop drop;
      entries_.front()->swap(drop);
      entries_.pop_front();
      drop();
    }
  }

 private:
  std::list<Drop*> entries_;
};

}  // namespace

// Waiters are woken in the order in which they came, each by a handler of its own turn.
struct Signal::State : std::enable_shared_from_this<Signal::State> {
  explicit State(asio::any_io_executor executor_) : executor(std::move(executor_)) {
    auto& context = asio::query(executor, asio::execution::context);
    registration = asio::use_service<SignalService>(context).add([this] { drop(); });
  }

  // What is destroyed may take this state with it: the waiters are out of it first.
  void drop() {
    const auto gone = std::move(waiters);
    waiters.clear();
    for (const auto& waiter : gone) {
      if (auto slot = asio::get_associated_cancellation_slot(waiter->wake); slot.is_connected()) slot.clear();
    }
  }

  void finish(std::list<std::shared_ptr<Waiter>>::iterator at, bool value) {
    auto waiter = *at;
    waiters.erase(at);
    post_completion(executor, std::move(waiter->wake), value);
  }
  void finish_if_present(const Waiter* who, bool value) {
    for (auto at = waiters.begin(); at != waiters.end(); ++at) {
      if (at->get() == who) return finish(at, value);
    }
  }
  void add(Clock* clock, Instant deadline, WakeHandler wake) {
    if (set) return post_completion(executor, std::move(wake), true);
    auto waiter = std::make_shared<Waiter>();
    waiter->wake.swap(wake);
    const std::weak_ptr<State> weak = weak_from_this();
    const Waiter* who = waiter.get();
    auto give_up = [weak, who] {
      if (auto self = weak.lock()) self->finish_if_present(who, false);
    };
    if (auto slot = asio::get_associated_cancellation_slot(waiter->wake); slot.is_connected()) {
      slot.assign([give_up](asio::cancellation_type) { give_up(); });
    }
    if (clock) waiter->alarm = clock->at(deadline, give_up);
    waiters.push_back(std::move(waiter));
  }

  asio::any_io_executor executor;
  bool set = false;
  std::list<std::shared_ptr<Waiter>> waiters;
  std::shared_ptr<SignalService::Drop> registration;
};

namespace {

// Waits on a state that it keeps alive: a Signal may go while someone waits, who is then woken by
// cancellation alone.
template <class State>
asio::awaitable<bool> wait_on(std::shared_ptr<State> state, Clock* clock, Instant deadline) {
  auto start = [&state, clock, deadline](auto handler) {
    state->add(clock, deadline, WakeHandler(std::move(handler)));
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable), void(bool)>(start,
                                                                                     asio::use_awaitable);
}

}  // namespace

Signal::Signal(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

Signal::~Signal() = default;

void Signal::set() {
  state_->set = true;
  while (!state_->waiters.empty()) state_->finish(state_->waiters.begin(), true);
}

void Signal::clear() { state_->set = false; }

asio::awaitable<bool> Signal::wait() { return wait_on(state_, nullptr, Instant()); }

asio::awaitable<bool> Signal::wait_until(Clock& clock, Instant deadline) {
  return wait_on(state_, &clock, deadline);
}

}  // namespace mr::runtime
