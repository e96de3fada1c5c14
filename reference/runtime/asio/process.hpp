// The real seams: sockets, OpenSSL, SQLite files, a thread pool. One AsioProcess per process; one AsioRuntime
// per host in it.
//
// A program that is one agent or one server has one host. A scenario on the wire has many in one process, on
// one executor and one clock, so that its clock knows when nothing is in flight. threading: run() and
// everything called back is one thread; stop() may be called from any, and from a signal handler's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/trace_log.hpp"

namespace mr::runtime {

struct ProcessOptions {
  // Absent: real time, wall() is the system's. Present: scenario time. The run starts at this civil time; the
  // clock runs 1:1 while a Hold is held (each open connection, look-up, echo and offloaded work holds one) or
  // handlers are ready, and jumps to the next due instant when nothing is.
  std::optional<WallTime> scenario_start = {};
  // Scenario time: how long, in real time, sockets must stay quiet before a jump. Loopback delivers at once;
  // parts in other processes hold the clock instead.
  Duration settle = std::chrono::milliseconds(1);
  std::optional<std::uint64_t> seed = {};  // absent: drawn from the system
  unsigned pool_threads = 2;               // for offload
  TraceLog::Options trace = {};
};

class AsioProcess {
 public:
  explicit AsioProcess(ProcessOptions options = {});
  ~AsioProcess();
  AsioProcess(const AsioProcess&) = delete;

  asio::any_io_executor executor();
  asio::io_context& context();
  Clock& clock();  // shared by all hosts; each host's own wall() may be off from it
  TraceLog& trace_log();
  SeededEntropy& entropy();

  // Runs handlers and due alarms until stop(). May be called again.
  void run();
  // Runs until done() is true (checked after each turn) or the clock reaches `limit`; says whether done()
  // was.
  bool run_until(const std::function<bool()>& done, Instant limit);
  void stop();

  asio::awaitable<void> offload(std::function<void()> work);

  // Lets time pass at once: what falls due meanwhile is done in order, each at its instant, civil time goes
  // along, and then the clock runs on. What waits for peers or for offloaded work does not get longer.
  asio::awaitable<void> advance(Duration by);

  struct State;
  State& state() { return *state_; }  // for this module

 private:
  std::unique_ptr<State> state_;
};

struct HostOptions {
  std::string name;           // as in the trace
  std::string stores_folder;  // made when first needed; empty: opening a store fails
  std::optional<Address> address =
      {};  // outgoing connections and sockets come from it; absent: the system chooses
  std::map<std::string, std::vector<Address>> names =
      {};                       // answers of resolve() that come before the system's; lower case
  bool system_resolver = true;  // false: what is not in `names` is host_not_found
  Duration wall_offset = {};    // this host's clock is ahead by this much
};

// One host. lifetime: `process` outlives it, and it outlives what was given its seams.
class AsioRuntime final : public Runtime {
 public:
  AsioRuntime(AsioProcess& process, HostOptions options);
  ~AsioRuntime() override;

  const std::string& host() const override;
  asio::any_io_executor executor() override;
  Clock& clock() override;
  Network& network() override;
  Entropy& entropy() override;
  Stores& stores() override;
  Trace& trace() override;
  asio::awaitable<void> offload(std::function<void()> work) override;

  // Steps this host's civil time: from now on wall() is ahead of the process by this much.
  void wall_offset(Duration ahead);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mr::runtime
