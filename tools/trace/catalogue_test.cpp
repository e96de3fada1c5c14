#include "tools/trace/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::trace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* clauses =
    "# words\n"
    "- {id: WP-2-01, binds: [device], text: \"One.\", seen: \"A\"}\n"
    "- {id: WP-10-02, binds: [agent, server], text: \"Two.\", seen: \"B\"}\n";

Catalogue with(std::string_view requirements) {
  Catalogue catalogue;
  catalogue.read_clauses("c.yaml", clauses);
  catalogue.read_requirements("r.md", requirements);
  for (const auto& [id, requirement] : std::map(catalogue.requirements()))
    catalogue.read_scenario("s.yaml", "requirements: [" + id + "]");
  catalogue.check();
  return catalogue;
}

TEST(catalogue, reads_a_sound_one) {
  const Catalogue c = with(
      "# Title\n\ntext\n- **A-ONE** The server MUST x. [WP-2-01] [RFC 9112 section 6.3]\n- **A-TWO** It MAY "
      "y. [WP-10-02]\n");
  EXPECT_THAT(c.findings(), IsEmpty());
  ASSERT_EQ(c.requirements().size(), 2U);
  const Requirement& one = c.requirements().at("A-ONE");
  EXPECT_EQ(one.text, "The server MUST x.");
  EXPECT_EQ(one.level, Level::must);
  EXPECT_THAT(one.clauses, ElementsAre("WP-2-01"));
  EXPECT_THAT(one.documents, ElementsAre("RFC 9112 section 6.3"));
  EXPECT_EQ(c.requirements().at("A-TWO").level, Level::may);
  EXPECT_EQ(c.clauses().at("WP-10-02"), "Two.");
  EXPECT_THAT(c.clauses_not_covered(), IsEmpty());
}

TEST(catalogue, names_what_is_broken) {
  const auto only = [](const char* text) {
    const Catalogue c = with(text);
    return c.findings().size() == 1 ? c.findings()[0] : std::to_string(c.findings().size()) + " findings";
  };
  EXPECT_THAT(only("- **A-B** It MUST. [WP-2-01]\n- **A-B** It MUST. [WP-2-01]\n"),
              HasSubstr("r.md:2: A-B is defined twice, first at r.md:1"));
  EXPECT_THAT(only("- **A-B** It does. [WP-2-01]\n"), HasSubstr("exactly one"));
  EXPECT_THAT(only("- **A-B** It MUST and SHOULD. [WP-2-01]\n"), HasSubstr("exactly one"));
  EXPECT_THAT(only("- **A-B** The MUSTARD. [WP-2-01]\n"), HasSubstr("exactly one"));
  EXPECT_THAT(only("- **A-B** It MUST.\n"), HasSubstr("cites nothing"));
  EXPECT_THAT(only("- **A-B** It MUST. [WP-3-99]\n"), HasSubstr("WP-3-99, which there is not"));
  EXPECT_THAT(only("- **A-B** It MUST. [WP-2-01] [a book]\n"), HasSubstr("neither a clause nor an RFC"));
  EXPECT_THAT(only("- **a-b** It MUST. [WP-2-01]\n"), HasSubstr("not a requirement id"));
  EXPECT_THAT(only("- **AB** It MUST. [WP-2-01]\n"), HasSubstr("not a requirement id"));
  EXPECT_THAT(only("- **A-B**\n"), HasSubstr("a requirement is"));
  EXPECT_THAT(only("* **A-B** It MUST. [WP-2-01]\n"), HasSubstr("bold text outside"));
}

TEST(catalogue, names_broken_clauses) {
  Catalogue c;
  c.read_clauses("c.yaml", clauses);
  c.read_clauses("d.yaml", clauses);
  c.read_clauses("e.yaml", "- {id: WP-2-1, binds: [x], text: \"\", seen: \"\"}\n- {id: WP-2-02}\n");
  EXPECT_THAT(c.findings(),
              ElementsAre(HasSubstr("d.yaml:2: clause WP-2-01 occurs twice"), HasSubstr("d.yaml:3"),
                          HasSubstr("e.yaml:1: not a clause id"), HasSubstr("e.yaml:2: not a clause")));
}

TEST(catalogue, follows_citations) {
  Catalogue c;
  c.read_clauses("c.yaml", clauses);
  c.read_requirements(
      "r.md",
      "- **A-ONE** It MUST. [WP-2-01]\n- **A-TWO** It MUST. [WP-2-01]\n- **A-TEN** Reserved: MUST later. "
      "[WP-2-01]\n- **A-MAY** It SHOULD. [WP-2-01]\n- **A-SIX** It MUST. [WP-2-01]\n");
  // Written apart, so that this file does not cite.
  const std::string mark =
      "  /"
      "/= ";
  c.read_source("a.cpp", mark + "A-ONE\nint x;\n" + mark + "A-NO\n" + mark + "A-TWO type=todo\n");
  c.read_source("b.sh",
                "#"
                "= A-ONE type=test\n");
  c.read_scenario("s.yaml",
                  "checks:\n  - requirements: [A-TWO, A-NEVER]  # why\nclauses: [WP-2-01, WP-9-99]\n");
  c.read_scenario("t.yaml", "requirements: A-TWO\n");
  EXPECT_THAT(c.findings(),
              ElementsAre("a.cpp:3: there is no requirement A-NO", HasSubstr("a.cpp:4: a citation is"),
                          "s.yaml:2: there is no requirement A-NEVER", "s.yaml:3: there is no clause WP-9-99",
                          HasSubstr("t.yaml:1")));
  EXPECT_EQ(c.requirements().at("A-ONE").tests.size(), 1U);
  EXPECT_THAT(c.clauses_not_covered(), ElementsAre("WP-10-02"));
}

// Each MUST is tested or listed, and the list holds nothing else.
TEST(catalogue, demands_a_test_or_a_reason) {
  const auto findings = [](const char* uncovered) {
    Catalogue c;
    c.read_clauses("c.yaml", clauses);
    c.read_requirements(
        "r.md",
        "- **A-ONE** It MUST. [WP-2-01]\n- **A-TWO** It MUST. [WP-2-01]\n- **A-MAY** It SHOULD. [WP-2-01]\n");
    c.read_uncovered("u.txt", uncovered);
    c.read_scenario("s.yaml", "requirements: [A-ONE]\n");
    c.check();
    return c.findings();
  };
  EXPECT_THAT(findings("# why\nA-TWO: not built\n"), IsEmpty());
  EXPECT_THAT(findings(""), ElementsAre("r.md:2: A-TWO is a MUST that no test, case or scenario cites"));
  EXPECT_THAT(findings("A-TWO: x\nA-ONE: x\n"), ElementsAre("u.txt:2: A-ONE is tested: take the line out"));
  EXPECT_THAT(findings("A-TWO: x\nA-MAY: x\n"), ElementsAre(HasSubstr("u.txt:2: A-MAY is no MUST")));
  EXPECT_THAT(findings("A-TWO: x\nA-TWO: y\n"), ElementsAre("u.txt:2: A-TWO occurs twice"));
  EXPECT_THAT(findings("A-TWO: x\nA-NO: x\nA-TEN\n"),
              ElementsAre("u.txt:2: there is no requirement A-NO", "u.txt:3: a line is `ID: reason`"));
}

}  // namespace
}  // namespace mr::trace
