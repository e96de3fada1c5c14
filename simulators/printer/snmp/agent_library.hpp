// net-snmp's agent library, answering for many agents: one datagram in, at most one out.
//
// The library is made for one agent per process and keeps its state in globals. Here one session with a
// transport of our own serves all: before a datagram is given to it, the engine id, the engine's boots and
// time, and the users are set to those of the agent it is for. What the library does (BER, the message
// formats, USM, GET, GETNEXT and SET dispatch) is its own code, so that it and the native codec check each
// other; README.md lists what is corrected around it and what cannot be.
//
// threading: one thread. At most one object in a process, and none after one was destroyed (the library
// cannot start again).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::printer {

enum class library_errc {
  in_use = 1,     // the process has, or had, another AgentLibrary
  wrong_library,  // the library found is not one that this was written for: its hooks do not take effect
  failed,         // the library refused to start, or to build a message
  bad_engine_id,  // not 5 to 32 octets
  unknown_user,   // a notification in the name of a user that the agent does not have
};
std::string_view describe(library_errc);

class AgentLibrary {
 public:
  // One agent. lifetime: `source` and what the policies refer to outlive it; it is destroyed before the
  // library.
  class Agent {
   public:
    ~Agent();
    Agent(const Agent&) = delete;

    // Replaces the users; their keys are localised when the next v3 message arrives.
    void users(std::shared_ptr<const snmp::UserTable> users);
    const std::string& engine_id() const { return engine_id_; }

   private:
    friend class AgentLibrary;
    Agent(AgentLibrary& library, std::string engine_id, std::shared_ptr<const snmp::UserTable> users,
          snmp::VariableSource& source, snmp::CommunityPolicy community_policy, snmp::UserPolicy user_policy);
    void drop_users();

    struct LocalUsers;
    AgentLibrary& library_;
    std::string engine_id_;
    std::shared_ptr<const snmp::UserTable> users_;
    snmp::VariableSource& source_;
    snmp::CommunityPolicy community_policy_;
    snmp::UserPolicy user_policy_;
    std::unique_ptr<LocalUsers> local_;  // null until needed
  };

  // errors: in_use, wrong_library, failed.
  static Result<std::unique_ptr<AgentLibrary>> start();
  ~AgentLibrary();
  AgentLibrary(const AgentLibrary&) = delete;

  // errors: bad_engine_id.
  Result<std::unique_ptr<Agent>> agent(std::string engine_id, std::shared_ptr<const snmp::UserTable> users,
                                       snmp::VariableSource& source, snmp::CommunityPolicy community_policy,
                                       snmp::UserPolicy user_policy);

  // The answer to a datagram, or nothing. Of `limits`, bytes_max, repetitions_max, steps_max and
  // decoding.bytes_max apply.
  std::optional<snmp::Bytes> answer(Agent& agent, snmp::ByteView datagram, snmp::EngineTime now,
                                    const snmp::AnswerLimits& limits);

  // A trap as a datagram: v1 and v2c under a community, v3 at the user's highest level.
  // requires: pdu is a trap_v1 (v1) or a trap (v2c, v3).
  Result<snmp::Bytes> notify(Agent& agent, snmp::Version version, std::string_view community_or_user,
                             const snmp::Pdu& pdu, snmp::EngineTime now);

 private:
  struct State;
  AgentLibrary();
  std::unique_ptr<State> state_;
};

}  // namespace mr::printer
MR_ERRC(mr::printer, library_errc, "net-snmp")
