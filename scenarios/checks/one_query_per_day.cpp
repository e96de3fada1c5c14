// One query per day: the server answers each agent's daily GetSchedule exactly once on each local day on
// which its time falls due.
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

class OneQueryPerDay final : public Check {
 public:
  explicit OneQueryPerDay(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    const runtime::Event& event = record.event;
    if (event.kind == "agent.registered") {
      if (const Setting::Site* site = setting_.site_of(record.host)) senders_[std::string(event.id)] = site;
    } else if (event.kind == "schedule.answered" && text(event, "poll") == "daily") {
      answered_[std::string(event.id)][setting_.day(record.at)].push_back(line(record, setting_));
    }
  }

  Judgement judge() override {
    std::size_t compared = 0;
    std::map<std::string, std::map<std::string, std::vector<std::string>>> days_of;  // by site, then day
    for (const auto& [sender, days] : answered_) {
      const auto site = senders_.find(sender);
      if (site == senders_.end()) {
        violations_.add("only registered agents are answered",
                        "a daily query of " + sender + ", which is no agent of the scenario",
                        days.begin()->second.front());
        continue;
      }
      for (const auto& [day, lines] : days) {
        auto& all = days_of[site->second->name][day];
        all.insert(all.end(), lines.begin(), lines.end());
      }
    }
    for (const Setting::Site& site : setting_.sites) {
      auto& days = days_of[site.name];
      std::set<std::string> due;
      for (const std::string& day : setting_.days_due(site.report_at)) due.insert(day);
      for (const std::string& day : due) {
        ++compared;
        if (!days.contains(day))
          violations_.add("one daily query of " + site.name + " on " + day,
                          "no daily query of " + site.name + " on " + day);
      }
      for (const auto& [day, lines] : days) {
        if (lines.size() > 1) {
          violations_.add("one daily query of " + site.name + " on " + day,
                          std::to_string(lines.size()) + " daily queries of " + site.name + " on " + day,
                          lines.back());
        } else if (!due.contains(day) && day != setting_.day(setting_.end)) {
          violations_.add("no daily query of " + site.name + " on " + day,
                          "a daily query of " + site.name + " on " + day, lines.back());
        }
      }
    }
    return violations_.judge(compared, "days of agents, with one daily query each");
  }

 private:
  const Setting& setting_;
  std::map<std::string, const Setting::Site*> senders_;
  std::map<std::string, std::map<std::string, std::vector<std::string>>>
      answered_;  // by sender, then local day: event lines
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_one_query_per_day(const Setting& setting) {
  return std::make_unique<OneQueryPerDay>(setting);
}

}  // namespace mr::scenarios
