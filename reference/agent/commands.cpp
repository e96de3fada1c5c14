// What the server asks for: fetched at the daily query (and at the poll interval, where one is set), kept,
// and answered.
//
// An action is written down before it is performed (actions.cpp) and its result before it is sent. Results go
// as soon as there are any, and those that were not acknowledged again at the next query. In Locked Down mode
// nothing of this leaves (WP-9-07).
#include <algorithm>

#include "reference/agent/actions.hpp"
#include "reference/agent/agent.hpp"
#include "reference/protocol/exchange/schedule.hpp"
#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {
constexpr std::size_t work_max = 1000;  // more stay with the server, which lists them again
constexpr std::int64_t results_per_message = 100;
}  // namespace

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
  if (std::exchange(daily_query_due_, false) && !scope_.stopping())
    scope_.spawn(query(model::PollKind::daily));
}

awaitable<void> Agent::query(model::PollKind kind) {
  //= AGT-LOCKED-DOWN
  //= ACT-LOCKED-DOWN
  if (locked_down()) co_return;
  if (querying_) {  // one is under way, and will bring the same
    //= AGT-SCHEDULE-DAILY
    if (kind == model::PollKind::daily && *querying_ == model::PollKind::interval) daily_query_due_ = true;
    co_return;
  }
  querying_ = kind;
  //= ACT-ASK
  model::GetSchedule ask;
  ask.security_mode = model::SecurityMode::normal;
  ask.poll = kind;
  ask.capabilities = {"software"};
  auto conversation = exchange::schedule_query(ask);
  std::function<bool()> may_go = [this] { return !locked_down(); };
  const auto outcome = co_await link_.converse("schedule", std::move(conversation), std::move(may_go));
  if (!outcome) {
    end_query();
    co_return;
  }
  if (const auto* refused = std::get_if<exchange::Refused>(&*outcome)) {
    runtime_.trace().emit(
        {.kind = "agent.query_refused", .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    end_query();
    co_return;
  }
  const auto& actions = std::get<exchange::Accepted<model::GetScheduleResponse>>(*outcome).reply.actions;
  runtime_.trace().emit(
      {.kind = "agent.queried",
       .fields = {{"poll", model::word(kind)}, {"actions", static_cast<std::int64_t>(actions.size())}}});
  const auto taken = co_await take(actions);
  if (!taken) runtime_.trace().note("actions are not taken: " + to_string(taken.error()));
  co_await send_results();
  end_query();
}

// Writes down what is new of a list, in one transaction.
awaitable<Result<void>> Agent::take(std::vector<model::Action> actions) {
  if (actions.empty()) co_return Result<void>();
  std::vector<std::shared_ptr<Work>> fresh;
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  for (model::Action& action : actions) {
    const auto known = (*begun)->execute("SELECT acknowledged FROM action WHERE id = $1", {action.action_id});
    MR_CO_TRY(known);
    if (!known->empty()) {
      //= ACT-ONCE
      // It was taken before. A server that lists it although its result was settled has lost that, or knows
      // it now: it goes again.
      if (std::get<std::int64_t>(known->front()[0]) != 0) {
        MR_CO_TRY((*begun)->execute("UPDATE action SET acknowledged = 0 WHERE id = $1", {action.action_id}));
      }
      continue;
    }
    if (work_.size() + fresh.size() >= work_max) break;
    model::GetScheduleResponse request;
    request.actions.push_back(action);
    MR_CO_TRY((*begun)->execute(
        "INSERT INTO action (id, kind, taken_ms, request, begun_ms, position) VALUES ($1, $2, $3, $4, 0, "
        "(SELECT COALESCE(MAX(position), 0) + 1 FROM action))",
        {action.action_id, action.kind, std::int64_t(runtime_.clock().wall().time_since_epoch().count()),
         schema::encode(request)}));
    auto work = std::make_shared<Work>();
    work->action = std::move(action);
    fresh.push_back(std::move(work));
  }
  MR_CO_TRY(co_await (*begun)->commit());
  for (auto& work : fresh) work_.push_back(std::move(work));
  work_stirred_.set();
  co_return Result<void>();
}

// Sends what is there, and what comes while it sends. One sender at a time.
awaitable<void> Agent::send_results() {
  if (sending_results_) {
    send_results_again_ = true;
    co_return;
  }
  sending_results_ = true;
  bool again = true;
  while (again && !scope_.stopping()) {
    send_results_again_ = false;
    const bool sent = co_await send_results_once();
    again = sent || send_results_again_;
  }
  sending_results_ = false;
}

// True when results left and were settled: there may be more.
awaitable<bool> Agent::send_results_once() {
  if (locked_down()) co_return false;
  auto rows = store_->query(
      "SELECT id, results FROM action WHERE acknowledged = 0 AND results <> '' ORDER BY position, taken_ms, id "
      "LIMIT $1",
      {results_alone_ > 0 ? 1 : results_per_message});
  if (!rows || rows->empty()) co_return false;
  model::SendActionResults all;
  for (const runtime::Row& row : *rows) {
    auto kept = schema::decode_action_results(std::get<std::string>(row[1]));
    if (!kept) continue;
    for (model::ActionResult& result : kept->results) all.results.push_back(std::move(result));
  }
  if (all.results.empty()) co_return false;
  auto conversation = exchange::action_results(all);
  std::function<bool()> may_go = [this] { return !locked_down(); };
  const auto outcome = co_await link_.converse("action-results", std::move(conversation), std::move(may_go));
  if (!outcome) co_return false;
  std::vector<std::string> stored;
  if (const auto* refused = std::get_if<exchange::Refused>(&*outcome)) {
    //= RETRY-REFUSED
    runtime_.trace().emit(
        {.kind = "agent.results_refused", .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    if (rows->size() > 1) {  // one of them is why: each goes alone, so that only that one is lost
      results_alone_ = rows->size();
      co_return true;
    }
  } else {
    stored = std::get<exchange::Accepted<model::Acknowledgement>>(*outcome).reply.action_ids;
  }
  if (results_alone_ > 0) --results_alone_;
  auto begun = co_await store_->begin();
  if (!begun) co_return false;
  for (const model::ActionResult& result : all.results) {
    //= ACT-UNACKNOWLEDGED
    const bool acknowledged = std::ranges::find(stored, result.action_id) != stored.end();
    const auto marked = (*begun)->execute("UPDATE action SET acknowledged = $1 WHERE id = $2",
                                          {std::int64_t(acknowledged ? 1 : 2), result.action_id});
    if (!marked) co_return false;
  }
  const auto committed = co_await (*begun)->commit();
  if (!committed)
    runtime_.trace().note("results are not marked as acknowledged: " + to_string(committed.error()));
  co_return committed.has_value();
}

}  // namespace mr::agent
