#include <algorithm>
#include <array>

#include "conformance/report/report.hpp"

namespace mr::report {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 7> words = {{{Verdict::pass, "pass"},
                                                                        {Verdict::fail, "fail"},
                                                                        {Verdict::warn, "warn"},
                                                                        {Verdict::info, "info"},
                                                                        {Verdict::skip, "skip"},
                                                                        {Verdict::blocked, "blocked"},
                                                                        {Verdict::trouble, "trouble"}}};

// Lower is worse.
std::size_t rank(Exit code) {
  constexpr std::array order = {Exit::harness,   Exit::environment, Exit::usage,   Exit::failed,
                                Exit::threshold, Exit::all_skipped, Exit::nothing, Exit::passed};
  return static_cast<std::size_t>(std::find(order.begin(), order.end(), code) - order.begin());
}

}  // namespace

std::string_view word(Verdict verdict) {
  for (const auto& [value, text] : words) {
    if (value == verdict) return text;
  }
  return "trouble";
}

std::optional<Verdict> verdict_of(std::string_view text) {
  for (const auto& [value, name] : words) {
    if (name == text) return value;
  }
  return {};
}

Exit worse(Exit a, Exit b) { return rank(b) < rank(a) ? b : a; }

Exit exit_code(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) return Exit::nothing;
  const auto has = [&](Verdict v) {
    return std::find(verdicts.begin(), verdicts.end(), v) != verdicts.end();
  };
  if (has(Verdict::trouble)) return Exit::harness;
  if (has(Verdict::fail)) return Exit::failed;
  if (has(Verdict::pass) || has(Verdict::warn) || has(Verdict::info)) return Exit::passed;
  return Exit::all_skipped;
}

Exit exit_code(const Run& run) {
  const bool thresholds =
      std::any_of(run.figures.begin(), run.figures.end(), [](const Figure& f) { return !f.limit.empty(); });
  const bool missed = std::any_of(run.figures.begin(), run.figures.end(),
                                  [](const Figure& f) { return !f.limit.empty() && !f.met; });
  Exit code = Exit::passed;
  if (!run.cases.empty() || !thresholds) {  // a pure load run is judged by its thresholds alone
    std::vector<Verdict> verdicts;
    for (const Case& c : run.cases) verdicts.push_back(c.verdict);
    code = exit_code(verdicts);
  }
  if (missed) code = worse(code, Exit::threshold);
  if (!run.invalid.empty()) code = worse(code, Exit::environment);
  return code;
}

std::string_view overall(const Run& run) {
  switch (exit_code(run)) {
    case Exit::passed:
      return "pass";
    case Exit::failed:
    case Exit::threshold:
      return "fail";
    case Exit::environment:
      return "invalid";
    case Exit::nothing:
    case Exit::all_skipped:
      return "nothing";
    case Exit::usage:
    case Exit::harness:
      break;
  }
  return "trouble";
}

}  // namespace mr::report
