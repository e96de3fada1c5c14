// A Check looks at every event of a run, at what the tap saw on the network, and at the devices' own truth,
// and says at the end whether what it stands for held.
//
// No part of the system under test is asked. It counts what it compared, so that a check that saw nothing
// does not hold. One check per file; the list is in checks.hpp. threading: the run's. cost: a check keeps at
// most `shown_max` violations in words, and counts the others.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/model/zone.hpp"
#include "reference/runtime/trace_log.hpp"
#include "scenarios/checks/observed.hpp"
#include "scenarios/checks/truth.hpp"

namespace mr::scenarios {

// What a check knows of the scenario. lifetime: outlives the check.
struct Setting {
  struct Permit {
    std::string action;                     // UpgradeDevice
    std::optional<runtime::Instant> until;  // absent: until it is withdrawn
  };
  struct Site {
    std::string name;
    std::string agent_host;  // as in the trace
    model::TimeOfDay report_at;
    std::size_t printers = 0;
    std::vector<runtime::Address> addresses = {};  // on this stage: of its agent and its printers
    std::vector<Permit> permits = {};              // what the customer allows
    std::vector<std::string> disabled = {};        // action kinds that the configuration switches off
    bool locked_down = false;                      // the agent starts in Locked Down mode
    bool registers = true;  // false: the scenario gives its agent something for which it must be refused
  };
  // A metered supplies contract of a device.
  struct Contract {
    std::string serial;
    int threshold_percent = 10;
  };
  // A file in the server's repository of software.
  struct Software {
    std::string id, version;
    // The printers that must take it: those of the model that it is for. Empty where the file has a defect,
    // or brings a level that does not start: then no printer's level may change.
    std::vector<std::string> serials;
  };
  // A text that must not leave a site. See markers.hpp.
  struct Marker {
    std::string name;  // what it is: "community of office"
    std::string text;
    bool in_registration = false;  // it may be in the body of a registration: the registration key
  };
  runtime::WallTime start;  // civil time at instant 0
  runtime::Instant end;     // of the run
  model::Zone zone;
  std::vector<Site> sites;
  const Truth* truth = nullptr;           // never null while events come
  std::string server_host = "server";     // as in the trace
  std::vector<runtime::Address> servers;  // on this stage: where agents may go; impostors too
  int port_shift = 0;                     // added on this stage to the ports of the scenario
  std::vector<Contract> contracts;
  std::vector<Software> software;
  std::vector<Marker> markers;
  // Opens an agent's CMS envelope with the server's key. Empty where there is none.
  std::function<Result<std::vector<std::byte>>(std::span<const std::byte>)> open_envelope;
  // What became due so shortly before the end need not be over yet.
  runtime::Duration grace = std::chrono::minutes(15);

  runtime::WallTime wall(runtime::Instant at) const {
    return start + std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch());
  }
  std::string day(runtime::Instant at) const;    // 2026-03-03, local
  std::string stamp(runtime::Instant at) const;  // with the zone's offset
  // The local days on which a time of day falls due within the run, grace subtracted.
  std::vector<std::string> days_due(model::TimeOfDay time) const;
  const Site* site_of(std::string_view agent_host) const;  // null where it is none's
};

struct Judgement {
  bool held = false;
  std::string message;  // one line: what was compared, or what is wrong
  std::vector<std::string> expected, actual;
  std::vector<std::string> evidence;  // the event lines that show it
};

class Check {
 public:
  virtual ~Check() = default;
  virtual void see(const runtime::TraceLog::Record& record) = 0;
  // What the network tap saw, in order, between the events.
  virtual void observe(const Observed&) {}
  virtual void observe(const ObservedDatagram&) {}
  // Once, at the end of the run.
  virtual Judgement judge() = 0;
};

// The violations of one check, in order.
class Violations {
 public:
  static constexpr std::size_t shown_max = 20;
  void add(std::string expected, std::string actual, std::string evidence = {});
  bool none() const { return count_ == 0; }
  // Holds if nothing was added and `compared` is not 0.
  Judgement judge(std::size_t compared, std::string_view what) const;

 private:
  std::size_t count_ = 0;
  std::vector<std::string> expected_, actual_, evidence_;
};

// The fields of an event.
std::optional<std::int64_t> number(const runtime::Event& event, std::string_view name);
std::string_view text(const runtime::Event& event, std::string_view name);  // empty where absent
// The event as a line for people: [seq], instant, host, kind, id and fields.
std::string line(const runtime::TraceLog::Record& record, const Setting& setting);

}  // namespace mr::scenarios
