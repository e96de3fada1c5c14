// What SendReports carries: a package has one Manifest and one DeviceReport per device that it reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/model/device.hpp"

namespace mr::model {

enum class ReportSource : std::uint8_t {
  direct,
  agent
};  // the device itself, or a device management application
std::span<const Word<ReportSource>> words_of(ReportSource);

enum class SecurityMode : std::uint8_t { normal, locked_down };  // Corporation Security Mode
std::span<const Word<SecurityMode>> words_of(SecurityMode);

// A permission of the customer for one kind of action: on the device of the report that lists it, or, in a manifest, on
// every device that the sender has not reported yet.
struct Permission {
  std::string action;                     // ActionKind word
  std::optional<std::string> granted_by;  // a person; sent only where the customer switched that on
  std::optional<Stamp> until;             // absent: until it is withdrawn
  bool operator==(const Permission&) const = default;
};

struct DeviceReport {
  std::string report_id;                      // identifier, see is_identifier; unique within the sender
  std::uint64_t sequence = 1;                 // per device, from 1, each report one more
  Stamp read_time;                            // when the values were read
  ReportSource source = ReportSource::agent;  // of every group below
  DeviceIdentity identity;
  std::optional<Network> network;
  std::optional<Properties> properties;
  std::optional<Status> status;
  std::optional<Meters> meters;
  std::optional<Supplies> supplies;
  std::optional<Usage> usage;
  std::vector<Permission> permissions;
  bool operator==(const DeviceReport&) const = default;
};

struct DataSize {
  std::string name;
  std::optional<std::uint64_t> total_kib, free_kib;
  bool operator==(const DataSize&) const = default;
};

// The agent's own identity and host (Table 3, Device Management Identity).
struct HostIdentity {
  std::optional<std::string> dns_name;
  std::vector<std::string> ip_addresses;  // absent in Locked Down mode
  std::optional<std::string> os_name, os_type, cpu;
  std::optional<DataSize> memory;
  std::vector<DataSize> disks;
  std::optional<std::string> site_name;
  std::optional<std::string> product_name, product_version;
  std::optional<Stamp> licence_expires_at;
  std::optional<std::string> runtime_version;
  std::optional<std::string> time_zone;  // POSIX TZ rule
  std::optional<std::string> discovery_version;
  std::vector<DataSize> databases;
  std::optional<std::uint32_t> printers_in_scope, printers_out_of_scope;
  std::vector<std::string> critical_services;  // that run
  std::optional<SecurityMode> security_mode;
  bool operator==(const HostIdentity&) const = default;
};

struct ManifestEntry {
  std::string name;  // of the zip entry: `reports/<report-id>.xml`
  std::string report_id;
  bool operator==(const ManifestEntry&) const = default;
};

struct Manifest {
  std::string package_id;  // uuid, lower case
  std::string sender_id;
  Stamp created_at;
  std::optional<HostIdentity> host;    // of an agent
  std::vector<Permission> permissions;
  std::vector<ManifestEntry> reports;  // in the order of the zip; names and ids occur once
  bool operator==(const Manifest&) const = default;
};

// 1 to 64 of letters, digits, `.`, `_`, `-`: ids of reports, packages, senders, devices, actions, accounts.
bool is_identifier(std::string_view text);
// 8-4-4-4-12 lower case hexadecimal digits.
bool is_uuid(std::string_view text);

}  // namespace mr::model
