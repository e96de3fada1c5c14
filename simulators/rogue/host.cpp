#include "simulators/rogue/host.hpp"

namespace mr::rogue {
namespace {

class WrongClock final : public runtime::Clock {
 public:
  WrongClock(runtime::Clock& clock, std::chrono::milliseconds by) : clock_(clock), by_(by) {}

  runtime::Instant now() const override { return clock_.now(); }
  runtime::WallTime wall() const override { return clock_.wall() + by_; }
  void wait(runtime::Instant deadline,
            runtime::asio::any_completion_handler<void(boost::system::error_code)> wake) override {
    clock_.wait(deadline, std::move(wake));
  }
  std::unique_ptr<runtime::Alarm> at(runtime::Instant deadline, std::function<void()> due) override {
    return clock_.at(deadline, std::move(due));
  }
  runtime::Hold hold() override { return clock_.hold(); }

 private:
  runtime::Clock& clock_;
  std::chrono::milliseconds by_;
};

}  // namespace

std::unique_ptr<runtime::Runtime> with_wall_off(runtime::Runtime& host, std::chrono::milliseconds by) {
  Seams seams;
  seams.clock = std::make_unique<WrongClock>(host.clock(), by);
  return std::make_unique<RogueHost>(host, std::move(seams));
}

}  // namespace mr::rogue
