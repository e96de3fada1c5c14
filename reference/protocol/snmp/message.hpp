// SNMP messages as values: v1 (RFC 1157), v2c (RFC 1901), the PDUs of RFC 3416, and the frame of v3 (RFC
// 3412).
//
// Decoding copies, so that a message outlives its datagram (V3Frame alone refers to it). Bounded by Limits.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/snmp/ber.hpp"

namespace mr::snmp {

enum class Version : std::uint8_t { v1 = 0, v2c = 1, v3 = 3 };

enum class PduType : std::uint8_t {
  get = 0xa0,
  get_next = 0xa1,
  response = 0xa2,
  set = 0xa3,
  trap_v1 = 0xa4,
  get_bulk = 0xa5,
  inform = 0xa6,
  trap = 0xa7,  // SNMPv2-Trap
  report = 0xa8,
};

enum class ErrorStatus : std::uint8_t {
  no_error = 0,
  too_big = 1,
  no_such_name = 2,
  bad_value = 3,
  read_only = 4,
  gen_err = 5,
  no_access = 6,
  wrong_type = 7,
  wrong_length = 8,
  wrong_encoding = 9,
  wrong_value = 10,
  no_creation = 11,
  inconsistent_value = 12,
  resource_unavailable = 13,
  commit_failed = 14,
  undo_failed = 15,
  authorization_error = 16,
  not_writable = 17,
  inconsistent_name = 18,
};
std::string_view to_text(ErrorStatus);  // "noSuchName", as the RFC writes it; "error 77" is "unknown"
std::string_view to_text(PduType);      // "GetRequest", ...

// What only a v1 Trap has.
struct TrapV1 {
  Oid enterprise;
  std::array<std::uint8_t, 4> agent_address{};
  std::int32_t generic = 0;  // 0 coldStart .. 6 enterpriseSpecific
  std::int32_t specific = 0;
  std::uint32_t uptime = 0;  // hundredths of a second
  bool operator==(const TrapV1&) const = default;
};

struct Pdu {
  PduType type = PduType::get;
  std::int32_t request_id = 0;
  std::int32_t error_status = 0;  // an ErrorStatus, or what the peer made of it; GetBulk: non-repeaters
  std::int32_t error_index = 0;   // 1-based; GetBulk: max-repetitions
  std::vector<VarBind> varbinds;
  std::optional<TrapV1> trap_v1;  // present where, and only where, type is trap_v1
  bool operator==(const Pdu&) const = default;
};

struct CommunityMessage {
  Version version = Version::v2c;  // v1 or v2c
  std::string community;
  Pdu pdu;
};

struct ScopedPdu {
  std::string context_engine_id;
  std::string context_name;
  Pdu pdu;
};

struct Limits {
  std::size_t bytes_max = 65507;  // of a datagram
  std::size_t varbinds_max = 2048;
};

// The version of a message, without judging the rest. errors: truncated, bad_tag, bad_length,
// unsupported_version.
Result<Version> version_of(ByteView datagram);

// errors: those of the codec; unsupported_version where the message is v3.
// A v2c-only PDU or value type inside a v1 message is accepted here: agent and manager rules decide on it.
Result<CommunityMessage> decode_community(ByteView datagram, const Limits& limits = {});
Bytes encode(const CommunityMessage& message);

// Octets that encode() adds around the varbinds, at most: for fitting an answer.
std::size_t community_overhead(const CommunityMessage& message);

// --- v3 ---

inline constexpr std::uint8_t flag_auth = 0x01, flag_priv = 0x02, flag_reportable = 0x04;
inline constexpr std::int32_t usm_model = 3;
inline constexpr std::int32_t msg_size_min = 484;  // RFC 3412: the least msgMaxSize

// UsmSecurityParameters, RFC 3414 section 2.4.
struct UsmParameters {
  std::string engine_id;  // authoritative; at most 32 octets
  std::int32_t boots = 0, time = 0;
  std::string user;    // at most 32 octets
  std::string digest;  // empty without authentication
  std::string salt;    // empty without privacy, else 8 octets
};

// A v3 message before its security is judged.
struct V3Frame {
  std::int32_t message_id = 0;
  std::int32_t size_max = 0;  // msgMaxSize
  std::uint8_t flags = 0;
  UsmParameters usm;
  std::size_t digest_offset = 0;  // of usm.digest in the datagram
  bool encrypted = false;         // the scoped PDU is an OCTET STRING
  ByteView scoped;  // encrypted: the contents of that string; else the whole ScopedPDU element. lifetime: the
                    // datagram
};

// errors: those of the codec; unsupported_security_model; invalid_flags (privacy without authentication);
// bad_tag where flags and the form of the scoped PDU do not agree.
Result<V3Frame> decode_v3(ByteView datagram, const Limits& limits = {});
// The ScopedPDU element; octets after it are allowed where `padded` (DES).
Result<ScopedPdu> decode_scoped(ByteView bytes, bool padded, const Limits& limits = {});
void encode_scoped(BerWriter& out, const ScopedPdu& scoped);

struct EncodedV3 {
  Bytes datagram;
  std::size_t digest_offset = 0;
};
// frame.scoped is written as frame.encrypted says.
EncodedV3 encode_v3(const V3Frame& frame);

// For decoders within this module.
void read_pdu(BerReader& in, Pdu& out, const Limits& limits);
void write_pdu(BerWriter& out, const Pdu& pdu);

}  // namespace mr::snmp
