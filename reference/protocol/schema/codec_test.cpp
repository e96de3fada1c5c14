// Round trips of all messages, the catalogue, and the codec held against the published XSDs.
#include <gmock/gmock.h>

#include <fstream>
#include <pugixml.hpp>
#include <set>

#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/catalogue.hpp"
#include "reference/protocol/schema/error.hpp"
#include "reference/protocol/schema/manifest.hpp"
#include "reference/protocol/schema/receipt.hpp"
#include "reference/protocol/schema/register.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/sample.hpp"
#include "reference/protocol/schema/schedule.hpp"
#include "reference/protocol/schema/xsd_check.hpp"

namespace mr::schema {
namespace {

using testing::HasSubstr;

const XsdCheck& xsd() {
  static const Result<XsdCheck> loaded = XsdCheck::load("conformance/requirements/xsd");
  EXPECT_TRUE(loaded.has_value()) << to_string(loaded.error());
  return *loaded;
}

// Calls `use(decode function)` for every message.
template <class Use>
void for_each_message(Use use) {
  use(&decode_register);
  use(&decode_register_response);
  use(&decode_report);
  use(&decode_manifest);
  use(&decode_receipt);
  use(&decode_get_schedule);
  use(&decode_get_schedule_response);
  use(&decode_action_results);
  use(&decode_acknowledgement);
  use(&decode_error);
}

// Samples of every message as text: the minimal one, the full one and some random.
std::vector<std::string> samples(int random) {
  std::vector<std::string> texts;
  for_each_message([&]<class M>(Result<M> (*)(std::string_view, const GateLimits&)) {
    texts.push_back(encode(Sampler(Fill::minimal, 1).make<M>()));
    texts.push_back(encode(Sampler(Fill::full, 2).make<M>()));
    for (int seed = 0; seed < random; ++seed)
      texts.push_back(encode(Sampler(Fill::random, static_cast<std::uint64_t>(seed) + 3).make<M>()));
  });
  return texts;
}

// What the codec of the text's own root element says.
Result<void> decoded(const std::string& xml) {
  Result<void> verdict = Fault(errc::schema_violation, "no message of that name");
  for_each_message([&]<class M>(Result<M> (*decode)(std::string_view, const GateLimits&)) {
    auto read = decode(xml, {});
    if (read.has_value())
      verdict = Result<void>();
    else if (verdict.has_error() && xml.find("<" + std::string(root_name<M>) + " ") != std::string::npos)
      verdict = read.error();
  });
  return verdict;
}

TEST(Codec, ReadsBackWhatItWroteAndTheXsdAgrees) {
  for_each_message([]<class M>(Result<M> (*decode)(std::string_view, const GateLimits&)) {
    for (const Fill fill : {Fill::minimal, Fill::full, Fill::random}) {
      for (std::uint64_t seed = 1; seed <= (fill == Fill::random ? 150u : 1u); ++seed) {
        const M value = Sampler(fill, seed).make<M>();
        const std::string xml = encode(value);
        const auto read = decode(xml, {});
        ASSERT_TRUE(read.has_value()) << to_string(read.error()) << "\n" << xml;
        ASSERT_TRUE(*read == value) << xml;
        ASSERT_EQ(encode(*read), xml) << "deterministic";
        const auto valid = xsd().validate(xml);
        ASSERT_TRUE(valid.has_value()) << to_string(valid.error()) << "\n" << xml;
      }
    }
  });
}

TEST(Codec, WritesTheDocumentedLayout) {
  model::ProtocolError error = model::ProtocolError::of(model::ErrorCode::media_type, "a < b & \"c\"\r");
  EXPECT_EQ(encode(error),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<Error xmlns=\"urn:makeready:remote-services:1\">\n"
            "  <Code>media-type</Code>\n"
            "  <Detail>a &lt; b &amp; \"c\"&#13;</Detail>\n"
            "</Error>\n");
}

TEST(Codec, ReplacesBytesThatXmlCannotCarry) {
  model::ProtocolError error{"internal", std::string("a\0b\xff\xed\xa0\x80"
                                                     "c\x1b\xc3",
                                                     10)};
  const auto read = decode_error(encode(error));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  const std::string r = "\xef\xbf\xbd";
  EXPECT_EQ(read->detail, "a" + r + "b" + r + r + r + r + "c" + r + r);
}

//= REP-ABSENT type=test
//= LVL-NEVER-ZERO type=test
TEST(Codec, KeepsAbsentEmptyAndZeroApart) {
  model::DeviceReport report;
  report.report_id = "r";
  EXPECT_FALSE(decode_report(encode(report))->supplies.has_value());
  report.supplies.emplace();
  ASSERT_TRUE(decode_report(encode(report))->supplies.has_value());
  EXPECT_TRUE(decode_report(encode(report))->supplies->rows.empty());
  report.identity.contact = "";
  report.supplies->rows.push_back({.index = 1});
  report.supplies->rows.push_back({.index = 2, .level = model::Level::number(0)});
  report.supplies->rows.push_back({.index = 3, .level = model::Level::some_remaining()});
  const auto read = decode_report(encode(report));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->identity.contact, "");
  EXPECT_EQ(read->identity.location, std::nullopt);
  EXPECT_EQ(read->supplies->rows[0].level, std::nullopt);
  EXPECT_EQ(read->supplies->rows[1].level, model::Level::number(0));
  EXPECT_EQ(read->supplies->rows[2].level, model::Level::some_remaining());
}

//= XML-FOREIGN type=test
TEST(Codec, TakesWhatXmlAllows) {
  const auto read = decode_error(
      "<?xml version='1.0'?><!-- x --><m:Error xmlns:m='urn:makeready:remote-services:1' xmlns:v='urn:v' "
      "v:a='1'>\n"
      "<m:Code><![CDATA[bu]]>sy</m:Code>  <m:Detail>a<!-- y -->&#x62;<![CDATA[<c>]]></m:Detail> <v:More><x "
      "xmlns=''/></v:More></m:Error>");
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(read->code, "busy");
  EXPECT_EQ(read->detail, "ab<c>");
}

// Broken documents, made from the full sample by one replacement; both readers refuse them.
//= XML-SCHEMA type=test
//= MTR-ONCE type=test
//= REP-ID type=test
TEST(Codec, RefusesBrokenDocumentsAndTheXsdToo) {
  const std::string report = encode(Sampler(Fill::full, 2).make<model::DeviceReport>());
  const auto cut = [](std::string text, const std::string& from, const std::string& to) {
    const std::size_t begin = text.find(from), end = text.find(to, begin);
    EXPECT_NE(begin, std::string::npos) << from;
    EXPECT_NE(end, std::string::npos) << to;
    return text.erase(begin, end + to.size() - begin);
  };
  const auto put = [](std::string text, const std::string& what, const std::string& instead) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
  };
  const auto set = [&](const std::string& element, const std::string& value) {
    const std::string open = "<" + element + ">";
    const std::size_t at = report.find(open) + open.size();
    EXPECT_NE(report.find(open), std::string::npos) << element;
    return std::string(report).replace(at, report.find('<', at) - at, value);
  };
  const struct {
    std::string name, xml, detail;
  } cases[] = {
      {"no report id", cut(report, "<ReportId>", "</ReportId>"),
       "/DeviceReport: found <Sequence>, expected <ReportId>"},
      {"unknown element", put(report, "<Sequence>", "<Colour>red</Colour><Sequence>"),
       "found <Colour>, expected <Sequence>"},
      {"unknown element at the end", put(report, "</DeviceReport>", "<Colour/></DeviceReport>"),
       "found <Colour>, expected the end"},
      {"element without name space", put(report, "</DeviceReport>", "<x xmlns=''/></DeviceReport>"),
       "expected the end"},
      {"foreign element in between", put(report, "<Sequence>", "<x xmlns='urn:v'/><Sequence>"),
       "expected <Sequence>"},
      {"twice", put(report, "<Source>", "<Source>agent</Source><Source>"),
       "found <Source>, expected <Identity>"},
      {"wrong order",
       put(cut(report, "<Source>", "</Source>"), "<ReadTime>", "<Source>agent</Source><ReadTime>"),
       "expected <ReadTime>"},
      {"other name space", put(report, "services:1", "services:2"),
       "expected <DeviceReport> of urn:makeready:remote-services:1"},
      {"other root", put(put(report, "<DeviceReport", "<Report"), "</DeviceReport>", "</Report>"),
       "found <Report>"},
      {"attribute on a structure", put(report, "<Identity>", "<Identity a='1'>"),
       "/DeviceReport/Identity: found the attribute a"},
      {"attribute on a leaf", put(report, "<Sequence>", "<Sequence a='1'>"),
       "/DeviceReport/Sequence: found the attribute a"},
      {"our attribute",
       put(report, "<Identity>", "<Identity xmlns:m='urn:makeready:remote-services:1' m:a='1'>"),
       "found the attribute m:a"},
      {"text in a structure", put(report, "<Identity>", "<Identity>x"), "/DeviceReport/Identity: found text"},
      {"element in a leaf", put(report, "<Sequence>", "<Sequence><x xmlns='urn:v'/>"),
       "/DeviceReport/Sequence: found <x>"},
      {"schema instance",
       put(report, "<DeviceReport ",
           "<DeviceReport xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true' "),
       "Schema instance"},
      {"sequence zero", set("Sequence", "0"), "a sequence from 1"},
      {"sequence negative", set("Sequence", "-1"), "/DeviceReport/Sequence: found \"-1\", expected a number"},
      {"sequence too large", set("Sequence", "18446744073709551616"), "expected a number in the range"},
      {"sequence of words", set("Sequence", "first"), "found \"first\""},
      {"sequence with a fraction", set("Sequence", "1.0"), "found \"1.0\""},
      {"sequence with a sign", set("Sequence", "+1"), "found \"+1\""},
      {"empty number", set("Sequence", ""), "found \"\""},
      {"stamp without offset", set("ReadTime", "2026-01-01T00:00:00"), "expected a date and time"},
      {"stamp of no day", set("ReadTime", "2026-02-30T00:00:00Z"), "expected a date and time"},
      {"source unknown", set("Source", "proxy"),
       "/DeviceReport/Source: found \"proxy\", expected one of the words"},
      {"source with a space", set("Source", " agent"), "one of the words"},
      {"identifier", set("ReportId", "a/b"), "an identifier"},
      {"mac", set("MacAddress", "00-00-AA-00-00-01"), "/DeviceReport/Network/MacAddress[1]: found"},
      {"ip", set("IpAddress", "printer.example"),
       "/DeviceReport/Network/IpAddress[1]: found something else, expected an IP address"},
      {"oid", set("SysObjectId", ".1.3.6"), "object identifier"},
      {"boolean", set("Color", "1"), "true or false"},
      {"printer status", set("PrinterStatus", "asleep"), "a word of the enumeration or its number"},
      {"error state", set("State", "3"), "one of the words"},
      {"level", set("MaxCapacity", "-2"),
       "/DeviceReport/Supplies/Supply[1]/MaxCapacity: found \"-2\", expected a number, other, unknown or "
       "someRemaining"},
      {"meter value", set("Epoch", "1e3"), "in the range"},
      {"integer", set("GroupIndex", "2147483648"), "an integer"},
      {"meter twice",
       put(report, "<Meter>",
           report.substr(report.find("<Meter>"), report.find("</Meter>") + 8 - report.find("<Meter>")) +
               "<Meter>"),
       "each name, scope and unit once"},
      {"supply twice",
       put(report, "<Supply>",
           report.substr(report.find("<Supply>"), report.find("</Supply>") + 9 - report.find("<Supply>")) +
               "<Supply>"),
       "each supply index once"},
      {"truncated", report.substr(0, report.size() / 2), "expected"},
  };
  ASSERT_TRUE(xsd().validate(report).has_value());
  for (const auto& c : cases) {
    const auto read = decode_report(c.xml);
    ASSERT_TRUE(read.has_error()) << c.name;
    EXPECT_THAT(read.error().detail, HasSubstr(c.detail)) << c.name;
    EXPECT_TRUE(xsd().validate(c.xml).has_error()) << c.name << ": the XSD takes it";
  }
}

//= MTR-OPEN type=test
TEST(Codec, AMeterIsWholeAndCountsToTheEndOf64Bits) {
  model::DeviceReport report{.report_id = "r"};
  auto& meter = report.meters.emplace().rows.emplace_back();
  meter.name = "TotalImpressions";
  for (const model::MeterScope scope : {model::MeterScope::system, model::MeterScope::service,
                                        model::MeterScope::subunit, model::MeterScope::media_used}) {
    for (const std::uint64_t value : {std::uint64_t{0}, UINT64_MAX}) {
      meter.scope = scope;
      meter.value = value;
      const auto read = decode_report(encode(report));
      ASSERT_TRUE(read.has_value()) << to_string(read.error());
      EXPECT_TRUE(*read == report);
    }
  }
  const std::string whole = encode(report);
  const auto refused = [](const std::string& xml) {
    return decode_report(xml).has_error() && xsd().validate(xml).has_error();
  };
  EXPECT_FALSE(refused(whole));
  const std::size_t row = whole.find("<Meter>");
  for (const std::string element : {"Name", "Scope", "Unit", "Value", "ReadTime", "Epoch"}) {
    const std::size_t begin = whole.find("<" + element + ">", row),
                      end = whole.find("</" + element + ">", row);
    ASSERT_NE(end, std::string::npos) << element;
    EXPECT_TRUE(refused(std::string(whole).erase(begin, end + element.size() + 3 - begin)))
        << "no " << element;
    for (const char* instead : {"", "18446744073709551616", "-1"}) {
      if (*instead != '\0' && (element == "Name" || element == "Unit")) continue;
      const std::size_t from = begin + element.size() + 2;
      EXPECT_TRUE(refused(std::string(whole).replace(from, end - from, instead)))
          << element << " " << instead;
    }
  }
}

//= REG-KEY-SECRET type=test
TEST(Codec, CredentialsAreNotQuoted) {
  const auto read = decode_register(
      "<RegisterForManagement xmlns='urn:makeready:remote-services:1'><SenderKind>agent</SenderKind>"
      "<RegistrationKey a='1'>MR-SECRET</RegistrationKey></RegisterForManagement>");
  ASSERT_TRUE(read.has_error());
  EXPECT_EQ(read.error().detail.find("SECRET"), std::string::npos);
}

//= REP-FAULTS type=test
TEST(Codec, FaultHistoryEndsAtForty) {
  model::DeviceReport report{.report_id = "r"};
  report.status.emplace().fault_history.emplace().faults.assign(40, {.code = "09-594-00"});
  EXPECT_TRUE(decode_report(encode(report)).has_value());
  EXPECT_TRUE(xsd().validate(encode(report)).has_value());
  report.status->fault_history->faults.push_back({.code = "09-594-01"});
  EXPECT_THAT(decode_report(encode(report)).error().detail, HasSubstr("at most the last 40 faults"));
  EXPECT_TRUE(xsd().validate(encode(report)).has_error());
}

// Changes one piece of a valid document at a time and holds that both readers give the same verdict. What
// they may differ in is known: a foreign element's inside, which the XSD looks at where it finds elements of
// ours, is not made here.
TEST(Codec, AgreesWithTheXsdOnMutations) {
  std::uint64_t state = 7;
  const auto below = [&](std::size_t n) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>((state >> 33) % n);
  };
  static const std::string values[] = {"",
                                       " ",
                                       "0",
                                       " 7 ",
                                       "-1",
                                       "007",
                                       "1.5",
                                       "true",
                                       "other",
                                       "someRemaining",
                                       "agent",
                                       "idle",
                                       "99999",
                                       "x-y",
                                       "Word1",
                                       "a b",
                                       "4294967296",
                                       "-2147483649",
                                       "2026-02-28T23:59:59.9+14:00",
                                       "2026-02-29T00:00:00Z",
                                       "2026-01-01T24:00:00Z",
                                       "02:10",
                                       "1.3.6",
                                       "1.3.06",
                                       "00:00:aa:00:00:01",
                                       "10.0.0.1",
                                       "\n3\n",
                                       " idle ",
                                       "\nother\n",
                                       "0000000000000007",
                                       "<!-- c -->5",
                                       "<![CDATA[6]]>",
                                       "<v:x xmlns:v='urn:v'/>"};
  int accepted = 0, refused = 0;
  for (const std::string& original : samples(6)) {
    for (int i = 0; i < 60; ++i) {
      std::string xml = original;
      // The spans of elements, by their start tags; the first is the root.
      std::vector<std::size_t> starts;
      for (std::size_t at = xml.find('<', 5); at != std::string::npos; at = xml.find('<', at + 1)) {
        if (xml[at + 1] != '/' && xml[at + 1] != '?') starts.push_back(at);
      }
      const std::size_t start = starts[below(starts.size())];
      const std::size_t name_end = xml.find_first_of(" >", start);
      const std::string name = xml.substr(start + 1, name_end - start - 1);
      const std::size_t open_end = xml.find('>', start);
      const std::size_t close = xml.find("</" + name + ">", open_end), after = close + name.size() + 3;
      switch (below(7)) {
        case 0:
          xml.replace(open_end + 1, close - open_end - 1, values[below(std::size(values))]);
          break;  // other content
        case 1:
          xml.erase(start, after - start);
          break;  // gone
        case 2:
          xml.insert(after, xml.substr(start, after - start));
          break;  // twice
        case 3:
          xml.insert(start, "<v:x xmlns:v='urn:v'>y</v:x>");
          break;  // foreign before it
        case 4:
          xml.insert(close, "<v:x xmlns:v='urn:v'>y</v:x>");
          break;  // foreign at its end
        case 5:
          xml.insert(name_end, below(2) == 0 ? " a='1'" : " v:a='1' xmlns:v='urn:v'");
          break;
        default: {
          const std::string piece = xml.substr(start, after - start);  // elsewhere
          xml.erase(start, after - start);
          std::size_t to = xml.find('<', 60 + below(xml.size()) % (xml.size() > 61 ? xml.size() - 60 : 1));
          if (to == std::string::npos) to = xml.size();
          xml.insert(to, piece);
        }
      }
      const auto ours = decoded(xml);
      const auto theirs = xsd().validate(xml);
      ASSERT_EQ(ours.has_value(), theirs.has_value())
          << "ours: " << (ours ? "taken" : to_string(ours.error()))
          << "\nXSD: " << (theirs ? "taken" : to_string(theirs.error())) << "\n"
          << xml;
      ++(ours.has_value() ? accepted : refused);
    }
  }
  EXPECT_GT(accepted, 500) << "the test must reach both verdicts";
  EXPECT_GT(refused, 500);
}

// --- The catalogue ---

void leaves(const pugi::xml_node& node, const std::string& path, std::set<std::string>& found) {
  bool inner = false;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    inner = true;
    leaves(child, path + "/" + child.name(), found);
  }
  if (!inner) found.insert(path);
}

TEST(Catalogue, IsExactlyWhatFullMessagesCarry) {
  std::set<std::string> written, listed;
  for_each_message([&]<class M>(Result<M> (*)(std::string_view, const GateLimits&)) {
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(encode(Sampler(Fill::full, 9).make<M>()).c_str()));
    leaves(document.document_element(), "/" + std::string(document.document_element().name()), written);
  });
  for (const Field& field : catalogue()) EXPECT_TRUE(listed.insert(field.path).second) << field.path;
  EXPECT_EQ(written, listed);
  EXPECT_GT(listed.size(), 150u);
}

TEST(Catalogue, EveryFieldHasARowAndAClause) {
  std::ifstream file("conformance/requirements/clauses.yaml");
  ASSERT_TRUE(file) << "run with the source folder as working directory";
  const std::string clauses((std::istreambuf_iterator<char>(file)), {});
  for (const Field& field : catalogue()) {
    EXPECT_FALSE(field.row.empty()) << field.path;
    EXPECT_NE(clauses.find("id: " + std::string(field.clause) + ","), std::string::npos)
        << field.path << " " << field.clause;
  }
}

// What a schema has no place for cannot be sent: elements of our name space that are not in it are refused
// (RefusesBrokenDocumentsAndTheXsdToo).
//= REP-NO-ENGINEERING type=test
TEST(Catalogue, ReportsHaveNoPlaceForEngineeringDataNorForJobs) {
  std::size_t fields = 0;
  for (const Field& field : catalogue()) {
    if (!field.path.starts_with("/DeviceReport/") && !field.path.starts_with("/Manifest/")) continue;
    ++fields;
    EXPECT_NE(field.sensitivity, Sensitivity::document) << field.path;
    for (const std::string_view clause : {"WP-5-09", "WP-5-10", "WP-5-18"})  // engineering data, job data
      EXPECT_NE(field.clause, clause) << field.path;
  }
  EXPECT_GT(fields, 100u);
}

TEST(Catalogue, FindsFieldsWithAndWithoutIndices) {
  const Field* found = find_field("/DeviceReport/Network/IpAddress[2]");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->sensitivity, Sensitivity::address);
  EXPECT_EQ(found, find_field("/DeviceReport/Network/IpAddress"));
  EXPECT_EQ(find_field("/DeviceReport/Meters/Meter[3]/Value")->sensitivity, Sensitivity::none);
  EXPECT_EQ(find_field("/RegisterForManagement/RegistrationKey")->sensitivity, Sensitivity::credential);
  EXPECT_EQ(find_field("/DeviceReport/Colour"), nullptr);
}

//= REP-LOCKED-DOWN type=test
TEST(Catalogue, LockDownLeavesNoAddress) {
  for (const Field& field : catalogue()) {
    if (field.sensitivity != Sensitivity::address) continue;
    EXPECT_FALSE(field.required) << field.path << " cannot be erased";
  }
  auto report = Sampler(Fill::full, 4).make<model::DeviceReport>();
  const auto before = report;
  erase(report, Sensitivity::address);
  EXPECT_TRUE(report.network->ip_addresses.empty());
  EXPECT_FALSE(report.network->default_gateway.has_value());
  EXPECT_EQ(report.network->mac_addresses, before.network->mac_addresses)
      << "evidence of identity, not an IP address";
  EXPECT_EQ(report.meters, before.meters);
  EXPECT_EQ(report.supplies, before.supplies);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_string(encode(report).c_str()));
  std::set<std::string> written;
  leaves(document.document_element(), "/DeviceReport", written);
  for (const std::string& path : written) {
    const Field* field = find_field(path);  // null for a structure that is left empty
    EXPECT_TRUE(field == nullptr || field->sensitivity != Sensitivity::address) << path;
  }
  auto manifest = Sampler(Fill::full, 4).make<model::Manifest>();
  erase(manifest, Sensitivity::address);
  EXPECT_TRUE(manifest.host->ip_addresses.empty());
}

}  // namespace
}  // namespace mr::schema
