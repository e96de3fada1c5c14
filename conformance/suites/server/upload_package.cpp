// Section upload, the package: what a zip and its manifest must be. Each case bends one thing of a package
// that is good otherwise, seals it truly, and sends its true fingerprint.
#include <fmt/format.h>

#include "conformance/suites/server/suite.hpp"

namespace mr::suites::server {
namespace {

using harness::fail;
using harness::pass;
using wire::ZipEntry;
using wire::ZipFrame;

constexpr std::size_t mib = 1024 * 1024;

Judgement refused_zip(Session& s, const Sender& me, const std::string& zip, unsigned status,
                      std::vector<std::string_view> codes) {
  return refused(s.ask(s.upload(me, zip, wire::random_uuid()), &me), status, std::move(codes));
}
Judgement malformed(Session& s, const Sender& me, const std::string& zip) {
  return refused_zip(s, me, zip, 400, {"malformed-package"});
}
Judgement accepted_zip(Session& s, const Sender& me, const std::string& zip) {
  return receipt(s.ask(s.upload(me, zip, wire::random_uuid()), &me), {201, 200});
}
Package good(Session& s, const Sender& me, std::size_t reports = 1) {
  std::vector<ReportWish> wishes;
  for (std::size_t i = 0; i < reports; ++i) wishes.push_back({.serial = s.new_serial()});
  return package_of(me.id, wishes);
}
std::string good_zip(Session& s, const Sender& me) { return wire::zip_of(good(s, me).entries); }

Judgement stored_method(Session& s, const Sender& me) {
  Package p = good(s, me);
  for (ZipEntry& entry : p.entries) entry.deflate = false;
  return accepted_zip(s, me, wire::zip_of(p.entries));
}
Judgement no_zip(Session& s, const Sender& me) { return malformed(s, me, "this is no zip"); }
Judgement cut(Session& s, const Sender& me) {
  const std::string zip = good_zip(s, me);
  return malformed(s, me, zip.substr(0, zip.size() - 22));
}
Judgement cut_inside(Session& s, const Sender& me) {
  const std::string zip = good_zip(s, me);
  return malformed(s, me, zip.substr(0, zip.size() / 2));
}
Judgement before(Session& s, const Sender& me) {
  return malformed(s, me, wire::zip_of(good(s, me).entries, {.before = "octets before it"}));
}
Judgement after(Session& s, const Sender& me) {
  return malformed(s, me, wire::zip_of(good(s, me).entries, {.after = "octets after it"}));
}
Judgement comment(Session& s, const Sender& me) {
  return malformed(s, me, wire::zip_of(good(s, me).entries, {.comment = "a comment"}));
}
Judgement zip64(Session& s, const Sender& me) {
  return malformed(s, me, wire::zip_of(good(s, me).entries, {.zip64 = true}));
}
Judgement wrong_crc(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].lies.crc = 0xdeadbeef;
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement local_name(Session& s, const Sender& me) {
  Package p = good(s, me);
  std::string other = p.entries[1].name;
  other[other.size() - 5] = other[other.size() - 5] == 'a' ? 'b' : 'a';
  p.entries[1].lies.local_name = other;
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement local_size(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].lies.local_size = 7;
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement local_crc(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].lies.local_crc = 0x12345678;
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement encrypted(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].lies.flags = 1;
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement method(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].lies.method = 12;  // bzip2
  return malformed(s, me, wire::zip_of(p.entries));
}

// The manifest lists the entry under the same bad name, so that the name alone is wrong.
Judgement named(Session& s, const Sender& me, const std::string& name) {
  Package p = good(s, me);
  p.entries[1].name = name;
  p.listed[0].name = name;
  p.entries[0].content = manifest_xml(me.id, p.id, p.listed);
  // A name that the manifest's type forbids too may be found there first.
  return refused_zip(s, me, wire::zip_of(p.entries), 400, {"malformed-package", "schema-violation"});
}
Judgement name_parent(Session& s, const Sender& me) { return named(s, me, "reports/../../etc/passwd"); }
Judgement name_absolute(Session& s, const Sender& me) { return named(s, me, "/reports/a.xml"); }
Judgement name_upper(Session& s, const Sender& me) { return named(s, me, "reports/A.XML"); }
Judgement name_backslash(Session& s, const Sender& me) { return named(s, me, "reports\\a.xml"); }
Judgement name_long(Session& s, const Sender& me) {
  return named(s, me, "reports/" + std::string(250, 'a') + ".xml");
}
Judgement name_twice(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries.push_back(p.entries[1]);
  return malformed(s, me, wire::zip_of(p.entries));
}

Judgement no_manifest(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries.erase(p.entries.begin());
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement listed_missing(Session& s, const Sender& me) {
  Package p = good(s, me, 2);
  p.entries.pop_back();
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement entry_unlisted(Session& s, const Sender& me) {
  Package p = good(s, me, 2);
  p.listed.pop_back();
  p.entries[0].content = manifest_xml(me.id, p.id, p.listed);
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement other_report_id(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.listed[0].report_id = wire::random_uuid();
  p.entries[0].content = manifest_xml(me.id, p.id, p.listed);
  return malformed(s, me, wire::zip_of(p.entries));
}
Judgement report_twice(Session& s, const Sender& me) {
  const ReportWish one{.serial = s.new_serial()}, two{.id = one.id, .serial = s.new_serial()};
  Package p = package_of(me.id, {one});
  p.listed.push_back({"reports/second.xml", two.id});
  p.entries[0].content = manifest_xml(me.id, p.id, p.listed);
  p.entries.push_back({"reports/second.xml", report_xml(two)});
  // The manifest's XSD holds ReportId to be unique too.
  return refused_zip(s, me, wire::zip_of(p.entries), 400, {"malformed-package", "schema-violation"});
}
Judgement other_sender(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[0].content = manifest_xml(wire::random_uuid(), p.id, p.listed);
  return refused_zip(s, me, wire::zip_of(p.entries), 403, {"foreign-device"});
}

Judgement report_schema(Session& s, const Sender& me) {
  const ReportWish bad{
      .serial = s.new_serial(),
      .extra = wire::nest("Meters", wire::nest("Meter", wire::tag("Name", "TotalImpressions")))};
  return refused_zip(s, me, wire::zip_of(package_of(me.id, {bad}).entries), 400, {"schema-violation"});
}
Judgement meter_twice(Session& s, const Sender& me) {
  const std::string meter =
      wire::nest("Meter", wire::tag("Name", "TotalImpressions") + wire::tag("Scope", "System") +
                              wire::tag("Unit", "impressions") + wire::tag("Value", "100") +
                              wire::tag("ReadTime", wire::wall_stamp()) + wire::tag("Epoch", "0"));
  const ReportWish once{.serial = s.new_serial(), .extra = wire::nest("Meters", meter)};
  if (auto found = accepted_zip(s, me, wire::zip_of(package_of(me.id, {once}).entries)); !found) return found;
  const ReportWish twice{.serial = s.new_serial(), .extra = wire::nest("Meters", meter + meter)};
  return refused_zip(s, me, wire::zip_of(package_of(me.id, {twice}).entries), 400, {"schema-violation"});
}
Judgement level_word(Session& s, const Sender& me) {
  const ReportWish bad{.serial = s.new_serial(),
                       .extra = wire::nest("Supplies", wire::nest("Supply", wire::tag("Index", "1") +
                                                                                wire::tag("Level", "-3")))};
  return refused_zip(s, me, wire::zip_of(package_of(me.id, {bad}).entries), 400, {"schema-violation"});
}
Judgement manifest_schema(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[0].content = manifest_xml(me.id, "package-1", p.listed);
  return refused_zip(s, me, wire::zip_of(p.entries), 400, {"schema-violation"});
}
Judgement report_cut(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].content.resize(p.entries[1].content.size() / 2);
  return refused_zip(s, me, wire::zip_of(p.entries), 400, {"malformed-xml"});
}
Judgement report_doctype(Session& s, const Sender& me) {
  Package p = good(s, me);
  std::string& xml = p.entries[1].content;
  xml.insert(xml.find('\n') + 1, "<!DOCTYPE DeviceReport [<!ENTITY a \"b\">]>\n");
  return refused_zip(s, me, wire::zip_of(p.entries), 400, {"doctype-refused"});
}
Judgement foreign(Session& s, const Sender& me) {
  const std::string extra =
      "<f:Ambience xmlns:f=\"urn:foreign\" degrees=\"21\"><f:Noise>4</f:Noise></f:Ambience>";
  Package p = package_of(me.id, {{.serial = s.new_serial(), .extra = extra}});
  p.entries[0].content = manifest_xml(me.id, p.id, p.listed, extra);
  return accepted_zip(s, me, wire::zip_of(p.entries));
}
Judgement unknown_meter(Session& s, const Sender& me) {
  const std::string meter =
      wire::nest("Meter", wire::tag("Name", "x-suite.Folds") + wire::tag("Scope", "Subunit") +
                              wire::tag("Unit", "folds") + wire::tag("Value", "18446744073709551615") +
                              wire::tag("ReadTime", wire::wall_stamp()) + wire::tag("Epoch", "3"));
  return accepted_zip(
      s, me,
      wire::zip_of(
          package_of(me.id, {{.serial = s.new_serial(), .extra = wire::nest("Meters", meter)}}).entries));
}

// 4 MiB of blanks deflate to 4 kB: a thousand times less.
Judgement bomb(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].content += std::string(4 * mib - 100 - p.entries[1].content.size(), ' ');
  return refused_zip(s, me, wire::zip_of(p.entries), 413, {"package-limit"});
}
// The headers claim 10 octets, 8 MiB come out. That the headers lie may be found first.
Judgement lying_bomb(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].content += std::string(8 * mib, ' ');
  p.entries[1].lies.size = 10;
  const Reply reply = s.ask(s.upload(me, wire::zip_of(p.entries), wire::random_uuid()), &me);
  return reply.is(400) ? refused(reply, 400, {"malformed-package"}) : refused(reply, 413, {"package-limit"});
}
// One entry over 4 MiB that is not compressed at all.
Judgement entry_large(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].deflate = false;
  p.entries[1].content += std::string(4 * mib + 1 - p.entries[1].content.size(), ' ');
  return refused_zip(s, me, wire::zip_of(p.entries), 413, {"package-limit"});
}
Judgement entry_at_limit(Session& s, const Sender& me) {
  Package p = good(s, me);
  p.entries[1].deflate = false;
  p.entries[1].content += std::string(4 * mib - p.entries[1].content.size(), ' ');
  return accepted_zip(s, me, wire::zip_of(p.entries));
}
Judgement entries_many(Session& s, const Sender& me) {
  Package p = good(s, me);
  for (int i = 0; i < 2048; ++i) p.entries.push_back({fmt::format("reports/{}.xml", i), "x", false});
  return refused_zip(s, me, wire::zip_of(p.entries), 413, {"package-limit"});
}
Judgement thousand(Session& s, const Sender& me) {
  return accepted_zip(s, me, wire::zip_of(good(s, me, 1000).entries));
}

}  // namespace

std::vector<Entry> package_cases() {
  return {
      //= PKG-ZIP type=test
      {"upload/zip-stored",
       "Entries that are stored and not deflated are accepted",
       {"PKG-ZIP"},
       nullptr,
       stored_method},
      //= PKG-WHOLE type=test
      {"upload/zip-none",
       "Octets that are no zip are answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       no_zip,
       true},
      {"upload/zip-cut",
       "A zip without its end record is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       cut,
       true},
      {"upload/zip-cut-inside",
       "The first half of a zip is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       cut_inside,
       true},
      {"upload/zip-octets-before",
       "Octets before a zip are answered 400 malformed-package",
       {"PKG-WHOLE", "PKG-ZIP"},
       nullptr,
       before,
       true},
      {"upload/zip-octets-after",
       "Octets after a zip are answered 400 malformed-package",
       {"PKG-WHOLE", "PKG-ZIP"},
       nullptr,
       after,
       true},
      {"upload/zip-comment",
       "A zip with a comment is answered 400 malformed-package",
       {"PKG-ZIP"},
       nullptr,
       comment,
       true},
      {"upload/zip-zip64",
       "A zip with zip64 records is answered 400 malformed-package",
       {"PKG-ZIP"},
       nullptr,
       zip64,
       true},
      {"upload/zip-wrong-crc",
       "A wrong CRC is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       wrong_crc,
       true},
      {"upload/zip-local-name",
       "Another name in the local header is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       local_name,
       true},
      {"upload/zip-local-size",
       "Another size in the local header is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       local_size,
       true},
      {"upload/zip-local-crc",
       "Another CRC in the local header is answered 400 malformed-package",
       {"PKG-WHOLE"},
       nullptr,
       local_crc,
       true},
      {"upload/zip-encrypted",
       "An encrypted entry is answered 400 malformed-package",
       {"PKG-ZIP"},
       nullptr,
       encrypted,
       true},
      {"upload/zip-method",
       "A method beside stored and deflate is answered 400 malformed-package",
       {"PKG-ZIP"},
       nullptr,
       method,
       true},
      //= PKG-NAMES type=test
      {"upload/name-parent",
       "An entry name with .. is answered 400",
       {"PKG-NAMES"},
       nullptr,
       name_parent,
       true},
      {"upload/name-absolute",
       "An entry name that begins with / is answered 400",
       {"PKG-NAMES"},
       nullptr,
       name_absolute,
       true},
      {"upload/name-upper-case",
       "An entry name in upper case is answered 400",
       {"PKG-NAMES"},
       nullptr,
       name_upper,
       true},
      {"upload/name-backslash",
       "An entry name with a backslash is answered 400",
       {"PKG-NAMES"},
       nullptr,
       name_backslash,
       true},
      {"upload/name-long",
       "An entry name of more than 255 octets is answered 400",
       {"PKG-NAMES"},
       nullptr,
       name_long,
       true},
      {"upload/name-twice",
       "An entry name that occurs twice is answered 400 malformed-package",
       {"PKG-NAMES"},
       nullptr,
       name_twice,
       true},
      //= PKG-MANIFEST type=test
      {"upload/manifest-missing",
       "A package without manifest.xml is answered 400 malformed-package",
       {"PKG-MANIFEST"},
       nullptr,
       no_manifest,
       true},
      {"upload/manifest-lists-more",
       "A manifest that lists an entry which is not there is answered 400 malformed-package",
       {"PKG-MANIFEST"},
       nullptr,
       listed_missing,
       true},
      {"upload/manifest-lists-less",
       "An entry that the manifest does not list is answered 400 malformed-package",
       {"PKG-MANIFEST"},
       nullptr,
       entry_unlisted,
       true},
      {"upload/manifest-other-report",
       "A manifest with another ReportId than the entry's is answered 400 malformed-package",
       {"PKG-MANIFEST"},
       nullptr,
       other_report_id,
       true},
      {"upload/manifest-other-sender",
       "A manifest of another sender is answered 403 foreign-device",
       {"PKG-SENDER"},
       nullptr,
       other_sender,
       true},
      //= PKG-REPORT-TWICE type=test
      {"upload/report-twice",
       "Two reports with one id in a package are answered 400",
       {"PKG-REPORT-TWICE"},
       nullptr,
       report_twice,
       true},
      //= PKG-SENDER type=test
      //= PKG-SCHEMA type=test
      {"upload/report-schema",
       "A report that violates its schema is answered 400 schema-violation",
       {"PKG-SCHEMA"},
       nullptr,
       report_schema,
       true},
      //= MTR-ONCE type=test
      {"upload/report-meter-twice",
       "A meter that stands twice in a report is answered 400 schema-violation",
       {"PKG-SCHEMA", "MTR-ONCE"},
       nullptr,
       meter_twice,
       true},
      {"upload/report-level",
       "A level of -3 in figures is answered 400 schema-violation",
       {"PKG-SCHEMA"},
       nullptr,
       level_word,
       true},
      {"upload/manifest-schema",
       "A manifest that violates its schema is answered 400 schema-violation",
       {"PKG-SCHEMA"},
       nullptr,
       manifest_schema,
       true},
      {"upload/report-cut",
       "A report that is cut short is answered 400 malformed-xml",
       {"XML-MALFORMED"},
       nullptr,
       report_cut,
       true},
      {"upload/report-doctype",
       "A report with a DOCTYPE is answered 400 doctype-refused",
       {"XML-DOCTYPE"},
       nullptr,
       report_doctype,
       true},
      //= XML-FOREIGN type=test
      {"upload/foreign-ignored",
       "Foreign elements at the end of manifest and report are ignored",
       {"XML-FOREIGN"},
       nullptr,
       foreign},
      //= MTR-UNKNOWN type=test
      {"upload/unknown-meter",
       "A meter of an unknown name, at the largest value, is accepted",
       {"MTR-UNKNOWN"},
       nullptr,
       unknown_meter},
      //= PKG-LIMITS type=test
      {"upload/limit-ratio",
       "A package that grows a thousandfold is answered 413 package-limit",
       {"PKG-LIMITS"},
       nullptr,
       bomb,
       true},
      {"upload/limit-claimed-small",
       "An entry that grows beyond what its headers claim is refused",
       {"PKG-LIMITS"},
       nullptr,
       lying_bomb,
       true},
      {"upload/limit-entry",
       "An entry of more than 4 MiB is answered 413 package-limit",
       {"PKG-LIMITS"},
       nullptr,
       entry_large,
       true},
      {"upload/limit-entry-reached",
       "An entry of exactly 4 MiB is read",
       {"PKG-LIMITS"},
       nullptr,
       entry_at_limit},
      {"upload/limit-entries",
       "More than 2,048 entries are answered 413 package-limit",
       {"PKG-LIMITS"},
       nullptr,
       entries_many,
       true},
      {"upload/thousand-reports",
       "A package of 1,000 reports is accepted",
       {"PKG-LIMITS"},
       nullptr,
       thousand},
  };
}

}  // namespace mr::suites::server
