// What the printers themselves say, over time: the counters, supply levels and firmware level of each, from
// each change on.
//
// It is kept by whoever changes the devices (the runner of a scenario), read from the device's own state and
// never over a network, so that a report can be held against it. A report is right if each figure in it was
// true at some instant of the read. cost: one state a change, about 8 bytes a meter; consecutive equal states
// are one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
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
  // prtMarkerSuppliesIndex: row of the device, of all its supplies. requires: whole() or recorded, an address
  // that was added.
  const std::map<std::int64_t, std::size_t>& supply_rows(std::string_view address) const;
  std::optional<std::size_t> supply_row(std::string_view address, std::int64_t index) const;

  // What a meter of that PWG 5106.1 word (or vendor extension) showed between the two instants, both
  // included. Nothing where the device has no such counter.
  std::optional<Held> meter(std::string_view address, std::string_view name, runtime::Instant from,
                            runtime::Instant to) const;
  // The same for the level of the supply at this prtMarkerSuppliesIndex, as the device tells it.
  std::optional<Held> supply(std::string_view address, std::int64_t index, runtime::Instant from,
                             runtime::Instant to) const;

  // --- supplies that ran low, and firmware; by serial number ---

  // The address of the printer of that serial number; empty where there is none.
  std::string address_of(std::string_view serial) const;
  // How low the supply at this index was between the two instants: at or under the threshold, or, where the
  // device tells no number, with an alert that it is almost empty or empty (a receptacle: almost full or
  // full).
  enum class Low : std::uint8_t { never, at_times, always };
  std::optional<Low> low(std::string_view address, std::int64_t index, int threshold_percent,
                         runtime::Instant from, runtime::Instant to) const;
  // Which unit of the supply was in the printer between the two instants, at first and at last: 0 for the one
  // that it began with, and one more with each replacement.
  std::optional<std::pair<std::size_t, std::size_t>> units(std::string_view address, std::int64_t index,
                                                           runtime::Instant from, runtime::Instant to) const;
  // The level in points of a hundred of the capacity, rounded down, just before `at`; nothing where the
  // device tells no number.
  std::optional<std::int64_t> points(std::string_view address, std::int64_t index, runtime::Instant at) const;
  // The indices at which supplies are shown that can be ordered, those consumed and those filled, ascending.
  std::vector<std::int64_t> supply_indices(std::string_view address) const;

  struct FirmwareLevel {
    runtime::Instant from;
    std::string level;
  };
  // Those that ran, oldest first, at least one. requires: knows(address).
  const std::vector<FirmwareLevel>& firmware(std::string_view address) const;
  // All printers, in order of their addresses as text.
  std::vector<std::string> addresses() const;

 private:
  struct State {
    runtime::Instant from;
    std::int64_t life = 0;
    std::uint64_t low = 0;  // bit n: an alert says that supply n is almost empty or empty
    std::vector<std::int64_t> meters, supplies;
  };
  struct Printer {
    std::string serial;
    Extent extent = Extent::whole;
    printer::ModelPtr model;
    std::map<std::int64_t, std::size_t> supply_rows;      // by prtMarkerSuppliesIndex
    std::vector<State> states;                            // in order of time, at least one
    std::vector<std::string> unit_serials;                // of the present units, by supply
    std::vector<std::vector<runtime::Instant>> replaced;  // by supply: when another unit came
    std::vector<FirmwareLevel> firmware;
  };
  // The states in force between the two instants: from the one just before `from` on.
  static std::span<const State> between(const Printer& printer, runtime::Instant from, runtime::Instant to);
  static bool is_low(const Printer& printer, std::size_t row, int threshold_percent, const State& state);
  template <class Figure>
  static Held held(const Printer& printer, runtime::Instant from, runtime::Instant to, Figure figure);

  std::map<std::string, Printer, std::less<>> printers_;
  std::map<std::string, std::string, std::less<>> by_serial_;  // addresses
};

}  // namespace mr::scenarios
