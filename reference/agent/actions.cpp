// The work list: what was taken from the server and is not answered yet, from its judgement to its result.
//
// An action waits until its NotBefore, for a free place, and for its printers: at most
// settings.actions_in_flight run at a time, and two on one printer run one after the other, in the order
// taken. Each is judged when it starts (permission.hpp), because a permission may end and the mode may change
// while it waits. What survives a restart (WP-5-26):
//   taken, not begun      it runs after the restart: nothing was done for it. A download for an upgrade
//   belongs here and goes on where it was begun, no result      failed, "interrupted by a restart": what the
//   printer made of it is not known, and it never runs again result stored         it is sent until the
//   server acknowledges it
// `begun` is durable before the first octet that could change something on a printer.
#include "reference/agent/actions.hpp"

#include <algorithm>
#include <set>

#include "reference/agent/agent.hpp"
#include "reference/agent/permission.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {

constexpr std::size_t detail_octets_max = 1000;

// `j.doe` from the server's word; the audit keeps at most this much of it.
std::string at_most(std::string text, std::size_t octets) {
  if (text.size() > octets) text.resize(octets);
  return text;
}

}  // namespace

std::vector<Agent::Printer> Agent::targets(const model::Action& action) {
  auto all = printers(action.kind == model::word(model::ActionKind::start_managing_device));
  if (!all) return {};
  if (!action.device_id && !action.serial_number) return std::move(*all);
  // The receipts told which device id is which printer; before the first one, maker and serial number as last
  // read tell it.
  auto rows = store_->query("SELECT id FROM printer WHERE device_id = $1 AND device_id <> ''",
                            {action.device_id.value_or("")});
  if (rows && rows->empty() && action.serial_number) {
    const std::string maker = action.manufacturer.value_or("");
    rows = store_->query(
        "SELECT id FROM printer WHERE serial_number = $1 AND serial_number <> '' AND ($2 = '' OR "
        "manufacturer = $2)",
        {*action.serial_number, maker});
  }
  std::erase_if(*all, [&](const Printer& printer) {
    return !rows || std::ranges::none_of(*rows, [&](const runtime::Row& row) {
      return std::get<std::int64_t>(row[0]) == printer.id;
    });
  });
  return std::move(*all);
}

awaitable<Result<void>> Agent::recover_actions() {
  const auto rows = store_->query(
      "SELECT id, request, begun_ms, kind FROM action WHERE results = '' ORDER BY position, taken_ms, id", {});
  MR_CO_TRY(rows);
  for (const runtime::Row& row : *rows) {
    model::Action action;
    const auto request = schema::decode_get_schedule_response(std::get<std::string>(row[1]));
    if (request && request->actions.size() == 1) action = request->actions.front();
    action.action_id = std::get<std::string>(row[0]);
    if (action.kind.empty()) action.kind = std::get<std::string>(row[3]);
    if (std::get<std::int64_t>(row[2]) == 0 && request) {
      auto work = std::make_shared<Work>();
      work->action = std::move(action);
      work_.push_back(std::move(work));
      continue;
    }
    Judged cut;
    cut.parts.push_back({{}, {}, {model::Outcome::failed, "failed", "interrupted by a restart"}, {}});
    MR_CO_TRY(co_await record(std::move(action), std::move(cut)));
  }
  co_return Result<void>();
}

runtime::Duration Agent::start_due() {
  runtime::Duration next = std::chrono::hours(1);
  const model::Moment now = runtime_.clock().wall();
  const bool locked = locked_down();
  std::size_t running = 0;
  std::set<std::int64_t> claimed;
  for (const auto& work : work_) {
    if (!work->running) continue;
    ++running;
    claimed.insert(work->printers.begin(), work->printers.end());
  }
  for (const auto& work : work_) {
    if (work->running) continue;
    //= ACT-NOT-BEFORE
    if (work->action.not_before && work->action.not_before->instant > now && !locked) {
      next = std::min<runtime::Duration>(next, work->action.not_before->instant - now);
      continue;
    }
    // Reports only read: they wait for nobody.
    std::set<std::int64_t> wanted;
    if (work->action.kind != model::word(model::ActionKind::send_reports)) {
      for (const Printer& printer : targets(work->action)) wanted.insert(printer.id);
    }
    const bool blocked = std::ranges::any_of(wanted, [&](std::int64_t id) { return claimed.contains(id); });
    claimed.insert(wanted.begin(), wanted.end());  // those behind it wait behind it
    if (blocked || running >= settings_.actions_in_flight) continue;
    work->running = true;
    work->printers = std::move(wanted);
    ++running;
    scope_.spawn(perform(work));
  }
  return next;
}

awaitable<void> Agent::act_forever() {
  for (;;) {
    const auto recovered = co_await recover_actions();
    if (recovered) break;
    runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(recovered.error())}}});
    work_.clear();
    const bool woke = co_await runtime_.clock().sleep_for(std::chrono::minutes(1));
    if (!woke) co_return;
  }
  for (;;) {
    work_stirred_.clear();
    const runtime::Duration next = start_due();
    if (work_.empty()) {
      const bool stirred = co_await work_stirred_.wait();
      if (!stirred) co_return;
    } else {
      const bool stirred = co_await work_stirred_.wait_until(runtime_.clock(), runtime_.clock().now() + next);
      if (!stirred && scope_.stopping()) co_return;
    }
  }
}

awaitable<void> Agent::perform(std::shared_ptr<Work> work) {
  Judged judged = co_await execute(work->action);
  if (scope_.stopping()) co_return;  // not done, or not known to be: the next start says so
  const auto recorded = co_await record(work->action, std::move(judged));
  if (!recorded) runtime_.trace().note("a result is not kept: " + to_string(recorded.error()));
  work_.remove(work);
  work_stirred_.set();
  if (work->action.kind == model::word(model::ActionKind::upgrade_device)) co_await drop_unwanted_software();
  co_await send_results();
}

awaitable<bool> Agent::begin_action(std::string action_id) {
  auto begun = co_await store_->begin();
  if (!begun) co_return false;
  const auto marked =
      (*begun)->execute("UPDATE action SET begun_ms = $1 WHERE id = $2",
                        {std::int64_t(runtime_.clock().wall().time_since_epoch().count()), action_id});
  if (!marked) co_return false;
  const auto committed = co_await (*begun)->commit();
  co_return committed.has_value();
}

awaitable<Agent::Judged> Agent::execute(model::Action action) {
  Judged judged;
  const auto settle = [&](model::Outcome outcome, std::string reason, std::string detail) {
    judged.parts.push_back({{}, {}, {outcome, std::move(reason), std::move(detail)}, {}});
  };
  const Decision first =
      decide(settings_, action.kind, std::nullopt, security_mode(), runtime_.clock().wall());
  if (!first.refusal.empty()) {
    settle(model::Outcome::refused, first.refusal, "");
    // Who it was about is told where it is one printer, although nothing is done there.
    const auto meant = targets(action);
    if (meant.size() == 1) {
      judged.parts.front().address = meant.front().address.to_string();
      judged.parts.front().serial_number = meant.front().serial_number;
    }
    co_return judged;
  }
  const auto kind = *model::from_word<model::ActionKind>(action.kind);
  auto meant = targets(action);
  if (meant.empty()) {
    settle(model::Outcome::failed, "unknown-device", "no printer of this agent is meant");
    co_return judged;
  }
  if (kind == model::ActionKind::send_reports) {
    //= ACT-SEND-NOW
    const bool begun = co_await begin_action(action.action_id);
    if (!begun) {
      settle(model::Outcome::failed, "failed", "the store cannot be written");
      co_return judged;
    }
    const std::string serial = meant.size() == 1 ? meant.front().serial_number : std::string();
    const auto reported = co_await report_now(std::move(meant), "action", std::nullopt);
    settle(reported ? model::Outcome::performed : model::Outcome::failed, reported ? "" : "failed",
           reported ? "" : to_string(reported.error()));
    judged.parts.front().serial_number = serial;
    co_return judged;
  }
  for (Printer& printer : meant) {
    if (scope_.stopping()) break;
    Judged::Part part;
    part.address = printer.address.to_string();
    part.serial_number = printer.serial_number;
    const Decision decision =
        decide(settings_, action.kind, printer.address, security_mode(), runtime_.clock().wall());
    part.permission = to_text(decision.permit);
    if (!decision.refusal.empty()) {
      part.deed = {model::Outcome::refused, decision.refusal, ""};
    } else {
      part.deed = co_await execute_on(kind, action, std::move(printer));
    }
    judged.parts.push_back(std::move(part));
  }
  co_return judged;
}

awaitable<Deed> Agent::execute_on(model::ActionKind kind, model::Action action, Printer printer) {
  if (kind == model::ActionKind::upgrade_device)
    co_return co_await upgrade(std::move(action), std::move(printer));
  const bool begun = co_await begin_action(action.action_id);
  if (!begun) co_return Deed{model::Outcome::failed, "failed", "the store cannot be written"};
  const Target target{printer.address, printer.credentials, printer.serial_number};
  Allowed allowed = [this] { return !locked_down(); };
  switch (kind) {
    case model::ActionKind::get_device_status:
      co_return co_await on_printer_.read_status(target);
    case model::ActionKind::troubleshoot_device:
      co_return co_await on_printer_.troubleshoot(target);
    case model::ActionKind::reboot_device:
      co_return co_await on_printer_.reboot(target, std::move(allowed));
    case model::ActionKind::print_test_page:
      co_return co_await on_printer_.print_test_page(target, std::move(allowed));
    case model::ActionKind::start_managing_device:
      co_return co_await start_managing(std::move(printer));
    case model::ActionKind::upgrade_device:
    case model::ActionKind::send_reports:
      break;
  }
  co_return Deed{model::Outcome::refused, "not-supported", ""};
}

//= ACT-START
awaitable<Deed> Agent::start_managing(Printer printer) {
  if (printer.managed) co_return Deed{model::Outcome::performed, "", "it was managed before"};
  auto begun = co_await store_->begin();
  Deed failed{model::Outcome::failed, "failed", "the store cannot be written"};
  if (!begun) co_return failed;
  const auto marked = (*begun)->execute("UPDATE printer SET managed = 1 WHERE id = $1", {printer.id});
  if (!marked) co_return failed;
  const auto committed = co_await (*begun)->commit();
  if (!committed) co_return failed;
  co_return Deed{model::Outcome::performed, "", "managed from the next report on"};
}

// The result for the server and the rows of the audit, in one transaction.
awaitable<Result<void>> Agent::record(model::Action action, Judged judged) {
  const runtime::WallTime now = runtime_.clock().wall();
  model::SendActionResults results;
  model::ActionResult& result = results.results.emplace_back();
  result.action_id = action.action_id;
  result.finished_at = settings_.zone.stamp(now);
  const Deed whole = combine(judged);
  result.outcome = whole.outcome;
  if (!whole.reason.empty()) result.reason = whole.reason;
  if (!whole.detail.empty()) result.detail = at_most(whole.detail, detail_octets_max);
  result.status = whole.status;
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  runtime::Transaction& transaction = **begun;
  MR_CO_TRY(transaction.execute("UPDATE action SET results = $1 WHERE id = $2",
                                {schema::encode(results), action.action_id}));
  //= AUD-AGENT
  for (const Judged::Part& part : judged.parts) {
    MR_CO_TRY(transaction.execute(
        "INSERT INTO action_audit (seq, at_ms, action_id, kind, address, serial_number, requested_by, "
        "permission, outcome, reason) "
        "SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8, $9 FROM action_audit",
        {std::int64_t(now.time_since_epoch().count()), action.action_id, action.kind, part.address,
         part.serial_number, at_most(action.requested_by.value_or(""), 256), part.permission,
         std::string(model::word(part.deed.outcome)), part.deed.reason}));
  }
  MR_CO_TRY(co_await transaction.commit());
  const std::string serial =
      judged.parts.size() == 1 ? judged.parts.front().serial_number : action.serial_number.value_or("");
  runtime_.trace().emit({.kind = "agent.executed",
                         .id = action.action_id,
                         .fields = {{"action", action.kind},
                                    {"outcome", model::word(result.outcome)},
                                    {"reason", result.reason.value_or("")},
                                    {"serial", serial},
                                    {"device", action.device_id.value_or("")}}});
  co_return Result<void>();
}

}  // namespace mr::agent
