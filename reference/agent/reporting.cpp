// The daily report: read at its time, spooled with the device's sequence numbers in one transaction, uploaded
// until the server has it.
#include "reference/agent/agent.hpp"
#include "reference/agent/permission.hpp"
#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/trust/uuid.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

namespace {
constexpr std::size_t reports_per_package = 500;
}

model::HostIdentity Agent::host_identity() {
  model::HostIdentity host;
  host.dns_name = settings_.host_name;
  host.site_name = settings_.location;
  host.product_name = "makeready agent";
  host.product_version = "1";
  host.time_zone = settings_.zone.rule();
  host.security_mode = security_mode();
  const auto counts = store_->query("SELECT COALESCE(SUM(managed), 0), COUNT(*) FROM printer", {});
  if (counts && !counts->empty()) {
    const auto managed = std::get<std::int64_t>(counts->front()[0]),
               all = std::get<std::int64_t>(counts->front()[1]);
    host.printers_in_scope = static_cast<std::uint32_t>(managed);
    host.printers_out_of_scope = static_cast<std::uint32_t>(all - managed);
  }
  return host;
}

model::Manifest Agent::manifest() {
  const model::Moment now = runtime_.clock().wall();
  model::Manifest manifest;
  manifest.package_id = trust::random_uuid();
  manifest.sender_id = sender_id_;
  manifest.created_at = settings_.zone.stamp(now);
  manifest.host = host_identity();
  std::vector<runtime::Address> unreported;
  if (const auto all = printers(true)) {
    for (const Printer& printer : *all) {
      if (printer.sequence == 0) unreported.push_back(printer.address);
    }
  }
  manifest.permissions = permissions_on_new(settings_, unreported, now);
  return manifest;
}

// Packs the reports and keeps the packages: from here on they are sent, whatever happens to this process.
awaitable<Result<void>> Agent::spool(std::vector<std::pair<Printer, model::DeviceReport>> reports,
                                     std::optional<model::Moment> daily) {
  if (reports.empty() && !daily) co_return Result<void>();
  const model::Stamp now = settings_.zone.stamp(runtime_.clock().wall());
  // A package is refused whole: what this side could not read back itself must not take the other printers'
  // reports with it.
  std::erase_if(reports, [&](auto& entry) {
    entry.second.sequence = 1;  // until it is counted below
    const auto read_back = schema::decode_report(schema::encode(entry.second));
    if (!read_back) {
      runtime_.trace().emit(
          {.kind = "agent.report_dropped",
           .id = entry.second.report_id,
           .fields = {{"address", entry.first.address.to_string()}, {"why", to_string(read_back.error())}}});
    }
    return !read_back;
  });
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  runtime::Transaction& transaction = **begun;
  std::vector<std::pair<std::string, std::vector<std::string>>> spooled;  // key, report ids
  // The daily package goes without reports, too: its manifest tells the permissions, and that the agent is
  // there.
  for (std::size_t from = 0; from < std::max<std::size_t>(reports.size(), daily ? 1 : 0);
       from += reports_per_package) {
    std::vector<model::DeviceReport> part;
    std::vector<std::string> ids;
    for (std::size_t i = from; i < std::min(reports.size(), from + reports_per_package); ++i) {
      auto& [printer, report] = reports[i];
      //= REP-SEQUENCE
      // Counted here and not from what was known before the read: a read for an action may have been spooled
      // meanwhile.
      auto counted = transaction.execute("SELECT sequence FROM printer WHERE id = $1", {printer.id});
      MR_CO_TRY(counted);
      if (counted->empty()) co_return Fault(runtime::store_errc::constraint, "the printer is gone");
      printer.sequence = std::get<std::int64_t>(counted->front()[0]) + 1;
      report.sequence = static_cast<std::uint64_t>(printer.sequence);
      // An address that changed was reported once: from now on this one is the last known.
      MR_CO_TRY(transaction.execute(
          "UPDATE printer SET sequence = $1, serial_number = $2, manufacturer = $3, model = $4, last_address "
          "= address WHERE id = $5",
          {printer.sequence, report.identity.serial_number.value_or(""),
           report.identity.manufacturer.value_or(""), report.identity.model.value_or(""), printer.id}));
      MR_CO_TRY(transaction.execute(
          "INSERT INTO reading (printer_id, report_id, read_ms, xml) VALUES ($1, $2, $3, $4) "
          "ON CONFLICT (printer_id) DO UPDATE SET report_id = excluded.report_id, read_ms = "
          "excluded.read_ms, xml = excluded.xml",
          {printer.id, report.report_id, report.read_time.ms(), schema::encode(report)}));
      ids.push_back(report.report_id);
      part.push_back(std::move(report));
    }
    model::Manifest head = manifest();
    const bool locked = head.host->security_mode == model::SecurityMode::locked_down;
    if (locked) {
      const SiteAddresses site = site_addresses();
      for (model::DeviceReport& report : part) lock_down(report, site);
      lock_down(head, site);
    }
    auto zip = exchange::make_package(std::move(head), part);
    MR_CO_TRY(zip);
    const std::string key = trust::random_uuid();
    MR_CO_TRY(transaction.execute(
        "INSERT INTO spool (idempotency_key, made_ms, zip, mode, tried) VALUES ($1, $2, $3, $4, 0)",
        {key, now.ms(), std::move(*zip), std::string(locked ? "locked" : "normal")}));
    spooled.emplace_back(key, std::move(ids));
  }
  //= AGT-DAILY
  if (daily) {
    MR_CO_TRY(
        transaction.execute("INSERT INTO identity (name, value) VALUES ('last_daily_ms', $1) ON CONFLICT "
                            "(name) DO UPDATE SET value = excluded.value",
                            {std::to_string(daily->time_since_epoch().count())}));
  }
  MR_CO_TRY(co_await transaction.commit());
  for (const auto& [key, ids] : spooled) {
    std::vector<std::string_view> causes(ids.begin(), ids.end());
    runtime_.trace().emit({.kind = "agent.spooled", .id = key, .causes = std::move(causes)});
  }
  spool_filled_.set();
  co_return Result<void>();
}

awaitable<void> Agent::upload_forever() {
  for (;;) {
    // In Locked Down mode, only what holds no address, or can still be made so.
    auto rows = store_->query(
        "SELECT idempotency_key, zip, mode, tried, made_ms FROM spool WHERE held = '' AND ($1 = 0 OR mode = "
        "'locked' OR tried = 0) "
        "ORDER BY made_ms, idempotency_key LIMIT 1",
        {std::int64_t(locked_down())});
    if (!rows) {
      runtime_.trace().note("the spool cannot be read: " + to_string(rows.error()));
      const bool woke = co_await runtime_.clock().sleep_for(std::chrono::minutes(1));
      if (!woke) co_return;
      continue;
    }
    if (rows->empty()) {
      spool_filled_.clear();
      // Another process may set the mode, which nobody here is told of.
      const bool ready =
          co_await spool_filled_.wait_until(runtime_.clock(), runtime_.clock().now() + std::chrono::hours(1));
      if (!ready && scope_.stopping()) co_return;
      continue;
    }
    const std::string key = std::get<std::string>(rows->front()[0]);
    runtime::Blob zip = std::move(std::get<runtime::Blob>(rows->front()[1]));
    const bool free_of_addresses = std::get<std::string>(rows->front()[2]) == "locked";
    const bool tried = std::get<std::int64_t>(rows->front()[3]) != 0;
    Result<void> done;
    if (locked_down() && !free_of_addresses) {
      if (!tried) done = co_await respool(key, std::move(zip), std::get<std::int64_t>(rows->front()[4]));
    } else {
      done = co_await upload(key, std::move(zip), tried, free_of_addresses);
    }
    if (scope_.stopping()) co_return;
    if (!done) {
      runtime_.trace().note("the spool keeps " + key + ": " + to_string(done.error()));
      const bool woke = co_await runtime_.clock().sleep_for(std::chrono::minutes(1));
      if (!woke) co_return;
    }
  }
}

// One package, until the server has decided or the mode forbids it.
awaitable<Result<void>> Agent::upload(std::string key, runtime::Blob zip, bool tried,
                                      bool free_of_addresses) {
  if (!tried) {
    // From here on its bytes are fixed: the server may have them.
    auto begun = co_await store_->begin();
    MR_CO_TRY(begun);
    MR_CO_TRY((*begun)->execute("UPDATE spool SET tried = 1 WHERE idempotency_key = $1", {key}));
    MR_CO_TRY(co_await (*begun)->commit());
  }
  auto conversation = exchange::upload(zip, key, envelope_);
  MR_CO_TRY(conversation);
  std::function<bool()> may_go = [this, free_of_addresses] { return free_of_addresses || !locked_down(); };
  const auto outcome = co_await link_.converse("upload", std::move(*conversation), std::move(may_go));
  if (!outcome) co_return Result<void>();  // stopped, or kept back: the loop sees which
  co_return co_await settle(key, *outcome);
}

// What the server decided of a package: a stored one leaves the spool, a refused one is held there for the
// administrator.
awaitable<Result<void>> Agent::settle(
    std::string key, std::variant<exchange::Accepted<model::Receipt>, exchange::Refused> outcome) {
  auto begun = co_await store_->begin();
  MR_CO_TRY(begun);
  if (const auto* refused = std::get_if<exchange::Refused>(&outcome)) {
    //= RETRY-REFUSED
    // The server will not take this package, today or tomorrow: say so, and do not hold up the others.
    runtime_.trace().emit({.kind = "agent.upload_refused",
                           .id = key,
                           .fields = {{"code", refused->code}, {"detail", refused->detail}}});
    const std::string code = refused->code.empty() ? std::string("refused") : refused->code.substr(0, 64);
    MR_CO_TRY((*begun)->execute("UPDATE spool SET held = $1 WHERE idempotency_key = $2", {code, key}));
  } else {
    const auto& accepted = std::get<exchange::Accepted<model::Receipt>>(outcome);
    runtime_.trace().emit({.kind = "agent.uploaded",
                           .id = key,
                           .fields = {{"reports", static_cast<std::int64_t>(accepted.reply.reports.size())},
                                      {"repeated", std::int64_t(accepted.status == 200)}}});
    for (const auto& report : accepted.reply.reports) {
      MR_CO_TRY(
          (*begun)->execute("UPDATE printer SET device_id = $1 WHERE device_id <> $1 AND id = (SELECT "
                            "printer_id FROM reading WHERE report_id = $2)",
                            {report.device_id, report.report_id}));
    }
    MR_CO_TRY((*begun)->execute("DELETE FROM spool WHERE idempotency_key = $1", {key}));
    if (link_.own_address()) {
      MR_CO_TRY(
          (*begun)->execute("INSERT INTO identity (name, value) VALUES ('own_address', $1) ON CONFLICT "
                            "(name) DO UPDATE SET value = excluded.value",
                            {link_.own_address()->to_string()}));
    }
  }
  co_return co_await (*begun)->commit();
}

// Once per local calendar day at the set time. The instant of the last one is kept, so that a restart neither
// repeats nor skips: what fell due while the host was off is done at once.
awaitable<void> Agent::report_daily() {
  const bool ready = co_await discovered_.wait();
  if (!ready) co_return;
  runtime::Stream64 chance = runtime_.entropy().stream("agent/" + runtime_.host() + "/jitter");
  bool at_start = settings_.report_at_start;
  for (;;) {
    const auto last = recall("last_daily_ms");
    if (!last) {
      runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(last.error())}}});
      const bool woke = co_await runtime_.clock().sleep_for(std::chrono::minutes(1));
      if (!woke) co_return;
      continue;
    }
    const model::Moment now = runtime_.clock().wall();
    model::Moment after = last->empty() ? now : model::Moment(std::chrono::milliseconds(std::stoll(*last)));
    // A clock that was far ahead once must not silence the agent until it is there again; a small step back
    // repeats no day.
    if (after > now + std::chrono::hours(24)) after = now;
    if (last->empty()) {  // from now on a day that is missed is made up for
      const auto kept = co_await remember("last_daily_ms", std::to_string(now.time_since_epoch().count()));
      if (!kept) runtime_.trace().note("the daily time is not kept: " + to_string(kept.error()));
    }
    if (std::exchange(at_start, false)) after = now - std::chrono::hours(49);  // as if a day had been missed
    const model::TimeOfDay time = settings_.report_at.value_or(model::TimeOfDay{120});
    const model::Moment due = settings_.zone.next(time, after);
    const auto jitter = std::chrono::milliseconds(
        chance.below(static_cast<std::uint64_t>(settings_.jitter_max.count()) * 1000 + 1));
    // The wall clock may be stepped: look again at least hourly.
    while (runtime_.clock().wall() < due + jitter) {
      const auto left = due + jitter - runtime_.clock().wall();
      const bool woke =
          co_await runtime_.clock().sleep_for(std::min<runtime::Duration>(left, std::chrono::hours(1)));
      if (!woke) co_return;
    }
    // Days that were missed are made up by one read of now: the latest due instant counts as done.
    model::Moment done = due;
    for (model::Moment next = settings_.zone.next(time, done); next <= runtime_.clock().wall();
         next = settings_.zone.next(time, done)) {
      done = next;
    }
    auto managed = printers();
    Result<void> reported;
    if (managed) {
      reported = co_await report_now(std::move(*managed), "daily", done);
    } else {
      reported = managed.error();
    }
    if (!reported) {
      if (scope_.stopping()) co_return;
      runtime_.trace().emit({.kind = "agent.failed", .fields = {{"why", to_string(reported.error())}}});
      const bool woke = co_await runtime_.clock().sleep_for(std::chrono::minutes(1));
      if (!woke) co_return;
      continue;
    }
    // Beside: while the server is away the query goes on trying, and the next day is read all the same.
    scope_.spawn(query(model::PollKind::daily));
  }
}

}  // namespace mr::agent
