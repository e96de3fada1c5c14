// The audit: one record of each message and each refused connection, append-only, in order. (WP-5-24)
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/runtime.hpp"

namespace mr::server {

struct AuditRecord {
  std::string peer;       // address:port
  std::string sender_id;  // empty where none was recognised
  std::string what;       // tls, registration, upload, schedule, action-results, software, request,
                          // administration, action, order
  std::string outcome;    // accepted, repeated, refused
  std::string detail;     // never a secret
  std::string account_id =
      {};  // whose record it is: empty means the sender's account, or nobody's where there is no sender
};

// A transaction that tells the records appended in it, once it is committed: the event `audit`
// {seq, what, outcome, peer, sender} for each.
class AuditedTransaction final : public runtime::Transaction {
 public:
  AuditedTransaction(runtime::Runtime& runtime, std::unique_ptr<runtime::Transaction> inner);
  Result<runtime::Rows> execute(std::string_view sql, std::vector<runtime::Value> arguments = {}) override;
  runtime::asio::awaitable<Result<void>> commit() override;

 private:
  struct Told {
    std::int64_t seq;
    AuditRecord record;
  };
  friend Result<void> append(AuditedTransaction& transaction, runtime::WallTime at,
                             const AuditRecord& record);

  runtime::Runtime& runtime_;
  std::unique_ptr<runtime::Transaction> inner_;
  std::vector<Told> told_;
};

// lifetime: `runtime` and `store` outlive the coroutine and the transaction.
runtime::asio::awaitable<Result<std::unique_ptr<AuditedTransaction>>> begin_audited(runtime::Runtime& runtime,
                                                                                    runtime::Store& store);

// Appends within a transaction, so that the record and what it tells of are stored together or not at all.
Result<void> append(AuditedTransaction& transaction, runtime::WallTime at, const AuditRecord& record);

// Appends on its own: for what was refused and stored nothing else.
// lifetime: `runtime` and `store` outlive the coroutine.
runtime::asio::awaitable<Result<void>> append_alone(runtime::Runtime& runtime, runtime::Store& store,
                                                    AuditRecord record);

}  // namespace mr::server
