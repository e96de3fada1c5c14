// The virtual world: hosts on one event queue in virtual time.
//
// World holds the clock, the ready queue, the event heap, the fabric, the entropy and the trace; Host is the
// Runtime of one host in it. Nothing here is real: no socket, no timer, no file. The same seed and the same
// calls give the same trace hash on any machine. While a World lives OpenSSL's RAND is its entropy stream
// `crypto` (trust/random.hpp), so there is at most one.
//
//   World world({.seed = 7});
//   Host& server = world.add_host({.name = "server", .addresses = {address("192.0.2.1")}});
//   scope.spawn(serve(server));
//   world.run_for(std::chrono::hours(24)).value();
//
// threading: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/trust/random.hpp"
#include "reference/runtime/entropy.hpp"
#include "reference/runtime/trace_log.hpp"
#include "simulators/world/event_queue.hpp"
#include "simulators/world/packet.hpp"

namespace mr::world {

class Fabric;
class Host;
class Life;

enum class errc {
  too_many_turns = 1,  // Options::turns_max was used up
  stuck,               // Options::turns_per_instant_max turns in which time did not advance
  never_quiet,         // run_until_quiet reached its limit with something still due
};
std::string_view describe(errc);

struct WorldOptions {
  std::uint64_t seed = 1;
  runtime::WallTime start =
      std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);  // civil time at instant 0
  runtime::TraceLog::Options trace = {};

  Duration lan_latency = std::chrono::microseconds(200);  // one way, hosts of one site
  Duration wan_latency = std::chrono::milliseconds(15);   // one way, between sites
  Duration loopback_latency = std::chrono::microseconds(10);
  bool absent_unreachable =
      false;  // an address that nobody has: false: no answer; true: host_unreachable after 3 s
  std::size_t stream_window = 64 * 1024;  // octets sent and not yet read, each direction
  std::size_t accept_backlog = 128;       // connections not yet accepted; a further syn is dropped
  Duration syn_patience =
      std::chrono::seconds(127);  // then connect fails with timed_out, whatever its deadline
  Duration stream_patience =
      std::chrono::minutes(15);  // a segment not delivered for so long fails its stream
  Duration tls_handshake_cost = std::chrono::milliseconds(1);  // of each side
  Duration commit_latency = std::chrono::milliseconds(2);
  Duration look_up_latency = std::chrono::milliseconds(1);

  std::uint64_t turns_max = 100'000'000'000;
  std::uint64_t turns_per_instant_max = 50'000'000;
};

struct HostOptions {
  std::string name;
  std::vector<Address> addresses = {};
  std::string site = {};                        // hosts of one site are lan_latency apart
  std::chrono::milliseconds clock_offset = {};  // wall() is off by this from the start
};

class World {
 public:
  explicit World(WorldOptions options = {});
  ~World();
  World(const World&) = delete;

  // requires: no host of that name, and no host that has one of the addresses.
  // lifetime: the host lives as long as the world.
  Host& add_host(HostOptions options);
  Host* find_host(std::string_view name);
  Fabric& fabric() { return *fabric_; }

  Instant now() const { return now_; }
  // True civil time, without any host's offset.
  runtime::WallTime true_wall() const;
  const WorldOptions& options() const { return options_; }
  runtime::SeededEntropy& entropy() { return entropy_; }
  runtime::TraceLog& trace_log() { return trace_log_; }
  // SHA-256 over the trace so far, 64 hex digits.
  std::string trace_hash() const { return trace_log_.hash(); }
  // Records an event of no host (host "world").
  void emit(const runtime::Event& event) { trace_log_.record(now_, "world", event); }

  // Does what is due up to and at `until`; then now() == until. errors: too_many_turns, stuck.
  Result<void> run_until(Instant until);
  Result<void> run_for(Duration d) { return run_until(now_ + d); }
  // Until nothing is due any more; errors besides: never_quiet at `limit`. now() is then the last instant at
  // which something was.
  Result<void> run_until_quiet(Instant limit);
  Result<void> run_until_quiet(Duration within = std::chrono::hours(24)) {
    return run_until_quiet(now_ + within);
  }
  // Until done() holds, looked at after each turn, or `limit`. True when done() held.
  Result<bool> run_until_done(const std::function<bool()>& done, Instant limit);

  // A scenario's own event: runs at `at` (at once if past) in a turn of no host. The handle cancels.
  EventRef schedule(Instant at, Turn action);
  void cancel(EventRef event) { events_.cancel(event); }

  std::uint64_t turns() const { return turns_; }
  std::size_t events_due() const { return events_.size(); }

  // Of the parts of the world.
  void ready(Life* life, Turn turn) { ready_.push_back({life, std::move(turn)}); }
  EventQueue& events() { return events_; }
  Life* running() const { return running_; }  // whose turn it is; null: the world's, or none
  Life* run_as(Life* life) { return std::exchange(running_, life); }
  void after_turn(Turn action) { after_turn_.push_back(std::move(action)); }
  void forget_ready(Life* life);
  std::string tail() const;  // seed, instant and the last trace lines, for the assert hook

 private:
  struct Ready {
    Life* life;
    Turn turn;
  };
  void run_turn(Life* life, Turn turn);
  bool step(Instant limit);  // false: nothing due up to limit
  Result<void> check_turns() const;

  WorldOptions options_;
  Instant now_;
  std::uint64_t turns_ = 0, turns_at_instant_ = 0;
  std::deque<Ready> ready_;
  EventQueue events_;
  std::vector<Turn> after_turn_;
  Life* running_ = nullptr;
  runtime::SeededEntropy entropy_;
  runtime::Stream64 crypto_;
  trust::RepeatableRandom random_;
  std::deque<std::string> tail_;
  runtime::TraceLog trace_log_;
  std::unique_ptr<Fabric> fabric_;
  std::map<std::string, std::unique_ptr<Host>, std::less<>> hosts_;
};

}  // namespace mr::world
MR_ERRC(mr::world, errc, "world")
