// Who may speak: accounts, registration keys and the senders that registered. (WP-4-06, WP-5-27, WP-9-02)
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "reference/runtime/runtime.hpp"
#include "reference/server/authority.hpp"
#include "reference/server/decisions.hpp"
#include "reference/server/errors.hpp"
#include "reference/server/reply.hpp"
#include "reference/server/settings.hpp"

namespace mr::server {

struct Sender {
  std::string id;
  std::string account_id;
  model::SenderKind kind = model::SenderKind::agent;
  std::string serial_number;  // of a device that speaks for itself
};

// lifetime: what it is made with outlives it and its coroutines.
class Registry {
 public:
  Registry(runtime::Runtime& runtime, runtime::Store& store, const Authority& authority, const Settings& settings,
           const Decisions& decisions);

  // Makes an open account of that name, or gives the id of the one that exists.
  runtime::asio::awaitable<Result<std::string>> account(std::string name);
  // Makes one. errors: exists_already, where one of that name was ever made.
  runtime::asio::awaitable<Result<std::string>> make_account(std::string name);
  // A fresh registration key of the account, for one sender: 32 characters in groups of 4. It is told here and never again.
  runtime::asio::awaitable<Result<std::string>> make_key(std::string account_id, std::chrono::days valid_for);
  // Lets a device of this maker and serial number register by its factory certificate, into the account.
  runtime::asio::awaitable<Result<void>> expect_device(std::string account_id, std::string manufacturer,
                                                       std::string serial_number);
  // Its senders and keys are refused from now on. errors: unknown_account.
  runtime::asio::awaitable<Result<void>> close_account(std::string account_id);
  // From now on the key is refused; who registered with it stays registered. errors: bad_request (no such key).
  runtime::asio::awaitable<Result<void>> revoke_key(std::string key);
  // The same by the id that the administration shows, of a key of that account (empty: any).
  runtime::asio::awaitable<Result<void>> revoke_key_by_id(std::string id, std::string account_id);

  // The sender that holds this client certificate, if it is registered and its account is open.
  Result<std::optional<Sender>> find(const trust::Certificate& certificate);

  // Answers one RegisterForManagement. `peer` is for the audit; `factory` is the client certificate of the handshake, if any.
  runtime::asio::awaitable<Reply> register_sender(std::string body, std::string peer, std::optional<trust::Certificate> factory);

 private:
  // Runs one statement with its audit record. With `none` the statement returns the account; no row is that fault.
  runtime::asio::awaitable<Result<void>> change(std::string sql, std::vector<runtime::Value> arguments, std::string what,
                                                std::string account_id, std::optional<errc> none);

  runtime::Runtime& runtime_;
  runtime::Store& store_;
  const Authority& authority_;
  const Settings& settings_;
  const Decisions& decisions_;
};

}  // namespace mr::server
