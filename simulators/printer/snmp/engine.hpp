// An SnmpEngine speaks SNMP for many printers: a datagram or a notification goes in, datagrams come out, each
// with when and from which printer. The one narrow interface between what a printer is and how it is asked;
// net-snmp's agent library and the native codec implement it.
//
// Sans-I/O: sockets, clocks and addresses are the caller's. Wrong answers on purpose are a filter around an
// engine, not in it. threading: one thread. Bytes from outside are bounded by snmp::AnswerLimits in size and
// work.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/stream.hpp"
#include "simulators/printer/device/mib.hpp"

namespace mr::printer {

inline constexpr std::uint16_t notification_port = 49162;  // where traps and informs leave from

using PrinterId = std::uint32_t;  // chosen by the caller; names one printer of an engine

// How a printer answers. Communities are the device's own settings, boots and time its power-ons.
struct EngineIdentity {
  std::string engine_id;                         // 5 to 32 octets (RFC 3411); see make_engine_id
  std::shared_ptr<const snmp::UserTable> users;  // null: no v3. One table may serve all printers.
  std::uint64_t salt = 0;                        // start of the privacy salts, from chance
  // What it answers from instead of its DeviceMib: a view of that. Null: the DeviceMib. lifetime: as its.
  snmp::VariableSource* source = nullptr;
};

struct OutDatagram {
  PrinterId printer = 0;            // whose address it leaves from
  std::uint16_t source_port = 161;  // 161 for answers; notifications leave from another
  runtime::Endpoint to;
  snmp::Bytes payload;
  std::chrono::nanoseconds delay{0};  // after the moment it was made
  // Where it leaves from, on purpose, instead of the printer's own SNMP port. Port 0: a free one; 161: the
  // SNMP port, whatever number that has here. What cannot be sent from there is not sent.
  std::optional<runtime::Endpoint> from = {};
};

// A notification to send to one receiver.
struct Notification {
  snmp::Version version = snmp::Version::v2c;
  bool inform = false;            // v2c and v3: repeated until acknowledged
  std::string community_or_user;  // empty: the device's trap community, or the user `makeready`
  snmp::Pdu pdu;  // a v2 trap: sysUpTime.0, snmpTrapOID.0, ...; made into a v1 Trap where version says so
                  // (RFC 3584)
  runtime::Endpoint to;                                     // the receiver, usually port 162
  std::chrono::nanoseconds retry{std::chrono::seconds(3)};  // informs
  int attempts_max = 3;
};

// What became of an inform.
struct InformOutcome {
  PrinterId printer = 0;
  runtime::Endpoint to;
  bool acknowledged = false;
  int attempts = 0;
};

struct EngineCounts {  // for metrics; since the start
  std::uint64_t received = 0, answered = 0, dropped = 0, reports = 0, notified = 0;
};

enum class engine_errc {
  bad_engine_id = 1,  // not 5 to 32 octets, or another printer of this engine has it
  known_printer,      // the id is taken
  unknown_printer,
  unknown_user,      // a v3 notification in the name of a user that the printer does not have
  bad_notification,  // not a v2 trap, or it cannot be said in v1
  too_many_informs,  // informs_max are waiting
  unsupported,       // this engine cannot do it; the detail says what
};
std::string_view describe(engine_errc);

class SnmpEngine {
 public:
  static constexpr std::size_t informs_max = 100'000;

  virtual ~SnmpEngine() = default;

  // lifetime: `mib` outlives the printer's stay; its snmpEngineID becomes identity.engine_id. errors:
  // bad_engine_id, known_printer.
  virtual Result<void> add(PrinterId printer, DeviceMib& mib, EngineIdentity identity) = 0;
  // Forgets it with its pending informs. No effect where there is none.
  virtual void remove(PrinterId printer) = 0;

  // A datagram to a printer; answers are appended to `out`. Nothing happens while it is switched off or
  // unknown. Acknowledgements of informs come in here too, whatever port they were sent to.
  virtual void receive(PrinterId printer, std::span<const std::byte> payload, const runtime::Endpoint& from,
                       Moment now, std::vector<OutDatagram>& out) = 0;

  // errors: unknown_printer, unknown_user, bad_notification, too_many_informs, unsupported.
  virtual Result<void> notify(PrinterId printer, const Notification& notification, Moment now,
                              std::vector<OutDatagram>& out) = 0;

  // When wake() is wanted next; nothing while nothing is pending.
  virtual std::optional<Moment> due() const = 0;
  virtual void wake(Moment now, std::vector<OutDatagram>& out) = 0;

  virtual std::vector<InformOutcome> take_outcomes() = 0;
  virtual const EngineCounts& counts() const = 0;
};

// snmpEngineID of RFC 3411 section 5: enterprise number, then format 3 (MAC address) or 4 (text, at most 27
// octets).
std::string make_engine_id(std::uint32_t enterprise, const std::array<std::uint8_t, 6>& mac);
std::string make_engine_id(std::uint32_t enterprise, std::string_view text);

// The v3 user that every printer answers unless told otherwise: `makeready`, SHA-256, AES-128, authPriv.
std::shared_ptr<const snmp::UserTable> default_users(std::string_view auth_passphrase,
                                                     std::string_view priv_passphrase,
                                                     snmp::PasswordKeys& keys);

// Whether a PDU is an SNMPv2-Trap that begins with sysUpTime.0 and snmpTrapOID.0, as a Notification's must.
bool is_v2_trap(const snmp::Pdu& pdu);
// A v2 trap as v1 says it (RFC 3584 section 3.2). errors: bad_notification (no v2 trap, or a Counter64 in
// it).
Result<snmp::Pdu> to_v1_trap(const snmp::Pdu& pdu, const DeviceMib& mib);

}  // namespace mr::printer
MR_ERRC(mr::printer, engine_errc, "snmp-engine")
