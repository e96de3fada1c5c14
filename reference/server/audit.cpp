#include "reference/server/audit.hpp"

namespace mr::server {

Result<void> append(runtime::Transaction& transaction, runtime::WallTime at, const AuditRecord& record) {
  MR_TRY(transaction.execute(
      "INSERT INTO audit (seq, at_ms, peer, sender_id, what, outcome, detail) "
      "SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5, $6 FROM audit",
      {at.time_since_epoch().count(), record.peer, record.sender_id, record.what, record.outcome, record.detail}));
  return {};
}

runtime::asio::awaitable<Result<void>> append_alone(runtime::Runtime& runtime, runtime::Store& store, AuditRecord record) {
  auto begun = co_await store.begin();
  MR_CO_TRY(begun);
  MR_CO_TRY(append(**begun, runtime.clock().wall(), record));
  co_return co_await (*begun)->commit();
}

}  // namespace mr::server
