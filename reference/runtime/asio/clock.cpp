#include "reference/runtime/asio/clock.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "reference/protocol/result/result.hpp"
#include "reference/runtime/completion.hpp"

namespace mr::runtime {

class AsioClock::QueuedAlarm final : public Alarm {
 public:
  QueuedAlarm(std::shared_ptr<AsioClock*> clock, Key key) : clock_(std::move(clock)), key_(key) {}
  ~QueuedAlarm() override {
    if (*clock_) (*clock_)->erase(key_);
  }

 private:
  std::shared_ptr<AsioClock*> clock_;
  Key key_;
};

AsioClock::AsioClock(asio::io_context& context, std::optional<WallTime> scenario_start)
    : context_(context),
      scenario_start_(scenario_start),
      origin_(std::chrono::steady_clock::now()),
      timer_(context) {}

AsioClock::~AsioClock() {
  *alive_ = nullptr;
  // Destroying one handler may destroy coroutines that hold alarms: those find no clock any more.
  auto queue = std::move(queue_);
  queue_.clear();
}

Instant AsioClock::now() const {
  return Instant(std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - origin_) + skipped_);
}

WallTime AsioClock::wall() const {
  if (scenario_start_)
    return *scenario_start_ + std::chrono::duration_cast<std::chrono::milliseconds>(now().time_since_epoch());
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now() + skipped_);
}

AsioClock::Key AsioClock::push(Instant deadline, Due due) {
  const Key key{deadline, sequence_++};
  queue_.emplace(key, std::move(due));
  arm();
  return key;
}

void AsioClock::erase(const Key& key) {
  // The call-back is moved out first: destroying it may come back here.
  if (auto found = queue_.find(key); found != queue_.end()) {
    auto due = std::move(found->second);
    queue_.erase(found);
  }
}

void AsioClock::wait(Instant deadline, asio::any_completion_handler<void(boost::system::error_code)> wake) {
  using Wake = asio::any_completion_handler<void(boost::system::error_code)>;
  auto handler = std::make_shared<Wake>(std::move(wake));
  auto& context = context_;
  const auto finish = [handler, &context](boost::system::error_code ec) {
    post_completion(context.get_executor(), std::move(*handler), ec);
  };
  const Key key = push(deadline, finish);
  if (auto slot = asio::get_associated_cancellation_slot(*handler); slot.is_connected()) {
    slot.assign([clock = alive_, key](asio::cancellation_type) {
      if (!*clock) return;
      auto found = (*clock)->queue_.find(key);
      if (found == (*clock)->queue_.end()) return;
      auto due = std::move(found->second);
      (*clock)->queue_.erase(found);
      due(asio::error::operation_aborted);
    });
  }
}

std::unique_ptr<Alarm> AsioClock::at(Instant deadline, std::function<void()> due) {
  return std::make_unique<QueuedAlarm>(
      alive_, push(deadline, [due = std::move(due)](boost::system::error_code) { due(); }));
}

Hold AsioClock::hold() {
  ++*holds_;
  return Hold(holds_.get(), [holds = holds_](void*) { --*holds; });
}

std::optional<Instant> AsioClock::next_due() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first.first;
}

// Alarms that were destroyed leave the timer armed too early, which costs one turn.
void AsioClock::arm() {
  const auto due = next_due();
  if (!due || (armed_ && *armed_ <= *due)) return;
  armed_ = due;
  const auto remaining = *due - now();
  const auto longest = Duration(std::chrono::hours(24));  // far ones are armed again on the way
  timer_.expires_after(std::clamp(remaining, Duration(0), longest));
  timer_.async_wait([clock = alive_](boost::system::error_code ec) {
    if (ec || !*clock) return;
    (*clock)->armed_.reset();
    (*clock)->run_due();
  });
}

// Only what was due when it began: a call-back that asks for "at once" gets the next turn.
void AsioClock::run_due() {
  const Key limit{now(), sequence_};
  const auto alive = alive_;
  while (!queue_.empty() && queue_.begin()->first < limit) {
    auto due = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    due(boost::system::error_code());
    if (!*alive) return;
  }
  arm();
}

bool AsioClock::jump(Instant limit) {
  const auto due = next_due();
  const Instant to = due ? std::min(*due, limit) : limit;
  if (to == Instant::max()) return false;
  if (to > now()) {
    skipped_ += to - now();
    armed_.reset();
  }
  const bool some = due && *due <= limit;
  run_due();
  return some;
}

}  // namespace mr::runtime
