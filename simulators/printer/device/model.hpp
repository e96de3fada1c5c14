// What every printer of one model has in common: its parts, its meters, how its supplies wear. Immutable and
// shared.
//
// A Model is data (simulators/printer/profiles reads it from JSON, simulators/printer/recording from a walk);
// a Device is one printer of it. Codes are those of RFC 3805 and the IANA Printer MIB, by number, so that a
// model may say whatever a real one does.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mr::printer {

// The reserved readings of levels and capacities (RFC 3805 section 2.2.6): not numbers of anything.
inline constexpr std::int32_t reading_other = -1;  // no restriction, or none of the others
inline constexpr std::int32_t reading_unknown = -2;
inline constexpr std::int32_t reading_some = -3;  // something is left; how much is not known

// How a level is told; the device itself always knows the truth.
enum class Reporting : std::uint8_t { exact, some_remaining, unknown, other };

enum class SupplyClass : std::uint8_t { other = 1, consumed = 3, receptacle = 4 };

struct SupplyKind {
  std::string
      description;  // prtMarkerSuppliesDescription, with "{serial}" where the unit's serial number goes
  SupplyClass supply_class = SupplyClass::consumed;
  std::int32_t type = 3;   // PrtMarkerSuppliesTypeTC: 3 toner, 4 wasteToner, 9 opc, 15 fuser, ...
  std::int32_t unit = 19;  // PrtMarkerSuppliesSupplyUnitTC: 7 impressions, 13 tenths of grams, 19 percent
  std::int32_t max = 100;  // prtMarkerSuppliesMaxCapacity: positive, or reading_other or reading_unknown
  std::int32_t capacity = 100;  // the true capacity, in the same unit, > 0
  Reporting reporting = Reporting::exact;
  std::uint16_t colorant = 0;  // prtMarkerColorantIndex, 0 for none
  std::uint32_t yield =
      0;  // impressions from full to empty, at 5 % coverage for coverage-bound ones; 0: does not wear
  bool by_coverage = false;       // wears with what is printed (toner), else with each impression (drum)
  bool colour_only = false;       // wears on colour impressions only
  std::uint8_t low_percent = 10;  // at or under it, the almost-empty (receptacle: almost-full) alert is up
  bool stops_when_empty = true;   // the empty alert is critical
  std::string part_number;
};

struct ColorantKind {
  std::string name;       // black, cyan, ... (RFC 3805 wants the standard names for process colorants)
  std::int32_t role = 3;  // PrtMarkerColorantRoleTC: 3 process
};

struct InputKind {
  std::string name;  // prtInputName
  std::string description;
  std::int32_t type = 3;        // PrtInputTypeTC: 3 sheetFeedAutoRemovableTray, 5 sheetFeedManual
  std::int32_t capacity = 500;  // sheets, > 0
  std::int32_t max = 500;       // prtInputMaxCapacity as told: capacity, or a reserved reading
  Reporting reporting = Reporting::exact;
  std::int32_t initial = 500;
  std::string media_name;                            // "iso_a4_210x297mm"
  std::int32_t feed_um = 297000, cross_um = 210000;  // declared dimensions, micrometres
  std::string media_type = "stationery", media_color = "white";
  std::int32_t media_weight = 80;  // g/m2
};

struct OutputKind {
  std::string name, description;
  std::int32_t type = 4;  // PrtOutputTypeTC: 4 unRemovableBin
  std::int32_t capacity = 250;
  Reporting reporting = Reporting::exact;
};

struct CoverKind {
  std::string description;
};

struct ChannelKind {
  std::int32_t type = 11;  // PrtChannelTypeTC: 8 chLPDServer, 11 chBidirPortTCP, ...
  std::string version, description;
};

struct InterpreterKind {
  std::int32_t family = 3;  // PrtInterpreterLangFamilyTC
  std::string level, version, description;
};

// Where an impression came from.
enum class JobFunction : std::uint8_t { print = 0, copy = 1, fax = 2 };  // fax: a received one, printed

// What a meter counts. Each of `functions` and `colours` is a set of bits; a meter counts what is in both.
enum class MeterCounts : std::uint8_t {
  impressions,  // sides marked
  sheets,
  two_sided_sheets,
  scans_email,    // images sent by e-mail
  scans_network,  // images stored on the network
  faxes_sent,     // images faxed out
  power_on,       // impressions since power-on
};
inline constexpr std::uint8_t counts_print = 1, counts_copy = 2, counts_fax = 4, counts_every_function = 7;
inline constexpr std::uint8_t counts_black = 1, counts_colour = 2, counts_every_colour = 3;

struct MeterKind {
  std::string name;  // as the device labels it: "Black Printed Impressions"
  MeterCounts counts = MeterCounts::impressions;
  std::uint8_t functions = counts_every_function;
  std::uint8_t colours = counts_every_colour;
  bool large_only = false;     // sheets over A4 or Letter
  std::uint64_t rollover = 0;  // the largest value shown; after it comes 1; 0: none (2^32-1)
  // Place in the vendor's usage counter table (XEROX-HOST-RESOURCES-EXT-MIB), 0 for none: hrDeviceIndex and
  // detail index.
  std::uint32_t table_device = 0, table_index = 0;
};

struct Model {
  std::string key;  // names the profile: "office-colour-mfp"
  std::string manufacturer, product;
  std::string description;                     // sysDescr, with "{firmware}", "{product}" and "{serial}"
  std::string device_description;              // hrDeviceDescr
  std::vector<std::uint32_t> object_id;        // sysObjectID
  std::string device_id;                       // IEEE 1284 device id, with the same marks
  std::string firmware;                        // the level that its printers have when new
  std::vector<std::string> firmware_products;  // names by which a firmware file may mean it; none: takes none
  std::uint32_t firmware_check_ms = 4000;      // to verify a file that has come
  std::uint32_t firmware_install_ms = 90000;   // to write it to the spare slot
  std::uint32_t restart_ms = 25000;            // from going down to the network being back
  std::string serial_pattern;                  // each '#' is a digit of the printer's number
  std::array<std::uint8_t, 3> mac_prefix{};
  bool colour = false, duplex = false;
  std::int32_t pages_per_minute = 40;
  std::int32_t memory_kib = 2097152;
  std::int32_t life_unit = 7;      // prtMarkerCounterUnit: 7 impressions
  std::int32_t mark_tech = 4;      // PrtMarkerMarkTechTC: 4 electrophotographicLaser
  std::int32_t resolution = 1200;  // dots per inch, both ways
  std::string language = "en", country = "US";
  std::string ready_text = "Ready to print";
  std::int32_t console_lines = 1, console_chars = 40;
  std::uint32_t warm_up_ms = 30000;

  std::vector<SupplyKind> supplies;
  std::vector<ColorantKind> colorants;
  std::vector<InputKind> inputs;
  std::vector<OutputKind> outputs;
  std::vector<CoverKind> covers;
  std::vector<ChannelKind> channels;
  std::vector<InterpreterKind> interpreters;
  std::vector<MeterKind> meters;
  std::vector<std::string> lights;
};

using ModelPtr = std::shared_ptr<const Model>;

}  // namespace mr::printer
