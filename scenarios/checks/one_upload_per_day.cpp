// One upload per day: each agent collects by schedule exactly once on each local day on which its time falls
// due, and every package of that collection reaches the server. Uploads asked for by an action are not
// scheduled ones.
#include <deque>
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

class OneUploadPerDay final : public Check {
 public:
  explicit OneUploadPerDay(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    const runtime::Event& event = record.event;
    if (event.kind == "upload.stored") stored_.insert(std::string(event.id));
    const Setting::Site* site = setting_.site_of(record.host);
    if (site == nullptr) return;
    Agent& agent = agents_[site->name];
    if (event.kind == "agent.collected") {
      const bool daily = text(event, "why") == "daily";
      if (daily) agent.days[setting_.day(record.at)].push_back(line(record, setting_));
      if (number(event, "reports").value_or(0) > 0) {
        agent.collected.push_back({daily, record.at});
      } else if (daily) {
        agent.empty.insert(setting_.day(record.at));
      }
    } else if (event.kind == "agent.spooled") {
      // The spool takes collections in their order; the packages of one are spooled at one instant.
      if (agent.spooled_at != record.at && !agent.collected.empty()) {
        agent.spooling_daily = agent.collected.front().daily;
        agent.collected.pop_front();
        agent.spooled_at = record.at;
      }
      if (agent.spooling_daily) agent.packages.push_back({std::string(event.id), record.at});
    }
  }

  Judgement judge() override {
    std::size_t compared = 0, empty = 0;
    for (const Setting::Site& site : setting_.sites) {
      Agent& agent = agents_[site.name];
      std::set<std::string> due;
      for (const std::string& day : setting_.days_due(site.report_at)) due.insert(day);
      for (const std::string& day : due) {
        // A day on which no printer answered has nothing to upload.
        agent.empty.contains(day) ? ++empty : ++compared;
        if (!agent.days.contains(day))
          violations_.add("one scheduled upload of " + site.name + " on " + day,
                          "no scheduled upload of " + site.name + " on " + day);
      }
      for (const auto& [day, lines] : agent.days) {
        // One that fell due within the grace before the end may or may not be there.
        if (lines.size() > 1) {
          violations_.add("one scheduled upload of " + site.name + " on " + day,
                          std::to_string(lines.size()) + " scheduled uploads of " + site.name + " on " + day,
                          lines.back());
        } else if (!due.contains(day) && day != setting_.day(setting_.end)) {
          violations_.add("no scheduled upload of " + site.name + " on " + day,
                          "a scheduled upload of " + site.name + " on " + day, lines.back());
        }
      }
      for (const Collected& left : agent.collected) {
        if (left.daily && left.at <= setting_.end - setting_.grace)
          violations_.add(
              "what " + site.name + " collected is packed",
              "what " + site.name + " collected at " + setting_.stamp(left.at) + " was never packed");
      }
      for (const auto& [key, at] : agent.packages) {
        if (!stored_.contains(key) && at <= setting_.end - setting_.grace) {
          violations_.add("package " + key + " is stored",
                          "package " + key + ", spooled at " + setting_.stamp(at) + ", is not stored");
        }
      }
    }
    Judgement judgement = violations_.judge(compared, "days of agents, with one scheduled upload each");
    if (empty > 0) judgement.message += "; " + std::to_string(empty) + " on which no printer answered";
    return judgement;
  }

 private:
  struct Collected {
    bool daily = false;
    runtime::Instant at;
  };
  struct Agent {
    std::map<std::string, std::vector<std::string>>
        days;                         // local day: the event lines of its scheduled collections
    std::set<std::string> empty;      // local days of scheduled collections without a report
    std::deque<Collected> collected;  // not yet spooled
    std::optional<runtime::Instant> spooled_at;
    bool spooling_daily = false;
    std::vector<std::pair<std::string, runtime::Instant>> packages;  // of scheduled collections
  };
  const Setting& setting_;
  std::map<std::string, Agent> agents_;  // by site
  std::set<std::string, std::less<>> stored_;
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_one_upload_per_day(const Setting& setting) {
  return std::make_unique<OneUploadPerDay>(setting);
}

}  // namespace mr::scenarios
