// The acts of quirks on datagrams, as data. What they do is QuirkyEngine's and walk_faults.cpp's.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "reference/protocol/snmp/agent_rules.hpp"
#include "simulators/printer/quirks/words.hpp"

namespace mr::printer {

struct DatagramAct {
  enum class What : std::uint8_t {
    doze,                // the network interface sleeps where nothing came for `after`
    community_any_case,  // letters of the communities stand for both cases
    walk_error,          // a walk that leaves `under` gets genErr
    walk_stop,           // a walk that enters `under` gets the end of the view
    walk_loop,           // a walk that leaves `under` goes on at its beginning
    walk_stand,          // a walk that leaves `under` gets its last variable again
  } what = What::doze;
  // doze: it then drops the first `drops` datagrams, and answers nothing until `wakes` after the next one.
  std::chrono::nanoseconds after{}, wakes{};
  std::uint32_t drops = 0;
  snmp::Oid under;  // of the walks; empty: everything
};

// The act that `words` describe; null where there is no such act on datagrams.
std::shared_ptr<const DatagramAct> read_datagram_act(std::string_view act, Words& words);

// The response to a GETNEXT or GETBULK, asked of `source` again with the walk's faults in it. Nothing where
// they do not touch it. `honest` is the engine's response; the result has at most as many variables, or one
// per name asked where that ended early.
std::optional<snmp::Pdu> walk_with_faults(const snmp::Pdu& request, const snmp::Pdu& honest,
                                          snmp::Version version, snmp::VariableSource& source,
                                          const std::vector<const DatagramAct*>& faults);

}  // namespace mr::printer
