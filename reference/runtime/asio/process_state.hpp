// What the hosts of one process share. Private to this module.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/thread_pool.hpp>

#include "reference/runtime/asio/clock.hpp"
#include "reference/runtime/asio/process.hpp"

namespace mr::runtime {

// Destroyed in the reverse order, the pool having been joined: the clock with the coroutines that sleep on
// it, whose sockets need the context, then the context with the others, which find the clock gone (alarms and
// holds know that).
struct AsioProcess::State {
  explicit State(ProcessOptions options);

  ProcessOptions options;
  SeededEntropy entropy;
  TraceLog trace;
  std::unique_ptr<asio::io_context> context;
  AsioClock clock;
  asio::thread_pool pool;
  asio::executor_work_guard<asio::io_context::executor_type> work;
};

}  // namespace mr::runtime
