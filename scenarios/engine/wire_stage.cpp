#include <boost/asio/ip/address_v4.hpp>
#include <map>
#include <optional>
#include <set>

#include "reference/runtime/asio/process.hpp"
#include "scenarios/engine/stage.hpp"
#include "simulators/printer/site/network_namespace.hpp"

namespace mr::scenarios {
namespace {

// Without a namespace: ports under 1024 are not ours to bind.
constexpr std::uint16_t port_shift = 20'000;

class WireStage final : public Stage {
 public:
  explicit WireStage(StageOptions options) : options_(std::move(options)) {
    auto entered = printer::NetworkNamespace::enter();
    if (entered) {
      namespace_.emplace(std::move(*entered));
    } else {
      without_ = to_string(entered.error());
    }
    runtime::ProcessOptions process;
    process.scenario_start = options_.start;
    process.seed = options_.seed;
    process.trace.write = options_.events;
    process_ = std::make_unique<runtime::AsioProcess>(std::move(process));
  }
  ~WireStage() override { alarms_.clear(); }

  runtime::Address place(const runtime::Address& address) const override {
    if (namespace_) return address;
    auto bytes = address.to_v4().to_bytes();
    bytes[0] = 127;
    return boost::asio::ip::address_v4(bytes);
  }
  std::uint16_t port(std::uint16_t port) const override {
    return namespace_ ? port : static_cast<std::uint16_t>(port + port_shift);
  }
  void set_name(const std::string& name, const runtime::Address& address) override {
    names_[name] = {place(address)};
  }

  Result<runtime::Runtime*> add_host(HostPlan plan) override {
    for (const auto& address : plan.addresses) {
      if (!taken_.insert(place(address)).second)
        return Fault(stage_errc::addresses_clash, place(address).to_string());
      if (namespace_) MR_TRY(namespace_->add(address));
    }
    runtime::HostOptions host;
    host.name = plan.name;
    if (!options_.stores_folder.empty()) host.stores_folder = options_.stores_folder + "/" + plan.name;
    if (!plan.addresses.empty()) host.address = place(plan.addresses.front());
    host.names = names_;
    host.system_resolver = false;
    hosts_.push_back(std::make_unique<runtime::AsioRuntime>(*process_, std::move(host)));
    return hosts_.back().get();
  }
  Result<void> set_present(runtime::Runtime&, const runtime::Address& address, bool present) override {
    if (!namespace_) return {};  // every 127.x.y.z answers; the sockets alone come and go
    return present ? namespace_->add(address) : namespace_->remove(address);
  }

  runtime::Instant now() const override { return process_->clock().now(); }
  void at(runtime::Instant instant, std::function<void()> deed) override {
    const std::uint64_t number = ++alarms_made_;
    alarms_[number] = process_->clock().at(instant, [this, number, deed = std::move(deed)] {
      const auto kept = alarms_.extract(number);  // the alarm lives to the end of its call
      deed();
    });
  }
  Result<bool> run_until(const std::function<bool()>& done, runtime::Instant limit) override {
    return process_->run_until(done, limit);
  }
  runtime::TraceLog& trace_log() override { return process_->trace_log(); }
  report::Mode mode() const override { return report::Mode::on_wire; }
  std::vector<std::pair<std::string, std::string>> facts() const override {
    if (namespace_) return {{"network", "a network namespace, with the scenario's addresses and ports"}};
    return {{"network", "127.0.0.0/8, ports shifted by " + std::to_string(port_shift) +
                            ": a printer that is off refuses, its address still answers"},
            {"network namespace", without_}};
  }

 private:
  StageOptions options_;
  std::optional<printer::NetworkNamespace> namespace_;
  std::string without_;  // why there is no namespace
  std::unique_ptr<runtime::AsioProcess> process_;
  std::map<std::string, std::vector<runtime::Address>> names_;
  std::set<runtime::Address> taken_;
  std::vector<std::unique_ptr<runtime::AsioRuntime>> hosts_;
  std::map<std::uint64_t, std::unique_ptr<runtime::Alarm>> alarms_;
  std::uint64_t alarms_made_ = 0;
};

}  // namespace

std::unique_ptr<Stage> make_wire_stage(StageOptions options) {
  return std::make_unique<WireStage>(std::move(options));
}

}  // namespace mr::scenarios
