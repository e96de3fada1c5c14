// What is believed of an engine (v3), and who can change it:
//
//   engine_   proved by an authentic message under the user's keys (or, for a user without authentication, by
//   a response).
//             Its clock moves only forward, as RFC 3414 section 3.2 step 7 b says. Only another proof or
//             forget() replaces it.
//   hint_     claimed by a Report without authentication: whom, and with what clock, to address next. It
//   becomes engine_
//             when an authentic message arrives under it, and is dropped at the time-out.
//   suspect_  a Report without authentication contradicts engine_: the next attempt begins with a discovery.
#include "reference/protocol/snmp/session.hpp"

#include <algorithm>

namespace mr::snmp {
namespace {

constexpr int resends_max = 4;  // per attempt: discovery, clock, and room for one contradiction of each
const Oid usm_stats{1, 3, 6, 1, 6, 3, 15, 1, 1};

Pdu request_of(PduType type, std::vector<Oid> names) {
  Pdu out;
  out.type = type;
  for (Oid& name : names) out.varbinds.push_back({std::move(name), {}});
  return out;
}

// The usmStats object of a Report, 0 for another.
std::uint32_t reported(const Pdu& pdu) {
  if (pdu.varbinds.empty()) return 0;
  const Oid& name = pdu.varbinds.front().name;
  return name.starts_with(usm_stats) && name.size() > usm_stats.size() ? name[usm_stats.size()] : 0;
}

std::string describe_report(const Pdu& pdu) {
  static constexpr std::string_view names[] = {"",
                                               "usmStatsUnsupportedSecLevels",
                                               "usmStatsNotInTimeWindows",
                                               "usmStatsUnknownUserNames",
                                               "usmStatsUnknownEngineIDs",
                                               "usmStatsWrongDigests",
                                               "usmStatsDecryptionErrors"};
  const std::uint32_t which = reported(pdu);
  if (which > 0 && which < std::size(names)) return std::string(names[which]);
  return pdu.varbinds.empty() ? "a Report without variables" : pdu.varbinds.front().name.text();
}

}  // namespace

Pdu get_request(std::vector<Oid> names) { return request_of(PduType::get, std::move(names)); }
Pdu get_next_request(std::vector<Oid> names) { return request_of(PduType::get_next, std::move(names)); }
Pdu get_bulk_request(std::vector<Oid> names, std::int32_t non_repeaters, std::int32_t max_repetitions) {
  Pdu out = request_of(PduType::get_bulk, std::move(names));
  out.error_status = non_repeaters;
  out.error_index = max_repetitions;
  return out;
}
Pdu set_request(std::vector<VarBind> varbinds) {
  Pdu out;
  out.type = PduType::set;
  out.varbinds = std::move(varbinds);
  return out;
}

Session::Session(SnmpCredentials credentials, Start start)
    : credentials_(std::move(credentials)), start_(start), next_id_(start.request_id), salt_(start.salt) {
  MR_ASSERT(start_.attempts_max >= 1);
}

Version Session::version() const {
  const auto* community = std::get_if<CommunityCredentials>(&credentials_);
  return community ? community->version : Version::v3;
}

std::string Session::engine_id() const { return engine_ ? engine_->id : std::string(); }

void Session::forget() {
  engine_.reset();
  hint_.reset();
  suspect_ = false;
}

Session::Action Session::start(Pdu request, Moment now) {
  MR_ASSERT(!busy());
  next_id_ = next_id_ >= INT32_MAX || next_id_ < 1 ? 1 : next_id_ + 1;
  request.request_id = next_id_;
  request_ = std::move(request);
  attempts_ = 0;
  message_ids_.clear();
  refusal_.clear();
  hint_.reset();
  discover_ = suspect_;
  return attempt(now);
}

Session::Action Session::timed_out(Moment now) {
  MR_ASSERT(busy());
  hint_.reset();
  if (attempts_ >= start_.attempts_max) {
    if (!refusal_.empty()) return over(Fault(errc::refused_by_peer, refusal_));
    return over(Fault(errc::no_answer));
  }
  // The last attempt asks who is there, in case the engine is another and does not say so.
  discover_ = !discover_ && (suspect_ || attempts_ + 1 == start_.attempts_max);
  return attempt(now);
}

Session::Action Session::attempt(Moment now) {
  ++attempts_;
  resends_ = 0;
  return Send{datagram(now)};
}

Session::Action Session::resend(Moment now) {
  if (resends_ >= resends_max) return Wait{errc::refused_by_peer};
  ++resends_;
  return Send{datagram(now)};
}

Session::Action Session::over(Result<Pdu> response) {
  request_.reset();
  return Done{std::move(response)};
}

Session::Engine* Session::asked() {
  if (hint_) return &*hint_;
  return engine_ && !discover_ ? &*engine_ : nullptr;
}

Session::Engine* Session::known(std::string_view id) {
  if (hint_ && hint_->id == id) return &*hint_;
  return engine_ && engine_->id == id ? &*engine_ : nullptr;
}

Bytes Session::datagram(Moment now) {
  if (const auto* community = std::get_if<CommunityCredentials>(&credentials_)) {
    return encode(CommunityMessage{community->version, community->community, *request_});
  }
  const auto& credentials = std::get<UserCredentials>(credentials_);
  next_id_ = next_id_ >= INT32_MAX || next_id_ < 1 ? 1 : next_id_ + 1;
  message_ids_.push_back(next_id_);
  Engine* engine = asked();
  if (!engine) {
    ScopedPdu probe;  // RFC 3414 section 4: no user, no engine, no variables
    probe.pdu.request_id = request_->request_id;
    return secure({.message_id = next_id_, .reportable = true}, probe, nullptr);
  }
  const auto gone = std::chrono::duration_cast<std::chrono::seconds>(now - engine->learned).count();
  const std::int64_t time = std::int64_t{engine->at.time} + gone;
  return secure(
      {.message_id = next_id_,
       .reportable = true,
       .level = credentials.user->level(),
       .engine_id = engine->id,
       .at = {engine->at.boots, static_cast<std::int32_t>(std::clamp<std::int64_t>(time, 0, INT32_MAX))},
       .user = credentials.user->name,
       .salt = salt_++},
      ScopedPdu{engine->id, credentials.context_name, *request_}, engine->keys.get());
}

Session::Action Session::received(ByteView datagram, Moment now) {
  MR_ASSERT(busy());
  return std::holds_alternative<CommunityCredentials>(credentials_) ? community_received(datagram)
                                                                    : usm_received(datagram, now);
}

Session::Action Session::community_received(ByteView datagram) {
  const auto& credentials = std::get<CommunityCredentials>(credentials_);
  auto message = decode_community(datagram, start_.limits);
  if (!message) return Wait{code_of(message.error())};
  if (message->version != credentials.version) return Wait{errc::unsupported_version};
  if (message->community != credentials.community) return Wait{errc::wrong_community};
  if (message->pdu.type != PduType::response) return Wait{errc::unexpected_pdu};
  if (message->pdu.request_id != request_->request_id) return Wait{errc::mismatched};
  return over(std::move(message->pdu));
}

// Takes the clock of an authentic message as RFC 3414 section 3.2 step 7 b; false where the message is too
// old. The first proof of an engine sets the clock as it is: an old message cannot be replayed here, since
// its msgID must be ours.
bool Session::believe(Engine& engine, const UsmParameters& usm, Moment now) {
  const bool first = !engine.proved;
  if (first || usm.boots > engine.at.boots || (usm.boots == engine.at.boots && usm.time > engine.latest)) {
    engine.at = {usm.boots, usm.time};
    engine.latest = usm.time;
    engine.learned = now;
  }
  engine.proved = true;
  const auto gone = std::chrono::duration_cast<std::chrono::seconds>(now - engine.learned).count();
  const bool timely = usm.boots != boots_max && usm.boots == engine.at.boots &&
                      usm.time >= std::int64_t{engine.at.time} + gone - time_window_seconds;
  if (!engine_ || &engine != &*engine_) {  // the hint has proved itself
    engine_ = std::move(*hint_);
    hint_.reset();
  }
  suspect_ = false;
  discover_ = false;
  return timely;
}

Session::Action Session::usm_received(ByteView datagram, Moment now) {
  const UsmUser& user = *std::get<UserCredentials>(credentials_).user;
  const auto decoded = decode_v3(datagram, start_.limits);
  if (!decoded) return Wait{code_of(decoded.error())};
  const V3Frame& frame = *decoded;
  if (std::find(message_ids_.begin(), message_ids_.end(), frame.message_id) == message_ids_.end()) {
    return Wait{errc::mismatched};
  }
  if (!(frame.flags & flag_auth)) {
    auto scoped = open_scoped(frame, nullptr, start_.limits);
    if (!scoped) return Wait{code_of(scoped.error())};
    if (scoped->pdu.type == PduType::report) return claimed(frame, scoped->pdu, now);
    if (user.level() != SecurityLevel::no_auth_no_priv) return Wait{errc::unsupported_security_level};
    Engine* engine = known(frame.usm.engine_id);
    if (!engine) return Wait{errc::unknown_engine};
    if (frame.usm.user != user.name) return Wait{errc::unknown_user};
    if (scoped->pdu.type != PduType::response) return Wait{errc::unexpected_pdu};
    if (scoped->pdu.request_id != request_->request_id) return Wait{errc::mismatched};
    engine->proved = false;  // nothing is proved: the clock is taken as it comes
    static_cast<void>(believe(*engine, frame.usm, now));
    return over(std::move(scoped->pdu));
  }

  Engine* engine = known(frame.usm.engine_id);
  if (!engine) return Wait{errc::unknown_engine};
  if (frame.usm.user != user.name) return Wait{errc::unknown_user};
  if (!engine->keys || !authentic(frame, datagram, *engine->keys)) return Wait{errc::wrong_digest};
  if (!believe(*engine, frame.usm, now)) return Wait{errc::not_in_time_window};

  auto scoped = open_scoped(frame, engine_->keys.get(), start_.limits);
  if (!scoped) return Wait{code_of(scoped.error())};
  if (scoped->pdu.type == PduType::report) return authentic_report(scoped->pdu, now);
  if (!frame.encrypted && user.level() == SecurityLevel::auth_priv)
    return Wait{errc::unsupported_security_level};
  if (scoped->pdu.type != PduType::response) return Wait{errc::unexpected_pdu};
  if (scoped->pdu.request_id != request_->request_id) return Wait{errc::mismatched};
  return over(std::move(scoped->pdu));
}

Session::Action Session::authentic_report(const Pdu& pdu, Moment now) {
  if (reported(pdu) == 2) return resend(now);  // the clock has just been taken from it
  return over(Fault(errc::refused_by_peer, describe_report(pdu)));
}

Session::Action Session::claimed(const V3Frame& frame, const Pdu& pdu, Moment now) {
  const auto& credentials = std::get<UserCredentials>(credentials_);
  const std::uint32_t what = reported(pdu);
  const std::string& id = frame.usm.engine_id;
  if (what == 4) {
    if (id.size() < 5) return Wait{errc::unknown_engine};
    const Engine* current = asked();
    if (current && current->id == id) return Wait{errc::unknown_engine};
    if (engine_ && engine_->id == id) {  // who is there is who was there
      hint_.reset();
      discover_ = false;
      return resend(now);
    }
    if (current && current == (engine_ ? &*engine_ : nullptr)) {
      suspect_ = true;
      return Wait{errc::unknown_engine};
    }
    if (resends_ >= resends_max) return Wait{errc::unknown_engine};
    hint_ = Engine{.id = id,
                   .keys = std::make_unique<LocalUser>(credentials.user, id),
                   .proved = false,
                   .at = {frame.usm.boots, frame.usm.time},
                   .latest = 0,
                   .learned = now};
    return resend(now);
  }
  if (what == 2 && hint_ &&
      hint_->id == id) {  // it should have been authentic; a better guess at an unproved clock
    hint_->at = {frame.usm.boots, frame.usm.time};
    hint_->learned = now;
    return resend(now);
  }
  refusal_ = describe_report(pdu);
  return Wait{errc::refused_by_peer};
}

}  // namespace mr::snmp
