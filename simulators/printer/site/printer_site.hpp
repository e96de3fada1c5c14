// Printers at their addresses: devices, the SNMP engine that speaks for them, and the sockets.
//
// Runs on any Runtime: the world's, where the addresses are the host's, and the real one. What happens to a
// device in time (warming up, a reset that a manager asked for) happens here, on the runtime's clock.
// threading: the runtime's executor.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "simulators/printer/site/datagram_face.hpp"
#include "simulators/printer/snmp/engine.hpp"

namespace mr::printer {

class PrinterSite {
 public:
  struct Plan {
    runtime::Address address;
    Device device;  // switched off
    MibTemplatePtr mib;
    EngineIdentity identity;
  };

  // Switches all on at the present instant. lifetime: `runtime` outlives the site. requires: at least one
  // plan, addresses distinct.
  //   errors: of DatagramFace::open and SnmpEngine::add.
  static Result<std::unique_ptr<PrinterSite>> open(runtime::Runtime& runtime,
                                                   std::unique_ptr<SnmpEngine> engine,
                                                   std::vector<Plan> plans, DatagramFace::Options options);
  ~PrinterSite();
  PrinterSite(const PrinterSite&) = delete;

  std::size_t size() const { return printers_.size(); }
  Device& device(std::size_t index) { return printers_[index]->device; }
  DeviceMib& mib(std::size_t index) { return printers_[index]->mib; }
  SnmpEngine& engine() { return *engine_; }
  runtime::Endpoint endpoint(std::size_t index) const { return face_->endpoint(index); }

  // Idempotent. Off takes the sockets with it. errors (on): of Network::bind; the device then stays off.
  Result<void> power_on(std::size_t index);
  void power_off(std::size_t index);

  // Sends a notification of a printer that is on. errors: of SnmpEngine::notify.
  Result<void> notify(std::size_t index, const Notification& notification);

 private:
  struct Printer {
    Printer(Plan plan) : device(std::move(plan.device)), mib(std::move(plan.mib), device) {}
    Device device;
    DeviceMib mib;
    std::unique_ptr<runtime::Alarm> alarm;  // what is next for the device
    bool resetting = false;                 // the alarm is a reset
  };
  explicit PrinterSite(runtime::Runtime& runtime) : runtime_(runtime) {}
  Moment now() const;
  void on_datagram(std::size_t index, const runtime::Datagram& datagram);
  void emit();  // what the engine wants sent
  void arm_engine();
  void arm(std::size_t index);
  void reset(std::size_t index);

  runtime::Runtime& runtime_;
  std::vector<std::unique_ptr<Printer>> printers_;
  std::unique_ptr<SnmpEngine> engine_;
  std::unique_ptr<DatagramFace> face_;
  std::unique_ptr<runtime::Alarm> engine_alarm_;
  std::vector<OutDatagram> out_;
  std::map<std::uint64_t, std::unique_ptr<runtime::Alarm>>
      late_;  // datagrams that leave later; dropped with the site
  std::uint64_t late_made_ = 0;
};

}  // namespace mr::printer
