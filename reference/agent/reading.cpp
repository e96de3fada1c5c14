#include "reference/agent/reading.hpp"

#include <algorithm>
#include <array>

#include "reference/protocol/schema/characters.hpp"

namespace mr::agent {
namespace {

using snmp::Oid;
using snmp::Value;

const Oid mib2{1, 3, 6, 1, 2, 1};
const Oid sys_descr = mib2 + Oid{1, 1, 0}, sys_object_id = mib2 + Oid{1, 2, 0},
          sys_up_time = mib2 + Oid{1, 3, 0}, sys_contact = mib2 + Oid{1, 4, 0},
          sys_name = mib2 + Oid{1, 5, 0}, sys_location = mib2 + Oid{1, 6, 0};
const Oid if_phys_address = mib2 + Oid{2, 2, 1, 6}, ip_addr_table = mib2 + Oid{4, 20, 1},
          ip_route_next_hop = mib2 + Oid{4, 21, 1, 7, 0, 0, 0, 0};
const Oid hr_memory_size = mib2 + Oid{25, 2, 2, 0};
const Oid hr_devices = mib2 + Oid{25, 3};
const Oid hr_device = hr_devices + Oid{2, 1}, hr_printer = hr_devices + Oid{5, 1},
          hr_disk_capacity = hr_devices + Oid{6, 1, 4};
const Oid hr_device_printer = mib2 + Oid{25, 3, 1, 5};
const Oid printer_mib = mib2 + Oid{43};
const Oid hr_software_name = mib2 + Oid{25, 6, 3, 1, 2};
const Oid ent_serial = mib2 + Oid{47, 1, 1, 1, 1, 11};
const Oid ppm_device_id{1, 3, 6, 1, 4, 1, 2699, 1, 2, 1, 2, 1, 1, 3, 1};
const Oid private_counters{1, 3, 6, 1, 4, 1, 253, 8, 53, 13, 2, 1};  // xcmHrDevDetailTable
const Oid private_serial{1, 3, 6, 1, 4, 1, 253, 8, 53, 3, 2, 1, 3, 1};
const Oid enterprises{1, 3, 6, 1, 4, 1};

class Reader {
 public:
  explicit Reader(const Variables& variables) : variables_(variables) {}

  const Value* at(const Oid& name) const {
    const auto found = variables_.find(name);
    return found == variables_.end() || found->second.is_exception() ? nullptr : &found->second;
  }
  std::optional<std::string> text(const Oid& name) const {
    const Value* value = at(name);
    if (value == nullptr || value->octets() == nullptr) return std::nullopt;
    std::string out = device_text(*value->octets());
    if (out.empty()) return std::nullopt;
    return out;
  }
  std::optional<std::int64_t> number(const Oid& name) const {
    const Value* value = at(name);
    return value == nullptr ? std::nullopt : value->number();
  }
  // Calls `each(suffix, value)` for each variable under `root`, in order.
  template <class Each>
  void under(const Oid& root, Each each) const {
    for (auto it = variables_.lower_bound(root); it != variables_.end() && it->first.starts_with(root);
         ++it) {
      if (!it->second.is_exception()) each(it->first.after(root), it->second);
    }
  }

 private:
  const Variables& variables_;
};

template <class E>
std::optional<E> enumerated(std::optional<std::int64_t> n) {
  if (!n || *n < 0 || *n > 100'000) return std::nullopt;
  return static_cast<E>(*n);
}

std::optional<model::Level> level(std::optional<std::int64_t> n) {
  return n ? model::Level::from_mib(*n) : std::nullopt;
}

// hrDeviceIndex of the printer: the row of hrDeviceTable of that type, 1 where none says so.
std::uint32_t printer_device(const Reader& read) {
  std::uint32_t index = 0;
  read.under(hr_device + Oid{2}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (index == 0 && suffix.size() == 1 && value.oid() != nullptr && *value.oid() == hr_device_printer)
      index = suffix[0];
  });
  return index == 0 ? 1 : index;
}

std::string hex_colons(const std::string& octets) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : octets) {
    if (!out.empty()) out += ':';
    out += digits[(static_cast<unsigned char>(c) >> 4) & 15];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string dotted(const std::string& octets) {
  std::string out;
  for (const char c : octets) out += (out.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
  return out;
}

// A field of an IEEE 1284 device id: `MFG:Maker;MDL:Model;`, by its short or long name.
std::optional<std::string> ieee1284(const std::string& id, std::string_view brief, std::string_view full) {
  for (std::size_t at = 0; at < id.size();) {
    std::size_t end = id.find(';', at);
    if (end == std::string::npos) end = id.size();
    const std::string_view field = std::string_view(id).substr(at, end - at);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos) {
      std::string_view name = field.substr(0, colon);
      while (!name.empty() && (name.front() == ' ' || name.front() == '\n')) name.remove_prefix(1);
      if ((name == brief || name == full) && colon + 1 < field.size())
        return std::string(field.substr(colon + 1));
    }
    at = end + 1;
  }
  return std::nullopt;
}

constexpr std::size_t firmware_modules_max = 64;

bool has_digit(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `System software 1.2.3`: a name and, as its last word, a level. Names without one are programs, not
// modules.
std::optional<model::FirmwareModule> firmware_module(const std::string& text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string::npos || space == 0 || !has_digit(text.substr(space + 1))) return std::nullopt;
  return model::FirmwareModule{text.substr(0, space), text.substr(space + 1), std::nullopt, std::nullopt};
}

// What a description says after one of the words that makers use: `...; SS 1.2.3, ...`.
std::string level_in(std::string_view description) {
  for (const std::string_view word :
       {"SS ", "System Software ", "Firmware ", "firmware ", "FW ", "Version ", "version "}) {
    for (std::size_t at = description.find(word); at != std::string_view::npos;
         at = description.find(word, at + 1)) {
      if (at > 0 && description[at - 1] != ' ' && description[at - 1] != ';' && description[at - 1] != ',')
        continue;
      const std::string_view rest = description.substr(at + word.size());
      const std::string_view level = rest.substr(0, rest.find_first_of(" ,;)"));
      if (has_digit(level)) return std::string(level);
    }
  }
  return {};
}

void describe_identity(const Reader& read, std::uint32_t device, model::DeviceIdentity& identity) {
  identity.description = read.text(sys_descr);
  if (const Value* id = read.at(sys_object_id); id != nullptr && id->oid() != nullptr) {
    identity.sys_object_id = id->oid()->text();
    if (const auto maker = maker_of(*id->oid()); !maker.empty()) identity.manufacturer = std::string(maker);
  }
  identity.system_name = read.text(sys_name);
  identity.contact = read.text(sys_contact);
  identity.location = read.text(sys_location);
  identity.serial_number = read.text(printer_mib + Oid{5, 1, 1, 17, device});
  if (!identity.serial_number) identity.serial_number = read.text(private_serial);
  if (!identity.serial_number) {
    read.under(ent_serial, [&](std::span<const Oid::Arc>, const Value& value) {
      if (identity.serial_number || value.octets() == nullptr) return;
      if (std::string serial = device_text(*value.octets()); !serial.empty())
        identity.serial_number = std::move(serial);
    });
  }
  identity.model = read.text(hr_device + Oid{3, device});
  read.under(hr_software_name, [&](std::span<const Oid::Arc>, const Value& value) {
    if (value.octets() == nullptr || identity.firmware.size() >= firmware_modules_max) return;
    if (auto module = firmware_module(device_text(*value.octets())))
      identity.firmware.push_back(std::move(*module));
  });
  if (identity.firmware.empty() && identity.description) {
    if (std::string level = level_in(*identity.description); !level.empty()) {
      identity.firmware.push_back({"System software", std::move(level), std::nullopt, std::nullopt});
    }
  }
  if (const auto id = read.text(ppm_device_id)) {
    if (!identity.manufacturer) identity.manufacturer = ieee1284(*id, "MFG", "MANUFACTURER");
    if (const auto model = ieee1284(*id, "MDL", "MODEL")) identity.model = model;
  }
}

void describe_network(const Reader& read, model::Network& network) {
  read.under(if_phys_address, [&](std::span<const Oid::Arc>, const Value& value) {
    if (value.octets() == nullptr || value.octets()->size() != 6 || *value.octets() == std::string(6, '\0'))
      return;
    std::string mac = hex_colons(*value.octets());
    if (std::ranges::find(network.mac_addresses, mac) == network.mac_addresses.end())
      network.mac_addresses.push_back(std::move(mac));
  });
  read.under(ip_addr_table + Oid{1}, [&](std::span<const Oid::Arc>, const Value& value) {
    if (value.type() != snmp::Type::ip_address || (*value.octets())[0] == 127) return;
    network.ip_addresses.push_back(dotted(*value.octets()));
  });
  read.under(ip_addr_table + Oid{3}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (network.subnet_mask || value.type() != snmp::Type::ip_address || suffix.size() != 4 ||
        suffix[0] == 127)
      return;
    network.subnet_mask = dotted(*value.octets());
    std::string subnet;
    for (std::size_t i = 0; i < 4; ++i) {
      const unsigned part = suffix[i] & static_cast<unsigned char>((*value.octets())[i]);
      subnet += (i ? "." : "") + std::to_string(part);
    }
    network.subnet_address = subnet;
  });
  if (const Value* hop = read.at(ip_route_next_hop);
      hop != nullptr && hop->type() == snmp::Type::ip_address) {
    network.default_gateway = dotted(*hop->octets());
  }
}

// Speed and duplex, of the paths that paper takes (prtMediaPathTable).
void describe_paths(const Reader& read, std::uint32_t device, model::Properties& properties) {
  constexpr std::int64_t impressions_per_hour = 7, sheets_per_hour = 8;
  constexpr std::int64_t long_edge_duplex = 3, short_edge_duplex = 4, simplex = 5;
  const Oid path = printer_mib + Oid{13, 4, 1};
  read.under(path + Oid{4, device}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1) return;
    const auto unit = read.number(path + Oid{2, device, suffix[0]}), speed = value.number();
    if (!speed || *speed <= 0 || (unit != impressions_per_hour && unit != sheets_per_hour)) return;
    const auto pages = static_cast<std::uint32_t>(std::min<std::int64_t>(*speed / 60, 1'000'000));
    if (pages > properties.pages_per_minute.value_or(0)) properties.pages_per_minute = pages;
  });
  read.under(path + Oid{9, device}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1) return;
    const auto type = value.number();
    if (type == long_edge_duplex || type == short_edge_duplex) {
      properties.duplex = true;
    } else if (type == simplex && !properties.duplex) {
      properties.duplex = false;
    }
  });
}

// The services that a printer takes jobs by (PrtChannelTypeTC), of those that there are names for.
void describe_channels(const Reader& read, std::uint32_t device, model::Properties& properties) {
  static constexpr std::pair<std::int64_t, std::string_view> services[] = {
      {3, "serial"}, {4, "parallel"}, {5, "ieee1284"}, {8, "lpd"},   {11, "port9100"}, {12, "appsocket"},
      {13, "ftp"},   {14, "tftp"},    {18, "fax"},     {27, "smb"},  {34, "usb"},      {37, "tcp"},
      {38, "tcp"},   {42, "http"},    {44, "ipp"},     {45, "smtp"}, {46, "wsd"}};
  read.under(printer_mib + Oid{14, 1, 1, 2, device}, [&](std::span<const Oid::Arc>, const Value& value) {
    const auto type = value.number();
    for (const auto& [number, word] : services) {
      if (type == number && std::ranges::find(properties.features, word) == properties.features.end())
        properties.features.emplace_back(word);
    }
  });
}

//= REP-PROPERTIES
void describe_properties(const Reader& read, std::uint32_t device, model::Properties& properties) {
  if (const auto memory = read.number(hr_memory_size); memory && *memory >= 0)
    properties.memory_kib = static_cast<std::uint64_t>(*memory);
  properties.marking_technology =
      enumerated<model::MarkingTechnology>(read.number(printer_mib + Oid{10, 2, 1, 2, device, 1}));
  if (const auto colorants = read.number(printer_mib + Oid{10, 2, 1, 6, device, 1});
      colorants && *colorants > 0) {
    properties.color = *colorants > 1;
  }
  read.under(printer_mib + Oid{15, 1, 1, 5, device}, [&](std::span<const Oid::Arc>, const Value& value) {
    if (value.octets() == nullptr) return;
    if (std::string language = device_text(*value.octets()); !language.empty())
      properties.languages.push_back(std::move(language));
  });
  describe_paths(read, device, properties);
  describe_channels(read, device, properties);
  read.under(hr_disk_capacity, [&](std::span<const Oid::Arc>, const Value& value) {
    if (const auto size = value.number(); size && *size > 0)
      properties.disk_kib = properties.disk_kib.value_or(0) + static_cast<std::uint64_t>(*size);
  });
  const auto component = [&](const char* kind, std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1 || value.octets() == nullptr) return;
    if (std::string text = device_text(*value.octets()); !text.empty()) {
      properties.components.push_back({kind, suffix[0], std::move(text), std::nullopt, std::nullopt});
    }
  };
  read.under(
      printer_mib + Oid{8, 2, 1, 18, device},
      [&](std::span<const Oid::Arc> suffix, const Value& value) { component("input", suffix, value); });
  read.under(
      printer_mib + Oid{9, 2, 1, 12, device},
      [&](std::span<const Oid::Arc> suffix, const Value& value) { component("output", suffix, value); });
  const Oid finisher = printer_mib + Oid{30, 1, 1, 10, device};  // finDeviceDescription, RFC 3806
  read.under(finisher, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    component("finisher", suffix, value);
    if (suffix.size() != 1 || value.octets() == nullptr) return;
    if (std::string text = device_text(*value.octets()); !text.empty())
      properties.finishing_options.push_back(std::move(text));
  });
  read.under(hr_device + Oid{3}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() == 1 && suffix[0] != device) component("device", suffix, value);
  });
}

void describe_alerts(const Reader& read, std::uint32_t device, model::Status& status) {
  const Oid alert = printer_mib + Oid{18, 1, 1};
  const auto critical = read.number(printer_mib + Oid{5, 1, 1, 18, device}),
             all = read.number(printer_mib + Oid{5, 1, 1, 19, device});
  model::Alerts alerts;
  if (critical && *critical >= 0) alerts.critical_events = static_cast<std::uint32_t>(*critical);
  if (all && *all >= 0) alerts.all_events = static_cast<std::uint32_t>(*all);
  read.under(alert + Oid{2, device}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1 || !value.number()) return;
    const Oid::Arc row = suffix[0];
    const auto cell = [&](Oid::Arc column) { return read.number(alert + Oid{column, device, row}); };
    const auto signed_cell = [&](Oid::Arc column) -> std::optional<std::int32_t> {
      const auto n = cell(column);
      return n ? std::optional(static_cast<std::int32_t>(*n)) : std::nullopt;
    };
    model::Alert entry;
    entry.index = row;
    entry.severity = static_cast<model::AlertSeverity>(*value.number());
    entry.training = enumerated<model::AlertTraining>(cell(3));
    entry.group = enumerated<model::AlertGroup>(cell(4)).value_or(model::AlertGroup::unknown);
    entry.group_index = signed_cell(5);
    entry.location = signed_cell(6);
    entry.code = signed_cell(7).value_or(2);
    entry.description = read.text(alert + Oid{8, device, row});
    if (const auto time = cell(9); time && *time >= 0) entry.time_ticks = static_cast<std::uint32_t>(*time);
    alerts.rows.push_back(std::move(entry));
  });
  if (alerts.critical_events || alerts.all_events || !alerts.rows.empty()) status.alerts = std::move(alerts);
}

void describe_state(const Reader& read, std::uint32_t device, model::Status& status) {
  status.device_status = enumerated<model::DeviceStatus>(read.number(hr_device + Oid{5, device}));
  status.printer_status = enumerated<model::PrinterStatus>(read.number(hr_printer + Oid{1, device}));
  if (const Value* errors = read.at(hr_printer + Oid{2, device});
      errors != nullptr && errors->octets() != nullptr) {
    const std::string& octets = *errors->octets();
    status.detected_errors = model::DetectedErrors{model::detected_errors(
        std::span(reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()))};
  }
  if (const Value* ticks = read.at(sys_up_time)) {
    if (const auto n = ticks->unsigned_number(); n && *n <= 0xffffffffu)
      status.up_time_ticks = static_cast<std::uint32_t>(*n);
  }
  read.under(printer_mib + Oid{16, 5, 1, 2, device}, [&](std::span<const Oid::Arc>, const Value& value) {
    if (value.octets() == nullptr) return;
    if (std::string line = device_text(*value.octets()); !line.empty())
      status.console_lines.push_back(std::move(line));
  });
  describe_alerts(read, device, status);
}

// The private counter table's rows, by detail index: what each counts in PWG 5106.1 words, or the vendor
// extension's.
struct PrivateMeter {
  Oid::Arc index;
  const char* name;
  const char* unit;
};
constexpr std::array<PrivateMeter, 12> private_meters{{
    {1, "x-TotalImpressionsVendor", "impressions"},
    {7, "x-MonochromePrintedImpressions", "impressions"},
    {8, "x-MonochromePrintedSheets", "sheets"},
    {29, "x-FullColorPrintedImpressions", "impressions"},
    {33, "FullColorImpressions", "impressions"},
    {34, "MonochromeImpressions", "impressions"},
    {38, "x-Sheets", "sheets"},
    {39, "x-TwoSidedSheets", "sheets"},
    {43, "x-LargeFullColorImpressions", "impressions"},
    {44, "x-LargeMonochromeImpressions", "impressions"},
    {47, "x-LargeImpressions", "impressions"},
    {71, "x-FaxImpressions", "impressions"},
}};

void describe_counters(const Reader& read, std::uint32_t device, const model::Stamp& at,
                       model::DeviceReport& report) {
  model::Meters meters;
  model::Usage usage;
  const Oid marker = printer_mib + Oid{10, 2, 1};
  const Oid life = marker + Oid{4, device, 1};
  const auto life_count = read.number(life);
  const auto unit = enumerated<model::CounterUnit>(read.number(marker + Oid{3, device, 1}));
  if (life_count && *life_count >= 0) {
    usage.life_impressions = static_cast<std::uint64_t>(*life_count);
    usage.life_unit = unit;
    const bool sheets = unit == model::CounterUnit::sheets;
    meters.rows.push_back({sheets ? "x-TotalSheets" : "TotalImpressions", model::MeterScope::system,
                           sheets ? "sheets" : "impressions", static_cast<std::uint64_t>(*life_count),
                           life.text(), at, 0});
  }
  if (const auto since = read.number(marker + Oid{5, device, 1}); since && *since >= 0) {
    usage.power_on_impressions = static_cast<std::uint64_t>(*since);
  }
  for (const PrivateMeter& meter : private_meters) {
    const Oid name = private_counters + Oid{6, 1, 20, meter.index};
    const auto value = read.number(name);
    if (!value || *value < 0) continue;
    meters.rows.push_back({meter.name, model::MeterScope::system, meter.unit,
                           static_cast<std::uint64_t>(*value), name.text(), at, 0});
  }
  const Oid input = printer_mib + Oid{8, 2, 1};
  read.under(input + Oid{2, device}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1) return;
    model::InputTray tray;
    tray.index = suffix[0];
    tray.type = enumerated<model::InputType>(value.number());
    usage.inputs.push_back(std::move(tray));
  });
  if (usage.inputs.empty()) {  // a device that answers only some columns: rows by their capacity
    read.under(input + Oid{9, device}, [&](std::span<const Oid::Arc> suffix, const Value&) {
      if (suffix.size() == 1) usage.inputs.emplace_back().index = suffix[0];
    });
  }
  for (model::InputTray& tray : usage.inputs) {
    const auto cell = [&](Oid::Arc column) { return input + Oid{column, device, tray.index}; };
    tray.unit = enumerated<model::CapacityUnit>(read.number(cell(8)));
    tray.max_capacity = level(read.number(cell(9)));
    tray.level = level(read.number(cell(10)));
    if (const auto status = read.number(cell(11))) tray.status = static_cast<std::int32_t>(*status);
    tray.media_name = read.text(cell(12));
    tray.name = read.text(cell(13));
  }
  const Oid output = printer_mib + Oid{9, 2, 1};
  read.under(output + Oid{2, device}, [&](std::span<const Oid::Arc> suffix, const Value& value) {
    if (suffix.size() != 1) return;
    const auto cell = [&](Oid::Arc column) { return output + Oid{column, device, suffix[0]}; };
    model::OutputBin bin;
    bin.index = suffix[0];
    bin.type = enumerated<model::OutputType>(value.number());
    bin.unit = enumerated<model::CapacityUnit>(read.number(cell(3)));
    bin.max_capacity = level(read.number(cell(4)));
    bin.remaining = level(read.number(cell(5)));
    if (const auto status = read.number(cell(6))) bin.status = static_cast<std::int32_t>(*status);
    bin.name = read.text(cell(7));
    usage.outputs.push_back(std::move(bin));
  });
  if (!meters.rows.empty()) report.meters = std::move(meters);
  if (usage != model::Usage{}) report.usage = std::move(usage);
}

void describe_supplies(const Reader& read, std::uint32_t device, model::DeviceReport& report) {
  const Oid supply = printer_mib + Oid{11, 1, 1};
  model::Supplies supplies;
  // A row is known by any of its columns: some printers answer levels only.
  std::vector<std::uint32_t> rows;
  for (const Oid::Arc column : {5u, 6u, 8u, 9u}) {
    read.under(supply + Oid{column, device}, [&](std::span<const Oid::Arc> suffix, const Value&) {
      if (suffix.size() == 1 && std::ranges::find(rows, suffix[0]) == rows.end()) rows.push_back(suffix[0]);
    });
  }
  std::ranges::sort(rows);
  for (const std::uint32_t row : rows) {
    const auto cell = [&](Oid::Arc column) { return supply + Oid{column, device, row}; };
    model::Supply entry;
    entry.index = row;
    if (const auto n = read.number(cell(2)); n && *n >= 0)
      entry.marker_index = static_cast<std::uint32_t>(*n);
    if (const auto n = read.number(cell(3)); n && *n > 0) {
      entry.colorant = read.text(printer_mib + Oid{12, 1, 1, 4, device, static_cast<Oid::Arc>(*n)});
    }
    entry.supply_class = enumerated<model::SupplyClass>(read.number(cell(4)));
    entry.type = enumerated<model::SupplyType>(read.number(cell(5)));
    entry.description = read.text(cell(6));
    entry.unit = enumerated<model::SupplyUnit>(read.number(cell(7)));
    entry.max_capacity = level(read.number(cell(8)));
    entry.level = level(read.number(cell(9)));
    supplies.rows.push_back(std::move(entry));
  }
  if (!supplies.rows.empty()) report.supplies = std::move(supplies);
}

}  // namespace

const std::vector<Oid>& full_scalars() {
  static const std::vector<Oid> names = {sys_descr, sys_object_id, sys_up_time,    sys_contact,
                                         sys_name,  sys_location,  hr_memory_size, ip_route_next_hop};
  return names;
}

std::vector<Oid> full_subtrees(const Oid& object_id) {
  std::vector<Oid> roots = {if_phys_address,
                            ip_addr_table,
                            hr_devices,
                            hr_software_name,
                            printer_mib,
                            ent_serial,
                            ppm_device_id.first(ppm_device_id.size() - 1)};
  if (object_id.starts_with(enterprises + Oid{253}) || object_id.starts_with(enterprises + Oid{297})) {
    roots.push_back(private_serial.first(private_serial.size() - 1));
    roots.push_back(private_counters + Oid{6, 1, 20});
  }
  return roots;
}

const std::vector<Oid>& identity_scalars() {
  static const std::vector<Oid> names = {sys_descr,
                                         sys_object_id,
                                         printer_mib + Oid{5, 1, 1, 17, 1},
                                         hr_device + Oid{3, 1},
                                         ppm_device_id,
                                         private_serial,
                                         ent_serial + Oid{1}};
  return names;
}

const std::vector<Oid>& firmware_scalars() {
  static const std::vector<Oid> names = {sys_descr, hr_software_name + Oid{1}};
  return names;
}

std::string firmware_level(const Variables& variables) {
  model::DeviceIdentity identity;
  const Reader read(variables);
  describe_identity(read, 1, identity);
  return identity.firmware.empty() ? std::string() : identity.firmware.front().level;
}

const std::vector<Oid>& status_scalars() {
  static const std::vector<Oid> names = {sys_up_time,
                                         hr_device + Oid{5, 1},
                                         hr_printer + Oid{1, 1},
                                         hr_printer + Oid{2, 1},
                                         printer_mib + Oid{10, 2, 1, 4, 1, 1},
                                         printer_mib + Oid{5, 1, 1, 18, 1},
                                         printer_mib + Oid{5, 1, 1, 19, 1}};
  return names;
}

void describe_device(const Variables& variables, const model::Stamp& at, model::DeviceReport& report) {
  const Reader read(variables);
  const std::uint32_t device = printer_device(read);
  describe_identity(read, device, report.identity);
  model::Network network;
  describe_network(read, network);
  if (network != model::Network{}) report.network = std::move(network);
  model::Properties properties;
  describe_properties(read, device, properties);
  if (properties != model::Properties{}) report.properties = std::move(properties);
  report.status = describe_status(variables, at);
  describe_counters(read, device, at, report);
  describe_supplies(read, device, report);
}

model::Status describe_status(const Variables& variables, const model::Stamp& at) {
  const Reader read(variables);
  model::Status status;
  describe_state(read, printer_device(read), status);
  status.retrieved_at = at;
  return status;
}

std::string device_text(const std::string& octets) {
  std::string text = octets.substr(0, octets.find('\0'));
  if (!schema::is_utf8(text)) {
    std::string converted;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80) {
        converted += c;
      } else {
        converted += static_cast<char>(0xc0 | (byte >> 6));
        converted += static_cast<char>(0x80 | (byte & 0x3f));
      }
    }
    text = std::move(converted);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r' || text.back() == '\n')) text.pop_back();
  return text;
}

std::string_view maker_of(const Oid& object_id) {
  static constexpr std::pair<Oid::Arc, std::string_view> makers[] = {
      {11, "HP"},       {236, "Samsung"},  {253, "Xerox"},    {297, "Fujifilm"}, {367, "Ricoh"},
      {641, "Lexmark"}, {1129, "Toshiba"}, {1248, "Epson"},   {1347, "Kyocera"}, {1602, "Canon"},
      {2001, "OKI"},    {2385, "Sharp"},   {2435, "Brother"}, {10642, "Zebra"},  {18334, "Konica Minolta"},
  };
  if (!object_id.starts_with(enterprises) || object_id.size() <= enterprises.size()) return {};
  for (const auto& [number, name] : makers) {
    if (object_id[enterprises.size()] == number) return name;
  }
  return {};
}

}  // namespace mr::agent
