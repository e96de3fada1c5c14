#include <gtest/gtest.h>

#include "conformance/report/report.hpp"

namespace mr::report {
namespace {

using enum Verdict;

TEST(verdict, words_go_both_ways) {
  for (const Verdict v : {pass, fail, warn, info, skip, blocked, trouble}) EXPECT_EQ(verdict_of(word(v)), v);
  EXPECT_EQ(verdict_of("passed"), std::nullopt);
}

TEST(verdict, exit_code_of_cases) {
  EXPECT_EQ(exit_code(std::vector<Verdict>{}), Exit::nothing);
  EXPECT_EQ(exit_code({pass, warn, info}), Exit::passed);
  EXPECT_EQ(exit_code({skip, blocked}), Exit::all_skipped);
  EXPECT_EQ(exit_code({skip, pass}), Exit::passed);
  EXPECT_EQ(exit_code({pass, fail}), Exit::failed);
  EXPECT_EQ(exit_code({fail, trouble}), Exit::harness);
}

TEST(verdict, the_worst_exit_code_wins_in_the_documented_order) {
  const std::vector<Exit> order = {Exit::harness,   Exit::environment, Exit::usage,   Exit::failed,
                                   Exit::threshold, Exit::all_skipped, Exit::nothing, Exit::passed};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i; j < order.size(); ++j) {
      EXPECT_EQ(worse(order[i], order[j]), order[i]);
      EXPECT_EQ(worse(order[j], order[i]), order[i]);
    }
  }
}

TEST(verdict, thresholds_and_invalid_runs) {
  report::Run run;
  EXPECT_EQ(overall(run), "nothing");
  run.figures = {{.name = "p99_ms", .value = 3, .unit = "ms", .limit = "at most 5", .met = true}};
  EXPECT_EQ(exit_code(run), Exit::passed);  // a load run without cases
  run.figures[0].met = false;
  EXPECT_EQ(exit_code(run), Exit::threshold);
  EXPECT_EQ(overall(run), "fail");
  run.invalid = "the generator was late by 4 %";
  EXPECT_EQ(exit_code(run), Exit::environment);
  EXPECT_EQ(overall(run), "invalid");
  run.cases.push_back({.id = "a", .verdict = trouble});
  EXPECT_EQ(overall(run), "trouble");
}

TEST(verdict, a_case_nobody_judged_is_trouble) { EXPECT_EQ(Case{}.verdict, trouble); }

}  // namespace
}  // namespace mr::report
