// The vendor's general and device tables: communities, device information, the fault history and its own
// alert table. Only numbers are taken from its MIB texts.
#include <algorithm>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid vendor_base = vendor_arcs + Oid{51, 1, 2, 1}, device_info_entry = vendor_arcs + Oid{53, 3, 2, 1},
          fault_entry = vendor_arcs + Oid{53, 8, 2, 1}, support_entry = vendor_arcs + Oid{53, 9, 2, 1},
          vendor_alert_entry = vendor_arcs + Oid{53, 17, 2, 1};

// The table that alerts of a group are about; the host's for what has none.
Oid vendor_table_of(Part part) {
  switch (part) {
    case Part::cover:
      return printer_arcs + Oid{6, 1};
    case Part::input:
      return printer_arcs + Oid{8, 2};
    case Part::output:
      return printer_arcs + Oid{9, 2};
    case Part::marker:
      return printer_arcs + Oid{10, 2};
    case Part::supply:
      return printer_arcs + Oid{11, 1};
    case Part::media_path:
      return printer_arcs + Oid{13, 4};
    case Part::finisher:
      return printer_arcs + Oid{30, 1};
    case Part::finisher_supply:
      return printer_arcs + Oid{31, 1};
    case Part::general:
      break;
  }
  return printer_arcs + Oid{5, 1};
}

// A chain-link code as one number: its digits up to a colon, at most nine of them. "08-101" is 8101.
std::int32_t code_number(const std::string& code) {
  std::int32_t out = 0;
  for (const char c : code) {
    if (c == ':' || out > 99'999'999) break;
    if (c >= '0' && c <= '9') out = out * 10 + (c - '0');
  }
  return out;
}

// --- faults and alerts ---

class FaultTable final : public LiveTable {
 public:
  FaultTable() : LiveTable(fault_entry, {2, 3, 4, 5, 6, 7}) {}
  std::size_t rows(const DeviceMib& mib) const override { return mib.device().fault_history().size(); }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return {mib.device().fault_history()[row].number & 0x7fffffff};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    const FaultRecord& record = mib.device().fault_history()[row];
    const FaultKind& kind = mib.device().model().faults[record.fault];
    switch (column) {
      case 2:
        return Value::integer(row_active);
      case 3:
        return Value::integer(code_number(kind.code));
      case 4:
        return Value::octets((kind.code + " " + kind.description).substr(0, 255));
      case 5:
        return Value::oid(vendor_table_of(kind.part));
      case 6:
        return Value::integer(printer_device);
      default:
        return Value::octets(date_and_time(mib.device(), record.raised));
    }
  }
};

class VendorAlertTable final : public LiveTable {
 public:
  VendorAlertTable() : LiveTable(vendor_alert_entry, {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}) {}
  std::size_t rows(const DeviceMib& mib) const override { return mib.device().alerts().size(); }
  Oid index(const DeviceMib& mib, std::size_t row) const override {
    return {printer_device, static_cast<Oid::Arc>(mib.device().alerts()[row].index)};
  }
  Value cell(const DeviceMib& mib, std::size_t row, Oid::Arc column) const override {
    const Alert& alert = mib.device().alerts()[row];
    const bool critical = alert.severity == Severity::critical;
    switch (column) {
      case 2:
        return Value::integer(row_active);
      case 3:  // one bit: hard error, warning, report
        return Value::integer(critical ? 8 : alert.severity == Severity::other ? 1 : 2);
      case 4:
        return Value::integer(alert.training >= 1 && alert.training <= 7 ? 1 << (alert.training - 1) : 0);
      case 5:
        return Value::integer(alert.code);
      case 6: {
        const auto& kinds = mib.device().model().faults;
        const auto at = static_cast<std::size_t>(alert.fault);
        return Value::octets(alert.fault >= 0 && at < kinds.size() ? kinds[at].code : "");
      }
      case 7:
        return Value::octets(alert.description.substr(0, 255));
      case 8:
        return Value::oid(vendor_table_of(alert.group));
      case 9:
        return Value::octets(date_and_time(mib.device(), alert.since));
      case 10:
        return Value::octets(alert.description.substr(0, 16));
      case 11:
        return Value::octets("alert/" + std::to_string(alert.code));
      case 12:
        return Value::integer(alert.group_index);
      case 13:
        return Value::integer(alert.location == -1 ? -2 : alert.location);
      case 14:
        return Value::integer(alert.index);
      default:
        return Value::integer(critical ? 1 : 2);
    }
  }
};

// --- device information ---

std::int32_t vendor_status(const Device& device) {
  if (!device.powered()) return 507;
  if (!device.online()) return 506;  // paused
  if (device.attention_light()) return 505;
  return device.activity() == Activity::printing ? 504 : 503;
}

std::int32_t vendor_conditions(const Device& device) {
  switch (device.power()) {
    case Power::warming_up:
      return 1 << 14;
    case Power::standby:
      return 1 << 21;
    case Power::on:
      return 1 << 15;
    default:
      return 0;
  }
}

void device_information(Composition& out, const Model& model) {
  const auto at = [](Oid::Arc column) { return device_info_entry + column + printer_device; };
  out.number(at(1), row_active);
  out.text(at(2), model.product);
  out.bound(at(3), Type::octets, Field::serial);
  out.number(at(4), 13);  // logical and physical
  out.counted(at(5), Type::integer, vendor_status);
  out.counted(at(6), Type::integer, vendor_conditions);
  out.number(at(7), 0);
  out.text(at(8), std::string(8, '\0'));  // when it was installed is not kept
  out.told(at(9), [](const DeviceMib& mib) { return date_and_time(mib.device(), mib.device().on_since()); });
  for (const Oid::Arc none : {10u, 11u, 12u}) out.number(at(none), 0);
  out.number(at(13), 50);
  out.text(at(14), "");  // asset tags, to be SET
  out.text(at(15), "");
  out.text(at(16), "");
  out.number(at(17), 2);
  out.number(at(18), reading_unknown);
}

void vendor_general(Composition& out) {
  const auto at = [](Oid::Arc column) { return vendor_base + column + 1u; };
  constexpr std::int32_t clients = 512, views = 1024, itself = 2048;
  out.number(at(2), row_active);
  out.number(at(3), static_cast<std::int32_t>(printer_device));
  out.number(at(4), clients | views | itself);
  out.number(at(5), clients);
  out.number(at(6), clients | itself);
  for (const Oid::Arc none : {7u, 8u, 9u, 16u, 17u}) out.number(at(none), 0);
  // Over UDP, to addresses and to host names.
  out.number(at(10), 1 << 1 | 1 << 21);
  out.number(at(11), 1);
  out.number(at(12), 1 << 3 | 1 << 6 | 1 << 10);  // v1, v2c, v3
  out.bound(at(13), Type::octets, Field::read_community);
  out.bound(at(14), Type::octets, Field::write_community);
  out.bound(at(15), Type::octets, Field::trap_community);
  out.number(at(18), 8);  // critical alerts are told
  out.number(at(19), 0x7f);
  out.told(at(20), [](const DeviceMib& mib) { return mib.device().device_id().substr(0, 255); });
  out.number(at(21), 2);
}

// What of HOST-RESOURCES and its extension there is.
void vendor_groups(Composition& out, const Model& model) {
  const auto at = [](Oid::Arc column) { return support_entry + column + 1u; };
  const std::int32_t disk = has_disk(model) ? 1 << 28 : 0;
  std::uint32_t last = has_disk(model) ? disk_device : network_device;
  for (const MeterKind& meter : model.meters) last = std::max(last, meter.table_device);
  out.number(at(2), row_active);
  out.constant(at(3), Value::oid(Oid{0, 0}));
  out.told(at(4), [](const DeviceMib& mib) {
    return date_and_time(mib.device(), mib.device().levels().back().since);
  });
  out.number(at(5),
             1 | 2 | 4 | 32 | 64 | 256 | 1 << 11 | 1 << 12 | 1 << 16 | 1 << 20 | 1 << 26 | 1 << 27 | disk);
  out.number(at(6), has_disk(model) ? 2 : 1);
  out.number(at(7), static_cast<std::int32_t>(last));
  out.number(at(8), 0);
  out.number(at(9), 0);
  out.number(at(10), 1);
  out.counted(at(11), Type::integer, [](const Device& d) {
    return d.fault_history().empty()
               ? 0
               : static_cast<std::int64_t>(d.fault_history().back().number & 0x7fffffff);
  });
  out.number(at(12), 0);
  out.number(at(13), 64 | 256);
}

}  // namespace

void compose_vendor(Composition& out, const Model& model) {
  out.bound(vendor_arcs + Oid{51, 1, 2, 1, 20, 1}, Type::octets, Field::device_id);
  vendor_general(out);
  device_information(out, model);
  compose_commands(out);
  compose_trap_receivers(out);
  vendor_groups(out, model);
  static const FaultTable fault_table;
  static const VendorAlertTable vendor_alert_table;
  out.live.insert(out.live.end(), {&fault_table, &vendor_alert_table});
}

}  // namespace mr::printer
