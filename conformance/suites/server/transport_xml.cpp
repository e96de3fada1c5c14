// Section transport, its XML part: what is no message, and what is to be ignored.
#include <fmt/format.h>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::fail;
using harness::pass;

Judgement refused_schedule(Session& s, const Sender& me, const std::string& body,
                           std::vector<std::string_view> codes) {
  return refused(s.ask(post(path_schedule, media_xml, body), &me), 400, std::move(codes));
}
std::string schedule_of(std::string_view inner) { return wire::document("GetSchedule", inner); }
const std::string parts = wire::tag("SecurityMode", "normal") + wire::tag("Poll", "daily");

Judgement cut(Session& s, const Sender& me) {
  const std::string whole = get_schedule_xml();
  return refused_schedule(s, me, whole.substr(0, whole.size() / 2), {"malformed-xml"});
}
Judgement empty(Session& s, const Sender& me) { return refused_schedule(s, me, "", {"malformed-xml"}); }
Judgement not_utf8(Session& s, const Sender& me) {
  return refused_schedule(s, me, schedule_of(parts + "<x xmlns=\"urn:x\">\xc3\x28</x>"), {"malformed-xml"});
}
Judgement utf16(Session& s, const Sender& me) {
  std::string wide = "\xff\xfe";
  for (const char c : get_schedule_xml()) wide += {c, '\0'};
  return refused_schedule(s, me, wide, {"malformed-xml"});
}
Judgement two_roots(Session& s, const Sender& me) {
  return refused_schedule(s, me, get_schedule_xml() + "<b/>", {"malformed-xml"});
}
Judgement attribute_twice(Session& s, const Sender& me) {
  return refused_schedule(s, me,
                          schedule_of(wire::tag("SecurityMode", "normal") +
                                      "<Poll xmlns:f=\"urn:f\" f:a=\"1\" f:a=\"2\">daily</Poll>"),
                          {"malformed-xml"});
}

std::string with_doctype(std::string_view subset, std::string_view inner) {
  return fmt::format(
      "<?xml version=\"1.0\"?>\n<!DOCTYPE GetSchedule {}>\n<GetSchedule xmlns=\"{}\">{}</GetSchedule>",
      subset, wire::message_namespace, inner);
}
Judgement doctype(Session& s, const Sender& me) {
  return refused_schedule(s, me, with_doctype("", parts), {"doctype-refused"});
}
Judgement laughs(Session& s, const Sender& me) {
  std::string entities = "[<!ENTITY a0 \"lol\">";
  for (int i = 1; i <= 9; ++i) {
    entities += fmt::format("<!ENTITY a{} \"", i);
    for (int k = 0; k < 10; ++k) entities += fmt::format("&a{};", i - 1);
    entities += "\">";
  }
  return refused_schedule(s, me,
                          with_doctype(entities + "]", "<SecurityMode>&a9;</SecurityMode><Poll>daily</Poll>"),
                          {"doctype-refused"});
}
Judgement external_entity(Session& s, const Sender& me) {
  const Reply reply = s.ask(post(path_schedule, media_xml,
                                 with_doctype("[<!ENTITY f SYSTEM \"file:///etc/hostname\">]",
                                              "<SecurityMode>&f;</SecurityMode><Poll>daily</Poll>")),
                            &me);
  return refused(reply, 400, {"doctype-refused"});
}
Judgement registration_doctype(Session& s) {
  Judgement why;
  const auto key = s.spare_key(why);
  if (!key) return why;
  const auto pair = wire::KeyPair::make(wire::KeyKind::p256);
  std::string body = Form{.key = *key, .csr = wire::make_csr(pair)}.xml();
  body.insert(body.find('\n') + 1, "<!DOCTYPE RegisterForManagement [<!ENTITY a \"b\">]>\n");
  auto found = refused(s.ask(post(path_registration, media_xml, body)), 400, {"doctype-refused"});
  if (!found) s.forget_spare_key();
  return found;
}

// schema-violation, and Detail names the element.
Judgement violates(Session& s, const Sender& me, const std::string& body, std::string_view element) {
  const Reply reply = s.ask(post(path_schedule, media_xml, body), &me);
  if (auto found = refused(reply, 400, {"schema-violation"}); !found) return found;
  const auto error = wire::read_xml(reply.got->body);
  const std::string detail = error ? error->value("Detail") : std::string();
  if (detail.find(element) == std::string::npos)
    return fail("Detail does not name the element", fmt::format("a Detail with '{}'", element), detail);
  return pass();
}
Judgement wrong_root(Session& s, const Sender& me) {
  return violates(s, me, wire::document("Receipt", parts), "Receipt");
}
Judgement wrong_namespace(Session& s, const Sender& me) {
  return refused_schedule(s, me, "<GetSchedule xmlns=\"urn:other\">" + parts + "</GetSchedule>",
                          {"schema-violation"});
}
Judgement missing(Session& s, const Sender& me) {
  return violates(s, me, schedule_of(wire::tag("SecurityMode", "normal")), "Poll");
}
Judgement out_of_order(Session& s, const Sender& me) {
  return refused_schedule(s, me,
                          schedule_of(wire::tag("Poll", "daily") + wire::tag("SecurityMode", "normal")),
                          {"schema-violation"});
}
Judgement twice(Session& s, const Sender& me) {
  return violates(s, me, schedule_of(parts + wire::tag("Poll", "daily")), "Poll");
}
Judgement unknown_own(Session& s, const Sender& me) {
  return violates(s, me, schedule_of(parts + wire::tag("Colour", "red")), "Colour");
}
Judgement foreign_in_front(Session& s, const Sender& me) {
  return refused_schedule(s, me, schedule_of("<f:a xmlns:f=\"urn:f\"/>" + parts), {"schema-violation"});
}

Judgement foreign(Session& s, const Sender& me) {
  const std::string body = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GetSchedule xmlns=\"{}\" xmlns:f=\"urn:foreign\" "
      "f:version=\"9\">"
      "<SecurityMode>normal</SecurityMode><Poll>daily</Poll><Capability>software</Capability>"
      "<f:Extra><f:Deep>text</f:Deep></f:Extra><f:More/></GetSchedule>",
      wire::message_namespace);
  return schedule(s.ask(post(path_schedule, media_xml, body), &me));
}
Judgement comments(Session& s, const Sender& me) {
  return schedule(s.ask(
      post(path_schedule, media_xml, schedule_of("<!-- a comment -->" + parts + "<!-- another -->")), &me));
}

}  // namespace

std::vector<Entry> xml_cases() {
  return {
      //= XML-MALFORMED type=test
      {"transport/xml-cut",
       "A document that is cut short is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       cut,
       true},
      {"transport/xml-empty",
       "An empty body is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       empty,
       true},
      {"transport/xml-not-utf8",
       "Octets that are not UTF-8 are answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       not_utf8,
       true},
      {"transport/xml-utf16",
       "UTF-16 is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       utf16,
       true},
      {"transport/xml-two-roots",
       "A document with two roots is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       two_roots,
       true},
      {"transport/xml-attribute-twice",
       "An attribute that stands twice is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       attribute_twice,
       true},
      //= XML-DOCTYPE type=test
      {"transport/doctype",
       "A DOCTYPE is answered 400 doctype-refused",
       {"XML-DOCTYPE"},
       nullptr,
       doctype,
       true},
      {"transport/doctype-expansion",
       "Entities that expand a thousand million times are answered 400 doctype-refused",
       {"XML-DOCTYPE"},
       nullptr,
       laughs,
       true},
      {"transport/doctype-external",
       "An external entity is answered 400 doctype-refused",
       {"XML-DOCTYPE"},
       nullptr,
       external_entity,
       true},
      {"transport/doctype-registration",
       "A DOCTYPE in a registration is answered 400 doctype-refused",
       {"XML-DOCTYPE"},
       registration_doctype,
       nullptr,
       true},
      //= XML-SCHEMA type=test
      {"transport/schema-root",
       "Another message is answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       wrong_root,
       true},
      {"transport/schema-namespace",
       "Another namespace is answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       wrong_namespace,
       true},
      {"transport/schema-missing",
       "A missing element is answered 400 schema-violation and named",
       {"XML-SCHEMA"},
       nullptr,
       missing,
       true},
      {"transport/schema-order",
       "Elements out of order are answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       out_of_order,
       true},
      {"transport/schema-twice",
       "An element twice is answered 400 schema-violation and named",
       {"XML-SCHEMA"},
       nullptr,
       twice,
       true},
      {"transport/schema-unknown",
       "An unknown element of the protocol's namespace is answered 400 schema-violation and named",
       {"XML-SCHEMA"},
       nullptr,
       unknown_own,
       true},
      //= XML-FOREIGN type=test
      {"transport/foreign-in-front",
       "A foreign element that is not at the end is answered 400 schema-violation",
       {"XML-SCHEMA"},
       nullptr,
       foreign_in_front,
       true},
      {"transport/foreign-ignored",
       "Foreign elements at the end and foreign attributes are ignored",
       {"XML-FOREIGN"},
       nullptr,
       foreign},
      {"transport/comments-ignored", "Comments are no content", {"XML-SCHEMA"}, nullptr, comments},
  };
}

}  // namespace mr::suites::server
