#include "scenarios/engine/deeds.hpp"

namespace mr::scenarios {

using runtime::asio::awaitable;

Deeds::Deeds(const Scenario& scenario, Stage& stage, Services& services, Population& population,
             Agents& agents, Workstations& workstations)
    : scenario_(scenario),
      stage_(stage),
      services_(services),
      population_(population),
      agents_(agents),
      workstations_(workstations) {
  for (const Deed& deed : scenario.deeds) {
    if (deed.when) waits_.push_back({&deed});
  }
}

void Deeds::start() {
  for (const Deed& deed : scenario_.deeds) {
    if (deed.when) continue;
    stage_.at(runtime::Instant(deed.at), [this, &deed] { perform(deed); });
  }
}

void Deeds::see(const runtime::TraceLog::Record& record) {
  for (Wait& wait : waits_) {
    if (wait.came || !wait.deed->when->matches(record)) continue;
    wait.came = true;
    wait.late = record.at > runtime::Instant(wait.deed->within);
    if (!wait.late) stage_.at(record.at + wait.deed->delay, [this, deed = wait.deed] { perform(*deed); });
  }
}

void Deeds::impossible(std::string_view what, std::string_view why) {
  stage_.emit({.kind = "deed.impossible", .fields = {{"what", what}, {"why", why}}});
}

void Deeds::perform(const Deed& deed) {
  if (const auto* action = std::get_if<QueueAction>(&deed.what)) {
    perform(*action);
  } else if (const auto* set = std::get_if<SetSecurityMode>(&deed.what)) {
    perform(*set);
  } else if (const auto* run = std::get_if<RunAgent>(&deed.what)) {
    perform(*run);
  } else if (const auto* close_one = std::get_if<CloseAccount>(&deed.what)) {
    services_.spawn(close(close_one->account));
  } else if (const auto* replace = std::get_if<ReplaceSupply>(&deed.what)) {
    population_.perform(*replace);
  } else if (const auto* power = std::get_if<Power>(&deed.what)) {
    population_.perform(*power);
  } else if (const auto* print = std::get_if<PrintOne>(&deed.what)) {
    population_.perform(*print);
  } else {
    const auto& job = std::get<SendJob>(deed.what);
    workstations_.send(job, population_.address(job.printers, job.number));
  }
}

void Deeds::perform(const QueueAction& deed) {
  for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
    if (scenario_.sites[i].name != deed.site) continue;
    server::QueueRequest request;
    request.sender_id = agents_.sender_id(i);
    if (request.sender_id.empty()) return impossible(model::word(deed.kind), "the agent is not registered");
    request.kind = std::string(model::word(deed.kind));
    request.requested_by = deed.by.empty() ? std::string(scenario_user) : deed.by;
    request.software_id = deed.software;
    if (deed.not_before) request.not_before = runtime::WallTime(scenario_.start) + *deed.not_before;
    if (deed.printers.empty()) {
      services_.spawn(queue(std::move(request)));
      continue;
    }
    request.manufacturer = population_.manufacturer(deed.printers, 1);
    for (std::string& serial : population_.serials(deed.printers, deed.number)) {
      server::QueueRequest one = request;
      one.serial_number = std::move(serial);
      // By the server's own id where it knows the device, as its administration would.
      const auto rows = services_.server().store().query(
          "SELECT id FROM device WHERE manufacturer = $1 AND serial_number = $2",
          {one.manufacturer, one.serial_number});
      if (rows && !rows->empty()) one.device_id = std::get<std::string>(rows->front()[0]);
      services_.spawn(queue(std::move(one)));
    }
  }
}

awaitable<void> Deeds::queue(server::QueueRequest request) {
  const std::string kind = request.kind;
  const auto queued = co_await services_.server().dispatch().queue(std::move(request));
  if (!queued) {
    const std::string why = to_string(queued.error());
    impossible(kind, why);
  }
}

void Deeds::perform(const SetSecurityMode& deed) {
  for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
    if (scenario_.sites[i].name == deed.site) agents_.set_security_mode(i, deed.mode);
  }
}

void Deeds::perform(const RunAgent& deed) {
  for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
    if (scenario_.sites[i].name != deed.site) continue;
    if (!deed.start) {
      agents_.stop_agent(i);
    } else if (const auto started = agents_.start_agent(i); !started) {
      const std::string why = to_string(started.error());
      impossible("start_agent", why);
    }
  }
}

awaitable<void> Deeds::close(std::string account) {
  for (std::size_t i = 0; i < scenario_.sites.size(); ++i) {
    if (scenario_.sites[i].account != account) continue;
    const auto closed = co_await services_.server().registry().close_account(services_.account_id(i));
    if (!closed) {
      const std::string why = to_string(closed.error());
      impossible("close_account", why);
    }
    co_return;
  }
}

}  // namespace mr::scenarios
