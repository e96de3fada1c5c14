// Contracts and orders: replenishment.hpp's decisions, kept in the store. (WP-2-02, WP-7-02)
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "reference/protocol/model/report.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/errors.hpp"
#include "reference/server/replenishment.hpp"

namespace mr::server {

// A metered supplies contract of one device. It may be made before the device is first reported.
struct Contract {
  std::string account_id;
  std::string manufacturer, serial_number;  // exactly as the device's reports tell them
  int threshold_percent =
      threshold_percent_default;  // 1 to 50, so that a full supply is always a rise of 50 points
};

// Of which device a report is.
struct ReportedDevice {
  std::string sender_id, account_id, device_id;
  std::string manufacturer, serial_number;  // as in the table device
};

// What was decided within a transaction and is told once that is committed.
struct OrderEvent {
  bool placed = false;   // or re-armed
  std::string order_id;  // of a placed one
  std::string report_id, device_id, serial_number;
  std::int64_t supply_index = 0, level = 0, capacity = 0,
               threshold_percent = 0;  // level: -2, -3 as in the MIB
  std::string description;
};

// lifetime: what it is made with outlives it and its coroutines.
class Orders {
 public:
  Orders(runtime::Runtime& runtime, runtime::Store& store) : runtime_(runtime), store_(store) {}

  // errors: bad_request, unknown_account, exists_already (the device has a contract).
  runtime::asio::awaitable<Result<void>> add_contract(Contract contract, std::string made_by);
  // From now on nothing is ordered for the device; orders placed stay. errors: bad_request (there is no such
  // contract).
  runtime::asio::awaitable<Result<void>> end_contract(Contract contract, std::string ended_by);

  // Judges the supplies of one newly stored report, within the transaction that stores it, with an audit
  // record for each order. Appends what to tell after the commit.
  Result<void> judge_report(AuditedTransaction& transaction, runtime::WallTime now,
                            const ReportedDevice& device, const model::DeviceReport& report,
                            std::vector<OrderEvent>& events);
  // order.placed and order.rearmed.
  void tell(const std::vector<OrderEvent>& events);

 private:
  runtime::Runtime& runtime_;
  runtime::Store& store_;
};

}  // namespace mr::server
