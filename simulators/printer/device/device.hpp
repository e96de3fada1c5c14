// One printer: a pure state machine, the one state from which every face (SNMP, web, raw port, uploads) is
// derived.
//
// Nothing here reaches outside: time comes in as a Moment, chance not at all. A face reads what it shows and
// calls the operations; it keeps no copy. All quantities are integers; what a job wears off a supply is
// carried exactly, remainder included. cost: about 1 KB and 100 bytes a supply, a meter 8 bytes; the rest is
// in the shared Model.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "simulators/printer/device/alert.hpp"
#include "simulators/printer/device/job.hpp"
#include "simulators/printer/device/model.hpp"
#include "simulators/printer/device/usage.hpp"

namespace mr::printer {

struct Identity {
  std::string serial;
  std::array<std::uint8_t, 6> mac{};
  std::array<std::uint8_t, 4> address{127, 0, 0, 1};  // IPv4; what ipAddrTable says
  std::string printer_name;                           // prtGeneralPrinterName
};

// Who is told of alerts over SNMP.
struct TrapTarget {
  std::string address;  // IPv4 or IPv6, as text
  std::uint16_t port = 162;
  int version = 2;                // 1, 2 (v2c) or 3
  bool inform = false;            // v2c and v3
  std::string community_or_user;  // empty: the trap community, or the user `makeready`
  bool operator==(const TrapTarget&) const = default;
};

// What a customer sets.
struct Settings {
  std::string contact, name, location;  // sysContact, sysName, sysLocation: at most 255 octets each
  std::string read_community = "public", write_community = "private",
              trap_community = "public";  // empty: none
  // Which of its ports the printer has switched on.
  struct Ports {
    bool snmp = true, raw = true, lpd = true, http = true, https = true;
    bool operator==(const Ports&) const = default;
  } ports;
  std::string admin_password;            // of the web page; empty: the model's
  std::uint32_t sleep_after_ms = 0;      // idle until the power saver; 0: never
  std::string mail_server, mail_sender;  // host[:port]; empty: no alert mail
  std::vector<std::string> mail_recipients;  // at most mail_recipients_max
  static constexpr std::size_t mail_recipients_max = 20;
  std::vector<TrapTarget> trap_targets;  // at most trap_targets_max
  static constexpr std::size_t trap_targets_max = 10;
  bool operator==(const Settings&) const = default;
};

enum class Power : std::uint8_t { off, restarting, warming_up, on, standby };
enum class Activity : std::uint8_t { idle, printing };
enum class CoverStatus : std::uint8_t {
  other = 1,
  unknown = 2,
  open = 3,
  closed = 4,
  interlock_open = 5,
  interlock_closed = 6
};

// prtGeneralReset as asked for by a manager.
enum class Reset : std::uint8_t { power_cycle = 4, to_nvram = 5, to_factory = 6 };

// --- firmware ---
//
// Two slots: a new level is written to the spare one and started from there at the next power-on, so that a
// power cut at any moment leaves the old level or the new one. A level that does not start is tried
// start_attempts times; then the old one runs on.

enum class Upgrade : std::uint8_t { none, receiving, checking, installing };
// What a firmware file that passed does to the printer that installs it.
enum class Install : std::uint8_t { sound, hangs, does_not_start, bricks };

// A level and since when it runs.
struct Level {
  std::string level;
  Moment since{};
};

struct Traffic {
  std::uint64_t octets_in = 0, packets_in = 0, octets_out = 0, packets_out = 0;
};

class Device {
 public:
  // New, full, switched off, all meters 0. requires: model is not null.
  Device(ModelPtr model, Identity identity);

  const Model& model() const { return *model_; }
  const ModelPtr& model_ptr() const { return model_; }
  const Identity& identity() const { return identity_; }
  void set_address(std::array<std::uint8_t, 4> address) { identity_.address = address; }
  const Settings& settings() const { return settings_; }
  // Counts as a configuration change where something differs. requires: lengths as Settings says.
  void set(Settings settings);
  void set_printer_name(std::string name);

  // The model's texts with the marks filled in.
  std::string system_description() const;
  std::string device_id() const;
  std::string supply_description(std::size_t supply) const;

  // --- civil time ---
  // What its clock showed at Moment 0, and its zone. Before set_clock it has no civil time.
  void set_clock(std::chrono::sys_time<Moment> at_zero, std::chrono::minutes zone);
  void step_clock(Moment by);  // a clock that is wrong, or is set right
  std::optional<std::chrono::sys_time<Moment>> utc(Moment now) const;
  std::chrono::minutes zone() const { return zone_; }

  // --- power ---
  void power_on(
      Moment now);  // no effect while on; alerts of lasting conditions are raised anew, from index 1
  void power_off(Moment now);
  void standby(bool asleep, Moment now);  // only while on; Settings::sleep_after_ms does it by itself
  // The online switch of the console. Offline it takes no work (RFC 3805 2.2.13.2: off-line).
  void set_online(bool online, Moment now);
  bool online() const { return online_; }
  // Ends what ends by itself: warming up, a restart, the steps of an upgrade, being awake. due(): when next
  // to call it; nothing while nothing is pending.
  void advance(Moment now);
  std::optional<Moment> due() const;
  Power power() const { return power_; }
  // Whether it answers anybody: neither off nor on the way back.
  bool powered() const { return power_ != Power::off && power_ != Power::restarting; }
  // Goes down and comes back by itself after Model::restart_ms: advance() switches it on then. No effect
  // while not powered.
  void restart(Moment now);
  Moment on_since() const { return on_since_; }
  std::uint32_t boots() const { return boots_; }  // power-ons, the snmpEngineBoots of it
  std::uint32_t uptime_ticks(
      Moment now) const;                       // hundredths of a second, modulo 2^32; recorded start included
  std::int32_t engine_time(Moment now) const;  // snmpEngineTime: seconds since power-on
  // A manager's SET of prtGeneralReset; the owner performs it (power_off, power_on) and takes it.
  void request_reset(Reset what) { reset_ = what; }
  std::optional<Reset> take_reset();

  // --- work ---
  // Whether work can be done now: powered on, warm, online, no critical alert.
  bool ready() const;
  // Moves meters and wears supplies and trays, whatever ready() says: asking first is the caller's. Stops
  // early where paper or a supply that stops it runs out: gives the impressions done. Colour and black are
  // done in proportion, so that totals stay identities. Wakes the printer.
  std::uint32_t run_job(const Job& job, Moment now);
  void run_scan(const Scan& scan);
  const std::vector<JobRecord>& jobs() const { return jobs_; }  // oldest first, at most Model::job_log_max
  const Usage& usage() const { return usage_; }
  // Time in each power state up to now, by Power, in milliseconds.
  std::array<std::uint64_t, 5> power_ms(Moment now) const;
  void set_activity(Activity activity, Moment now);
  Activity activity() const { return activity_; }
  // Gives back memory that its vectors hold beyond what is in them: after its past was made.
  void settle();
  // Moves meters alone, as if done long ago: the past of a printer that was installed before the run.
  void add_history(const Job& job);

  // --- firmware ---
  const std::string& level() const { return levels_.back().level; }
  const std::vector<Level>& levels() const { return levels_; }  // oldest first, the running one last
  static constexpr std::size_t levels_max = 32;                 // kept
  static constexpr int start_attempts = 3;
  Upgrade upgrade() const { return upgrade_; }
  bool upgrading() const { return upgrade_ == Upgrade::checking || upgrade_ == Upgrade::installing; }
  // A file begins to come. False, and nothing happens, where none can be taken now: not powered, or another
  // one is under way.
  bool begin_upgrade(Moment now);
  // The file is there. Checking it takes Model::firmware_check_ms; then it is installed where it was found
  // good, and forgotten otherwise. requires: upgrade() is receiving.
  void check_upgrade(std::optional<std::pair<std::string, Install>> good, Moment now);
  // Dead after a level with Install::bricks: it is off, and switching it on does nothing until a technician
  // writes the level before it back. requires (repair): bricked().
  bool bricked() const { return bricked_; }
  void repair();
  // The file broke off. No effect unless upgrade() is receiving.
  void abandon_upgrade(Moment now);

  // --- parts; indices 0-based, requires: in range ---
  std::uint64_t meter(std::size_t meter) const;                                  // as shown, rollover applied
  std::uint64_t meter_total(std::size_t meter) const { return meters_[meter]; }  // all that it ever counted
  void set_meter(std::size_t meter, std::uint64_t value);  // for recordings and restored state
  std::optional<std::size_t> find_meter(std::uint32_t table_device, std::uint32_t table_index) const;
  std::optional<std::size_t> find_meter(std::string_view name) const;
  std::uint64_t life_count() const { return life_count_; }  // prtMarkerLifeCount: all impressions
  void set_life_count(std::uint64_t value) { life_count_ = value; }
  std::uint64_t power_on_count() const { return power_on_count_; }
  void set_power_on_count(std::uint64_t value) { power_on_count_ = value; }

  std::int32_t supply_level(std::size_t supply) const;  // as told; a receptacle's is the space that is left
  std::int32_t supply_true_level(std::size_t supply) const;
  void set_supply_level(std::size_t supply, std::int32_t level,
                        Moment now);  // true level, cut to [0, capacity]
  const std::string& supply_serial(std::size_t supply) const { return supplies_[supply].serial; }
  void set_supply_serial(std::size_t supply, std::string serial);
  // Taken out; replace_supply puts a new one in. Told as unknown meanwhile.
  void set_supply_present(std::size_t supply, bool present, Moment now);
  bool supply_present(std::size_t supply) const { return supplies_[supply].present; }
  void replace_supply(std::size_t supply, std::string serial,
                      Moment now);  // a full one; an emptied receptacle

  std::int32_t input_level(std::size_t input) const;  // as told
  std::int32_t input_true_level(std::size_t input) const;
  void set_input_level(std::size_t input, std::int32_t sheets, Moment now);
  bool input_present(std::size_t input) const { return inputs_[input].present; }
  void set_input_present(std::size_t input, bool present, Moment now);
  std::int32_t input_status(std::size_t input) const;  // PrtSubUnitStatusTC
  std::int32_t output_status(std::size_t output) const;
  std::int32_t output_remaining(std::size_t output) const;  // sheets that still fit
  std::int32_t output_true_level(std::size_t output) const { return outputs_[output]; }  // sheets in it
  void set_output_level(std::size_t output, std::int32_t sheets, Moment now);
  CoverStatus cover(std::size_t cover) const { return covers_[cover]; }
  void set_cover(std::size_t cover, CoverStatus status, Moment now);

  // --- service ---
  std::uint64_t service_count(std::size_t item) const { return service_items_[item].count; }
  std::int32_t service_percent_left(std::size_t item) const;  // 0 to 100
  std::uint32_t service_replaced(std::size_t item) const { return service_items_[item].replaced; }
  void set_service_count(std::size_t item, std::uint64_t count) { service_items_[item].count = count; }
  void replace_service_item(std::size_t item, Moment now);
  std::int32_t nvm(std::size_t cell) const { return nvm_[cell]; }
  bool set_nvm(std::size_t cell, std::int32_t value);  // false, and nothing happens: out of range

  // --- faults: of Model::faults, by their code ---
  std::optional<std::size_t> find_fault(std::string_view code) const;
  // Comes up, with its alert; stands until cleared, over power cycles too where it is cleared by user or
  // service. Nothing where it stands already, or while switched off. requires: in range.
  void raise_fault(std::size_t fault, Moment now);
  // Ends it; `resolution` empty: the model's words. False: it does not stand, or a part's state holds it up
  // (close the cover, fill the tray).
  bool clear_fault(std::size_t fault, std::string resolution, Moment now);
  bool fault_stands(std::size_t fault) const;
  const std::vector<FaultRecord>& fault_history() const { return history_; }  // oldest first
  const std::vector<EventRecord>& events() const { return events_; }          // oldest first
  void log_event(std::string text, Moment now);

  // --- alerts ---
  const std::vector<Alert>& alerts() const { return alerts_; }  // oldest first
  // Raises one that no part's state implies (a jam, a fault code); gives its index, or 0 while switched off.
  // A critical one pushes out the oldest warning, and a warning the oldest warning, where there are
  // alerts_max.
  std::int32_t raise(Alert alert, Moment now);
  bool clear(std::int32_t index, Moment now);                           // false: there is no such alert
  void set_next_alert_index(std::int32_t next) { next_alert_ = next; }  // requires: next >= 1
  std::uint32_t critical_events() const { return critical_events_; }
  std::uint32_t all_events() const { return all_events_; }
  std::vector<AlertChange> take_alert_changes();  // at most changes_max are kept, the oldest dropped
  static constexpr std::size_t alerts_max = 64, changes_max = 256;

  // --- status, derived (RFC 3805 section 2.2.13.2.1) ---
  std::int32_t device_status() const;   // hrDeviceStatus
  std::int32_t printer_status() const;  // hrPrinterStatus
  std::string detected_errors() const;  // hrPrinterDetectedErrorState: 2 octets, bit 0 the most significant
  std::int32_t marker_status() const;
  std::string console_text(std::size_t line) const;
  // What the console shows when all is well (PJL RDYMSG); empty: the model's. Forgotten at power-off.
  void set_ready_message(std::string text);
  bool attention_light() const;                                     // lit while a critical alert stands
  std::uint32_t config_changes() const { return config_changes_; }  // prtGeneralConfigChanges
  void count_config_change() { ++config_changes_; }

  // --- persistence ---
  // All that survives being unplugged, as JSON: meters, supplies, trays, history, settings, identity. restore
  // takes what save gave of a printer of the same model; the printer stays switched off, and moments count
  // from `now`. requires (restore): switched off. errors: state_errc.
  std::string save(Moment now) const;
  Result<void> restore(std::string_view state, Moment now);

  // --- recordings ---
  // Where a recording left off. The next power_on() goes on from there instead of starting anew.
  struct Recorded {
    std::uint32_t uptime_ticks = 0, engine_boots = 1, critical_events = 0, all_events = 0, config_changes = 0;
    std::int32_t engine_seconds = 0;
    std::vector<Alert> alerts;        // with their indices
    std::vector<CoverStatus> covers;  // of all covers, or none
  };
  void resume_from(Recorded recorded);
  // The printer is as it was recorded: nothing has happened to its parts, work or power yet. Until then its
  // status is what was recorded; from then on what its state implies.
  bool as_recorded() const { return as_recorded_; }

  Traffic& traffic() { return traffic_; }
  const Traffic& traffic() const { return traffic_; }

 private:
  struct Supply {
    std::int32_t level;
    bool present = true;
    std::uint64_t worn = 0;  // numerator of the fraction of a unit already used
    std::string serial;
  };
  struct ServiceItem {
    std::uint64_t count = 0;
    std::uint32_t replaced = 0;
  };
  struct Input {
    std::int32_t level;
    bool present = true;
  };
  void touch(Moment now);  // ends as_recorded(); counts as use
  void become(Power power, Moment now);
  std::optional<Moment> sleeps_at() const;
  void count_usage(const Job& job);
  void note_fault(Alert& alert, Moment now);
  void end_fault(std::int32_t fault, std::string resolution, Moment now);
  void judge_output(std::size_t output, Moment now);
  void end_upgrade_step(Moment now);
  // Starts what the spare slot holds, if anything; false where that does not come up: another restart
  // follows.
  bool start_spare(Moment now);
  std::int32_t enter(Alert alert, Moment now);
  bool remove(std::int32_t index, Moment now);
  void tally(const Job& job);
  void wear(const Job& job);
  void judge_supply(std::size_t supply, Moment now);
  void judge_input(std::size_t input, Moment now);
  void judge_inputs(Moment now);
  // Makes exactly the alert of `code` (0: none) the one up for a part, among `codes`.
  void keep(Part group, std::size_t row, std::span<const std::int32_t> codes, std::int32_t code,
            Severity severity, std::string description, Moment now);
  std::uint32_t feasible(const Job& job) const;

  ModelPtr model_;
  Identity identity_;
  Settings settings_;
  std::vector<std::uint64_t> meters_;
  std::vector<Supply> supplies_;
  std::vector<Input> inputs_;
  std::vector<std::int32_t> outputs_;  // sheets in the bin
  std::vector<CoverStatus> covers_;
  std::vector<Alert> alerts_;
  std::vector<AlertChange> changes_;
  std::vector<ServiceItem> service_items_;
  std::vector<std::int32_t> nvm_;
  std::vector<std::uint16_t> standing_;  // faults that were raised and not cleared, in order
  std::vector<FaultRecord> history_;
  std::vector<EventRecord> events_;
  std::vector<JobRecord> jobs_;
  Usage usage_;
  std::string ready_message_;
  std::optional<std::chrono::sys_time<Moment>> civil_;  // at Moment 0
  std::chrono::minutes zone_{};
  Moment in_power_since_{}, used_at_{};
  std::uint32_t faults_seen_ = 0, events_seen_ = 0, jobs_seen_ = 0;
  bool online_ = true;
  std::uint64_t life_count_ = 0, power_on_count_ = 0;
  Traffic traffic_;
  Moment on_since_{}, next_at_{};  // next_at_: the end of warming up or of a restart
  std::vector<Level> levels_;      // never empty
  Upgrade upgrade_ = Upgrade::none;
  Moment upgrade_at_{};                                      // when the step ends
  std::optional<std::pair<std::string, Install>> incoming_;  // being checked or installed
  std::optional<std::pair<std::string, Install>> spare_;     // installed, to be started
  int start_tried_ = 0;
  std::uint32_t boots_ = 0, uptime_base_ = 0, critical_events_ = 0, all_events_ = 0, config_changes_ = 0;
  std::int32_t next_alert_ = 1, engine_time_base_ = 0;
  bool resume_ = false, as_recorded_ = false, bricked_ = false;
  Power power_ = Power::off;
  Activity activity_ = Activity::idle;
  std::optional<Reset> reset_;
};

enum class state_errc {
  bad_state = 1,  // not JSON, or not of this model; the detail says where
};
std::string_view describe(state_errc);

}  // namespace mr::printer
MR_ERRC(mr::printer, state_errc, "printer-state")
