// The clock of a process with real sockets: one queue of due instants, ordered by (instant, order of asking).
//
// A steady_timer is armed for the earliest. jump() skips the time line to the earliest due instant: in
// scenario time the process calls it when nothing is in flight, in real time when it is asked to advance.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>

#include "reference/runtime/clock.hpp"

namespace mr::runtime {

class AsioClock final : public Clock {
 public:
  AsioClock(asio::io_context& context, std::optional<WallTime> scenario_start);
  ~AsioClock() override;  // pending handlers are destroyed, not called

  Instant now() const override;
  WallTime wall() const override;
  void wait(Instant deadline, asio::any_completion_handler<void(boost::system::error_code)> wake) override;
  std::unique_ptr<Alarm> at(Instant deadline, std::function<void()> due) override;
  Hold hold() override;

  bool held() const { return *holds_ > 0; }
  std::optional<Instant> next_due() const;
  // Skips to the earliest due instant and runs what is due there; not past `limit`. False
  // if there is nothing to skip to, and then `limit` is where time stands unless it is Instant::max().
  bool jump(Instant limit);

 private:
  using Key = std::pair<Instant, std::uint64_t>;
  class QueuedAlarm;
  using Due =
      std::function<void(boost::system::error_code)>;  // success when due, operation_aborted when cancelled
  Key push(Instant deadline, Due due);
  void erase(const Key& key);
  void arm();
  void run_due();

  asio::io_context& context_;
  std::optional<WallTime> scenario_start_;
  std::chrono::steady_clock::time_point origin_;
  Duration skipped_{0};
  asio::steady_timer timer_;
  std::optional<Instant> armed_;
  std::map<Key, Due> queue_;
  std::uint64_t sequence_ = 0;
  std::shared_ptr<std::size_t> holds_ = std::make_shared<std::size_t>(0);
  std::shared_ptr<AsioClock*> alive_ = std::make_shared<AsioClock*>(this);  // alarms may outlive the clock
};

}  // namespace mr::runtime
