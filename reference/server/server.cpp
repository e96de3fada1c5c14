#include "reference/server/server.hpp"

#include <algorithm>

#include "reference/server/audit.hpp"
#include "reference/server/tables.hpp"

namespace mr::server {

using runtime::asio::awaitable;

namespace {

constexpr std::string_view registration_path = "/v1/registration";
constexpr std::string_view software_path = "/v1/software/";
constexpr std::uint64_t message_bytes_max = 1024 * 1024;  // of the XML messages (HTTP-BODY-LIMIT)
constexpr auto handshake_time = std::chrono::seconds(10);
constexpr std::size_t connections_max = 10'000;

// A path of version 1, the part that answers it, and the method. `reserved` ones answer 501 until they exist.
struct Route {
  std::string_view path;
  std::string_view what;  // in the audit
  std::uint64_t body_bytes_max;
  bool reserved;
  std::string_view method = "POST";
  bool prefix = false;  // the path goes on: with an id
};
constexpr Route routes[] = {
    {registration_path, "registration", message_bytes_max, false},
    {"/v1/reports", "upload", upload_bytes_max, false},
    {"/v1/schedule", "schedule", message_bytes_max, false},
    {"/v1/action-results", "action-results", message_bytes_max, false},
    {"/v1/alerts", "alerts", 0, true},
    {"/v1/uploads", "uploads", 0, true},
    {software_path, "software", 0, false, "GET", true},
    {"/v1/software", "software", 0, true},
    {"/.well-known/est", "est", 0, true},
};

const Route* route_of(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  for (const Route& route : routes) {
    if (route.prefix ? path.starts_with(route.path) && path.size() > route.path.size() : path == route.path) return &route;
    if (route.reserved && path.starts_with(route.path) && path[route.path.size()] == '/') return &route;
  }
  return nullptr;
}

const trust::Certificate* leaf(const runtime::HttpPeer& peer) {
  return peer.tls != nullptr && !peer.tls->peer_chain.empty() ? &peer.tls->peer_chain.front() : nullptr;
}

}  // namespace

Server::Server(runtime::Runtime& runtime, Settings settings)
    : runtime_(runtime), settings_(std::move(settings)), scope_(runtime.executor()) {}

Server::~Server() = default;

awaitable<Result<std::unique_ptr<Server>>> Server::open(runtime::Runtime& runtime, Settings settings, Decisions decisions) {
  std::unique_ptr<Server> server(new Server(runtime, std::move(settings)));
  server->decisions_ = std::move(decisions);
  auto store = runtime.stores().open(server->settings_.store, migrations());
  MR_CO_TRY(store);
  server->store_ = std::move(*store);
  auto authority = co_await open_authority(runtime, *server->store_, server->settings_);
  MR_CO_TRY(authority);
  server->authority_ = std::move(*authority);

  auto tls = std::make_shared<trust::TlsServer>();
  tls->credentials = server->authority_.service;
  //= TLS-CLIENT-CERT
  tls->clients = trust::PeerPolicy{.anchors = server->authority_.root.chain, .use = trust::Use::client};
  for (const auto& root : server->settings_.factory_roots) tls->clients->anchors.push_back(root);
  tls->version_max = server->settings_.tls_max;
  server->tls_ = std::move(tls);

  server->registry_ = std::make_unique<Registry>(runtime, *server->store_, server->authority_, server->settings_, server->decisions_);
  server->users_ = std::make_unique<Users>(runtime, *server->store_);
  server->software_ = std::make_unique<Software>(runtime, *server->store_);
  server->orders_ = std::make_unique<Orders>(runtime, *server->store_);
  server->intake_ = std::make_unique<Intake>(runtime, *server->store_, server->authority_, *server->orders_, server->decisions_);
  server->dispatch_ = std::make_unique<Dispatch>(runtime, *server->store_, *server->users_, *server->software_, server->decisions_);

  auto service = std::make_shared<runtime::HttpService>();
  Server* self = server.get();
  service->handle = [self](runtime::HttpRequest request, const runtime::HttpPeer& peer) { return self->handle(std::move(request), peer); };
  service->admit = [self](const runtime::HttpHead& head, const runtime::HttpPeer& peer) { return self->admit(head, peer); };
  service->refuse = [](unsigned status, std::string_view reason) {
    const auto code = status == 413   ? model::ErrorCode::body_too_large
                      : status == 501 ? model::ErrorCode::not_implemented
                                      : model::ErrorCode::malformed_xml;
    Reply reply = server::refuse(code, std::string(reason));
    reply.response.status = status;
    return reply.response;
  };
  service->refused = [self](unsigned status, std::string_view reason, const runtime::HttpPeer& peer) {
    self->refused("request", to_string(peer.remote), std::to_string(status) + " " + std::string(reason));
  };
  server->service_ = std::move(service);

  server->administration_ = std::make_unique<Administration>(
      Administration::Parts{runtime, *server->store_, *server->registry_, *server->dispatch_, *server->users_, *server->software_,
                            *server->orders_},
      [self](AuditRecord refusal) { self->record_refusal(std::move(refusal)); });
  auto people = std::make_shared<runtime::HttpService>();
  Administration* administration = server->administration_.get();
  people->handle = [administration](runtime::HttpRequest request, const runtime::HttpPeer& peer) {
    return administration->handle(std::move(request), peer);
  };
  people->admit = [administration](const runtime::HttpHead& head, const runtime::HttpPeer& peer) { return administration->admit(head, peer); };
  people->refused = [self](unsigned status, std::string_view reason, const runtime::HttpPeer& peer) {
    self->refused("administration", to_string(peer.remote), std::to_string(status) + " " + std::string(reason));
  };
  server->administration_service_ = std::move(people);
  co_return server;
}

Result<void> Server::start() {
  auto listener = runtime_.network().listen(settings_.listen);
  MR_TRY(listener);
  listener_ = std::move(*listener);
  //= TLS-ONLY-SERVICE
  if (settings_.administration) {
    auto beside = runtime_.network().listen(*settings_.administration);
    MR_TRY(beside);
    administration_listener_ = std::move(*beside);
    auto tls = std::make_shared<trust::TlsServer>();  // people have tokens, not certificates
    tls->credentials = authority_.service;
    tls->version_max = settings_.tls_max;
    scope_.spawn(accept_all(administration_listener_.get(), std::move(tls), administration_service_));
  }
  scope_.spawn(accept_all(listener_.get(), tls_, service_));
  return {};
}

void Server::stop() {
  *closing_ = true;
  for (const Refusals::Sum& sum : refusals_.over(runtime::Instant::max())) {
    runtime_.trace().note(std::to_string(sum.count) + " refusals of " + sum.host + " are in no record: " + sum.reason);
  }
  if (listener_) listener_->close();
  if (administration_listener_) administration_listener_->close();
  scope_.stop();
}

runtime::Endpoint Server::endpoint() const { return listener_->local(); }
std::optional<runtime::Endpoint> Server::administration_endpoint() const {
  return administration_listener_ ? std::optional(administration_listener_->local()) : std::nullopt;
}
const trust::Certificate& Server::root() const { return authority_.root.chain.front(); }
const trust::Certificate& Server::envelope() const { return authority_.envelope.chain.front(); }

// lifetime: `listener` is a member.
awaitable<void> Server::accept_all(runtime::Listener* listener, std::shared_ptr<const trust::TlsServer> tls,
                                   std::shared_ptr<const runtime::HttpService> service) {
  while (!scope_.stopping()) {
    auto stream = co_await listener->accept();
    if (!stream) {
      if (stream.error().code == runtime::asio::error::operation_aborted || *closing_) co_return;
      runtime_.trace().note("accept: " + to_string(stream.error()));
      co_await runtime_.clock().sleep_for(std::chrono::milliseconds(50));  // out of descriptors: let some go
      continue;
    }
    if (scope_.running() >= connections_max) {
      stream->reset();
      continue;
    }
    scope_.spawn(serve_one(std::move(*stream), tls, service));
  }
}

awaitable<void> Server::serve_one(runtime::Stream plain, std::shared_ptr<const trust::TlsServer> tls,
                                  std::shared_ptr<const runtime::HttpService> service) {
  const std::string peer = to_string(plain.remote());
  const auto deadline = runtime_.clock().now() + handshake_time;
  auto secured = co_await runtime_.network().secure(std::move(plain), tls, deadline);
  if (!secured) {
    if (!scope_.stopping()) refused("tls", peer, to_string(secured.error()));
    co_return;
  }
  co_await runtime::serve_http(std::move(*secured), service, runtime::HttpServerLimits{}, runtime_.clock(), closing_);
}

// A refusal that happens where nothing can be awaited: its audit record is written beside.
void Server::refused(std::string what, std::string peer, std::string detail) {
  runtime_.trace().emit({.kind = "server.refused", .fields = {{"what", what}, {"peer", peer}, {"detail", detail}}});
  record_refusal({peer, "", what, "refused", detail});
}

// Of somebody who is not known: bounded, see refusals.hpp. The reason is the code that the detail begins with.
void Server::record_refusal(AuditRecord refusal) {
  const std::string host = refusal.peer.substr(0, refusal.peer.rfind(':'));
  const std::string reason = refusal.what == "tls" ? refusal.what : refusal.detail.substr(0, refusal.detail.find(':'));
  if (refusals_.record_each(host, reason, runtime_.clock().now())) {
    scope_.spawn(record(std::move(refusal)));
  } else if (!telling_) {
    telling_ = true;
    scope_.spawn(tell_refusals());
  }
}

// Until nothing is left to be told.
awaitable<void> Server::tell_refusals() {
  while (refusals_.next_over() != runtime::Instant::max()) {
    const bool slept = co_await runtime_.clock().sleep_until(refusals_.next_over());
    if (!slept) co_return;
    for (const Refusals::Sum& sum : refusals_.over(runtime_.clock().now())) {
      AuditRecord together{sum.host, "", "request", "refused", std::to_string(sum.count) + " more within a minute: " + sum.reason};
      co_await record(std::move(together));
    }
  }
  telling_ = false;
}

awaitable<void> Server::record(AuditRecord record) {
  auto stored = co_await append_alone(runtime_, *store_, std::move(record));
  if (!stored) runtime_.trace().note("the audit record is lost: " + to_string(stored.error()));
}

Result<std::optional<Sender>> Server::sender_of(const runtime::HttpPeer& peer) {
  const trust::Certificate* certificate = leaf(peer);
  if (certificate == nullptr) return std::optional<Sender>();
  return registry_->find(*certificate);
}

// Before any body is read: who is not registered cannot make the server hold one.
runtime::HttpAdmission Server::admit(const runtime::HttpHead& head, const runtime::HttpPeer& peer) {
  runtime::HttpAdmission admission;
  // A query is no part of this protocol; a secret that someone put there goes into no record (REG-KEY-SECRET).
  const std::string path = head.target.substr(0, std::min<std::size_t>(head.target.find('?'), 200));
  const auto refuse_with = [&](model::ErrorCode code, std::string detail) {
    Reply reply = server::refuse(code, std::move(detail));
    refused(head.method.substr(0, 20) + " " + path, to_string(peer.remote), reply.detail);
    admission.refusal = std::move(reply.response);
  };
  const Route* route = route_of(head.target);
  const bool registration = route != nullptr && route->path == registration_path && head.method == "POST";
  if (!decisions_.is_open(registration)) {
    //= REG-ONLY-WITHOUT-CERT
    auto sender = sender_of(peer);
    if (!sender) {
      refuse_with(model::ErrorCode::internal, "try again later");
      return admission;
    }
    if (!*sender) {
      refuse_with(model::ErrorCode::not_registered, "only registration is served without an operational certificate");
      return admission;
    }
  }
  if (route == nullptr) {
    refuse_with(model::ErrorCode::not_found, "there is no " + path);
  } else if (route->reserved) {
    refuse_with(model::ErrorCode::not_implemented, std::string(route->path) + " is reserved");
  } else if (head.method != route->method) {
    const std::string allowed(route->method);
    refuse_with(model::ErrorCode::method_not_allowed, "found " + head.method.substr(0, 20) + ", expected " + allowed);
    admission.refusal->headers.emplace_back("Allow", allowed);
  } else {
    admission.body_bytes_max = route->body_bytes_max;
  }
  return admission;
}

awaitable<runtime::HttpResponse> Server::handle(runtime::HttpRequest request, runtime::HttpPeer peer) {
  const Route* route = route_of(request.target);
  MR_ASSERT(route != nullptr);  // admit() let it in
  const std::string from = to_string(peer.remote);
  std::string sender_id;
  Reply reply;
  if (route->path == registration_path) {
    if (!exchange::is_media(exchange::find(request.headers, "Content-Type").value_or(""), exchange::media_xml)) {
      reply = server::refuse(model::ErrorCode::media_type, "expected application/xml");
    } else {
      std::optional<trust::Certificate> certificate;
      if (leaf(peer) != nullptr) certificate = *leaf(peer);
      reply = co_await registry_->register_sender(std::move(request.body), from, std::move(certificate));
    }
  } else {
    auto sender = sender_of(peer);  // again: an account may have been closed since the header came
    if (!sender) {
      reply = internal_failure(sender.error());
    } else if (!*sender) {
      reply = server::refuse(model::ErrorCode::not_registered, "the registration has ended");
    } else {
      sender_id = (*sender)->id;
      if (route->what == "software") {
        const std::string_view target = request.target;
        std::string id(target.substr(software_path.size(), target.find('?') - software_path.size()));
        reply = co_await software_->serve(std::move(id), std::move(request.headers), **sender, from);
      } else if (route->what != "upload" && !exchange::is_media(exchange::find(request.headers, "Content-Type").value_or(""), exchange::media_xml)) {
        reply = server::refuse(model::ErrorCode::media_type, "expected application/xml");
      } else if (route->what == "upload") {
        reply = co_await intake_->receive(std::move(request), **sender, from);
      } else if (route->what == "schedule") {
        reply = co_await dispatch_->schedule(std::move(request.body), **sender, from);
      } else {
        reply = co_await dispatch_->results(std::move(request.body), **sender, from);
      }
    }
  }
  if (!reply.audited) {
    runtime_.trace().emit({.kind = "server.refused",
                           .id = sender_id,
                           .fields = {{"what", route->what}, {"peer", from}, {"detail", reply.detail}}});
    AuditRecord refusal{from, sender_id, std::string(route->what), reply.outcome, reply.detail};
    if (sender_id.empty()) {
      record_refusal(std::move(refusal));
    } else {
      co_await record(std::move(refusal));
    }
  }
  co_return std::move(reply.response);
}

}  // namespace mr::server
