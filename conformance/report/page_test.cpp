#include <gtest/gtest.h>

#include <set>

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

// The values of an attribute, in order.
std::vector<std::string> values_of(const std::string& page, const std::string& start) {
  std::vector<std::string> out;
  for (std::size_t at = page.find(start); at != std::string::npos; at = page.find(start, at + 1)) {
    const std::size_t from = at + start.size();
    out.push_back(page.substr(from, page.find('"', from) - from));
  }
  return out;
}

TEST(page, a_chain_can_be_followed_by_its_links) {
  const std::string page = html_page(sample_run());
  EXPECT_TRUE(has(page, "The first 2 of 7"));
  EXPECT_TRUE(has(page, "<li id=\"orders-1-1\">"));
  EXPECT_TRUE(has(page, "<a class=\"because\" href=\"#orders-1-2\">because of: report</a>"));
  EXPECT_TRUE(has(page, "<a class=\"because\" href=\"#orders-1-3\">because of: job X1/job/4</a>"));
  EXPECT_TRUE(has(page, "<a class=\"led\" href=\"#orders-2-1\">led to: order</a>"));
  EXPECT_TRUE(has(page, "href=\"reports/X1.xml\""));
  EXPECT_TRUE(has(page, "<dt>supply.3</dt><dd><bdi>9</bdi></dd>"));
}

TEST(page, each_link_goes_somewhere_and_each_place_is_one) {
  const std::string page = html_page(sample_run());
  const std::vector<std::string> places = values_of(page, " id=\"");
  const std::set<std::string> distinct(places.begin(), places.end());
  EXPECT_EQ(distinct.size(), places.size());
  const std::vector<std::string> links = values_of(page, "href=\"#");
  EXPECT_GT(links.size(), 10u);
  for (const std::string& link : links) EXPECT_TRUE(distinct.contains(link)) << link;
}

TEST(page, evidence_is_linked_to_the_events_that_the_page_shows) {
  const std::string page = html_page(sample_run());
  EXPECT_TRUE(has(page, "<a href=\"#e17\">[17]</a> r-1 was accepted"));
  EXPECT_TRUE(has(page, "\n[18] not in the timeline"));
  EXPECT_TRUE(has(page, "<tr id=\"e17\">"));
  EXPECT_FALSE(has(html_page(sample_run(), 1), "#e17"));
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
  EXPECT_FALSE(has(html_page(sample_run()), "2 lines"));
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
