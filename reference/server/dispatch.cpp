#include "reference/server/dispatch.hpp"

#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/uuid.hpp"
#include "reference/server/audit.hpp"

namespace mr::server {

using runtime::asio::awaitable;

Dispatch::Dispatch(runtime::Runtime& runtime, runtime::Store& store) : runtime_(runtime), store_(store) {}

awaitable<Result<std::string>> Dispatch::queue(std::string sender_id, model::ActionKind kind, std::string device_id,
                                               std::string requested_by) {
  const std::string id = trust::random_uuid();
  const auto now = runtime_.clock().wall();
  auto begun = co_await store_.begin();
  MR_CO_TRY(begun);
  MR_CO_TRY((*begun)->execute(
      "INSERT INTO action (id, sender_id, device_id, kind, requested_by, queued_ms) VALUES ($1, $2, $3, $4, $5, $6)",
      {id, sender_id, device_id, std::string(model::word(kind)), requested_by, std::int64_t(now.time_since_epoch().count())}));
  MR_CO_TRY(append(**begun, now, {"", sender_id, "action", "accepted", id + " " + std::string(model::word(kind)) + " by " + requested_by}));
  MR_CO_TRY(co_await (*begun)->commit());
  runtime_.trace().emit({.kind = "action.queued", .id = id, .fields = {{"action", model::word(kind)}, {"sender", sender_id}}});
  co_return id;
}

awaitable<Reply> Dispatch::schedule(std::string body, Sender sender, std::string peer) {
  auto query = schema::decode_get_schedule(body);
  if (!query) co_return refuse(schema::error_code(query.error()), to_string(query.error()));
  auto begun = co_await store_.begin();
  if (!begun) co_return internal_failure(begun.error());
  runtime::Transaction& transaction = **begun;
  const auto now = runtime_.clock().wall();
  auto rows = transaction.execute(
      "SELECT a.id, a.kind, a.device_id, a.requested_by, COALESCE(d.manufacturer, ''), COALESCE(d.serial_number, '') FROM action a "
      "LEFT JOIN device d ON d.id = a.device_id AND d.account_id = $2 WHERE a.sender_id = $1 AND a.outcome = '' ORDER BY a.queued_ms, a.id LIMIT 100",
      {sender.id, sender.account_id});
  if (!rows) co_return internal_failure(rows.error());
  model::GetScheduleResponse response;
  for (const runtime::Row& row : *rows) {
    model::Action action;
    action.action_id = std::get<std::string>(row[0]);
    action.kind = std::get<std::string>(row[1]);
    if (const auto& device = std::get<std::string>(row[2]); !device.empty()) {
      action.device_id = device;
      action.manufacturer = std::get<std::string>(row[4]);
      action.serial_number = std::get<std::string>(row[5]);
    }
    action.requested_by = std::get<std::string>(row[3]);
    response.actions.push_back(std::move(action));
  }
  auto marked = transaction.execute(
      "UPDATE action SET delivered_ms = $1 WHERE sender_id = $2 AND outcome = '' AND delivered_ms IS NULL",
      {std::int64_t(now.time_since_epoch().count()), sender.id});
  if (!marked) co_return internal_failure(marked.error());
  const std::string count = std::to_string(response.actions.size());
  auto appended = append(transaction, now, {peer, sender.id, "schedule", "accepted", count + " actions"});
  if (!appended) co_return internal_failure(appended.error());
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());
  runtime_.trace().emit({.kind = "schedule.answered",
                         .id = sender.id,
                         .fields = {{"poll", model::word(query->poll)}, {"actions", std::int64_t(response.actions.size())}}});
  Reply reply = answer(200, schema::encode(response), "accepted");
  reply.audited = true;
  co_return reply;
}

awaitable<Reply> Dispatch::results(std::string body, Sender sender, std::string peer) {
  auto sent = schema::decode_action_results(body);
  if (!sent) co_return refuse(schema::error_code(sent.error()), to_string(sent.error()));
  auto begun = co_await store_.begin();
  if (!begun) co_return internal_failure(begun.error());
  runtime::Transaction& transaction = **begun;
  const auto now = runtime_.clock().wall();
  model::Acknowledgement acknowledgement;
  acknowledgement.received_at = model::Stamp{now, {}};
  std::vector<const model::ActionResult*> stored;
  for (const model::ActionResult& result : sent->results) {
    auto rows = transaction.execute("SELECT outcome FROM action WHERE id = $1 AND sender_id = $2", {result.action_id, sender.id});
    if (!rows) co_return internal_failure(rows.error());
    if (rows->empty()) {
      co_return refuse(model::ErrorCode::not_found, "there is no action " + result.action_id + " of this sender");
    }
    if (std::get<std::string>(rows->front()[0]).empty()) {
      auto kept = transaction.execute(
          "UPDATE action SET outcome = $1, reason = $2, answered_ms = $3, result = $4 WHERE id = $5",
          {std::string(model::word(result.outcome)), result.reason.value_or(""), std::int64_t(now.time_since_epoch().count()), schema::encode(model::SendActionResults{{result}}),
           result.action_id});
      if (!kept) co_return internal_failure(kept.error());
      stored.push_back(&result);
    }
    acknowledgement.action_ids.push_back(result.action_id);
  }
  auto appended = append(transaction, now, AuditRecord{peer, sender.id, "action-results", "accepted", std::to_string(sent->results.size()) + " results"});
  if (!appended) co_return internal_failure(appended.error());
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());
  for (const model::ActionResult* result : stored) {
    runtime_.trace().emit({.kind = "action.answered",
                           .id = result->action_id,
                           .fields = {{"outcome", model::word(result->outcome)}, {"reason", result->reason.value_or("")}}});
  }
  Reply reply = answer(200, schema::encode(acknowledgement), "accepted");
  reply.audited = true;
  co_return reply;
}

}  // namespace mr::server
