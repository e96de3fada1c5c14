// The entries of the agent's work list, for the files that keep it (actions.cpp, commands.cpp) and nobody
// else.
#pragma once

#include <algorithm>
#include <set>

#include "reference/agent/agent.hpp"

namespace mr::agent {

struct Agent::Work {
  model::Action action;
  bool running = false;
  std::set<std::int64_t> printers;  // that it holds while it runs
};

// What became of an action, on each printer that it was for; one part without an address where it came to
// none.
struct Agent::Judged {
  struct Part {
    std::string address, serial_number;
    Deed deed;
    std::string permission;  // that decided
  };
  std::vector<Part> parts;

  // In one: performed where all were; else the first that was not, with how many were.
  friend Deed combine(const Judged& judged) {
    if (judged.parts.empty()) return {model::Outcome::failed, "failed", "it was not done on any printer"};
    if (judged.parts.size() == 1) return judged.parts.front().deed;
    const auto performed = std::ranges::count(judged.parts, model::Outcome::performed,
                                              [](const Part& part) { return part.deed.outcome; });
    Deed whole{model::Outcome::performed, "",
               std::to_string(performed) + " of " + std::to_string(judged.parts.size()) + " printers"};
    for (const Part& part : judged.parts) {
      if (part.deed.outcome == model::Outcome::performed) continue;
      if (whole.outcome == model::Outcome::performed) {
        whole.outcome = part.deed.outcome;
        whole.reason = part.deed.reason;
      }
      whole.detail += "; " + part.serial_number + ": " + part.deed.reason + " " + part.deed.detail;
    }
    return whole;
  }
};

}  // namespace mr::agent
