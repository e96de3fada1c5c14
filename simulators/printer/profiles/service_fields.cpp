// The words of what technicians look at, and what the words of one entry cannot say alone.
#include <algorithm>
#include <set>

#include "simulators/printer/device/alert.hpp"
#include "simulators/printer/profiles/fields.hpp"

namespace mr::printer {
namespace {

bool is_jam(std::int32_t code) { return code == code_jam || (code > 30000 && code % 100 == code_jam); }

void describe_fault(Fields& in, FaultKind& kind) {
  in.text("code", kind.code, {.required = true, .max = 31});
  in.text("description", kind.description, {.required = true, .max = 255});
  in.named("part", kind.part, alert_groups, true);
  in.number("row", kind.row, -1, 255);
  in.named("alert", kind.alert_code, alert_codes, true);
  in.named("severity", kind.severity, alert_severities);
  in.named("training", kind.training, training_levels);
  in.word(
      "cleared_by", kind.cleared_by,
      {{"user", ClearedBy::user}, {"service", ClearedBy::service}, {"power-cycle", ClearedBy::power_cycle}});
  in.text("resolution", kind.resolution, {.max = 255});
  in.text("area", kind.area, {.max = 63});
}

void describe_item(Fields& in, ServiceItemKind& kind) {
  in.text("code", kind.code, {.required = true, .max = 31});
  in.text("name", kind.name, {.required = true, .max = 127});
  in.word("counts", kind.counts,
          {{"impressions", ServiceCounts::impressions},
           {"colour_impressions", ServiceCounts::colour_impressions},
           {"sheets", ServiceCounts::sheets},
           {"input_sheets", ServiceCounts::input_sheets},
           {"scans", ServiceCounts::scans}});
  std::uint16_t input = static_cast<std::uint16_t>(kind.input + 1);  // 1-based, as rows are
  in.number("input", input, 1, 32);
  kind.input = static_cast<std::uint16_t>(input - 1);
  in.number("limit", kind.limit, 1, 10'000'000'000, true);
  in.text("part_number", kind.part_number, {.max = 63});
}

// Rows of the table that a part points into; 0: it has no rows that a fault may name.
std::size_t rows_of(Part part, const Model& model) {
  switch (part) {
    case Part::cover:
      return model.covers.size();
    case Part::input:
      return model.inputs.size();
    case Part::output:
      return model.outputs.size();
    case Part::general:
    case Part::marker:
      return 1;
    case Part::supply:
      return model.supplies.size();
    case Part::media_path:
      return model.duplex ? 2 : 1;
    case Part::finisher:
      return model.finishers.size();
    case Part::finisher_supply:
      return static_cast<std::size_t>(
          std::count_if(model.supplies.begin(), model.supplies.end(),
                        [](const SupplyKind& one) { return one.wears_by == WearsBy::staples; }));
  }
  return 0;
}

bool known(Part part) {
  switch (part) {
    case Part::general:
    case Part::cover:
    case Part::input:
    case Part::output:
    case Part::marker:
    case Part::supply:
    case Part::media_path:
    case Part::finisher:
    case Part::finisher_supply:
      return true;
  }
  return false;
}

std::string place(const char* list, std::size_t i, const char* word) {
  return std::string(list) + "[" + std::to_string(i) + "]." + word + ": expected ";
}

std::optional<std::string> broken_fault(const Model& model) {
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < model.faults.size(); ++i) {
    const FaultKind& kind = model.faults[i];
    if (!codes.insert(kind.code).second)
      return place("faults", i, "code") + "one fault to a code; " + kind.code + " is there already";
    if (!known(kind.part))
      return place("faults", i, "part") +
             "a part that a printer here has: generalPrinter, cover, input, "
             "output, marker, markerSupplies, mediaPath, finDevice or finSupply";
    const std::size_t rows = rows_of(kind.part, model);
    if (kind.row != -1 && (kind.row < 1 || static_cast<std::size_t>(kind.row) > rows))
      return place("faults", i, "row") +
             (rows == 0 ? "-1: this printer has no such part" : "-1, or 1 to " + std::to_string(rows));
    if (!kind.area.empty() && !is_jam(kind.alert_code))
      return place("faults", i, "area") + "none: only a jam has an area";
  }
  return {};
}

std::optional<std::string> broken_meter(const Model& model) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> places;
  for (std::size_t i = 0; i < model.meters.size(); ++i) {
    const MeterKind& kind = model.meters[i];
    if ((kind.table_device == 0) != (kind.table_index == 0))
      return place("meters", i, "table_index") + "both table_device and table_index, or neither";
    if (kind.table_device != 0 && !places.insert({kind.table_device, kind.table_index}).second)
      return place("meters", i, "table_index") + "one meter to a place";
    if (kind.table_device != 0 && model.device_class == DeviceClass::other_brand)
      return place("meters", i, "table_device") + "none: another brand has no place in the vendor's table";
  }
  return {};
}

std::optional<std::string> broken_part(const Model& model) {
  for (std::size_t i = 0; i < model.supplies.size(); ++i) {
    if (model.supplies[i].colorant > model.colorants.size())
      return place("supplies", i, "colorant") + "a colorant's position, or 0";
    if (model.supplies[i].wears_by == WearsBy::staples && model.finishers.empty())
      return place("supplies", i, "wears_by") + "a finisher that uses staples; there is none";
    if (model.supplies[i].colour_only && !model.colour)
      return place("supplies", i, "colour_only") + "false: the printer has no colour";
  }
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    if (model.inputs[i].initial > model.inputs[i].capacity)
      return place("inputs", i, "initial") + "at most its capacity";
  }
  return {};
}

std::optional<std::string> broken_item(const Model& model) {
  std::set<std::string_view> items, cells;
  for (std::size_t i = 0; i < model.service_items.size(); ++i) {
    const ServiceItemKind& kind = model.service_items[i];
    if (!items.insert(kind.code).second)
      return place("service_items", i, "code") + "one item to a code; " + kind.code + " is there already";
    if (kind.counts == ServiceCounts::input_sheets && kind.input >= model.inputs.size())
      return place("service_items", i, "input") + "1 to " + std::to_string(model.inputs.size());
  }
  for (std::size_t i = 0; i < model.nvm.size(); ++i) {
    const NvmKind& cell = model.nvm[i];
    if (!cells.insert(cell.id).second)
      return place("nvm", i, "id") + "one cell to an id; " + cell.id + " is there already";
    if (cell.initial < cell.low || cell.initial > cell.high)
      return place("nvm", i, "initial") + "a number from its low to its high";
  }
  return {};
}

}  // namespace

void describe_service(Fields& in, Model& model) {
  in.number("fault_history_max", model.fault_history_max, 0, 1000);
  in.number("event_log_max", model.event_log_max, 0, 10'000);
  in.number("job_log_max", model.job_log_max, 0, 10'000);
  in.list("faults", "code", 512, model.faults, describe_fault);
  in.list("service_items", "code", 128, model.service_items, describe_item);
  in.list("nvm", "id", 512, model.nvm, [](Fields& one, NvmKind& cell) {
    one.text("id", cell.id, {.required = true, .max = 31});
    one.text("name", cell.name, {.required = true, .max = 127});
    one.number("initial", cell.initial, INT32_MIN, INT32_MAX, true);
    one.number("low", cell.low, INT32_MIN, INT32_MAX, true);
    one.number("high", cell.high, INT32_MIN, INT32_MAX, true);
  });
  in.list("modules", "name", 64, model.modules, [](Fields& one, ModuleKind& kind) {
    one.text("name", kind.name, {.required = true, .max = 63});
    one.text("level", kind.level, {.max = 63});
    one.text("serial_suffix", kind.serial_suffix, {.max = 15});
  });
  in.list("features", "name", 64, model.features, [](Fields& one, FeatureKind& kind) {
    one.text("name", kind.name, {.required = true, .max = 63});
    one.flag("installed", kind.installed);
  });
  in.list("finishers", "description", 16, model.finishers, [](Fields& one, FinisherKind& kind) {
    one.named("type", kind.type, finisher_types, true);
    one.text("description", kind.description, {.required = true, .max = 255});
    one.number("capacity", kind.capacity, 1, 1'000'000);
  });
}

std::optional<std::string> broken_reference(const Model& model) {
  constexpr std::uint32_t vendor_arc = 253;
  const bool vendors = model.object_id.size() > 6 && model.object_id[6] == vendor_arc;
  if (vendors == (model.device_class == DeviceClass::other_brand))
    return std::string(
        "object_id: expected a name under the vendor's enterprise number 253, unless "
        "device_class is other-brand");
  if (std::count(model.serial_pattern.begin(), model.serial_pattern.end(), '#') < 6)
    return std::string("serial_pattern: expected at least six '#'");
  for (const auto broken : {broken_part, broken_meter, broken_fault, broken_item}) {
    if (auto where = broken(model)) return where;
  }
  return {};
}

}  // namespace mr::printer
