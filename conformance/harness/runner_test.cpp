#include "conformance/harness/runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/harness/requirements.hpp"

namespace mr::harness {
namespace {

using report::Verdict;

Case plain(
    std::string id, std::function<Judgement(Stage&)> run = [](Stage&) { return pass(); }) {
  return {.id = std::move(id), .title = "A case", .requirements = {"REG-KEY"}, .run = std::move(run)};
}
Target nowhere() {
  const auto file = read_target(
      "format: makeready-target/1\nname: x\nkeys: [SECRETKEY]\nconnect: {address: h, port: 1, server_name: "
      "n, ca: c}\n",
      "t.yaml");
  return Target(*file, ".");
}
std::vector<report::Case> judged(const std::vector<Case>& cases, const Selection& selection = {}) {
  Target target = nowhere();
  return judge(selected(cases, selection), selection, target, wire::Milliseconds(10),
               [](const report::Case&) {});
}

TEST(Glob, StarsStandForAnything) {
  EXPECT_TRUE(matches("a/*", "a/b/c"));
  EXPECT_TRUE(matches("*c", "a/b/c"));
  EXPECT_TRUE(matches("a*b*c", "axxbyyc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("a/*", "b/a/"));
  EXPECT_FALSE(matches("a*b", "axxbc"));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Selection, TakesWhatACaseComesAfterWithIt) {
  std::vector<Case> cases = {plain("a"), plain("b"), plain("c"), plain("d")};
  cases[1].after = {"a"};
  cases[3].after = {"b"};
  const auto chosen = selected(cases, {{"d"}, false});
  ASSERT_EQ(chosen.size(), 3u);
  EXPECT_EQ(chosen[0]->id, "a");
  EXPECT_EQ(chosen[2]->id, "d");
  EXPECT_TRUE(selected(cases, {{"z*"}, false}).empty());
}

TEST(Judging, WhatComesAfterAFailureIsBlockedAndAfterASkipSkipped) {
  std::vector<Case> cases = {plain("fails", [](Stage&) { return fail("no", "a", "b"); }),
                             plain("after-failure"),
                             plain("skips"),
                             plain("after-skip"),
                             plain("slow"),
                             plain("throws", [](Stage&) -> Judgement { throw std::runtime_error("odd"); })};
  cases[1].after = {"fails"};
  cases[2].needs = {Control::queue};
  cases[3].after = {"skips"};
  cases[4].slow = true;
  const auto found = judged(cases);
  ASSERT_EQ(found.size(), 6u);
  EXPECT_EQ(found[0].verdict, Verdict::fail);
  EXPECT_EQ(found[0].expected, std::vector<std::string>{"a"});
  EXPECT_EQ(found[1].verdict, Verdict::blocked);
  EXPECT_EQ(found[2].verdict, Verdict::skip);
  EXPECT_EQ(found[2].message, "the target file has no control command 'queue'");
  EXPECT_EQ(found[3].verdict, Verdict::skip);
  EXPECT_EQ(found[4].verdict, Verdict::skip);
  EXPECT_EQ(found[5].verdict, Verdict::trouble);
  EXPECT_FALSE(found[0].clauses.empty()) << "those of the requirement";
  EXPECT_EQ(judged({cases[4]}, {{}, true})[0].verdict, Verdict::pass) << "--slow";
}

TEST(Judging, SecretsAreMasked) {
  const auto found = judged({plain("a", [](Stage& stage) {
    stage.hide("hidden");
    stage.note("<Key>SECRETKEY</Key> and hidden words");
    return fail("SECRETKEY was taken", "x", "SECRETKEY");
  })});
  ASSERT_EQ(found[0].evidence.size(), 1u);
  EXPECT_EQ(found[0].evidence[0].find("SECRETKEY"), std::string::npos);
  EXPECT_NE(found[0].evidence[0].find("<Key><secret></Key> and <secret> words"), std::string::npos)
      << found[0].evidence[0];
  EXPECT_EQ(found[0].message, "<secret> was taken");
  EXPECT_EQ(found[0].actual[0], "<secret>");
}

TEST(SuiteFaults, AreFound) {
  std::vector<Case> cases = {plain("a"), plain("a"), plain("c")};
  cases[2].after = {"later"};
  cases[2].requirements = {"NO-SUCH-ID"};
  EXPECT_EQ(suite_faults(cases).size(), 3u);
  EXPECT_TRUE(suite_faults({plain("a")}).empty());
}

TEST(Requirements, AreReadFromTheText) {
  const auto read = read_requirements(
      "# T\n- **A-B** The server MUST x. [WP-1-02] [RFC 9112 section 6.3]\n- **C** Reserved: later. "
      "[WP-1-03]\ntext **D** no\n",
      "t");
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0].id, "A-B");
  EXPECT_EQ(read[0].text, "The server MUST x.");
  EXPECT_EQ(read[0].clauses, std::vector<std::string>{"WP-1-02"});
  EXPECT_TRUE(read[1].reserved);
  ASSERT_NE(requirement("REG-KEY-WRONG"), nullptr) << "built in";
  EXPECT_EQ(requirement("REG-KEY-WRONG")->section, "registration");
}

}  // namespace
}  // namespace mr::harness
