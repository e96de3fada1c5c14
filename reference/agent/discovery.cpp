// Discovery: every address of the scope is asked once per sweep, with each of the credentials until one is
// answered. What answers with a Printer MIB is a printer.
#include <algorithm>
#include <set>

#include "reference/agent/agent.hpp"
#include "reference/agent/reading.hpp"

namespace mr::agent {

using runtime::asio::awaitable;

struct Agent::Found {
  runtime::Address address;
  std::size_t credentials = 0;
  std::string sys_object_id, description;
  model::DeviceIdentity identity;  // of one whose address is new
};

// One sweep, shared by the probes that run side by side: each takes the next address.
struct Agent::Sweep {
  explicit Sweep(runtime::asio::any_io_executor executor) : over(std::move(executor)) {}
  std::size_t range = 0;
  std::optional<runtime::Address> at;  // the next address
  std::set<runtime::Address> known;    // addresses of printers found before
  std::vector<Found> found;
  std::uint64_t asked = 0;
  std::size_t probes = 0;  // that still run
  runtime::Signal over;

  std::optional<runtime::Address> take(const std::vector<AddressRange>& scope);
};

namespace {

runtime::Address after(const runtime::Address& address) {
  if (address.is_v4()) return runtime::asio::ip::address_v4(address.to_v4().to_uint() + 1);
  auto bytes = address.to_v6().to_bytes();
  for (std::size_t i = bytes.size(); i-- > 0;) {
    if (++bytes[i] != 0) break;
  }
  return runtime::asio::ip::address_v6(bytes);
}

}  // namespace

std::optional<runtime::Address> Agent::Sweep::take(const std::vector<AddressRange>& scope) {
  if (range >= scope.size()) return std::nullopt;
  if (!at) at = scope[range].first;
  const runtime::Address taken = *at;
  if (taken >= scope[range].last) {
    ++range;
    at.reset();
  } else {
    at = after(taken);
  }
  ++asked;
  return taken;
}

awaitable<void> Agent::probe_all(std::shared_ptr<Sweep> sweep) {
  static const snmp::Oid system{1, 3, 6, 1, 2, 1, 1}, printer_mib{1, 3, 6, 1, 2, 1, 43};
  while (!scope_.stopping()) {
    const auto address = sweep->take(settings_.scope);
    if (!address) break;
    for (std::size_t which = 0; which < settings_.credentials.size(); ++which) {
      std::vector<snmp::Oid> names = {system + snmp::Oid{1}, system + snmp::Oid{2}, printer_mib};
      snmp::Pdu request = snmp::get_next_request(std::move(names));
      const Result<snmp::Pdu> response = co_await snmp_.ask(*address, which, std::move(request), 2);
      if (!response) {
        snmp_.forget(*address, which);
        continue;
      }
      const auto& varbinds = response->varbinds;
      if (response->error_status == 0 && varbinds.size() == 3 && varbinds[2].name.starts_with(printer_mib) &&
          varbinds[0].value.octets() != nullptr && varbinds[1].value.oid() != nullptr) {
        Found found{
            *address, which, varbinds[1].value.oid()->text(), device_text(*varbinds[0].value.octets()), {}};
        if (!sweep->known.contains(*address)) {
          // Who it is: a server names a printer that was not reported yet by maker and serial number, and a
          // printer that moved keeps its row.
          const auto variables =
              co_await snmp_.get(*address, which, identity_scalars(), settings_.snmp_attempts);
          model::DeviceReport report;
          if (variables) describe_device(*variables, settings_.zone.stamp(runtime_.clock().wall()), report);
          found.identity = std::move(report.identity);
        }
        sweep->found.push_back(std::move(found));
      } else {
        snmp_.forget(*address, which);
      }
      break;  // it answers these credentials, printer or not
    }
  }
  if (--sweep->probes == 0) sweep->over.set();
}

awaitable<void> Agent::discover() {
  auto sweep = std::make_shared<Sweep>(runtime_.executor());
  const auto rows = store_->query("SELECT address FROM printer", {});
  if (!rows) co_return;
  for (const runtime::Row& row : *rows) {
    boost::system::error_code error;
    const auto address = runtime::asio::ip::make_address(std::get<std::string>(row[0]), error);
    if (!error) sweep->known.insert(address);
  }
  sweep->probes = settings_.in_flight;
  for (std::size_t i = 0; i < settings_.in_flight; ++i) scope_.spawn(probe_all(sweep));
  const bool ready = co_await sweep->over.wait();
  if (!ready) co_return;

  // Side by side, the answers come in no particular order: rows are made in the order of addresses.
  std::ranges::sort(sweep->found, {}, &Found::address);
  auto begun = co_await store_->begin();
  if (!begun) co_return;
  std::int64_t fresh = 0;
  std::set<std::string> answering;
  for (const Found& printer : sweep->found) answering.insert(printer.address.to_string());
  const std::int64_t now_ms = runtime_.clock().wall().time_since_epoch().count();
  for (const Found& printer : sweep->found) {
    auto known =
        (*begun)->execute("SELECT id FROM printer WHERE address = $1", {printer.address.to_string()});
    if (!known) co_return;
    if (known->empty()) {
      const std::string serial = printer.identity.serial_number.value_or(""),
                        maker = printer.identity.manufacturer.value_or("");
      // The same printer at another address, which nobody answers at any more.
      auto moved = (*begun)->execute(
          "SELECT id, address FROM printer WHERE serial_number = $1 AND manufacturer = $2 AND serial_number "
          "<> ''",
          {serial, maker});
      if (!moved) co_return;
      std::erase_if(
          *moved, [&](const runtime::Row& row) { return answering.contains(std::get<std::string>(row[1])); });
      if (moved->size() == 1) {
        const auto changed = (*begun)->execute(
            "UPDATE printer SET address = $1, credentials = $2, sys_object_id = $3, description = $4, "
            "failures = 0 WHERE id = $5",
            {printer.address.to_string(), static_cast<std::int64_t>(printer.credentials),
             printer.sys_object_id, printer.description, std::get<std::int64_t>(moved->front()[0])});
        if (!changed) co_return;
        continue;
      }
      ++fresh;
      const auto made = (*begun)->execute(
          "INSERT INTO printer (address, credentials, sys_object_id, description, managed, discovered_ms, "
          "serial_number, manufacturer, model) "
          "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
          {printer.address.to_string(), static_cast<std::int64_t>(printer.credentials), printer.sys_object_id,
           printer.description, std::int64_t(settings_.manage_automatically ? 1 : 0), now_ms, serial, maker,
           printer.identity.model.value_or("")});
      if (!made) co_return;
    } else {
      const auto changed = (*begun)->execute(
          "UPDATE printer SET credentials = $1, sys_object_id = $2, description = $3 WHERE id = $4",
          {static_cast<std::int64_t>(printer.credentials), printer.sys_object_id, printer.description,
           std::get<std::int64_t>(known->front()[0])});
      if (!changed) co_return;
    }
  }
  const auto committed = co_await (*begun)->commit();
  if (!committed) co_return;
  runtime_.trace().emit({.kind = "agent.discovered",
                         .fields = {{"asked", static_cast<std::int64_t>(sweep->asked)},
                                    {"printers", static_cast<std::int64_t>(sweep->found.size())},
                                    {"new", fresh}}});
}

awaitable<void> Agent::discover_forever() {
  for (;;) {
    co_await discover();
    discovered_.set();
    if (settings_.discovery_interval.count() == 0) co_return;
    const bool slept = co_await runtime_.clock().sleep_for(settings_.discovery_interval);
    if (!slept) co_return;
  }
}

}  // namespace mr::agent
