#include "reference/server/orders.hpp"

#include <algorithm>
#include <map>

#include "reference/protocol/trust/uuid.hpp"

namespace mr::server {
namespace {

using runtime::Value;
using runtime::asio::awaitable;

Value or_null(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }

std::int64_t mib_number(const std::optional<model::Level>& level) {
  if (!level) return -2;
  switch (level->kind) {
    case model::Level::Kind::number:
      return level->value;
    case model::Level::Kind::other:
      return -1;
    case model::Level::Kind::unknown:
      return -2;
    case model::Level::Kind::some_remaining:
      return -3;
  }
  return -2;
}

SupplyState state_of(const runtime::Row& row) {
  SupplyState state;
  state.ordered = std::get<std::int64_t>(row[1]) != 0;
  state.depletions = std::get<std::int64_t>(row[2]);
  state.serial_number = std::get<std::string>(row[3]);
  state.ordered_serial = std::get<std::string>(row[4]);
  if (const auto* lowest = std::get_if<std::int64_t>(&row[5])) state.lowest_per_mille = *lowest;
  return state;
}

}  // namespace

awaitable<Result<void>> Orders::add_contract(Contract contract, std::string made_by) {
  if (contract.manufacturer.empty() || contract.serial_number.empty())
    co_return Fault(errc::bad_request, "manufacturer and serial number are required");
  if (contract.threshold_percent < 1 || contract.threshold_percent > 50)
    co_return Fault(errc::bad_request, "a threshold is 1 to 50 per cent");
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  auto account =
      transaction.execute("SELECT 1 FROM account WHERE id = $1 AND open = 1", {contract.account_id});
  MR_CO_TRY(account);
  if (account->empty()) co_return Fault(errc::unknown_account, contract.account_id);
  const std::string what = contract.manufacturer + " " + contract.serial_number;
  auto taken = transaction.execute("SELECT 1 FROM contract WHERE manufacturer = $1 AND serial_number = $2",
                                   {contract.manufacturer, contract.serial_number});
  MR_CO_TRY(taken);
  if (!taken->empty()) co_return Fault(errc::exists_already, "a contract for " + what);
  const auto now = runtime_.clock().wall();
  MR_CO_TRY(transaction.execute(
      "INSERT INTO contract (manufacturer, serial_number, account_id, threshold_percent, made_ms) VALUES "
      "($1, $2, $3, $4, $5)",
      {contract.manufacturer, contract.serial_number, contract.account_id,
       std::int64_t(contract.threshold_percent), std::int64_t(now.time_since_epoch().count())}));
  MR_CO_TRY(append(transaction, now,
                   {"", "", "administration", "accepted",
                    "metered supplies contract for " + what + " made by " + made_by, contract.account_id}));
  co_return co_await transaction.commit();
}

awaitable<Result<void>> Orders::end_contract(Contract contract, std::string ended_by) {
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  auto gone = transaction.execute(
      "DELETE FROM contract WHERE manufacturer = $1 AND serial_number = $2 AND account_id = $3 RETURNING "
      "made_ms",
      {contract.manufacturer, contract.serial_number, contract.account_id});
  MR_CO_TRY(gone);
  const std::string what = contract.manufacturer + " " + contract.serial_number;
  if (gone->empty()) co_return Fault(errc::bad_request, "there is no contract for " + what);
  MR_CO_TRY(append(transaction, runtime_.clock().wall(),
                   {"", "", "administration", "accepted",
                    "metered supplies contract for " + what + " ended by " + ended_by, contract.account_id}));
  co_return co_await transaction.commit();
}

// The newest read time judged is kept once per contract, and a supply's row is written only when more than
// that changed: most reports of a device change nothing here.
Result<void> Orders::judge_report(AuditedTransaction& transaction, runtime::WallTime now,
                                  const ReportedDevice& device, const model::DeviceReport& report,
                                  std::vector<OrderEvent>& events) {
  if (!report.supplies || report.supplies->rows.empty()) return {};
  //= RPL-CONTRACT
  auto contract = transaction.execute(
      "SELECT threshold_percent, judged_ms FROM contract WHERE manufacturer = $1 AND serial_number = $2 AND "
      "account_id = $3",
      {device.manufacturer, device.serial_number, device.account_id});
  MR_TRY(contract);
  if (contract->empty()) return {};
  const int threshold = static_cast<int>(std::get<std::int64_t>(contract->front()[0]));
  const auto* judged = std::get_if<std::int64_t>(&contract->front()[1]);
  const std::int64_t judged_ms = judged != nullptr ? *judged : INT64_MIN;
  // A clock that runs ahead is not believed beyond the present: its reads would shut out all later ones.
  const std::int64_t read_ms =
      std::min<std::int64_t>(report.read_time.ms(), now.time_since_epoch().count());
  if (read_ms <= judged_ms) return {};
  auto rows = transaction.execute(
      "SELECT supply_index, ordered, depletions, serial_number, ordered_serial, lowest_per_mille FROM "
      "supply_state WHERE device_id = $1",
      {device.device_id});
  MR_TRY(rows);
  std::map<std::int64_t, SupplyState> states;
  for (const runtime::Row& row : *rows) states.emplace(std::get<std::int64_t>(row[0]), state_of(row));

  const model::Alerts* alerts = report.status && report.status->alerts ? &*report.status->alerts : nullptr;
  for (const model::Supply& supply : report.supplies->rows) {
    const auto index = static_cast<std::int64_t>(supply.index);
    const auto known = states.find(index);
    SupplyState state = known != states.end() ? known->second : SupplyState{};
    state.judged_ms = judged_ms;
    const SupplyState before = state;
    const SupplyObservation seen = observe(supply, alerts, read_ms);
    const SupplyDecision decision = judge(state, seen, threshold);
    SupplyState compared = state;
    compared.judged_ms = before.judged_ms;
    if (compared != before) {
      MR_TRY(
          transaction.execute("INSERT INTO supply_state (device_id, supply_index, ordered, depletions, "
                              "serial_number, ordered_serial, lowest_per_mille) "
                              "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (device_id, supply_index) DO "
                              "UPDATE SET ordered = excluded.ordered, "
                              "depletions = excluded.depletions, serial_number = excluded.serial_number, "
                              "ordered_serial = excluded.ordered_serial, "
                              "lowest_per_mille = excluded.lowest_per_mille",
                              {device.device_id, index, std::int64_t(state.ordered), state.depletions,
                               state.serial_number, state.ordered_serial, or_null(state.lowest_per_mille)}));
    }
    OrderEvent event;
    event.report_id = report.report_id;
    event.device_id = device.device_id;
    event.serial_number = device.serial_number;
    event.supply_index = index;
    event.level = mib_number(seen.level);
    event.capacity = mib_number(seen.capacity);
    event.threshold_percent = threshold;
    event.description = supply.description.value_or("");
    if (decision.rearmed) events.push_back(event);
    if (!decision.order) continue;
    event.placed = true;
    event.order_id = trust::random_uuid();
    // UNIQUE (device, supply, depletion) holds this once more, whatever the decision was.
    MR_TRY(transaction.execute(
        "INSERT INTO supply_order (id, account_id, device_id, supply_index, depletion, sender_id, report_id, "
        "placed_ms, level, capacity, "
        "threshold_percent, description, part_number, supply_serial) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
        "$9, $10, $11, $12, $13, $14)",
        {event.order_id, device.account_id, device.device_id, index, state.depletions, device.sender_id,
         report.report_id, std::int64_t(now.time_since_epoch().count()), event.level, event.capacity,
         event.threshold_percent, event.description, supply.part_number.value_or(""), state.serial_number}));
    MR_TRY(append(transaction, now,
                  {"", device.sender_id, "order", "accepted",
                   "order " + event.order_id + " for supply " + std::to_string(index) + " of device " +
                       device.device_id,
                   device.account_id}));
    events.push_back(std::move(event));
  }
  MR_TRY(
      transaction.execute("UPDATE contract SET judged_ms = $1 WHERE manufacturer = $2 AND serial_number = $3",
                          {read_ms, device.manufacturer, device.serial_number}));
  return {};
}

void Orders::tell(const std::vector<OrderEvent>& events) {
  for (const OrderEvent& event : events) {
    runtime_.trace().emit({.kind = event.placed ? "order.placed" : "order.rearmed",
                           .id = event.order_id,
                           .causes = {event.report_id},
                           .fields = {{"device", event.device_id},
                                      {"serial", event.serial_number},
                                      {"supply", event.supply_index},
                                      {"level", event.level},
                                      {"capacity", event.capacity},
                                      {"threshold", event.threshold_percent},
                                      {"description", event.description}}});
  }
}

}  // namespace mr::server
