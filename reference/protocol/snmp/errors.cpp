#include "reference/protocol/snmp/errors.hpp"

namespace mr::snmp {

std::string_view describe(errc e) {
  switch (e) {
    case errc::truncated:
      return "the message ends too early";
    case errc::bad_length:
      return "a length is not acceptable";
    case errc::bad_tag:
      return "an element is of the wrong type";
    case errc::bad_value:
      return "a value is out of its range";
    case errc::trailing_bytes:
      return "there are more octets than the message needs";
    case errc::too_many_varbinds:
      return "too many variable bindings";
    case errc::too_large:
      return "the message is too large";
    case errc::unsupported_version:
      return "the SNMP version is not supported";
    case errc::unsupported_security_model:
      return "the security model is not supported";
    case errc::invalid_flags:
      return "privacy without authentication";
    case errc::unknown_engine:
      return "unknown engine id";
    case errc::unknown_user:
      return "unknown user name";
    case errc::unsupported_security_level:
      return "the security level is not supported for the user";
    case errc::wrong_digest:
      return "the message is not authentic";
    case errc::not_in_time_window:
      return "the message is outside the time window";
    case errc::decryption_failed:
      return "the message cannot be decrypted";
    case errc::bad_password:
      return "a password has at least 8 octets";
    case errc::wrong_community:
      return "the response is under another community";
    case errc::mismatched:
      return "the response is to another request";
    case errc::unexpected_pdu:
      return "this kind of PDU has no place here";
    case errc::no_answer:
      return "no answer";
    case errc::refused_by_peer:
      return "the peer refuses the request";
    case errc::error_status:
      return "the response has an error-status";
    case errc::not_increasing:
      return "the names of a walk do not increase";
    case errc::walk_limit:
      return "the walk has too many variables";
  }
  return "unknown";
}

errc code_of(const Fault& fault) {
  return fault.code.category() == errc_category() ? static_cast<errc>(fault.code.value()) : errc::bad_value;
}

}  // namespace mr::snmp
