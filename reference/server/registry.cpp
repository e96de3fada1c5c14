#include "reference/server/registry.hpp"

#include <array>

#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/random.hpp"
#include "reference/protocol/trust/uuid.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/rows.hpp"

namespace mr::server {
namespace {

using model::ErrorCode;
using runtime::asio::awaitable;


// 160 random bits in 32 characters that are not taken for one another when read aloud.
std::string random_key() {
  static constexpr std::string_view alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  std::array<std::uint8_t, 32> bytes{};
  trust::random_bytes(bytes);
  std::string key;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % 4 == 0) key += '-';
    key += alphabet[bytes[i] % alphabet.size()];
  }
  return key;
}

// The digest that is kept of a key; dashes, blanks and case do not matter.
std::string digest(std::string_view key) {
  std::string plain;
  for (const char c : key) {
    if (c == '-' || c == ' ') continue;
    plain += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return trust::hex(trust::sha256(plain));
}

std::string public_key_digest(const trust::Bytes& der) { return trust::hex(trust::sha256(std::span<const std::byte>(der))); }

std::string response_xml(const std::string& sender_id, const std::string& account_id, const std::string& certificate,
                         const Authority& authority, const Settings& settings) {
  model::RegisterForManagementResponse response;
  response.sender_id = sender_id;
  response.account_id = account_id;
  response.certificate = certificate + authority.root.chain.front().pem();
  response.envelope_certificate = authority.envelope.chain.front().pem();
  response.report_time_of_day = settings.report_time_of_day;
  response.capabilities = {"action-list", "exactly-once-reports", "software"};
  return schema::encode(response);
}

}  // namespace

Registry::Registry(runtime::Runtime& runtime, runtime::Store& store, const Authority& authority, const Settings& settings,
                   const Decisions& decisions)
    : runtime_(runtime), store_(store), authority_(authority), settings_(settings), decisions_(decisions) {}

awaitable<Result<void>> Registry::change(std::string sql, std::vector<runtime::Value> arguments, std::string what, std::string account_id,
                                         std::optional<errc> none) {
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  auto rows = (*begun)->execute(sql, std::move(arguments));
  MR_CO_TRY(rows);
  if (none && rows->empty()) co_return Fault(*none, what);
  if (none) account_id = text(rows->front()[0]);
  AuditRecord record{"", "", "administration", "accepted", what, account_id};
  MR_CO_TRY(append(**begun, runtime_.clock().wall(), record));
  co_return co_await (*begun)->commit();
}

// Statements are put together before they are awaited: g++ 12 mishandles braced temporaries inside a co_await expression.
awaitable<Result<std::string>> Registry::account(std::string name) {
  auto rows = store_.query("SELECT id FROM account WHERE name = $1", {name});
  MR_CO_TRY(rows);
  if (!rows->empty()) co_return text(rows->front()[0]);
  co_return co_await make_account(std::move(name));
}

awaitable<Result<std::string>> Registry::make_account(std::string name) {
  const auto rows = store_.query("SELECT id FROM account WHERE name = $1", {name});
  MR_CO_TRY(rows);
  if (!rows->empty()) co_return Fault(errc::exists_already, "account " + name);
  const std::string id = trust::random_uuid();
  std::vector<runtime::Value> arguments{id, name};
  const auto made = co_await change("INSERT INTO account (id, name) VALUES ($1, $2)", std::move(arguments), "account " + id + " made", id, {});
  MR_CO_TRY(made);
  co_return id;
}

awaitable<Result<std::string>> Registry::make_key(std::string account_id, std::chrono::days valid_for) {
  const std::string key = random_key();
  const auto now = runtime_.clock().wall();
  std::vector<runtime::Value> arguments{digest(key), account_id, std::int64_t(now.time_since_epoch().count()),
                                        std::int64_t((now + valid_for).time_since_epoch().count())};
  const auto made = co_await change("INSERT INTO registration_key (digest, account_id, made_ms, expires_ms) VALUES ($1, $2, $3, $4)",
                                    std::move(arguments), "registration key made for account " + account_id, account_id, {});
  MR_CO_TRY(made);
  co_return key;
}

awaitable<Result<void>> Registry::expect_device(std::string account_id, std::string manufacturer, std::string serial_number) {
  std::vector<runtime::Value> arguments{manufacturer, serial_number, account_id};
  co_return co_await change("INSERT INTO entitlement (manufacturer, serial_number, account_id) VALUES ($1, $2, $3)",
                            std::move(arguments), "account " + account_id + " expects " + manufacturer + " " + serial_number, account_id, {});
}

awaitable<Result<void>> Registry::close_account(std::string account_id) {
  std::vector<runtime::Value> arguments{account_id};
  co_return co_await change("UPDATE account SET open = 0 WHERE id = $1 RETURNING id", std::move(arguments), "account " + account_id + " closed",
                            "", errc::unknown_account);
}

awaitable<Result<void>> Registry::revoke_key(std::string key) {
  std::vector<runtime::Value> arguments{digest(key)};
  co_return co_await change("UPDATE registration_key SET revoked = 1 WHERE digest = $1 RETURNING account_id", std::move(arguments),
                            "registration key revoked", "", errc::bad_request);
}

awaitable<Result<void>> Registry::revoke_key_by_id(std::string id, std::string account_id) {
  std::vector<runtime::Value> arguments{id, account_id};
  co_return co_await change("UPDATE registration_key SET revoked = 1 WHERE SUBSTR(digest, 1, 16) = $1 AND ($2 = '' OR account_id = $2) "
                            "RETURNING account_id",
                            std::move(arguments), "registration key " + id.substr(0, 16) + " revoked", "", errc::bad_request);
}

//= REG-CERT-REQUIRED
Result<std::optional<Sender>> Registry::find(const trust::Certificate& certificate) {
  // The handshake judged it; a connection may outlive it.
  if (certificate.not_after() <= runtime_.clock().wall()) return std::optional<Sender>();
  auto rows = store_.query(
      "SELECT s.id, s.account_id, s.kind, s.serial_number FROM sender s JOIN account a ON a.id = s.account_id "
      "WHERE s.certificate_fingerprint = $1 AND a.open = 1",
      {certificate.fingerprint()});
  MR_TRY(rows);
  if (rows->empty()) return std::optional<Sender>();
  const runtime::Row& row = rows->front();
  return std::optional<Sender>(Sender{text(row[0]), text(row[1]),
                                      model::from_word<model::SenderKind>(text(row[2])).value_or(model::SenderKind::agent),
                                      text(row[3])});
}

awaitable<Reply> Registry::register_sender(std::string body, std::string peer, std::optional<trust::Certificate> factory) {
  auto decoded = schema::decode_register(body);
  if (!decoded) co_return refuse(schema::error_code(decoded.error()), to_string(decoded.error()));
  const model::RegisterForManagement& asked = *decoded;
  const bool device = asked.kind == model::SenderKind::device;

  const trust::Time now = runtime_.clock().wall();
  const std::int64_t now_ms = now.time_since_epoch().count();

  auto begun = co_await begin_audited(runtime_, store_);
  if (!begun) co_return internal_failure(begun.error());
  AuditedTransaction& transaction = **begun;

  //= REG-ORDER
  // The first credential: a registration key, or a factory certificate. Either names an account and, if it was used, a sender.
  std::string account_id, used_by, key_digest;
  if (device) {
    if (!factory) co_return refuse(ErrorCode::registration_key_refused, "the factory certificate is not accepted", "no certificate");
    if (!asked.serial_number || !asked.manufacturer || factory->subject_serial_number() != *asked.serial_number) {
      //= REG-DEVICE-FOREIGN
      co_return refuse(ErrorCode::foreign_device, "the factory certificate is for another serial number",
                       "certificate " + factory->subject_serial_number() + ", request " + asked.serial_number.value_or("(none)"));
    }
    auto rows = transaction.execute(
        "SELECT e.account_id, COALESCE(s.id, '') FROM entitlement e JOIN account a ON a.id = e.account_id "
        "LEFT JOIN sender s ON s.serial_number = e.serial_number AND s.manufacturer = e.manufacturer AND s.kind = 'device' "
        "WHERE e.manufacturer = $1 AND e.serial_number = $2 AND a.open = 1",
        {*asked.manufacturer, *asked.serial_number});
    if (!rows) co_return internal_failure(rows.error());
    if (rows->empty()) co_return refuse(ErrorCode::registration_key_refused, "the factory certificate is not accepted", "no open account expects this device");
    account_id = text(rows->front()[0]);
    used_by = text(rows->front()[1]);
  } else {
    key_digest = digest(asked.registration_key.value_or(""));
    auto rows = transaction.execute(
        "SELECT k.account_id, k.expires_ms, k.revoked, COALESCE(k.sender_id, ''), a.open FROM registration_key k "
        "JOIN account a ON a.id = k.account_id WHERE k.digest = $1",
        {key_digest});
    if (!rows) co_return internal_failure(rows.error());
    KeyFacts facts;
    if (!rows->empty()) {
      const runtime::Row& row = rows->front();
      facts = {.known = true, .revoked = number(row[2]) != 0, .expired = number(row[1]) <= now_ms, .account_open = number(row[4]) != 0};
    }
    const std::string why = decisions_.key_refusal(facts);
    //= REG-KEY-WRONG
    if (!why.empty()) co_return refuse(ErrorCode::registration_key_refused, decisions_.key_refusal_told(why), why);
    account_id = text(rows->front()[0]);
    used_by = text(rows->front()[3]);
  }

  //= REG-LOCATION
  if (!decisions_.is_location(asked.location)) co_return refuse(ErrorCode::location_required, "Location is missing or blank");
  //= REG-CONTACT
  if (!device && !decisions_.is_contact(asked.contact_email)) {
    co_return refuse(ErrorCode::contact_required, "ContactEmail must be one e-mail address");
  }
  //= REG-CSR
  auto csr = trust::parse_csr(asked.csr);
  if (!csr) co_return refuse(ErrorCode::csr_refused, to_string(csr.error()));
  const std::string public_key = public_key_digest(csr->public_key_der);

  if (!used_by.empty()) {
    //= REG-AGAIN
    //= REG-CONFLICT
    // The same credential again: the same answer for the same public key, none for another.
    auto rows = transaction.execute("SELECT public_key, certificate FROM sender WHERE id = $1", {used_by});
    if (!rows) co_return internal_failure(rows.error());
    if (rows->empty() || !decisions_.is_same_registration(text(rows->front()[0]) == public_key)) {
      co_return refuse(ErrorCode::registration_conflict, "this registration belongs to another key pair", "sender " + used_by);
    }
    const std::string certificate = text(rows->front()[1]);
    if (auto appended = append(transaction, now, {peer, used_by, "registration", "repeated", ""}); !appended) {
      co_return internal_failure(appended.error());
    }
    const auto committed = co_await transaction.commit();
    if (!committed) co_return internal_failure(committed.error());
    Reply reply = answer(200, response_xml(used_by, account_id, certificate, authority_, settings_), "repeated");
    reply.audited = true;
    co_return reply;
  }

  const std::string sender_id = trust::random_uuid();
  //= REG-CERT
  //= REG-CSR-SUBJECT
  auto certificate = trust::issue(authority_.root, {.subject = decisions_.certificate_subject(sender_id, device ? *asked.serial_number : std::string(), csr->subject),
                                                    .use = trust::Use::client,
                                                    .not_before = now - std::chrono::hours(1),
                                                    .not_after = now + settings_.issued_for,
                                                    .public_key_der = csr->public_key_der});
  if (!certificate) co_return refuse(ErrorCode::csr_refused, to_string(certificate.error()));

  auto inserted = transaction.execute(
      "INSERT INTO sender (id, account_id, kind, host, location, contact_email, product, public_key, certificate, "
      "certificate_fingerprint, manufacturer, serial_number, registered_ms) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
      {sender_id, account_id, std::string(model::word(asked.kind)), asked.host_name, asked.location.value_or(""),
       asked.contact_email.value_or(""), asked.product_name + " " + asked.product_version, public_key, certificate->pem(),
       certificate->fingerprint(), asked.manufacturer.value_or(""), asked.serial_number.value_or(""), now_ms});
  if (!inserted) co_return internal_failure(inserted.error());
  if (!device) {
    auto used = transaction.execute("UPDATE registration_key SET sender_id = $1 WHERE digest = $2", {sender_id, key_digest});
    if (!used) co_return internal_failure(used.error());
  }
  auto appended = append(transaction, now, {peer, sender_id, "registration", "accepted", "account " + account_id});
  if (!appended) co_return internal_failure(appended.error());
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());

  runtime_.trace().emit({.kind = "sender.registered",
                         .id = sender_id,
                         .fields = {{"account", account_id}, {"sender_kind", model::word(asked.kind)}, {"location", asked.location.value_or("")}}});
  Reply reply = answer(201, response_xml(sender_id, account_id, certificate->pem(), authority_, settings_), "accepted");
  reply.audited = true;
  co_return reply;
}

}  // namespace mr::server
