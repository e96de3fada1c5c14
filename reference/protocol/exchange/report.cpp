#include "reference/protocol/exchange/report.hpp"

#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/envelope.hpp"

namespace mr::exchange {

Result<Bytes> make_package(model::Manifest manifest, const std::vector<model::DeviceReport>& reports) {
  std::vector<package::Entry> entries;
  entries.reserve(reports.size() + 1);
  entries.push_back({"manifest.xml", {}});
  manifest.reports.clear();
  for (const model::DeviceReport& report : reports) {
    std::string name = "reports/" + report.report_id + ".xml";
    manifest.reports.push_back({name, report.report_id});
    entries.push_back({std::move(name), schema::encode(report)});
  }
  entries.front().content = schema::encode(manifest);
  return package::pack(entries);
}

std::string fingerprint(std::span<const std::byte> zip) { return "sha-256=" + trust::hex(trust::sha256(zip)); }

Result<Conversation<model::Receipt>> upload(std::span<const std::byte> zip, const std::string& idempotency_key,
                                            const std::optional<trust::Certificate>& envelope) {
  const auto text = [](std::span<const std::byte> bytes) {
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  };
  std::string body;
  if (envelope) {
    const auto sealed = trust::seal(zip, *envelope);
    MR_TRY(sealed);
    body = text(*sealed);
  } else {
    body = text(zip);
  }
  HttpRequest request = post("/v1/reports", envelope ? media_sealed : media_zip, std::move(body));
  request.headers.emplace_back("Idempotency-Key", idempotency_key);
  request.headers.emplace_back("Content-Fingerprint", fingerprint(zip));
  auto read = [idempotency_key](const HttpResponse& response) -> Result<model::Receipt> {
    auto decoded = schema::decode_receipt(response.body);
    MR_TRY(decoded);
    if (decoded->idempotency_key != idempotency_key) return Fault(errc::wrong_reply, "Receipt is for another upload");
    return decoded;
  };
  return Conversation<model::Receipt>(std::move(request), std::move(read));
}

}  // namespace mr::exchange
