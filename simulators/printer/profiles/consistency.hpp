// Whether a printer's faces tell one story: its management information base against its state, its statuses
// against its alerts, its meters against each other.
#pragma once

#include <string>
#include <vector>

#include "simulators/printer/device/mib.hpp"
#include "simulators/printer/profiles/profiles.hpp"

namespace mr::printer {

// The identities between the vendor's usage counters (total = colour + black = the marker's life count; black
// = black printed + black copied; and so on, each where the model has its meters; modulo the value after
// which a meter goes back to 1), as "Total Impressions 7 is not ...". Nothing where all hold.
std::vector<std::string> broken_meters(const Device& device);

// What of a powered printer contradicts itself: broken_meters, statuses, error bits, console and light
// against the alerts, alerts against covers, trays and supplies, fault history against what stands, and every
// object of `mib` (of the same device) against order, GET, and the state. requires: device.powered(), not as
// recorded.
std::vector<std::string> contradictions(const Device& device, DeviceMib& mib);

// Whether a part's own state implies such a fault (an open cover, an empty tray): then it comes up and goes
// by that state, and raising it while the part is well would be a lie.
bool follows_from_state(const FaultKind& kind);

// All that can be said of a model without its file: that its composed base is in order, that a printer of it
// is free of contradictions through seeded work and faults, and that `lacks` names what it lacks, no more and
// no less.
std::vector<std::string> check_model(const ModelPtr& model);

}  // namespace mr::printer
