#include <gtest/gtest.h>

#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mr::report {
namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(page, tells_verdict_seed_command_and_cases) {
  const std::string page = html_page(sample_run());
  EXPECT_TRUE(has(page, "<div class=\"big\">trouble</div>"));
  EXPECT_TRUE(has(page, "makeready run server_down_over_night --seed 4711"));
  EXPECT_TRUE(has(page, "A truncated zip is refused"));
  EXPECT_TRUE(has(page, "400 malformed-package\nor: connection closed"));
  EXPECT_TRUE(has(page, "The server MUST refuse a package that is not one whole zip."));
  EXPECT_TRUE(has(page, "report.accepted"));
}

TEST(page, a_hostile_peer_cannot_write_markup) {
  const std::string page = html_page(sample_run());
  EXPECT_FALSE(has(page, "<script"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_TRUE(has(page, "default-src 'none'; style-src 'unsafe-inline'"));
  EXPECT_FALSE(has(page, "http://"));
  EXPECT_FALSE(has(page, "https://"));
  EXPECT_EQ(page, visible(page));
}

TEST(page, braces_in_a_text_are_text) {
  report::Run run = sample_run();
  run.scenario =
      "{"
      "{seed}"
      "}";
  EXPECT_TRUE(has(html_page(run),
                  "<bdi>{"
                  "{seed}"
                  "}</bdi>"));
}

TEST(page, says_what_it_leaves_out) {
  const std::string page = html_page(sample_run(), 1);
  EXPECT_TRUE(has(page, "The first 1 of 2 lines"));
  EXPECT_FALSE(has(page, "report.accepted"));
  EXPECT_FALSE(has(html_page(sample_run()), "The first"));
}

TEST(page, an_absent_text_of_a_row_is_not_taken_from_the_page) {
  report::Run run;
  run.cases = {{.id = "a", .verdict = Verdict::pass}};
  run.invalid = "late";
  const std::string page = html_page(run);
  EXPECT_TRUE(has(page, "may not be used"));
  EXPECT_FALSE(has(page, "Expected"));
  EXPECT_FALSE(has(page, "Timeline"));
}

}  // namespace
}  // namespace mr::report
