#include "reference/protocol/snmp/usm.hpp"

#include <algorithm>
#include <cstring>

namespace mr::snmp {
namespace {

constexpr std::size_t password_octets_min = 8;  // RFC 3414 section 11.2

SecurityLevel level_of(const V3Frame& frame) {
  return frame.flags & flag_priv   ? SecurityLevel::auth_priv
         : frame.flags & flag_auth ? SecurityLevel::auth_no_priv
                                   : SecurityLevel::no_auth_no_priv;
}

// Requests that are answered; a Report is sent for no other kind (RFC 3412 section 7.1, step 3).
bool confirmed(PduType type) {
  return type == PduType::get || type == PduType::get_next || type == PduType::get_bulk ||
         type == PduType::set || type == PduType::inform;
}

}  // namespace

const std::string& PasswordKeys::key(UsmAuth auth, const std::string& password) {
  const auto found = keys_.find({auth, password});
  if (found != keys_.end()) return found->second;
  if (keys_.size() >= keys_max_) keys_.clear();
  return keys_.emplace(std::pair(auth, password), trust::password_to_key(auth, password)).first->second;
}

SecurityLevel UsmUser::level() const {
  return auth == UsmAuth::none   ? SecurityLevel::no_auth_no_priv
         : priv == UsmPriv::none ? SecurityLevel::auth_no_priv
                                 : SecurityLevel::auth_priv;
}

Result<UsmUser> make_user(const UsmPasswords& passwords, PasswordKeys& keys) {
  if (passwords.name.empty() || passwords.name.size() > 32)
    return Fault(errc::bad_value, "user name of 1 to 32 octets");
  UsmUser out{
      .name = passwords.name, .auth = passwords.auth, .priv = passwords.priv, .auth_ku = {}, .priv_ku = {}};
  if (out.auth == UsmAuth::none) {
    if (out.priv != UsmPriv::none)
      return Fault(errc::unsupported_security_level, "privacy without authentication");
    return out;
  }
  if (passwords.auth_password.size() < password_octets_min)
    return Fault(errc::bad_password, "authentication");
  out.auth_ku = keys.key(out.auth, passwords.auth_password);
  if (out.priv != UsmPriv::none) {
    const std::string& password =
        passwords.priv_password.empty() ? passwords.auth_password : passwords.priv_password;
    if (password.size() < password_octets_min) return Fault(errc::bad_password, "privacy");
    out.priv_ku = keys.key(out.auth, password);
  }
  out.level_min = out.level();
  return out;
}

LocalUser::LocalUser(std::shared_ptr<const UsmUser> user, std::string_view engine_id)
    : user_(std::move(user)) {
  const UsmUser& u = *user_;
  if (u.auth == UsmAuth::none) return;
  mac_ = trust::UsmMac(u.auth, trust::localize_key(u.auth, u.auth_ku, engine_id));
  if (u.priv == UsmPriv::none) return;
  const std::string kul = trust::localize_key(u.auth, u.priv_ku, engine_id);
  cipher_ = trust::UsmCipher(u.priv, trust::privacy_key(u.auth, u.priv, kul, engine_id));
}

Bytes secure(const Securing& how, const ScopedPdu& scoped, LocalUser* keys) {
  MR_ASSERT(how.level == SecurityLevel::no_auth_no_priv || (keys && how.level <= keys->user().level()));
  BerWriter plain;
  encode_scoped(plain, scoped);

  V3Frame frame;
  frame.message_id = how.message_id;
  frame.size_max = how.size_max;
  frame.flags = how.reportable ? flag_reportable : 0;
  frame.usm.engine_id = how.engine_id;
  frame.usm.boots = how.at.boots;
  frame.usm.time = how.at.time;
  frame.usm.user = how.user;
  frame.scoped = plain.view();
  std::string encrypted;
  if (how.level == SecurityLevel::auth_priv) {
    frame.flags |= flag_priv;
    frame.encrypted = true;
    frame.usm.salt = keys->cipher().salt(how.at.boots, how.salt);
    encrypted = keys->cipher().encrypt(as_text(plain.view()), how.at.boots, how.at.time, frame.usm.salt);
    frame.scoped = as_bytes(encrypted);
  }
  if (how.level == SecurityLevel::no_auth_no_priv) return encode_v3(frame).datagram;
  frame.flags |= flag_auth;
  frame.usm.digest.assign(trust::mac_size(keys->mac().auth()), '\0');
  EncodedV3 out = encode_v3(frame);
  const std::string mac = keys->mac().mac(as_text(out.datagram));
  std::memcpy(out.datagram.data() + out.digest_offset, mac.data(), mac.size());
  return std::move(out.datagram);
}

bool authentic(const V3Frame& frame, ByteView datagram, const LocalUser& keys) {
  static constexpr char zeros[64] = {};
  const std::size_t size = trust::mac_size(keys.mac().auth());
  if (size == 0 || frame.usm.digest.size() != size) return false;
  const std::string_view whole = as_text(datagram);
  const std::string_view parts[] = {
      whole.substr(0, frame.digest_offset), {zeros, size}, whole.substr(frame.digest_offset + size)};
  return trust::equal_digests(keys.mac().mac(parts), frame.usm.digest);
}

Result<ScopedPdu> open_scoped(const V3Frame& frame, LocalUser* keys, const Limits& limits) {
  if (!frame.encrypted) return decode_scoped(frame.scoped, false, limits);
  std::string plain;
  if (!keys || keys->user().priv == UsmPriv::none ||
      !keys->cipher().decrypt(as_text(frame.scoped), frame.usm.boots, frame.usm.time, frame.usm.salt,
                              plain)) {
    return Fault(errc::decryption_failed);
  }
  // A wrong key shows as rubbish where the ScopedPDU should be.
  auto scoped = decode_scoped(as_bytes(plain), keys->user().priv == UsmPriv::des, limits);
  if (!scoped) return Fault(errc::decryption_failed, to_string(scoped.error()));
  return scoped;
}

// --- the authoritative side ---

UsmAuthority::UsmAuthority(std::string engine_id, std::shared_ptr<const UserTable> users, std::uint64_t salt)
    : engine_id_(std::move(engine_id)), users_(std::move(users)), salt_(salt) {
  MR_ASSERT(engine_id_.size() >= 5);
  MR_ASSERT(engine_id_.size() <= 32);
  MR_ASSERT(users_ != nullptr);
}

void UsmAuthority::users(std::shared_ptr<const UserTable> users) {
  MR_ASSERT(users != nullptr);
  users_ = std::move(users);
  local_.clear();
}

LocalUser* UsmAuthority::find(std::string_view name) {
  for (const auto& user : local_) {
    if (user->user().name == name) return user.get();
  }
  const auto found = users_->find(name);
  if (found == users_->end()) return nullptr;
  return local_.emplace_back(std::make_unique<LocalUser>(found->second, engine_id_)).get();
}

UsmAuthority::Refused UsmAuthority::refuse(errc why, const V3Frame& frame, std::uint32_t& counter,
                                           std::uint32_t which, LocalUser* keys, EngineTime now,
                                           const Limits& limits) {
  ++counter;
  Refused out{why, {}};
  if (!(frame.flags & flag_reportable)) return out;
  ScopedPdu report;
  if (!frame.encrypted) {
    if (const auto scoped = decode_scoped(frame.scoped, false, limits)) {
      if (!confirmed(scoped->pdu.type)) return out;
      report.pdu.request_id = scoped->pdu.request_id;
    }
  }
  report.context_engine_id = engine_id_;
  report.pdu.type = PduType::report;
  report.pdu.varbinds.push_back({Oid{1, 3, 6, 1, 6, 3, 15, 1, 1, which, 0}, Value::counter32(counter)});
  out.report = secure({.message_id = frame.message_id,
                       .level = keys ? SecurityLevel::auth_no_priv : SecurityLevel::no_auth_no_priv,
                       .engine_id = engine_id_,
                       .at = now,
                       .user = frame.usm.user},
                      report, keys);
  return out;
}

std::variant<UsmAuthority::Accepted, UsmAuthority::Refused> UsmAuthority::receive(ByteView datagram,
                                                                                  EngineTime now,
                                                                                  const Limits& limits) {
  const auto decoded = decode_v3(datagram, limits);
  if (!decoded) {
    const auto& code = decoded.error().code;
    return Refused{code.category() == errc_category() ? static_cast<errc>(code.value()) : errc::bad_value,
                   {}};
  }
  const V3Frame& frame = *decoded;
  const SecurityLevel level = level_of(frame);

  if (frame.usm.engine_id != engine_id_) {
    return refuse(errc::unknown_engine, frame, stats_.unknown_engine_ids, 4, nullptr, now, limits);
  }
  LocalUser* user = find(frame.usm.user);
  if (!user) return refuse(errc::unknown_user, frame, stats_.unknown_user_names, 3, nullptr, now, limits);
  if (level > user->user().level() || level < user->user().level_min) {
    return refuse(errc::unsupported_security_level, frame, stats_.unsupported_sec_levels, 1, nullptr, now,
                  limits);
  }
  if (level >= SecurityLevel::auth_no_priv) {
    if (!authentic(frame, datagram, *user)) {
      return refuse(errc::wrong_digest, frame, stats_.wrong_digests, 5, nullptr, now, limits);
    }
    const std::int64_t apart = std::int64_t{frame.usm.time} - now.time;
    if (now.boots == boots_max || frame.usm.boots != now.boots || apart > time_window_seconds ||
        apart < -time_window_seconds) {
      return refuse(errc::not_in_time_window, frame, stats_.not_in_time_windows, 2, user, now, limits);
    }
  }
  auto scoped = open_scoped(frame, user, limits);
  if (!scoped) {
    if (scoped.error().code == make_error_code(errc::decryption_failed)) {
      return refuse(errc::decryption_failed, frame, stats_.decryption_errors, 6, nullptr, now, limits);
    }
    return Refused{static_cast<errc>(scoped.error().code.value()), {}};
  }
  return Accepted{.user = user,
                  .level = level,
                  .message_id = frame.message_id,
                  .size_max = static_cast<std::size_t>(frame.size_max),
                  .reportable = (frame.flags & flag_reportable) != 0,
                  .scoped = std::move(*scoped)};
}

Bytes UsmAuthority::respond(const Accepted& request, const ScopedPdu& response, EngineTime now) {
  return secure({.message_id = request.message_id,
                 .level = request.level,
                 .engine_id = engine_id_,
                 .at = now,
                 .user = request.user->user().name,
                 .salt = salt_++},
                response, request.user);
}

std::size_t UsmAuthority::overhead(const Accepted& request) const {
  // Eight headers of at most 5 octets, eight integers of at most 6, flags, salt and padding; and the texts.
  return 8 * 5 + 8 * 6 + 3 + 10 + 8 + 2 * (2 + engine_id_.size()) + (2 + request.user->user().name.size()) +
         2 + trust::mac_size(request.user->user().auth) + 5 + request.scoped.context_name.size();
}

Bytes UsmAuthority::report(const Accepted& request, const Oid& counter, std::uint32_t value, EngineTime now) {
  ScopedPdu out{engine_id_, {}, {}};
  out.pdu.type = PduType::report;
  out.pdu.request_id = request.scoped.pdu.request_id;
  out.pdu.varbinds.push_back({counter, Value::counter32(value)});
  return respond(request, out, now);
}

Bytes UsmAuthority::report_unknown_context(const Accepted& request, EngineTime now) {
  return report(request, Oid{1, 3, 6, 1, 6, 3, 12, 1, 5, 0}, ++stats_.unknown_contexts, now);
}

Bytes UsmAuthority::report_unknown_pdu_handler(const Accepted& request, EngineTime now) {
  return report(request, Oid{1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0}, ++stats_.unknown_pdu_handlers, now);
}

Result<Bytes> UsmAuthority::notify(std::string_view user, std::int32_t message_id, const ScopedPdu& scoped,
                                   EngineTime now) {
  LocalUser* keys = find(user);
  if (!keys) return Fault(errc::unknown_user, std::string(user));
  return secure({.message_id = message_id,
                 .level = keys->user().level(),
                 .engine_id = engine_id_,
                 .at = now,
                 .user = user,
                 .salt = salt_++},
                scoped, keys);
}

}  // namespace mr::snmp
