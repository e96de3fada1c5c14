// Wrong answers on purpose: rules on the datagrams that an engine gives, by OID, time and chance. Data,
// strict; what is drawn comes from a stream per printer and rule, so that neither another printer nor another
// rule moves it.
//
//   {"match": "1.3.6.1.2.1.43.11", "from": 60, "until": 600, "probability": 0.25, "times": 3, "what": "late",
//    "delay_ms": 7000}
//
// match: a variable asked for or given lies under it; absent: any message that is answered, and a message
// whose content cannot be read (it is then left to what needs no content). from, until: seconds since the
// start, [from, until). probability: 1 where absent. times: at most so often; absent: always.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/snmp/message.hpp"
#include "reference/runtime/entropy.hpp"
#include "reference/runtime/stream.hpp"
#include "simulators/printer/quirks/quirk.hpp"
#include "simulators/printer/quirks/words.hpp"

namespace mr::printer {

enum class Wrong : std::uint8_t {
  malformed,         // bytes that are not BER any more: kind, see Malformed
  wrong_type,        // the variable has another type
  wrong_name,        // the variable has another name
  missing_variable,  // it is left out
  extra_variable,    // sysName.0 is put behind
  error,             // status: genErr, tooBig, ... (as to_text(ErrorStatus) writes it); tooBig empties it
  walk_stops,        // a walk ends here
  wrong_request_id,  // one more than asked
  late,              // delay_ms, and up to jitter_ms more
  duplicate,         // copies more, spacing_ms apart
  elsewhere,  // from another address (absent: the printer's own, plus one without port) or port (0: a free
              // one)
  silence,    // no answer
};
std::string_view to_text(Wrong);

enum class Malformed : std::uint8_t {
  any,          // one of the others, drawn
  truncated,    // cut at a drawn place
  empty,        // a datagram of no octets
  garbage,      // as many drawn octets
  outer_tag,    // a SET where the SEQUENCE was
  length_over,  // the outer length reaches past the end
  indefinite,   // the outer length is indefinite (forbidden by RFC 3417)
  long_length,  // five octets of length
  open_oid,     // the last arc of the first name never ends. Unencrypted only, else truncated
  value_over,   // the last value reaches past the end. Unencrypted only, else truncated
};
std::string_view to_text(Malformed);

struct WrongAnswer {
  snmp::Oid match;
  std::chrono::nanoseconds from{}, until = std::chrono::nanoseconds::max();
  std::uint32_t per_million = 1'000'000;
  std::uint64_t times = UINT64_MAX;
  Wrong what = Wrong::silence;

  Malformed kind = Malformed::any;
  snmp::ErrorStatus status = snmp::ErrorStatus::gen_err;
  std::chrono::nanoseconds delay{}, jitter{};  // late
  std::uint32_t copies = 1;                    // duplicate
  std::chrono::nanoseconds spacing{};
  std::optional<runtime::Address> address;  // elsewhere
  std::optional<std::uint16_t> port;
};

// Reads one rule. Faults go to the words.
WrongAnswer read_wrong_answer(Words& words);

// `message` is an encoded response; `pdu` what is in it, where it is not encrypted. Pure but for the stream.
snmp::Bytes malformed(Malformed kind, const snmp::Bytes& message, const snmp::Pdu* pdu,
                      runtime::Stream64& chance);

// Makes a response wrong in what it says. False where that is not possible (nothing in it lies under the
// match). requires: rule.what is one of wrong_type to wrong_request_id.
bool spoil(const WrongAnswer& rule, const snmp::Pdu& request, snmp::Version version, snmp::Pdu& response);

}  // namespace mr::printer
