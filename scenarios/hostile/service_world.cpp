#include "scenarios/hostile/service_world.hpp"

#include "reference/protocol/exchange/register.hpp"
#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/register.hpp"

namespace mr::hostile {
namespace {

const runtime::Endpoint service{asio::ip::make_address("203.0.113.1"), 443};
constexpr const char* name = "eu.support.makeready.test";
constexpr trust::Time made_at = std::chrono::sys_days(std::chrono::year(2026) / 1 / 1);
constexpr auto made_for = std::chrono::days(3650);

asio::awaitable<Result<std::unique_ptr<server::Server>>> open_server(runtime::Runtime* runtime, server::Settings settings,
                                                                     server::Decisions decisions) {
  auto server = co_await server::Server::open(*runtime, std::move(settings), std::move(decisions));
  co_return server;
}

}  // namespace

ServiceWorld::ServiceWorld(std::uint64_t seed, rogue::StoreDefect defect, std::vector<trust::Certificate> factory_roots)
    : ServiceWorld(seed, defect, std::move(factory_roots), nullptr) {}

ServiceWorld::ServiceWorld(const rogue::RogueServer* rogue) : ServiceWorld(7, rogue::StoreDefect::none, {}, rogue) {}

ServiceWorld::ServiceWorld(std::uint64_t seed, rogue::StoreDefect defect, std::vector<trust::Certificate> factory_roots,
                           const rogue::RogueServer* rogue)
    : world({.seed = seed}),
      server_host(world.add_host({.name = "server", .addresses = {service.address}})),
      client_host(world.add_host({.name = "client", .addresses = {asio::ip::make_address("198.51.100.7")}, .site = "site"})),
      defect_(defect),
      rogue_(rogue) {
  settings.listen = service;
  settings.factory_roots = std::move(factory_roots);
  world.fabric().set_name(name, {service.address});
  boot();
  tls.server_name = name;
  tls.server = trust::PeerPolicy{.anchors = {server->root()}, .use = trust::Use::server, .name = name};
}

ServiceWorld::~ServiceWorld() {
  server_host.crash();
  client_host.crash();
}

void ServiceWorld::boot() {
  runtime_ = rogue_ != nullptr && rogue_->host != nullptr ? rogue_->host(server_host) : rogue::with_store_defect(server_host, defect_);
  server::Decisions decisions;
  if (rogue_ != nullptr && rogue_->decisions != nullptr) decisions = rogue_->decisions();
  auto opened = run(server_host, open_server(runtime_.get(), settings, std::move(decisions)));
  if (!opened) world.emit({.kind = "note", .fields = {{"text", to_string(opened.error())}}});
  MR_ASSERT(opened.has_value());
  server = std::move(*opened);
  const auto started = server->start();
  MR_ASSERT(started.has_value());
}

void ServiceWorld::reboot() {
  server_host.crash();
  server.reset();
  runtime_.reset();
  server_host.restart();
  boot();
}

asio::awaitable<Result<exchange::HttpResponse>> ServiceWorld::send(exchange::HttpRequest request,
                                                                   std::optional<trust::Credentials> credentials) {
  auto settings_of_client = std::make_shared<trust::TlsClient>(tls);
  settings_of_client->credentials = std::move(credentials);
  std::shared_ptr<const trust::TlsClient> client = settings_of_client;
  runtime::Clock& clock = client_host.clock();
  const auto deadline = clock.now() + std::chrono::minutes(2);
  auto plain = co_await client_host.network().connect(service, deadline);
  MR_CO_TRY(plain);
  auto stream = co_await client_host.network().secure(std::move(*plain), client, deadline);
  MR_CO_TRY(stream);
  runtime::HttpClientLimits limits;
  auto reply = co_await runtime::exchange_http(*stream, name, std::move(request), false, limits, clock, deadline);
  MR_CO_TRY(reply);
  co_return std::move(reply->response);
}

Result<exchange::HttpResponse> ServiceWorld::ask(exchange::HttpRequest request, std::optional<trust::Credentials> credentials) {
  return run(client_host, send(std::move(request), std::move(credentials)));
}

std::string ServiceWorld::code_of(const Result<exchange::HttpResponse>& response) {
  if (!response) return "no response: " + to_string(response.error());
  if (const auto error = schema::decode_error(response->body)) {
    return error->code + (model::from_word<model::ErrorCode>(error->code) && model::http_status(*model::from_word<model::ErrorCode>(error->code)) == response->status
                              ? ""
                              : " with status " + std::to_string(response->status));
  }
  return "status " + std::to_string(response->status);
}

std::string ServiceWorld::make_key(const std::string& account) {
  const auto id = run(server_host, server->registry().account(account));
  auto key = run(server_host, server->registry().make_key(id.value(), std::chrono::days(30)));
  return key.value();
}

model::RegisterForManagement ServiceWorld::registration(const std::string& registration_key, const trust::PrivateKey& key) const {
  model::RegisterForManagement request;
  request.registration_key = registration_key;
  request.location = "Example House";
  request.contact_email = "print@example.org";
  request.host_name = "client";
  request.product_name = "test client";
  request.product_version = "1";
  request.csr = trust::make_csr(key, {.common_name = "client"});
  return request;
}

model::RegisterForManagement ServiceWorld::device_registration(const std::string& serial_number, const trust::PrivateKey& key) const {
  model::RegisterForManagement request = registration("", key);
  request.kind = model::SenderKind::device;
  request.registration_key.reset();
  request.contact_email.reset();
  request.manufacturer = "Maker";
  request.model = "M1";
  request.serial_number = serial_number;
  return request;
}

Client ServiceWorld::register_agent(const std::string& account) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  auto conversation = exchange::registration(registration(make_key(account), key), key);
  const auto response = ask(std::get<exchange::Send>(conversation.resume(exchange::Begin{})).request);
  MR_ASSERT(response.has_value());
  const auto end = conversation.resume(exchange::Arrived{*response, 0});
  const auto& reply = std::get<exchange::Accepted<model::RegisterForManagementResponse>>(end).reply;
  return {reply.sender_id,
          {key, trust::Certificate::chain_from_pem(reply.certificate).value()},
          trust::Certificate::from_pem(reply.envelope_certificate).value()};
}

std::int64_t ServiceWorld::count(const std::string& sql, std::vector<runtime::Value> arguments) {
  return std::get<std::int64_t>(server->store().query(sql, std::move(arguments)).value().front()[0]);
}

std::map<std::string, std::int64_t> ServiceWorld::counts() {
  std::map<std::string, std::int64_t> rows;
  for (const char* table : {"account", "registration_key", "sender", "entitlement", "device", "upload", "report", "meter_read",
                            "supply_read", "action", "authority", "permission", "contract", "supply_state", "supply_order", "software",
                            "software_part", "server_user"}) {
    rows[table] = count(std::string("SELECT COUNT(*) FROM ") + table);
  }
  rows["used keys"] = count("SELECT COUNT(*) FROM registration_key WHERE sender_id IS NOT NULL");
  return rows;
}

std::int64_t ServiceWorld::audits() {
  // A refusal at the door is written down beside the answer: let it finish.
  const auto settled = world.run_for(std::chrono::seconds(1));
  MR_ASSERT(settled.has_value());
  return count("SELECT COUNT(*) FROM audit");
}

std::string ServiceWorld::last_audit() {
  const auto settled = world.run_for(std::chrono::seconds(1));
  MR_ASSERT(settled.has_value());
  const auto rows = server->store().query("SELECT what, outcome, detail FROM audit ORDER BY seq DESC LIMIT 1", {}).value();
  if (rows.empty()) return {};
  return std::get<std::string>(rows[0][0]) + " " + std::get<std::string>(rows[0][1]) + " " + std::get<std::string>(rows[0][2]);
}

trust::Credentials maker_root() { return trust::make_authority({.common_name = "maker root"}, made_at, made_at + made_for); }

trust::Credentials factory_certificate(const trust::Credentials& maker, const trust::PrivateKey& key, const std::string& serial_number) {
  const auto certificate = trust::issue(maker, {.subject = {.common_name = "printer", .serial_number = serial_number},
                                                .use = trust::Use::client,
                                                .not_before = made_at,
                                                .not_after = made_at + made_for,
                                                .public_key_der = key.public_key_der()});
  return {key, {certificate.value()}};
}

model::DeviceReport report_of(const std::string& manufacturer, const std::string& serial_number, const std::string& report_id) {
  model::DeviceReport report;
  report.report_id = report_id;
  report.read_time = model::Stamp::from_ms(1'772'000'000'000);
  report.identity.manufacturer = manufacturer;
  report.identity.serial_number = serial_number;
  report.meters.emplace().rows.push_back({.name = "TotalImpressions", .value = 100, .read_time = report.read_time});
  return report;
}

exchange::HttpRequest upload_request(const Client& client, const std::vector<model::DeviceReport>& reports, const std::string& key) {
  model::Manifest manifest;
  manifest.package_id = "9f2d1c52-0000-4000-8000-000000000001";
  manifest.sender_id = client.sender_id;
  manifest.created_at = model::Stamp::from_ms(1'772'000'000'000);
  const auto zip = exchange::make_package(std::move(manifest), reports);
  auto conversation = exchange::upload(zip.value(), key, client.envelope);
  return std::get<exchange::Send>(conversation.value().resume(exchange::Begin{})).request;
}

}  // namespace mr::hostile
