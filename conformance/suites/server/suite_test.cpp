#include "conformance/suites/server/suite.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "conformance/harness/requirements.hpp"
#include "conformance/harness/runner.hpp"

namespace mr::suites::server {
namespace {

TEST(ServerSuite, IsSound) {
  const auto all = cases();
  EXPECT_EQ(harness::suite_faults(all), std::vector<std::string>{});
  const auto negative =
      std::count_if(all.begin(), all.end(), [](const harness::Case& one) { return one.negative; });
  EXPECT_GE(all.size(), 40u);
  EXPECT_GE(2 * static_cast<std::size_t>(negative), all.size()) << "at least half show a refusal";
}

// Each requirement of the sections has a case, or a reason why it has none.
TEST(ServerSuite, EveryRequirementOfItsSectionsIsJudgedOrSaidNotToBe) {
  std::set<std::string> judged;
  for (const harness::Case& one : cases()) judged.insert(one.requirements.begin(), one.requirements.end());
  const std::set<std::string> sections = {"transport", "registration", "upload", "actions", "software"};
  for (const harness::Requirement& one : harness::requirements()) {
    if (!sections.contains(one.section)) continue;
    const bool said = not_judged().contains(one.id);
    EXPECT_TRUE(judged.contains(one.id) || said)
        << one.id << " has no case: add one, or say why in not_judged.cpp";
    EXPECT_FALSE(judged.contains(one.id) && said) << one.id << " has a case and stands in not_judged.cpp";
  }
  for (const auto& [id, why] : not_judged())
    EXPECT_NE(harness::requirement(id), nullptr) << id << " does not exist";
}

// The comments that makeready-trace reads and the cases' own data say the same.
TEST(ServerSuite, CitesWhatItJudges) {
  std::string text;
  for (const char* file : {"transport", "transport_http", "transport_xml", "registration", "upload",
                           "upload_package", "actions", "actions_permission", "software"}) {
    std::ifstream in(std::string("conformance/suites/server/") + file + ".cpp");
    ASSERT_TRUE(in) << "run from the top of the tree";
    std::stringstream one;
    one << in.rdbuf();
    text += one.str();
  }
  for (const harness::Case& one : cases()) {
    for (const std::string& id : one.requirements) {
      EXPECT_NE(text.find("//= " + id + " type=test\n"), std::string::npos)
          << id << ", judged by " << one.id << ", is not cited";
    }
  }
}

Reply answer(unsigned status, std::string body, std::string media = "application/xml") {
  return {wire::Response{
      .status = status, .fields = {{"Content-Type", std::move(media)}}, .body = std::move(body)}};
}
std::string error(std::string_view code) {
  return wire::document("Error", wire::tag("Code", code) + wire::tag("Detail", "words"));
}

TEST(Judgements, ARefusalIsItsStatusItsCodeAndItsBody) {
  EXPECT_TRUE(refused(answer(403, error("not-registered")), 403, {"not-registered"}));
  EXPECT_TRUE(refused(answer(403, error("not-registered"), "Application/XML;charset=utf-8"), 403,
                      {"x", "not-registered"}));
  EXPECT_FALSE(refused(answer(403, error("foreign-device")), 403, {"not-registered"}));
  EXPECT_FALSE(refused(answer(400, error("not-registered")), 403, {"not-registered"}));
  EXPECT_FALSE(refused(answer(400, error("not-registered")), 400, {"not-registered"}))
      << "the code's status is 403";
  EXPECT_FALSE(refused(answer(403, "<html>no</html>", "text/html"), 403, {"not-registered"}));
  EXPECT_FALSE(
      refused(answer(403, "<Error><Code>not-registered</Code><Detail/></Error>"), 403, {"not-registered"}))
      << "no namespace";
  EXPECT_FALSE(refused(answer(403, wire::document("Error", wire::tag("Code", "not-registered"))), 403,
                       {"not-registered"}))
      << "no Detail";
  EXPECT_FALSE(refused({wire::Failure{wire::End::timed_out, "no answer"}}, 403, {"not-registered"}));
  const auto found = refused(answer(200, ""), 403, {"not-registered"});
  EXPECT_EQ(found.message, "accepted");
  EXPECT_EQ(found.actual[0], "200 application/xml");
}

TEST(Judgements, AnAnswerIsItsStatusAndItsShape) {
  const std::string good = wire::document(
      "Acknowledgement", wire::tag("ReceivedAt", "2026-03-01T02:10:07Z") + wire::tag("ActionId", "a-1"));
  EXPECT_TRUE(acknowledged(answer(200, good)));
  EXPECT_FALSE(acknowledged(answer(201, good)));
  EXPECT_FALSE(acknowledged(answer(200, good, "text/xml")));
  EXPECT_FALSE(
      acknowledged(answer(200, wire::document("Acknowledgement", wire::tag("ReceivedAt", "today")))));
  EXPECT_FALSE(schedule(answer(200, good)));
}

// What the suite sends in good cases has the shape that it would demand of others.
TEST(Messages, AreWellFormed) {
  const Package p = package_of("s-1", {{.serial = "1"}, {.serial = "2", .extra = wire::nest("Meters", "")}});
  ASSERT_EQ(p.entries.size(), 3u);
  for (const wire::ZipEntry& entry : p.entries) EXPECT_TRUE(wire::read_xml(entry.content)) << entry.name;
  const auto form = wire::read_xml(Form{.key = "K<&", .csr = "csr"}.xml());
  ASSERT_TRUE(form);
  EXPECT_EQ(form->value("RegistrationKey"), "K<&");
  EXPECT_TRUE(wire::read_xml(get_schedule_xml()));
  EXPECT_TRUE(wire::read_xml(results_xml({"a", "b"})));
}

}  // namespace
}  // namespace mr::suites::server
