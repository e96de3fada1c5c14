#include "conformance/wire/xml.hpp"

#include <gtest/gtest.h>

namespace mr::wire {
namespace {

TEST(Xml, ReadsNamespacesAndText) {
  const auto read = read_xml(
      "<?xml version=\"1.0\"?><!-- c --><p:A xmlns:p=\"urn:makeready:remote-services:1\" "
      "xmlns=\"urn:x\"><p:B>1 &amp; <![CDATA[2]]></p:B><C/></p:A>");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->name, "A");
  EXPECT_EQ(read->space, message_namespace);
  EXPECT_EQ(read->value("B"), "1 & 2");
  EXPECT_EQ(read->child("C"), nullptr) << "of another namespace";
  EXPECT_EQ(read->children.at(1).space, "urn:x");
}

TEST(Xml, RefusesWhatIsNoMessage) {
  for (const char* text : {"", "words", "<a>", "<a/><b/>", "<a/>words", "<!DOCTYPE a><a/>",
                           "<a b='1' b='2'/>", "<p:a/>", "<a>\xc3\x28</a>", "<a>\xed\xa0\x80</a>"}) {
    EXPECT_FALSE(read_xml(text)) << text;
  }
  EXPECT_FALSE(read_xml(std::string_view("<a>\0</a>", 8)));
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "<a>";
  for (int i = 0; i < 70; ++i) deep += "</a>";
  EXPECT_EQ(read_xml(deep).error().end, End::too_large);
  EXPECT_EQ(read_xml(std::string(9 * 1024 * 1024, ' ')).error().end, End::too_large);
}

TEST(Shape, HoldsOrderNumberAndForm) {
  const std::vector<Part> shape = {
      {"Id", Text::identifier}, {"Note", Text::any, 0}, {"Row", Text::none, 0, 0, {{"At", Text::stamp}}}};
  const auto fault = [&](std::string_view inner) {
    return shape_fault(*read_xml(document("M", inner)), "M", shape);
  };
  EXPECT_EQ(fault("<Id>a</Id>"), "");
  EXPECT_EQ(fault("<Id>a</Id><Note>n</Note><Row><At>2026-03-01T02:10:07Z</At></"
                  "Row><Row><At>2026-03-01T02:10:07.5+01:00</At></Row><x:y xmlns:x=\"urn:x\"/>"),
            "");
  EXPECT_NE(fault(""), "");
  EXPECT_NE(fault("<Id>a b</Id>"), "");
  EXPECT_NE(fault("<Id>a</Id><Id>b</Id>"), "");
  EXPECT_NE(fault("<Note>n</Note><Id>a</Id>"), "");
  EXPECT_NE(fault("<Id>a</Id><Row/>"), "");
  EXPECT_NE(fault("<Id>a</Id><Row><At>today</At></Row>"), "");
  EXPECT_NE(fault("<Id>a</Id><Other/>"), "");
  EXPECT_NE(fault("<Id>a</Id>text"), "");
  EXPECT_NE(shape_fault(*read_xml("<M/>"), "M", {}), "") << "no namespace";
}

TEST(Forms, AreThoseOfTheXsd) {
  EXPECT_TRUE(fits(Text::uuid, "6f1c2d3e-8a41-4c52-9d0b-2f7f3b1a9c10"));
  EXPECT_FALSE(fits(Text::uuid, "6F1C2D3E-8A41-4C52-9D0B-2F7F3B1A9C10"));
  EXPECT_FALSE(fits(Text::uuid, "6f1c2d3e8a414c529d0b2f7f3b1a9c10"));
  EXPECT_TRUE(fits(Text::slug, "not-registered"));
  EXPECT_FALSE(fits(Text::slug, "Not"));
  EXPECT_TRUE(fits(Text::identifier, std::string(64, 'a')));
  EXPECT_FALSE(fits(Text::identifier, std::string(65, 'a')));
  EXPECT_TRUE(fits(Text::time_of_day, "23:59"));
  EXPECT_FALSE(fits(Text::time_of_day, "24:00"));
  for (const char* good :
       {"2026-03-01T02:10:07Z", "2026-03-01T02:10:07.123+14:00", " 2026-03-01T02:10:07-00:30 "})
    EXPECT_TRUE(fits(Text::stamp, good)) << good;
  for (const char* bad : {"2026-03-01", "2026-03-01T02:10:07", "2026-13-01T02:10:07Z", "2026-03-01T24:10:07Z",
                          "2026-03-01T02:10:07.1234Z", "2026-03-01T02:10:07.Z", ""})
    EXPECT_FALSE(fits(Text::stamp, bad)) << bad;
}

TEST(Writing, EscapesAndNests) {
  EXPECT_EQ(tag("A", "<&>\""), "<A>&lt;&amp;&gt;&quot;</A>");
  const auto read = read_xml(document("Root", tag("A", "1 < 2")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->value("A"), "1 < 2");
}

}  // namespace
}  // namespace mr::wire
