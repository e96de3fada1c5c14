#include "reference/protocol/snmp/message.hpp"

#include <cstring>

namespace mr::snmp {
namespace {

Fault fault_of(const BerReader& in, std::string_view where) { return Fault(in.error(), std::string(where)); }

void read_varbinds(BerReader& in, std::vector<VarBind>& out, const Limits& limits) {
  BerReader list = in.enter(sequence_tag);
  while (list.ok() && !list.at_end()) {
    if (out.size() == limits.varbinds_max) {
      list.fail(errc::too_many_varbinds);
      break;
    }
    BerReader one = list.enter(sequence_tag);
    VarBind& v = out.emplace_back();
    one.oid(v.name);
    one.value(v.value);
    one.finish();
    if (!one.ok()) list.fail(one.error());
  }
  if (!list.ok()) in.fail(list.error());
}

void write_varbinds(BerWriter& out, const std::vector<VarBind>& varbinds) {
  const std::size_t before = out.size();
  for (std::size_t i = varbinds.size(); i > 0; --i) {
    const std::size_t at = out.size();
    out.value(varbinds[i - 1].value);
    out.oid(varbinds[i - 1].name);
    out.wrap(sequence_tag, at);
  }
  out.wrap(sequence_tag, before);
}

void read_trap_v1(BerReader& body, TrapV1& out) {
  body.oid(out.enterprise);
  const std::string_view address = body.octets(static_cast<std::uint8_t>(Type::ip_address));
  if (body.ok() && address.size() != 4) body.fail(errc::bad_length);
  if (body.ok()) std::memcpy(out.agent_address.data(), address.data(), 4);
  out.generic = body.integer();
  out.specific = body.integer();
  Value uptime;
  body.value(uptime);
  if (body.ok() && uptime.type() != Type::time_ticks) body.fail(errc::bad_tag);
  if (body.ok()) out.uptime = static_cast<std::uint32_t>(*uptime.unsigned_number());
}

}  // namespace

std::string_view to_text(ErrorStatus status) {
  static constexpr std::string_view names[] = {"noError",
                                               "tooBig",
                                               "noSuchName",
                                               "badValue",
                                               "readOnly",
                                               "genErr",
                                               "noAccess",
                                               "wrongType",
                                               "wrongLength",
                                               "wrongEncoding",
                                               "wrongValue",
                                               "noCreation",
                                               "inconsistentValue",
                                               "resourceUnavailable",
                                               "commitFailed",
                                               "undoFailed",
                                               "authorizationError",
                                               "notWritable",
                                               "inconsistentName"};
  const auto i = static_cast<std::size_t>(status);
  return i < std::size(names) ? names[i] : "unknown";
}

std::string_view to_text(PduType type) {
  switch (type) {
    case PduType::get:
      return "GetRequest";
    case PduType::get_next:
      return "GetNextRequest";
    case PduType::response:
      return "Response";
    case PduType::set:
      return "SetRequest";
    case PduType::trap_v1:
      return "Trap";
    case PduType::get_bulk:
      return "GetBulkRequest";
    case PduType::inform:
      return "InformRequest";
    case PduType::trap:
      return "SNMPv2-Trap";
    case PduType::report:
      return "Report";
  }
  return "unknown";
}

void read_pdu(BerReader& in, Pdu& out, const Limits& limits) {
  const std::uint8_t tag = in.peek();
  if (tag < 0xa0 || tag > 0xa8) return in.fail(in.at_end() ? errc::truncated : errc::bad_tag);
  out.type = static_cast<PduType>(tag);
  BerReader body = in.enter(tag);
  if (out.type == PduType::trap_v1) {
    read_trap_v1(body, out.trap_v1.emplace());
  } else {
    out.request_id = body.integer();
    out.error_status = body.integer();
    out.error_index = body.integer();
  }
  read_varbinds(body, out.varbinds, limits);
  body.finish();
  if (!body.ok()) in.fail(body.error());
}

void write_pdu(BerWriter& out, const Pdu& pdu) {
  MR_ASSERT(pdu.trap_v1.has_value() == (pdu.type == PduType::trap_v1));
  const std::size_t before = out.size();
  write_varbinds(out, pdu.varbinds);
  if (pdu.trap_v1) {
    const TrapV1& trap = *pdu.trap_v1;
    out.unsigned_integer(trap.uptime, static_cast<std::uint8_t>(Type::time_ticks));
    out.integer(trap.specific);
    out.integer(trap.generic);
    out.value(Value::ip_address(trap.agent_address));
    out.oid(trap.enterprise);
  } else {
    out.integer(pdu.error_index);
    out.integer(pdu.error_status);
    out.integer(pdu.request_id);
  }
  out.wrap(static_cast<std::uint8_t>(pdu.type), before);
}

Result<Version> version_of(ByteView datagram) {
  BerReader in(datagram);
  BerReader body = in.enter(sequence_tag);
  const std::int32_t n = body.integer();
  if (!body.ok()) return fault_of(body, "message");
  if (n != 0 && n != 1 && n != 3) return Fault(errc::unsupported_version, "version " + std::to_string(n));
  return static_cast<Version>(n);
}

Result<CommunityMessage> decode_community(ByteView datagram, const Limits& limits) {
  if (datagram.size() > limits.bytes_max) return Fault(errc::too_large);
  BerReader in(datagram);
  BerReader body = in.enter(sequence_tag);
  in.finish();
  if (!in.ok()) return fault_of(in, "message");
  CommunityMessage out;
  const std::int32_t version = body.integer();
  if (body.ok() && version != 0 && version != 1) {
    return Fault(errc::unsupported_version, "version " + std::to_string(version));
  }
  out.version = static_cast<Version>(version);
  out.community = body.octets();
  if (!body.ok()) return fault_of(body, "message header");
  read_pdu(body, out.pdu, limits);
  body.finish();
  if (!body.ok()) return fault_of(body, "PDU");
  return out;
}

Bytes encode(const CommunityMessage& message) {
  MR_ASSERT(message.version != Version::v3);
  BerWriter out;
  write_pdu(out, message.pdu);
  out.octets(message.community);
  out.integer(static_cast<int>(message.version));
  out.wrap(sequence_tag, 0);
  return out.take();
}

std::size_t community_overhead(const CommunityMessage& message) {
  // Three SEQUENCE or PDU headers of at most 5 octets, the version, and three integers of at most 6.
  return 3 * 5 + 3 + 3 * 6 + ber_header_size(message.community.size()) + message.community.size();
}

// --- v3 ---

Result<V3Frame> decode_v3(ByteView datagram, const Limits& limits) {
  if (datagram.size() > limits.bytes_max) return Fault(errc::too_large);
  BerReader in(datagram);
  BerReader body = in.enter(sequence_tag);
  in.finish();
  if (!in.ok()) return fault_of(in, "message");
  const std::int32_t version = body.integer();
  if (body.ok() && version != 3)
    return Fault(errc::unsupported_version, "version " + std::to_string(version));

  V3Frame out;
  BerReader header = body.enter(sequence_tag);
  out.message_id = header.integer(0, INT32_MAX);
  out.size_max = header.integer(msg_size_min, INT32_MAX);
  const std::string_view flags = header.octets();
  if (header.ok() && flags.size() != 1) header.fail(errc::bad_length);
  if (header.ok()) out.flags = static_cast<std::uint8_t>(flags[0]);
  const std::int32_t model = header.integer(1, INT32_MAX);
  header.finish();
  if (!header.ok()) return fault_of(header, "msgGlobalData");
  if (model != usm_model) return Fault(errc::unsupported_security_model, "model " + std::to_string(model));
  if ((out.flags & flag_priv) && !(out.flags & flag_auth)) return Fault(errc::invalid_flags);

  BerReader wrapped = body.enter(0x04);
  BerReader usm = wrapped.enter(sequence_tag);
  wrapped.finish();
  out.usm.engine_id = usm.octets_max(32);
  out.usm.boots = usm.integer(0, INT32_MAX);
  out.usm.time = usm.integer(0, INT32_MAX);
  out.usm.user = usm.octets_max(32);
  const std::string_view digest = usm.octets();
  out.usm.digest = digest;
  out.usm.salt = usm.octets();
  usm.finish();
  if (!wrapped.ok()) return fault_of(wrapped, "msgSecurityParameters");
  if (!usm.ok()) return fault_of(usm, "UsmSecurityParameters");
  out.digest_offset =
      static_cast<std::size_t>(digest.data() - reinterpret_cast<const char*>(datagram.data()));

  out.encrypted = (out.flags & flag_priv) != 0;
  const std::size_t left = body.remaining();
  const ByteView contents = body.element(out.encrypted ? 0x04 : sequence_tag);
  // Both ends of the message have been checked: what is left is the scoped PDU's element, to the last octet.
  body.finish();
  if (!body.ok()) return fault_of(body, "msgData");
  out.scoped = out.encrypted ? contents : datagram.last(left);
  return out;
}

Result<ScopedPdu> decode_scoped(ByteView bytes, bool padded, const Limits& limits) {
  BerReader in(bytes);
  BerReader body = in.enter(sequence_tag);
  if (!padded) in.finish();
  if (padded && in.ok() && in.remaining() > 8) in.fail(errc::trailing_bytes);
  if (!in.ok()) return fault_of(in, "ScopedPDU");
  ScopedPdu out;
  out.context_engine_id = body.octets();
  out.context_name = body.octets();
  read_pdu(body, out.pdu, limits);
  body.finish();
  if (!body.ok()) return fault_of(body, "ScopedPDU");
  return out;
}

void encode_scoped(BerWriter& out, const ScopedPdu& scoped) {
  const std::size_t before = out.size();
  write_pdu(out, scoped.pdu);
  out.octets(scoped.context_name);
  out.octets(scoped.context_engine_id);
  out.wrap(sequence_tag, before);
}

EncodedV3 encode_v3(const V3Frame& frame) {
  BerWriter out(256 + frame.scoped.size());
  out.raw(frame.scoped);
  if (frame.encrypted) out.wrap(0x04, 0);

  const std::size_t parameters = out.size();
  out.octets(frame.usm.salt);
  const std::size_t after_digest = out.size();
  out.octets(frame.usm.digest);
  out.octets(frame.usm.user);
  out.integer(frame.usm.time);
  out.integer(frame.usm.boots);
  out.octets(frame.usm.engine_id);
  out.wrap(sequence_tag, parameters);
  out.wrap(0x04, parameters);

  const std::size_t header = out.size();
  out.integer(usm_model);
  const char flags = static_cast<char>(frame.flags);
  out.octets({&flags, 1});
  out.integer(frame.size_max);
  out.integer(frame.message_id);
  out.wrap(sequence_tag, header);
  out.integer(3);
  out.wrap(sequence_tag, 0);

  EncodedV3 encoded{out.take(), 0};
  encoded.digest_offset = encoded.datagram.size() - after_digest - frame.usm.digest.size();
  return encoded;
}

}  // namespace mr::snmp
