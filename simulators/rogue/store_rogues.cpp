// Servers whose storage overlooks one condition, or whose clock is wrong.
#include "simulators/rogue/host.hpp"
#include "simulators/rogue/servers.hpp"
#include "simulators/rogue/stores.hpp"

namespace mr::rogue {

std::span<const RogueServer> store_rogues() {
  static const RogueServer rogues[] = {
      {.name = "acknowledges-early",
       .requirement = "UPL-ACK-AFTER-COMMIT",
       .sentence = "answers 201 half a second before an upload is durable",
       .host =
           [](runtime::Runtime& host) {
             return with_late_commits(host, "INSERT INTO upload ", std::chrono::milliseconds(500));
           }},
      {.name = "forgets-used-keys",
       .requirement = "REG-CONFLICT",
       .sentence = "registers any number of agents with one key",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host, {{"UPDATE registration_key SET sender_id = $1 WHERE ",
                                            "UPDATE registration_key SET sender_id = $1 WHERE 1 = 0 AND "}});
           }},
      {.name = "lists-foreign-actions",
       .requirement = "ACT-OWN",
       .sentence = "lists the actions of every sender to each",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host,
                                    {{"a.sender_id = $1 AND a.outcome = ''", "$1 = $1 AND a.outcome = ''"}});
           }},
      {.name = "lists-newest-first",
       .requirement = "ACT-ORDER",
       .sentence = "lists what was queued last before what was queued first",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host, {{"a.position, a.queued_ms", "a.position DESC, a.queued_ms"}});
           }},
      {.name = "lives-in-the-past",
       .requirement = "REG-CERT",
       .sentence = "has a clock that is two days slow",
       .host = [](runtime::Runtime& host) { return with_wall_off(host, -std::chrono::hours(48)); }},
      {.name = "loses-results",
       .requirement = "ACT-STORE",
       .sentence = "acknowledges results and does not store them",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host,
                                    {{"result = $4 WHERE id = $5", "result = $4 WHERE 1 = 0 AND id = $5"}});
           }},
      {.name = "serves-software-to-others",
       .requirement = "SW-WHO",
       .sentence = "serves software to senders that have no action for it, once another has one",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host, {{"WHERE sender_id = $1 AND software_id = $2 ",
                                            "WHERE $1 = $1 AND software_id = $2 "}});
           }},
      {.name = "shares-idempotency-keys",
       .requirement = "UPL-KEY-SCOPE",
       .sentence = "takes the idempotency key of one sender for that of another",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(
                 host, {{"FROM upload WHERE sender_id = $1 AND ", "FROM upload WHERE $1 = $1 AND "}});
           }},
      {.name = "stores-repeats",
       .requirement = "UPL-REPEAT",
       .sentence = "stores a repeated upload again, and answers 201 again",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(
                 host, {{"FROM upload WHERE sender_id = $1 AND ", "FROM upload WHERE $1 <> $1 AND "},
                        {"INSERT INTO upload ", "INSERT OR REPLACE INTO upload "}});
           }},
      {.name = "takes-results-of-others",
       .requirement = "ACT-UNKNOWN",
       .sentence = "stores results of actions that are not the sender's",
       .host =
           [](runtime::Runtime& host) {
             return with_statements(host, {{"SELECT outcome FROM action WHERE id = $1 AND sender_id = $2",
                                            "SELECT outcome FROM action WHERE id = $1 AND $2 = $2"}});
           }},
  };
  return rogues;
}

}  // namespace mr::rogue
