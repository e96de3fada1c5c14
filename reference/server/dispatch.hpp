// What senders are asked to do: queued actions, handed out at their daily query, and the results that come back. (WP-5-26, WP-8-05)
//
// An action is handed out until it is answered: a reply that was lost is repeated at the next query, and the sender runs an action id
// once. An answer is kept; a second answer to the same action changes nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "reference/protocol/model/messages.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/registry.hpp"
#include "reference/server/reply.hpp"

namespace mr::server {

// lifetime: what it is made with outlives it and its coroutines.
class Dispatch {
 public:
  Dispatch(runtime::Runtime& runtime, runtime::Store& store);

  // Queues an action for a sender; `device_id` may be empty (all of its devices). Gives the action id.
  runtime::asio::awaitable<Result<std::string>> queue(std::string sender_id, model::ActionKind kind, std::string device_id,
                                                      std::string requested_by);

  runtime::asio::awaitable<Reply> schedule(std::string body, Sender sender, std::string peer);
  runtime::asio::awaitable<Reply> results(std::string body, Sender sender, std::string peer);

 private:
  runtime::Runtime& runtime_;
  runtime::Store& store_;
};

}  // namespace mr::server
