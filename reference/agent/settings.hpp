// What a device management application is told at its installation.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/model/zone.hpp"
#include "reference/protocol/snmp/session.hpp"
#include "reference/protocol/trust/certificate.hpp"
#include "reference/runtime/stream.hpp"

namespace mr::agent {

// Addresses first..last, both included; nothing outside the ranges gets a packet (WP-10-02).
struct AddressRange {
  runtime::Address first, last;
  // Which of Settings::credentials are tried here, by index, in this order; empty: all.
  std::vector<std::size_t> credentials = {};
};

// A permission of the customer for one kind of action (WP-6-01), as recorded at this agent.
struct Permit {
  model::ActionKind action{};
  std::optional<runtime::Address> printer = {};  // absent: every printer
  std::optional<model::Moment> until =
      {};                       // from this instant on it does not hold; absent: until it is withdrawn
  std::string granted_by = {};  // for the agent's own audit; never sent
};

struct Settings {
  std::string store = "agent";

  // The server: its name is resolved, and must be in its certificate.
  std::string server_name;
  std::uint16_t server_port = 443;
  std::vector<trust::Certificate> server_roots;

  // One-time registration.
  std::string registration_key;
  std::string location;
  std::string contact_email;
  std::string host_name = "agent";

  // The printers.
  std::vector<AddressRange> scope;
  std::uint16_t snmp_port = 161;
  // Tried in this order at discovery.
  std::vector<snmp::SnmpCredentials> credentials = {snmp::CommunityCredentials{snmp::Version::v2c, "public"}};
  std::chrono::milliseconds snmp_timeout{2000};  // per attempt
  int snmp_attempts = 3;
  std::size_t in_flight = 32;        // printers asked at the same time
  bool manage_automatically = true;  // false: a discovered printer waits for Start Managing

  // When.
  model::Zone zone;
  std::optional<model::TimeOfDay> report_at =
      {};  // daily read, report and query, local time; unset: as the server said, or 02:00
  bool report_at_start = false;        // besides, once as soon as the printers are found
  std::chrono::seconds jitter_max{0};  // added to it by chance
  std::chrono::milliseconds status_interval{std::chrono::hours(1)};      // 0: no status reads
  std::chrono::milliseconds discovery_interval{std::chrono::hours(24)};  // 0: once
  std::chrono::milliseconds poll_interval{0};  // of GetSchedule besides the daily one; 0: none

  // What the server may ask for. Sending reports needs no permission, but can be switched off as any other
  // kind.
  std::vector<Permit> permitted;
  std::vector<model::ActionKind> disabled;  // switched off, whatever is permitted (WP-6-08)
  std::string write_community = "private";  // for SET, with the version of the printer's read credentials
  std::uint16_t raw_port = 9100;            // test pages and software
  std::size_t actions_in_flight = 4;        // on different printers; on one printer one after the other
  std::chrono::milliseconds reboot_time_max{std::chrono::minutes(10)};  // until the printer must be back
  std::chrono::milliseconds print_time_max{std::chrono::minutes(5)};  // until the page must have been counted
  std::chrono::milliseconds upgrade_time_max{
      std::chrono::minutes(30)};  // from the last octet sent until it must be back
  std::uint64_t software_bytes_max = 512ull * 1024 * 1024;

  // Corporation Security Mode. Given: set at this start, and kept. Absent: as last set at this site; Normal
  // where it never was.
  std::optional<model::SecurityMode> security_mode = {};
};

}  // namespace mr::agent
