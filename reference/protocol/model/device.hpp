// What is said of one print device, as plain values: the groups of the white paper's Tables 1 to 3.
//
// Absent is not zero: an optional that is empty was not there to be read (the model lacks it, or it was not
// asked for); a group that is absent is a module that the model lacks; a group that is present and empty was
// read and is empty. Text is UTF-8 as the device gives it, after its character set was undone. Field meanings
// beyond the names: schema/catalogue.hpp gives source row and clause.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/model/printer_mib.hpp"
#include "reference/protocol/model/stamp.hpp"

namespace mr::model {

// A level or capacity of the Printer MIB: a number >= 0, or one of the words that the MIB writes as -1, -2
// and -3.
struct Level {
  enum class Kind : std::uint8_t { number, other, unknown, some_remaining };
  Kind kind = Kind::unknown;
  std::uint32_t value = 0;  // of a number; else 0

  static Level number(std::uint32_t value) { return {Kind::number, value}; }
  static Level other() { return {Kind::other}; }                    // -1: no restriction
  static Level unknown() { return {Kind::unknown}; }                // -2
  static Level some_remaining() { return {Kind::some_remaining}; }  // -3: at least one unit
  // Of the MIB's integer. Empty below -3 (some vendors have private codes there): report it as absent.
  static std::optional<Level> from_mib(std::int64_t value);

  std::optional<std::uint32_t> as_number() const {
    return kind == Kind::number ? std::optional(value) : std::nullopt;
  }
  bool operator==(const Level&) const = default;
};
// Decimal digits, or `other`, `unknown`, `someRemaining`.
std::string to_text(Level level);
std::optional<Level> parse_level(std::string_view text);

// --- Identity: evidence of which device it is. The server assigns the DeviceId. ---

struct FirmwareModule {
  std::string name;  // `System`, `Network controller`, ...
  std::string level;
  std::optional<std::string> serial_number;
  std::optional<Stamp> installed_at;
  bool operator==(const FirmwareModule&) const = default;
};

struct AssetTag {
  std::string owner;  // whose tag: `vendor`, `customer`
  std::string tag;
  bool operator==(const AssetTag&) const = default;
};

enum class ManagementState : std::uint8_t { managed, discovered, excluded };
std::span<const Word<ManagementState>> words_of(ManagementState);

struct DeviceIdentity {
  std::optional<std::string> serial_number;  // prtGeneralSerialNumber or the vendor's
  std::optional<std::string> manufacturer;
  std::optional<std::string> model;
  std::optional<std::string> description;    // sysDescr
  std::optional<std::string> sys_object_id;  // dotted decimal without a leading dot
  std::vector<FirmwareModule> firmware;
  std::vector<AssetTag> asset_tags;
  std::optional<std::string> system_name;  // sysName
  std::optional<std::string> contact;      // sysContact
  std::optional<std::string> location;     // sysLocation
  std::optional<ManagementState> management_state;
  std::optional<std::string> fax_number;
  std::vector<std::string> queue_names;
  std::vector<std::string> licences;
  std::optional<std::string> local_id;  // the sender's own name for it, opaque: no address, nor made from one
  bool operator==(const DeviceIdentity&) const = default;
};

// --- Network address ---

struct Network {
  std::vector<std::string> mac_addresses;  // lower case, `00:00:aa:12:34:56`
  std::vector<std::string> ip_addresses;   // IPv4 dotted, IPv6 as RFC 5952
  std::optional<std::string> subnet_mask;
  std::optional<std::string> subnet_address;
  std::optional<std::string> default_gateway;
  std::optional<std::string> dns_name;
  std::optional<std::string> last_known_ip_address;
  std::optional<bool> ip_address_changed;  // since the previous report
  std::optional<std::string> time_zone;    // POSIX TZ rule
  std::optional<std::string> ipx_address;
  std::optional<std::string> ipx_external_network_number;
  std::optional<std::string> ipx_print_server;
  bool operator==(const Network&) const = default;
};

// --- Properties ---

struct Component {
  std::string kind;  // a word: `input`, `output`, `marker`, `finisher`, `interpreter`, ...
  std::uint32_t index = 0;
  std::string description;
  std::optional<std::string> level;  // of its software
  std::optional<std::string> serial_number;
  bool operator==(const Component&) const = default;
};

struct NamedValue {
  std::string name;
  std::string value;
  bool operator==(const NamedValue&) const = default;
};

struct Properties {
  std::vector<Component> components;
  std::vector<std::string> features;  // features and services supported
  std::optional<std::uint32_t> pages_per_minute;
  std::optional<bool> color;
  std::optional<bool> duplex;
  std::vector<std::string> finishing_options;
  std::optional<MarkingTechnology> marking_technology;
  std::optional<std::uint64_t> memory_kib;
  std::optional<std::uint64_t> disk_kib;
  std::vector<std::string> languages;  // page description languages
  std::vector<std::string> power_saver_modes;
  std::vector<NamedValue> user_defined;
  bool operator==(const Properties&) const = default;
};

// --- Status ---

struct Alert {              // one row of prtAlertTable
  std::uint32_t index = 0;  // prtAlertIndex
  AlertSeverity severity = AlertSeverity::other;
  std::optional<AlertTraining> training;
  AlertGroup group = AlertGroup::unknown;
  std::optional<std::int32_t> group_index;  // -1 where the row names no sub-unit
  std::optional<std::int32_t> location;     // -2 unknown
  std::int32_t code = 2;                    // PrtAlertCodeTC; alert_code_word gives words
  std::optional<std::string> description;
  std::optional<std::uint32_t> time_ticks;  // prtAlertTime: sysUpTime of the change, hundredths of a second
  bool operator==(const Alert&) const = default;
};

struct Alerts {
  std::optional<std::uint32_t> critical_events;  // prtAlertCriticalEvents, since power-on
  std::optional<std::uint32_t> all_events;       // prtAlertAllEvents
  std::vector<Alert> rows;                       // by index, each index once
  bool operator==(const Alerts&) const = default;
};

struct DetectedErrors {
  std::vector<DetectedError> states;  // in bit order; empty: none is set
  bool operator==(const DetectedErrors&) const = default;
};

struct ComponentStatus {
  std::string kind;  // as Component::kind; also `cover`
  std::uint32_t index = 0;
  std::optional<std::string> description;
  std::int32_t status = 0;  // PrtSubUnitStatusTC, for a cover PrtCoverStatusTC
  bool operator==(const ComponentStatus&) const = default;
};

struct FaultEntry {  // one fault of the device's own history
  std::string code;  // the vendor's: `09-594-00`
  std::optional<std::string> description;
  std::optional<Stamp> at;
  std::optional<std::uint32_t> count;        // occurrences, where the device counts and does not list
  std::optional<std::uint64_t> impressions;  // life count when it occurred
  bool operator==(const FaultEntry&) const = default;
};

struct FaultHistory {
  std::vector<FaultEntry> faults;  // newest first, at most the last 40
  bool operator==(const FaultHistory&) const = default;
};

enum class Retrieval : std::uint8_t { complete, partial, unreachable };
std::span<const Word<Retrieval>> words_of(Retrieval);

struct Status {
  std::optional<DeviceStatus> device_status;
  std::optional<PrinterStatus> printer_status;
  std::optional<DetectedErrors> detected_errors;
  std::vector<std::string> console_lines;  // prtConsoleDisplayBufferText, top to bottom
  std::optional<Alerts> alerts;
  std::vector<ComponentStatus> components;
  std::optional<FaultHistory> fault_history;
  std::optional<Retrieval> retrieval;  // how the last read went
  std::optional<Stamp> retrieved_at;   // when values were last had
  std::optional<Stamp> discovered_at;
  std::optional<std::string> discovery_method;  // `snmp`, `icmp`, `dns`, `list`, ...
  std::optional<std::uint32_t> up_time_ticks;   // sysUpTime, hundredths of a second
  std::optional<bool> traps_supported;
  std::optional<bool> traps_enabled;
  bool operator==(const Status&) const = default;
};

// --- Counters ---

enum class MeterScope : std::uint8_t { system, service, subunit, media_used };  // PWG 5106.1
std::span<const Word<MeterScope>> words_of(MeterScope);

struct Meter {
  std::string name;  // PWG 5106.1: `TotalImpressions`, `MonochromeImpressions`, `FullColorImpressions`; a
                     // vendor's: `x-...`
  MeterScope scope = MeterScope::system;
  std::string unit = "impressions";  // `impressions`, `sheets`, `images`, `messages`, `kOctets`, ...
  std::uint64_t value = 0;
  std::optional<std::string> source;  // the object it was read from, OID in text
  Stamp read_time;
  std::uint64_t epoch =
      0;  // rises by one whenever the counter starts anew: values compare within an epoch only
  bool operator==(const Meter&) const = default;
};

struct Meters {
  std::optional<std::string> billing_mode;     // the vendor's word: `traditional`, `A4Impressions`, ...
  std::optional<std::uint64_t> target_volume;  // impressions a month
  std::vector<Meter> rows;                     // (name, scope, unit) occurs once
  bool operator==(const Meters&) const = default;

  const Meter* find(std::string_view name, MeterScope scope = MeterScope::system) const;
};

// --- Consumables ---

struct Supply {  // one row of prtMarkerSuppliesTable, with what vendors add
  std::uint32_t index = 0;
  std::optional<std::uint32_t> marker_index;
  std::optional<std::string> colorant;  // prtMarkerColorantValue
  std::optional<SupplyClass> supply_class;
  std::optional<SupplyType> type;
  std::optional<std::string> description;
  std::optional<SupplyUnit> unit;
  std::optional<Level> max_capacity;
  std::optional<Level> level;  // of a receptacle: the space that remains
  std::optional<std::string> manufacturer;
  std::optional<std::string> model;
  std::optional<std::string> part_number;
  std::optional<std::string> serial_number;
  std::optional<std::string> size;
  std::optional<std::uint64_t> life_count;  // impressions made with it
  std::optional<std::uint32_t> days_remaining;
  bool operator==(const Supply&) const = default;
};

struct Supplies {
  std::vector<Supply> rows;  // by index, each index once
  bool operator==(const Supplies&) const = default;
};

// --- Detailed usage ---

struct InputTray {
  std::uint32_t index = 0;
  std::optional<InputType> type;
  std::optional<std::string> name;
  std::optional<std::string> media_name;
  std::optional<CapacityUnit> unit;
  std::optional<Level> max_capacity;
  std::optional<Level> level;
  std::optional<std::int32_t> status;  // PrtSubUnitStatusTC
  bool operator==(const InputTray&) const = default;
};

struct OutputBin {
  std::uint32_t index = 0;
  std::optional<OutputType> type;
  std::optional<std::string> name;
  std::optional<CapacityUnit> unit;
  std::optional<Level> max_capacity;
  std::optional<Level> remaining;  // capacity that remains
  std::optional<std::int32_t> status;
  bool operator==(const OutputBin&) const = default;
};

struct ServiceItem {  // HFSI: high frequency service item
  std::string code;
  std::optional<std::string> description;
  std::uint64_t used = 0;
  std::optional<std::uint64_t> limit;
  std::optional<std::string> unit;
  std::optional<Stamp> replaced_at;
  bool operator==(const ServiceItem&) const = default;
};

struct Usage {
  std::optional<std::uint32_t> power_on_count;        // number of power-ons in the device's life
  std::optional<std::uint64_t> power_on_impressions;  // prtMarkerPowerOnCount: since the last power-on
  std::optional<std::uint64_t> life_impressions;      // prtMarkerLifeCount
  std::optional<CounterUnit> life_unit;
  std::vector<InputTray> inputs;
  std::vector<OutputBin> outputs;
  std::vector<ServiceItem> service_items;
  bool operator==(const Usage&) const = default;
};

}  // namespace mr::model
