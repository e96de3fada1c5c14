// The loop: turns that are ready run first, in the order in which they became ready; when none is left the
// earliest event is taken and the clock set to it. Everything that happens is a turn of one life of one host,
// or of the world itself.
#include "simulators/world/world.hpp"

#include <algorithm>
#include <cstdio>

#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/life.hpp"

namespace mr::world {
namespace {

constexpr std::size_t tail_lines = 20;
const World* present = nullptr;

void print_tail(std::string_view) {
  if (present) std::fputs(present->tail().c_str(), stderr);
}

// Keeps the last lines for the assert hook and passes them on.
runtime::TraceLog::Options with_tail(runtime::TraceLog::Options options, std::deque<std::string>& tail) {
  options.write = [&tail, write = std::move(options.write)](std::string_view line) {
    tail.emplace_back(line);
    if (tail.size() > tail_lines) tail.pop_front();
    if (write) write(line);
  };
  return options;
}

}  // namespace

std::string_view describe(errc errc) {
  switch (errc) {
    case errc::too_many_turns:
      return "the world used up its turns";
    case errc::stuck:
      return "the world takes turns without its time advancing";
    case errc::never_quiet:
      return "something is still due at the limit";
  }
  return "unknown world error";
}

World::World(WorldOptions options)
    : options_(std::move(options)),
      entropy_(options_.seed),
      crypto_(entropy_.stream("crypto")),
      random_([this](std::span<std::uint8_t> out) {
        for (std::size_t i = 0; i < out.size(); i += 8) {
          std::uint64_t word = crypto_.next();
          for (std::size_t j = i; j < std::min(i + 8, out.size()); ++j, word >>= 8)
            out[j] = static_cast<std::uint8_t>(word);
        }
      }),
      trace_log_(with_tail(options_.trace, tail_)),
      fabric_(std::make_unique<Fabric>(*this)) {
  MR_ASSERT(!present);
  present = this;
  set_assert_hook(print_tail);
}

World::~World() {
  for (auto& [name, host] : hosts_) host->crash({.resets = false, .disk = DiskLoss::none});
  while (!events_.empty()) const auto gone = events_.pop();
  ready_.clear();
  present = nullptr;
  set_assert_hook(nullptr);
}

Host& World::add_host(HostOptions options) {
  MR_ASSERT(!options.name.empty());
  auto [at, fresh] = hosts_.try_emplace(options.name);
  MR_ASSERT(fresh);
  at->second = std::make_unique<Host>(*this, std::move(options));
  return *at->second;
}

Host* World::find_host(std::string_view name) {
  const auto at = hosts_.find(name);
  return at == hosts_.end() ? nullptr : at->second.get();
}

runtime::WallTime World::true_wall() const {
  return options_.start + std::chrono::floor<std::chrono::milliseconds>(now_.time_since_epoch());
}

EventRef World::schedule(Instant at, Turn action) {
  return events_.push(std::max(at, now_), nullptr, std::move(action));
}

void World::forget_ready(Life* life) {
  std::vector<Turn> gone;  // destroyed when the queue is whole again
  std::deque<Ready> rest;
  for (auto& entry : ready_) {
    if (entry.life == life) {
      gone.push_back(std::move(entry.turn));
    } else {
      rest.push_back(std::move(entry));
    }
  }
  ready_ = std::move(rest);
}

void World::run_turn(Life* life, Turn turn) {
  ++turns_;
  ++turns_at_instant_;
  running_ = life;
  turn();
  running_ = nullptr;
  while (!after_turn_.empty()) {
    auto actions = std::move(after_turn_);
    after_turn_.clear();
    for (auto& action : actions) action();
  }
}

bool World::step(Instant limit) {
  if (!ready_.empty()) {
    Ready next = std::move(ready_.front());
    ready_.pop_front();
    run_turn(next.life, std::move(next.turn));
    return true;
  }
  if (events_.empty() || events_.earliest() > limit) return false;
  auto due = events_.pop();
  if (due.at > now_) {
    now_ = due.at;
    turns_at_instant_ = 0;
  }
  run_turn(due.life, std::move(due.action));
  return true;
}

Result<void> World::check_turns() const {
  if (turns_ > options_.turns_max) {
    return Fault(errc::too_many_turns,
                 std::to_string(turns_) + " at " + std::to_string(now_.time_since_epoch().count()) + " ns");
  }
  if (turns_at_instant_ > options_.turns_per_instant_max) {
    return Fault(errc::stuck, std::to_string(turns_at_instant_) + " at " +
                                  std::to_string(now_.time_since_epoch().count()) + " ns");
  }
  return {};
}

Result<void> World::run_until(Instant until) {
  while (step(until)) MR_TRY(check_turns());
  if (until > now_) {
    now_ = until;
    turns_at_instant_ = 0;
  }
  return {};
}

Result<void> World::run_until_quiet(Instant limit) {
  while (step(limit)) MR_TRY(check_turns());
  if (!events_.empty()) return Fault(errc::never_quiet, std::to_string(events_.size()) + " events are due");
  return {};
}

Result<bool> World::run_until_done(const std::function<bool()>& done, Instant limit) {
  while (!done()) {
    if (!step(limit)) {
      now_ = std::max(now_, limit);
      return false;
    }
    MR_TRY(check_turns());
  }
  return true;
}

std::string World::tail() const {
  std::string out = "world: seed " + std::to_string(options_.seed) + ", " +
                    std::to_string(now_.time_since_epoch().count()) + " ns, turn " + std::to_string(turns_) +
                    "; the last events:\n";
  for (const auto& line : tail_) out += line;
  return out;
}

}  // namespace mr::world
