// What the printers themselves say, over time: the counters and supply levels of each, from each change on.
//
// It is kept by whoever changes the devices (the runner of a scenario), read from the device's own state and
// never over a network, so that a report can be held against it. A report is right if each figure in it was
// true at some instant of the read. cost: one state a change, about 8 bytes a meter; consecutive equal states
// are one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/clock.hpp"
#include "simulators/printer/device/mib.hpp"

namespace mr::scenarios {

// The figures that a device held during an interval, each once, in order of time.
using Held = std::vector<std::int64_t>;

class Truth {
 public:
  // Whether a device's state holds every figure that it shows: so for a profile, not for a recording, whose
  // constants are outside it.
  enum class Extent : std::uint8_t { whole, partial };

  // A printer at an address, from `now` on. `mib` tells at which index each supply is shown.
  // requires: a new address.
  void add(std::string address, const printer::Device& device, const printer::MibTemplate& mib, Extent extent,
           runtime::Instant now);
  // Its present state, from `now` on. requires: add() was called, and `now` does not go back.
  void note(const std::string& address, const printer::Device& device, runtime::Instant now);

  bool knows(std::string_view address) const { return printers_.find(address) != printers_.end(); }
  std::size_t size() const { return printers_.size(); }
  bool whole(std::string_view address) const;
  std::string serial(std::string_view address) const;  // empty where the device has none, or is not known

  // Which of the device's supplies, 0-based, is shown at this prtMarkerSuppliesIndex.
  std::optional<std::size_t> supply_row(std::string_view address, std::int64_t index) const;

  // What a meter of that PWG 5106.1 word (or vendor extension) showed between the two instants, both
  // included. Nothing where the device has no such counter.
  std::optional<Held> meter(std::string_view address, std::string_view name, runtime::Instant from,
                            runtime::Instant to) const;
  // The same for the level of the supply at this prtMarkerSuppliesIndex, as the device tells it.
  std::optional<Held> supply(std::string_view address, std::int64_t index, runtime::Instant from,
                             runtime::Instant to) const;

 private:
  struct State {
    runtime::Instant from;
    std::int64_t life = 0;
    std::vector<std::int64_t> meters, supplies;
  };
  struct Printer {
    std::string serial;
    Extent extent = Extent::whole;
    printer::ModelPtr model;
    std::map<std::int64_t, std::size_t> supply_rows;  // by prtMarkerSuppliesIndex
    std::vector<State> states;                        // in order of time, at least one
  };
  template <class Figure>
  static Held held(const Printer& printer, runtime::Instant from, runtime::Instant to, Figure figure);

  std::map<std::string, Printer, std::less<>> printers_;
};

}  // namespace mr::scenarios
