// Section software: the file of an UpgradeDevice, whole and in ranges, and to whom it is served.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;

// An UpgradeDevice as it is listed.
struct Upgrade {
  std::string action, device, software, sha256, file_name;
  std::size_t size = 0;
  std::string path() const { return "/v1/software/" + software; }
};

std::optional<Upgrade> queued(Session& s, const Sender& me, Judgement& why) {
  const ReportWish wish{.serial = s.new_serial(),
                        .extra = wire::nest("Permission", wire::tag("Action", "UpgradeDevice"))};
  wire::Element receipt_read, answer;
  why =
      receipt(s.ask(s.upload(me, wire::zip_of(package_of(me.id, {wish}).entries), wire::random_uuid()), &me),
              {201, 200}, &receipt_read);
  if (!why) {
    why = harness::blocked("the report: " + why.message);
    return {};
  }
  const std::string device = receipt_read.all("Report").front()->value("DeviceId");
  const auto id = s.target().ask(Control::upgrade, {{"SENDER", me.id}, {"DEVICE", device}});
  if (!id) {
    why = harness::trouble(id.error());
    return {};
  }
  why = schedule(s.ask(post(path_schedule, media_xml, get_schedule_xml()), &me), &answer);
  if (!why) return {};
  for (const wire::Element* one : answer.all("Action")) {
    if (one->value("ActionId") != *id) continue;
    Upgrade out{.action = *id, .device = one->value("DeviceId")};
    for (const wire::Element* parameter : one->all("Parameter")) {
      const std::string name = parameter->value("Name"), value = parameter->value("Value");
      if (name == "SoftwareId") out.software = value;
      if (name == "Sha256") out.sha256 = value;
      if (name == "FileName") out.file_name = value;
      if (name == "Size") std::from_chars(value.data(), value.data() + value.size(), out.size);
    }
    return out;
  }
  why = fail("the UpgradeDevice is not listed", *id, "others");
  return {};
}

Reply get(Session& s, const Sender& me, const Upgrade& upgrade, wire::Fields fields = {}) {
  wire::Request request{.method = "GET", .target = upgrade.path(), .fields = std::move(fields)};
  return s.ask(request, &me);
}

Judgement parameters(Session& s, const Sender& me) {
  Judgement why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  const std::string seen =
      fmt::format("SoftwareId '{}', Size {}, Sha256 '{}', FileName '{}', DeviceId '{}'", upgrade->software,
                  upgrade->size, upgrade->sha256, upgrade->file_name, upgrade->device);
  const bool hex = upgrade->sha256.size() == 64 &&
                   upgrade->sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!wire::fits(wire::Text::identifier, upgrade->software) || upgrade->size == 0 || !hex ||
      !upgrade->file_name.ends_with(".DLM") || upgrade->device.empty()) {
    return fail("the parameters of UpgradeDevice are not complete",
                "a DeviceId, SoftwareId, Size, Sha256 of 64 hexadecimal digits, a FileName ending in .DLM",
                seen);
  }
  return pass();
}

// 200 or 206 with a strong ETag and Accept-Ranges.
Judgement file_answer(const Reply& reply, unsigned status, std::size_t size) {
  if (!reply.is(status)) return fail("another answer", fmt::format("{}", status), reply.told());
  const std::string tag = reply.got->field("ETag").value_or("");
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"')
    return fail("no strong ETag", "ETag: \"...\"", "ETag: " + tag);
  if (reply.got->field("Accept-Ranges").value_or("") != "bytes")
    return fail("no Accept-Ranges", "bytes", reply.got->field("Accept-Ranges").value_or("none"));
  if (reply.got->body.size() != size)
    return fail("another number of octets", fmt::format("{}", size),
                fmt::format("{}", reply.got->body.size()));
  return pass();
}

Judgement whole(Session& s, const Sender& me) {
  Judgement why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  const Reply reply = get(s, me, *upgrade);
  if (auto found = file_answer(reply, 200, upgrade->size); !found) return found;
  const std::string digest = wire::sha256_hex(reply.got->body);
  return digest == upgrade->sha256 ? pass()
                                   : fail("another file than the action names", upgrade->sha256, digest);
}
Judgement ranges(Session& s, const Sender& me) {
  Judgement why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  const Reply all = get(s, me, *upgrade);
  if (!all.is(200)) return fail("the whole file is not served", "200", all.told());
  const std::string& file = all.got->body;
  const std::size_t last = file.size() - 1;
  const auto range = [&](std::string asked, std::size_t from, std::size_t to) {
    const Reply reply = get(s, me, *upgrade, {{"Range", "bytes=" + asked}});
    if (auto found = file_answer(reply, 206, to - from + 1); !found) return found;
    const std::string expected = fmt::format("bytes {}-{}/{}", from, to, file.size()),
                      actual = reply.got->field("Content-Range").value_or("");
    if (actual != expected) return fail("another Content-Range", expected, actual);
    return reply.got->body == file.substr(from, to - from + 1)
               ? pass()
               : fail("other octets than those asked for", asked, "others");
  };
  for (const auto& [asked, from, to] : {std::tuple<std::string, std::size_t, std::size_t>{"0-0", 0, 0},
                                        {fmt::format("10-{}", last / 2), 10, last / 2},
                                        {fmt::format("{}-", last - 4), last - 4, last},
                                        {"-7", last - 6, last},
                                        {fmt::format("5-{}", file.size() + 1000), 5, last}}) {
    if (auto found = range(asked, from, to); !found) return found;
  }
  return pass();
}
Judgement unsatisfiable(Session& s, const Sender& me) {
  Judgement why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  const Reply reply = get(s, me, *upgrade, {{"Range", fmt::format("bytes={}-", upgrade->size)}});
  if (auto found = refused(reply, 416, {"range-not-satisfiable"}); !found) return found;
  const std::string expected = fmt::format("bytes */{}", upgrade->size),
                    actual = reply.got->field("Content-Range").value_or("");
  return actual == expected ? pass() : fail("another Content-Range", expected, actual);
}
Judgement condition(Session& s, const Sender& me) {
  Judgement why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  const Reply first = get(s, me, *upgrade, {{"Range", "bytes=0-9"}});
  if (auto found = file_answer(first, 206, 10); !found) return found;
  const std::string tag = *first.got->field("ETag");
  if (auto found = file_answer(get(s, me, *upgrade, {{"Range", "bytes=0-9"}, {"If-Range", tag}}), 206, 10);
      !found)
    return found;
  return file_answer(get(s, me, *upgrade, {{"Range", "bytes=0-9"}, {"If-Range", "\"of another file\""}}), 200,
                     upgrade->size);
}
Judgement others(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const auto upgrade = queued(s, me, why);
  if (!upgrade) return why;
  if (auto found = refused(get(s, *other, *upgrade), 404, {"not-found"}); !found) return found;
  Upgrade unknown = *upgrade;
  unknown.software = "suite-no-such-software";
  return refused(get(s, me, unknown), 404, {"not-found"});
}
Judgement answered_already(Session& s) {
  Judgement why;
  const auto fresh = s.enrol(why);  // has no other UpgradeDevice of this software
  if (!fresh) return why;
  const auto upgrade = queued(s, *fresh, why);
  if (!upgrade) return why;
  if (auto found = acknowledged(
          s.ask(post(path_results, media_xml, results_xml({upgrade->action}, "failed")), &*fresh));
      !found)
    return found;
  return refused(get(s, *fresh, *upgrade), 404, {"not-found"});
}

}  // namespace

std::vector<Entry> software_cases() {
  return {
      //= ACT-UPGRADE type=test
      {"software/parameters",
       "An UpgradeDevice names a device, the software, its size, its digest and its file name",
       {"ACT-UPGRADE"},
       nullptr,
       parameters,
       false,
       {Control::upgrade}},
      //= SW-SERVE type=test
      //= SW-ETAG type=test
      {"software/whole",
       "The file is served whole, with a strong ETag, and has the digest that the action tells",
       {"SW-SERVE", "SW-ETAG"},
       nullptr,
       whole,
       false,
       {Control::upgrade}},
      {"software/ranges",
       "Ranges are answered 206 with exactly the octets asked for",
       {"SW-SERVE"},
       nullptr,
       ranges,
       false,
       {Control::upgrade}},
      //= SW-UNSATISFIABLE type=test
      {"software/range-behind-the-end",
       "A range behind the end is answered 416 range-not-satisfiable",
       {"SW-UNSATISFIABLE"},
       nullptr,
       unsatisfiable,
       true,
       {Control::upgrade}},
      //= SW-CONDITION type=test
      {"software/if-range",
       "Range counts only where If-Range is the present ETag",
       {"SW-CONDITION"},
       nullptr,
       condition,
       false,
       {Control::upgrade}},
      //= SW-WHO type=test
      {"software/others",
       "Software without an UpgradeDevice for this sender is answered 404 not-found",
       {"SW-WHO"},
       nullptr,
       others,
       true,
       {Control::upgrade, Control::key}},
      {"software/answered",
       "Software of an UpgradeDevice that was answered is answered 404 not-found",
       {"SW-WHO"},
       answered_already,
       nullptr,
       true,
       {Control::upgrade, Control::key}},
  };
}

}  // namespace mr::suites::server
