// The audit: one record of each message and each refused connection, append-only, in order. (WP-5-24)
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "reference/runtime/runtime.hpp"

namespace mr::server {

struct AuditRecord {
  std::string peer;       // address:port
  std::string sender_id;  // empty where none was recognised
  std::string what;       // tls, registration, upload, schedule, action-results, request, key, action
  std::string outcome;    // accepted, repeated, refused
  std::string detail;     // never a secret
};

// Appends within a transaction, so that the record and what it tells of are stored together or not at all.
Result<void> append(runtime::Transaction& transaction, runtime::WallTime at, const AuditRecord& record);

// Appends on its own: for what was refused and stored nothing else.
// lifetime: `runtime` and `store` outlive the coroutine.
runtime::asio::awaitable<Result<void>> append_alone(runtime::Runtime& runtime, runtime::Store& store, AuditRecord record);

}  // namespace mr::server
