#include "reference/server/audit.hpp"

namespace mr::server {

using runtime::asio::awaitable;

AuditedTransaction::AuditedTransaction(runtime::Runtime& runtime, std::unique_ptr<runtime::Transaction> inner)
    : runtime_(runtime), inner_(std::move(inner)) {}

Result<runtime::Rows> AuditedTransaction::execute(std::string_view sql,
                                                  std::vector<runtime::Value> arguments) {
  return inner_->execute(sql, std::move(arguments));
}

awaitable<Result<void>> AuditedTransaction::commit() {
  const auto committed = co_await inner_->commit();
  if (!committed) co_return committed.error();
  for (const Told& told : told_) {
    const AuditRecord& record = told.record;
    runtime_.trace().emit({.kind = "audit",
                           .fields = {{"seq", told.seq},
                                      {"what", record.what},
                                      {"outcome", record.outcome},
                                      {"peer", record.peer},
                                      {"sender", record.sender_id}}});
  }
  co_return Result<void>();
}

awaitable<Result<std::unique_ptr<AuditedTransaction>>> begin_audited(runtime::Runtime& runtime,
                                                                     runtime::Store& store) {
  auto begun = co_await store.begin();
  MR_CO_TRY(begun);
  co_return std::make_unique<AuditedTransaction>(runtime, std::move(*begun));
}

//= AUD-APPEND
Result<void> append(AuditedTransaction& transaction, runtime::WallTime at, const AuditRecord& record) {
  auto rows = transaction.execute(
      "INSERT INTO audit (seq, at_ms, peer, sender_id, what, outcome, detail, account_id) "
      "SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6, "
      "CASE WHEN $7 <> '' THEN $7 ELSE COALESCE((SELECT account_id FROM sender WHERE id = $3), '') END FROM "
      "audit RETURNING seq",
      {at.time_since_epoch().count(), record.peer, record.sender_id, record.what, record.outcome,
       record.detail, record.account_id});
  MR_TRY(rows);
  MR_ASSERT(rows->size() == 1);
  transaction.told_.push_back({std::get<std::int64_t>(rows->front()[0]), record});
  return {};
}

awaitable<Result<void>> append_alone(runtime::Runtime& runtime, runtime::Store& store, AuditRecord record) {
  auto begun = co_await begin_audited(runtime, store);
  MR_CO_TRY(begun);
  MR_CO_TRY(append(**begun, runtime.clock().wall(), record));
  co_return co_await (*begun)->commit();
}

}  // namespace mr::server
