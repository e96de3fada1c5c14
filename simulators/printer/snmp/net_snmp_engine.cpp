#include "simulators/printer/snmp/net_snmp_engine.hpp"

#include <algorithm>
#include <utility>

namespace mr::printer {
namespace {

snmp::EngineTime engine_time(const Device& device, Moment now) {
  const auto since = std::max(now - device.on_since(), Moment::zero());
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  return {.boots = static_cast<std::int32_t>(device.boots()),
          .time = static_cast<std::int32_t>(std::min<std::int64_t>(seconds, snmp::boots_max))};
}

const std::shared_ptr<const snmp::UserTable>& no_users() {
  static const auto none = std::make_shared<const snmp::UserTable>();
  return none;
}

}  // namespace

NetSnmpEngine::~NetSnmpEngine() = default;

Result<std::unique_ptr<NetSnmpEngine>> NetSnmpEngine::create(snmp::AnswerLimits limits) {
  auto library = AgentLibrary::start();
  if (!library) return library.error();
  return std::unique_ptr<NetSnmpEngine>(new NetSnmpEngine(std::move(*library), limits));
}

Result<void> NetSnmpEngine::add(PrinterId id, DeviceMib& mib, EngineIdentity identity) {
  if (printers_.contains(id)) return Fault(engine_errc::known_printer);
  if (by_engine_id_.contains(identity.engine_id))
    return Fault(engine_errc::bad_engine_id, "another printer has it");
  Printer printer{
      .mib = &mib, .users = identity.users ? identity.users : no_users(), .salt = identity.salt, .agent = {}};
  auto community = [&mib](snmp::Version, std::string_view given) -> std::optional<snmp::Access> {
    const Settings& settings = mib.device().settings();
    const snmp::View* all = &snmp::View::all();
    if (!settings.write_community.empty() && given == settings.write_community)
      return snmp::Access{.read = all, .write = all};
    if (!settings.read_community.empty() && given == settings.read_community)
      return snmp::Access{.read = all, .write = nullptr};
    return {};
  };
  // There is the default context only. Writing takes authentication.
  auto user = [](const snmp::UsmUser&, snmp::SecurityLevel level,
                 std::string_view context) -> std::optional<snmp::Access> {
    if (!context.empty()) return {};
    const bool writes = level != snmp::SecurityLevel::no_auth_no_priv;
    return snmp::Access{.read = &snmp::View::all(), .write = writes ? &snmp::View::all() : nullptr};
  };
  snmp::VariableSource& source = identity.source ? *identity.source : mib;
  auto agent =
      library_.agent(identity.engine_id, printer.users, source, std::move(community), std::move(user));
  if (!agent) return Fault(engine_errc::bad_engine_id);
  printer.agent = std::move(*agent);
  mib.engine_id(identity.engine_id);
  by_engine_id_.emplace(std::move(identity.engine_id), id);
  printers_.emplace(id, std::move(printer));
  return {};
}

void NetSnmpEngine::remove(PrinterId id) {
  const auto at = printers_.find(id);
  if (at == printers_.end()) return;
  std::erase_if(informs_, [id](const auto& entry) { return entry.second.printer == id; });
  by_engine_id_.erase(at->second.agent->engine_id());
  printers_.erase(at);
}

void NetSnmpEngine::receive(PrinterId id, std::span<const std::byte> payload, const runtime::Endpoint& from,
                            Moment now, std::vector<OutDatagram>& out) {
  const auto at = printers_.find(id);
  ++counts_.received;
  if (at == printers_.end() || !at->second.mib->device().powered()) {
    ++counts_.dropped;
    return;
  }
  Printer& printer = at->second;
  ++printer.mib->device().traffic().packets_in;
  printer.mib->device().traffic().octets_in += payload.size();
  for (auto inform = informs_.begin(); inform != informs_.end(); ++inform) {
    if (inform->second.printer != id || inform->second.to != from) continue;
    auto action = inform->second.session->received(payload, now);
    if (std::holds_alternative<snmp::Session::Wait>(action)) continue;
    if (!obey(inform->second, std::move(action), now, out)) informs_.erase(inform);
    return;
  }
  printer.mib->at(now);
  auto answer = library_.answer(*printer.agent, payload, engine_time(printer.mib->device(), now), limits_);
  if (!answer) {
    ++counts_.dropped;
    return;
  }
  ++counts_.answered;
  send(id, from, 161, std::move(*answer), out);
}

Result<void> NetSnmpEngine::notify(PrinterId id, const Notification& notification, Moment now,
                                   std::vector<OutDatagram>& out) {
  const auto at = printers_.find(id);
  if (at == printers_.end()) return Fault(engine_errc::unknown_printer);
  Printer& printer = at->second;
  const Device& device = printer.mib->device();
  auto v1 = to_v1_trap(notification.pdu, *printer.mib);
  // Only v1 minds a Counter64; the form of a v2 trap is asked of all.
  if (!v1 && (notification.version == snmp::Version::v1 || notification.pdu.type != snmp::PduType::trap ||
              notification.pdu.varbinds.size() < 2)) {
    return v1.error();
  }
  const bool v3 = notification.version == snmp::Version::v3;
  std::string who = notification.community_or_user;
  if (who.empty()) who = v3 ? "makeready" : device.settings().trap_community;
  const auto user = printer.users->find(who);
  if (v3 && user == printer.users->end()) return Fault(engine_errc::unknown_user);

  if (notification.inform) {
    if (notification.version == snmp::Version::v1)
      return Fault(engine_errc::bad_notification, "v1 has no informs");
    if (informs_.size() >= informs_max) return Fault(engine_errc::too_many_informs);
    snmp::SnmpCredentials credentials = snmp::CommunityCredentials{notification.version, who};
    if (v3) credentials = snmp::UserCredentials{user->second, {}};
    snmp::Session::Start start;
    start.request_id = request_id_ = (request_id_ & 0x3fffffff) + 16;
    start.salt = ++printer.salt << 16;
    start.attempts_max = std::max(1, notification.attempts_max);
    Inform inform{.printer = id,
                  .to = notification.to,
                  .session = std::make_unique<snmp::Session>(std::move(credentials), start),
                  .retry = notification.retry};
    snmp::Pdu pdu = notification.pdu;
    pdu.type = snmp::PduType::inform;
    auto action = inform.session->start(std::move(pdu), now);
    ++counts_.notified;
    if (obey(inform, std::move(action), now, out)) informs_.emplace(informs_sent_++, std::move(inform));
    return {};
  }

  snmp::Pdu pdu = notification.pdu;
  if (notification.version == snmp::Version::v1) pdu = std::move(*v1);
  pdu.request_id = request_id_ = (request_id_ & 0x3fffffff) + 1;
  auto built = library_.notify(*printer.agent, notification.version, who, pdu, engine_time(device, now));
  if (!built) return Fault(engine_errc::bad_notification, to_string(built.error()));
  ++counts_.notified;
  send(id, notification.to, notification_port, std::move(*built), out);
  return {};
}

void NetSnmpEngine::send(PrinterId id, const runtime::Endpoint& to, std::uint16_t source_port,
                         snmp::Bytes payload, std::vector<OutDatagram>& out) {
  Traffic& traffic = printers_.at(id).mib->device().traffic();
  ++traffic.packets_out;
  traffic.octets_out += payload.size();
  out.push_back({.printer = id, .source_port = source_port, .to = to, .payload = std::move(payload)});
}

bool NetSnmpEngine::obey(Inform& inform, snmp::Session::Action action, Moment now,
                         std::vector<OutDatagram>& out) {
  if (auto* sending = std::get_if<snmp::Session::Send>(&action)) {
    ++inform.attempts;
    inform.deadline = now + inform.retry;
    send(inform.printer, inform.to, notification_port, std::move(sending->datagram), out);
    return true;
  }
  auto* done = std::get_if<snmp::Session::Done>(&action);
  if (done == nullptr) return true;
  outcomes_.push_back({.printer = inform.printer,
                       .to = inform.to,
                       .acknowledged = done->response.has_value(),
                       .attempts = inform.attempts});
  return false;
}

std::optional<Moment> NetSnmpEngine::due() const {
  std::optional<Moment> earliest;
  for (const auto& [number, inform] : informs_) {
    if (!earliest || inform.deadline < *earliest) earliest = inform.deadline;
  }
  return earliest;
}

void NetSnmpEngine::wake(Moment now, std::vector<OutDatagram>& out) {
  for (auto at = informs_.begin(); at != informs_.end();) {
    if (!printers_.at(at->second.printer).mib->device().powered()) {  // it forgot
      at = informs_.erase(at);
      continue;
    }
    const bool waits =
        at->second.deadline > now || obey(at->second, at->second.session->timed_out(now), now, out);
    at = waits ? std::next(at) : informs_.erase(at);
  }
}

}  // namespace mr::printer
