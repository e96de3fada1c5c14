// The communication server: one service port, TLS, the operations of /v1.
//
// It only answers: no connection is ever opened from here (WP-4-04). A client without a certificate gets nothing but registration;
// a bad one ends the handshake with its alert. Every message and every refusal leaves an audit record.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "reference/runtime/http/http.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/administration.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/decisions.hpp"
#include "reference/server/dispatch.hpp"
#include "reference/server/intake.hpp"
#include "reference/server/orders.hpp"
#include "reference/server/refusals.hpp"
#include "reference/server/registry.hpp"

namespace mr::server {

class Server {
 public:
  // Opens the store and the authority. lifetime: `runtime` outlives the server.
  static runtime::asio::awaitable<Result<std::unique_ptr<Server>>> open(runtime::Runtime& runtime, Settings settings, Decisions decisions = {});
  ~Server();

  // Listens and serves until stop(). errors: those of Network::listen.
  Result<void> start();
  // Closes the port and ends connections; idle() when the last is gone.
  void stop();
  bool idle() const { return scope_.idle(); }

  runtime::Endpoint endpoint() const;              // after start()
  std::optional<runtime::Endpoint> administration_endpoint() const;  // where Settings::administration asked for one
  const trust::Certificate& root() const;          // what senders trust
  const trust::Certificate& envelope() const;
  const Settings& settings() const { return settings_; }

  // The administration, for the command line and for scenarios.
  Registry& registry() { return *registry_; }
  Dispatch& dispatch() { return *dispatch_; }
  Users& users() { return *users_; }
  Software& software() { return *software_; }
  Orders& orders() { return *orders_; }
  runtime::Store& store() { return *store_; }

 private:
  Server(runtime::Runtime& runtime, Settings settings);
  runtime::asio::awaitable<void> accept_all(runtime::Listener* listener, std::shared_ptr<const trust::TlsServer> tls,
                                            std::shared_ptr<const runtime::HttpService> service);
  runtime::asio::awaitable<void> serve_one(runtime::Stream plain, std::shared_ptr<const trust::TlsServer> tls,
                                           std::shared_ptr<const runtime::HttpService> service);
  runtime::asio::awaitable<runtime::HttpResponse> handle(runtime::HttpRequest request, runtime::HttpPeer peer);
  runtime::asio::awaitable<void> record(AuditRecord record);
  void record_refusal(AuditRecord record);
  runtime::asio::awaitable<void> tell_refusals();
  runtime::HttpAdmission admit(const runtime::HttpHead& head, const runtime::HttpPeer& peer);
  Result<std::optional<Sender>> sender_of(const runtime::HttpPeer& peer);
  void refused(std::string what, std::string peer, std::string detail);

  runtime::Runtime& runtime_;
  Settings settings_;
  Decisions decisions_;
  std::unique_ptr<runtime::Store> store_;
  Authority authority_;
  std::shared_ptr<const trust::TlsServer> tls_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Software> software_;
  std::unique_ptr<Orders> orders_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Dispatch> dispatch_;
  std::unique_ptr<Administration> administration_;
  std::shared_ptr<const runtime::HttpService> service_;
  Refusals refusals_;
  bool telling_ = false;  // tell_refusals() runs
  std::shared_ptr<bool> closing_ = std::make_shared<bool>(false);
  std::unique_ptr<runtime::Listener> listener_;
  std::shared_ptr<const runtime::HttpService> administration_service_;
  std::unique_ptr<runtime::Listener> administration_listener_;
  runtime::Scope scope_;
};

}  // namespace mr::server
