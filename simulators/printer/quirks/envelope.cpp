#include "simulators/printer/quirks/envelope.hpp"

namespace mr::printer {

using snmp::Version;

snmp::LocalUser* Envelopes::find(const std::string& name) {
  const auto known = local_.find(name);
  if (known != local_.end()) return known->second.get();
  if (!users_) return nullptr;
  const auto user = users_->find(name);
  if (user == users_->end()) return nullptr;
  return local_.emplace(name, std::make_unique<snmp::LocalUser>(user->second, engine_id_))
      .first->second.get();
}

std::optional<Envelopes::Message> Envelopes::open(snmp::ByteView datagram) {
  const auto version = snmp::version_of(datagram);
  if (!version) return {};
  Message out;
  out.version = *version;
  if (*version != Version::v3) {
    auto read = snmp::decode_community(datagram);
    if (!read) return {};
    out.community = std::move(read->community);
    out.pdu = std::move(read->pdu);
    return out;
  }
  const auto frame = snmp::decode_v3(datagram);
  if (!frame || frame->usm.engine_id != engine_id_) return {};
  snmp::LocalUser* user = find(frame->usm.user);
  if (!user && frame->flags & (snmp::flag_auth | snmp::flag_priv)) return {};
  auto scoped = snmp::open_scoped(*frame, user);
  if (!scoped) return {};
  out.message_id = frame->message_id;
  out.size_max = frame->size_max;
  out.level = frame->flags & snmp::flag_priv   ? snmp::SecurityLevel::auth_priv
              : frame->flags & snmp::flag_auth ? snmp::SecurityLevel::auth_no_priv
                                               : snmp::SecurityLevel::no_auth_no_priv;
  if (user && out.level > user->user().level()) return {};
  out.reportable = (frame->flags & snmp::flag_reportable) != 0;
  out.time = {frame->usm.boots, frame->usm.time};
  out.user = frame->usm.user;
  out.context_engine_id = std::move(scoped->context_engine_id);
  out.context_name = std::move(scoped->context_name);
  out.pdu = std::move(scoped->pdu);
  return out;
}

snmp::Bytes Envelopes::close(const Message& message) {
  if (message.version != Version::v3)
    return snmp::encode(snmp::CommunityMessage{message.version, message.community, message.pdu});
  snmp::LocalUser* user = find(message.user);
  return snmp::secure({.message_id = message.message_id,
                       .size_max = message.size_max,
                       .reportable = message.reportable,
                       .level = message.level,
                       .engine_id = engine_id_,
                       .at = message.time,
                       .user = message.user,
                       .salt = salt_++},
                      {message.context_engine_id, message.context_name, message.pdu}, user);
}

}  // namespace mr::printer
