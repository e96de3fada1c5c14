// The people of the administration: who they are, what their role lets them do, and for which account.
// (WP-5-23, WP-5-25)
//
// A user logs in with a token of 256 random bits. It is told once, when it is made; the store keeps its
// SHA-256. Users are made on the server's own command line (or by a scenario), not over HTTP: who can reach
// the store is above them anyway.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/protocol/model/words.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/errors.hpp"

namespace mr::server {

enum class Role : std::uint8_t {
  support_administrator,  // queues and cancels actions, adds software
  account_manager,        // keys, contracts, host information
  auditor,                // reads the audit
};
std::span<const model::Word<Role>> words_of(Role);

struct User {
  std::string name;  // an identifier, as model::is_identifier has it
  Role role = Role::auditor;
  std::string account_id;  // empty: every account
  bool may_see(std::string_view account) const { return account_id.empty() || account_id == account; }
};

struct UserRow {
  User user;
  std::int64_t made_ms = 0, expires_ms = 0;
  bool revoked = false;
};

// lifetime: what it is made with outlives it and its coroutines.
class Users {
 public:
  Users(runtime::Runtime& runtime, runtime::Store& store) : runtime_(runtime), store_(store) {}

  // Makes the user and gives the token. errors: bad_request (name), unknown_account, exists_already.
  runtime::asio::awaitable<Result<std::string>> add(User user,
                                                    std::chrono::days valid_for = std::chrono::days(90));
  // From now on the token and the name are refused. errors: unknown_user.
  runtime::asio::awaitable<Result<void>> revoke(std::string name);

  // The user of a token, or of a name; empty where there is none, or it was revoked or has expired.
  Result<std::optional<User>> by_token(std::string_view token);
  Result<std::optional<User>> by_name(std::string_view name);
  Result<std::vector<UserRow>> all();

 private:
  Result<std::optional<User>> find(std::string_view column, std::string value);

  runtime::Runtime& runtime_;
  runtime::Store& store_;
};

}  // namespace mr::server
