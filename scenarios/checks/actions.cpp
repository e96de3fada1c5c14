#include "scenarios/checks/actions.hpp"

#include <algorithm>

namespace mr::scenarios {

Action* Actions::find(std::string_view id) {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &actions_[found->second];
}

void Actions::see(const runtime::TraceLog::Record& record) {
  const runtime::Event& event = record.event;
  if (event.kind == "agent.registered") {
    if (const Setting::Site* site = setting_.site_of(record.host)) sites_[std::string(event.id)] = site->name;
  } else if (event.kind == "action.queued") {
    Action action;
    action.id = event.id;
    action.kind = text(event, "action");
    action.sender = text(event, "sender");
    if (const auto site = sites_.find(action.sender); site != sites_.end()) action.site = site->second;
    action.serial = text(event, "serial");
    action.software = text(event, "software");
    action.queued = record.at;
    if (const auto ms = number(event, "not_before"); ms && *ms != 0)
      action.not_before = runtime::WallTime(std::chrono::milliseconds(*ms));
    action.line = line(record, setting_);
    by_id_[action.id] = actions_.size();
    actions_.push_back(std::move(action));
  } else if (event.kind == "action.delivered") {
    if (Action* action = find(event.id); action != nullptr && !action->delivered)
      action->delivered = record.at;
  } else if (event.kind == "action.cancelled") {
    if (Action* action = find(event.id)) action->cancelled = record.at;
  } else if (event.kind == "agent.executed" || event.kind == "action.answered") {
    Action* action = find(event.id);
    if (action == nullptr) return;
    auto& outcomes = event.kind == "agent.executed" ? action->executed : action->answered;
    outcomes.push_back({record.at, std::string(text(event, "outcome")), std::string(text(event, "reason")),
                        line(record, setting_)});
  } else if (event.kind.starts_with("printer.")) {
    PrinterDeed deed;
    if (event.kind == "printer.reboot" && (text(event, "how") == "snmp" || text(event, "how") == "web")) {
      deed.action_kind = "RebootDevice";
      deed.what = "a reboot";
    } else if (event.kind == "printer.test_page") {
      deed.action_kind = "PrintTestPage";
      deed.what = "a test page";
    } else if (event.kind == "printer.raw" && text(event, "what") == "firmware") {
      deed.action_kind = "UpgradeDevice";
      deed.what = "a firmware file";
    } else {
      return;
    }
    deed.serial = text(event, "serial");
    constexpr std::string_view suffix = "-printers";  // of the host on which a site's printers are
    deed.site = record.host.ends_with(suffix) ? record.host.substr(0, record.host.size() - suffix.size())
                                              : record.host;
    deed.at = record.at;
    deed.line = line(record, setting_);
    deeds_.push_back(std::move(deed));
  }
}

std::size_t Actions::outstanding(std::string_view sender) const {
  return static_cast<std::size_t>(std::ranges::count_if(actions_, [&](const Action& action) {
    return action.sender == sender && action.answered.empty() && !action.cancelled;
  }));
}

bool Actions::explains(const Action& action, const PrinterDeed& deed) {
  if (action.kind != deed.action_kind) return false;
  if (action.serial.empty() ? action.site != deed.site : action.serial != deed.serial) return false;
  if (!action.delivered || *action.delivered > deed.at) return false;
  // A printer that is busy prints its test page when it can.
  const runtime::Duration late =
      deed.action_kind == "PrintTestPage" ? std::chrono::hours(1) : std::chrono::minutes(1);
  return action.executed.empty() || deed.at <= action.executed.front().at + late;
}

}  // namespace mr::scenarios
