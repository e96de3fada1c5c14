// What the server asks for: fetched at the daily query (and at the poll interval, where one is set), run once, answered.
//
// An action is written down before it runs and its result before it is sent: a restart in between answers `failed`, and never runs it
// again (WP-5-26). Results that were not acknowledged go again at the next query.
#include <algorithm>

#include "reference/agent/agent.hpp"
#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/schema/action_results.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

awaitable<void> Agent::poll_forever() {
  if (settings_.poll_interval.count() == 0) co_return;
  for (;;) {
    const bool woke = co_await runtime_.clock().sleep_for(settings_.poll_interval);
    if (!woke) co_return;
    co_await query(model::PollKind::interval);
  }
}

void Agent::end_query() {
  querying_.reset();
  if (std::exchange(daily_query_due_, false) && !scope_.stopping()) scope_.spawn(query(model::PollKind::daily));
}

awaitable<void> Agent::query(model::PollKind kind) {
  if (querying_) {  // one is under way, and will bring the same
    //= AGT-SCHEDULE-DAILY
    if (kind == model::PollKind::daily && *querying_ == model::PollKind::interval) daily_query_due_ = true;
    co_return;
  }
  querying_ = kind;
  model::GetSchedule ask;
  ask.poll = kind;
  auto conversation = exchange::schedule_query(ask);
  const auto outcome = co_await link_.converse("schedule", std::move(conversation));
  if (!outcome) {
    end_query();
    co_return;
  }
  if (const auto* refused = std::get_if<exchange::Refused>(&*outcome)) {
    runtime_.trace().emit({.kind = "agent.query_refused", .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    end_query();
    co_return;
  }
  const auto& actions = std::get<exchange::Accepted<model::GetScheduleResponse>>(*outcome).reply.actions;
  runtime_.trace().emit({.kind = "agent.queried",
                         .fields = {{"poll", model::word(kind)}, {"actions", static_cast<std::int64_t>(actions.size())}}});
  for (const model::Action& action : actions) {
    //= ACT-NOT-BEFORE
    // What is not due yet is listed again at the next query.
    if (action.not_before && action.not_before->instant > runtime_.clock().wall()) continue;
    auto begun = co_await store_->begin();
    if (!begun) break;
    const auto known = (*begun)->execute("SELECT acknowledged FROM action WHERE id = $1", {action.action_id});
    if (!known) break;
    if (!known->empty()) {
      //= ACT-ONCE
      // It was taken before. A server that lists it although it acknowledged the result has lost that: it goes again.
      if (std::get<std::int64_t>(known->front()[0]) == 0) continue;
      const auto again = (*begun)->execute("UPDATE action SET acknowledged = 0 WHERE id = $1", {action.action_id});
      if (!again) break;
      const auto marked = co_await (*begun)->commit();
      if (!marked) break;
      continue;
    }
    const auto taken = (*begun)->execute("INSERT INTO action (id, kind, taken_ms) VALUES ($1, $2, $3)",
                                         {action.action_id, action.kind, std::int64_t(runtime_.clock().wall().time_since_epoch().count())});
    if (!taken) break;
    const auto committed = co_await (*begun)->commit();
    if (!committed) break;
    begun->reset();
    model::SendActionResults results;
    results.results.push_back(co_await execute(action));
    const model::ActionResult& result = results.results.front();
    runtime_.trace().emit({.kind = "agent.executed",
                           .id = action.action_id,
                           .fields = {{"action", action.kind}, {"outcome", model::word(result.outcome)}, {"reason", result.reason.value_or("")}}});
    auto writing = co_await store_->begin();
    if (!writing) break;
    const auto kept = (*writing)->execute("UPDATE action SET results = $1 WHERE id = $2", {schema::encode(results), action.action_id});
    if (!kept) break;
    const auto stored = co_await (*writing)->commit();
    if (!stored) break;
  }
  co_await send_results();
  end_query();
}

awaitable<model::ActionResult> Agent::execute(model::Action action) {
  model::ActionResult result;
  result.action_id = action.action_id;
  const auto kind = model::from_word<model::ActionKind>(action.kind);
  auto managed = printers();
  if (managed && (action.device_id || action.serial_number)) {
    // The receipts told which device id is which printer; before the first one, maker and serial number as last read tell it.
    auto rows = store_->query("SELECT id FROM printer WHERE device_id = $1 AND device_id <> ''", {action.device_id.value_or("")});
    if (rows && rows->empty() && action.serial_number) {
      const std::string maker = action.manufacturer.value_or("");
      rows = store_->query("SELECT id FROM printer WHERE serial_number = $1 AND ($2 = '' OR manufacturer = $2)", {*action.serial_number, maker});
    }
    std::erase_if(*managed, [&](const Printer& printer) {
      return !rows || std::ranges::none_of(*rows, [&](const runtime::Row& row) { return std::get<std::int64_t>(row[0]) == printer.id; });
    });
  }
  const auto finish = [&](model::Outcome outcome, std::optional<std::string> reason) {
    result.outcome = outcome;
    result.reason = std::move(reason);
    result.finished_at = settings_.zone.stamp(runtime_.clock().wall());
  };
  if (kind == model::ActionKind::send_reports) {
    if (!managed || managed->empty()) {
      finish(model::Outcome::failed, "unknown-device");
      co_return result;
    }
    const auto reported = co_await report_now(std::move(*managed), "action", std::nullopt);
    finish(reported ? model::Outcome::performed : model::Outcome::failed, reported ? std::nullopt : std::optional<std::string>("failed"));
  } else if (kind == model::ActionKind::get_device_status) {
    //= ACT-PERMISSION
    if (std::ranges::find(settings_.permitted, *kind) == settings_.permitted.end()) {
      finish(model::Outcome::refused, "not-permitted");
    } else if (!managed || managed->size() != 1) {
      finish(model::Outcome::failed, "unknown-device");
    } else {
      const auto status = co_await read_status(managed->front());
      if (status) result.status = *status;
      finish(status ? model::Outcome::performed : model::Outcome::failed, status ? std::nullopt : std::optional<std::string>("unreachable"));
    }
  } else {
    finish(model::Outcome::refused, "not-supported");
  }
  co_return result;
}

awaitable<void> Agent::send_results() {
  auto rows = store_->query("SELECT id, results FROM action WHERE acknowledged = 0 ORDER BY taken_ms, id LIMIT 100", {});
  if (!rows || rows->empty()) co_return;
  model::SendActionResults all;
  for (const runtime::Row& row : *rows) {
    const std::string& xml = std::get<std::string>(row[1]);
    if (auto kept = xml.empty() ? Result<model::SendActionResults>(model::SendActionResults{}) : schema::decode_action_results(xml);
        kept && !kept->results.empty()) {
      for (model::ActionResult& result : kept->results) all.results.push_back(std::move(result));
    } else {  // the process ended while it ran
      model::ActionResult cut;
      cut.action_id = std::get<std::string>(row[0]);
      cut.outcome = model::Outcome::failed;
      cut.reason = "failed";
      cut.detail = "interrupted by a restart";
      cut.finished_at = settings_.zone.stamp(runtime_.clock().wall());
      all.results.push_back(std::move(cut));
    }
  }
  auto conversation = exchange::action_results(all);
  const auto outcome = co_await link_.converse("action-results", std::move(conversation));
  if (!outcome) co_return;
  if (const auto* refused = std::get_if<exchange::Refused>(&*outcome)) {
    runtime_.trace().emit({.kind = "agent.results_refused", .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    co_return;
  }
  auto begun = co_await store_->begin();
  if (!begun) co_return;
  for (const model::ActionResult& result : all.results) {
    const auto marked = (*begun)->execute("UPDATE action SET acknowledged = 1 WHERE id = $1", {result.action_id});
    if (!marked) co_return;
  }
  const auto committed = co_await (*begun)->commit();
  if (!committed) runtime_.trace().note("results are not marked as acknowledged: " + to_string(committed.error()));
}

}  // namespace mr::agent
