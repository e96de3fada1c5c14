// The five seams and the executor, passed together: nothing else in makeready reaches the outside.
//
// One Runtime is one host. The same agent, server or printer runs on the real one (reference/runtime/asio) and on the
// world's (simulators/world). lifetime: outlives everything that was given a reference to it.
//
// Coroutines: parameters by value, or owned by an object that outlives the coroutine; no capturing lambda coroutines; spawned on a
// Scope, which reports what they throw.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "reference/runtime/clock.hpp"
#include "reference/runtime/entropy.hpp"
#include "reference/runtime/network.hpp"
#include "reference/runtime/store.hpp"
#include "reference/runtime/trace.hpp"

namespace mr::runtime {

class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual const std::string& host() const = 0;  // the host's name, as in the trace
  virtual asio::any_io_executor executor() = 0;
  virtual Clock& clock() = 0;
  virtual Network& network() = 0;
  virtual Entropy& entropy() = 0;
  virtual Stores& stores() = 0;
  virtual Trace& trace() = 0;
  // Runs long CPU or blocking work: on a pool on the wire, inline in the world. `work` touches nothing shared and does
  // not throw. Completes on this runtime's executor.
  virtual asio::awaitable<void> offload(std::function<void()> work) = 0;
};

// Owns running coroutines. stop() asks each to end by cancellation; what they were waiting for completes with
// operation_aborted. An exception that leaves a coroutine is a bug and aborts with its text.
// lifetime: destroy it after they have ended (idle()), or with the host's executor already gone.
class Scope {
 public:
  explicit Scope(asio::any_io_executor executor);
  ~Scope();
  void spawn(asio::awaitable<void> task);
  void stop();
  bool stopping() const;
  bool idle() const;  // nothing is running
  std::size_t running() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Wakes those who wait. A level, not an edge: set() releases all present and, until clear(), all future waiters.
class Signal {
 public:
  explicit Signal(asio::any_io_executor executor);
  ~Signal();
  void set();
  void clear();
  // True when set, false when cancelled.
  asio::awaitable<bool> wait();
  // True when set before `deadline`, false at the deadline or when cancelled. `clock` outlives the wait.
  asio::awaitable<bool> wait_until(Clock& clock, Instant deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace mr::runtime
