#include "reference/server/administration.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "reference/server/views.hpp"

// A request goes through: the token (401), the path (404), the method (405), the role (403), then the member
// of its route. Each member gives a response or a fault; faults of server::errc are the caller's, with a
// status each, all others are 500. The audit record of what changes something is written with the change;
// beside it each request leaves one of its own, as on the service port.
namespace mr::server {
namespace {

namespace json = boost::json;
using runtime::HttpResponse;
using runtime::asio::awaitable;

constexpr std::string_view root = "/admin/v1/";
constexpr std::uint64_t json_bytes_max = 64 * 1024;
constexpr std::int64_t rows_max = 1000;

constexpr unsigned support = 1u << static_cast<unsigned>(Role::support_administrator);
constexpr unsigned manager = 1u << static_cast<unsigned>(Role::account_manager);
constexpr unsigned auditor = 1u << static_cast<unsigned>(Role::auditor);
constexpr unsigned everybody = support | manager | auditor;

HttpResponse json_response(unsigned status, const json::value& body) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          json::serialize(body) + "\n"};
}

HttpResponse failure(unsigned status, std::string_view code, std::string_view detail) {
  HttpResponse response = json_response(status, json::object{{"error", code}, {"detail", detail}});
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"makeready\"");
  return response;
}

unsigned status_of(errc code) {
  switch (code) {
    case errc::unknown_user:
    case errc::role_refused:
    case errc::not_permitted:
      return 403;
    case errc::unknown_account:
    case errc::unknown_sender:
    case errc::unknown_device:
    case errc::unknown_software:
    case errc::unknown_action:
      return 404;
    case errc::exists_already:
      return 409;
    case errc::unknown_kind:
    case errc::bad_request:
      return 400;
  }
  return 400;
}

Fault bad(std::string detail) { return Fault(errc::bad_request, std::move(detail)); }

// The value of `name` in a query string; what is not there is empty. Values here are ids and numbers: nothing
// is percent-encoded.
std::string query_value(std::string_view target, std::string_view name) {
  std::string_view rest = target.substr(std::min(target.find('?'), target.size()));
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=')
      return std::string(pair.substr(name.size() + 1));
    rest.remove_prefix(pair.size());
  }
  return {};
}

std::optional<std::int64_t> whole_number(std::string_view word) {
  std::int64_t value = 0;
  const char* const end = word.data() + word.size();
  const auto [at, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

// Members of a body: texts and whole numbers, none but those that are known.
class Body {
 public:
  static Result<Body> read(const std::string& text, std::initializer_list<std::string_view> known) {
    json::error_code error;
    json::value value = json::parse(text, error, {}, {.max_depth = 4});
    if (error || !value.is_object()) return bad("the body must be a JSON object");
    Body body;
    body.object_ = std::move(value.get_object());
    for (const auto& member : body.object_) {
      if (std::ranges::find(known, std::string_view(member.key())) == known.end())
        return bad("unknown member '" + std::string(member.key()).substr(0, 40) + "'");
      if (!member.value().is_string() && !member.value().is_int64())
        return bad("member '" + std::string(member.key()) + "' must be a text or a whole number");
    }
    return body;
  }
  std::string text(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  }
  std::int64_t number(std::string_view name, std::int64_t otherwise) const {
    const json::value* value = object_.if_contains(name);
    return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
  }

 private:
  json::object object_;
};

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

}  // namespace

struct Administration::Asked {
  User user;
  std::string target, id, body, peer;  // `id`: what follows the route's path
  std::string view;
  // The account of a change: the one named, or the user's own. errors: role_refused where it is another's.
  Result<std::string> account(const std::string& named) const {
    if (named.empty() && user.account_id.empty()) return bad("an account is required");
    const std::string account = named.empty() ? user.account_id : named;
    if (!user.may_see(account)) return Fault(errc::role_refused, "the account is another");
    return account;
  }
};

struct Administration::Route {
  std::string_view method, path;  // a path that ends in '/' is followed by an id
  unsigned roles;
  Answer (Administration::*answer)(Asked);
  std::uint64_t body_bytes_max = 0;
  std::string_view view = {};
};

const Administration::Route* Administration::route_of(std::string_view method, std::string_view path,
                                                      bool& path_known) {
  using A = Administration;
  static constexpr Route routes[] = {
      {"GET", "accounts", everybody, &A::show, 0, "accounts"},
      {"POST", "accounts", manager, &A::make_account, json_bytes_max},
      {"DELETE", "accounts/", manager, &A::close_account},
      {"GET", "keys", manager, &A::show, 0, "keys"},
      {"POST", "keys", manager, &A::make_key, json_bytes_max},
      {"DELETE", "keys/", manager, &A::revoke_key},
      {"GET", "senders", manager | support, &A::show, 0, "senders"},
      {"GET", "devices", manager | support, &A::show, 0, "devices"},
      {"GET", "reports", manager | support, &A::show, 0, "reports"},
      {"GET", "reports/", manager | support, &A::show_report},
      {"GET", "actions", manager | support, &A::show, 0, "actions"},
      {"POST", "actions", support, &A::queue_action, json_bytes_max},
      {"DELETE", "actions/", support, &A::cancel_action},
      {"GET", "software", manager | support, &A::show, 0, "software"},
      {"PUT", "software/", support, &A::add_software, software_upload_bytes_max},
      {"GET", "decreases", manager | support, &A::show, 0, "decreases"},
      {"GET", "orders", manager | support, &A::show, 0, "orders"},
      {"GET", "contracts", manager | support, &A::show, 0, "contracts"},
      {"POST", "contracts", manager, &A::make_contract, json_bytes_max},
      {"DELETE", "contracts", manager, &A::end_contract, json_bytes_max},
      {"GET", "audit", manager | auditor, &A::show, 0, "audit"},
  };
  path_known = false;
  if (!path.starts_with(root)) return nullptr;
  path.remove_prefix(root.size());
  for (const Route& route : routes) {
    const bool fits = route.path.ends_with('/')
                          ? path.starts_with(route.path) && path.size() > route.path.size()
                          : path == route.path;
    if (!fits) continue;
    path_known = true;
    if (route.method == method) return &route;
  }
  return nullptr;
}

Result<std::optional<User>> Administration::user_of(const exchange::Headers& headers) {
  const auto field = exchange::find(headers, "Authorization");
  static constexpr std::string_view scheme = "bearer ";
  if (!field || field->size() <= scheme.size()) return std::optional<User>();
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    const char c = (*field)[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != scheme[i])
      return std::optional<User>();
  }
  return parts_.users.by_token(std::string_view(*field).substr(scheme.size()));
}

runtime::HttpAdmission Administration::admit(const runtime::HttpHead& head, const runtime::HttpPeer& peer) {
  runtime::HttpAdmission admission;
  const std::string path(path_of(head.target).substr(0, 200));
  std::string account_id;
  const auto refuse = [&](unsigned status, std::string_view code, const std::string& detail) {
    admission.refusal = failure(status, code, detail);
    // The code comes first: by it what is refused many times is counted.
    AuditRecord refusal{to_string(peer.remote), "", "administration", "refused", std::string(code), account_id};
    refusal.detail += ": " + head.method.substr(0, 20) + " " + path + ", " + detail;
    record_(std::move(refusal));
  };
  auto user = user_of(head.headers);
  if (!user) {
    refuse(500, "internal", "try again later");
    return admission;
  }
  if (!*user) {
    refuse(401, "unauthorized", "a valid token is needed");
    return admission;
  }
  account_id = (*user)->account_id;
  bool path_known = false;
  const Route* route = route_of(head.method, path_of(head.target), path_known);
  if (route == nullptr) {
    refuse(path_known ? 405 : 404, path_known ? "method-not-allowed" : "not-found",
           path_known ? "another method is served here" : "there is no such path");
  } else if ((route->roles & 1u << static_cast<unsigned>((*user)->role)) == 0) {
    refuse(403, slug(errc::role_refused),
           "not for the role " + std::string(model::word((*user)->role)) + ", asked by " + (*user)->name);
  } else {
    admission.body_bytes_max = route->body_bytes_max;
  }
  return admission;
}

awaitable<HttpResponse> Administration::handle(runtime::HttpRequest request, runtime::HttpPeer peer) {
  auto user = user_of(request.headers);  // again: it may have been revoked since the header came
  bool path_known = false;
  const Route* route = route_of(request.method, path_of(request.target), path_known);
  MR_ASSERT(route != nullptr);  // admit() let it in
  AuditRecord record{to_string(peer.remote), "", "administration", "accepted",
                     request.method + " " + std::string(path_of(request.target).substr(0, 200))};
  HttpResponse response;
  if (!user) {
    response = failure(500, "internal", "try again later");
  } else if (!*user) {
    response = failure(401, "unauthorized", "a valid token is needed");
  } else {
    record.account_id = (*user)->account_id;
    record.detail += " by " + (*user)->name;
    Asked asked;
    asked.user = **user;
    asked.target = std::move(request.target);
    asked.id = std::string(path_of(asked.target).substr(root.size() + route->path.size()));
    asked.body = std::move(request.body);
    asked.peer = record.peer;
    asked.view = route->view;
    auto answered = co_await (this->*route->answer)(std::move(asked));
    if (answered) {
      response = std::move(*answered);
    } else if (const Fault& fault = answered.error(); fault.code.category() == errc_category()) {
      const auto code = static_cast<errc>(fault.code.value());
      response = failure(status_of(code), slug(code), to_string(fault));
    } else {
      response = failure(500, "internal", "try again later");
      parts_.runtime.trace().note("administration: " + to_string(fault));
    }
  }
  if (response.status >= 400) {
    record.outcome = "refused";
    record.detail += ": " + std::to_string(response.status);
  }
  const auto recorded = co_await append_alone(parts_.runtime, parts_.store, std::move(record));
  if (!recorded) co_return failure(500, "internal", "try again later");
  co_return response;
}

//= AUD-VIEW
Administration::Answer Administration::show(Asked asked) {
  ViewScope scope;
  scope.account_id = asked.user.account_id;
  if (const std::string account = query_value(asked.target, "account"); !account.empty()) {
    const auto allowed = asked.account(account);
    MR_CO_TRY(allowed);
    scope.account_id = account;
  }
  const std::string limit = query_value(asked.target, "limit"), after = query_value(asked.target, "after");
  if (!limit.empty()) {
    const auto number = whole_number(limit);
    if (!number || *number < 1 || *number > rows_max) co_return bad("limit is 1 to 1000");
    scope.limit = *number;
  }
  if (!after.empty()) {
    const auto number = whole_number(after);
    if (!number || *number < 0) co_return bad("after is a whole number");
    scope.after = *number;
  }
  // What is known of a customer's host is for the account's managers (WP-5-23).
  if (asked.view == "senders" && asked.user.role != Role::account_manager) asked.view = "senders-reduced";
  auto rows = view(parts_.store, asked.view, scope);
  MR_CO_TRY(rows);
  json::object body;
  body.emplace(path_of(asked.target).substr(root.size()), std::move(*rows));
  co_return json_response(200, body);
}

// GET reports/{sender}/{report}: the report as it was sent.
Administration::Answer Administration::show_report(Asked asked) {
  const std::size_t slash = asked.id.find('/');
  const std::string sender = asked.id.substr(0, slash),
                    report = slash == std::string::npos ? "" : asked.id.substr(slash + 1);
  auto rows = parts_.store.query(
      "SELECT r.xml FROM report r JOIN sender s ON s.id = r.sender_id WHERE r.sender_id = $1 AND r.id = $2 "
      "AND ($3 = '' OR s.account_id = $3)",
      {sender, report, asked.user.account_id});
  MR_CO_TRY(rows);
  if (rows->empty()) co_return failure(404, "not-found", "there is no such report");
  co_return HttpResponse{200,
                         {{"Content-Type", "application/xml"}, {"Cache-Control", "no-store"}},
                         std::get<std::string>(rows->front()[0])};
}

Administration::Answer Administration::make_account(Asked asked) {
  if (!asked.user.account_id.empty())
    co_return Fault(errc::role_refused, "accounts are made by a manager of every account");
  const auto body = Body::read(asked.body, {"name"});
  MR_CO_TRY(body);
  const std::string name = body->text("name");
  const bool printable = std::ranges::none_of(name, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (model::is_blank(name) || name.size() > 200 || !printable)
    co_return bad("a name is required, of at most 200 octets without control characters");
  const auto id = co_await parts_.registry.make_account(name);
  MR_CO_TRY(id);
  co_return json_response(201, json::object{{"id", *id}, {"name", name}});
}

Administration::Answer Administration::close_account(Asked asked) {
  if (!asked.user.account_id.empty())
    co_return Fault(errc::role_refused, "accounts are closed by a manager of every account");
  const auto closed = co_await parts_.registry.close_account(asked.id);
  MR_CO_TRY(closed);
  co_return json_response(200, json::object{{"id", asked.id}, {"open", false}});
}

Administration::Answer Administration::make_key(Asked asked) {
  const auto body = Body::read(asked.body, {"account", "days"});
  MR_CO_TRY(body);
  const auto account = asked.account(body->text("account"));
  MR_CO_TRY(account);
  const std::int64_t days = body->number("days", 30);
  if (days < 1 || days > 3650) co_return bad("days is 1 to 3650");
  const auto key = co_await parts_.registry.make_key(*account, std::chrono::days(days));
  MR_CO_TRY(key);
  co_return json_response(201, json::object{{"key", *key}});
}

Administration::Answer Administration::revoke_key(Asked asked) {
  const auto revoked = co_await parts_.registry.revoke_key_by_id(asked.id, asked.user.account_id);
  MR_CO_TRY(revoked);
  co_return json_response(200, json::object{{"id", asked.id}, {"revoked", true}});
}

Administration::Answer Administration::queue_action(Asked asked) {
  const auto body = Body::read(
      asked.body, {"sender", "kind", "device", "manufacturer", "serial", "software", "not_before"});
  MR_CO_TRY(body);
  QueueRequest request;
  request.sender_id = body->text("sender");
  request.kind = body->text("kind");
  request.device_id = body->text("device");
  request.manufacturer = body->text("manufacturer");
  request.serial_number = body->text("serial");
  request.software_id = body->text("software");
  request.requested_by = asked.user.name;
  if (const std::string text = body->text("not_before"); !text.empty()) {
    const auto stamp = model::parse_stamp(text);
    if (!stamp) co_return bad("not_before: " + to_string(stamp.error()));
    request.not_before = stamp->instant;
  }
  const auto id = co_await parts_.dispatch.queue(std::move(request));
  MR_CO_TRY(id);
  co_return json_response(201, json::object{{"id", *id}});
}

Administration::Answer Administration::cancel_action(Asked asked) {
  const auto cancelled = co_await parts_.dispatch.cancel(asked.id, asked.user.name);
  MR_CO_TRY(cancelled);
  co_return json_response(200, json::object{{"id", asked.id}, {"outcome", "cancelled"}});
}

// PUT software/{id}?file=NAME.DLM[&account=ID]: the file itself.
Administration::Answer Administration::add_software(Asked asked) {
  SoftwareFile file;
  file.id = asked.id;
  file.file_name = query_value(asked.target, "file");
  file.account_id = query_value(asked.target, "account");
  if (file.account_id.empty())
    file.account_id = asked.user.account_id;  // a user of every account adds for every account
  if (!asked.user.may_see(file.account_id)) co_return Fault(errc::role_refused, "the account is another");
  const auto added = co_await parts_.software.add(std::move(file), std::move(asked.body), asked.user.name);
  MR_CO_TRY(added);
  co_return json_response(
      201, json::object{{"id", added->id}, {"bytes", added->bytes}, {"sha256", added->sha256}});
}

Administration::Answer Administration::make_contract(Asked asked) {
  const auto body = Body::read(asked.body, {"account", "manufacturer", "serial", "threshold"});
  MR_CO_TRY(body);
  const auto account = asked.account(body->text("account"));
  MR_CO_TRY(account);
  const std::int64_t threshold = body->number("threshold", threshold_percent_default);
  if (threshold < 0 || threshold > 100) co_return bad("a threshold is 1 to 50 per cent");
  Contract contract{*account, body->text("manufacturer"), body->text("serial"), static_cast<int>(threshold)};
  const auto made = co_await parts_.orders.add_contract(std::move(contract), asked.user.name);
  MR_CO_TRY(made);
  co_return json_response(
      201, json::object{{"account", *account}, {"serial", body->text("serial")}, {"threshold", threshold}});
}

Administration::Answer Administration::end_contract(Asked asked) {
  const auto body = Body::read(asked.body, {"account", "manufacturer", "serial"});
  MR_CO_TRY(body);
  const auto account = asked.account(body->text("account"));
  MR_CO_TRY(account);
  Contract contract{*account, body->text("manufacturer"), body->text("serial"), threshold_percent_default};
  const auto ended = co_await parts_.orders.end_contract(std::move(contract), asked.user.name);
  MR_CO_TRY(ended);
  co_return json_response(200, json::object{{"account", *account}, {"serial", body->text("serial")}});
}

}  // namespace mr::server
