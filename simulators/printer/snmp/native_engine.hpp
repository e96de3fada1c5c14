// The engine on our own codec (reference/protocol/snmp): v1, v2c, v3 USM, traps and informs.
//
// For the virtual world and the largest fleets: no globals, nothing but what it is given, and the same
// datagrams for the same input. cost: about 300 bytes a printer until the first v3 message to it, then its
// localised keys.
#pragma once

#include <map>
#include <set>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/snmp/engine.hpp"

namespace mr::printer {

class NativeEngine final : public SnmpEngine {
 public:
  explicit NativeEngine(snmp::AnswerLimits limits = {}) : limits_(limits) {}
  ~NativeEngine() override;

  Result<void> add(PrinterId printer, DeviceMib& mib, EngineIdentity identity) override;
  void remove(PrinterId printer) override;
  void receive(PrinterId printer, std::span<const std::byte> payload, const runtime::Endpoint& from,
               Moment now, std::vector<OutDatagram>& out) override;
  Result<void> notify(PrinterId printer, const Notification& notification, Moment now,
                      std::vector<OutDatagram>& out) override;
  std::optional<Moment> due() const override;
  void wake(Moment now, std::vector<OutDatagram>& out) override;
  std::vector<InformOutcome> take_outcomes() override;
  const EngineCounts& counts() const override { return counts_; }

 private:
  struct Printer {
    DeviceMib* mib = nullptr;
    EngineIdentity identity;                        // with a source
    std::unique_ptr<snmp::UsmAuthority> authority;  // made when first needed
  };
  struct Inform {
    PrinterId printer = 0;
    runtime::Endpoint to;
    snmp::Session session;
    std::chrono::nanoseconds retry{};
    Moment due{};
    int attempts = 1;
  };
  using InformKey = std::uint64_t;

  snmp::UsmAuthority* authority(Printer& printer);
  bool inform_received(PrinterId printer, snmp::ByteView payload, const runtime::Endpoint& from, Moment now,
                       std::vector<OutDatagram>& out);
  // What a session decided: sends, or ends. False where the datagram was not for it.
  bool act(InformKey key, snmp::Session::Action action, Moment now, std::vector<OutDatagram>& out);
  void send(PrinterId printer, DeviceMib& mib, const runtime::Endpoint& to, std::uint16_t source_port,
            snmp::Bytes payload, std::vector<OutDatagram>& out);
  void schedule(InformKey key, Inform& inform, Moment at);
  void end(InformKey key);

  snmp::AnswerLimits limits_;
  std::map<PrinterId, Printer> printers_;
  std::set<std::string, std::less<>> engine_ids_;
  std::map<InformKey, Inform> informs_;
  std::set<std::pair<Moment, InformKey>> schedule_;
  std::map<std::pair<PrinterId, runtime::Endpoint>, std::set<InformKey>> waiting_;
  std::vector<InformOutcome> outcomes_;
  EngineCounts counts_;
  InformKey next_inform_ = 1;
  std::int32_t next_id_ = 1;
};

}  // namespace mr::printer
