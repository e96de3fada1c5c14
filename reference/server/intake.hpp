// Reports, stored exactly once: an upload is accepted or refused whole, and acknowledged only after its commit.
// (WP-2-01, WP-5-01, WP-5-21)
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "reference/runtime/runtime.hpp"
#include "reference/server/authority.hpp"
#include "reference/server/decisions.hpp"
#include "reference/server/orders.hpp"
#include "reference/server/registry.hpp"
#include "reference/server/reply.hpp"

namespace mr::server {

// Bytes of a body that is read at most, sealed or not (HTTP-BODY-LIMIT).
inline constexpr std::uint64_t upload_bytes_max = std::uint64_t{64} << 20;

// lifetime: what it is made with outlives it and its coroutines.
class Intake {
 public:
  Intake(runtime::Runtime& runtime, runtime::Store& store, const Authority& authority, Orders& orders,
         const Decisions& decisions);

  // Answers one SendReports of a registered sender.
  runtime::asio::awaitable<Reply> receive(exchange::HttpRequest request, Sender sender, std::string peer);

 private:
  runtime::Runtime& runtime_;
  runtime::Store& store_;
  const Authority& authority_;
  Orders& orders_;
  const Decisions& decisions_;
};

}  // namespace mr::server
