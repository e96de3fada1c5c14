// Each queued action is listed until it is answered, performed at most once at its printer, and its result
// stored as it was.
#include <algorithm>
#include <map>

#include "scenarios/checks/actions.hpp"
#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

class ActionsOnce final : public Check {
 public:
  explicit ActionsOnce(const Setting& setting) : setting_(setting), actions_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    actions_.see(record);
    const runtime::Event& event = record.event;
    if (event.kind == "agent.mode" && text(event, "mode") == "lockedDown") {
      if (const Setting::Site* site = setting_.site_of(record.host)) locked_[site->name] = record.at;
    }
    if (event.kind != "schedule.answered") return;
    const std::size_t due = actions_.outstanding(event.id);
    const auto listed = static_cast<std::size_t>(number(event, "actions").value_or(0));
    constexpr std::size_t listed_max = 100;  // of one answer
    if (listed < std::min(due, listed_max) || listed > due)
      violations_.add(std::to_string(due) + " actions listed for " + std::string(event.id),
                      std::to_string(listed) + " actions listed for " + std::string(event.id) + ", " +
                          std::to_string(due) + " are not answered",
                      line(record, setting_));
  }

  Judgement judge() override {
    std::size_t compared = 0;
    const auto by = actions_.explained([](const Action& action) { return !action.refused(); });
    std::map<const Action*, std::size_t> done;
    for (std::size_t i = 0; i < by.size(); ++i) {
      const PrinterDeed& deed = actions_.deeds()[i];
      if (by[i] != nullptr) {
        ++done[by[i]];
        continue;
      }
      violations_.add("what happens at a printer is done once for an action",
                      deed.what + " at " + deed.serial + " that no action explains, or a second one for it",
                      deed.line);
    }
    for (const Action& action : actions_.all()) {
      if (!action.delivered) continue;
      ++compared;
      judge_action(action, done[&action]);
    }
    return violations_.judge(compared,
                             "actions delivered, performed at most once and answered as they ended");
  }

 private:
  void judge_action(const Action& action, std::size_t done) {
    const std::string what = action.kind + " " + action.id;
    const auto wrong = [&](std::string expected, std::string actual, std::string evidence) {
      violations_.add(std::move(expected), std::move(actual), std::move(evidence));
    };
    if (action.executed.size() > 1)
      wrong(what + " is carried out once",
            what + " is carried out " + std::to_string(action.executed.size()) + " times",
            action.executed.back().line);
    if (action.answered.size() > 1)
      wrong(what + " is answered once",
            what + " is answered " + std::to_string(action.answered.size()) + " times",
            action.answered.back().line);
    if (!action.answered.empty() && action.executed.empty())
      return wrong(what + " is answered after it ended", what + " is answered and was never carried out",
                   action.answered.front().line);
    const bool at_printer =
        action.kind == "RebootDevice" || action.kind == "PrintTestPage" || action.kind == "UpgradeDevice";
    if (at_printer && action.performed() && done == 0)
      wrong("nothing is performed that did not happen",
            what + " is performed, and nothing happened at " +
                (action.serial.empty() ? "a printer" : action.serial),
            action.executed.front().line);
    if (!action.executed.empty() && !action.answered.empty() &&
        action.executed.front().outcome != action.answered.front().outcome)
      wrong(what + " is answered as it ended, " + action.executed.front().outcome,
            what + " is answered " + action.answered.front().outcome + ", it was " +
                action.executed.front().outcome,
            action.answered.front().line);
    if (locked_.contains(action.site)) return;  // no results leave it any more
    if (action.answered.empty() && !action.executed.empty() &&
        action.executed.front().at < setting_.end - setting_.grace)
      wrong("the result of " + what + " is stored", "the result of " + what + " is not stored",
            action.executed.front().line);
    constexpr auto patience = std::chrono::hours(1);
    const runtime::WallTime due =
        std::max(setting_.wall(*action.delivered), action.not_before.value_or(runtime::WallTime{}));
    if (action.executed.empty() && due + patience < setting_.wall(setting_.end - setting_.grace))
      wrong(what + " is carried out or refused",
            what + ", delivered at " + setting_.stamp(*action.delivered) + ", was never carried out",
            action.line);
  }

  const Setting& setting_;
  Actions actions_;
  std::map<std::string, runtime::Instant> locked_;  // sites that went to Locked Down mode
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_actions_once(const Setting& setting) {
  return std::make_unique<ActionsOnce>(setting);
}

}  // namespace mr::scenarios
