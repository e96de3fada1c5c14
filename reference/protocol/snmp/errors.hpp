// What can be wrong with a datagram, a message's security or a conversation.
#pragma once

#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::snmp {

enum class errc {
  truncated = 1,               // ends before a length says it should
  bad_length,                  // indefinite, over 4 length octets, or not right for the type
  bad_tag,                     // another type than the place allows
  bad_value,                   // a number out of its range, or a malformed OBJECT IDENTIFIER
  trailing_bytes,              // more bytes than the message, or than a sequence, has use for
  too_many_varbinds,           // over Limits::varbinds_max
  too_large,                   // over Limits::bytes_max, or the answer does not fit msgMaxSize
  unsupported_version,         // neither v1, v2c nor v3, or not the one asked for
  unsupported_security_model,  // v3 with another model than USM
  invalid_flags,               // v3: privacy without authentication
  unknown_engine,              // v3: not the authoritative engine's id
  unknown_user,                // v3
  unsupported_security_level,  // v3: the user has no such keys, or the level is under the user's minimum
  wrong_digest,                // v3: truncated, or does not verify
  not_in_time_window,          // v3: authentic but outside 150 s
  decryption_failed,           // v3: privacy parameters of the wrong length, or rubbish after decryption
  bad_password,                // under 8 octets (RFC 3414 section 11.2)
  wrong_community,             // a response under another community than asked
  mismatched,                  // a response to another request
  unexpected_pdu,              // a PDU type that has no place here
  no_answer,                   // every attempt timed out
  refused_by_peer,             // the peer's Report (v3) refuses the request; its reason is in the detail
  error_status,                // the response has an error-status; name and index are in the detail
  not_increasing,              // a walk: the peer's next name is not after the last
  walk_limit,                  // a walk: over the number of variables allowed
};
std::string_view describe(errc);

}  // namespace mr::snmp
MR_ERRC(mr::snmp, errc, "snmp")

namespace mr::snmp {
// The errc of a fault, or bad_value where it is of another category.
errc code_of(const Fault& fault);
}  // namespace mr::snmp
