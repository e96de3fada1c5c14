#include "reference/server/users.hpp"

#include <array>

#include "reference/protocol/model/report.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/random.hpp"
#include "reference/server/audit.hpp"

namespace mr::server {
namespace {

using runtime::asio::awaitable;

std::string token_digest(std::string_view token) { return trust::hex(trust::sha256(token)); }

}  // namespace

std::span<const model::Word<Role>> words_of(Role) {
  static constexpr model::Word<Role> words[] = {{Role::support_administrator, "support-administrator"},
                                                {Role::account_manager, "account-manager"},
                                                {Role::auditor, "auditor"}};
  return words;
}

awaitable<Result<std::string>> Users::add(User user, std::chrono::days valid_for) {
  if (!model::is_identifier(user.name))
    co_return Fault(errc::bad_request, "a user's name is 1 to 64 of letters, digits, '.', '_', '-'");
  std::array<std::uint8_t, 32> random{};
  trust::random_bytes(random);
  const std::string token = trust::hex(random);
  const auto now = runtime_.clock().wall();
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  if (!user.account_id.empty()) {
    auto account = transaction.execute("SELECT 1 FROM account WHERE id = $1 AND open = 1", {user.account_id});
    MR_CO_TRY(account);
    if (account->empty()) co_return Fault(errc::unknown_account, user.account_id);
  }
  auto taken = transaction.execute("SELECT 1 FROM server_user WHERE name = $1", {user.name});
  MR_CO_TRY(taken);
  if (!taken->empty()) co_return Fault(errc::exists_already, "user " + user.name);
  const std::string role(model::word(user.role));
  MR_CO_TRY(transaction.execute(
      "INSERT INTO server_user (name, role, account_id, token_digest, made_ms, expires_ms) VALUES ($1, $2, "
      "$3, $4, $5, $6)",
      {user.name, role, user.account_id, token_digest(token), std::int64_t(now.time_since_epoch().count()),
       std::int64_t((now + valid_for).time_since_epoch().count())}));
  MR_CO_TRY(append(
      transaction, now,
      {"", "", "administration", "accepted", "user " + user.name + " made, " + role, user.account_id}));
  const auto committed = co_await transaction.commit();
  MR_CO_TRY(committed);
  co_return token;
}

awaitable<Result<void>> Users::revoke(std::string name) {
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  auto rows =
      transaction.execute("UPDATE server_user SET revoked = 1 WHERE name = $1 RETURNING account_id", {name});
  MR_CO_TRY(rows);
  if (rows->empty()) co_return Fault(errc::unknown_user, name);
  MR_CO_TRY(append(transaction, runtime_.clock().wall(),
                   {"", "", "administration", "accepted", "user " + name + " revoked",
                    std::get<std::string>(rows->front()[0])}));
  co_return co_await transaction.commit();
}

Result<std::optional<User>> Users::find(std::string_view column, std::string value) {
  const std::int64_t now_ms = runtime_.clock().wall().time_since_epoch().count();
  auto rows = store_.query("SELECT name, role, account_id FROM server_user WHERE " + std::string(column) +
                               " = $1 AND revoked = 0 AND expires_ms > $2",
                           {std::move(value), now_ms});
  MR_TRY(rows);
  if (rows->empty()) return std::optional<User>();
  const runtime::Row& row = rows->front();
  const auto role = model::from_word<Role>(std::get<std::string>(row[1]));
  if (!role) return std::optional<User>();  // a role of a newer version
  return std::optional<User>(User{std::get<std::string>(row[0]), *role, std::get<std::string>(row[2])});
}

// By the digest: how long the comparison takes tells nothing of the token.
Result<std::optional<User>> Users::by_token(std::string_view token) {
  return find("token_digest", token_digest(token));
}
Result<std::optional<User>> Users::by_name(std::string_view name) { return find("name", std::string(name)); }

Result<std::vector<UserRow>> Users::all() {
  auto rows = store_.query(
      "SELECT name, role, account_id, made_ms, expires_ms, revoked FROM server_user ORDER BY name", {});
  MR_TRY(rows);
  std::vector<UserRow> users;
  for (const runtime::Row& row : *rows) {
    users.push_back({{std::get<std::string>(row[0]),
                      model::from_word<Role>(std::get<std::string>(row[1])).value_or(Role::auditor),
                      std::get<std::string>(row[2])},
                     std::get<std::int64_t>(row[3]),
                     std::get<std::int64_t>(row[4]),
                     std::get<std::int64_t>(row[5]) != 0});
  }
  return users;
}

}  // namespace mr::server
