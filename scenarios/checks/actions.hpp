// The actions of a run, each with what became of it, and what happened at the printers that an action can
// make happen.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

struct Action {
  std::string id, kind, sender, site;  // site: of the agent that registered as the sender; empty: not known
  std::string serial;                  // of the printer that is meant; empty: every printer of the sender
  std::string software;                // of UpgradeDevice
  runtime::Instant queued;
  std::optional<runtime::WallTime> not_before;
  std::optional<runtime::Instant> delivered, cancelled;
  struct Outcome {
    runtime::Instant at;
    std::string outcome, reason;  // performed, refused, failed
    std::string line;
  };
  std::vector<Outcome> executed, answered;  // in order; one each where all is well
  std::string line;                         // of its queueing

  bool refused() const { return !executed.empty() && executed.front().outcome == "refused"; }
  bool performed() const { return !executed.empty() && executed.front().outcome == "performed"; }
};

// Something that happened at a printer and that nobody at the site did.
struct PrinterDeed {
  std::string action_kind;  // of an action that does it
  std::string what;         // in words: "a reboot"
  std::string serial, site;
  runtime::Instant at;
  std::string line;
};

class Actions {
 public:
  explicit Actions(const Setting& setting) : setting_(setting) {}
  void see(const runtime::TraceLog::Record& record);

  // In order of queueing.
  const std::vector<Action>& all() const { return actions_; }
  const std::vector<PrinterDeed>& deeds() const { return deeds_; }
  // How many of a sender's actions the server has to list now.
  std::size_t outstanding(std::string_view sender) const;

  // Whether the deed may be the doing of the action: of its kind, at its printer, after its delivery and not
  // after its end.
  static bool explains(const Action& action, const PrinterDeed& deed);
  // For each deed the action that it is the doing of, each action once for a printer; nothing where there is
  // none. `may`: which actions count.
  template <class May>
  std::vector<const Action*> explained(May may) const {
    std::vector<const Action*> out;
    std::map<std::pair<const Action*, std::string>, bool> used;
    for (const PrinterDeed& deed : deeds_) {
      const Action* best = nullptr;
      for (const Action& action : actions_) {
        if (!explains(action, deed) || !may(action) || used.contains({&action, deed.serial})) continue;
        // Of several, the one that ended first: the others may explain what is to come.
        if (best == nullptr || end_of(action) < end_of(*best)) best = &action;
      }
      if (best != nullptr) used[{best, deed.serial}] = true;
      out.push_back(best);
    }
    return out;
  }

 private:
  static runtime::Instant end_of(const Action& action) {
    return action.executed.empty() ? runtime::Instant::max() : action.executed.front().at;
  }
  Action* find(std::string_view id);

  const Setting& setting_;
  std::map<std::string, std::string, std::less<>> sites_;  // by sender
  std::map<std::string, std::size_t, std::less<>> by_id_;  // index in actions_
  std::vector<Action> actions_;
  std::vector<PrinterDeed> deeds_;
};

}  // namespace mr::scenarios
