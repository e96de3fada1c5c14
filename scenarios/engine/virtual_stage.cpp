#include "scenarios/engine/stage.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::scenarios {

std::string_view describe(stage_errc code) {
  switch (code) {
    case stage_errc::addresses_clash:
      return "two addresses are one";
    case stage_errc::stopped:
      return "the run stopped";
  }
  return "stage error";
}

namespace {

class VirtualStage final : public Stage {
 public:
  explicit VirtualStage(StageOptions options) : world_(world_options(std::move(options))) {}

  runtime::Address place(const runtime::Address& address) const override { return address; }
  std::uint16_t port(std::uint16_t port) const override { return port; }
  void set_name(const std::string& name, const runtime::Address& address) override {
    world_.fabric().set_name(name, {address});
  }

  Result<runtime::Runtime*> add_host(HostPlan plan) override {
    for (const auto& address : plan.addresses) {
      if (world_.fabric().owner(address, nullptr) != nullptr)
        return Fault(stage_errc::addresses_clash, address.to_string());
    }
    return &world_.add_host({.name = plan.name, .addresses = plan.addresses, .site = plan.site});
  }
  Result<void> set_present(runtime::Runtime& host, const runtime::Address& address, bool present) override {
    world::Host* const found = world_.find_host(host.host());
    MR_ASSERT(found != nullptr);
    if (present) {
      found->add_address(address);
    } else {
      found->remove_address(address);
    }
    return {};
  }

  runtime::Instant now() const override { return world_.now(); }
  void at(runtime::Instant instant, std::function<void()> deed) override {
    world_.schedule(instant, std::move(deed));
  }
  Result<bool> run_until(const std::function<bool()>& done, runtime::Instant limit) override {
    return world_.run_until_done(done, limit);
  }
  runtime::TraceLog& trace_log() override { return world_.trace_log(); }
  report::Mode mode() const override { return report::Mode::in_world; }
  std::vector<std::pair<std::string, std::string>> facts() const override {
    return {{"turns", std::to_string(world_.turns())}};
  }

 private:
  static world::WorldOptions world_options(StageOptions options) {
    world::WorldOptions world;
    world.seed = options.seed;
    world.start = options.start;
    world.trace.write = std::move(options.events);
    return world;
  }
  world::World world_;
};

}  // namespace

std::unique_ptr<Stage> make_virtual_stage(StageOptions options) {
  return std::make_unique<VirtualStage>(std::move(options));
}

}  // namespace mr::scenarios
