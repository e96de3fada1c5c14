#include "reference/agent/agent.hpp"

#include <algorithm>

#include "reference/agent/tables.hpp"
#include "reference/protocol/exchange/register.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

Agent::Agent(runtime::Runtime& runtime, Settings settings)
    : runtime_(runtime),
      settings_(std::move(settings)),
      link_(runtime, settings_),
      discovered_(runtime.executor()),
      spool_filled_(runtime.executor()),
      work_stirred_(runtime.executor()),
      scope_(runtime.executor()),
      snmp_(runtime, settings_),
      on_printer_(runtime, settings_, snmp_) {}

Agent::~Agent() = default;

Result<void> Agent::start() {
  auto store = runtime_.stores().open(settings_.store, migrations());
  MR_TRY(store);
  store_ = std::move(*store);
  scope_.spawn(run());
  return {};
}

void Agent::stop() { scope_.stop(); }

Result<std::string> Agent::recall(const std::string& name) {
  const auto rows = store_->query("SELECT value FROM identity WHERE name = $1", {name});
  MR_TRY(rows);
  return rows->empty() ? std::string() : std::get<std::string>(rows->front()[0]);
}

awaitable<Result<void>> Agent::remember(std::string name, std::string value) {
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  MR_CO_TRY(
      (*begun)->execute("INSERT INTO identity (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET "
                        "value = excluded.value",
                        {name, value}));
  co_return co_await (*begun)->commit();
}

// The key pair is made and kept before anything is sent, so that a registration that was cut short is
// repeated with it.
awaitable<Result<void>> Agent::load_identity() {
  const auto kept = recall("key_pem");
  MR_CO_TRY(kept);
  std::string pem = *kept;
  if (pem.empty()) {
    pem = trust::PrivateKey::generate_p256().pem();
    MR_CO_TRY(co_await remember("key_pem", pem));
  }
  auto key = trust::PrivateKey::from_pem(pem);
  MR_CO_TRY(key);
  key_ = *key;
  const auto certificate = recall("certificate");
  MR_CO_TRY(certificate);
  if (certificate->empty()) co_return Result<void>();
  const auto envelope_pem = recall("envelope"), sender_id = recall("sender_id"),
             report_at_min = recall("report_at_min");
  MR_CO_TRY(envelope_pem);
  MR_CO_TRY(sender_id);
  MR_CO_TRY(report_at_min);
  auto chain = trust::Certificate::chain_from_pem(*certificate);
  MR_CO_TRY(chain);
  auto envelope = trust::Certificate::from_pem(*envelope_pem);
  MR_CO_TRY(envelope);
  envelope_ = *envelope;
  sender_id_ = *sender_id;
  //= AGT-TIME-SET
  if (!settings_.report_at && !report_at_min->empty())
    settings_.report_at = model::TimeOfDay{std::stoi(*report_at_min)};
  trust::Credentials credentials{*key_, *chain};
  link_.credentials(std::move(credentials));
  co_return Result<void>();
}

awaitable<bool> Agent::register_once() {
  model::RegisterForManagement request;
  request.kind = model::SenderKind::agent;
  request.registration_key = settings_.registration_key;
  request.location = settings_.location;
  request.contact_email = settings_.contact_email;
  // A host name may spell an address, which Locked Down mode keeps here.
  request.host_name =
      locked_down() && site_addresses().in(settings_.host_name) ? "agent" : settings_.host_name;
  request.product_name = "makeready agent";
  request.product_version = "1";
  request.csr = trust::make_csr(*key_, {.common_name = request.host_name.substr(0, 64)});
  auto conversation = exchange::registration(request, *key_);
  const auto outcome = co_await link_.converse("registration", std::move(conversation));
  if (!outcome) co_return false;
  if (const auto* refused = std::get_if<exchange::Refused>(&*outcome)) {
    refused_ = refused->code + ": " + refused->detail;
    runtime_.trace().emit({.kind = "agent.registration_refused",
                           .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    co_return false;
  }
  const auto& reply = std::get<exchange::Accepted<model::RegisterForManagementResponse>>(*outcome).reply;
  auto begun = co_await store_->begin();
  if (!begun) co_return false;
  const std::string report_at_min =
      reply.report_time_of_day ? std::to_string(reply.report_time_of_day->minutes) : std::string();
  const std::pair<const char*, const std::string*> parts[] = {{"certificate", &reply.certificate},
                                                              {"envelope", &reply.envelope_certificate},
                                                              {"sender_id", &reply.sender_id},
                                                              {"report_at_min", &report_at_min}};
  for (const auto& [name, value] : parts) {
    const auto kept =
        (*begun)->execute("INSERT INTO identity (name, value) VALUES ($1, $2)", {std::string(name), *value});
    if (!kept) co_return false;
  }
  const auto committed = co_await (*begun)->commit();
  if (!committed) co_return false;
  runtime_.trace().emit(
      {.kind = "agent.registered", .id = reply.sender_id, .fields = {{"host", settings_.host_name}}});
  co_return (co_await load_identity()).has_value();
}

awaitable<void> Agent::run() {
  auto loaded = co_await load_identity();
  if (!loaded) {
    runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(loaded.error())}}});
    co_return;
  }
  const auto kept_mode = co_await keep_security_mode();
  if (!kept_mode) {
    runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(kept_mode.error())}}});
    co_return;
  }
  //= REG-ACTIVATE
  if (!registered()) {
    const bool accepted = co_await register_once();
    if (!accepted) co_return;
  }
  if (const auto opened = snmp_.open(); !opened) {
    runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(opened.error())}}});
    co_return;
  }
  scope_.spawn(discover_forever());
  scope_.spawn(read_status_forever());
  scope_.spawn(report_daily());
  scope_.spawn(upload_forever());
  scope_.spawn(poll_forever());
  scope_.spawn(act_forever());
}

Result<std::vector<Agent::Printer>> Agent::printers(bool with_unmanaged) {
  auto rows = store_->query(
      "SELECT id, address, credentials, sys_object_id, last_address, sequence, discovered_ms, serial_number, "
      "device_id, managed FROM printer "
      "WHERE managed = 1 OR $1 = 1 ORDER BY id",
      {std::int64_t(with_unmanaged)});
  MR_TRY(rows);
  std::vector<Printer> out;
  out.reserve(rows->size());
  for (const runtime::Row& row : *rows) {
    boost::system::error_code error;
    Printer printer;
    printer.id = std::get<std::int64_t>(row[0]);
    printer.address = runtime::asio::ip::make_address(std::get<std::string>(row[1]), error);
    printer.credentials = static_cast<std::size_t>(std::get<std::int64_t>(row[2]));
    printer.sys_object_id = std::get<std::string>(row[3]);
    printer.last_address = std::get<std::string>(row[4]);
    printer.sequence = std::get<std::int64_t>(row[5]);
    printer.discovered_ms = std::get<std::int64_t>(row[6]);
    printer.serial_number = std::get<std::string>(row[7]);
    printer.device_id = std::get<std::string>(row[8]);
    printer.managed = std::get<std::int64_t>(row[9]) != 0;
    //= AGT-SCOPE
    // The scope may have been narrowed since the printer was found, and its credentials may be others now.
    const bool in_scope = !error && std::ranges::any_of(settings_.scope, [&](const AddressRange& range) {
      return range.first.is_v4() == printer.address.is_v4() && range.first <= printer.address &&
             printer.address <= range.last &&
             (range.credentials.empty() ||
              std::ranges::find(range.credentials, printer.credentials) != range.credentials.end());
    });
    if (in_scope && printer.credentials < settings_.credentials.size()) out.push_back(std::move(printer));
  }
  return out;
}

}  // namespace mr::agent
