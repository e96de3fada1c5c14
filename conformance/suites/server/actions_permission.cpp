// Section actions: what may be queued for which device, and what is taken back. The queueing itself is the
// target's own (control commands); what came of it is seen in GetSchedule.
#include <fmt/format.h>

#include <set>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;

constexpr std::string_view kind = "GetDeviceStatus";
constexpr std::int64_t hour = 3600;

std::string permission(std::string_view action, std::string until = {}) {
  return wire::nest("Permission", wire::tag("Action", action) +
                                      (until.empty() ? std::string() : wire::tag("Until", until)));
}

// Reports one device and gives the DeviceId that the server assigned.
std::string report(Session& s, const Sender& me, const ReportWish& wish, Judgement& why,
                   std::string_view manifest_extra = {}) {
  Package p = package_of(me.id, {wish});
  if (!manifest_extra.empty()) {
    std::string& manifest = p.entries[0].content;
    manifest.insert(manifest.find("<Report>"), manifest_extra);
  }
  wire::Element answer;
  why = receipt(s.ask(s.upload(me, wire::zip_of(p.entries), wire::random_uuid()), &me), {201, 200}, &answer);
  if (!why) {
    why = harness::blocked("the report: " + why.message);
    return {};
  }
  return answer.all("Report").front()->value("DeviceId");
}

// The ids that are listed now.
Judgement listed(Session& s, const Sender& me, std::set<std::string>& ids) {
  wire::Element answer;
  if (auto found = schedule(s.ask(post(path_schedule, media_xml, get_schedule_xml()), &me), &answer); !found)
    return found;
  for (const wire::Element* one : answer.all("Action")) ids.insert(one->value("ActionId"));
  return pass();
}
// Those of `after` that are not in `before`.
std::string news(const std::set<std::string>& before, const std::set<std::string>& after) {
  std::string out;
  for (const std::string& id : after) {
    if (!before.contains(id)) out += (out.empty() ? "" : ", ") + id;
  }
  return out;
}

// Queueing must fail, and nothing more be listed than before.
Judgement not_queued(Session& s, const Sender& me, Control control, const harness::Variables& words,
                     std::string_view without) {
  std::set<std::string> before, after;
  if (auto found = listed(s, me, before); !found) return found;
  const auto denied = s.target().denied(control, words);
  if (!denied) return harness::trouble(denied.error());
  s.stage().note(fmt::format("control {}: {}", word(control), *denied ? "refused" : "done"));
  if (auto found = listed(s, me, after); !found) return found;
  if (const std::string queued_now = news(before, after); !queued_now.empty()) {
    return fail(fmt::format("an action is queued without {}", without), "no action more than before",
                queued_now);
  }
  return *denied ? pass()
                 : fail(fmt::format("queueing without {} is not refused", without), "a refusal", "success");
}
Judgement queued(Session& s, const Sender& me, Control control, const harness::Variables& words) {
  auto id = s.target().ask(control, words);
  if (!id) return fail("an action that is permitted is not queued", "an action's id", id.error().what);
  wire::Element answer;
  if (auto found = schedule(s.ask(post(path_schedule, media_xml, get_schedule_xml()), &me), &answer); !found)
    return found;
  for (const wire::Element* one : answer.all("Action")) {
    if (one->value("ActionId") != *id) continue;
    const auto device = words.find("DEVICE");
    if (device == words.end() || one->value("DeviceId") == device->second) return pass();
    return fail("listed for another device", device->second, one->value("DeviceId"));
  }
  return fail("a permitted action is not listed", *id, "others");
}
harness::Variables words_of(const Sender& me, const std::string& device) {
  return {{"SENDER", me.id}, {"KIND", std::string(kind)}, {"DEVICE", device}};
}

Judgement given(Session& s, const Sender& me) {
  Judgement why;
  const std::string device =
      report(s, me, {.serial = s.new_serial(), .extra = permission(kind, wire::wall_stamp(hour))}, why);
  return device.empty() ? why : queued(s, me, Control::queue_device, words_of(me, device));
}
Judgement missing(Session& s, const Sender& me) {
  Judgement why;
  const std::string device =
      report(s, me, {.serial = s.new_serial(), .extra = permission("RebootDevice")}, why);
  return device.empty()
             ? why
             : not_queued(s, me, Control::queue_device, words_of(me, device), "a permission of its kind");
}
Judgement expired(Session& s, const Sender& me) {
  Judgement why;
  const std::string device =
      report(s, me, {.serial = s.new_serial(), .extra = permission(kind, wire::wall_stamp(-hour))}, why);
  return device.empty()
             ? why
             : not_queued(s, me, Control::queue_device, words_of(me, device), "an unexpired permission");
}
Judgement withdrawn(Session& s, const Sender& me) {
  Judgement why;
  const std::string serial = s.new_serial();
  const std::string device = report(s, me, {.serial = serial}, why);
  if (device.empty()) return why;
  // Arrives later and was read earlier: the newest report is the one without.
  if (report(s, me, {.serial = serial, .extra = permission(kind), .read_ahead = -hour}, why).empty())
    return why;
  return not_queued(s, me, Control::queue_device, words_of(me, device), "a permission in the newest report");
}
Judgement other_sender(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const std::string device = report(s, me, {.serial = s.new_serial(), .extra = permission(kind)}, why);
  return device.empty() ? why
                        : not_queued(s, *other, Control::queue_device, words_of(*other, device),
                                     "having reported the device");
}
Judgement other_account(Session& s, const Sender& me) {
  Judgement why;
  const Sender* stranger = s.sender(Who::stranger, why);
  if (stranger == nullptr) return why;
  const std::string device = report(s, me, {.serial = s.new_serial(), .extra = permission(kind)}, why);
  return device.empty() ? why
                        : not_queued(s, *stranger, Control::queue_device, words_of(*stranger, device),
                                     "owning the device");
}
Judgement all_missing(Session& s, const Sender& me) {
  Judgement why;
  if (report(s, me, {.serial = s.new_serial(), .extra = permission(kind)}, why).empty()) return why;
  return not_queued(s, me, Control::queue, {{"SENDER", me.id}, {"KIND", std::string(kind)}},
                    "a permission in the manifest");
}
Judgement all_given(Session& s) {
  Judgement why;
  const auto fresh = s.enrol(why);  // its manifest does not mix with the others'
  if (!fresh) return why;
  if (report(s, *fresh, {.serial = s.new_serial()}, why, permission(kind)).empty()) return why;
  return queued(s, *fresh, Control::queue, {{"SENDER", fresh->id}, {"KIND", std::string(kind)}});
}

Judgement cancelled(Session& s, const Sender& me) {
  std::set<std::string> after;
  const auto id = s.target().ask(Control::queue, {{"SENDER", me.id}, {"KIND", "SendReports"}});
  if (!id) return harness::trouble(id.error());
  const auto denied = s.target().denied(Control::cancel, {{"ACTION", *id}});
  if (!denied) return harness::trouble(denied.error());
  if (*denied) return fail("an action that was not delivered cannot be cancelled", "success", "a refusal");
  if (auto found = listed(s, me, after); !found) return found;
  return after.contains(*id) ? fail("a cancelled action is listed", "none of " + *id, *id) : pass();
}
Judgement cancelled_late(Session& s, const Sender& me) {
  const auto id = s.target().ask(Control::queue, {{"SENDER", me.id}, {"KIND", "SendReports"}});
  if (!id) return harness::trouble(id.error());
  std::set<std::string> before;
  if (auto found = listed(s, me, before); !found) return found;  // delivers it
  const auto denied = s.target().denied(Control::cancel, {{"ACTION", *id}});
  if (!denied) return harness::trouble(denied.error());
  return *denied ? pass() : fail("a delivered action can be cancelled", "a refusal", "success");
}

}  // namespace

std::vector<Entry> permission_cases() {
  return {
      //= ACT-PERMISSION-SERVER type=test
      {"actions/permission-given",
       "An action that the newest report permits is queued and listed",
       {"ACT-PERMISSION-SERVER"},
       nullptr,
       given,
       false,
       {Control::queue_device}},
      {"actions/permission-missing",
       "An action without a permission of its kind is not queued",
       {"ACT-PERMISSION-SERVER"},
       nullptr,
       missing,
       true,
       {Control::queue_device}},
      {"actions/permission-expired",
       "An action whose permission has expired is not queued",
       {"ACT-PERMISSION-SERVER"},
       nullptr,
       expired,
       true,
       {Control::queue_device}},
      {"actions/permission-withdrawn",
       "The newest report counts by its read time, not by its arrival",
       {"ACT-PERMISSION-SERVER"},
       nullptr,
       withdrawn,
       true,
       {Control::queue_device}},
      //= ACT-DEVICE type=test
      {"actions/device-of-other-sender",
       "An action for a device that the sender never reported is not queued",
       {"ACT-DEVICE"},
       nullptr,
       other_sender,
       true,
       {Control::queue_device, Control::key}},
      {"actions/device-of-other-account",
       "An action for a device of another account is not queued",
       {"ACT-DEVICE"},
       nullptr,
       other_account,
       true,
       {Control::queue_device, Control::other_key}},
      //= ACT-PERMISSION-OTHERS type=test
      {"actions/permission-for-all-missing",
       "An action for all devices without a permission in the manifest is not queued",
       {"ACT-PERMISSION-OTHERS"},
       nullptr,
       all_missing,
       true,
       {Control::queue}},
      {"actions/permission-for-all-given",
       "An action for all devices that the newest manifest permits is queued and listed",
       {"ACT-PERMISSION-OTHERS"},
       all_given,
       nullptr,
       false,
       {Control::queue, Control::key}},
      //= ACT-CANCEL type=test
      {"actions/cancelled",
       "An action that was cancelled before its delivery is not listed",
       {"ACT-CANCEL"},
       nullptr,
       cancelled,
       true,
       {Control::queue, Control::cancel}},
      {"actions/cancelled-late",
       "A delivered action cannot be cancelled",
       {"ACT-CANCEL"},
       nullptr,
       cancelled_late,
       true,
       {Control::queue, Control::cancel}},
  };
}

}  // namespace mr::suites::server
