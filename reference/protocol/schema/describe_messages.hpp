// The messages, in the order of their XML, and the names of their root elements. See note.hpp for how to read
// it.
#pragma once

#include "reference/protocol/schema/describe_device.hpp"

namespace mr::schema {

namespace origin {
inline constexpr Note upload{"protocol", "WP-5-01"};
inline constexpr Note registration{"protocol", "WP-5-27"};
inline constexpr Note device_registration{"protocol", "WP-4-06"};
inline constexpr Note schedule{"protocol", "WP-8-05"};
inline constexpr Note result{"protocol", "WP-5-26"};
inline constexpr Note failure{"protocol", "WP-5-24"};
inline constexpr Note permission{"protocol", "WP-6-01"};
inline constexpr Note host{"Device Management Identity", "WP-5-35"};
inline constexpr Note mode{"Device Manager Corporation Security Mode", "WP-5-36"};
}  // namespace origin

template <class Message>
inline constexpr std::string_view root_name = {};
template <>
inline constexpr std::string_view root_name<model::RegisterForManagement> = "RegisterForManagement";
template <>
inline constexpr std::string_view root_name<model::RegisterForManagementResponse> =
    "RegisterForManagementResponse";
template <>
inline constexpr std::string_view root_name<model::DeviceReport> = "DeviceReport";
template <>
inline constexpr std::string_view root_name<model::Manifest> = "Manifest";
template <>
inline constexpr std::string_view root_name<model::Receipt> = "Receipt";
template <>
inline constexpr std::string_view root_name<model::GetSchedule> = "GetSchedule";
template <>
inline constexpr std::string_view root_name<model::GetScheduleResponse> = "GetScheduleResponse";
template <>
inline constexpr std::string_view root_name<model::SendActionResults> = "SendActionResults";
template <>
inline constexpr std::string_view root_name<model::Acknowledgement> = "Acknowledgement";
template <>
inline constexpr std::string_view root_name<model::ProtocolError> = "Error";

// Location and ContactEmail may be absent here because their absence has error codes of its own.
template <class Io>
void describe(Io& io, model::RegisterForManagement& value) {
  io.field("SenderKind", value.kind, origin::registration);
  io.field("RegistrationKey", value.registration_key,
           Note{"protocol", "WP-9-02"}.of(Sensitivity::credential));
  io.field("Location", value.location, origin::registration.of(Sensitivity::person));
  io.field("ContactEmail", value.contact_email, origin::registration.of(Sensitivity::person));
  io.field("HostName", value.host_name, origin::registration);
  io.field("ProductName", value.product_name, origin::registration);
  io.field("ProductVersion", value.product_version, origin::registration);
  io.field("Manufacturer", value.manufacturer, origin::device_registration);
  io.field("Model", value.model, origin::device_registration);
  io.field("SerialNumber", value.serial_number, origin::device_registration);
  io.field("Csr", value.csr, origin::device_registration);
}

template <class Io>
void describe(Io& io, model::RegisterForManagementResponse& value) {
  io.field("SenderId", value.sender_id, origin::registration.as(Form::identifier));
  io.field("AccountId", value.account_id, origin::registration.as(Form::identifier));
  io.field("Certificate", value.certificate, origin::device_registration);
  io.field("EnvelopeCertificate", value.envelope_certificate, Note{"protocol", "WP-5-21"});
  io.field("ReportTimeOfDay", value.report_time_of_day, Note{"protocol", "WP-5-20"});
  io.field("Capability", value.capabilities, origin::registration.as(Form::slug));
}

template <class Io>
void describe(Io& io, model::Permission& value) {
  io.field("Action", value.action, origin::permission.as(Form::word));
  io.field("GrantedBy", value.granted_by, origin::permission.of(Sensitivity::person));
  io.field("Until", value.until, origin::permission);
}

template <class Io>
void describe(Io& io, model::DeviceReport& value) {
  io.field("ReportId", value.report_id, origin::upload.as(Form::identifier));
  io.field("Sequence", value.sequence, origin::upload);
  io.require(value.sequence >= 1, "a sequence from 1");
  io.field("ReadTime", value.read_time, origin::upload);
  io.field("Source", value.source, Note{"protocol", "WP-4-01"});
  io.field("Identity", value.identity, origin::identity);
  io.field("Network", value.network, origin::network);
  io.field("Properties", value.properties, origin::properties);
  io.field("Status", value.status, origin::status);
  io.field("Meters", value.meters, origin::counters);
  io.field("Supplies", value.supplies, origin::consumables);
  io.field("Usage", value.usage, origin::usage);
  io.field("Permission", value.permissions, origin::permission);
}

template <class Io>
void describe(Io& io, model::DataSize& value) {
  io.field("Name", value.name, origin::host);
  io.field("TotalKib", value.total_kib, origin::host);
  io.field("FreeKib", value.free_kib, origin::host);
}

template <class Io>
void describe(Io& io, model::HostIdentity& value) {
  io.field("DnsName", value.dns_name, origin::host.of(Sensitivity::address));
  io.field("IpAddress", value.ip_addresses, origin::host.of(Sensitivity::address).as(Form::ip));
  io.field("OsName", value.os_name, origin::host);
  io.field("OsType", value.os_type, origin::host);
  io.field("Cpu", value.cpu, origin::host);
  io.field("Memory", value.memory, origin::host);
  io.field("Disk", value.disks, origin::host);
  io.field("SiteName", value.site_name, origin::host);
  io.field("ProductName", value.product_name, origin::host);
  io.field("ProductVersion", value.product_version, origin::host);
  io.field("LicenceExpiresAt", value.licence_expires_at, origin::host);
  io.field("RuntimeVersion", value.runtime_version, origin::host);
  io.field("TimeZone", value.time_zone, origin::host);
  io.field("DiscoveryVersion", value.discovery_version, origin::host);
  io.field("Database", value.databases, origin::host);
  io.field("PrintersInScope", value.printers_in_scope, origin::host);
  io.field("PrintersOutOfScope", value.printers_out_of_scope, origin::host);
  io.field("CriticalService", value.critical_services, origin::host);
  io.field("SecurityMode", value.security_mode, origin::mode);
}

template <class Io>
void describe(Io& io, model::ManifestEntry& value) {
  io.field("Name", value.name, origin::upload.as(Form::entry_name));
  io.field("ReportId", value.report_id, origin::upload.as(Form::identifier));
}

template <class Io>
void describe(Io& io, model::Manifest& value) {
  io.field("PackageId", value.package_id, origin::upload.as(Form::uuid));
  io.field("SenderId", value.sender_id, origin::upload.as(Form::identifier));
  io.field("CreatedAt", value.created_at, origin::upload);
  io.field("Host", value.host, origin::host);
  io.field("Permission", value.permissions, origin::permission);
  io.field("Report", value.reports, origin::upload);
  io.unique(
      value.reports, [](const model::ManifestEntry& row) { return std::string_view(row.name); },
      "each name once");
  io.unique(
      value.reports, [](const model::ManifestEntry& row) { return std::string_view(row.report_id); },
      "each report id once");
}

template <class Io>
void describe(Io& io, model::ReceivedReport& value) {
  io.field("ReportId", value.report_id, origin::upload.as(Form::identifier));
  io.field("DeviceId", value.device_id, origin::upload.as(Form::identifier));
}

template <class Io>
void describe(Io& io, model::Receipt& value) {
  io.field("PackageId", value.package_id, origin::upload.as(Form::uuid));
  io.field("IdempotencyKey", value.idempotency_key, origin::upload.as(Form::uuid));
  io.field("StoredAt", value.stored_at, origin::upload);
  io.field("Report", value.reports, origin::upload);
  io.unique(
      value.reports, [](const model::ReceivedReport& row) { return std::string_view(row.report_id); },
      "each report id once");
}

template <class Io>
void describe(Io& io, model::GetSchedule& value) {
  io.field("SecurityMode", value.security_mode, origin::mode);
  io.field("Poll", value.poll, origin::schedule);
  io.field("Capability", value.capabilities, origin::schedule.as(Form::slug));
}

template <class Io>
void describe(Io& io, model::Action& value) {
  io.field("ActionId", value.action_id, origin::schedule.as(Form::identifier));
  io.field("Kind", value.kind, origin::schedule.as(Form::word));
  io.field("DeviceId", value.device_id, origin::schedule.as(Form::identifier));
  io.field("Manufacturer", value.manufacturer, origin::schedule);
  io.field("SerialNumber", value.serial_number, origin::schedule);
  io.field("Parameter", value.parameters, origin::schedule);
  io.unique(
      value.parameters, [](const model::NamedValue& row) { return std::string_view(row.name); },
      "each parameter once");
  io.field("NotBefore", value.not_before, origin::schedule);
  io.field("RequestedBy", value.requested_by, Note{"protocol", "WP-5-25"}.of(Sensitivity::person));
}

template <class Io>
void describe(Io& io, model::GetScheduleResponse& value) {
  io.field("Action", value.actions, origin::schedule);
  io.unique(
      value.actions, [](const model::Action& row) { return std::string_view(row.action_id); },
      "each action id once");
}

template <class Io>
void describe(Io& io, model::ActionResult& value) {
  io.field("ActionId", value.action_id, origin::result.as(Form::identifier));
  io.field("Outcome", value.outcome, origin::result);
  io.field("Reason", value.reason, origin::result.as(Form::slug));
  io.field("Detail", value.detail, origin::result);
  io.field("FinishedAt", value.finished_at, origin::result);
  io.field("Status", value.status, Note{"Print Device Status", "WP-6-02"});
}

template <class Io>
void describe(Io& io, model::SendActionResults& value) {
  io.field("Result", value.results, origin::result);
  io.unique(
      value.results, [](const model::ActionResult& row) { return std::string_view(row.action_id); },
      "each action id once");
}

template <class Io>
void describe(Io& io, model::Acknowledgement& value) {
  io.field("ReceivedAt", value.received_at, origin::result);
  io.field("ActionId", value.action_ids, origin::result.as(Form::identifier));
}

template <class Io>
void describe(Io& io, model::ProtocolError& value) {
  io.field("Code", value.code, origin::failure.as(Form::slug));
  io.field("Detail", value.detail, origin::failure);
}

}  // namespace mr::schema
