// Exactly once: a report that an agent put into its spool is stored by the server once, never twice, and
// nothing is stored that no agent spooled. An upload that an agent was told is stored was stored before.
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

class ExactlyOnce final : public Check {
 public:
  explicit ExactlyOnce(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    const runtime::Event& event = record.event;
    if (event.kind == "agent.spooled") {
      for (const std::string_view report : event.causes) reports_[std::string(report)].spooled = record.at;
    } else if (event.kind == "upload.stored") {
      uploads_.insert(std::string(event.id));
    } else if (event.kind == "report.stored") {
      Report& report = reports_[std::string(event.id)];
      if (++report.stored > 1) {
        violations_.add(
            "report " + std::string(event.id) + " is stored once",
            "report " + std::string(event.id) + " is stored " + std::to_string(report.stored) + " times",
            line(record, setting_));
      }
      if (!report.spooled) {
        violations_.add("only what an agent spooled is stored",
                        "report " + std::string(event.id) + " is stored but was never spooled",
                        line(record, setting_));
      }
    } else if (event.kind == "agent.uploaded" && !uploads_.contains(event.id)) {
      violations_.add("the server acknowledges an upload after it is stored",
                      "upload " + std::string(event.id) + " was acknowledged and is not stored",
                      line(record, setting_));
    }
  }

  Judgement judge() override {
    std::size_t compared = 0;
    for (const auto& [id, report] : reports_) {
      if (!report.spooled || (report.stored == 0 && *report.spooled > setting_.end - setting_.grace))
        continue;
      ++compared;
      if (report.stored == 0) {
        violations_.add(
            "report " + id + " is stored once",
            "report " + id + ", spooled at " + setting_.stamp(*report.spooled) + ", is not stored");
      }
    }
    return violations_.judge(compared, "reports spooled and stored once");
  }

 private:
  struct Report {
    std::optional<runtime::Instant> spooled;
    std::size_t stored = 0;
  };
  const Setting& setting_;
  std::map<std::string, Report, std::less<>> reports_;
  std::set<std::string, std::less<>> uploads_;
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_exactly_once(const Setting& setting) {
  return std::make_unique<ExactlyOnce>(setting);
}

}  // namespace mr::scenarios
