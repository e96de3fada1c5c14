// What happened, as events: one `{seq, t_ns, host, kind, id, cause:[…], …}` each, the one record that checks, reports, the
// log and the hash read.
//
// An event is a decoded message or a decision, never compressed or encrypted bytes; device quantities are integers. Events
// of kind `note` are for people and are not hashed. `id` is the message id where there is one (a report id, an
// idempotency key, an action id): causes join processes by it, never by protocol fields added for tracing.
// Kinds are dotted, subject first: `report.accepted`, `agent.discovered`, `server.refused`.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mr::runtime {

using Field = std::pair<std::string_view, std::variant<std::int64_t, std::string_view>>;

struct Event {
  std::string_view kind;
  std::string_view id = {};
  std::vector<std::string_view> causes = {};  // ids
  std::vector<Field> fields = {};             // in the order in which they are written
};

class Trace {
 public:
  virtual ~Trace() = default;
  // Records the event for this host at the present instant. Copies what it keeps.
  virtual void emit(const Event& event) = 0;
  // A line for people: kind `note`.
  void note(std::string_view text) { emit({.kind = "note", .fields = {{"text", text}}}); }
};

}  // namespace mr::runtime
