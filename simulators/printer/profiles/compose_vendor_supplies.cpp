// The vendor's usage counters, with limits and averages, its table of supplies, and the parts that service
// replaces.
#include <algorithm>

#include "simulators/printer/profiles/compose.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

const Oid detail_entry = vendor_arcs + Oid{53, 13, 2, 1},
          vendor_supply_entry = vendor_arcs + Oid{53, 20, 1, 1},
          supply_detail_entry = vendor_arcs + Oid{53, 20, 2, 1};

// XcmHrDevDetailType.
constexpr Oid::Arc lifetime_usage = 20, first_limit = 21, last_limit = 24, replaced_at = 58,
                   rollover_value = 232, average_coverage = 250, percent_left = 251, impressions_left = 252,
                   supply_class = 253, supply_unit = 254, supply_max = 255, supply_level = 256;
// XcmHrDevDetailUnitClass and XcmHrDevTrafficUnit.
constexpr std::int32_t class_unknown = 2, class_traffic = 9, unit_image = 26, unit_impression = 27,
                       unit_sheet = 28;
constexpr std::int32_t service_replaceable = 5;

std::int32_t unit_of(MeterCounts counts) {
  switch (counts) {
    case MeterCounts::sheets:
    case MeterCounts::two_sided_sheets:
      return unit_sheet;
    case MeterCounts::scans_email:
    case MeterCounts::scans_network:
    case MeterCounts::faxes_sent:
      return unit_image;
    default:
      return unit_impression;
  }
}

// A row of xcmHrDevDetailTable but its value.
Oid detail_row(Composition& out, Oid::Arc device, Oid::Arc type, Oid::Arc index, std::int32_t unit,
               const std::string& label) {
  const auto at = [&](Oid::Arc column) { return detail_entry + Oid{column, device, type, index}; };
  out.number(at(1), static_cast<std::int32_t>(type));
  out.number(at(2), static_cast<std::int32_t>(index));
  out.number(at(3), 1);  // RowStatus: active
  out.number(at(4), unit > 0 ? class_traffic : class_unknown);
  out.number(at(5), unit);
  out.constant(at(7), Value::oid(Oid{0, 0}));
  out.text(at(8), label.substr(0, 255));
  out.text(at(9), label.substr(0, 255));
  return at(6);
}

// Of a supply that wears: what its level stands for in impressions.
std::int64_t impressions_of(const Device& device, std::size_t i) {
  const SupplyKind& kind = device.model().supplies[i];
  return std::int64_t{device.supply_true_level(i)} * kind.yield / kind.capacity;
}

std::int32_t vendor_replaced_by(const SupplyKind& kind) {
  constexpr std::int32_t replenishable = 3, customer = 4;
  return kind.wears_by == WearsBy::coverage && kind.supply_class == SupplyClass::consumed ? replenishable
         : kind.wears_by == WearsBy::staples                                              ? replenishable
                                                                                          : customer;
}

void vendor_service_parts(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    const ServiceItemKind& kind = model.service_items[i];
    const Oid::Arc row = row_of(model.supplies.size() + i);
    // xcmHrDetailTable is named by a table, a row of it as an object identifier, a type and an index.
    const auto number = [&](Oid::Arc type, const char* words,
                            std::function<std::int64_t(const Device&)> count) {
      const auto at = [&](Oid::Arc column) { return supply_detail_entry + Oid{column, 1, 1, row, type, 1}; };
      out.number(at(5), class_unknown);
      out.number(at(6), 0);
      out.counted(at(7), Type::integer, std::move(count));
      out.constant(at(8), Value::oid(Oid{0, 0}));
      out.text(at(9), kind.code);
      out.text(at(10), words);
    };
    const auto limit = static_cast<std::int64_t>(kind.limit);
    const bool sheets = kind.counts == ServiceCounts::sheets || kind.counts == ServiceCounts::input_sheets;
    number(percent_left, "Percent left",
           [i](const Device& d) { return std::int64_t{d.service_percent_left(i)}; });
    number(supply_class, "Class", [](const Device&) { return 3; });  // consumed
    number(supply_unit, "Unit", [sheets](const Device&) { return sheets ? 8 : 7; });
    number(supply_max, "Life", [limit](const Device&) { return limit; });
    number(supply_level, "Left of it", [i, limit](const Device& d) {
      return std::max<std::int64_t>(limit - static_cast<std::int64_t>(d.service_count(i)), 0);
    });
  }
}

}  // namespace

void compose_usage_counters(Composition& out, const Model& model) {
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const MeterKind& meter = model.meters[i];
    if (meter.table_device == 0) continue;
    const std::int32_t unit = unit_of(meter.counts);
    out.bound(detail_row(out, meter.table_device, lifetime_usage, meter.table_index, unit, meter.name),
              Type::integer, Field::meter, i);
    out.number(detail_row(out, meter.table_device, rollover_value, meter.table_index, unit, meter.name),
               static_cast<std::int32_t>(meter.rollover > 0 && meter.rollover < INT32_MAX ? meter.rollover
                                                                                          : INT32_MAX));
    // No device here has a limit of its life: 0.
    if (meter.table_device != printer_device || meter.table_index != 1) continue;
    for (Oid::Arc type = first_limit; type <= last_limit; ++type)
      out.number(detail_row(out, printer_device, type, 1, unit, meter.name), 0);
  }
  for (std::size_t i = 0; i < std::min(model.colorants.size(), Usage::colorants_max); ++i) {
    out.counted(detail_row(out, printer_device, average_coverage, row_of(i), 0,
                           "Average coverage, " + model.colorants[i].name),
                Type::integer, [i](const Device& d) { return std::int64_t{d.usage().average_coverage(i)}; });
  }
}

void compose_vendor_supplies(Composition& out, const Model& model) {
  const auto row = [&](Oid::Arc index, const Oid& reference, std::int32_t replaced) {
    const auto at = [&](Oid::Arc column) { return vendor_supply_entry + column + index; };
    out.constant(at(2), Value::oid(reference));
    out.constant(at(3), Value::oid(Oid{1, 3, 6, 1, 2, 1, 25, 3, 1, 5}));  // the printer's
    out.number(at(4), replaced);
  };
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    const SupplyKind& kind = model.supplies[i];
    row(row_of(i), printer_arcs + Oid{11, 1, 1, 6, 1, row_of(i)}, vendor_replaced_by(kind));
    out.bound(vendor_supply_entry + 5u + row_of(i), Type::octets, Field::supply_description, i);
    out.text(vendor_supply_entry + 6u + row_of(i), kind.part_number);
    out.counted(detail_row(out, printer_device, replaced_at, row_of(i), unit_impression, kind.description),
                Type::integer, [i](const Device& d) {
                  const auto& units = d.usage().units;
                  return static_cast<std::int64_t>(i < units.size() ? units[i].since : 0);
                });
    // What a reserved reading hides is not told here either.
    if (kind.reporting != Reporting::exact || kind.capacity <= 0) continue;
    out.counted(detail_row(out, printer_device, percent_left, row_of(i), 0, kind.description), Type::integer,
                [i](const Device& d) {
                  return std::int64_t{d.supply_true_level(i)} * 100 / d.model().supplies[i].capacity;
                });
    if (kind.yield == 0 || kind.wears_by == WearsBy::staples) continue;
    out.counted(
        detail_row(out, printer_device, impressions_left, row_of(i), unit_impression, kind.description),
        Type::integer, [i](const Device& d) { return impressions_of(d, i); });
  }
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    const Oid::Arc index = row_of(model.supplies.size() + i);
    row(index, Oid{1, 3, 6, 1, 2, 1, 25, 3, 2, 1, 3, printer_device}, service_replaceable);
    out.text(vendor_supply_entry + 5u + index, model.service_items[i].name);
    out.text(vendor_supply_entry + 6u + index, model.service_items[i].part_number);
  }
  vendor_service_parts(out, model);
}

}  // namespace mr::printer
