#include "scenarios/checks/check.hpp"

#include <algorithm>

namespace mr::scenarios {

std::string Setting::day(runtime::Instant at) const { return stamp(at).substr(0, 10); }

std::string Setting::stamp(runtime::Instant at) const { return model::to_text(zone.stamp(wall(at))); }

std::vector<std::string> Setting::days_due(model::TimeOfDay time) const {
  std::vector<std::string> days;
  const runtime::WallTime last = wall(end - grace);
  for (model::Moment due = zone.next(time, start); due <= last; due = zone.next(time, due)) {
    days.push_back(model::to_text(zone.stamp(due)).substr(0, 10));
  }
  return days;
}

const Setting::Site* Setting::site_of(std::string_view agent_host) const {
  const auto found = std::ranges::find(sites, agent_host, &Site::agent_host);
  return found == sites.end() ? nullptr : &*found;
}

void Violations::add(std::string expected, std::string actual, std::string evidence) {
  if (++count_ > shown_max) return;
  expected_.push_back(std::move(expected));
  actual_.push_back(std::move(actual));
  if (!evidence.empty()) evidence_.push_back(std::move(evidence));
}

Judgement Violations::judge(std::size_t compared, std::string_view what) const {
  Judgement judgement;
  judgement.held = none() && compared > 0;
  if (!none()) {
    judgement.message =
        actual_.front() + (count_ > 1 ? " (and " + std::to_string(count_ - 1) + " more)" : "");
    judgement.expected = expected_;
    judgement.actual = actual_;
    judgement.evidence = evidence_;
  } else if (compared == 0) {
    judgement.message = "nothing to compare: no " + std::string(what);
    judgement.expected = {"at least one of: " + std::string(what)};
    judgement.actual = {"none"};
  } else {
    judgement.message = std::to_string(compared) + " " + std::string(what);
  }
  return judgement;
}

std::optional<std::int64_t> number(const runtime::Event& event, std::string_view name) {
  for (const runtime::Field& field : event.fields) {
    if (field.first != name) continue;
    const auto* value = std::get_if<std::int64_t>(&field.second);
    return value != nullptr ? std::optional(*value) : std::nullopt;
  }
  return std::nullopt;
}

std::string_view text(const runtime::Event& event, std::string_view name) {
  for (const runtime::Field& field : event.fields) {
    if (field.first != name) continue;
    const auto* value = std::get_if<std::string_view>(&field.second);
    return value != nullptr ? *value : std::string_view();
  }
  return {};
}

std::string line(const runtime::TraceLog::Record& record, const Setting& setting) {
  std::string out = "[" + std::to_string(record.seq) + "] " + setting.stamp(record.at) + " " +
                    std::string(record.host) + " " + std::string(record.event.kind);
  if (!record.event.id.empty()) out += " " + std::string(record.event.id);
  for (const auto& [name, value] : record.event.fields) {
    out += " " + std::string(name) + "=";
    if (const auto* figure = std::get_if<std::int64_t>(&value)) {
      out += std::to_string(*figure);
    } else {
      out += std::get<std::string_view>(value);
    }
  }
  return out;
}

}  // namespace mr::scenarios
