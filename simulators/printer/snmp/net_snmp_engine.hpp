// The SnmpEngine on net-snmp's agent library: the default on real sockets.
//
// One in a process, once; what the library cannot do is listed in README.md. Informs are a conversation of
// the native codec.
#pragma once

#include <map>
#include <memory>
#include <utility>

#include "reference/protocol/snmp/session.hpp"
#include "simulators/printer/snmp/agent_library.hpp"
#include "simulators/printer/snmp/engine.hpp"

namespace mr::printer {

class NetSnmpEngine final : public SnmpEngine {
 public:
  // errors: those of AgentLibrary::start.
  static Result<std::unique_ptr<NetSnmpEngine>> create(snmp::AnswerLimits limits = {});
  // On a library that someone else started. lifetime: `library` outlives the engine.
  explicit NetSnmpEngine(AgentLibrary& library, snmp::AnswerLimits limits = {})
      : library_(library), limits_(limits) {}
  ~NetSnmpEngine() override;

  Result<void> add(PrinterId printer, DeviceMib& mib, EngineIdentity identity) override;
  void remove(PrinterId printer) override;
  void receive(PrinterId printer, std::span<const std::byte> payload, const runtime::Endpoint& from,
               Moment now, std::vector<OutDatagram>& out) override;
  Result<void> notify(PrinterId printer, const Notification& notification, Moment now,
                      std::vector<OutDatagram>& out) override;
  std::optional<Moment> due() const override;
  void wake(Moment now, std::vector<OutDatagram>& out) override;
  std::vector<InformOutcome> take_outcomes() override { return std::exchange(outcomes_, {}); }
  const EngineCounts& counts() const override { return counts_; }

 private:
  struct Printer {
    DeviceMib* mib = nullptr;
    std::shared_ptr<const snmp::UserTable> users;
    std::uint64_t salt = 0;
    std::unique_ptr<AgentLibrary::Agent> agent;
  };
  struct Inform {
    PrinterId printer = 0;
    runtime::Endpoint to;
    std::unique_ptr<snmp::Session> session;
    std::chrono::nanoseconds retry{};
    Moment deadline{};
    int attempts = 0;
  };
  NetSnmpEngine(std::unique_ptr<AgentLibrary> library, snmp::AnswerLimits limits)
      : owned_(std::move(library)), library_(*owned_), limits_(limits) {}
  void send(PrinterId printer, const runtime::Endpoint& to, std::uint16_t source_port, snmp::Bytes payload,
            std::vector<OutDatagram>& out);
  // Does what the session says. False when the inform is over.
  bool obey(Inform& inform, snmp::Session::Action action, Moment now, std::vector<OutDatagram>& out);

  std::unique_ptr<AgentLibrary> owned_;
  AgentLibrary& library_;
  snmp::AnswerLimits limits_;
  std::map<PrinterId, Printer> printers_;
  std::map<std::string, PrinterId, std::less<>> by_engine_id_;
  std::map<std::uint64_t, Inform> informs_;  // in the order of their sending
  std::uint64_t informs_sent_ = 0;
  std::int32_t request_id_ = 1;
  std::vector<InformOutcome> outcomes_;
  EngineCounts counts_;
};

}  // namespace mr::printer
