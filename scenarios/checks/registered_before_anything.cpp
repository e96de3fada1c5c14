// Registered before anything: an agent finds, reads, keeps, sends and asks nothing before it holds its
// registration; no printer hears a packet before then; and the server stores and answers nothing for a sender
// that it has not registered.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "scenarios/checks/checks.hpp"

namespace mr::scenarios {
namespace {

constexpr std::array<std::string_view, 8> work = {"agent.discovered", "agent.status_read", "agent.read",
                                                  "agent.collected",  "agent.spooled",     "agent.uploaded",
                                                  "agent.queried",    "agent.executed"};

class RegisteredBeforeAnything final : public Check {
 public:
  explicit RegisteredBeforeAnything(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    const runtime::Event& event = record.event;
    const std::string host(record.host);
    if (event.kind == "agent.registered") {
      agents_.insert(host);
    } else if (event.kind == "sender.registered") {
      senders_.insert(std::string(event.id));
    } else if (event.kind == "printer.asked") {
      ++compared_;
      if (!agents_.contains(std::string(text(event, "agent")))) {
        violations_.add("a printer is asked after the registration",
                        host + " was asked before its agent registered", line(record, setting_));
      }
    } else if (std::ranges::find(work, event.kind) != work.end()) {
      ++compared_;
      if (!agents_.contains(host)) {
        violations_.add("nothing of " + host + " before agent.registered",
                        std::string(event.kind) + " of " + host + " before it registered",
                        line(record, setting_));
      }
    } else if (event.kind == "upload.stored" || event.kind == "schedule.answered") {
      ++compared_;
      const std::string sender(event.kind == "upload.stored" ? text(event, "sender") : event.id);
      if (!senders_.contains(sender)) {
        violations_.add("only registered senders are served",
                        std::string(event.kind) + " for " + sender + ", which is not registered",
                        line(record, setting_));
      }
    }
  }

  Judgement judge() override {
    for (const Setting::Site& site : setting_.sites) {
      const bool registered = agents_.contains(site.agent_host);
      if (site.registers && !registered)
        violations_.add(site.agent_host + " registers", site.agent_host + " never registered");
      if (!site.registers && registered)
        violations_.add(site.agent_host + " is refused", site.agent_host + " registered, and must be refused");
    }
    return violations_.judge(compared_, "events, all after the registration");
  }

 private:
  const Setting& setting_;
  std::set<std::string> agents_, senders_;
  Violations violations_;
  std::size_t compared_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_registered_before_anything(const Setting& setting) {
  return std::make_unique<RegisteredBeforeAnything>(setting);
}

}  // namespace mr::scenarios
