#include "reference/server/intake.hpp"

#include <algorithm>

#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/trust/envelope.hpp"
#include "reference/protocol/trust/uuid.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/meters.hpp"
#include "reference/server/permissions.hpp"

namespace mr::server {
namespace {

using model::ErrorCode;
using runtime::asio::awaitable;

struct Refusal {
  ErrorCode code;
  std::string detail;
};

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

// The parts of a package, read: pure CPU, run off the executor.
struct Contents {
  std::optional<Refusal> refusal;
  model::Manifest manifest;
  std::vector<model::DeviceReport> reports;
  std::vector<std::string> xml;  // of each report, as sent

  void refuse(ErrorCode code, std::string detail) { refusal = Refusal{code, std::move(detail)}; }
};

// Opens the envelope (of an agent), checks the fingerprint and reads every part. requires: nothing; any bytes.
Contents read_package(const std::string& body, bool sealed, const trust::Credentials& envelope, const std::string& fingerprint,
                      const std::string& sender_id, const Decisions& decisions) {
  Contents contents;
  const package::Limits& limits = decisions.package_limits;
  trust::Bytes opened;
  std::span<const std::byte> zip = bytes_of(body);
  if (sealed) {
    auto result = trust::open(zip, envelope, limits.archive_bytes);
    if (!result) {
      const bool large = result.error().code == trust::errc::too_large;
      contents.refuse(large ? ErrorCode::package_limit : ErrorCode::envelope_refused, to_string(result.error()));
      return contents;
    }
    opened = std::move(*result);
    zip = opened;
  }
  //= UPL-FINGERPRINT-WRONG
  if (!decisions.is_fingerprint_of(fingerprint, exchange::fingerprint(zip))) {
    contents.refuse(ErrorCode::fingerprint_mismatch, "the package is " + exchange::fingerprint(zip));
    return contents;
  }
  //= PKG-WHOLE
  //= PKG-LIMITS
  auto entries = package::unpack(zip, limits);
  if (!entries) {
    const bool over = entries.error().code == package::errc::limit;
    contents.refuse(over ? ErrorCode::package_limit : ErrorCode::malformed_package, to_string(entries.error()));
    return contents;
  }
  if (entries->empty() || entries->front().name != "manifest.xml") {
    contents.refuse(ErrorCode::malformed_package, "the first entry must be manifest.xml");
    return contents;
  }
  auto manifest = schema::decode_manifest(entries->front().content);
  if (!manifest) {
    contents.refuse(schema::error_code(manifest.error()), "manifest.xml: " + to_string(manifest.error()));
    return contents;
  }
  contents.manifest = std::move(*manifest);
  //= PKG-SENDER
  if (!decisions.is_own_manifest(contents.manifest.sender_id, sender_id)) {
    contents.refuse(ErrorCode::foreign_device, "manifest.xml: SenderId is not the sender of this connection");
    return contents;
  }
  //= PKG-MANIFEST
  if (contents.manifest.reports.size() != entries->size() - 1) {
    contents.refuse(ErrorCode::malformed_package, "manifest.xml lists " + std::to_string(contents.manifest.reports.size()) +
                                                      " reports, the package has " + std::to_string(entries->size() - 1));
    return contents;
  }
  for (std::size_t i = 0; i < contents.manifest.reports.size(); ++i) {
    const model::ManifestEntry& listed = contents.manifest.reports[i];
    package::Entry& entry = (*entries)[i + 1];
    if (entry.name != listed.name) {
      contents.refuse(ErrorCode::malformed_package, "found entry " + entry.name + ", the manifest lists " + listed.name);
      return contents;
    }
    auto report = schema::decode_report(entry.content);
    if (!report) {
      //= PKG-SCHEMA
      contents.refuse(schema::error_code(report.error()), entry.name + ": " + to_string(report.error()));
      return contents;
    }
    if (report->report_id != listed.report_id) {
      contents.refuse(ErrorCode::malformed_package, entry.name + ": ReportId is not the manifest's");
      return contents;
    }
    contents.reports.push_back(std::move(*report));
    contents.xml.push_back(std::move(entry.content));
  }
  return contents;
}

bool is_fingerprint(std::string_view text) {
  return text.size() == 72 && text.starts_with("sha-256=") && text.find_first_not_of("0123456789abcdef", 8) == std::string_view::npos;
}

// What tells a device from all others of its maker: the serial number, or the first MAC address where there is none. A device that
// tells neither is known by what this sender calls it, or by its address: REP-ALL-BRANDS, and one such printer must not cost a site
// its package.
std::string identity_key(const model::DeviceReport& report, const std::string& sender_id) {
  if (report.identity.serial_number && !report.identity.serial_number->empty()) return *report.identity.serial_number;
  if (report.network && !report.network->mac_addresses.empty()) return "mac:" + report.network->mac_addresses.front();
  //= REP-LOCAL-DEVICE
  if (report.identity.local_id && !report.identity.local_id->empty()) return "local:" + sender_id + "/" + *report.identity.local_id;
  return "at:" + sender_id + "/" + (report.network && !report.network->ip_addresses.empty() ? report.network->ip_addresses.front() : std::string());
}

std::optional<std::string> refuse_devices(const Contents& contents, const Sender& sender, ErrorCode& code) {
  for (const model::DeviceReport& report : contents.reports) {
    //= UPL-DEVICE-SERIAL
    if (sender.kind == model::SenderKind::device && report.identity.serial_number.value_or("") != sender.serial_number) {
      code = ErrorCode::foreign_device;
      return "report " + report.report_id + " is for another serial number than the certificate's";
    }
  }
  return std::nullopt;
}

}  // namespace

Intake::Intake(runtime::Runtime& runtime, runtime::Store& store, const Authority& authority, Orders& orders,
               const Decisions& decisions)
    : runtime_(runtime), store_(store), authority_(authority), orders_(orders), decisions_(decisions) {}

awaitable<Reply> Intake::receive(exchange::HttpRequest request, Sender sender, std::string peer) {
  const std::string found = exchange::find(request.headers, "Content-Type").value_or("");
  const bool sealed = !exchange::is_media(found, exchange::media_zip);
  //= UPL-AGENT-PLAIN
  if (!sealed && !decisions_.may_be_plain(sender.kind)) co_return refuse(ErrorCode::envelope_refused, "an agent's package must be sealed");
  const bool direct = sender.kind == model::SenderKind::device;
  const std::string expected(direct ? exchange::media_zip : exchange::media_sealed);
  if (sealed && (direct || !exchange::is_media(found, expected))) co_return refuse(ErrorCode::media_type, "found '" + found + "', expected '" + expected + "'");
  const std::string key = exchange::find(request.headers, "Idempotency-Key").value_or("");
  const std::string fingerprint = exchange::find(request.headers, "Content-Fingerprint").value_or("");
  //= UPL-KEY
  if (!model::is_uuid(key)) co_return refuse(ErrorCode::missing_header, "Idempotency-Key must be a UUID in lower case");
  //= UPL-FINGERPRINT
  if (!is_fingerprint(fingerprint)) co_return refuse(ErrorCode::missing_header, "Content-Fingerprint must be sha-256= and 64 hex digits");

  Contents contents;
  {
    const std::string& body = request.body;
    const trust::Credentials& envelope = authority_.envelope;
    std::function<void()> work = [&contents, &body, sealed, &envelope, &fingerprint, &sender, &decisions = decisions_] {
      contents = read_package(body, sealed, envelope, fingerprint, sender.id, decisions);
    };
    co_await runtime_.offload(std::move(work));
  }
  if (contents.refusal) co_return refuse(contents.refusal->code, contents.refusal->detail);
  ErrorCode code{};
  if (const auto why = refuse_devices(contents, sender, code)) co_return refuse(code, *why);

  auto begun = co_await begin_audited(runtime_, store_);
  if (!begun) co_return internal_failure(begun.error());
  AuditedTransaction& transaction = **begun;
  const auto now = runtime_.clock().wall();
  const std::int64_t now_ms = now.time_since_epoch().count();

  //= UPL-REPEAT
  // Within the transaction: two tries of one upload may run at once.
  auto stored = transaction.execute("SELECT fingerprint, receipt FROM upload WHERE sender_id = $1 AND idempotency_key = $2",
                                    {sender.id, key});
  if (!stored) co_return internal_failure(stored.error());
  if (!stored->empty()) {
    //= UPL-CONFLICT
    if (decisions_.repeated_key(std::get<std::string>(stored->front()[0]) == fingerprint) == RepeatedKey::conflict) {
      co_return refuse(ErrorCode::idempotency_conflict, "this Idempotency-Key was used for another package");
    }
    const std::string receipt = std::get<std::string>(stored->front()[1]);
    auto appended = append(transaction, now, {peer, sender.id, "upload", "repeated", contents.manifest.package_id});
    if (!appended) co_return internal_failure(appended.error());
    const auto committed = co_await transaction.commit();
    if (!committed) co_return internal_failure(committed.error());
    runtime_.trace().emit({.kind = "upload.repeated", .id = key, .fields = {{"sender", sender.id}}});
    Reply reply = answer(200, receipt, "repeated");
    reply.audited = true;
    co_return reply;
  }

  model::Receipt receipt{contents.manifest.package_id, key, model::Stamp{now, {}}, {}};
  std::vector<bool> fresh;
  std::vector<OrderEvent> ordered;
  std::vector<std::pair<std::string, Decrease>> decreases;  // with the device
  for (std::size_t i = 0; i < contents.reports.size(); ++i) {
    const model::DeviceReport& report = contents.reports[i];
    auto had = transaction.execute("SELECT device_id FROM report WHERE sender_id = $1 AND id = $2", {sender.id, report.report_id});
    if (!had) co_return internal_failure(had.error());
    //= UPL-REPORT-ONCE
    if (!had->empty()) {  // came before, in another package
      receipt.reports.push_back({report.report_id, std::get<std::string>(had->front()[0])});
      fresh.push_back(false);
      continue;
    }
    const std::string manufacturer = report.identity.manufacturer.value_or("");
    const std::string serial = identity_key(report, sender.id);
    auto device = transaction.execute("SELECT id, account_id FROM device WHERE manufacturer = $1 AND serial_number = $2",
                                      {manufacturer, serial});
    if (!device) co_return internal_failure(device.error());
    std::string device_id;
    if (device->empty()) {
      device_id = trust::random_uuid();
      auto made = transaction.execute(
          "INSERT INTO device (id, account_id, manufacturer, serial_number, model, first_seen_ms) VALUES ($1, $2, $3, $4, $5, $6)",
          {device_id, sender.account_id, manufacturer, serial, report.identity.model.value_or(""), now_ms});
      if (!made) co_return internal_failure(made.error());
    } else {
      device_id = std::get<std::string>(device->front()[0]);
      //= UPL-FOREIGN-DEVICE
      if (!decisions_.is_own_device(std::get<std::string>(device->front()[1]), sender.account_id)) {
        co_return refuse(ErrorCode::foreign_device, "report " + report.report_id + " is for a device of another account",
                         "device " + device_id);
      }
    }
    auto kept = transaction.execute(
        "INSERT INTO report (id, sender_id, idempotency_key, device_id, source, sequence, read_ms, read_offset_min, xml) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        {report.report_id, sender.id, key, device_id, std::string(model::word(report.source)),
         static_cast<std::int64_t>(report.sequence), report.read_time.ms(), static_cast<std::int64_t>(report.read_time.offset.count()),
         contents.xml[i]});
    if (!kept) co_return internal_failure(kept.error());
    auto lower = note_meters(transaction, sender.id, device_id, report);
    if (!lower) co_return internal_failure(lower.error());
    for (Decrease& one : *lower) decreases.emplace_back(device_id, std::move(one));
    if (report.supplies) {
      for (const model::Supply& supply : report.supplies->rows) {
        auto row = transaction.execute(
            "INSERT INTO supply_read (sender_id, report_id, supply_index, description, level, capacity) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            {sender.id, report.report_id, static_cast<std::int64_t>(supply.index), supply.description.value_or(""),
             supply.level ? model::to_text(*supply.level) : std::string(),
             supply.max_capacity ? model::to_text(*supply.max_capacity) : std::string()});
        if (!row) co_return internal_failure(row.error());
      }
    }
    auto noted = note_report(transaction, sender.id, device_id, report, now);
    if (!noted) co_return internal_failure(noted.error());
    const ReportedDevice reported{sender.id, sender.account_id, device_id, manufacturer, serial};
    //= RPL-WITH-REPORT
    auto judged = orders_.judge_report(transaction, now, reported, report, ordered);
    if (!judged) co_return internal_failure(judged.error());
    receipt.reports.push_back({report.report_id, device_id});
    fresh.push_back(true);
  }

  auto noted = note_manifest(transaction, sender.id, contents.manifest, now);
  if (!noted) co_return internal_failure(noted.error());

  const std::string receipt_xml = schema::encode(receipt);
  auto uploaded = transaction.execute(
      "INSERT INTO upload (sender_id, idempotency_key, fingerprint, package_id, receipt, stored_ms) VALUES ($1, $2, $3, $4, $5, $6)",
      {sender.id, key, fingerprint, contents.manifest.package_id, receipt_xml, now_ms});
  if (!uploaded) co_return internal_failure(uploaded.error());
  auto appended = append(transaction, now, {peer, sender.id, "upload", "accepted",
                                            contents.manifest.package_id + ", " + std::to_string(contents.reports.size()) + " reports"});
  if (!appended) co_return internal_failure(appended.error());
  //= UPL-ACK-AFTER-COMMIT
  const auto committed = co_await transaction.commit();
  if (!committed) co_return internal_failure(committed.error());

  runtime_.trace().emit({.kind = "upload.stored",
                         .id = key,
                         .fields = {{"sender", sender.id},
                                    {"package", contents.manifest.package_id},
                                    {"reports", static_cast<std::int64_t>(contents.reports.size())}}});
  for (const auto& [device, one] : decreases) {
    runtime_.trace().emit({.kind = "meter.decreased",
                           .id = one.report_id,
                           .fields = {{"device", device},
                                      {"meter", one.name},
                                      {"before", static_cast<std::int64_t>(one.before)},
                                      {"value", static_cast<std::int64_t>(one.value)}}});
  }
  for (std::size_t i = 0; i < contents.reports.size(); ++i) {
    if (!fresh[i]) continue;
    const model::DeviceReport& report = contents.reports[i];
    const std::string serial = identity_key(report, sender.id);
    std::vector<runtime::Field> fields = {{"serial", serial},
                                          {"sequence", static_cast<std::int64_t>(report.sequence)},
                                          {"read_ms", report.read_time.ms()}};
    std::vector<std::string> names;  // the views in `fields` point here
    std::size_t count = (report.meters ? report.meters->rows.size() : 0) + (report.supplies ? report.supplies->rows.size() : 0);
    names.reserve(count);
    if (report.meters) {
      for (const model::Meter& meter : report.meters->rows) {
        names.push_back("meter." + meter.name);
        fields.emplace_back(names.back(), static_cast<std::int64_t>(meter.value));
      }
    }
    if (report.supplies) {
      for (const model::Supply& supply : report.supplies->rows) {
        const auto level = supply.level ? supply.level->as_number() : std::nullopt;
        if (!level) continue;
        names.push_back("supply." + std::to_string(supply.index));
        fields.emplace_back(names.back(), static_cast<std::int64_t>(*level));
      }
    }
    runtime_.trace().emit({.kind = "report.stored", .id = report.report_id, .causes = {key}, .fields = std::move(fields)});
  }
  orders_.tell(ordered);
  Reply reply = answer(201, receipt_xml, "accepted");
  reply.audited = true;
  co_return reply;
}

}  // namespace mr::server
