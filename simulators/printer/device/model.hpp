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

// What uses a supply up.
enum class WearsBy : std::uint8_t {
  impressions,
  coverage,  // the marked area of its colorant; of all colorants where it has none (a waste container)
  sheets,
  staples
};

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
  std::uint32_t yield = 0;     // of what it wears by, from full to empty; impressions at 5 % coverage for
                               // WearsBy::coverage; 0: does not wear
  WearsBy wears_by = WearsBy::impressions;
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

// --- service: what technicians look at ---

enum class Severity : std::uint8_t { other = 1, critical = 3, warning = 4, binary_warning = 5 };

// The parts that alerts point at (PrtAlertGroupTC).
enum class Part : std::uint8_t {
  general = 5,
  cover = 6,
  input = 8,
  output = 9,
  marker = 10,
  supply = 11,
  media_path = 13,
  finisher = 30,
  finisher_supply = 31
};

// Who or what ends a fault.
enum class ClearedBy : std::uint8_t { user, service, power_cycle };

// A fault as the model's service documentation names it. An alert of the same part, row and code that comes
// up by itself (a cover, an empty tray) is this fault as well.
struct FaultKind {
  std::string code;         // chain-link: "08-101"; solid ink: "02,001.63"
  std::string description;  // console text and prtAlertDescription
  Part part = Part::media_path;
  std::int32_t row = -1;        // 1-based row of the part's table, -1 for none
  std::int32_t alert_code = 8;  // PrtAlertCodeTC
  Severity severity = Severity::critical;
  std::int32_t training = 3;  // PrtAlertTrainingLevelTC
  ClearedBy cleared_by = ClearedBy::user;
  std::string resolution;  // what ends it, as the service log says: "Paper removed at area 2"
  std::string area;        // of jams: where the sheet stood
};

// A part that a technician replaces by count (high frequency service item): only a replacement sets it back.
enum class ServiceCounts : std::uint8_t { impressions, colour_impressions, sheets, input_sheets, scans };
struct ServiceItemKind {
  std::string code;  // chain-link of its counter: "950-801"
  std::string name;
  ServiceCounts counts = ServiceCounts::impressions;
  std::uint16_t input = 0;  // 0-based tray, for input_sheets
  std::uint64_t limit = 1;  // its life in what it counts, > 0
  std::string part_number;
};

// A cell of non-volatile memory, as diagnostics read it.
struct NvmKind {
  std::string id;  // "502-806"
  std::string name;
  std::int32_t initial = 0, low = 0, high = 0;
};

struct ModuleKind {
  std::string name;           // "IOT", "DADF", "Finisher"
  std::string level;          // with "{firmware}"
  std::string serial_suffix;  // its serial number is the printer's with this behind; empty: it has none
};

struct FeatureKind {
  std::string name;  // "Duplex", "Fax", "Hard disk", "Stapling"
  bool installed = true;
};

// A finishing device (RFC 3806). Its staples are the supply with WearsBy::staples.
struct FinisherKind {
  std::int32_t type = 3;  // FinDeviceTypeTC: 3 stitcher, 4 folder, 8 puncher, 16 stacker
  std::string description;
  std::int32_t capacity = 1000;  // sheets
};

enum class DeviceClass : std::uint8_t { office, production, other_brand };

struct Model {
  std::string key;  // names the profile: "office-colour-mfp"
  DeviceClass device_class = DeviceClass::office;
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
  std::uint32_t sleep_after_ms = 0;  // idle until the power saver; 0: never
  std::string admin_password = "1111";
  std::string front_end;  // the digital front end's name, where there is one
  std::uint16_t fault_history_max = 25, event_log_max = 60, job_log_max = 20;

  std::vector<SupplyKind> supplies;
  std::vector<ColorantKind> colorants;
  std::vector<InputKind> inputs;
  std::vector<OutputKind> outputs;
  std::vector<CoverKind> covers;
  std::vector<ChannelKind> channels;
  std::vector<InterpreterKind> interpreters;
  std::vector<MeterKind> meters;
  std::vector<std::string> lights;
  std::vector<FaultKind> faults;
  std::vector<ServiceItemKind> service_items;
  std::vector<NvmKind> nvm;
  std::vector<ModuleKind> modules;
  std::vector<FeatureKind> features;
  std::vector<FinisherKind> finishers;
  // What its SNMP answers do that the MIBs do not say, as simulators/printer/quirks names it: "meter-lags=4".
  std::vector<std::string> quirks;
  // Rows of the data that a printer of its class can report which it has no source for, in the white paper's
  // words.
  std::vector<std::string> lacks;
};

using ModelPtr = std::shared_ptr<const Model>;

}  // namespace mr::printer
