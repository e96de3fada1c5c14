// The reference server in the world with one client host beside it: what the tests of this folder share.
//
// The client speaks the real protocol through the real exchanges, or any bytes instead. counts() shows what is stored.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/exchange/conversation.hpp"
#include "reference/protocol/model/messages.hpp"
#include "reference/runtime/http/http.hpp"
#include "reference/server/server.hpp"
#include "simulators/rogue/servers.hpp"
#include "simulators/rogue/stores.hpp"
#include "simulators/world/fabric.hpp"
#include "simulators/world/host.hpp"
#include "simulators/world/world.hpp"

namespace mr::hostile {

namespace asio = runtime::asio;

// A registered sender.
struct Client {
  std::string sender_id;
  trust::Credentials credentials;
  trust::Certificate envelope;
};

class ServiceWorld {
 public:
  explicit ServiceWorld(std::uint64_t seed = 7, rogue::StoreDefect defect = rogue::StoreDefect::none,
                        std::vector<trust::Certificate> factory_roots = {});
  // With a rogue server instead of the reference.
  explicit ServiceWorld(const rogue::RogueServer* rogue);
  ~ServiceWorld();

  // Starts the server on the server host's present life.
  void boot();
  // Cuts the server's power, throws the old server away and starts a new one on what the disk kept.
  void reboot();
  // Runs a coroutine on a host to its end, at most ten minutes of virtual time.
  template <class T>
  T run(world::Host& host, asio::awaitable<T> task) {
    std::optional<T> result;
    runtime::Scope scope(host.executor());
    scope.spawn(keep(std::move(task), &result));
    const auto done = world.run_until_done([&] { return result.has_value(); }, world.now() + std::chrono::minutes(10));
    MR_ASSERT(done.has_value() && *done);
    return std::move(*result);
  }

  // One request over a connection of its own. errors: of connecting, of the handshake, of HTTP.
  asio::awaitable<Result<exchange::HttpResponse>> send(exchange::HttpRequest request, std::optional<trust::Credentials> credentials);
  Result<exchange::HttpResponse> ask(exchange::HttpRequest request, std::optional<trust::Credentials> credentials = {});
  // The slug of the Error in a response, or "status N" where there is none.
  static std::string code_of(const Result<exchange::HttpResponse>& response);

  std::string make_key(const std::string& account = "Example");
  model::RegisterForManagement registration(const std::string& registration_key, const trust::PrivateKey& key) const;
  // What a device of maker `Maker` asks with.
  model::RegisterForManagement device_registration(const std::string& serial_number, const trust::PrivateKey& key) const;
  // Registers an agent in the account.
  Client register_agent(const std::string& account = "Example");

  // Rows of every table; `audit` is apart.
  std::map<std::string, std::int64_t> counts();
  std::int64_t audits();
  std::string last_audit();  // "what outcome detail"
  std::int64_t count(const std::string& sql, std::vector<runtime::Value> arguments = {});

  world::World world;
  world::Host& server_host;
  world::Host& client_host;
  trust::TlsClient tls;  // what the client asks of the server; changed by tests
  std::unique_ptr<server::Server> server;
  server::Settings settings;

 private:
  template <class T>
  static asio::awaitable<void> keep(asio::awaitable<T> task, std::optional<T>* into) {
    T value = co_await std::move(task);
    into->emplace(std::move(value));
  }

  ServiceWorld(std::uint64_t seed, rogue::StoreDefect defect, std::vector<trust::Certificate> factory_roots,
               const rogue::RogueServer* rogue);

  rogue::StoreDefect defect_;
  const rogue::RogueServer* rogue_;  // null: the reference
  std::unique_ptr<runtime::Runtime> runtime_;
};

// A maker's root, and the factory certificate that it gives a device of that serial number with this key (802.1AR). Good for ten years
// from before the world begins.
trust::Credentials maker_root();
trust::Credentials factory_certificate(const trust::Credentials& maker, const trust::PrivateKey& key, const std::string& serial_number);

// A report with what the schema demands and the given identity.
model::DeviceReport report_of(const std::string& manufacturer, const std::string& serial_number, const std::string& report_id);
// The request of an upload by an agent: packed, sealed, with its fields.
exchange::HttpRequest upload_request(const Client& client, const std::vector<model::DeviceReport>& reports, const std::string& key);

}  // namespace mr::hostile
