// The manager's side of one request at a time: builds it, matches the response, retries, and for v3 discovers
// the engine, follows its clock and recovers from forged Reports. Sans-I/O: start, received and timed_out
// each give the next Action.
//
// v3: only an authentic message moves what is believed of an engine. What an unauthenticated Report says is a
// hint for the next datagram sent, dropped when the attempt it belongs to times out; against an engine that
// has proved itself it only makes the next attempt ask anew who is there. So a forged Report costs at most
// one attempt, and nothing for good. An unauthenticated refusal (unknown user, wrong digest, ...) is given as
// the reason once all attempts are used up.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reference/protocol/snmp/usm.hpp"

namespace mr::snmp {

// A PDU of a manager; request-ids are given by the Session.
Pdu get_request(std::vector<Oid> names);
Pdu get_next_request(std::vector<Oid> names);
Pdu get_bulk_request(std::vector<Oid> names, std::int32_t non_repeaters, std::int32_t max_repetitions);
Pdu set_request(std::vector<VarBind> varbinds);

// Who is asked, and how.
struct CommunityCredentials {
  Version version = Version::v2c;
  std::string community;
};
struct UserCredentials {
  std::shared_ptr<const UsmUser> user;
  std::string context_name;
};
using SnmpCredentials = std::variant<CommunityCredentials, UserCredentials>;

class Session {
 public:
  using Moment = std::chrono::nanoseconds;  // since an arbitrary start, not decreasing

  struct Start {
    std::int32_t request_id = 1;  // first of both counters; from chance, so that others cannot guess it
    std::uint64_t salt = 0;       // from chance
    int attempts_max = 3;         // sends of a request before no_answer
    Limits limits;
  };
  Session(SnmpCredentials credentials, Start start);

  // What to do: send it and wait for an answer or the time-out (one time-out period per Send); keep waiting,
  // the time-out already running; or it is over.
  struct Send {
    Bytes datagram;
  };
  struct Wait {
    errc why{};  // what was wrong with the datagram that was ignored
  };
  struct Done {
    Result<Pdu> response;  // a Response PDU, whatever its error-status; or no_answer, refused_by_peer, ...
  };
  using Action = std::variant<Send, Wait, Done>;

  // requires: not busy. The PDU is a Get, GetNext, GetBulk, Set or Inform.
  Action start(Pdu request, Moment now);
  // requires: busy.
  Action received(ByteView datagram, Moment now);
  Action timed_out(Moment now);
  void cancel() { request_.reset(); }
  bool busy() const { return request_.has_value(); }

  Version version() const;
  // v3: the engine's id, once it has proved itself (or, for a user without authentication, once it answered);
  // else empty.
  std::string engine_id() const;
  // v3: forgets everything about the engine. A device that lost its boots counter is believed again only
  // after this.
  void forget();

 private:
  struct Engine {
    std::string id;
    std::unique_ptr<LocalUser> keys;
    bool proved = false;
    EngineTime at;            // as last learned
    std::int32_t latest = 0;  // latestReceivedEngineTime
    Moment learned{};
  };
  Action attempt(Moment now);
  Action resend(Moment now);  // in the same attempt, because of a Report
  Bytes datagram(Moment now);
  Action community_received(ByteView datagram);
  Action usm_received(ByteView datagram, Moment now);
  Action authentic_report(const Pdu& pdu, Moment now);
  Action claimed(const V3Frame& frame, const Pdu& pdu, Moment now);
  Action over(Result<Pdu> response);
  Engine* asked();  // the engine that this attempt addresses, null for discovery
  Engine* known(std::string_view id);
  bool believe(Engine& engine, const UsmParameters& usm, Moment now);

  SnmpCredentials credentials_;
  Start start_;
  std::int32_t next_id_;
  std::uint64_t salt_;
  std::optional<Pdu> request_;
  int attempts_ = 0;
  int resends_ = 0;                        // because of Reports, in this attempt
  bool discover_ = false;                  // this attempt asks who is there, whatever is known
  bool suspect_ = false;                   // someone said that the engine is another; unproven
  std::string refusal_;                    // what unauthenticated Reports said against this request
  std::vector<std::int32_t> message_ids_;  // outstanding, of this request
  std::optional<Engine> engine_;           // believed
  std::optional<Engine> hint_;             // claimed by an unauthenticated Report
};

}  // namespace mr::snmp
