#include "scenarios/engine/workstations.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/write.hpp>

#include "reference/runtime/completion.hpp"
#include "scenarios/checks/markers.hpp"

namespace mr::scenarios {

namespace {

constexpr auto send_time = std::chrono::minutes(2);

Address workstation_address(std::size_t site) {
  return boost::asio::ip::address_v4(0xc0000280 + static_cast<std::uint32_t>(site));  // 192.0.2.128
}

}  // namespace

Result<std::unique_ptr<Workstations>> Workstations::open(const Scenario& scenario, Stage& stage,
                                                         std::uint64_t seed) {
  std::unique_ptr<Workstations> workstations(new Workstations(stage, seed));
  std::uint64_t number = 0;
  std::map<std::string, runtime::Runtime*> hosts;  // by site
  for (const Deed& deed : scenario.deeds) {
    const auto* job = std::get_if<SendJob>(&deed.what);
    if (job == nullptr) continue;
    workstations->numbers_[job] = ++number;
    for (Setting::Marker& marker : markers_of(planted_job(seed, number)))
      workstations->markers_.push_back(std::move(marker));
    for (std::size_t i = 0; i < scenario.sites.size(); ++i) {
      const SitePlan& site = scenario.sites[i];
      if (std::ranges::find(site.printers, job->printers, &PrinterGroup::name) == site.printers.end())
        continue;
      if (workstations->members_.contains(job->printers)) break;
      runtime::Runtime*& host = hosts[site.name];
      if (host == nullptr) {
        auto made = stage.add_host(
            {.name = site.name + "-workstation", .site = site.name, .addresses = {workstation_address(i)}});
        MR_TRY(made);
        host = *made;
      }
      workstations->members_[job->printers] = {host, std::make_unique<runtime::Scope>(host->executor())};
    }
  }
  return workstations;
}

Workstations::~Workstations() = default;

void Workstations::send(const SendJob& job, const Address& printer) {
  const Member& member = members_.at(job.printers);
  member.scope->spawn(send_one(member.host, {stage_.place(printer), stage_.port(9100)},
                               as_print_stream(planted_job(seed_, numbers_.at(&job)), job.pages)));
}

runtime::asio::awaitable<void> Workstations::send_one(runtime::Runtime* host, runtime::Endpoint printer,
                                                      std::string stream) {
  auto connected = co_await host->network().connect(printer, host->clock().now() + send_time);
  std::string why;
  if (connected) {
    const auto [error, sent] =
        co_await runtime::asio::async_write(*connected, runtime::asio::buffer(stream), runtime::as_values);
    if (error) why = error.message();
    connected->shut_send();
    // The printer closes when it has read all of it.
    char rest[64];
    const auto [end, got] =
        co_await connected->async_read_some(runtime::asio::buffer(rest), runtime::as_values);
    if (why.empty() && end && end != runtime::asio::error::eof) why = end.message();
  } else {
    why = to_string(connected.error());
  }
  if (!why.empty())
    host->trace().emit({.kind = "deed.impossible", .fields = {{"what", "send_job"}, {"why", why}}});
}

void Workstations::stop() {
  for (const auto& [group, member] : members_) member.scope->stop();
}

bool Workstations::idle() const {
  return std::ranges::all_of(members_, [](const auto& entry) { return entry.second.scope->idle(); });
}

}  // namespace mr::scenarios
