// The groups of a device, in the order of their XML. See note.hpp for how to read it.
#pragma once

#include "reference/protocol/schema/note.hpp"

namespace mr::schema {

namespace origin {
inline constexpr Note identity{"Print Device Identity", "WP-5-28"};
inline constexpr Note network{"Print Device Network Address", "WP-5-29"};
inline constexpr Note site_address = network.of(Sensitivity::address);
inline constexpr Note ip_address = site_address.as(Form::ip);
inline constexpr Note properties{"Print Device Properties", "WP-5-30"};
inline constexpr Note status{"Print Device Status", "WP-5-31"};
inline constexpr Note faults{"Print Device Status", "WP-5-14"};
inline constexpr Note counters{"Print Device Counters", "WP-5-32"};
inline constexpr Note consumables{"Print Device Consumables", "WP-5-33"};
inline constexpr Note lifetime{"Print Device Consumables", "WP-5-07"};
inline constexpr Note usage{"Print Detailed Machine Usage", "WP-5-17"};
inline constexpr Note service_items{"Print Detailed Machine Usage", "WP-5-08"};
}  // namespace origin

template <class Io>
void describe(Io& io, model::FirmwareModule& value) {
  io.field("Name", value.name, origin::identity);
  io.field("Level", value.level, origin::identity);
  io.field("SerialNumber", value.serial_number, origin::identity);
  io.field("InstalledAt", value.installed_at, origin::identity);
}

template <class Io>
void describe(Io& io, model::AssetTag& value) {
  io.field("Owner", value.owner, origin::identity.as(Form::word));
  io.field("Tag", value.tag, origin::identity);
}

template <class Io>
void describe(Io& io, model::DeviceIdentity& value) {
  io.field("SerialNumber", value.serial_number, origin::identity);
  io.field("Manufacturer", value.manufacturer, origin::identity);
  io.field("Model", value.model, origin::identity);
  io.field("Description", value.description, origin::identity);
  io.field("SysObjectId", value.sys_object_id, origin::identity.as(Form::oid));
  io.field("FirmwareModule", value.firmware, origin::identity);
  io.field("AssetTag", value.asset_tags, origin::identity);
  io.field("SystemName", value.system_name, origin::identity.of(Sensitivity::address));
  io.field("Contact", value.contact, origin::identity.of(Sensitivity::person));
  io.field("Location", value.location, origin::identity.of(Sensitivity::person));
  io.field("ManagementState", value.management_state, origin::identity);
  io.field("FaxNumber", value.fax_number, origin::identity.of(Sensitivity::person));
  io.field("QueueName", value.queue_names, origin::identity);
  io.field("Licence", value.licences, Note{"Print Device Identity", "WP-5-02"});
  io.field("LocalId", value.local_id, origin::identity);
}

template <class Io>
void describe(Io& io, model::Network& value) {
  io.field("MacAddress", value.mac_addresses, origin::network.as(Form::mac));
  io.field("IpAddress", value.ip_addresses, origin::ip_address);
  io.field("SubnetMask", value.subnet_mask, origin::ip_address);
  io.field("SubnetAddress", value.subnet_address, origin::ip_address);
  io.field("DefaultGateway", value.default_gateway, origin::ip_address);
  io.field("DnsName", value.dns_name, origin::site_address);
  io.field("LastKnownIpAddress", value.last_known_ip_address, origin::ip_address);
  io.field("IpAddressChanged", value.ip_address_changed, origin::network);
  io.field("TimeZone", value.time_zone, origin::network);
  io.field("IpxAddress", value.ipx_address, origin::site_address);
  io.field("IpxExternalNetworkNumber", value.ipx_external_network_number, origin::site_address);
  io.field("IpxPrintServer", value.ipx_print_server, origin::site_address);
}

template <class Io>
void describe(Io& io, model::Component& value) {
  io.field("Kind", value.kind, origin::properties.as(Form::word));
  io.field("Index", value.index, origin::properties);
  io.field("Description", value.description, origin::properties);
  io.field("Level", value.level, origin::properties);
  io.field("SerialNumber", value.serial_number, origin::properties);
}

// Properties that users define may hold anything that they write.
template <class Io>
void describe(Io& io, model::NamedValue& value) {
  io.field("Name", value.name, origin::properties);
  io.field("Value", value.value, origin::properties.of(Sensitivity::person));
}

template <class Io>
void describe(Io& io, model::Properties& value) {
  io.field("Component", value.components, origin::properties);
  io.field("Feature", value.features, origin::properties);
  io.field("PagesPerMinute", value.pages_per_minute, origin::properties);
  io.field("Color", value.color, origin::properties);
  io.field("Duplex", value.duplex, origin::properties);
  io.field("FinishingOption", value.finishing_options, origin::properties);
  io.field("MarkingTechnology", value.marking_technology, origin::properties);
  io.field("MemoryKib", value.memory_kib, origin::properties);
  io.field("DiskKib", value.disk_kib, origin::properties);
  io.field("Language", value.languages, origin::properties);
  io.field("PowerSaverMode", value.power_saver_modes, Note{"Print Device Properties", "WP-5-13"});
  io.field("UserDefined", value.user_defined, origin::properties);
}

template <class Io>
void describe(Io& io, model::Alert& value) {
  io.field("Index", value.index, origin::status);
  io.field("Severity", value.severity, origin::status);
  io.field("Training", value.training, origin::status);
  io.field("Group", value.group, origin::status);
  io.field("GroupIndex", value.group_index, origin::status);
  io.field("Location", value.location, origin::status);
  io.field("Code", value.code, origin::status);
  io.field("Description", value.description, origin::status);
  io.field("TimeTicks", value.time_ticks, origin::status);
}

template <class Io>
void describe(Io& io, model::Alerts& value) {
  io.field("CriticalEvents", value.critical_events, origin::status);
  io.field("AllEvents", value.all_events, origin::status);
  io.field("Alert", value.rows, origin::status);
  io.unique(
      value.rows, [](const model::Alert& row) { return row.index; }, "each alert index once");
}

template <class Io>
void describe(Io& io, model::DetectedErrors& value) {
  io.field("State", value.states, origin::status);
}

template <class Io>
void describe(Io& io, model::ComponentStatus& value) {
  io.field("Kind", value.kind, origin::status.as(Form::word));
  io.field("Index", value.index, origin::status);
  io.field("Description", value.description, origin::status);
  io.field("Status", value.status, origin::status);
}

template <class Io>
void describe(Io& io, model::FaultEntry& value) {
  io.field("Code", value.code, origin::faults);
  io.field("Description", value.description, origin::faults);
  io.field("At", value.at, origin::faults);
  io.field("Count", value.count, Note{"Print Device Status", "WP-5-05"});
  io.field("Impressions", value.impressions, origin::faults);
}

template <class Io>
void describe(Io& io, model::FaultHistory& value) {
  io.field("Fault", value.faults, origin::faults);
  io.require(value.faults.size() <= 40, "at most the last 40 faults");
}

template <class Io>
void describe(Io& io, model::Status& value) {
  io.field("DeviceStatus", value.device_status, origin::status);
  io.field("PrinterStatus", value.printer_status, origin::status);
  io.field("DetectedErrors", value.detected_errors, origin::status);
  io.field("ConsoleLine", value.console_lines, origin::status);
  io.field("Alerts", value.alerts, origin::status);
  io.field("ComponentStatus", value.components, origin::status);
  io.field("FaultHistory", value.fault_history, origin::faults);
  io.field("Retrieval", value.retrieval, origin::status);
  io.field("RetrievedAt", value.retrieved_at, origin::status);
  io.field("DiscoveredAt", value.discovered_at, origin::status);
  io.field("DiscoveryMethod", value.discovery_method, origin::status.as(Form::word));
  io.field("UpTimeTicks", value.up_time_ticks, origin::status);
  io.field("TrapsSupported", value.traps_supported, origin::status);
  io.field("TrapsEnabled", value.traps_enabled, origin::status);
}

template <class Io>
void describe(Io& io, model::Meter& value) {
  io.field("Name", value.name, origin::counters.as(Form::word));
  io.field("Scope", value.scope, origin::counters);
  io.field("Unit", value.unit, origin::counters.as(Form::word));
  io.field("Value", value.value, origin::counters);
  io.field("Source", value.source, origin::counters.as(Form::oid));
  io.field("ReadTime", value.read_time, origin::counters);
  io.field("Epoch", value.epoch, origin::counters);
}

template <class Io>
void describe(Io& io, model::Meters& value) {
  io.field("BillingMode", value.billing_mode, origin::counters.as(Form::word));
  io.field("TargetVolume", value.target_volume, origin::counters);
  io.field("Meter", value.rows, origin::counters);
  io.unique(
      value.rows,
      [](const model::Meter& row) {
        return std::tuple(std::string_view(row.name), row.scope, std::string_view(row.unit));
      },
      "each name, scope and unit once");
}

template <class Io>
void describe(Io& io, model::Supply& value) {
  io.field("Index", value.index, origin::consumables);
  io.field("MarkerIndex", value.marker_index, origin::consumables);
  io.field("Colorant", value.colorant, origin::consumables);
  io.field("Class", value.supply_class, origin::consumables);
  io.field("Type", value.type, origin::consumables);
  io.field("Description", value.description, origin::consumables);
  io.field("Unit", value.unit, origin::consumables);
  io.field("MaxCapacity", value.max_capacity, origin::consumables);
  io.field("Level", value.level, origin::consumables);
  io.field("Manufacturer", value.manufacturer, origin::lifetime);
  io.field("Model", value.model, origin::lifetime);
  io.field("PartNumber", value.part_number, origin::consumables);
  io.field("SerialNumber", value.serial_number, origin::lifetime);
  io.field("Size", value.size, origin::consumables);
  io.field("LifeCount", value.life_count, origin::lifetime);
  io.field("DaysRemaining", value.days_remaining, origin::consumables);
}

template <class Io>
void describe(Io& io, model::Supplies& value) {
  io.field("Supply", value.rows, origin::consumables);
  io.unique(
      value.rows, [](const model::Supply& row) { return row.index; }, "each supply index once");
}

template <class Io>
void describe(Io& io, model::InputTray& value) {
  io.field("Index", value.index, origin::usage);
  io.field("Type", value.type, origin::usage);
  io.field("Name", value.name, origin::usage);
  io.field("MediaName", value.media_name, origin::usage);
  io.field("Unit", value.unit, origin::usage);
  io.field("MaxCapacity", value.max_capacity, origin::usage);
  io.field("Level", value.level, origin::usage);
  io.field("Status", value.status, origin::usage);
}

template <class Io>
void describe(Io& io, model::OutputBin& value) {
  io.field("Index", value.index, origin::usage);
  io.field("Type", value.type, origin::usage);
  io.field("Name", value.name, origin::usage);
  io.field("Unit", value.unit, origin::usage);
  io.field("MaxCapacity", value.max_capacity, origin::usage);
  io.field("Remaining", value.remaining, origin::usage);
  io.field("Status", value.status, origin::usage);
}

template <class Io>
void describe(Io& io, model::ServiceItem& value) {
  io.field("Code", value.code, origin::service_items);
  io.field("Description", value.description, origin::service_items);
  io.field("Used", value.used, origin::service_items);
  io.field("Limit", value.limit, origin::service_items);
  io.field("Unit", value.unit, origin::service_items.as(Form::word));
  io.field("ReplacedAt", value.replaced_at, origin::service_items);
}

template <class Io>
void describe(Io& io, model::Usage& value) {
  io.field("PowerOnCount", value.power_on_count, origin::usage);
  io.field("PowerOnImpressions", value.power_on_impressions, origin::usage);
  io.field("LifeImpressions", value.life_impressions, origin::usage);
  io.field("LifeUnit", value.life_unit, origin::usage);
  io.field("InputTray", value.inputs, origin::usage);
  io.field("OutputBin", value.outputs, origin::usage);
  io.field("ServiceItem", value.service_items, origin::service_items);
}

}  // namespace mr::schema
