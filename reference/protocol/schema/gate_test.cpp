#include "reference/protocol/schema/gate.hpp"

#include <gmock/gmock.h>

namespace mr::schema {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Gate, PassesWellFormedDocuments) {
  for (const std::string_view xml :
       {"<a/>", "\xef\xbb\xbf<a/>", "<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes' ?>\n<a></a>\n",
        "<a b='1' c=\"&lt;'\"/>", "<!-- c --><a><!-- - --><![CDATA[]]]]><![CDATA[>]]></a><!-- e -->\n",
        "<a>&#x1F5A8;&#9;&amp;]]</a>", "<\xc3\xa9l\xc3\xa9ment/>", "<p:a xmlns:p='urn:x' p:b='1' b='1'/>",
        "<a xmlns='urn:x'><b xmlns=''/></a>", "<a xml:lang='en'/>",
        "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>", "<a\n>x</a\n>"}) {
    const auto passed = pass_gate(xml);
    EXPECT_TRUE(passed.has_value()) << xml << ": " << to_string(passed.error());
  }
}

//= XML-MALFORMED type=test
//= XML-DOCTYPE type=test
TEST(Gate, RefusesWithPlaceAndReason) {
  const struct {
    std::string_view xml;
    errc code;
    std::string_view detail;
  } cases[] = {
      {"", errc::malformed_xml, "a root element"},
      {"  \n", errc::malformed_xml, "a root element"},
      {"<!DOCTYPE a><a/>", errc::doctype_refused, "line 1, column 1"},
      {"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
       errc::doctype_refused, "line 2"},
      {"<a/><!DOCTYPE a>", errc::doctype_refused, "column 5"},
      {"<!ENTITY x 'y'><a/>", errc::malformed_xml, "a name"},
      {"<a><?php x?></a>", errc::malformed_xml, "no processing instruction"},
      {"<?xml-stylesheet href='x'?><a/>", errc::malformed_xml, "no processing instruction"},
      {" <?xml version='1.0'?><a/>", errc::malformed_xml, "no processing instruction"},
      {"<?xml version='1.1'?><a/>", errc::malformed_xml, "version 1.0"},
      {"<?xml version='1.0' encoding='ISO-8859-1'?><a/>", errc::malformed_xml, "encoding UTF-8"},
      {"<?xml encoding='utf-8'?><a/>", errc::malformed_xml, "the XML declaration"},
      {"<?xml version='1.0' version='1.0'?><a/>", errc::malformed_xml, "the XML declaration"},
      {"<a/><b/>", errc::malformed_xml, "line 1, column 5: expected one root element"},
      {"<a/>x", errc::malformed_xml, "nothing beside the root"},
      {"x<a/>", errc::malformed_xml, "nothing beside the root"},
      {"<a/><![CDATA[x]]>", errc::malformed_xml, "one root element"},
      {"<a>", errc::malformed_xml, "the end of </a>"},
      {"<a></b>", errc::malformed_xml, "expected </a>"},
      {"</a>", errc::malformed_xml, "a start tag"},
      {"<a><b></a></b>", errc::malformed_xml, "expected </b>"},
      {"<a b='1' b='2'/>", errc::malformed_xml, "each attribute once"},
      {"<a xmlns:p='urn:x' xmlns:q='urn:x' p:b='1' q:b='2'/>", errc::malformed_xml, "each attribute once"},
      {"<a b='<'/>", errc::malformed_xml, "no <"},
      {"<a b=1/>", errc::malformed_xml, "a quote"},
      {"<a b='1'c='2'/>", errc::malformed_xml, "white space"},
      {"<a b/>", errc::malformed_xml, "expected ="},
      {"<a b='", errc::malformed_xml, "the closing quote"},
      {"<a>&nbsp;</a>", errc::malformed_xml, "predefined"},
      {"<a>& b</a>", errc::malformed_xml, "reference"},
      {"<a>&#0;</a>", errc::malformed_xml, "a character of XML"},
      {"<a>&#xD800;</a>", errc::malformed_xml, "a character of XML"},
      {"<a>&#99999999;</a>", errc::malformed_xml, "a character of XML"},
      {"<a b='&#x1;'/>", errc::malformed_xml, "a character of XML"},
      {"<a>]]></a>", errc::malformed_xml, "no ]]>"},
      {"<a><!-- -- --></a>", errc::malformed_xml, "a comment"},
      {"<a><!-- x", errc::malformed_xml, "a comment"},
      {"<a><![CDATA[x</a>", errc::malformed_xml, "CDATA"},
      {"<1/>", errc::malformed_xml, "a name"},
      {"<a:b:c/>", errc::malformed_xml, "one colon"},
      {"<p:a/>", errc::malformed_xml, "a prefix that is declared"},
      {"<a p:b='1'/>", errc::malformed_xml, "prefixes that are declared"},
      {"<a><b xmlns:p='urn:x'/><p:c/></a>", errc::malformed_xml, "a prefix that is declared"},
      {"<a xmlns:p=''/>", errc::malformed_xml, "name space for the prefix"},
      {"<a xmlns:xml='urn:x'/>", errc::malformed_xml, "reserved"},
      {"<a xmlns='http://www.w3.org/2000/xmlns/'/>", errc::malformed_xml, "reserved"},
      {"<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance' x:nil='true'/>", errc::schema_violation,
       "Schema instance"},
      {"<a xmlns:x='http://www.w3.org/2001/XMLSchema-instance'><b xmlns='u' x:schemaLocation='u "
       "file:/x'/></a>",
       errc::schema_violation, "line 1"},
      {std::string_view("<a>\0</a>", 8), errc::malformed_xml, "byte 3: a control character"},
      {"<a>\x1b</a>", errc::malformed_xml, "byte 3"},
      {"<a>\xff</a>", errc::malformed_xml, "byte 3: not UTF-8"},
      {"<a>\xc0\xaf</a>", errc::malformed_xml, "byte 3: not UTF-8"},
      {"<a>\xe0\x80\xaf</a>", errc::malformed_xml, "overlong"},
      {"<a>\xed\xa0\x80</a>", errc::malformed_xml, "not a character"},
      {"<a>\xf4\x90\x80\x80</a>", errc::malformed_xml, "not a character"},
      {"<a>\xef\xbf\xbf</a>", errc::malformed_xml, "not a character"},
      {"<a/>\xc3", errc::malformed_xml, "byte 4"},
      {std::string_view("\xff\xfe<\0a\0/\0>\0", 10), errc::malformed_xml, "byte 0"},
  };
  for (const auto& c : cases) {
    const auto passed = pass_gate(c.xml);
    ASSERT_TRUE(passed.has_error()) << c.xml;
    EXPECT_EQ(passed.error().code, c.code) << c.xml << ": " << to_string(passed.error());
    EXPECT_THAT(passed.error().detail, HasSubstr(std::string(c.detail))) << c.xml;
  }
}

TEST(Gate, CountsLinesAndCharacters) {
  EXPECT_THAT(pass_gate("<a>\n\xc3\xa9\xc3\xa9 &x;</a>").error().detail, StartsWith("line 2, column 4: "));
}

//= XML-DEPTH type=test
TEST(Gate, HoldsItsLimits) {
  std::string deep, closing;
  for (int i = 0; i < 64; ++i) {
    deep += "<a>";
    closing += "</a>";
  }
  EXPECT_TRUE(pass_gate(deep + closing).has_value());
  EXPECT_EQ(pass_gate("<a>" + deep + closing + "</a>").error().code, errc::too_large);

  std::string flat = "<r>";
  for (int i = 0; i < 99; ++i) flat += "<a/>";
  flat += "</r>";
  EXPECT_TRUE(pass_gate(flat, {.nodes_max = 100}).has_value());
  EXPECT_EQ(pass_gate(flat, {.nodes_max = 99}).error().code, errc::too_large);
  EXPECT_TRUE(pass_gate(flat, {.bytes_max = flat.size()}).has_value());
  EXPECT_EQ(pass_gate(flat, {.bytes_max = flat.size() - 1}).error().code, errc::too_large);

  std::string wide = "<a";
  for (int i = 0; i < 65; ++i) wide += " b" + std::to_string(i) + "='1'";
  std::string bound = "<a";
  for (int i = 0; i < 40; ++i) bound += " xmlns:p" + std::to_string(i) + "='urn:x'";
  EXPECT_TRUE(pass_gate(bound + "/>").has_value());
  EXPECT_EQ(pass_gate(bound + ">" + bound + "/></a>").error().code, errc::too_large);
  EXPECT_EQ(pass_gate(wide + "/>").error().code, errc::too_large)
      << "attributes are compared in pairs, so they are few";
}

}  // namespace
}  // namespace mr::schema
