// The agent's side: protocol operations (RFC 3416, RFC 3584 for v1) over an abstract source of variables, and
// the way from a datagram to its answer. Pure: an engine wires its state and its clock to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/protocol/snmp/message.hpp"
#include "reference/protocol/snmp/usm.hpp"

namespace mr::snmp {

// What a device has to say. Implementers MUST order next() as Oid orders, and keep a test() that succeeded
// true until the commit() of the same request.
class VariableSource {
 public:
  virtual ~VariableSource() = default;
  // A value, or no_such_object / no_such_instance.
  virtual Value get(const Oid& name) = 0;
  // The first variable after `after`, or false at the end.
  virtual bool next(const Oid& after, Oid& name, Value& value) = 0;
  // Phase one of a SET: would it do? Without effect. The statuses of RFC 3416 section 4.2.5, or no_error.
  virtual ErrorStatus test(const VarBind& wanted) = 0;
  // Phase two: no_error or commit_failed.
  virtual ErrorStatus commit(const VarBind& wanted) = 0;
  // Puts back what was before a commit of this request; `before` is what get() gave. False where it cannot.
  virtual bool undo(const VarBind& before) = 0;
};

// Read-only sources derive from this one.
class ReadOnlySource : public VariableSource {
 public:
  ErrorStatus test(const VarBind&) override { return ErrorStatus::not_writable; }
  ErrorStatus commit(const VarBind&) override { return ErrorStatus::commit_failed; }
  bool undo(const VarBind&) override { return false; }
};

// A MIB view (RFC 3415 without masks): the longest subtree that covers a name decides; no subtree covers it:
// not in view.
class View {
 public:
  struct Subtree {
    Oid root;
    bool included = true;
  };
  View() = default;  // nothing
  explicit View(std::vector<Subtree> subtrees);
  static const View& all();
  bool contains(const Oid& name) const;

 private:
  bool everything_ = false;
  std::vector<Subtree> subtrees_;  // longest first
};

// What a requester may do. A null view: none of it (authorizationError).
struct Access {
  const View* read = &View::all();
  const View* write = nullptr;
};

// Where the answer must fit, and how much work one request may cause.
struct AnswerLimits {
  std::size_t bytes_max = 65507;       // of the whole answer
  std::size_t repetitions_max = 1000;  // GETBULK's max-repetitions is cut to it
  std::size_t steps_max = 100'000;     // calls of next(); over it: genErr
  Limits decoding;
};

// The response to a Get, GetNext, GetBulk or Set; nothing for any other PDU, and for GetBulk in v1.
//   varbind_bytes_max: room for the encoded varbinds. Too little: GetBulk is cut, others become tooBig.
std::optional<Pdu> respond(const Pdu& request, Version version, VariableSource& source, const Access& access,
                           std::size_t varbind_bytes_max, const AnswerLimits& limits = {});

// Error-status of v2 as v1 has it, RFC 3584 section 4.4.
ErrorStatus to_v1(ErrorStatus status);

// Decides on a community: its access, or nothing to drop the message without an answer.
using CommunityPolicy = std::function<std::optional<Access>(Version, std::string_view community)>;
// Decides on an authenticated user and context: the access, or nothing where the context is unknown (Report).
using UserPolicy =
    std::function<std::optional<Access>(const UsmUser&, SecurityLevel, std::string_view context_name)>;

// What came of a datagram; `why` and `request` are for counters and logs.
struct Answer {
  std::optional<Bytes> datagram;
  errc why{};                      // set where there is no answer, or where the answer is a Report
  std::optional<PduType> request;  // what was asked, where it was understood
};

// v1 and v2c.
Answer answer_community(ByteView datagram, VariableSource& source, const CommunityPolicy& policy,
                        const AnswerLimits& limits = {});
// v3: security judged by `authority`, Reports included.
Answer answer_usm(ByteView datagram, VariableSource& source, UsmAuthority& authority,
                  const UserPolicy& policy, EngineTime now, const AnswerLimits& limits = {});

}  // namespace mr::snmp
