// The messages of the protocol besides reports, one struct each, and the codes of its errors. Where a message
// is sent and what its fields mean is the normative text in conformance/requirements; optional fields are
// absent, never empty.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/model/report.hpp"

namespace mr::model {

// --- RegisterForManagement ---

enum class SenderKind : std::uint8_t { agent, device };
std::span<const Word<SenderKind>> words_of(SenderKind);

struct RegisterForManagement {
  SenderKind kind = SenderKind::agent;
  std::optional<std::string> registration_key;  // agent. A credential: never log it
  std::optional<std::string> location;          // required, not blank (location-required)
  std::optional<std::string> contact_email;     // agent: required, one address (contact-required)
  std::string host_name;
  std::string product_name;
  std::string product_version;
  std::optional<std::string> manufacturer;  // device: required, as in its factory certificate
  std::optional<std::string> model;
  std::optional<std::string> serial_number;
  std::string csr;  // PKCS#10, PEM
  bool operator==(const RegisterForManagement&) const = default;
};

struct RegisterForManagementResponse {
  std::string sender_id;  // also the CN of the certificate
  std::string account_id;
  std::string certificate;           // PEM chain, leaf first
  std::string envelope_certificate;  // PEM: whom CMS envelopes are for
  std::optional<TimeOfDay> report_time_of_day;
  std::vector<std::string> capabilities;  // slugs
  bool operator==(const RegisterForManagementResponse&) const = default;
};

// True for a text of white space alone, and for an empty one.
bool is_blank(std::string_view text);
// True for exactly one address `local@domain`: 3 to 254 octets, no white space, comma, semicolon, angle
// bracket or control character, one `@`, a domain of at least one label. Whether it exists is not asked.
bool is_email_address(std::string_view text);

// --- SendReports: the reply ---

struct ReceivedReport {
  std::string report_id;
  std::string device_id;  // assigned by the server
  bool operator==(const ReceivedReport&) const = default;
};

struct Receipt {
  std::string package_id;
  std::string idempotency_key;
  Stamp stored_at;
  std::vector<ReceivedReport> reports;  // one per report of the package, in its order
  bool operator==(const Receipt&) const = default;
};

// --- GetSchedule ---

enum class PollKind : std::uint8_t { daily, interval };
std::span<const Word<PollKind>> words_of(PollKind);

struct GetSchedule {
  SecurityMode security_mode = SecurityMode::normal;
  PollKind poll = PollKind::daily;
  std::vector<std::string> capabilities;  // slugs
  bool operator==(const GetSchedule&) const = default;
};

// What may be asked for. The set is open on the wire: a receiver answers a kind that it does not know with
// `refused`.
enum class ActionKind : std::uint8_t {
  get_device_status,
  reboot_device,
  upgrade_device,
  troubleshoot_device,
  print_test_page,
  start_managing_device,
  send_reports,
};
std::span<const Word<ActionKind>> words_of(ActionKind);

struct Action {
  std::string action_id;
  std::string kind;  // an ActionKind word (from_word<ActionKind>), or one of a later version
  std::optional<std::string> device_id;     // absent: all devices of the sender
  std::optional<std::string> manufacturer;  // with the serial number, for a sender that keeps no device ids
  std::optional<std::string> serial_number;
  std::vector<NamedValue> parameters;  // names occur once
  std::optional<Stamp> not_before;
  std::optional<std::string> requested_by;
  bool operator==(const Action&) const = default;
};

struct GetScheduleResponse {
  std::vector<Action> actions;  // action ids occur once
  bool operator==(const GetScheduleResponse&) const = default;
};

// --- SendActionResults ---

enum class Outcome : std::uint8_t { performed, refused, failed };
std::span<const Word<Outcome>> words_of(Outcome);

struct ActionResult {
  std::string action_id;
  Outcome outcome = Outcome::refused;
  std::optional<std::string>
      reason;  // slug: `not-supported`, `not-permitted`, `disabled`, `locked-down`, `unreachable`, ...
  std::optional<std::string> detail;  // for people
  Stamp finished_at;
  std::optional<Status> status;  // of the device, read after the request
  bool operator==(const ActionResult&) const = default;
};

struct SendActionResults {
  std::vector<ActionResult> results;
  bool operator==(const SendActionResults&) const = default;
};

struct Acknowledgement {
  Stamp received_at;
  std::vector<std::string> action_ids;  // whose results are stored now
  bool operator==(const Acknowledgement&) const = default;
};

// --- Error ---

// The codes of version 1; words_of gives the slugs.
enum class ErrorCode : std::uint8_t {
  not_registered,
  not_found,
  method_not_allowed,
  body_too_large,
  media_type,
  malformed_xml,
  doctype_refused,
  schema_violation,
  malformed_package,
  package_limit,
  envelope_refused,
  fingerprint_mismatch,
  missing_header,
  registration_key_refused,
  registration_conflict,
  location_required,
  contact_required,
  csr_refused,
  foreign_device,
  idempotency_conflict,
  range_not_satisfiable,
  not_implemented,
  busy,
  internal,
};
std::span<const Word<ErrorCode>> words_of(ErrorCode);
unsigned http_status(ErrorCode code);

struct ProtocolError {
  std::string code;  // slug; from_word<ErrorCode> where it is one of version 1
  std::string detail;
  bool operator==(const ProtocolError&) const = default;

  static ProtocolError of(ErrorCode code, std::string detail = {}) {
    return {std::string(word(code)), std::move(detail)};
  }
};

}  // namespace mr::model
