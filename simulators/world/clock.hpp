// The clock of one host: the world's time line, and civil time with the host's own offset.
#pragma once

#include "simulators/world/host.hpp"
#include "simulators/world/life.hpp"

namespace mr::world {

class HostClock final : public runtime::Clock {
 public:
  explicit HostClock(Host& host) : host_(host) {}
  runtime::Instant now() const override { return host_.world().now(); }
  runtime::WallTime wall() const override { return host_.world().true_wall() + host_.clock_offset(); }
  void wait(runtime::Instant deadline, asio::any_completion_handler<void(error_code)> wake) override;
  std::unique_ptr<runtime::Alarm> at(runtime::Instant deadline, std::function<void()> due) override;
  // Nothing in the world happens outside its queues, so nothing need be held.
  runtime::Hold hold() override { return {}; }

 private:
  Host& host_;
};

}  // namespace mr::world
