// The administration over HTTP: JSON under /admin/v1, on a listener of its own, for people and their tools.
// (WP-5-23, WP-5-24, WP-5-25)
//
// Informative, no part of the protocol of senders: conformance/requirements/administration.md. Who asks is
// known by a token in the field Authorization, which is in no record and no trace. What somebody may see or
// do follows from role and account; each request is an audit record of the account that it is about.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "reference/runtime/http/http.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/dispatch.hpp"
#include "reference/server/orders.hpp"
#include "reference/server/registry.hpp"
#include "reference/server/software.hpp"
#include "reference/server/users.hpp"

namespace mr::server {

// Octets of a software file that is sent over HTTP; larger ones come by the command line.
inline constexpr std::uint64_t software_upload_bytes_max = std::uint64_t{64} << 20;

// lifetime: what it is made with outlives it and its coroutines.
class Administration {
 public:
  struct Parts {
    runtime::Runtime& runtime;
    runtime::Store& store;
    Registry& registry;
    Dispatch& dispatch;
    Users& users;
    Software& software;
    Orders& orders;
  };
  // `record` writes the audit record of a refusal at the header, where nothing can be awaited.
  Administration(Parts parts, std::function<void(AuditRecord)> record)
      : parts_(parts), record_(std::move(record)) {}

  // The two halves of an HttpService: who is not known by a token cannot make the server hold a body.
  runtime::HttpAdmission admit(const runtime::HttpHead& head, const runtime::HttpPeer& peer);
  runtime::asio::awaitable<runtime::HttpResponse> handle(runtime::HttpRequest request,
                                                         runtime::HttpPeer peer);

 private:
  struct Asked;  // one request, taken apart
  using Answer = runtime::asio::awaitable<Result<runtime::HttpResponse>>;
  struct Route;
  static const Route* route_of(std::string_view method, std::string_view path, bool& path_known);

  Result<std::optional<User>> user_of(const exchange::Headers& headers);
  Answer show(Asked asked);
  Answer show_report(Asked asked);
  Answer make_account(Asked asked);
  Answer close_account(Asked asked);
  Answer make_key(Asked asked);
  Answer revoke_key(Asked asked);
  Answer queue_action(Asked asked);
  Answer cancel_action(Asked asked);
  Answer add_software(Asked asked);
  Answer make_contract(Asked asked);
  Answer end_contract(Asked asked);

  Parts parts_;
  std::function<void(AuditRecord)> record_;
};

}  // namespace mr::server
