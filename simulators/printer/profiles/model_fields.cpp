// The words of a profile: identity, behaviour, supplies, paper, channels, meters. What technicians look at is
// in service_fields.cpp.
#include <array>
#include <charconv>

#include "simulators/printer/profiles/fields.hpp"

namespace mr::printer {
namespace {

constexpr std::int64_t sheets_max = 1'000'000, capacity_max = 100'000'000;

void describe_reporting(Fields& in, Reporting& into) {
  in.word("reporting", into,
          {{"exact", Reporting::exact},
           {"some", Reporting::some_remaining},
           {"unknown", Reporting::unknown},
           {"other", Reporting::other}});
}

void describe_supply(Fields& in, SupplyKind& kind) {
  in.text("description", kind.description, {.required = true, .max = 255});
  in.text("part_number", kind.part_number, {.max = 63});
  in.word("class", kind.supply_class,
          {{"consumed", SupplyClass::consumed},
           {"receptacle", SupplyClass::receptacle},
           {"other", SupplyClass::other}});
  in.named("type", kind.type, supply_types, true);
  in.named("unit", kind.unit, supply_units, true);
  in.number("capacity", kind.capacity, 1, capacity_max, true);
  if (in.reading()) kind.max = kind.capacity;
  in.number("max", kind.max, reading_unknown, capacity_max);
  describe_reporting(in, kind.reporting);
  in.number("colorant", kind.colorant, 0, 16);
  in.number("yield", kind.yield, 0, 1'000'000'000);
  in.word("wears_by", kind.wears_by,
          {{"impressions", WearsBy::impressions},
           {"coverage", WearsBy::coverage},
           {"sheets", WearsBy::sheets},
           {"staples", WearsBy::staples}});
  in.flag("colour_only", kind.colour_only);
  in.flag("stops_when_empty", kind.stops_when_empty);
  in.number("low_percent", kind.low_percent, 0, 100);
}

void describe_input(Fields& in, InputKind& kind) {
  in.text("name", kind.name, {.required = true, .max = 63});
  if (in.reading()) kind.description = kind.name;
  in.text("description", kind.description, {.max = 255});
  in.named("type", kind.type, input_types);
  in.number("capacity", kind.capacity, 1, sheets_max, true);
  if (in.reading()) kind.max = kind.initial = kind.capacity;
  in.number("max", kind.max, reading_unknown, sheets_max);
  in.number("initial", kind.initial, 0, sheets_max);
  describe_reporting(in, kind.reporting);
  in.text("media_name", kind.media_name, {.max = 63});
  in.number("feed_um", kind.feed_um, reading_unknown, 10'000'000);
  in.number("cross_um", kind.cross_um, reading_unknown, 10'000'000);
  in.text("media_type", kind.media_type, {.max = 63});
  in.text("media_color", kind.media_color, {.max = 63});
  in.number("media_weight", kind.media_weight, reading_unknown, 1000);
}

void describe_output(Fields& in, OutputKind& kind) {
  in.text("name", kind.name, {.required = true, .max = 63});
  if (in.reading()) kind.description = kind.name;
  in.text("description", kind.description, {.max = 255});
  in.named("type", kind.type, output_types);
  in.number("capacity", kind.capacity, 1, sheets_max, true);
  describe_reporting(in, kind.reporting);
}

void describe_meter(Fields& in, MeterKind& kind) {
  static constexpr std::array<std::pair<std::string_view, std::uint8_t>, 3> functions{
      {{"print", counts_print}, {"copy", counts_copy}, {"fax", counts_fax}}};
  static constexpr std::array<std::pair<std::string_view, std::uint8_t>, 2> colours{
      {{"black", counts_black}, {"colour", counts_colour}}};
  in.text("name", kind.name, {.required = true, .max = 255});
  in.word("counts", kind.counts,
          {{"impressions", MeterCounts::impressions},
           {"sheets", MeterCounts::sheets},
           {"two_sided_sheets", MeterCounts::two_sided_sheets},
           {"scans_email", MeterCounts::scans_email},
           {"scans_network", MeterCounts::scans_network},
           {"faxes_sent", MeterCounts::faxes_sent},
           {"power_on", MeterCounts::power_on}},
          true);
  in.bits("functions", kind.functions, functions);
  in.bits("colours", kind.colours, colours);
  in.flag("large_only", kind.large_only);
  in.number("rollover", kind.rollover, 0, 4'294'967'295);
  in.number("table_device", kind.table_device, 0, 65535);
  in.number("table_index", kind.table_index, 0, 65535);
}

void describe_object_id(Fields& in, std::vector<std::uint32_t>& into) {
  std::string text;
  for (const std::uint32_t arc : into) text += (text.empty() ? "" : ".") + std::to_string(arc);
  in.text("object_id", text,
          {.required = true, .pattern = "^1\\.3\\.6\\.1\\.4\\.1(\\.(0|[1-9][0-9]{0,9}))+$"});
  if (!in.reading()) return;
  const snmp::Oid enterprises{1, 3, 6, 1, 4, 1};
  const auto oid = snmp::Oid::parse(text);
  if (!oid || oid->size() < 7 || !oid->starts_with(enterprises) || text.front() == '.')
    return in.fail("object_id", "a numeric name under 1.3.6.1.4.1");
  into.assign(oid->begin(), oid->end());
}

void describe_mac_prefix(Fields& in, std::array<std::uint8_t, 3>& into) {
  std::string text;
  for (const std::uint8_t octet : into) {
    constexpr char digits[] = "0123456789abcdef";
    text += text.empty() ? "" : ":";
    text += {digits[octet >> 4], digits[octet & 15]};
  }
  in.text("mac_prefix", text,
          {.required = true, .pattern = "^[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}:[0-9A-Fa-f]{2}$"});
  if (!in.reading()) return;
  bool good = text.size() == 8 && text[2] == ':' && text[5] == ':';
  for (std::size_t i = 0; good && i < 3; ++i) {
    const auto [end, error] = std::from_chars(text.data() + 3 * i, text.data() + 3 * i + 2, into[i], 16);
    good = error == std::errc() && end == text.data() + 3 * i + 2;
  }
  if (!good) in.fail("mac_prefix", "three octets, as 02:4d:52");
}

void describe_key(Fields& in, std::string& key) {
  in.text("key", key, {.required = true, .max = 63, .pattern = "^[a-z0-9]+(-[a-z0-9]+)*$"});
  bool good = !key.empty() && key.front() != '-' && key.back() != '-' && key.find("--") == std::string::npos;
  for (const char c : key) good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-');
  if (!good) in.fail("key", "lower-case words and numbers joined by -");
}

void describe_identity(Fields& in, Model& model) {
  describe_key(in, model.key);
  in.word("device_class", model.device_class,
          {{"office", DeviceClass::office},
           {"production", DeviceClass::production},
           {"other-brand", DeviceClass::other_brand}},
          true);
  in.text("manufacturer", model.manufacturer, {.required = true, .max = 63});
  in.text("product", model.product, {.required = true, .max = 63});
  in.text("description", model.description, {.required = true, .max = 255});
  in.text("device_description", model.device_description, {.required = true, .max = 64});
  in.text("device_id", model.device_id, {.required = true});
  in.text("firmware", model.firmware, {.required = true, .max = 63});
  in.texts("firmware_products", model.firmware_products);
  in.text("serial_pattern", model.serial_pattern,
          {.required = true, .max = 40, .pattern = "^[^#]*(#[^#]*){6,}$"});
  describe_object_id(in, model.object_id);
  describe_mac_prefix(in, model.mac_prefix);
}

}  // namespace

void describe_model(Fields& in, Model& model) {
  describe_identity(in, model);
  in.number("firmware_check_ms", model.firmware_check_ms, 0, 600'000);
  in.number("firmware_install_ms", model.firmware_install_ms, 0, 7'200'000);
  in.number("restart_ms", model.restart_ms, 0, 3'600'000);
  in.flag("colour", model.colour);
  in.flag("duplex", model.duplex);
  in.number("pages_per_minute", model.pages_per_minute, 1, 10'000);
  in.number("memory_kib", model.memory_kib, 1, INT32_MAX);
  in.named("life_unit", model.life_unit, counter_units);
  in.named("mark_tech", model.mark_tech, mark_techs);
  in.number("resolution", model.resolution, 1, 9600);
  in.text("language", model.language, {.max = 2});
  in.text("country", model.country, {.max = 2});
  in.text("ready_text", model.ready_text, {.max = 255});
  in.number("console_lines", model.console_lines, 0, 32);
  in.number("console_chars", model.console_chars, 0, 255);
  in.number("warm_up_ms", model.warm_up_ms, 0, 3'600'000);
  in.number("sleep_after_ms", model.sleep_after_ms, 0, 86'400'000);
  in.text("admin_password", model.admin_password, {.max = 63});
  in.text("front_end", model.front_end, {.max = 63});
  in.list("colorants", "name", 16, model.colorants, [](Fields& one, ColorantKind& kind) {
    one.text("name", kind.name, {.required = true, .max = 255});
    one.named("role", kind.role, colorant_roles);
  });
  in.list("supplies", "description", 64, model.supplies, describe_supply);
  in.list("inputs", "name", 32, model.inputs, describe_input);
  in.list("outputs", "name", 32, model.outputs, describe_output);
  in.list("covers", "description", 32, model.covers, [](Fields& one, CoverKind& kind) {
    one.text("description", kind.description, {.required = true, .max = 255});
  });
  in.list("channels", "description", 32, model.channels, [](Fields& one, ChannelKind& kind) {
    one.named("type", kind.type, channel_types, true);
    one.text("version", kind.version, {.max = 63});
    one.text("description", kind.description, {.max = 255});
  });
  in.list("interpreters", "description", 32, model.interpreters, [](Fields& one, InterpreterKind& kind) {
    one.named("family", kind.family, language_families, true);
    one.text("level", kind.level, {.max = 31});
    one.text("version", kind.version, {.max = 31});
    one.text("description", kind.description, {.max = 255});
  });
  in.list("meters", "name", 256, model.meters, describe_meter);
  in.texts("lights", model.lights);
  describe_service(in, model);
  in.texts("quirks", model.quirks, 64);
  in.texts("lacks", model.lacks, 128);
}

}  // namespace mr::printer
