// What a suite consists of: cases, which are data around a function that judges, and the stage on which each
// runs.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/harness/target.hpp"
#include "conformance/report/report.hpp"

namespace mr::harness {

// What a case found. Converts to true where the case may go on.
struct Judgement {
  report::Verdict verdict = report::Verdict::pass;
  std::string message;
  std::vector<std::string> expected, actual;
  explicit operator bool() const { return verdict == report::Verdict::pass; }
};
Judgement pass();
Judgement fail(std::string message, std::string expected, std::string actual);
Judgement blocked(std::string why);
Judgement skipped(std::string why);
Judgement trouble(std::string why);
Judgement trouble(const Trouble& why);  // skipped where what is needed is absent

// Where a case runs: the target, the time that it may take, and the evidence that it leaves.
class Stage {
 public:
  Stage(Target& target, wire::Milliseconds patience) : target_(target), patience_(patience) {}

  Target& target() { return target_; }
  // A deadline for one wait.
  wire::Deadline patience() const { return wire::Deadline::in(patience_); }
  wire::Milliseconds patience_ms() const { return patience_; }

  // Adds a line of evidence, stamped with the time since the case began. What the target calls secret is
  // masked when the evidence is taken.
  void note(std::string_view line);
  // Hides these octets wherever they occur in the evidence.
  void hide(std::string secret);

  void begin();
  std::vector<std::string> take_evidence();

 private:
  Target& target_;
  wire::Milliseconds patience_;
  std::chrono::nanoseconds began_{0};
  std::vector<std::string> lines_;
  std::vector<std::string> secrets_;
};

struct Case {
  std::string id;     // server/upload/repeated
  std::string title;  // a sentence
  std::vector<std::string> requirements;
  std::vector<Control> needs = {};      // control commands without which it is skipped
  std::vector<std::string> after = {};  // cases without whose pass it is blocked
  bool negative = false;                // shows that something is refused
  bool slow = false;                    // takes longer than 5 s; only with --slow
  bool restarts = false;                // needs a target that can be started again
  std::function<Judgement(Stage&)> run;
};

// A text with every occurrence of every secret replaced by "<secret>".
std::string masked(std::string text, const std::vector<std::string>& secrets);

}  // namespace mr::harness
