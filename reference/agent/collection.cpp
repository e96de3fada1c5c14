// Reading printers: a short status read of each at an interval, and the full read that a report is made of.
#include "reference/agent/agent.hpp"
#include "reference/agent/permission.hpp"
#include "reference/agent/reading.hpp"
#include "reference/protocol/trust/uuid.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

// Rounds are shared by readers that run side by side; each takes the next printer.
struct Agent::StatusRound {
  StatusRound(std::vector<Printer> printers_, runtime::asio::any_io_executor executor)
      : printers(std::move(printers_)),
        statuses(printers.size()),
        life_counts(printers.size(), -1),
        over(std::move(executor)) {}
  std::vector<Printer> printers;
  std::vector<std::optional<model::Status>> statuses;  // empty: no answer
  std::vector<std::int64_t> life_counts;
  std::size_t next = 0, readers = 0;
  runtime::Signal over;
};

struct Agent::FullRound {
  FullRound(std::vector<Printer> printers_, runtime::asio::any_io_executor executor)
      : printers(std::move(printers_)), reports(printers.size()), over(std::move(executor)) {}
  std::vector<Printer> printers;
  std::vector<std::optional<model::DeviceReport>> reports;  // empty: no answer
  std::size_t next = 0, readers = 0;
  runtime::Signal over;
};

namespace {

const snmp::Oid life_count{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1},
    supply_level{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9};

}  // namespace

awaitable<void> Agent::read_statuses(std::shared_ptr<StatusRound> round) {
  while (!scope_.stopping() && round->next < round->printers.size()) {
    const std::size_t i = round->next++;
    const Printer& printer = round->printers[i];
    const auto variables =
        co_await snmp_.get(printer.address, printer.credentials, status_scalars(), settings_.snmp_attempts);
    if (!variables) continue;
    round->statuses[i] = describe_status(*variables, settings_.zone.stamp(runtime_.clock().wall()));
    if (const auto found = variables->find(life_count); found != variables->end())
      round->life_counts[i] = found->second.number().value_or(-1);
  }
  if (--round->readers == 0) round->over.set();
}

awaitable<void> Agent::read_status_round() {
  auto managed = printers();
  if (!managed || managed->empty()) co_return;
  auto round = std::make_shared<StatusRound>(std::move(*managed), runtime_.executor());
  round->readers = settings_.in_flight;
  for (std::size_t i = 0; i < settings_.in_flight; ++i) scope_.spawn(read_statuses(round));
  const bool ready = co_await round->over.wait();
  if (!ready) co_return;

  auto begun = co_await store_->begin();
  if (!begun) co_return;
  const std::int64_t now_ms = runtime_.clock().wall().time_since_epoch().count();
  std::int64_t answered = 0;
  for (std::size_t i = 0; i < round->printers.size(); ++i) {
    const std::int64_t id = round->printers[i].id;
    if (!round->statuses[i]) {
      const auto counted =
          (*begun)->execute("UPDATE printer SET failures = failures + 1 WHERE id = $1", {id});
      if (!counted) co_return;
      continue;
    }
    ++answered;
    const model::Status& status = *round->statuses[i];
    const auto kept = (*begun)->execute(
        "UPDATE printer SET status_ms = $1, device_status = $2, printer_status = $3, life_count = $4, "
        "failures = 0 WHERE id = $5",
        {now_ms, std::int64_t(status.device_status ? static_cast<int>(*status.device_status) : 0),
         std::int64_t(status.printer_status ? static_cast<int>(*status.printer_status) : 0),
         round->life_counts[i], id});
    if (!kept) co_return;
  }
  const auto committed = co_await (*begun)->commit();
  if (!committed) co_return;
  runtime_.trace().emit(
      {.kind = "agent.status_read",
       .fields = {{"printers", static_cast<std::int64_t>(round->printers.size())}, {"answered", answered}}});
}

awaitable<void> Agent::read_status_forever() {
  if (settings_.status_interval.count() == 0) co_return;
  const bool ready = co_await discovered_.wait();
  if (!ready) co_return;
  for (;;) {
    co_await read_status_round();
    const bool woke = co_await runtime_.clock().sleep_for(settings_.status_interval);
    if (!woke) co_return;
  }
}

awaitable<std::optional<model::DeviceReport>> Agent::read_device(Printer printer) {
  const runtime::Instant from = runtime_.clock().now();
  const auto object_id = snmp::Oid::parse(printer.sys_object_id);
  std::vector<snmp::Oid> subtrees = full_subtrees(object_id ? *object_id : snmp::Oid());
  bool complete = true;
  Variables variables;
  auto scalars =
      co_await snmp_.get(printer.address, printer.credentials, full_scalars(), settings_.snmp_attempts);
  if (scalars) {
    variables = std::move(*scalars);
  } else if (scalars.error().code == snmp::errc::error_status) {
    complete = false;
  } else {
    co_return std::nullopt;  // it does not answer at all
  }
  std::vector<std::string> causes;  // the answers that told levels of supplies
  for (snmp::Oid& root : subtrees) {
    SnmpClient::Subtree subtree =
        co_await snmp_.walk(printer.address, printer.credentials, std::move(root), supply_level);
    for (const std::int32_t answer : subtree.answers)
      causes.push_back(printer.address.to_string() + "/" + std::to_string(answer));
    if (subtree.fault) {
      if (subtree.fault->code == runtime::asio::error::operation_aborted) co_return std::nullopt;
      complete = false;
    }
    for (snmp::VarBind& varbind : subtree.variables)
      variables.insert_or_assign(std::move(varbind.name), std::move(varbind.value));
  }

  model::DeviceReport report;
  report.report_id = trust::random_uuid();
  report.read_time = settings_.zone.stamp(runtime_.clock().wall());
  report.source = model::ReportSource::agent;
  describe_device(variables, report.read_time, report);
  report.identity.management_state = model::ManagementState::managed;
  //= REP-LOCAL-ID
  report.identity.local_id = std::to_string(printer.id);
  if (!report.network) report.network.emplace();
  const std::string address = printer.address.to_string();
  if (report.network->ip_addresses.empty()) report.network->ip_addresses.push_back(address);
  if (!printer.last_address.empty()) {
    report.network->last_known_ip_address = printer.last_address;
    report.network->ip_address_changed = printer.last_address != address;
  }
  if (report.status) {
    report.status->retrieval = complete ? model::Retrieval::complete : model::Retrieval::partial;
    report.status->discovered_at =
        settings_.zone.stamp(model::Moment(std::chrono::milliseconds(printer.discovered_ms)));
    report.status->discovery_method = "snmp";
  }
  report.permissions = permissions_on(settings_, printer.address, report.read_time.instant);
  runtime_.trace().emit({.kind = "agent.read",
                         .id = report.report_id,
                         .causes = std::vector<std::string_view>(causes.begin(), causes.end()),
                         .fields = {{"address", address},
                                    {"serial", report.identity.serial_number.value_or("")},
                                    {"from_ns", from.time_since_epoch().count()},
                                    {"variables", static_cast<std::int64_t>(variables.size())},
                                    {"complete", std::int64_t(complete)}}});
  co_return report;
}

awaitable<void> Agent::read_devices(std::shared_ptr<FullRound> round) {
  while (!scope_.stopping() && round->next < round->printers.size()) {
    const std::size_t i = round->next++;
    round->reports[i] = co_await read_device(round->printers[i]);
  }
  if (--round->readers == 0) round->over.set();
}

awaitable<Result<void>> Agent::report_now(std::vector<Printer> printers, std::string why,
                                          std::optional<model::Moment> daily) {
  auto round = std::make_shared<FullRound>(std::move(printers), runtime_.executor());
  round->readers = settings_.in_flight;
  for (std::size_t i = 0; i < settings_.in_flight; ++i) scope_.spawn(read_devices(round));
  const bool ready = co_await round->over.wait();
  if (!ready) co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_aborted));
  std::vector<std::pair<Printer, model::DeviceReport>> reports;
  std::int64_t silent = 0;
  for (std::size_t i = 0; i < round->printers.size(); ++i) {
    if (round->reports[i]) {
      reports.emplace_back(std::move(round->printers[i]), std::move(*round->reports[i]));
    } else {
      ++silent;
    }
  }
  runtime_.trace().emit(
      {.kind = "agent.collected",
       .fields = {{"why", why}, {"reports", static_cast<std::int64_t>(reports.size())}, {"silent", silent}}});
  co_return co_await spool(std::move(reports), daily);
}

}  // namespace mr::agent
