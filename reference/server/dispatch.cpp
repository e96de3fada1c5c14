#include "reference/server/dispatch.hpp"

#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/trust/uuid.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/permissions.hpp"
#include "reference/server/rows.hpp"

namespace mr::server {
namespace {

using runtime::asio::awaitable;

constexpr std::size_t actions_listed_max = 100;

std::int64_t ms(runtime::WallTime at) { return at.time_since_epoch().count(); }

// The first words of a text that somebody else chose, for a record.
std::string cut(const std::string& text) { return text.substr(0, 64); }

}  // namespace

Dispatch::Dispatch(runtime::Runtime& runtime, runtime::Store& store, Users& users, Software& software,
                   const Decisions& decisions)
    : runtime_(runtime), store_(store), users_(users), software_(software), decisions_(decisions) {}

// Whether the user may ask for actions in that account.
//= ACT-ROLE
Result<void> Dispatch::judge_user(const std::string& name, const std::string& account_id) {
  auto user = users_.by_name(name);
  MR_TRY(user);
  if (!*user) return Fault(errc::unknown_user, cut(name));
  if ((*user)->role != Role::support_administrator)
    return Fault(errc::role_refused, "only a support administrator queues actions");
  if (!(*user)->may_see(account_id)) return Fault(errc::role_refused, "the sender is of another account");
  return {};
}

// Judges a request and completes it from the store: the account, and the device by its id or by maker and
// serial number.
Result<void> Dispatch::judge(runtime::Transaction& transaction, QueueRequest& request,
                             std::string& account_id) {
  auto sender = transaction.execute(
      "SELECT s.account_id, a.open FROM sender s JOIN account a ON a.id = s.account_id WHERE s.id = $1",
      {request.sender_id});
  MR_TRY(sender);
  if (!sender->empty()) account_id = text(sender->front()[0]);
  MR_TRY(judge_user(request.requested_by, account_id));
  if (sender->empty()) return Fault(errc::unknown_sender, cut(request.sender_id));
  if (std::get<std::int64_t>(sender->front()[1]) == 0)
    return Fault(errc::unknown_account, "the account is closed");

  const auto kind = model::from_word<model::ActionKind>(request.kind);
  if (!kind) return Fault(errc::unknown_kind, cut(request.kind));
  const bool upgrade = *kind == model::ActionKind::upgrade_device;
  const bool start = *kind == model::ActionKind::start_managing_device;

  //= ACT-DEVICE
  const bool named = !request.manufacturer.empty() || !request.serial_number.empty();
  if (request.device_id.empty() && named) {
    if (request.manufacturer.empty() || request.serial_number.empty())
      return Fault(errc::bad_request, "a printer is named by maker and serial number");
    auto device = transaction.execute(
        "SELECT id FROM device WHERE manufacturer = $1 AND serial_number = $2 AND account_id = $3",
        {request.manufacturer, request.serial_number, account_id});
    MR_TRY(device);
    if (!device->empty()) request.device_id = text(device->front()[0]);
    if (device->empty() && !start)
      return Fault(errc::unknown_device, cut(request.manufacturer) + " " + cut(request.serial_number));
  }
  if (!request.device_id.empty()) {
    auto device = transaction.execute(
        "SELECT d.manufacturer, d.serial_number FROM device d JOIN permission_source p ON p.device_id = d.id "
        "AND p.sender_id = $3 "
        "WHERE d.id = $1 AND d.account_id = $2",
        {request.device_id, account_id, request.sender_id});
    MR_TRY(device);
    if (device->empty()) return Fault(errc::unknown_device, cut(request.device_id));
    request.manufacturer = text(device->front()[0]);
    request.serial_number = text(device->front()[1]);
  } else if (start && !named) {
    return Fault(errc::bad_request, "StartManagingDevice needs a device id, or maker and serial number");
  }

  //= ACT-UPGRADE
  if (upgrade && request.device_id.empty()) return Fault(errc::bad_request, "UpgradeDevice needs a device");
  if (upgrade == request.software_id.empty())
    return Fault(errc::bad_request,
                 upgrade ? "UpgradeDevice needs a software id" : "only UpgradeDevice has a software id");
  if (upgrade) {
    auto file = software_.find(request.software_id, account_id);
    MR_TRY(file);
    if (!*file) return Fault(errc::unknown_software, cut(request.software_id));
  }

  //= ACT-PERMISSION-SERVER
  if (*kind != model::ActionKind::send_reports) {
    auto permitted = is_permitted(transaction, request.sender_id, request.device_id, request.kind,
                                  runtime_.clock().wall());
    MR_TRY(permitted);
    if (!*permitted)
      return Fault(errc::not_permitted,
                   request.kind + (request.device_id.empty() ? "" : " on device " + request.device_id));
  }
  return {};
}

awaitable<Result<std::string>> Dispatch::queue(QueueRequest request) {
  const auto now = runtime_.clock().wall();
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  std::string account_id;
  const auto judged = judge(transaction, request, account_id);
  if (!judged && judged.error().code.category() != errc_category()) co_return judged.error();
  if (!judged) {
    const Fault fault = judged.error();
    const std::string_view why = slug(static_cast<errc>(fault.code.value()));
    const std::string detail = cut(request.kind) + " by " + cut(request.requested_by) + ": " +
                               std::string(why) + ", " + fault.detail;
    AuditRecord record{"",        account_id.empty() ? "" : request.sender_id, "action", "refused", detail,
                       account_id};
    MR_CO_TRY(append(transaction, now, record));
    const auto recorded = co_await transaction.commit();
    MR_CO_TRY(recorded);
    runtime_.trace().emit({.kind = "action.refused",
                           .fields = {{"why", why},
                                      {"action", cut(request.kind)},
                                      {"sender", cut(request.sender_id)},
                                      {"device", cut(request.device_id)},
                                      {"serial", cut(request.serial_number)},
                                      {"by", cut(request.requested_by)}}});
    co_return fault;
  }

  const std::string id = trust::random_uuid();
  std::vector<runtime::Value> values{
      id,
      request.sender_id,
      request.device_id,
      request.kind,
      request.requested_by,
      ms(now),
      request.manufacturer,
      request.serial_number,
      request.software_id,
      request.not_before ? runtime::Value(ms(*request.not_before)) : runtime::Value()};
  MR_CO_TRY(
      transaction.execute("INSERT INTO action (id, sender_id, device_id, kind, requested_by, queued_ms, "
                          "manufacturer, serial_number, software_id, not_before_ms, position) "
                          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
                          "(SELECT COALESCE(MAX(position), 0) + 1 FROM action WHERE sender_id = $2))",
                          std::move(values)));
  AuditRecord record{"",
                     request.sender_id,
                     "action",
                     "accepted",
                     id + " " + request.kind + " by " + request.requested_by,
                     account_id};
  MR_CO_TRY(append(transaction, now, record));
  const auto committed = co_await transaction.commit();
  MR_CO_TRY(committed);
  runtime_.trace().emit({.kind = "action.queued",
                         .id = id,
                         .fields = {{"action", request.kind},
                                    {"sender", request.sender_id},
                                    {"device", request.device_id},
                                    {"serial", request.serial_number},
                                    {"software", request.software_id},
                                    {"not_before", request.not_before ? std::int64_t(request.not_before->time_since_epoch().count()) : std::int64_t(0)},
                                    {"by", request.requested_by}}});
  co_return id;
}

//= ACT-CANCEL
awaitable<Result<void>> Dispatch::cancel(std::string action_id, std::string requested_by) {
  const auto now = runtime_.clock().wall();
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  auto rows = transaction.execute(
      "SELECT a.sender_id, s.account_id, CASE WHEN a.outcome = '' AND a.delivered_ms IS NULL THEN 1 ELSE 0 "
      "END FROM action a "
      "JOIN sender s ON s.id = a.sender_id WHERE a.id = $1",
      {action_id});
  MR_CO_TRY(rows);
  const std::string sender_id = rows->empty() ? "" : text(rows->front()[0]);
  const std::string account_id = rows->empty() ? "" : text(rows->front()[1]);
  Result<void> judged = judge_user(requested_by, account_id);
  if (!judged && judged.error().code.category() != errc_category()) co_return judged.error();
  if (judged && (rows->empty() || std::get<std::int64_t>(rows->front()[2]) == 0))
    judged = Fault(errc::unknown_action, cut(action_id));
  AuditRecord record{
      "", sender_id, "action", "accepted", cut(action_id) + " cancelled by " + cut(requested_by), account_id};
  if (!judged) {
    record.outcome = "refused";
    record.detail += ": " + to_string(judged.error());
  } else {
    MR_CO_TRY(transaction.execute("UPDATE action SET outcome = 'cancelled', answered_ms = $2 WHERE id = $1",
                                  {action_id, ms(now)}));
  }
  MR_CO_TRY(append(transaction, now, record));
  const auto committed = co_await transaction.commit();
  MR_CO_TRY(committed);
  if (!judged) co_return judged.error();
  runtime_.trace().emit({.kind = "action.cancelled", .id = action_id, .fields = {{"by", requested_by}}});
  co_return Result<void>();
}

awaitable<Reply> Dispatch::schedule(std::string body, Sender sender, std::string peer) {
  auto query = schema::decode_get_schedule(body);
  if (!query) co_return refuse(schema::error_code(query.error()), to_string(query.error()));
  auto begun = co_await begin_audited(runtime_, store_);
  if (!begun) co_return internal_failure(begun.error());
  AuditedTransaction& transaction = **begun;
  const auto now = runtime_.clock().wall();
  //= ACT-OWN
  //= ACT-REDELIVER
  auto rows = transaction.execute(
      "SELECT a.id, a.kind, a.device_id, a.requested_by, a.manufacturer, a.serial_number, a.not_before_ms, "
      "a.delivered_ms, "
      "COALESCE(f.id, ''), COALESCE(f.bytes, 0), COALESCE(f.sha256, ''), COALESCE(f.file_name, '') FROM "
      "action a "
      "LEFT JOIN software f ON f.id = a.software_id WHERE a.sender_id = $1 AND a.outcome = '' ORDER BY "
      "a.position, a.queued_ms, a.id LIMIT $2",
      {sender.id, static_cast<std::int64_t>(actions_listed_max)});
  if (!rows) co_return internal_failure(rows.error());
  model::GetScheduleResponse response;
  std::vector<std::pair<std::string, std::string>>
      fresh;  // id and kind of those that are listed for the first time
  for (const runtime::Row& row : *rows) {
    if (!decisions_.is_listed(!std::holds_alternative<std::monostate>(row[7]))) continue;
    model::Action action;
    action.action_id = text(row[0]);
    action.kind = text(row[1]);
    if (!text(row[2]).empty()) action.device_id = text(row[2]);
    if (!text(row[5]).empty()) {
      action.manufacturer = text(row[4]);
      action.serial_number = text(row[5]);
    }
    action.requested_by = text(row[3]);
    if (const auto* at = std::get_if<std::int64_t>(&row[6])) action.not_before = model::Stamp::from_ms(*at);
    //= ACT-UPGRADE
    if (!text(row[8]).empty()) {
      action.parameters = {{"SoftwareId", text(row[8])},
                           {"Size", std::to_string(std::get<std::int64_t>(row[9]))},
                           {"Sha256", text(row[10])},
                           {"FileName", text(row[11])}};
    }
    if (std::holds_alternative<std::monostate>(row[7])) {
      auto marked = transaction.execute("UPDATE action SET delivered_ms = $1 WHERE id = $2",
                                        {ms(now), action.action_id});
      if (!marked) co_return internal_failure(marked.error());
      fresh.emplace_back(action.action_id, action.kind);
    }
    response.actions.push_back(std::move(action));
  }
  const std::string count = std::to_string(response.actions.size());
  auto appended = append(transaction, now, {peer, sender.id, "schedule", "accepted", count + " actions"});
  if (!appended) co_return internal_failure(appended.error());
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());
  for (const auto& [id, kind] : fresh)
    runtime_.trace().emit(
        {.kind = "action.delivered", .id = id, .fields = {{"action", kind}, {"sender", sender.id}}});
  runtime_.trace().emit(
      {.kind = "schedule.answered",
       .id = sender.id,
       .fields = {{"poll", model::word(query->poll)}, {"actions", std::int64_t(response.actions.size())}}});
  Reply reply = answer(200, schema::encode(response), "accepted");
  reply.audited = true;
  co_return reply;
}

awaitable<Reply> Dispatch::results(std::string body, Sender sender, std::string peer) {
  auto sent = schema::decode_action_results(body);
  if (!sent) co_return refuse(schema::error_code(sent.error()), to_string(sent.error()));
  auto begun = co_await begin_audited(runtime_, store_);
  if (!begun) co_return internal_failure(begun.error());
  AuditedTransaction& transaction = **begun;
  const auto now = runtime_.clock().wall();
  model::Acknowledgement acknowledgement;
  acknowledgement.received_at = model::Stamp{now, {}};
  std::vector<const model::ActionResult*> stored;
  std::size_t unknown = 0;
  std::string first_unknown;
  for (const model::ActionResult& result : sent->results) {
    auto rows = transaction.execute("SELECT outcome FROM action WHERE id = $1 AND sender_id = $2",
                                    {result.action_id, sender.id});
    if (!rows) co_return internal_failure(rows.error());
    //= ACT-UNKNOWN
    if (rows->empty()) {
      if (unknown++ == 0) first_unknown = result.action_id;
      continue;
    }
    acknowledgement.action_ids.push_back(result.action_id);
    if (!text(rows->front()[0]).empty()) continue;
    const std::string outcome(model::word(result.outcome));
    auto kept = transaction.execute(
        "UPDATE action SET outcome = $1, reason = $2, answered_ms = $3, result = $4 WHERE id = $5",
        {outcome, result.reason.value_or(""), ms(now), schema::encode(model::SendActionResults{{result}}),
         result.action_id});
    if (!kept) co_return internal_failure(kept.error());
    stored.push_back(&result);
  }
  std::string detail = std::to_string(sent->results.size()) + " results";
  if (unknown > 0)
    detail += ", " + std::to_string(unknown) + " of actions that are not this sender's: " + first_unknown +
              (unknown > 1 ? ", ..." : "");
  auto appended =
      append(transaction, now, AuditRecord{peer, sender.id, "action-results", "accepted", detail});
  if (!appended) co_return internal_failure(appended.error());
  //= ACT-STORE
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());
  for (const model::ActionResult* result : stored) {
    runtime_.trace().emit(
        {.kind = "action.answered",
         .id = result->action_id,
         .fields = {{"outcome", model::word(result->outcome)}, {"reason", result->reason.value_or("")}}});
  }
  Reply reply = answer(200, schema::encode(acknowledgement), "accepted");
  reply.audited = true;
  co_return reply;
}

}  // namespace mr::server
