#include "simulators/printer/snmp/engine.hpp"

#include <algorithm>

namespace mr::printer {

std::string_view describe(engine_errc e) {
  switch (e) {
    case engine_errc::bad_engine_id:
      return "the engine id is not of 5 to 32 octets, or is another printer's";
    case engine_errc::known_printer:
      return "the engine has a printer of that id";
    case engine_errc::unknown_printer:
      return "the engine has no such printer";
    case engine_errc::unknown_user:
      return "the printer has no such user";
    case engine_errc::bad_notification:
      return "not a notification that can be sent so";
    case engine_errc::too_many_informs:
      return "too many informs are waiting for an answer";
    case engine_errc::unsupported:
      return "this engine cannot do it";
  }
  return "unknown";
}

namespace {
std::string header(std::uint32_t enterprise, char format) {
  return {static_cast<char>(0x80u | (enterprise >> 24 & 0x7f)), static_cast<char>(enterprise >> 16),
          static_cast<char>(enterprise >> 8), static_cast<char>(enterprise), format};
}
}  // namespace

std::string make_engine_id(std::uint32_t enterprise, const std::array<std::uint8_t, 6>& mac) {
  std::string id = header(enterprise, 3);
  for (const std::uint8_t octet : mac) id += static_cast<char>(octet);
  return id;
}

std::string make_engine_id(std::uint32_t enterprise, std::string_view text) {
  return header(enterprise, 4) + std::string(text.substr(0, 27));
}

std::shared_ptr<const snmp::UserTable> default_users(std::string_view auth_passphrase,
                                                     std::string_view priv_passphrase,
                                                     snmp::PasswordKeys& keys) {
  auto user = snmp::make_user({.name = "makeready",
                               .auth = snmp::UsmAuth::sha256,
                               .auth_password = std::string(auth_passphrase),
                               .priv = snmp::UsmPriv::aes128,
                               .priv_password = std::string(priv_passphrase)},
                              keys);
  auto table = std::make_shared<snmp::UserTable>();
  if (user) table->emplace("makeready", std::make_shared<const snmp::UsmUser>(std::move(*user)));
  return table;
}

namespace {
const snmp::Oid trap_oid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, trap_enterprise{1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0},
    standard_traps{1, 3, 6, 1, 6, 3, 1, 1, 5};
}  // namespace

bool is_v2_trap(const snmp::Pdu& pdu) {
  const auto& vars = pdu.varbinds;
  return pdu.type == snmp::PduType::trap && vars.size() >= 2 &&
         vars[0].value.type() == snmp::Type::time_ticks && vars[1].name == trap_oid && vars[1].value.oid() &&
         vars[1].value.oid()->size() >= 3;
}

Result<snmp::Pdu> to_v1_trap(const snmp::Pdu& pdu, const DeviceMib& mib) {
  if (!is_v2_trap(pdu))
    return Fault(engine_errc::bad_notification, "a v2 trap begins with sysUpTime.0 and snmpTrapOID.0");
  const auto& vars = pdu.varbinds;
  snmp::Pdu out;
  const snmp::Oid& which = *vars[1].value.oid();
  out.type = snmp::PduType::trap_v1;
  snmp::TrapV1 trap;
  trap.uptime = static_cast<std::uint32_t>(vars[0].value.unsigned_number().value_or(0));
  trap.agent_address = mib.device().identity().address;
  if (which.starts_with(standard_traps) && which.size() == standard_traps.size() + 1 && which.back() >= 1 &&
      which.back() <= 6) {
    trap.generic = static_cast<std::int32_t>(which.back()) - 1;
    trap.enterprise = snmp::Oid(std::span<const snmp::Oid::Arc>(mib.device().model().object_id));
  } else {
    trap.generic = 6;
    trap.specific = static_cast<std::int32_t>(which.back());
    trap.enterprise = which.first(which.size() - (which[which.size() - 2] == 0 ? 2 : 1));
  }
  for (std::size_t i = 2; i < vars.size(); ++i) {
    if (vars[i].value.type() == snmp::Type::counter64)
      return Fault(engine_errc::bad_notification, "v1 has no Counter64");
    if (vars[i].name == trap_enterprise) {
      if (trap.generic != 6 && vars[i].value.oid()) trap.enterprise = *vars[i].value.oid();
      continue;
    }
    out.varbinds.push_back(vars[i]);
  }
  out.trap_v1 = std::move(trap);
  return out;
}

}  // namespace mr::printer
