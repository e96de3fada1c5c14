#include "simulators/printer/snmp/agent_requests.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "simulators/printer/snmp/agent_library_values.hpp"

namespace mr::printer::library {

using snmp::ErrorStatus;
using snmp::Oid;
using snmp::Value;
using snmp::VarBind;

Turn* turn = nullptr;
SecmodInMsg* judge_usm = nullptr;

namespace {

// --- what may be asked ---

snmp::SecurityLevel level_of(int level) {
  if (level == SNMP_SEC_LEVEL_AUTHPRIV) return snmp::SecurityLevel::auth_priv;
  if (level == SNMP_SEC_LEVEL_AUTHNOPRIV) return snmp::SecurityLevel::auth_no_priv;
  return snmp::SecurityLevel::no_auth_no_priv;
}

}  // namespace

// The library lets a user with keys do without them. The level is judged before the digest (RFC 3414
// section 3.2, step 5), so that a message under the user's minimum is refused for its level whatever else is
// wrong with it.
int judge_security(snmp_secmod_incoming_params* message) {
  const int verdict = judge_usm(message);
  if (turn == nullptr || message->sess == nullptr) return verdict;
  switch (verdict) {
    case SNMPERR_SUCCESS:
    case SNMPERR_USM_AUTHENTICATIONFAILURE:
    case SNMPERR_USM_NOTINTIMEWINDOW:
    case SNMPERR_USM_DECRYPTIONERROR:
      break;
    default:
      return verdict;
  }
  const auto user = turn->users->find(std::string_view(message->secName, *message->secNameLen));
  if (user == turn->users->end() || level_of(message->secLevel) >= user->second->level_min) return verdict;
  snmp_increment_statistic(STAT_USMSTATSUNSUPPORTEDSECLEVELS);
  return SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL;
}

namespace {

// What a message takes around its varbinds, at most.
std::size_t overhead(const netsnmp_pdu& pdu) {
  if (pdu.version != SNMP_VERSION_3) {
    snmp::CommunityMessage message;
    message.community.assign(reinterpret_cast<const char*>(pdu.community), pdu.community_len);
    message.pdu.request_id = static_cast<std::int32_t>(pdu.reqid);
    return snmp::community_overhead(message);
  }
  return 190 + 2 * pdu.securityEngineIDLen + pdu.contextEngineIDLen + pdu.securityNameLen +
         pdu.contextNameLen;
}

}  // namespace

// Before the PDU is looked at: who asks, and what the answer may be. 0 drops the message.
int check_message(netsnmp_session*, netsnmp_pdu* pdu, int parsed) {
  if (turn == nullptr) return 0;
  if (parsed != SNMP_ERR_NOERROR) return 1;  // the library has answered with a Report, or will drop it
  if (pdu->version == SNMP_VERSION_3) {
    const auto user = turn->users->find(std::string_view(pdu->securityName, pdu->securityNameLen));
    if (user == turn->users->end()) return 0;
    const auto access =
        (*turn->user_policy)(*user->second, level_of(pdu->securityLevel),
                             std::string_view(pdu->contextName ? pdu->contextName : "", pdu->contextNameLen));
    if (access) {
      turn->access = *access;
    } else {
      turn->verdict = Turn::Verdict::unknown_context;
    }
  } else {
    const auto version = pdu->version == SNMP_VERSION_1 ? snmp::Version::v1 : snmp::Version::v2c;
    const auto access = (*turn->community_policy)(
        version, std::string_view(reinterpret_cast<const char*>(pdu->community), pdu->community_len));
    if (!access) return 0;
    turn->access = *access;
    pdu->msgMaxSize = static_cast<long>(turn->limits.bytes_max);
  }
  pdu->msgMaxSize = std::min(pdu->msgMaxSize, static_cast<long>(turn->limits.bytes_max));
  const auto size_max = static_cast<std::size_t>(std::max<long>(pdu->msgMaxSize, 0));
  turn->room = size_max > overhead(*pdu) ? size_max - overhead(*pdu) : 0;
  pdu->flags |= UCD_MSG_FLAG_ALWAYS_IN_VIEW;
  return 1;
}

namespace {

// --- variables ---

bool readable(const Oid& name) { return turn->access.read != nullptr && turn->access.read->contains(name); }

enum class Step { found, end, exhausted };

// The next variable that may be read. v1 has no Counter64: there such objects are passed over (RFC 3584
// section 4.2.2.1).
Step next_variable(const Oid& after, bool v1, VarBind& found) {
  Oid at = after;
  while (turn->source->next(at, found.name, found.value)) {
    if (++turn->steps > turn->limits.steps_max || found.name <= at) return Step::exhausted;
    if (readable(found.name) && !(v1 && found.value.type() == snmp::Type::counter64)) return Step::found;
    at = found.name;
  }
  return Step::end;
}

// Counts a variable of the response. Once one does not fit, the response is tooBig.
bool fits(const VarBind& binding) {
  turn->used += snmp::ber_size(binding);
  if (turn->used > turn->room) turn->too_big = true;
  return !turn->too_big;
}

// The last name before `name`, for a search that may give `name` itself.
Oid just_before(const Oid& name) {
  MR_ASSERT(!name.empty());
  Oid before = name.first(name.size() - 1);
  if (name.back() > 0) {
    before.append(name.back() - 1);
    while (before.append(0xffffffffu)) {
    }
  }
  return before;
}

void on_get(netsnmp_agent_request_info* info, netsnmp_request_info* requests, bool v1) {
  for (auto* request = requests; request != nullptr; request = request->next) {
    if (request->processed) continue;
    const Oid name = name_of(*request->requestvb);
    const Value value = readable(name) ? turn->source->get(name) : Value::no_such_object();
    if (v1 && (value.is_exception() || value.type() == snmp::Type::counter64)) {
      // The library would name the last such variable; the first is meant.
      netsnmp_set_request_error(info, request, SNMP_ERR_NOSUCHNAME);
      return;
    }
    if (!fits({name, value})) {
      netsnmp_set_request_error(info, request, SNMP_ERR_TOOBIG);
      return;
    }
    assign(*request->requestvb, value);
  }
}

void on_get_next(netsnmp_agent_request_info* info, netsnmp_request_info* requests, bool v1) {
  for (auto* request = requests; request != nullptr; request = request->next) {
    if (request->processed) continue;
    const Oid name = name_of(*request->requestvb);
    VarBind found;
    switch (next_variable(request->inclusive ? just_before(name) : name, v1, found)) {
      case Step::found: {
        if (!fits(found)) {
          netsnmp_set_request_error(info, request, SNMP_ERR_TOOBIG);
          return;
        }
        const LibraryOid library_name(found.name);
        snmp_set_var_objid(request->requestvb, library_name.arcs, library_name.size);
        assign(*request->requestvb, found.value);
        break;
      }
      case Step::end:
        if (v1) {
          netsnmp_set_request_error(info, request, SNMP_ERR_NOSUCHNAME);
          return;
        }
        break;  // still NULL: the library looks further, and makes it endOfMibView
      case Step::exhausted:
        netsnmp_set_request_error(info, request, SNMP_ERR_GENERR);
        return;
    }
  }
}

int on_set(netsnmp_agent_request_info* info, netsnmp_request_info* requests) {
  if (info->mode == MODE_SET_RESERVE1) {
    turn->before.clear();
    for (auto* request = requests; request != nullptr; request = request->next) {
      const auto wanted = variable_of(*request->requestvb);
      ErrorStatus status = ErrorStatus::wrong_type;  // a type that SMI does not have
      if (wanted) {
        const bool writable = turn->access.write != nullptr && turn->access.write->contains(wanted->name);
        status = writable ? turn->source->test(*wanted) : ErrorStatus::no_access;
      }
      if (status != ErrorStatus::no_error) {
        netsnmp_set_request_error(info, request, static_cast<int>(status));
        break;
      }
    }
  } else if (info->mode == MODE_SET_ACTION) {
    for (auto* request = requests; request != nullptr; request = request->next) {
      const auto wanted = variable_of(*request->requestvb);
      VarBind was{wanted->name, turn->source->get(wanted->name)};
      if (turn->source->commit(*wanted) != ErrorStatus::no_error) {
        netsnmp_set_request_error(info, request, SNMP_ERR_COMMITFAILED);
        break;
      }
      turn->before.push_back(std::move(was));
    }
  } else if (info->mode == MODE_SET_UNDO) {
    while (!turn->before.empty()) {
      if (!turn->source->undo(turn->before.back()))
        netsnmp_set_request_error(info, requests, SNMP_ERR_UNDOFAILED);
      turn->before.pop_back();
    }
  }
  return SNMP_ERR_NOERROR;
}

}  // namespace

int on_request(netsnmp_mib_handler*, netsnmp_handler_registration*, netsnmp_agent_request_info* info,
               netsnmp_request_info* requests) {
  if (turn == nullptr) return SNMP_ERR_GENERR;
  const bool v1 = info->asp->pdu->version == SNMP_VERSION_1;
  switch (info->mode) {
    case MODE_GET:
      on_get(info, requests, v1);
      return SNMP_ERR_NOERROR;
    case MODE_GETNEXT:
      on_get_next(info, requests, v1);
      return SNMP_ERR_NOERROR;
    default:
      return on_set(info, requests);
  }
}

namespace {

// --- PDUs that do not go to the library's dispatcher ---

void send_or_free(netsnmp_session* session, netsnmp_pdu* pdu) {
  if (snmp_send(session, pdu) == 0) snmp_free_pdu(pdu);
}

void refuse(netsnmp_session* session, const netsnmp_pdu* request, ErrorStatus status, long index) {
  netsnmp_pdu* response = snmp_clone_pdu(const_cast<netsnmp_pdu*>(request));
  if (response == nullptr) return;
  if (status == ErrorStatus::too_big && response->version != SNMP_VERSION_1) {  // RFC 3416 section 4.2.1
    snmp_free_varbind(response->variables);
    response->variables = nullptr;
  }
  response->command = SNMP_MSG_RESPONSE;
  response->errstat = static_cast<long>(status);
  response->errindex = index;
  send_or_free(session, response);
}

// A Report at the request's own security: another engine's context (RFC 3412 section 7.2.13), or an unknown
// one (RFC 3413 section 3.2).
void report(netsnmp_session* session, const netsnmp_pdu* request, const Oid& counter, std::uint32_t value) {
  netsnmp_pdu* reply = snmp_clone_pdu(const_cast<netsnmp_pdu*>(request));
  if (reply == nullptr) return;
  snmp_free_varbind(reply->variables);
  reply->variables = nullptr;
  std::free(reply->contextEngineID);
  reply->contextEngineID = static_cast<u_char*>(std::malloc(turn->engine_id->size()));
  std::memcpy(reply->contextEngineID, turn->engine_id->data(), turn->engine_id->size());
  reply->contextEngineIDLen = turn->engine_id->size();
  reply->command = SNMP_MSG_REPORT;
  reply->errstat = 0;
  reply->errindex = 0;
  append(&reply->variables, VarBind{counter, Value::counter32(value)});
  send_or_free(session, reply);
}

// RFC 3416 section 4.2.3.
void on_get_bulk(netsnmp_session* session, netsnmp_pdu* request) {
  std::vector<Oid> names;
  for (const auto* variable = request->variables; variable != nullptr; variable = variable->next_variable) {
    names.push_back(name_of(*variable));
  }
  const std::size_t single =
      std::min<std::size_t>(names.size(), static_cast<std::size_t>(std::max<long>(request->errstat, 0)));
  const std::size_t rows = std::min<std::size_t>(
      turn->limits.repetitions_max, static_cast<std::size_t>(std::max<long>(request->errindex, 0)));

  netsnmp_pdu* response = snmp_clone_pdu(request);
  if (response == nullptr) return;
  snmp_free_varbind(response->variables);
  response->variables = nullptr;
  netsnmp_variable_list** end = &response->variables;
  long exhausted_at = 0;  // 1-based
  // Appends the successor of names[i], and moves the name to it. False where no more may follow.
  const auto put = [&](std::size_t i, bool& ended) {
    Oid& name = names[i];
    VarBind found;
    const Step step = ended ? Step::end : next_variable(name, false, found);
    if (step == Step::exhausted) exhausted_at = static_cast<long>(i) + 1;
    if (step == Step::exhausted) return false;
    if (step == Step::end) {
      ended = true;
      found = VarBind{name, Value::end_of_mib_view()};
    }
    if (!fits(found)) return false;
    append(end, found);
    end = &(*end)->next_variable;
    name = std::move(found.name);
    return true;
  };

  bool more = true;
  for (std::size_t i = 0; more && i < single; ++i) {
    bool ended = false;
    more = put(i, ended);
  }
  std::vector<char> column_ended(names.size(), 0);
  for (std::size_t row = 0; more && row < rows && single < names.size(); ++row) {
    bool all_ended = true;
    for (std::size_t i = single; more && i < names.size(); ++i) {
      bool ended = column_ended[i] != 0;
      more = put(i, ended);
      column_ended[i] = ended;
      all_ended = all_ended && ended;
    }
    if (all_ended) break;
  }
  if (exhausted_at != 0 || (!more && response->variables == nullptr)) {
    snmp_free_pdu(response);
    if (exhausted_at != 0) return refuse(session, request, ErrorStatus::gen_err, exhausted_at);
    return refuse(session, request, ErrorStatus::too_big,
                  0);  // an empty response would say that there is nothing
  }
  response->command = SNMP_MSG_RESPONSE;
  response->errstat = 0;
  response->errindex = 0;
  send_or_free(session, response);
}

}  // namespace

int on_pdu(int operation, netsnmp_session* session, int request_id, netsnmp_pdu* pdu, void* magic) {
  if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || turn == nullptr) return 1;
  // The library tells its agent of a wrong digest here, which would send a trap of its own.
  if (pdu->version == SNMP_VERSION_3 && session->s_snmp_errno == SNMPERR_USM_AUTHENTICATIONFAILURE) return 1;
  switch (pdu->command) {
    case SNMP_MSG_GET:
    case SNMP_MSG_GETNEXT:
    case SNMP_MSG_SET:
      break;
    case SNMP_MSG_GETBULK:
      if (pdu->version == SNMP_VERSION_1) return 1;
      break;
    default:
      return 1;
  }
  static std::uint32_t unknown_handlers = 0,
                       unknown_contexts = 0;  // process-wide, as the library's own counters
  if (pdu->version == SNMP_VERSION_3 && std::string_view(reinterpret_cast<const char*>(pdu->contextEngineID),
                                                         pdu->contextEngineIDLen) != *turn->engine_id) {
    report(session, pdu, Oid{1, 3, 6, 1, 6, 3, 11, 2, 1, 3, 0}, ++unknown_handlers);
    return 1;
  }
  if (turn->verdict == Turn::Verdict::unknown_context) {
    report(session, pdu, Oid{1, 3, 6, 1, 6, 3, 12, 1, 5, 0}, ++unknown_contexts);
    return 1;
  }
  if ((pdu->command == SNMP_MSG_SET ? turn->access.write : turn->access.read) == nullptr) {
    const auto status = ErrorStatus::authorization_error;
    refuse(session, pdu, pdu->version == SNMP_VERSION_1 ? snmp::to_v1(status) : status, 0);
    return 1;
  }
  if (pdu->command == SNMP_MSG_GETBULK) {
    on_get_bulk(session, pdu);
    return 1;
  }
  const int rc = handle_snmp_packet(operation, session, request_id, pdu, magic);
  if (turn->too_big) {  // the library gives tooBig an index, and in v2c the variables of the request
    turn->out.reset();
    refuse(session, pdu, ErrorStatus::too_big, 0);
  }
  return rc;
}

}  // namespace mr::printer::library
