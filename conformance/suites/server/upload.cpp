// Section upload: headers, envelope, exactly once, whose device.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::Control;
using harness::fail;
using harness::pass;

// A package of one new device of this sender, and its zip.
struct Parcel {
  std::string key = wire::random_uuid(), zip;
  Package package;
};
Parcel parcel(Session& s, const Sender& me, std::size_t reports = 1) {
  std::vector<ReportWish> wishes;
  for (std::size_t i = 0; i < reports; ++i) wishes.push_back({.serial = s.new_serial()});
  Parcel out{.package = package_of(me.id, wishes)};
  out.zip = wire::zip_of(out.package.entries);
  return out;
}
Reply send(Session& s, const Sender& me, const Parcel& p) { return s.ask(s.upload(me, p.zip, p.key), &me); }

// The Receipt tells of this package: its ids, and the reports in the manifest's order.
Judgement tells_of(const wire::Element& receipt_read, const Parcel& p) {
  if (receipt_read.value("PackageId") != p.package.id)
    return fail("another PackageId", p.package.id, receipt_read.value("PackageId"));
  if (receipt_read.value("IdempotencyKey") != p.key)
    return fail("another IdempotencyKey", p.key, receipt_read.value("IdempotencyKey"));
  std::vector<std::string> expected, actual;
  for (const Listed& one : p.package.listed) expected.push_back(one.report_id);
  for (const wire::Element* one : receipt_read.all("Report")) actual.push_back(one->value("ReportId"));
  if (expected != actual)
    return fail("other reports, or another order", fmt::format("{}", fmt::join(expected, ", ")),
                fmt::format("{}", fmt::join(actual, ", ")));
  return pass();
}
Judgement stored(const Reply& reply, const Parcel& p, wire::Element* read = nullptr) {
  wire::Element answer;
  if (auto found = receipt(reply, {201}, &answer); !found) return found;
  if (read != nullptr) *read = answer;
  return tells_of(answer, p);
}
std::string device_of(const wire::Element& answer, std::size_t at = 0) {
  const auto reports = answer.all("Report");
  return at < reports.size() ? reports[at]->value("DeviceId") : std::string();
}
// Refused, and then the same key with a good package is new: nothing of the refused one was stored.
Judgement refused_and_not_stored(Session& s, const Sender& me, const wire::Request& request, Parcel p,
                                 unsigned status, std::vector<std::string_view> codes) {
  if (auto found = refused(s.ask(request, &me), status, std::move(codes)); !found) return found;
  return stored(send(s, me, p), p);
}

Judgement accepted(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me, 3);
  wire::Element answer;
  if (auto found = stored(send(s, me, p), p, &answer); !found) return found;
  std::set<std::string> devices;
  for (std::size_t i = 0; i < 3; ++i) devices.insert(device_of(answer, i));
  return devices.size() == 3
             ? pass()
             : fail("devices share a DeviceId", "3 DeviceIds", fmt::format("{}", devices.size()));
}
Judgement repeated(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const Reply first = send(s, me, p);
  if (auto found = stored(first, p); !found) return found;
  const Reply second = send(s, me, p);  // sealed anew: other octets, the same zip
  if (auto found = receipt(second, {200}); !found) return found;
  if (first.got->body != second.got->body) return fail("another Receipt", first.got->body, second.got->body);
  return pass();
}
Judgement at_once(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  auto one = s.connect(s.tls(&me)), two = s.connect(s.tls(&me));
  if (!one || !two) return harness::blocked("no connection");
  const std::string a = bytes_of(s.complete(s.upload(me, p.zip, p.key))),
                    b = bytes_of(s.complete(s.upload(me, p.zip, p.key)));
  s.stage().note("> the same upload on two connections at once");
  if (!one->send(a, s.patience()) || !two->send(b, s.patience()))
    return fail("the connection ended", "two answers", "an end");
  std::string early_one, early_two;
  const Reply x{wire::read_response(*one, early_one, s.patience())},
      y{wire::read_response(*two, early_two, s.patience())};
  s.stage().note(fmt::format("< {} and {}", x.told(), y.told()));
  if ((x.is(201) && y.is(200)) || (x.is(200) && y.is(201)))
    return x.got->body == y.got->body ? pass() : fail("two Receipts", x.got->body, y.got->body);
  return fail("one upload on two connections is not stored exactly once", "201 and 200",
              fmt::format("{} and {}", x.told(), y.told()));
}
Judgement conflict(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  if (auto found = stored(send(s, me, p), p); !found)
    return harness::blocked("the first upload: " + found.message);
  Parcel other = parcel(s, me);
  other.key = p.key;
  return refused(send(s, me, other), 409, {"idempotency-conflict"});
}
Judgement conflict_leaves(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const Reply first = send(s, me, p);
  if (auto found = stored(first, p); !found) return harness::blocked("the first upload: " + found.message);
  Parcel other = parcel(s, me);
  other.key = p.key;
  send(s, me, other);
  const Reply again = send(s, me, p);
  if (auto found = receipt(again, {200}); !found) return found;
  return again.got->body == first.got->body ? pass()
                                            : fail("another Receipt", first.got->body, again.got->body);
}
Judgement key_scope(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const Parcel mine = parcel(s, me);
  if (auto found = stored(send(s, me, mine), mine); !found)
    return harness::blocked("the first upload: " + found.message);
  Parcel theirs = parcel(s, *other);
  theirs.key = mine.key;
  return stored(send(s, *other, theirs), theirs);
}
Judgement report_once(Session& s, const Sender& me) {
  const ReportWish report{.serial = s.new_serial()};
  Parcel first{.package = package_of(me.id, {report})},
      second{.package = package_of(me.id, {report, {.serial = s.new_serial()}})};
  first.zip = wire::zip_of(first.package.entries);
  second.zip = wire::zip_of(second.package.entries);
  wire::Element one, two;
  if (auto found = stored(send(s, me, first), first, &one); !found) return found;
  if (auto found = stored(send(s, me, second), second, &two); !found) return found;
  return device_of(one) == device_of(two)
             ? pass()
             : fail("a report that came before has another DeviceId", device_of(one), device_of(two));
}

Judgement header_case(Session& s, const Sender& me, const std::string& key, const std::string& fingerprint) {
  const Parcel p = parcel(s, me);
  const auto sealed = wire::seal(p.zip, me.envelope_pem);
  if (!sealed) return harness::blocked("nothing could be sealed: " + to_string(sealed.error()));
  const std::string right = "sha-256=" + wire::sha256_hex(p.zip);
  return refused(s.ask(s.upload_body(*sealed, media_sealed, key == "right" ? p.key : key,
                                     fingerprint == "right" ? right : fingerprint),
                       &me),
                 400, {"missing-header"});
}
Judgement no_key(Session& s, const Sender& me) { return header_case(s, me, "", "right"); }
Judgement upper_key(Session& s, const Sender& me) {
  return header_case(s, me, "6F1C2D3E-8A41-4C52-9D0B-2F7F3B1A9C10", "right");
}
Judgement other_key(Session& s, const Sender& me) { return header_case(s, me, "upload-number-one", "right"); }
Judgement no_fingerprint(Session& s, const Sender& me) { return header_case(s, me, "right", ""); }
Judgement short_fingerprint(Session& s, const Sender& me) {
  return header_case(s, me, "right", "sha-256=abcdef");
}
Judgement other_fingerprint(Session& s, const Sender& me) {
  return header_case(s, me, "right", "md5=d41d8cd98f00b204e9800998ecf8427e");
}
Judgement wrong_fingerprint(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  wire::Request request = s.upload(me, p.zip, p.key);
  request.fields.back().second = "sha-256=" + wire::sha256_hex("another zip");
  return refused_and_not_stored(s, me, request, p, 400, {"fingerprint-mismatch"});
}

Judgement plain_zip(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const auto request = s.upload_body(p.zip, media_zip, p.key, "sha-256=" + wire::sha256_hex(p.zip));
  return refused_and_not_stored(s, me, request, p, 400, {"envelope-refused"});
}
Judgement envelope(Session& s, const Sender& me, const Parcel& p, const std::string& body) {
  const auto request = s.upload_body(body, media_sealed, p.key, "sha-256=" + wire::sha256_hex(p.zip));
  return refused_and_not_stored(s, me, request, p, 400, {"envelope-refused"});
}
Judgement envelope_garbage(Session& s, const Sender& me) {
  return envelope(s, me, parcel(s, me), "this is no envelope");
}
Judgement envelope_plain_inside(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  return envelope(s, me, p, p.zip);
}
// The envelope of a good upload, changed by `change`.
template <class Change>
Judgement envelope_changed(Session& s, const Sender& me, Change change) {
  const Parcel p = parcel(s, me);
  auto sealed = wire::seal(p.zip, me.envelope_pem);
  if (!sealed) return harness::blocked("nothing could be sealed: " + to_string(sealed.error()));
  change(*sealed);
  return envelope(s, me, p, *sealed);
}
Judgement envelope_cut(Session& s, const Sender& me) {
  return envelope_changed(s, me, [](std::string& der) { der.resize(der.size() - 20); });
}
Judgement envelope_tag(Session& s, const Sender& me) {
  return envelope_changed(s, me, [](std::string& der) { der.back() = static_cast<char>(der.back() ^ 1); });
}
Judgement envelope_content(Session& s, const Sender& me) {
  return envelope_changed(
      s, me, [](std::string& der) { der[der.size() - 60] = static_cast<char>(der[der.size() - 60] ^ 0x40); });
}
Judgement envelope_other_key(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const auto sealed =
      wire::seal(p.zip, wire::forge_certificate(wire::KeyPair::make(wire::KeyKind::p256)).chain_pem);
  if (!sealed) return harness::trouble(to_string(sealed.error()));
  return envelope(s, me, p, *sealed);
}
Judgement envelope_cbc(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const auto sealed = wire::seal(p.zip, me.envelope_pem, wire::Sealing::enveloped_cbc);
  if (!sealed) return harness::blocked("nothing could be sealed: " + to_string(sealed.error()));
  return envelope(s, me, p, *sealed);
}

Judgement whole(Session& s, const Sender& me) {
  // A good report beside one that violates the schema: refused whole, so that the good one is new afterwards.
  const ReportWish good{.serial = s.new_serial()},
      bad{.serial = s.new_serial(), .extra = wire::tag("Colour", "red")};
  Parcel mixed{.package = package_of(me.id, {good, bad})}, alone{.package = package_of(me.id, {good})};
  mixed.zip = wire::zip_of(mixed.package.entries);
  alone.zip = wire::zip_of(alone.package.entries);
  alone.key = mixed.key;
  if (auto found = refused(send(s, me, mixed), 400, {"schema-violation"}); !found) return found;
  return stored(send(s, me, alone), alone);
}
Judgement broken_off(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me);
  const std::string bytes = bytes_of(s.complete(s.upload(me, p.zip, p.key)));
  {
    auto connection = s.connect(s.tls(&me));
    if (!connection) return harness::blocked("no connection: " + to_string(connection.error()));
    s.stage().note(fmt::format("> the first {} of {} octets, then a reset", bytes.size() / 2, bytes.size()));
    if (auto sent = connection->send(std::string_view(bytes).substr(0, bytes.size() / 2), s.patience());
        !sent)
      return harness::blocked(to_string(sent.error()));
    connection->reset();
  }
  return stored(send(s, me, p), p);
}
Judgement durable(Session& s, const Sender& me) {
  const Parcel p = parcel(s, me, 2);
  const Reply first = send(s, me, p);
  if (auto found = stored(first, p); !found) return harness::blocked("the upload: " + found.message);
  s.stage().note("SIGKILL, and the same command again");
  if (auto again = s.target().restart(); !again) return harness::trouble(again.error());
  const Reply second = send(s, me, p);
  if (auto found = receipt(second, {200}); !found) return found;
  return first.got->body == second.got->body ? pass()
                                             : fail("another Receipt", first.got->body, second.got->body);
}

Judgement one_device(Session& s, const Sender& me) {
  Judgement why;
  const Sender* other = s.sender(Who::second, why);
  if (other == nullptr) return why;
  const std::string serial = s.new_serial();
  Parcel mine{.package = package_of(
                  me.id, {{.serial = serial}, {.serial = serial, .manufacturer = "Another Maker"}})};
  Parcel theirs{.package = package_of(other->id, {{.serial = serial}})};
  mine.zip = wire::zip_of(mine.package.entries);
  theirs.zip = wire::zip_of(theirs.package.entries);
  wire::Element one, two;
  if (auto found = stored(send(s, me, mine), mine, &one); !found) return found;
  if (auto found = stored(send(s, *other, theirs), theirs, &two); !found) return found;
  if (device_of(one) != device_of(two))
    return fail("one device of two senders has two DeviceIds", device_of(one), device_of(two));
  if (device_of(one) == device_of(one, 1))
    return fail("devices of two makers share a DeviceId", "two DeviceIds", device_of(one));
  return pass();
}
Judgement foreign_device(Session& s, const Sender& me) {
  Judgement why;
  const Sender* stranger = s.sender(Who::stranger, why);
  if (stranger == nullptr) return why;
  const std::string serial = s.new_serial(), fresh = s.new_serial();
  Parcel mine{.package = package_of(me.id, {{.serial = serial}})};
  mine.zip = wire::zip_of(mine.package.entries);
  if (auto found = stored(send(s, me, mine), mine); !found)
    return harness::blocked("the first upload: " + found.message);
  Parcel theirs{.package = package_of(stranger->id, {{.serial = fresh}, {.serial = serial}})};
  theirs.zip = wire::zip_of(theirs.package.entries);
  if (auto found = refused(send(s, *stranger, theirs), 403, {"foreign-device"}); !found) return found;
  Parcel alone{.package = package_of(stranger->id, {{.serial = fresh}})};
  alone.zip = wire::zip_of(alone.package.entries);
  alone.key = theirs.key;
  return stored(send(s, *stranger, alone), alone);
}
Judgement owner_stays(Session& s, const Sender& me) {
  Judgement why;
  const Sender* stranger = s.sender(Who::stranger, why);
  if (stranger == nullptr) return why;
  const std::string serial = s.new_serial();
  const auto of = [&](const Sender& who) {
    Parcel p{.package = package_of(who.id, {{.serial = serial}})};
    p.zip = wire::zip_of(p.package.entries);
    return p;
  };
  const Parcel first = of(me), theirs = of(*stranger), second = of(me);
  wire::Element one, two;
  if (auto found = stored(send(s, me, first), first, &one); !found)
    return harness::blocked("the first upload: " + found.message);
  send(s, *stranger, theirs);
  if (auto found = stored(send(s, me, second), second, &two); !found) return found;
  return device_of(one) == device_of(two)
             ? pass()
             : fail("the owner's device has another DeviceId", device_of(one), device_of(two));
}

}  // namespace

std::vector<Entry> upload_cases() {
  std::vector<Entry> cases = {
      //= UPL-AGENT-CMS type=test
      //= UPL-RECEIPT type=test
      {"upload/accepted",
       "A sealed package is answered 201 with a Receipt of its reports, in order",
       {"UPL-AGENT-CMS", "UPL-RECEIPT"},
       nullptr,
       accepted},
      //= UPL-REPEAT type=test
      {"upload/repeated",
       "The same upload again is answered 200 with the first Receipt",
       {"UPL-REPEAT"},
       nullptr,
       repeated},
      {"upload/at-once",
       "The same upload on two connections at once is stored once",
       {"UPL-REPEAT"},
       nullptr,
       at_once},
      //= UPL-CONFLICT type=test
      {"upload/conflict",
       "An idempotency key with another package is answered 409 idempotency-conflict",
       {"UPL-CONFLICT"},
       nullptr,
       conflict,
       true},
      {"upload/conflict-leaves-the-first",
       "A conflict leaves the first upload and its Receipt as they are",
       {"UPL-CONFLICT", "UPL-REPEAT"},
       nullptr,
       conflict_leaves},
      //= UPL-KEY-SCOPE type=test
      {"upload/key-scope",
       "Another sender may use the same idempotency key",
       {"UPL-KEY-SCOPE"},
       nullptr,
       key_scope,
       false,
       {Control::key}},
      //= UPL-REPORT-ONCE type=test
      {"upload/report-once",
       "A report that came before is in the Receipt of a later package, with its DeviceId",
       {"UPL-REPORT-ONCE"},
       nullptr,
       report_once},
      //= UPL-KEY type=test
      {"upload/key-missing",
       "An upload without Idempotency-Key is answered 400 missing-header",
       {"UPL-KEY"},
       nullptr,
       no_key,
       true},
      {"upload/key-upper-case",
       "An idempotency key in upper case is answered 400 missing-header",
       {"UPL-KEY"},
       nullptr,
       upper_key,
       true},
      {"upload/key-no-uuid",
       "An idempotency key that is no UUID is answered 400 missing-header",
       {"UPL-KEY"},
       nullptr,
       other_key,
       true},
      //= UPL-FINGERPRINT type=test
      {"upload/fingerprint-missing",
       "An upload without Content-Fingerprint is answered 400 missing-header",
       {"UPL-FINGERPRINT"},
       nullptr,
       no_fingerprint,
       true},
      {"upload/fingerprint-short",
       "A fingerprint that is too short is answered 400 missing-header",
       {"UPL-FINGERPRINT"},
       nullptr,
       short_fingerprint,
       true},
      {"upload/fingerprint-other-digest",
       "A fingerprint of another digest is answered 400 missing-header",
       {"UPL-FINGERPRINT"},
       nullptr,
       other_fingerprint,
       true},
      //= UPL-FINGERPRINT-WRONG type=test
      {"upload/fingerprint-wrong",
       "A fingerprint of another zip is answered 400 fingerprint-mismatch, and nothing is stored",
       {"UPL-FINGERPRINT-WRONG"},
       nullptr,
       wrong_fingerprint,
       true},
      //= UPL-AGENT-PLAIN type=test
      {"upload/agent-plain-zip",
       "A plain zip of an agent is answered 400 envelope-refused, and nothing is stored",
       {"UPL-AGENT-PLAIN"},
       nullptr,
       plain_zip,
       true},
      //= UPL-ENVELOPE-BAD type=test
      {"upload/envelope-garbage",
       "Octets that are no CMS are answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD"},
       nullptr,
       envelope_garbage,
       true},
      {"upload/envelope-missing",
       "A zip in place of the envelope is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD", "UPL-AGENT-PLAIN"},
       nullptr,
       envelope_plain_inside,
       true},
      {"upload/envelope-cut",
       "An envelope that is cut short is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD"},
       nullptr,
       envelope_cut,
       true},
      {"upload/envelope-changed-tag",
       "An envelope with a changed tag is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD"},
       nullptr,
       envelope_tag,
       true},
      {"upload/envelope-changed-content",
       "An envelope with changed content is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD"},
       nullptr,
       envelope_content,
       true},
      {"upload/envelope-other-key",
       "An envelope for another key is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD"},
       nullptr,
       envelope_other_key,
       true},
      {"upload/envelope-not-authenticated",
       "An envelope without authentication (AES-CBC) is answered 400 envelope-refused",
       {"UPL-ENVELOPE-BAD", "UPL-AGENT-CMS"},
       nullptr,
       envelope_cbc,
       true},
      //= UPL-WHOLE type=test
      {"upload/whole",
       "A package with one bad report is refused whole",
       {"UPL-WHOLE", "PKG-SCHEMA"},
       nullptr,
       whole,
       true},
      {"upload/broken-off",
       "An upload that was broken off stores nothing, and is accepted when repeated",
       {"UPL-WHOLE"},
       nullptr,
       broken_off},
      //= UPL-ACK-AFTER-COMMIT type=test
      {"upload/durable",
       "An acknowledged upload outlives SIGKILL",
       {"UPL-ACK-AFTER-COMMIT"},
       nullptr,
       durable,
       false,
       {},
       false,
       true},
      //= DEV-EVIDENCE type=test
      {"upload/device-identity",
       "Maker and serial number make one device, whichever sender reports it",
       {"DEV-EVIDENCE"},
       nullptr,
       one_device,
       false,
       {Control::key}},
      //= UPL-FOREIGN-DEVICE type=test
      {"upload/foreign-device",
       "A device of another account is answered 403 foreign-device, and nothing of the package is stored",
       {"UPL-FOREIGN-DEVICE"},
       nullptr,
       foreign_device,
       true,
       {Control::other_key}},
      //= DEV-OWNER type=test
      {"upload/owner-stays",
       "A device stays with the account that reported it first",
       {"DEV-OWNER"},
       nullptr,
       owner_stays,
       false,
       {Control::other_key}},
  };
  // What is new is told by 201: what shows by it that nothing was stored before stands on the first upload.
  for (Entry& one : cases) {
    const bool by_header = one.id.starts_with("upload/key-missing") || one.id == "upload/key-upper-case" ||
                           one.id == "upload/key-no-uuid" || one.id == "upload/fingerprint-missing" ||
                           one.id == "upload/fingerprint-short" ||
                           one.id == "upload/fingerprint-other-digest";
    if (one.id != "upload/accepted" && !by_header) one.after = "upload/accepted";
  }
  return cases;
}

}  // namespace mr::suites::server
