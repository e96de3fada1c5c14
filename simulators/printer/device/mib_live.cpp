// The tables whose rows come and go that every printer has, and the notifications made from their rows.
#include <algorithm>

#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;

LiveTable::LiveTable(Oid entry, std::vector<Oid::Arc> columns)
    : entry_(std::move(entry)), columns_(std::move(columns)) {}

ErrorStatus LiveTable::test(DeviceMib&, const Oid&, Oid::Arc, const Value&) const {
  return ErrorStatus::not_writable;
}

ErrorStatus LiveTable::commit(DeviceMib&, const Oid&, Oid::Arc, const Value&) const {
  return ErrorStatus::commit_failed;
}

std::optional<std::size_t> LiveTable::find(const DeviceMib& mib, const Oid& wanted) const {
  const std::size_t count = rows(mib);
  for (std::size_t row = 0; row < count; ++row) {
    if (index(mib, row) == wanted) return row;
  }
  return {};
}

namespace {

const Oid alert_entry{1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
const Oid address_entry{1, 3, 6, 1, 2, 1, 4, 20, 1};

Value alert_cell(Oid::Arc column, const Alert& alert) {
  switch (column) {
    case 1:
      return Value::integer(alert.index);
    case 2:
      return Value::integer(static_cast<std::int32_t>(alert.severity));
    case 3:
      return Value::integer(alert.training);
    case 4:
      return Value::integer(static_cast<std::int32_t>(alert.group));
    case 5:
      return Value::integer(alert.group_index);
    case 6:
      return Value::integer(alert.location);
    case 7:
      return Value::integer(alert.code);
    case 8:
      return Value::octets(alert.description.substr(0, 255));
    default:
      return Value::time_ticks(alert.ticks);
  }
}

// The loopback interface is 1, the network 2, as composed.
struct AddressRow {
  std::array<std::uint8_t, 4> address, mask;
  std::int32_t interface;
};

constexpr AddressRow loopback{{127, 0, 0, 1}, {255, 0, 0, 0}, 1};

AddressRow address_row(const Device& device, std::size_t row) {
  if (row == 0) return loopback;
  const auto own = device.identity().address;
  if (own[0] == 127) return {own, loopback.mask, 2};
  return {own, {255, 255, 255, 0}, 2};
}

Value address_cell(Oid::Arc column, const AddressRow& row) {
  switch (column) {
    case 1:
      return Value::ip_address(row.address);
    case 2:
      return Value::integer(row.interface);
    case 3:
      return Value::ip_address(row.mask);
    case 4:
      return Value::integer(1);
    default:
      return Value::integer(65535);
  }
}

class AlertTable final : public LiveTable {
 public:
  AlertTable() : LiveTable(alert_entry, {1, 2, 3, 4, 5, 6, 7, 8, 9}) {}
  std::size_t rows(const DeviceMib& mib) const override { return mib.device().alerts().size(); }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return {1, static_cast<Oid::Arc>(mib.device().alerts()[row].index)};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    return alert_cell(column, mib.device().alerts()[row]);
  }
};

class AddressTable final : public LiveTable {
 public:
  AddressTable() : LiveTable(address_entry, {1, 2, 3, 4, 5}) {}
  std::size_t rows(const DeviceMib& mib) const override {
    return mib.device().identity().address == loopback.address ? 1 : 2;
  }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    const auto& a = address_row(mib.device(), row).address;
    return {a[0], a[1], a[2], a[3]};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    return address_cell(column, address_row(mib.device(), row));
  }
};

}  // namespace

const LiveTable& alert_table() {
  static const AlertTable table;
  return table;
}

const LiveTable& address_table() {
  static const AddressTable table;
  return table;
}

std::string date_and_time(const Device& device, Moment at) {
  using namespace std::chrono;
  const minutes zone = device.zone();
  const auto local = device.utc(at).value_or(sys_time<Moment>(at)) + zone;
  const auto day = floor<days>(local);
  const year_month_day date(day);
  const hh_mm_ss time(floor<milliseconds>(local - day));
  const auto octet = [](auto n) { return static_cast<char>(static_cast<unsigned char>(n)); };
  const int year = static_cast<int>(date.year());
  const auto off = zone < minutes(0) ? -zone : zone;
  return {octet(year >> 8),
          octet(year & 0xff),
          octet(static_cast<unsigned>(date.month())),
          octet(static_cast<unsigned>(date.day())),
          octet(time.hours().count()),
          octet(time.minutes().count()),
          octet(time.seconds().count()),
          octet(time.subseconds().count() / 100),
          zone < minutes(0) ? '-' : '+',
          octet(off.count() / 60),
          octet(off.count() % 60)};
}

// --- notifications ---

namespace {
const Oid sys_up_time{1, 3, 6, 1, 2, 1, 1, 3, 0}, trap_oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

snmp::Pdu trap(const DeviceMib& mib, Oid which, Moment now) {
  snmp::Pdu pdu;
  pdu.type = snmp::PduType::trap;
  pdu.varbinds.push_back({sys_up_time, Value::time_ticks(mib.device().uptime_ticks(now))});
  pdu.varbinds.push_back({trap_oid, Value::oid(std::move(which))});
  return pdu;
}
}  // namespace

snmp::Pdu alert_notification(const DeviceMib& mib, const Alert& alert, Moment now) {
  snmp::Pdu pdu = trap(mib, Oid{1, 3, 6, 1, 2, 1, 43, 18, 2, 0, 1}, now);
  for (const Oid::Arc column : {1u, 2u, 4u, 5u, 6u, 7u}) {
    pdu.varbinds.push_back(
        {alert_entry + column + 1u + static_cast<Oid::Arc>(alert.index), alert_cell(column, alert)});
  }
  return pdu;
}

snmp::Pdu cold_start_notification(const DeviceMib& mib, Moment now) {
  return trap(mib, Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, 1}, now);
}

}  // namespace mr::printer
