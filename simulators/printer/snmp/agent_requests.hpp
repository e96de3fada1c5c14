// The call-backs of agent_library.cpp: what may be asked, and what is answered. Between the two files only.
#pragma once

// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/library/snmp_secmod.h>
// clang-format on

#include <optional>
#include <string>
#include <vector>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::printer::library {

// What the call-backs of one datagram share. The library has no place for it: one call at a time, one thread.
struct Turn {
  snmp::ByteView in;
  std::optional<snmp::Bytes> out;
  snmp::EngineTime now;
  snmp::VariableSource* source = nullptr;
  const snmp::UserTable* users = nullptr;
  const snmp::CommunityPolicy* community_policy = nullptr;
  const snmp::UserPolicy* user_policy = nullptr;
  const std::string* engine_id = nullptr;
  snmp::AnswerLimits limits;
  snmp::Access access;
  enum class Verdict { serve, unknown_context } verdict = Verdict::serve;
  std::size_t steps = 0;
  std::size_t room = 0, used = 0;  // octets of varbinds: what the response may have, and has
  bool too_big = false;
  std::vector<snmp::VarBind> before;  // of a SET: what the committed variables were
};

extern Turn* turn;              // null between datagrams
extern SecmodInMsg* judge_usm;  // the library's own

// In the order in which the library calls them.
int judge_security(snmp_secmod_incoming_params* message);
int check_message(netsnmp_session* session, netsnmp_pdu* pdu, int parsed);
int on_pdu(int operation, netsnmp_session* session, int request_id, netsnmp_pdu* pdu, void* magic);
int on_request(netsnmp_mib_handler* handler, netsnmp_handler_registration* registration,
               netsnmp_agent_request_info* info, netsnmp_request_info* requests);

}  // namespace mr::printer::library
