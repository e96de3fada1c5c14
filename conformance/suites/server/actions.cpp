// Section actions: what is listed for whom, and what a result settles.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;

// SendReports, because it asks for no permission of the customer.
std::optional<std::string> queue(Session& s, const Sender& who, Judgement& why) {
  auto id = s.target().ask(Control::queue, {{"SENDER", who.id}, {"KIND", "SendReports"}});
  if (!id) {
    why = harness::trouble(id.error());
    return {};
  }
  return std::move(*id);
}
Reply ask(Session& s, const Sender& who) {
  return s.ask(post(path_schedule, media_xml, get_schedule_xml()), &who);
}
Reply tell(Session& s, const Sender& who, const std::vector<std::string>& ids) {
  return s.ask(post(path_results, media_xml, results_xml(ids)), &who);
}

// How often the action is listed for the sender.
Judgement listed(Session& s, const Sender& who, const std::string& id, std::size_t times) {
  wire::Element answer;
  if (auto found = schedule(ask(s, who), &answer); !found) return found;
  std::size_t count = 0;
  for (const wire::Element* one : answer.all("Action")) {
    if (one->value("ActionId") == id) ++count;
  }
  if (count == times) return pass();
  return fail(times == 0 ? "an action is listed that should not be" : "an action is not listed",
              fmt::format("{} listed {} times", id, times), fmt::format("{} times", count));
}
Judgement acknowledges(const Reply& reply, const std::string& id) {
  wire::Element answer;
  if (auto found = acknowledged(reply, &answer); !found) return found;
  for (const wire::Element* one : answer.all("ActionId")) {
    if (one->text == id) return pass();
  }
  return fail("the result is not acknowledged", "ActionId " + id, "none of it");
}

Judgement empty(Session& s) {
  Judgement why;
  auto fresh = s.enrol(why);
  if (!fresh) return why;
  wire::Element answer;
  if (auto found = schedule(ask(s, *fresh), &answer); !found) return found;
  return answer.all("Action").empty()
             ? pass()
             : fail("a new sender has actions", "none", fmt::format("{}", answer.all("Action").size()));
}
Judgement delivered(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  wire::Element answer;
  if (auto found = schedule(ask(s, me), &answer); !found) return found;
  for (const wire::Element* one : answer.all("Action")) {
    if (one->value("ActionId") == *id)
      return one->value("Kind") == "SendReports" ? pass()
                                                 : fail("another kind", "SendReports", one->value("Kind"));
  }
  return fail("a queued action is not listed", *id, fmt::format("{} others", answer.all("Action").size()));
}
Judgement own_only(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  return listed(s, *other, *id, 0);
}
Judgement redelivered(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  for (int i = 0; i < 3; ++i) {
    if (auto found = listed(s, me, *id, 1); !found) return found;
  }
  return pass();
}
Judgement in_order(Session& s, const Sender& me) {
  Judgement why;
  std::vector<std::string> queued, told;
  for (int i = 0; i < 6; ++i) {
    auto id = queue(s, me, why);
    if (!id) return why;
    queued.push_back(std::move(*id));
  }
  wire::Element answer;
  if (auto found = schedule(ask(s, me), &answer); !found) return found;
  for (const wire::Element* one : answer.all("Action")) {
    const std::string id(one->value("ActionId"));
    if (std::ranges::find(queued, id) != queued.end()) told.push_back(id);
  }
  return told == queued
             ? pass()
             : fail("actions are not listed in the order of queueing",
                    fmt::format("{}", fmt::join(queued, " ")), fmt::format("{}", fmt::join(told, " ")));
}
Judgement settled(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  if (auto found = acknowledges(tell(s, me, {*id}), *id); !found) return found;
  return listed(s, me, *id, 0);
}
Judgement result_again(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  for (int i = 0; i < 2; ++i) {
    if (auto found = acknowledges(tell(s, me, {*id}), *id); !found) return found;
  }
  return pass();
}
Judgement result_of_other(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  const Reply reply = tell(s, *other, {*id});
  if (acknowledges(reply, *id))
    return fail("another sender's result is acknowledged", "a refusal, or no word of it", reply.told());
  return listed(s, me, *id, 1);
}
Judgement result_unknown(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  const std::string nobody = "suite-no-such-action";
  const Reply reply = tell(s, me, {nobody, *id});
  if (auto found = acknowledges(reply, *id); !found) return found;
  if (acknowledges(reply, nobody))
    return fail("an action that does not exist is acknowledged", "none of " + nobody, nobody);
  return listed(s, me, *id, 0);
}
Judgement result_durable(Session& s, const Sender& me) {
  Judgement why;
  const auto id = queue(s, me, why);
  if (!id) return why;
  if (auto found = acknowledges(tell(s, me, {*id}), *id); !found)
    return harness::blocked("the result: " + found.message);
  s.stage().note("SIGKILL, and the same command again");
  if (auto again = s.target().restart(); !again) return harness::trouble(again.error());
  return listed(s, me, *id, 0);
}
Judgement role(Session& s, const Sender& me) {
  const auto ids = [&](std::set<std::string>& into) {
    wire::Element answer;
    const auto found = schedule(ask(s, me), &answer);
    for (const wire::Element* one : answer.all("Action")) into.insert(one->value("ActionId"));
    return found;
  };
  std::set<std::string> before, after;
  if (auto found = ids(before); !found) return found;
  const auto denied =
      s.target().denied(Control::queue_unpermitted, {{"SENDER", me.id}, {"KIND", "SendReports"}});
  if (!denied) return harness::trouble(denied.error());
  if (auto found = ids(after); !found) return found;
  for (const std::string& id : after) {
    if (!before.contains(id))
      return fail("somebody without the role queued an action", "no action more than before", id);
  }
  return *denied ? pass() : fail("somebody without the role was not refused", "a refusal", "success");
}

Judgement refused_message(Session& s, const Sender& me, std::string_view path, const std::string& body) {
  return refused(s.ask(post(path, media_xml, body), &me), 400, {"schema-violation"});
}
Judgement no_mode(Session& s, const Sender& me) {
  return refused_message(s, me, path_schedule, wire::document("GetSchedule", wire::tag("Poll", "daily")));
}
Judgement bad_mode(Session& s, const Sender& me) {
  return refused_message(
      s, me, path_schedule,
      wire::document("GetSchedule", wire::tag("SecurityMode", "open") + wire::tag("Poll", "daily")));
}
Judgement bad_poll(Session& s, const Sender& me) {
  return refused_message(
      s, me, path_schedule,
      wire::document("GetSchedule", wire::tag("SecurityMode", "normal") + wire::tag("Poll", "hourly")));
}
Judgement bad_capability(Session& s, const Sender& me) {
  return refused_message(
      s, me, path_schedule,
      wire::document("GetSchedule", wire::tag("SecurityMode", "normal") + wire::tag("Poll", "interval") +
                                        wire::tag("Capability", "Not a slug")));
}
Judgement bad_outcome(Session& s, const Sender& me) {
  return refused_message(s, me, path_results, results_xml({"a-1"}, "done"));
}
Judgement result_twice(Session& s, const Sender& me) {
  return refused_message(s, me, path_results, results_xml({"a-1", "a-1"}));
}
Judgement bad_stamp(Session& s, const Sender& me) {
  const std::string result =
      wire::tag("ActionId", "a-1") + wire::tag("Outcome", "performed") + wire::tag("FinishedAt", "yesterday");
  return refused_message(s, me, path_results,
                         wire::document("SendActionResults", wire::nest("Result", result)));
}

}  // namespace

std::vector<Entry> actions_cases() {
  return {
      //= ACT-EMPTY type=test
      {"actions/empty",
       "A sender without actions is answered 200 with an empty list",
       {"ACT-EMPTY"},
       empty,
       nullptr,
       false,
       {Control::key}},
      //= ACT-OWN type=test
      {"actions/delivered",
       "A queued action is listed for its sender",
       {"ACT-OWN"},
       nullptr,
       delivered,
       false,
       {Control::queue}},
      {"actions/own-only",
       "An action is not listed for another sender",
       {"ACT-OWN"},
       nullptr,
       own_only,
       true,
       {Control::queue, Control::key}},
      //= ACT-REDELIVER type=test
      {"actions/redelivered",
       "An action is listed at each GetSchedule until its result is stored",
       {"ACT-REDELIVER"},
       nullptr,
       redelivered,
       false,
       {Control::queue}},
      //= ACT-ORDER type=test
      {"actions/order",
       "Six actions are listed in the order in which they were queued",
       {"ACT-ORDER"},
       nullptr,
       in_order,
       false,
       {Control::queue}},
      //= ACT-STORE type=test
      {"actions/settled",
       "An action is listed no more once its result is acknowledged",
       {"ACT-STORE", "ACT-REDELIVER"},
       nullptr,
       settled,
       false,
       {Control::queue}},
      {"actions/result-again",
       "A repeated result is acknowledged again",
       {"ACT-STORE"},
       nullptr,
       result_again,
       false,
       {Control::queue}},
      {"actions/result-of-other",
       "The result of another sender settles nothing",
       {"ACT-OWN", "ACT-UNKNOWN"},
       nullptr,
       result_of_other,
       true,
       {Control::queue, Control::key}},
      //= ACT-UNKNOWN type=test
      {"actions/result-unknown",
       "A result of no action is left out of the Acknowledgement, and the others are stored",
       {"ACT-UNKNOWN"},
       nullptr,
       result_unknown,
       true,
       {Control::queue}},
      {"actions/result-durable",
       "An acknowledged result outlives SIGKILL",
       {"ACT-STORE"},
       nullptr,
       result_durable,
       false,
       {Control::queue},
       false,
       true},
      //= ACT-ROLE type=test
      {"actions/role",
       "Somebody without the role queues nothing",
       {"ACT-ROLE"},
       nullptr,
       role,
       true,
       {Control::queue_unpermitted}},
      //= ACT-ASK type=test
      {"actions/ask-without-mode",
       "GetSchedule without the security mode is answered 400 schema-violation",
       {"ACT-ASK", "XML-SCHEMA"},
       nullptr,
       no_mode,
       true},
      {"actions/ask-unknown-mode",
       "An unknown security mode is answered 400 schema-violation",
       {"ACT-ASK", "XML-SCHEMA"},
       nullptr,
       bad_mode,
       true},
      {"actions/ask-unknown-poll",
       "An unknown kind of poll is answered 400 schema-violation",
       {"ACT-ASK", "XML-SCHEMA"},
       nullptr,
       bad_poll,
       true},
      {"actions/ask-bad-capability",
       "A capability that is no slug is answered 400 schema-violation",
       {"ACT-ASK", "XML-SCHEMA"},
       nullptr,
       bad_capability,
       true},
      {"actions/result-unknown-outcome",
       "An unknown outcome is answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       bad_outcome,
       true},
      {"actions/result-twice",
       "Two results of one action are answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       result_twice,
       true},
      {"actions/result-bad-stamp",
       "A time that is no stamp is answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       bad_stamp,
       true},
  };
}

}  // namespace mr::suites::server
