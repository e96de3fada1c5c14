#include "conformance/harness/runner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "conformance/harness/requirements.hpp"

namespace mr::harness {

using report::Verdict;

bool matches(std::string_view glob, std::string_view id) {
  std::size_t g = 0, i = 0, star = std::string_view::npos, mark = 0;
  while (i < id.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      mark = i;
    } else if (g < glob.size() && glob[g] == id[i]) {
      ++g;
      ++i;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      i = ++mark;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

std::vector<const Case*> selected(const std::vector<Case>& cases, const Selection& selection) {
  std::set<std::string_view> wanted;
  for (auto one = cases.rbegin(); one != cases.rend(); ++one) {  // what a case comes after stands before it
    const bool asked = selection.globs.empty() ||
                       std::any_of(selection.globs.begin(), selection.globs.end(),
                                   [&](const std::string& glob) { return matches(glob, one->id); });
    if (!asked && !wanted.contains(one->id)) continue;
    wanted.insert(one->id);
    wanted.insert(one->after.begin(), one->after.end());
  }
  std::vector<const Case*> out;
  for (const Case& one : cases) {
    if (wanted.contains(one.id)) out.push_back(&one);
  }
  return out;
}

namespace {

Judgement judged(const Case& one, const Selection& selection,
                 const std::map<std::string_view, Verdict>& before, Stage& stage) {
  Target& target = stage.target();
  if (one.slow && !selection.slow) return skipped("takes long; --slow runs it");
  for (const std::string& earlier : one.after) {
    const auto found = before.find(earlier);
    const Verdict verdict = found == before.end() ? Verdict::trouble : found->second;
    if (verdict == Verdict::skip) return skipped("comes after " + earlier + ", which was skipped");
    if (verdict != Verdict::pass) return blocked(fmt::format("comes after {}: {}", earlier, word(verdict)));
  }
  for (const Control need : one.needs) {
    if (!target.claims(need))
      return skipped(fmt::format("the target file has no control command '{}'", word(need)));
  }
  if (one.restarts && !target.restartable())
    return skipped("the target cannot be started again by the suite");
  try {
    return one.run(stage);
  } catch (const std::exception& error) {  // memory; nothing of ours throws
    return trouble(error.what());
  }
}

}  // namespace

std::vector<report::Case> judge(const std::vector<const Case*>& cases, const Selection& selection,
                                Target& target, wire::Milliseconds patience,
                                const std::function<void(const report::Case&)>& told) {
  std::vector<report::Case> out;
  std::map<std::string_view, Verdict> verdicts;
  std::string gone;
  for (const Case* one : cases) {
    Stage stage(target, patience);
    stage.begin();
    const auto began = wire::ticks();
    Judgement found = gone.empty() ? judged(*one, selection, verdicts, stage) : blocked(gone);
    if (const std::string ended = gone.empty() ? target.ended() : std::string(); !ended.empty()) {
      found = fail("the target ended by itself during this case", "a target that goes on", ended);
      const auto again =
          target.restartable() ? target.restart() : Done<void>(Trouble{"it cannot be started again"});
      if (!again) gone = "the target has ended: " + again.error().what;
    }
    report::Case result{.id = one->id,
                        .title = one->title,
                        .verdict = found.verdict,
                        .message = found.message,
                        .expected = found.expected,
                        .actual = found.actual,
                        .requirements = one->requirements};
    for (const std::string& id : one->requirements) {
      const Requirement* known = requirement(id);
      if (known == nullptr) continue;
      for (const std::string& clause : known->clauses) {
        if (std::find(result.clauses.begin(), result.clauses.end(), clause) == result.clauses.end())
          result.clauses.push_back(clause);
      }
    }
    result.duration_ns = (wire::ticks() - began).count();
    result.evidence = stage.take_evidence();
    const std::vector<std::string> secrets(target.secrets().begin(), target.secrets().end());
    result.message = masked(result.message, secrets);
    for (auto* lines : {&result.expected, &result.actual}) {
      for (std::string& line : *lines) line = masked(line, secrets);
    }
    verdicts[one->id] = result.verdict;
    told(result);
    out.push_back(std::move(result));
  }
  return out;
}

std::vector<std::string> suite_faults(const std::vector<Case>& cases) {
  std::vector<std::string> out;
  std::set<std::string_view> seen;
  for (const Case& one : cases) {
    for (const std::string& earlier : one.after) {
      if (!seen.contains(earlier))
        out.push_back(fmt::format("{} comes after {}, which does not stand before it", one.id, earlier));
    }
    if (!seen.insert(one.id).second) out.push_back(one.id + " stands twice");
    if (one.requirements.empty()) out.push_back(one.id + " judges no requirement");
    for (const std::string& id : one.requirements) {
      if (requirement(id) == nullptr)
        out.push_back(fmt::format("{} judges {}, which does not exist", one.id, id));
    }
    if (one.title.empty() || !one.run) out.push_back(one.id + " lacks a title or a function");
  }
  return out;
}

}  // namespace mr::harness
