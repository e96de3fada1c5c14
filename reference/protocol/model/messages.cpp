#include "reference/protocol/model/messages.hpp"

#include <algorithm>

namespace mr::model {

std::span<const Word<SenderKind>> words_of(SenderKind) {
  static constexpr Word<SenderKind> table[] = {{SenderKind::agent, "agent"}, {SenderKind::device, "device"}};
  return table;
}

std::span<const Word<PollKind>> words_of(PollKind) {
  static constexpr Word<PollKind> table[] = {{PollKind::daily, "daily"}, {PollKind::interval, "interval"}};
  return table;
}

std::span<const Word<ActionKind>> words_of(ActionKind) {
  static constexpr Word<ActionKind> table[] = {{ActionKind::get_device_status, "GetDeviceStatus"},
                                               {ActionKind::reboot_device, "RebootDevice"},
                                               {ActionKind::upgrade_device, "UpgradeDevice"},
                                               {ActionKind::troubleshoot_device, "TroubleshootDevice"},
                                               {ActionKind::print_test_page, "PrintTestPage"},
                                               {ActionKind::start_managing_device, "StartManagingDevice"},
                                               {ActionKind::send_reports, "SendReports"}};
  return table;
}

std::span<const Word<Outcome>> words_of(Outcome) {
  static constexpr Word<Outcome> table[] = {
      {Outcome::performed, "performed"}, {Outcome::refused, "refused"}, {Outcome::failed, "failed"}};
  return table;
}

std::span<const Word<ErrorCode>> words_of(ErrorCode) {
  static constexpr Word<ErrorCode> table[] = {
      {ErrorCode::not_registered, "not-registered"},
      {ErrorCode::not_found, "not-found"},
      {ErrorCode::method_not_allowed, "method-not-allowed"},
      {ErrorCode::body_too_large, "body-too-large"},
      {ErrorCode::media_type, "media-type"},
      {ErrorCode::malformed_xml, "malformed-xml"},
      {ErrorCode::doctype_refused, "doctype-refused"},
      {ErrorCode::schema_violation, "schema-violation"},
      {ErrorCode::malformed_package, "malformed-package"},
      {ErrorCode::package_limit, "package-limit"},
      {ErrorCode::envelope_refused, "envelope-refused"},
      {ErrorCode::fingerprint_mismatch, "fingerprint-mismatch"},
      {ErrorCode::missing_header, "missing-header"},
      {ErrorCode::registration_key_refused, "registration-key-refused"},
      {ErrorCode::registration_conflict, "registration-conflict"},
      {ErrorCode::location_required, "location-required"},
      {ErrorCode::contact_required, "contact-required"},
      {ErrorCode::csr_refused, "csr-refused"},
      {ErrorCode::foreign_device, "foreign-device"},
      {ErrorCode::idempotency_conflict, "idempotency-conflict"},
      {ErrorCode::range_not_satisfiable, "range-not-satisfiable"},
      {ErrorCode::not_implemented, "not-implemented"},
      {ErrorCode::busy, "busy"},
      {ErrorCode::internal, "internal"}};
  return table;
}

unsigned http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_registered:
    case ErrorCode::registration_key_refused:
    case ErrorCode::foreign_device:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::method_not_allowed:
      return 405;
    case ErrorCode::registration_conflict:
    case ErrorCode::idempotency_conflict:
      return 409;
    case ErrorCode::body_too_large:
    case ErrorCode::package_limit:
      return 413;
    case ErrorCode::media_type:
      return 415;
    case ErrorCode::range_not_satisfiable:
      return 416;
    case ErrorCode::malformed_xml:
    case ErrorCode::doctype_refused:
    case ErrorCode::schema_violation:
    case ErrorCode::malformed_package:
    case ErrorCode::envelope_refused:
    case ErrorCode::fingerprint_mismatch:
    case ErrorCode::missing_header:
    case ErrorCode::location_required:
    case ErrorCode::contact_required:
    case ErrorCode::csr_refused:
      return 400;
    case ErrorCode::internal:
      return 500;
    case ErrorCode::not_implemented:
      return 501;
    case ErrorCode::busy:
      return 503;
  }
  MR_ASSERT(false);
  return 500;
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool is_email_address(std::string_view text) {
  if (text.size() < 3 || text.size() > 254) return false;
  const bool clean = std::all_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u > 0x20 && u != 0x7f && c != ',' && c != ';' && c != '<' && c != '>' && c != '"';
  });
  const std::size_t at = text.find('@');
  if (!clean || at == 0 || at == std::string_view::npos || at != text.rfind('@')) return false;
  const std::string_view domain = text.substr(at + 1);
  return !domain.empty() && domain.front() != '.' && domain.back() != '.' &&
         domain.find("..") == std::string_view::npos;
}

}  // namespace mr::model
