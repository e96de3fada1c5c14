// Nothing happens at a printer without the customer's permission: not for an action that was refused, and not
// for one whose kind the customer, as the scenario says, does not permit at that time or has switched off.
#include <algorithm>

#include "scenarios/checks/actions.hpp"
#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

class NothingWithoutPermission final : public Check {
 public:
  explicit NothingWithoutPermission(const Setting& setting) : setting_(setting), actions_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    actions_.see(record);
    if (record.event.kind == "action.refused") ++refused_;  // before it was queued
  }

  Judgement judge() override {
    const auto by = actions_.explained([](const Action& action) { return !action.refused(); });
    for (std::size_t i = 0; i < by.size(); ++i) {
      const PrinterDeed& deed = actions_.deeds()[i];
      if (by[i] == nullptr) {
        violations_.add("nothing happens at a printer without an action that was not refused",
                        unexplained(deed), deed.line);
      } else if (const std::string why = forbidden(deed.site, deed.action_kind, deed.at); !why.empty()) {
        violations_.add("nothing happens at a printer without permission",
                        deed.what + " at " + deed.serial + " for " + by[i]->id + ", " + why, deed.line);
      }
    }
    for (const Action& action : actions_.all()) {
      if (action.refused()) ++refused_;
      if (!action.performed()) continue;
      if (const std::string why =
              forbidden(action.site, action.kind, action.delivered.value_or(action.queued));
          !why.empty())
        violations_.add(action.kind + " is refused, " + why,
                        action.kind + " " + action.id + " is performed, " + why,
                        action.executed.front().line);
    }
    return violations_.judge(refused_, "actions refused, and nothing happened for them; " +
                                           std::to_string(by.size()) + " deeds at printers, each permitted");
  }

 private:
  std::string unexplained(const PrinterDeed& deed) const {
    for (const Action& action : actions_.all()) {
      if (action.refused() && Actions::explains(action, deed))
        return deed.what + " at " + deed.serial + " for " + action.id +
               ", which was refused: " + action.executed.front().reason;
    }
    return deed.what + " at " + deed.serial + " that no action asked for";
  }

  // Why the kind may not be done at that site then; empty where it may.
  std::string forbidden(std::string_view name, const std::string& kind, runtime::Instant at) const {
    if (kind == "SendReports") return {};  // it needs none
    const auto site = std::ranges::find(setting_.sites, name, &Setting::Site::name);
    if (site == setting_.sites.end()) return {};
    if (std::ranges::find(site->disabled, kind) != site->disabled.end())
      return "which is switched off at " + site->name;
    const bool permitted = std::ranges::any_of(site->permits, [&](const Setting::Permit& permit) {
      return permit.action == kind && (!permit.until || at < *permit.until);
    });
    return permitted ? std::string() : "which " + site->name + " does not permit";
  }

  const Setting& setting_;
  Actions actions_;
  Violations violations_;
  std::size_t refused_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_nothing_without_permission(const Setting& setting) {
  return std::make_unique<NothingWithoutPermission>(setting);
}

}  // namespace mr::scenarios
