#include "simulators/printer/snmp/native_engine.hpp"

#include <algorithm>
#include <utility>

namespace mr::printer {

using snmp::Bytes;
using snmp::ByteView;
using snmp::EngineTime;
using snmp::PduType;
using snmp::Version;

namespace {

EngineTime time_of(const Device& device, Moment now) {
  return {static_cast<std::int32_t>(device.boots()), device.engine_time(now)};
}

std::optional<snmp::Access> community_access(const Settings& settings, std::string_view community) {
  if (!settings.write_community.empty() && community == settings.write_community) {
    return snmp::Access{&snmp::View::all(), &snmp::View::all()};
  }
  if (!settings.read_community.empty() && community == settings.read_community) return snmp::Access{};
  return {};
}

// There is the default context only. Writing takes authentication.
std::optional<snmp::Access> user_access(const snmp::UsmUser&, snmp::SecurityLevel level,
                                        std::string_view context) {
  if (!context.empty()) return {};
  snmp::Access access;
  if (level != snmp::SecurityLevel::no_auth_no_priv) access.write = &snmp::View::all();
  return access;
}

}  // namespace

NativeEngine::~NativeEngine() = default;

Result<void> NativeEngine::add(PrinterId printer, DeviceMib& mib, EngineIdentity identity) {
  if (printers_.contains(printer)) return Fault(engine_errc::known_printer, std::to_string(printer));
  if (identity.engine_id.size() < 5 || identity.engine_id.size() > 32 ||
      engine_ids_.contains(identity.engine_id)) {
    return engine_errc::bad_engine_id;
  }
  mib.engine_id(identity.engine_id);
  if (!identity.source) identity.source = &mib;
  engine_ids_.insert(identity.engine_id);
  printers_.emplace(printer, Printer{&mib, std::move(identity), nullptr});
  return {};
}

void NativeEngine::remove(PrinterId printer) {
  const auto found = printers_.find(printer);
  if (found == printers_.end()) return;
  std::vector<InformKey> keys;
  for (const auto& [key, inform] : informs_) {
    if (inform.printer == printer) keys.push_back(key);
  }
  for (const InformKey key : keys) end(key);
  engine_ids_.erase(found->second.identity.engine_id);
  printers_.erase(found);
}

snmp::UsmAuthority* NativeEngine::authority(Printer& printer) {
  if (!printer.authority && printer.identity.users) {
    printer.authority = std::make_unique<snmp::UsmAuthority>(printer.identity.engine_id,
                                                             printer.identity.users, printer.identity.salt);
  }
  return printer.authority.get();
}

void NativeEngine::send(PrinterId printer, DeviceMib& mib, const runtime::Endpoint& to,
                        std::uint16_t source_port, Bytes payload, std::vector<OutDatagram>& out) {
  Traffic& traffic = mib.device().traffic();
  ++traffic.packets_out;
  traffic.octets_out += payload.size();
  out.push_back({.printer = printer, .source_port = source_port, .to = to, .payload = std::move(payload)});
}

void NativeEngine::receive(PrinterId id, std::span<const std::byte> payload, const runtime::Endpoint& from,
                           Moment now, std::vector<OutDatagram>& out) {
  ++counts_.received;
  const auto found = printers_.find(id);
  if (found == printers_.end() || !found->second.mib->device().powered()) {
    ++counts_.dropped;
    return;
  }
  Printer& printer = found->second;
  DeviceMib& mib = *printer.mib;
  ++mib.device().traffic().packets_in;
  mib.device().traffic().octets_in += payload.size();
  if (!waiting_.empty() && inform_received(id, payload, from, now, out)) return;

  mib.at(now);
  snmp::VariableSource& source = *printer.identity.source;
  snmp::Answer answer;
  const auto version = snmp::version_of(payload);
  if (version && *version == Version::v3) {
    if (snmp::UsmAuthority* usm = authority(printer)) {
      answer = snmp::answer_usm(payload, source, *usm, user_access, time_of(mib.device(), now), limits_);
    }
  } else if (version) {
    const Settings& settings = mib.device().settings();
    answer = snmp::answer_community(
        payload, source,
        [&settings](Version, std::string_view community) { return community_access(settings, community); },
        limits_);
  }
  if (!answer.datagram) {
    ++counts_.dropped;
    return;
  }
  ++counts_.answered;
  if (answer.why != snmp::errc{}) ++counts_.reports;
  send(id, mib, from, 161, std::move(*answer.datagram), out);
}

// --- notifications ---

Result<void> NativeEngine::notify(PrinterId id, const Notification& wanted, Moment now,
                                  std::vector<OutDatagram>& out) {
  const auto found = printers_.find(id);
  if (found == printers_.end()) return Fault(engine_errc::unknown_printer, std::to_string(id));
  Printer& printer = found->second;
  DeviceMib& mib = *printer.mib;
  if (!is_v2_trap(wanted.pdu)) return engine_errc::bad_notification;
  if (wanted.inform && wanted.version == Version::v1)
    return Fault(engine_errc::bad_notification, "v1 has no informs");

  const Settings& settings = mib.device().settings();
  const bool v3 = wanted.version == Version::v3;
  const std::string who = !wanted.community_or_user.empty() ? wanted.community_or_user
                          : v3                              ? "makeready"
                                                            : settings.trap_community;
  if (v3 && (!printer.identity.users || !printer.identity.users->contains(who)))
    return engine_errc::unknown_user;

  if (wanted.inform) {
    if (informs_.size() >= informs_max) return engine_errc::too_many_informs;
    snmp::SnmpCredentials credentials = snmp::CommunityCredentials{wanted.version, who};
    if (v3) credentials = snmp::UserCredentials{printer.identity.users->find(who)->second, {}};
    snmp::Session::Start start{.request_id = next_id_,
                               .salt = printer.identity.salt + (std::uint64_t{1} << 40) * next_inform_,
                               .attempts_max = std::max(1, wanted.attempts_max),
                               .limits = limits_.decoding};
    next_id_ = next_id_ > 1'000'000'000 ? 1 : next_id_ + 16;
    const InformKey key = next_inform_++;
    Inform& inform = informs_
                         .emplace(key, Inform{.printer = id,
                                              .to = wanted.to,
                                              .session = snmp::Session(std::move(credentials), start),
                                              .retry = std::max<std::chrono::nanoseconds>(
                                                  wanted.retry, std::chrono::milliseconds(1))})
                         .first->second;
    waiting_[{id, wanted.to}].insert(key);
    snmp::Pdu pdu = wanted.pdu;
    pdu.type = PduType::inform;
    ++counts_.notified;
    act(key, inform.session.start(std::move(pdu), now), now, out);
    return {};
  }

  const std::int32_t request_id = next_id_;
  next_id_ = next_id_ > 1'000'000'000 ? 1 : next_id_ + 1;
  Bytes payload;
  if (v3) {
    snmp::Pdu pdu = wanted.pdu;
    pdu.request_id = request_id;
    auto datagram = authority(printer)->notify(
        who, request_id, {printer.identity.engine_id, {}, std::move(pdu)}, time_of(mib.device(), now));
    if (!datagram) return datagram.error();
    payload = std::move(*datagram);
  } else {
    snmp::Pdu pdu = wanted.pdu;
    if (wanted.version == Version::v1) {
      auto converted = to_v1_trap(wanted.pdu, mib);
      if (!converted) return converted.error();
      pdu = std::move(*converted);
    }
    pdu.request_id = request_id;
    payload = snmp::encode(snmp::CommunityMessage{wanted.version, who, std::move(pdu)});
  }
  ++counts_.notified;
  send(id, mib, wanted.to, notification_port, std::move(payload), out);
  return {};
}

bool NativeEngine::inform_received(PrinterId printer, ByteView payload, const runtime::Endpoint& from,
                                   Moment now, std::vector<OutDatagram>& out) {
  const auto found = waiting_.find({printer, from});
  if (found == waiting_.end()) return false;
  const std::set<InformKey> keys = found->second;  // act() may end one
  for (const InformKey key : keys) {
    if (act(key, informs_.at(key).session.received(payload, now), now, out)) return true;
  }
  return false;
}

bool NativeEngine::act(InformKey key, snmp::Session::Action action, Moment now,
                       std::vector<OutDatagram>& out) {
  Inform& inform = informs_.at(key);
  if (std::holds_alternative<snmp::Session::Wait>(action)) return false;
  if (auto* sending = std::get_if<snmp::Session::Send>(&action)) {
    send(inform.printer, *printers_.at(inform.printer).mib, inform.to, notification_port,
         std::move(sending->datagram), out);
    schedule(key, inform, now + inform.retry);
    return true;
  }
  outcomes_.push_back({inform.printer, inform.to, std::get<snmp::Session::Done>(action).response.has_value(),
                       inform.attempts});
  end(key);
  return true;
}

void NativeEngine::schedule(InformKey key, Inform& inform, Moment at) {
  schedule_.erase({inform.due, key});
  inform.due = at;
  schedule_.insert({at, key});
}

void NativeEngine::end(InformKey key) {
  const auto found = informs_.find(key);
  schedule_.erase({found->second.due, key});
  const auto waiting = waiting_.find({found->second.printer, found->second.to});
  waiting->second.erase(key);
  if (waiting->second.empty()) waiting_.erase(waiting);
  informs_.erase(found);
}

std::optional<Moment> NativeEngine::due() const {
  if (schedule_.empty()) return {};
  return schedule_.begin()->first;
}

void NativeEngine::wake(Moment now, std::vector<OutDatagram>& out) {
  while (!schedule_.empty() && schedule_.begin()->first <= now) {
    const InformKey key = schedule_.begin()->second;
    Inform& inform = informs_.at(key);
    schedule_.erase(schedule_.begin());
    if (!printers_.at(inform.printer).mib->device().powered()) {  // it forgot
      end(key);
      continue;
    }
    snmp::Session::Action action = inform.session.timed_out(now);
    if (std::holds_alternative<snmp::Session::Send>(action)) ++inform.attempts;
    if (!act(key, std::move(action), now, out)) schedule(key, inform, now + inform.retry);
  }
}

std::vector<InformOutcome> NativeEngine::take_outcomes() { return std::exchange(outcomes_, {}); }

}  // namespace mr::printer
