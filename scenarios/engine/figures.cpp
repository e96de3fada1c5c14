#include "scenarios/engine/figures.hpp"

#include <algorithm>
#include <array>

namespace mr::scenarios {
namespace {

// An event kind and the figure it adds to: by 1, or by one of its fields.
struct Counted {
  std::string_view kind, figure, by = {};
};
constexpr std::array<Counted, 33> counted{{
    {"sender.registered", "registrations"},
    {"agent.discovered", "discoveries"},
    {"agent.discovered", "printers_discovered", "new"},
    {"agent.status_read", "status_rounds"},
    {"agent.read", "reports_read"},
    {"agent.collected", "collections"},
    {"agent.collected", "printers_silent", "silent"},
    {"agent.spooled", "packages_spooled"},
    {"agent.uploaded", "uploads_acknowledged"},
    {"agent.upload_refused", "uploads_refused"},
    {"agent.retry", "retries"},
    {"agent.failed", "failures"},
    {"agent.executed", "actions_executed"},
    {"upload.stored", "uploads_stored"},
    {"upload.repeated", "uploads_repeated"},
    {"report.stored", "reports_stored"},
    {"schedule.answered", "queries"},
    {"action.queued", "actions_queued"},
    {"action.answered", "actions_answered"},
    {"server.refused", "refusals"},
    {"printer.printed", "jobs"},
    {"printer.printed", "impressions", "done"},
    {"printer.replaced", "supplies_replaced"},
    {"deed.impossible", "deeds_impossible"},
    {"order.placed", "orders_placed"},
    {"order.rearmed", "orders_rearmed"},
    {"action.refused", "actions_refused"},
    {"printer.reboot", "reboots"},
    {"printer.level", "levels_changed"},
    {"printer.test_page", "test_pages"},
    {"software.served", "software_requests"},
    {"audit", "audit_records"},
    {"flow", "flows"},
}};

// What is on the timeline: what a person would tell of the run, not each read and job.
constexpr std::array<std::string_view, 31> told = {
    "sender.registered",    "agent.registered",     "agent.discovered",
    "agent.collected",      "agent.retry",          "agent.failed",
    "agent.executed",       "agent.upload_refused", "upload.stored",
    "upload.repeated",      "schedule.answered",    "action.queued",
    "action.answered",      "server.refused",       "printer.replaced",
    "printer.power",        "deed.impossible",      "agent.registration_refused",
    "agent.server_refused", "agent.mode",           "agent.level",
    "agent.upgrade_sent",   "action.refused",       "action.delivered",
    "order.placed",         "order.rearmed",        "printer.reboot",
    "printer.firmware",     "printer.level",        "printer.test_page",
    "printer.raw"};

}  // namespace

std::vector<std::string> figure_names() {
  std::vector<std::string> names{"daily_queries", "actions_performed", "printers", "sites", "days"};
  for (const Counted& entry : counted) names.emplace_back(entry.figure);
  return names;
}

void Tally::see(const runtime::TraceLog::Record& record) {
  const runtime::Event& event = record.event;
  for (const Counted& entry : counted) {
    if (entry.kind == event.kind)
      counts_[std::string(entry.figure)] += entry.by.empty() ? 1 : number(event, entry.by).value_or(0);
  }
  if (event.kind == "schedule.answered" && text(event, "poll") == "daily") ++counts_["daily_queries"];
  if (event.kind == "action.answered" && text(event, "outcome") == "performed")
    ++counts_["actions_performed"];
  if (timeline_.size() >= moments_max || std::find(told.begin(), told.end(), event.kind) == told.end())
    return;
  report::Moment moment{record.at.time_since_epoch().count(),
                        std::string(record.host),
                        std::string(event.kind),
                        std::string(event.id),
                        {},
                        record.seq};
  for (const auto& [name, value] : event.fields) {
    if (!moment.text.empty()) moment.text += ", ";
    moment.text += std::string(name) + " ";
    if (const auto* figure = std::get_if<std::int64_t>(&value)) {
      moment.text += std::to_string(*figure);
    } else {
      moment.text += std::get<std::string_view>(value);
    }
  }
  timeline_.push_back(std::move(moment));
}

Figures Tally::figures() const {
  Figures figures;
  for (std::string& name : figure_names()) figures[std::move(name)] = 0;
  for (const auto& [name, value] : counts_) figures[name] = value;
  std::size_t printers = 0;
  for (const Setting::Site& site : setting_.sites) printers += site.printers;
  figures["printers"] = static_cast<std::int64_t>(printers);
  figures["sites"] = static_cast<std::int64_t>(setting_.sites.size());
  figures["days"] =
      setting_.sites.empty()
          ? 0
          : static_cast<std::int64_t>(setting_.days_due(setting_.sites.front().report_at).size());
  return figures;
}

}  // namespace mr::scenarios
