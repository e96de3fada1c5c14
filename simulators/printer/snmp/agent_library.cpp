// One turn: answer() puts the datagram where receive() finds it and calls the library, which calls back, all
// before it returns: receive, [judge_security], check_message, on_pdu, [on_request ...], send. `turn` is what
// they share. The library's globals (engine id, boots and time, users) are set to the turn's agent before the
// call; boots and time are asked for by functions of the library that are replaced here by symbol
// interposition.
//
// GETBULK does not go through the library's dispatcher, which names endOfMibView wrongly when there are
// non-repeaters, judges the end of a table without its last column, and answers genErr in v3 when the
// response has to be cut. on_pdu builds that response itself; the library encodes and secures it.
#include "simulators/printer/snmp/agent_library.hpp"

// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>
#include <net-snmp/library/snmp_secmod.h>
#include <net-snmp/library/snmpusm.h>
// clang-format on

#include <dlfcn.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>

#include "simulators/printer/snmp/agent_library_values.hpp"
#include "simulators/printer/snmp/agent_requests.hpp"

extern "C" {
int set_exact_engineID(const u_char* id, size_t length);
}

namespace mr::printer {
namespace {

using library::Turn;
using library::turn;
using snmp::AnswerLimits;
using snmp::Bytes;
using snmp::VarBind;

constexpr std::size_t datagram_max = 65507;
constexpr oid root[] = {1, 3, 6, 1};

// --- transport ---

int receive(netsnmp_transport*, void* buffer, int size, void** opaque, int* opaque_length) {
  *opaque = nullptr;
  *opaque_length = 0;
  if (turn == nullptr || turn->in.size() > static_cast<std::size_t>(size)) return -1;
  // The library copies and frees it with each PDU; an empty one would be taken for "no address".
  *opaque = std::calloc(1, 1);
  *opaque_length = 1;
  std::memcpy(buffer, turn->in.data(), turn->in.size());
  return static_cast<int>(turn->in.size());
}

int send(netsnmp_transport*, const void* bytes, int size, void**, int*) {
  if (turn != nullptr && !turn->out) {
    const auto* begin = static_cast<const std::byte*>(bytes);
    turn->out = Bytes(begin, begin + size);
  }
  return size;
}

int close_transport(netsnmp_transport* transport) {
  if (transport->sock >= 0) ::close(transport->sock);
  transport->sock = -1;
  return 0;
}

char* format_address(netsnmp_transport*, const void*, int) { return ::strdup("manager"); }

}  // namespace

std::string_view describe(library_errc code) {
  switch (code) {
    case library_errc::in_use:
      return "net-snmp's library serves one engine in a process, once";
    case library_errc::wrong_library:
      return "this build of net-snmp does not let its engine boots and time be replaced";
    case library_errc::failed:
      return "net-snmp's library refused";
    case library_errc::bad_engine_id:
      return "an engine id has 5 to 32 octets";
    case library_errc::unknown_user:
      return "unknown user";
  }
  return "unknown error";
}

// --- agents ---

// The users in the library's form. In the library's list only while their agent is the current one.
struct AgentLibrary::Agent::LocalUsers {
  std::vector<usmUser*> users;
  ~LocalUsers() {
    for (usmUser* user : users) usm_free_user(user);
  }
};

struct AgentLibrary::State {
  netsnmp_session* session = nullptr;
  void* handle = nullptr;
  int descriptor = -1;
  netsnmp_large_fd_set ready{};
  Agent* current = nullptr;  // whose engine id and users the library has

  void leave() {
    if (current == nullptr) return;
    for (usmUser* user : current->local_->users) usm_remove_user(user);
    free_etimelist();
    current = nullptr;
  }
  void enter(Agent& agent);
};

AgentLibrary::Agent::Agent(AgentLibrary& library, std::string engine_id,
                           std::shared_ptr<const snmp::UserTable> users, snmp::VariableSource& source,
                           snmp::CommunityPolicy community_policy, snmp::UserPolicy user_policy)
    : library_(library),
      engine_id_(std::move(engine_id)),
      users_(std::move(users)),
      source_(source),
      community_policy_(std::move(community_policy)),
      user_policy_(std::move(user_policy)) {}

AgentLibrary::Agent::~Agent() { drop_users(); }

void AgentLibrary::Agent::drop_users() {
  if (library_.state_->current == this) library_.state_->leave();
  local_.reset();
}

void AgentLibrary::Agent::users(std::shared_ptr<const snmp::UserTable> users) {
  drop_users();
  users_ = std::move(users);
}

void AgentLibrary::State::enter(Agent& agent) {
  if (current == &agent) return;
  leave();
  if (!agent.local_) {
    agent.local_ = std::make_unique<Agent::LocalUsers>();
    for (const auto& [name, user] : *agent.users_) {
      if (usmUser* local = localize(*user, agent.engine_id_)) agent.local_->users.push_back(local);
    }
  }
  for (usmUser* user : agent.local_->users) usm_add_user(user);
  set_exact_engineID(reinterpret_cast<const u_char*>(agent.engine_id_.data()), agent.engine_id_.size());
  current = &agent;
}

// --- the library ---

AgentLibrary::AgentLibrary() : state_(std::make_unique<State>()) {}

Result<std::unique_ptr<AgentLibrary>> AgentLibrary::start() {
  static bool started = false;
  if (started) return Fault(library_errc::in_use);
  using Getter = u_long (*)();
  if (::dlsym(RTLD_DEFAULT, "snmpv3_local_snmpEngineBoots") !=
      reinterpret_cast<void*>(Getter(&snmpv3_local_snmpEngineBoots))) {
    return Fault(library_errc::wrong_library);
  }
  started = true;

  // No MIB text, no configuration and no state of this system: a path below a device can be neither read nor
  // made.
  for (const char* name : {"MIBDIRS", "SNMPCONFPATH", "SNMP_PERSISTENT_DIR", "SNMP_PERSISTENT_FILE"}) {
    ::setenv(name, "/dev/null/none", 1);
  }
  ::setenv("MIBS", "", 1);
  snmp_disable_log();
  netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
  netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 0);
  for (const int option :
       {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE, NETSNMP_DS_LIB_NO_DISCOVERY,
        NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE}) {
    netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, option, 1);
  }
  if (init_agent("makeready") != 0)
    ignore(0, "init_agent also fails where /dev/kmem is out of reach, which is not used");
  init_snmp("makeready");

  auto* registration = netsnmp_handler_registration_create(
      "printers", netsnmp_create_handler("printers", &library::on_request), root, OID_LENGTH(root),
      HANDLER_CAN_RWRITE);
  if (registration == nullptr || netsnmp_register_handler(registration) != MIB_REGISTERED_OK) {
    return Fault(library_errc::failed, "registering 1.3.6.1");
  }

  std::unique_ptr<AgentLibrary> started_library(new AgentLibrary);
  State& state = *started_library->state_;
  auto* transport = SNMP_MALLOC_TYPEDEF(netsnmp_transport);
  state.descriptor = ::eventfd(0, EFD_CLOEXEC);
  if (transport == nullptr || state.descriptor < 0) return Fault(library_errc::failed, "no descriptor");
  transport->domain = netsnmpUDPDomain;
  transport->domain_length = static_cast<int>(netsnmpUDPDomain_len);
  transport->sock = state.descriptor;
  transport->flags = NETSNMP_TRANSPORT_FLAG_OPENED;
  transport->msgMaxSize = datagram_max;
  transport->f_recv = &receive;
  transport->f_send = &send;
  transport->f_close = &close_transport;
  transport->f_fmtaddr = &format_address;

  netsnmp_session session;
  snmp_sess_init(&session);
  session.version = SNMP_DEFAULT_VERSION;
  session.isAuthoritative = SNMP_SESS_AUTHORITATIVE;
  session.rcvMsgMaxSize = datagram_max;
  session.sndMsgMaxSize = datagram_max;
  session.callback = &library::on_pdu;
  session.flags |= SNMP_FLAGS_DONT_PROBE;
  state.session = snmp_add(&session, transport, nullptr, &library::check_message);
  if (state.session == nullptr) return Fault(library_errc::failed, "opening the session");
  state.handle = snmp_sess_pointer(state.session);
  netsnmp_large_fd_set_init(&state.ready, std::max(FD_SETSIZE, state.descriptor + 1));

  snmp_secmod_def* usm = find_sec_mod(SNMP_SEC_MODEL_USM);
  if (usm == nullptr || state.handle == nullptr) return Fault(library_errc::failed, "no USM");
  library::judge_usm = usm->decode;
  usm->decode = &library::judge_security;
  return started_library;
}

AgentLibrary::~AgentLibrary() {
  state_->leave();
  if (state_->session != nullptr) {
    netsnmp_large_fd_set_cleanup(&state_->ready);
    snmp_close(state_->session);
  }
  // In this order: the other way round the library uses what it has freed.
  snmp_shutdown("makeready");
  shutdown_agent();
}

Result<std::unique_ptr<AgentLibrary::Agent>> AgentLibrary::agent(std::string engine_id,
                                                                 std::shared_ptr<const snmp::UserTable> users,
                                                                 snmp::VariableSource& source,
                                                                 snmp::CommunityPolicy community_policy,
                                                                 snmp::UserPolicy user_policy) {
  if (engine_id.size() < 5 || engine_id.size() > 32) return Fault(library_errc::bad_engine_id);
  return std::unique_ptr<Agent>(new Agent(*this, std::move(engine_id), std::move(users), source,
                                          std::move(community_policy), std::move(user_policy)));
}

std::optional<Bytes> AgentLibrary::answer(Agent& agent, snmp::ByteView datagram, snmp::EngineTime now,
                                          const AnswerLimits& limits) {
  MR_ASSERT(turn == nullptr);
  if (datagram.empty() || datagram.size() > std::min(limits.decoding.bytes_max, datagram_max)) return {};
  Turn here;
  here.in = datagram;
  here.now = now;
  here.source = &agent.source_;
  here.users = agent.users_.get();
  here.community_policy = &agent.community_policy_;
  here.user_policy = &agent.user_policy_;
  here.engine_id = &agent.engine_id_;
  here.limits = limits;
  here.limits.bytes_max = std::min(limits.bytes_max, datagram_max);
  turn = &here;
  const auto version = snmp::version_of(datagram);
  if (version && *version == snmp::Version::v3) {
    state_->enter(agent);
    set_enginetime(reinterpret_cast<const u_char*>(agent.engine_id_.data()),
                   static_cast<u_int>(agent.engine_id_.size()), static_cast<u_int>(now.boots),
                   static_cast<u_int>(now.time), TRUE);
  }
  state_->session->s_snmp_errno = 0;
  NETSNMP_LARGE_FD_SET(state_->descriptor, &state_->ready);
  snmp_sess_read2(state_->handle, &state_->ready);
  turn = nullptr;
  return std::move(here.out);
}

Result<Bytes> AgentLibrary::notify(Agent& agent, snmp::Version version, std::string_view community_or_user,
                                   const snmp::Pdu& notification, snmp::EngineTime now) {
  MR_ASSERT(turn == nullptr);
  Turn here;
  here.now = now;
  here.users = agent.users_.get();
  netsnmp_pdu* pdu = snmp_pdu_create(version == snmp::Version::v1 ? SNMP_MSG_TRAP : SNMP_MSG_TRAP2);
  if (pdu == nullptr) return Fault(library_errc::failed, "no memory");
  pdu->version = version == snmp::Version::v1    ? SNMP_VERSION_1
                 : version == snmp::Version::v2c ? SNMP_VERSION_2c
                                                 : SNMP_VERSION_3;
  pdu->reqid = notification.request_id;
  const auto copy = [](std::string_view text) {
    auto* bytes = static_cast<char*>(std::malloc(text.size() + 1));
    std::memcpy(bytes, text.data(), text.size());
    bytes[text.size()] = 0;
    return bytes;
  };
  if (version == snmp::Version::v3) {
    const auto user = agent.users_->find(community_or_user);
    if (user == agent.users_->end()) {
      snmp_free_pdu(pdu);
      return Fault(library_errc::unknown_user);
    }
    pdu->securityModel = SNMP_SEC_MODEL_USM;
    pdu->securityLevel = static_cast<int>(user->second->level()) + SNMP_SEC_LEVEL_NOAUTH;
    pdu->securityName = copy(community_or_user);
    pdu->securityNameLen = community_or_user.size();
    pdu->securityEngineID = reinterpret_cast<u_char*>(copy(agent.engine_id_));
    pdu->securityEngineIDLen = agent.engine_id_.size();
    pdu->contextEngineID = reinterpret_cast<u_char*>(copy(agent.engine_id_));
    pdu->contextEngineIDLen = agent.engine_id_.size();
    pdu->contextName = copy("");
    pdu->contextNameLen = 0;
  } else {
    pdu->community = reinterpret_cast<u_char*>(copy(community_or_user));
    pdu->community_len = community_or_user.size();
  }
  if (notification.trap_v1 && version == snmp::Version::v1) {
    const auto& v1 = *notification.trap_v1;
    const LibraryOid enterprise(v1.enterprise);
    std::free(pdu->enterprise);
    pdu->enterprise = snmp_duplicate_objid(enterprise.arcs, enterprise.size);
    pdu->enterprise_length = enterprise.size;
    pdu->trap_type = v1.generic;
    pdu->specific_type = v1.specific;
    pdu->time = v1.uptime;
    std::copy(v1.agent_address.begin(), v1.agent_address.end(), pdu->agent_addr);
  }
  for (const VarBind& binding : notification.varbinds) append(&pdu->variables, binding);

  turn = &here;
  if (version == snmp::Version::v3) {
    state_->enter(agent);
    set_enginetime(reinterpret_cast<const u_char*>(agent.engine_id_.data()),
                   static_cast<u_int>(agent.engine_id_.size()), static_cast<u_int>(now.boots),
                   static_cast<u_int>(now.time), TRUE);
  }
  if (snmp_sess_send(state_->handle, pdu) == 0) snmp_free_pdu(pdu);
  turn = nullptr;
  if (!here.out) return Fault(library_errc::failed, "building a notification");
  return std::move(*here.out);
}

}  // namespace mr::printer

// Interposed: the library asks these, wherever it needs the engine's boots and time.
extern "C" u_long snmpv3_local_snmpEngineBoots(void) {
  return mr::printer::library::turn != nullptr ? static_cast<u_long>(mr::printer::library::turn->now.boots)
                                               : 1;
}
extern "C" u_long snmpv3_local_snmpEngineTime(void) {
  return mr::printer::library::turn != nullptr ? static_cast<u_long>(mr::printer::library::turn->now.time)
                                               : 0;
}
