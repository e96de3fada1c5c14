// Normal and Locked Down mode. (WP-9-07, WP-9-09)
//
// The mode is what the store says at the moment when something is about to leave: so it holds from the
// instant it was written, for every loop, across restarts, and when another process on site wrote it
// (`makeready agent mode`). Nothing that the server sends leads to set_security_mode. A package of Normal
// mode may hold addresses: one that was never tried is made anew without them, under a new key; one that was
// tried keeps its bytes and its key, as it must, and waits for Normal mode.
#include "reference/agent/agent.hpp"
#include "reference/agent/tables.hpp"
#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/trust/uuid.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

awaitable<Result<void>> write_security_mode(runtime::Runtime& runtime, std::string store_name,
                                            model::SecurityMode mode) {
  auto store = runtime.stores().open(std::move(store_name), migrations());
  MR_CO_TRY(store);
  auto begun = co_await (*store)->begin();
  MR_CO_TRY(begun);
  MR_CO_TRY(
      (*begun)->execute("INSERT INTO identity (name, value) VALUES ('security_mode', $1) ON CONFLICT (name) "
                        "DO UPDATE SET value = excluded.value",
                        {std::string(model::word(mode))}));
  co_return co_await (*begun)->commit();
}

void Agent::told_security_mode(model::SecurityMode mode) {
  if (told_mode_.value_or(model::SecurityMode::normal) == mode) {
    told_mode_ = mode;
    return;
  }
  told_mode_ = mode;
  runtime_.trace().emit({.kind = "agent.mode", .fields = {{"mode", model::word(mode)}}});
}

model::SecurityMode Agent::security_mode() {
  const auto kept = recall("security_mode");
  if (!kept) return model::SecurityMode::locked_down;
  //= AGT-MODE-DEFAULT
  const model::SecurityMode mode =
      kept->empty() ? model::SecurityMode::normal
                    : model::from_word<model::SecurityMode>(*kept).value_or(model::SecurityMode::locked_down);
  told_security_mode(mode);
  return mode;
}

//= AGT-LOCKED-STAYS
awaitable<Result<void>> Agent::set_security_mode(model::SecurityMode mode) {
  MR_CO_TRY(co_await remember("security_mode", std::string(model::word(mode))));
  told_security_mode(mode);
  //= AGT-LOCKED-DOWN
  if (mode == model::SecurityMode::locked_down) link_.cut();
  spool_filled_.set();
  work_stirred_.set();
  co_return Result<void>();
}

awaitable<Result<void>> Agent::keep_security_mode() {
  if (settings_.security_mode) co_return co_await set_security_mode(*settings_.security_mode);
  told_security_mode(security_mode());
  co_return Result<void>();
}

SiteAddresses Agent::site_addresses() {
  SiteAddresses site(settings_.scope);
  const auto rows = store_->query("SELECT address, last_address FROM printer ORDER BY id", {});
  if (rows) {
    for (const runtime::Row& row : *rows) {
      site.add(std::get<std::string>(row[0]));
      site.add(std::get<std::string>(row[1]));
    }
  }
  if (link_.own_address()) site.add(*link_.own_address());
  if (const auto kept = recall("own_address"); kept && !kept->empty()) site.add(*kept);
  return site;
}

awaitable<Result<void>> Agent::respool(std::string key, runtime::Blob zip, std::int64_t made_ms) {
  const SiteAddresses site = site_addresses();
  const auto entries = package::unpack(zip);
  MR_CO_TRY(entries);
  std::optional<model::Manifest> head;
  std::vector<model::DeviceReport> reports;
  for (const package::Entry& entry : *entries) {
    if (!head) {
      auto decoded = schema::decode_manifest(entry.content);
      MR_CO_TRY(decoded);
      head = std::move(*decoded);
    } else {
      auto decoded = schema::decode_report(entry.content);
      MR_CO_TRY(decoded);
      lock_down(*decoded, site);
      reports.push_back(std::move(*decoded));
    }
  }
  if (!head) co_return Fault(package::errc::malformed, "a package without a manifest");
  head->package_id = trust::random_uuid();
  if (head->host) head->host->security_mode = model::SecurityMode::locked_down;
  lock_down(*head, site);
  auto made = exchange::make_package(std::move(*head), reports);
  MR_CO_TRY(made);
  const std::string new_key = trust::random_uuid();
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  MR_CO_TRY((*begun)->execute("DELETE FROM spool WHERE idempotency_key = $1", {key}));
  MR_CO_TRY((*begun)->execute(
      "INSERT INTO spool (idempotency_key, made_ms, zip, mode, tried) VALUES ($1, $2, $3, 'locked', 0)",
      {new_key, made_ms, std::move(*made)}));
  MR_CO_TRY(co_await (*begun)->commit());
  runtime_.trace().emit({.kind = "agent.respooled", .id = new_key, .causes = {key}});
  co_return Result<void>();
}

}  // namespace mr::agent
