#include "reference/server/permissions.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace mr::server {
namespace {

using Held =
    std::map<std::string, std::optional<std::int64_t>>;  // action -> until, ms; empty: until withdrawn

// Of several entries for one action, the one that lasts longest counts.
Held held(const std::vector<model::Permission>& permissions) {
  Held out;
  for (const model::Permission& permission : permissions) {
    const std::optional<std::int64_t> until =
        permission.until ? std::optional(permission.until->ms()) : std::nullopt;
    const auto [at, fresh] = out.emplace(permission.action, until);
    if (!fresh && at->second && (!until || *until > *at->second)) at->second = until;
  }
  return out;
}

std::string text_of(const Held& permissions) {
  std::string text;
  for (const auto& [action, until] : permissions)
    text += action + (until ? "=" + std::to_string(*until) : "") + ";";
  return text;
}

// `device_id` is empty for the manifest. The rows are written only where they change: most reports repeat the
// last.
Result<void> note(runtime::Transaction& transaction, const std::string& sender_id,
                  const std::string& device_id, std::int64_t as_of_ms,
                  const std::vector<model::Permission>& permissions) {
  const Held now = held(permissions);
  const std::string told = text_of(now);
  auto before = transaction.execute(
      "SELECT as_of_ms, told FROM permission_source WHERE sender_id = $1 AND device_id = $2",
      {sender_id, device_id});
  MR_TRY(before);
  if (before->empty()) {
    MR_TRY(transaction.execute(
        "INSERT INTO permission_source (sender_id, device_id, as_of_ms, told) VALUES ($1, $2, $3, $4)",
        {sender_id, device_id, as_of_ms, told}));
  } else {
    if (std::get<std::int64_t>(before->front()[0]) > as_of_ms) return {};
    MR_TRY(transaction.execute(
        "UPDATE permission_source SET as_of_ms = $3, told = $4 WHERE sender_id = $1 AND device_id = $2",
        {sender_id, device_id, as_of_ms, told}));
    if (std::get<std::string>(before->front()[1]) == told) return {};
    MR_TRY(transaction.execute("DELETE FROM permission WHERE sender_id = $1 AND device_id = $2",
                               {sender_id, device_id}));
  }
  for (const auto& [action, until] : now) {
    MR_TRY(transaction.execute(
        "INSERT INTO permission (sender_id, device_id, action, until_ms) VALUES ($1, $2, $3, $4)",
        {sender_id, device_id, action, until ? runtime::Value(*until) : runtime::Value()}));
  }
  return {};
}

// A sender's clock that runs ahead must not make its report the newest for as long.
std::int64_t not_after(std::int64_t told_ms, runtime::WallTime now) {
  return std::min<std::int64_t>(told_ms, now.time_since_epoch().count());
}

}  // namespace

Result<void> note_report(runtime::Transaction& transaction, const std::string& sender_id,
                         const std::string& device_id, const model::DeviceReport& report, runtime::WallTime now) {
  return note(transaction, sender_id, device_id, not_after(report.read_time.ms(), now), report.permissions);
}

Result<void> note_manifest(runtime::Transaction& transaction, const std::string& sender_id,
                           const model::Manifest& manifest, runtime::WallTime now) {
  return note(transaction, sender_id, "", not_after(manifest.created_at.ms(), now), manifest.permissions);
}

Result<bool> is_permitted(runtime::Transaction& transaction, const std::string& sender_id,
                          const std::string& device_id, const std::string& action, runtime::WallTime at) {
  auto rows = transaction.execute(
      "SELECT 1 FROM permission WHERE sender_id = $1 AND device_id = $2 AND action = $3 AND (until_ms IS "
      "NULL OR until_ms > $4)",
      {sender_id, device_id, action, std::int64_t(at.time_since_epoch().count())});
  MR_TRY(rows);
  return !rows->empty();
}

}  // namespace mr::server
