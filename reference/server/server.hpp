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
#include "reference/server/audit.hpp"
#include "reference/server/dispatch.hpp"
#include "reference/server/intake.hpp"
#include "reference/server/registry.hpp"

namespace mr::server {

class Server {
 public:
  // Opens the store and the authority. lifetime: `runtime` outlives the server.
  static runtime::asio::awaitable<Result<std::unique_ptr<Server>>> open(runtime::Runtime& runtime, Settings settings);
  ~Server();

  // Listens and serves until stop(). errors: those of Network::listen.
  Result<void> start();
  // Closes the port and ends connections; idle() when the last is gone.
  void stop();
  bool idle() const { return scope_.idle(); }

  runtime::Endpoint endpoint() const;              // after start()
  const trust::Certificate& root() const;          // what senders trust
  const trust::Certificate& envelope() const;
  const Settings& settings() const { return settings_; }

  // The administration, for the command line and for scenarios.
  Registry& registry() { return *registry_; }
  Dispatch& dispatch() { return *dispatch_; }
  runtime::Store& store() { return *store_; }

 private:
  Server(runtime::Runtime& runtime, Settings settings);
  runtime::asio::awaitable<void> accept_all();
  runtime::asio::awaitable<void> serve_one(runtime::Stream plain);
  runtime::asio::awaitable<runtime::HttpResponse> handle(runtime::HttpRequest request, runtime::HttpPeer peer);
  runtime::asio::awaitable<void> record(AuditRecord record);
  runtime::HttpAdmission admit(const runtime::HttpHead& head, const runtime::HttpPeer& peer);
  Result<std::optional<Sender>> sender_of(const runtime::HttpPeer& peer);
  void refused(std::string what, std::string peer, std::string detail);

  runtime::Runtime& runtime_;
  Settings settings_;
  std::unique_ptr<runtime::Store> store_;
  Authority authority_;
  std::shared_ptr<const trust::TlsServer> tls_;
  std::unique_ptr<Registry> registry_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Dispatch> dispatch_;
  std::shared_ptr<const runtime::HttpService> service_;
  std::shared_ptr<bool> closing_ = std::make_shared<bool>(false);
  std::unique_ptr<runtime::Listener> listener_;
  runtime::Scope scope_;
};

}  // namespace mr::server
