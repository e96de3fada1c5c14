// What senders are asked to do: queued actions, handed out at their daily query, and the results that come
// back. (WP-5-26, WP-8-05)
//
// An action is handed out until it is answered: a reply that was lost is repeated at the next query, and the
// sender runs an action id once. An answer is kept; a second answer to the same action changes nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "reference/protocol/model/messages.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/decisions.hpp"
#include "reference/server/errors.hpp"
#include "reference/server/registry.hpp"
#include "reference/server/reply.hpp"
#include "reference/server/software.hpp"
#include "reference/server/users.hpp"

namespace mr::server {

struct QueueRequest {
  std::string sender_id;
  std::string kind;       // a word of model::ActionKind
  std::string device_id;  // empty: all of the sender's devices (or the one named below)
  // Of StartManagingDevice, where the printer was not reported yet and has no device id.
  std::string manufacturer, serial_number;
  std::string software_id;                      // of UpgradeDevice
  std::optional<runtime::WallTime> not_before;  // not performed before
  std::string requested_by;                     // the name of a user (users.hpp), whose role is judged
};

// lifetime: what it is made with outlives it and its coroutines.
class Dispatch {
 public:
  Dispatch(runtime::Runtime& runtime, runtime::Store& store, Users& users, Software& software,
           const Decisions& decisions);

  // Queues an action and gives its id: only for a support administrator of the sender's account, and only
  // where the customer permits it. A refusal is an audit record and the event action.refused.
  //   errors: unknown_user, role_refused, unknown_account (closed), unknown_sender, unknown_kind,
  //   unknown_device, not_permitted, unknown_software, bad_request; those of the store.
  runtime::asio::awaitable<Result<std::string>> queue(QueueRequest request);
  // Takes back an action that was not delivered yet. errors: unknown_user, role_refused, unknown_action.
  runtime::asio::awaitable<Result<void>> cancel(std::string action_id, std::string requested_by);

  runtime::asio::awaitable<Reply> schedule(std::string body, Sender sender, std::string peer);
  runtime::asio::awaitable<Reply> results(std::string body, Sender sender, std::string peer);

 private:
  // A refusal is a fault of server::errc.
  Result<void> judge_user(const std::string& name, const std::string& account_id);
  Result<void> judge(runtime::Transaction& transaction, QueueRequest& request, std::string& account_id);

  runtime::Runtime& runtime_;
  runtime::Store& store_;
  Users& users_;
  Software& software_;
  const Decisions& decisions_;
};

}  // namespace mr::server
