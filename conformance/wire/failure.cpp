#include "conformance/wire/failure.hpp"

#include <fmt/format.h>

namespace mr::wire {

std::string_view word(End end) {
  switch (end) {
    case End::timed_out:
      return "timed out";
    case End::refused:
      return "connection refused";
    case End::unreachable:
      return "unreachable";
    case End::reset:
      return "reset";
    case End::closed:
      return "closed";
    case End::alert:
      return "alert";
    case End::tls:
      return "TLS failed";
    case End::malformed:
      return "malformed";
    case End::too_large:
      return "too large";
    case End::local:
      return "local failure";
  }
  return "?";
}

std::string to_string(const Failure& failure) {
  if (failure.end == End::alert)
    return fmt::format("alert {} ({})", alert_name(failure.alert), failure.alert);
  if (failure.detail.empty()) return std::string(word(failure.end));
  return fmt::format("{}: {}", word(failure.end), failure.detail);
}

std::string_view alert_name(int alert) {
  switch (alert) {
    case 0:
      return "close_notify";
    case 10:
      return "unexpected_message";
    case 20:
      return "bad_record_mac";
    case 22:
      return "record_overflow";
    case 40:
      return "handshake_failure";
    case 42:
      return "bad_certificate";
    case 43:
      return "unsupported_certificate";
    case 44:
      return "certificate_revoked";
    case 45:
      return "certificate_expired";
    case 46:
      return "certificate_unknown";
    case 47:
      return "illegal_parameter";
    case 48:
      return "unknown_ca";
    case 49:
      return "access_denied";
    case 50:
      return "decode_error";
    case 51:
      return "decrypt_error";
    case 70:
      return "protocol_version";
    case 71:
      return "insufficient_security";
    case 80:
      return "internal_error";
    case 86:
      return "inappropriate_fallback";
    case 90:
      return "user_canceled";
    case 109:
      return "missing_extension";
    case 110:
      return "unsupported_extension";
    case 112:
      return "unrecognized_name";
    case 113:
      return "bad_certificate_status_response";
    case 116:
      return "certificate_required";
    case 120:
      return "no_application_protocol";
    default:
      return "?";
  }
}

}  // namespace mr::wire
