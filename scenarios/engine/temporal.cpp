#include "scenarios/engine/temporal.hpp"

#include <algorithm>
#include <deque>
#include <set>

namespace mr::scenarios {
namespace {

using Record = runtime::TraceLog::Record;

std::string value_of(const runtime::Event& event, std::string_view name) {
  if (name == "id") return std::string(event.id);
  for (const runtime::Field& field : event.fields) {
    if (field.first != name) continue;
    const auto* figure = std::get_if<std::int64_t>(&field.second);
    return figure != nullptr ? std::to_string(*figure)
                             : std::string(std::get<std::string_view>(field.second));
  }
  return {};
}

bool agrees(const FieldPattern& pattern, const runtime::Event& event) {
  const bool found = std::ranges::find(pattern.values, value_of(event, pattern.name)) != pattern.values.end();
  return found != pattern.none_of;
}

std::string in_words(const FieldPattern& pattern) {
  std::string values;
  for (const std::string& value : pattern.values)
    values += (values.empty() ? "" : " or ") + (value.empty() ? "''" : value);
  return pattern.name + ": " + (pattern.none_of ? "not " : "") + values;
}

std::string in_words(std::uint64_t min, std::uint64_t max) {
  if (min == max) return min == 1 ? "once" : std::to_string(min) + " times";
  if (max == UINT64_MAX) return min == 1 ? "at least once" : "at least " + std::to_string(min) + " times";
  return std::to_string(min) + " to " + std::to_string(max) + " times";
}

class Temporal final : public Check {
 public:
  Temporal(const TemporalPlan& plan, const Setting& setting) : plan_(plan), setting_(setting) {}

  void see(const Record& record) override {
    if (plan_.then) follow(record);
    if (record.event.kind == plan_.event.kind) look(record);
    if (!inside(record) || !plan_.event.matches(record)) return;
    ++seen_;
    if (evidence_.size() < Violations::shown_max) evidence_.push_back(line(record, setting_));
    if (plan_.word != TemporalPlan::Word::always) return;
    for (const FieldPattern& pattern : plan_.holds) {
      if (agrees(pattern, record.event)) continue;
      violations_.add(to_string(plan_.event) + " has " + in_words(pattern),
                      std::string(record.event.kind) + " has " + pattern.name + ": " +
                          value_of(record.event, pattern.name),
                      line(record, setting_));
    }
    if (plan_.then) open_.push_back({record.at, values(record.event), line(record, setting_)});
  }

  Judgement judge() override {
    if (plan_.after && !began_) {
      violations_.add(to_string(*plan_.after) + " comes", "it never came");
    }
    switch (plan_.word) {
      case TemporalPlan::Word::eventually:
        if (violations_.none() && (seen_ < plan_.count_min || seen_ > plan_.count_max)) {
          violations_.add(what() + " " + in_words(plan_.count_min, plan_.count_max),
                          "it came " + (seen_ == 0 ? "never" : in_words(seen_, seen_)), joined());
        }
        return finished(seen_ == 0 ? 1 : seen_, std::string("x ") + plan_.event.kind);
      case TemporalPlan::Word::never:
        if (seen_ > 0) violations_.add(what() + " never", "it came " + in_words(seen_, seen_), joined());
        // A field that no such event has was misspelt: nothing would ever match it.
        for (const FieldPattern& pattern : plan_.event.where) {
          if (of_kind_ > 0 && pattern.name != "id" && !fields_.contains(pattern.name))
            violations_.add(plan_.event.kind + " has a field " + pattern.name,
                            "none of the " + std::to_string(of_kind_) + " that came has it");
        }
        return finished(1, "times watched: " + to_string(plan_.event) + " never came, among " +
                               std::to_string(of_kind_) + " " + plan_.event.kind);
      case TemporalPlan::Word::always:
        for (const Open& open : open_) {
          if (plan_.within && open.at + *plan_.within > setting_.end) continue;
          not_followed(open);
        }
        open_.clear();
        return finished(seen_, std::string("x ") + plan_.event.kind);
    }
    return {};
  }

 private:
  struct Open {
    runtime::Instant at;
    std::vector<std::string> same;
    std::string line;
  };

  void look(const Record& record) {
    ++of_kind_;
    for (const runtime::Field& field : record.event.fields) {
      if (!fields_.contains(field.first)) fields_.emplace(field.first);
    }
  }

  bool inside(const Record& record) {
    if (!began_) {
      if (plan_.after && !plan_.after->matches(record)) return false;
      if (!plan_.after && plan_.from && record.at < *plan_.from) return false;
      began_ = plan_.after ? record.at : plan_.from.value_or(runtime::Instant());
      if (plan_.after) return false;  // the event that opens the window is not in it
    }
    if (ended_) return false;
    if (plan_.until && plan_.until->matches(record)) {
      ended_ = true;
      return false;
    }
    if (plan_.from && record.at < *plan_.from) return false;
    if (plan_.to && record.at > *plan_.to) return false;
    if (plan_.word == TemporalPlan::Word::eventually && plan_.within && record.at > *began_ + *plan_.within)
      return false;
    return true;
  }

  std::vector<std::string> values(const runtime::Event& event) const {
    std::vector<std::string> out;
    for (const std::string& name : plan_.same) out.push_back(value_of(event, name));
    return out;
  }

  void follow(const Record& record) {
    while (!open_.empty() && plan_.within && record.at > open_.front().at + *plan_.within) {
      not_followed(open_.front());
      open_.pop_front();
    }
    if (open_.empty() || !plan_.then->matches(record)) return;
    const auto found = std::ranges::find(open_, values(record.event), &Open::same);
    if (found != open_.end()) open_.erase(found);
  }
  void not_followed(const Open& open) {
    violations_.add(to_string(plan_.event) + " is followed by " + to_string(*plan_.then),
                    "one was not followed", open.line);
  }

  std::string what() const {
    return to_string(plan_.event) + (plan_.after ? " after " + to_string(*plan_.after) : "");
  }
  std::string joined() const {
    std::string out;
    for (const std::string& one : evidence_) out += (out.empty() ? "" : "\n") + one;
    return out;
  }
  Judgement finished(std::size_t compared, const std::string& words) {
    return violations_.judge(compared, words);
  }

  const TemporalPlan& plan_;
  const Setting& setting_;
  std::optional<runtime::Instant> began_;
  bool ended_ = false;
  std::uint64_t seen_ = 0, of_kind_ = 0;       // that matched, in the window; of its kind, in all
  std::set<std::string, std::less<>> fields_;  // that those of its kind have
  std::vector<std::string> evidence_;
  std::deque<Open> open_;
  Violations violations_;
};

}  // namespace

bool EventPattern::matches(const Record& record) const {
  if (record.event.kind != kind) return false;
  if (host.starts_with('!') ? record.host == std::string_view(host).substr(1)
                            : !host.empty() && record.host != host)
    return false;
  if (!id.empty() && record.event.id != id) return false;
  return std::ranges::all_of(where,
                             [&](const FieldPattern& pattern) { return agrees(pattern, record.event); });
}

std::string to_string(const EventPattern& pattern) {
  std::string inside;
  const auto add = [&](const std::string& words) { inside += (inside.empty() ? "" : ", ") + words; };
  if (!pattern.host.empty()) add("host: " + pattern.host);
  if (!pattern.id.empty()) add("id: " + pattern.id);
  for (const FieldPattern& field : pattern.where) add(in_words(field));
  return pattern.kind + (inside.empty() ? "" : " {" + inside + "}");
}

std::unique_ptr<Check> make_temporal(const TemporalPlan& plan, const Setting& setting) {
  return std::make_unique<Temporal>(plan, setting);
}

}  // namespace mr::scenarios
