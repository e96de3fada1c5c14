// Discovery: every address of the scope is asked once per sweep, with each of the credentials until one is
// answered. What answers with objects of the Printer MIB, or with the printer table of the Host Resources
// MIB, is a printer.
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

  // With the indices of the credentials to try.
  std::optional<std::pair<runtime::Address, std::vector<std::size_t>>> take(const Settings& settings);
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

std::optional<std::pair<runtime::Address, std::vector<std::size_t>>> Agent::Sweep::take(
    const Settings& settings) {
  if (range >= settings.scope.size()) return std::nullopt;
  const AddressRange& place = settings.scope[range];
  if (!at) at = place.first;
  const runtime::Address taken = *at;
  //= AGT-SNMP
  std::vector<std::size_t> credentials;
  for (std::size_t which = 0; which < settings.credentials.size(); ++which) {
    if (place.credentials.empty()) credentials.push_back(which);
  }
  for (const std::size_t which : place.credentials) {
    if (which < settings.credentials.size()) credentials.push_back(which);
  }
  if (taken >= place.last) {
    ++range;
    at.reset();
  } else {
    at = after(taken);
  }
  ++asked;
  return std::pair(taken, std::move(credentials));
}

awaitable<void> Agent::probe_all(std::shared_ptr<Sweep> sweep) {
  static const snmp::Oid system{1, 3, 6, 1, 2, 1, 1}, host_printers{1, 3, 6, 1, 2, 1, 25, 3, 5, 1},
      printer_mib{1, 3, 6, 1, 2, 1, 43};
  while (!scope_.stopping()) {
    const auto taken = sweep->take(settings_);
    if (!taken) break;
    const runtime::Address& address = taken->first;
    for (const std::size_t which : taken->second) {
      std::vector<snmp::Oid> names = {system + snmp::Oid{1}, system + snmp::Oid{2}, host_printers,
                                      printer_mib};
      snmp::Pdu request = snmp::get_next_request(names);
      Result<snmp::Pdu> response = co_await snmp_.ask(address, which, std::move(request), 2);
      if (response && response->error_status == static_cast<std::int32_t>(snmp::ErrorStatus::no_such_name) &&
          response->error_index == 4) {
        // In v1 the end of the MIB is an error of the whole request: there is no Printer MIB, nor anything
        // behind.
        names.pop_back();
        request = snmp::get_next_request(std::move(names));
        response = co_await snmp_.ask(address, which, std::move(request), 2);
      }
      if (!response) {
        snmp_.forget(address, which);
        continue;
      }
      const auto& varbinds = response->varbinds;
      //= AGT-FIND
      // The end of a MIB comes under the name that was asked for (RFC 3416 section 4.2.2).
      const auto has = [&varbinds](std::size_t i, const snmp::Oid& root) {
        return i < varbinds.size() && varbinds[i].name.starts_with(root) && !varbinds[i].value.is_exception();
      };
      const bool is_printer = response->error_status == 0 && varbinds.size() >= 3 &&
                              varbinds[0].value.octets() != nullptr && varbinds[1].value.oid() != nullptr &&
                              (has(2, host_printers) || has(3, printer_mib));
      if (is_printer) {
        Found found{
            address, which, varbinds[1].value.oid()->text(), device_text(*varbinds[0].value.octets()), {}};
        if (!sweep->known.contains(address)) {
          // Who it is: a server names a printer that was not reported yet by maker and serial number, and a
          // printer that moved keeps its row.
          const auto variables =
              co_await snmp_.get(address, which, identity_scalars(), settings_.snmp_attempts);
          model::DeviceReport report;
          if (variables) describe_device(*variables, settings_.zone.stamp(runtime_.clock().wall()), report);
          found.identity = std::move(report.identity);
        }
        sweep->found.push_back(std::move(found));
      } else {
        snmp_.forget(address, which);
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
