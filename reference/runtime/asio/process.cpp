#include "reference/runtime/asio/process.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/asio/network.hpp"
#include "reference/runtime/asio/process_state.hpp"
#include "reference/runtime/asio/stores.hpp"

namespace mr::runtime {
namespace {

std::uint64_t system_seed() {
  std::uint8_t bytes[8];
  trust::random_bytes(bytes);
  std::uint64_t seed = 0;
  for (const auto byte : bytes) seed = seed << 8 | byte;
  return seed;
}

}  // namespace

AsioProcess::State::State(ProcessOptions options_)
    : options(std::move(options_)),
      entropy(options.seed ? *options.seed : system_seed()),
      trace(options.trace),
      context(std::make_unique<asio::io_context>(1)),
      clock(*context, options.scenario_start),
      pool(std::max(1u, options.pool_threads)),
      work(asio::make_work_guard(*context)) {}

AsioProcess::AsioProcess(ProcessOptions options) : state_(std::make_unique<State>(std::move(options))) {}

AsioProcess::~AsioProcess() { state_->pool.join(); }

asio::any_io_executor AsioProcess::executor() { return state_->context->get_executor(); }
asio::io_context& AsioProcess::context() { return *state_->context; }
Clock& AsioProcess::clock() { return state_->clock; }
TraceLog& AsioProcess::trace_log() { return state_->trace; }
SeededEntropy& AsioProcess::entropy() { return state_->entropy; }

void AsioProcess::run() {
  run_until([] { return false; }, Instant::max());
}

// io_context::stopped() is what stop() sets; each wait ends with it.
bool AsioProcess::run_until(const std::function<bool()>& done, Instant limit) {
  auto& context = *state_->context;
  auto& clock = state_->clock;
  const bool scenario = state_->options.scenario_start.has_value();
  context.restart();
  // Real time, or held: time passes by itself, and an alarm of the clock or a socket ends the wait. `limit`
  // needs an alarm.
  std::unique_ptr<Alarm> at_limit;
  if (limit != Instant::max()) at_limit = clock.at(limit, [] {});
  for (;;) {
    if (done()) return true;
    if (context.stopped() || clock.now() >= limit) return false;
    if (context.poll_one() > 0) continue;
    if (!scenario || clock.held()) {
      context.run_one();
      continue;
    }
    if (context.run_one_for(state_->options.settle) > 0) continue;
    if (context.stopped() || clock.held()) continue;
    if (!clock.jump(limit) && limit == Instant::max())
      context.run_one();  // nothing is due: only a socket can wake us
  }
}

void AsioProcess::stop() { state_->context->stop(); }

asio::awaitable<void> AsioProcess::advance(Duration by) {
  AsioClock& clock = state_->clock;
  const Instant target = clock.now() + by;
  bool more = true;
  while (more) {
    more = clock.jump(target);
    // What was woken runs before the next instant: a handler that posts gets its turns.
    for (int turn = 0; turn < 4; ++turn) co_await asio::post(executor(), asio::use_awaitable);
  }
}

asio::awaitable<void> AsioProcess::offload(std::function<void()> work) {
  State& state = *state_;
  auto start = [&state, &work](auto handler) {
    // The hold travels with the work and is let go on the executor: counts are of one thread.
    asio::post(state.pool, [&state, work = std::move(work), hold = state.clock.hold(),
                            handler = std::move(handler)]() mutable {
      work();
      work = nullptr;
      asio::post(*state.context,
                 [hold = std::move(hold), handler = std::move(handler)]() mutable { std::move(handler)(); });
    });
  };
  co_await asio::async_initiate<decltype(asio::use_awaitable), void()>(start, asio::use_awaitable);
}

namespace {

// The process's clock with this host's own idea of civil time.
class HostClock final : public Clock {
 public:
  HostClock(Clock& clock, Duration ahead) : clock_(clock), ahead_(ahead) {}
  Instant now() const override { return clock_.now(); }
  WallTime wall() const override {
    return clock_.wall() + std::chrono::duration_cast<std::chrono::milliseconds>(ahead_);
  }
  void wait(Instant deadline, asio::any_completion_handler<void(boost::system::error_code)> wake) override {
    clock_.wait(deadline, std::move(wake));
  }
  std::unique_ptr<Alarm> at(Instant deadline, std::function<void()> due) override {
    return clock_.at(deadline, std::move(due));
  }
  Hold hold() override { return clock_.hold(); }
  void ahead(Duration ahead) { ahead_ = ahead; }

 private:
  Clock& clock_;
  Duration ahead_;
};

}  // namespace

struct AsioRuntime::State {
  State(AsioProcess& process_, HostOptions options_)
      : process(process_),
        options(std::move(options_)),
        clock(process.clock(), options.wall_offset),
        trace(process.trace_log(), process.clock(), options.name),
        network(process, clock, options),
        stores(options.stores_folder, process) {}

  AsioProcess& process;
  HostOptions options;
  HostClock clock;
  HostTrace trace;
  AsioNetwork network;
  FolderStores stores;
};

AsioRuntime::AsioRuntime(AsioProcess& process, HostOptions options)
    : state_(std::make_unique<State>(process, std::move(options))) {}
AsioRuntime::~AsioRuntime() = default;

const std::string& AsioRuntime::host() const { return state_->options.name; }
asio::any_io_executor AsioRuntime::executor() { return state_->process.executor(); }
Clock& AsioRuntime::clock() { return state_->clock; }
Network& AsioRuntime::network() { return state_->network; }
Entropy& AsioRuntime::entropy() { return state_->process.entropy(); }
Stores& AsioRuntime::stores() { return state_->stores; }
Trace& AsioRuntime::trace() { return state_->trace; }
asio::awaitable<void> AsioRuntime::offload(std::function<void()> work) {
  return state_->process.offload(std::move(work));
}
void AsioRuntime::wall_offset(Duration ahead) { state_->clock.ahead(ahead); }

}  // namespace mr::runtime
