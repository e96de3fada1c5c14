// Where a scenario runs: the virtual world, or real sockets in scenario time. The runner knows only this.
//
// A stage has hosts with addresses, and one time line from instant 0. On the wire the scenario's addresses
// are real ones inside a network namespace where the system permits it; otherwise each a.b.c.d becomes
// 127.b.c.d and every port is shifted. threading: one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conformance/report/report.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/runtime/trace_log.hpp"

namespace mr::scenarios {

enum class stage_errc {
  addresses_clash = 1,  // two addresses of the scenario are one on this stage
  stopped,              // the world gave up: too many turns, or time does not advance
};
std::string_view describe(stage_errc);

struct StageOptions {
  std::uint64_t seed = 1;
  runtime::WallTime start;
  std::function<void(std::string_view line)> events;  // each line of the trace; may be empty
  std::string stores_folder;  // on the wire: where hosts keep their stores, a folder each
};

struct HostPlan {
  std::string name;
  std::string site;                         // hosts of one site are near each other; empty: of none
  std::vector<runtime::Address> addresses;  // of the scenario; the first is where its connections come from
};

class Stage {
 public:
  virtual ~Stage() = default;

  // What the scenario calls an address, and a port, on this stage.
  virtual runtime::Address place(const runtime::Address& address) const = 0;
  virtual std::uint16_t port(std::uint16_t port) const = 0;

  // From then on hosts that are added resolve the name to the address (of the scenario).
  virtual void set_name(const std::string& name, const runtime::Address& address) = 0;
  // lifetime: as long as the stage. errors: addresses_clash, or the system's.
  virtual Result<runtime::Runtime*> add_host(HostPlan plan) = 0;
  // An address (of the scenario) of a host goes and comes back; its sockets are the caller's business.
  virtual Result<void> set_present(runtime::Runtime& host, const runtime::Address& address, bool present) = 0;

  virtual runtime::Instant now() const = 0;
  // Runs `deed` at that instant, at once if past.
  virtual void at(runtime::Instant instant, std::function<void()> deed) = 0;
  // Until done() holds, or that instant; says whether done() did. errors: stopped.
  virtual Result<bool> run_until(const std::function<bool()>& done, runtime::Instant limit) = 0;
  Result<bool> run_until(runtime::Instant instant) {
    return run_until([] { return false; }, instant);
  }

  virtual runtime::TraceLog& trace_log() = 0;
  // An event of the scenario itself: host "scenario".
  void emit(const runtime::Event& event) { trace_log().record(now(), "scenario", event); }
  virtual report::Mode mode() const = 0;
  // What a reader of the report should know of the stage: name, value.
  virtual std::vector<std::pair<std::string, std::string>> facts() const = 0;
};

std::unique_ptr<Stage> make_virtual_stage(StageOptions options);
// Enters a network namespace if it may: call it before the process has threads. At most once per process.
std::unique_ptr<Stage> make_wire_stage(StageOptions options);

}  // namespace mr::scenarios
MR_ERRC(mr::scenarios, stage_errc, "stage")
