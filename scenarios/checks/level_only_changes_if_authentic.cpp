// The firmware level of a device changes if and only if a whole, authentic file for its model arrived: by the
// device's own truth, the server's repository of software, and the files that came to the printer's raw port.
#include <algorithm>

#include "scenarios/checks/actions.hpp"
#include "scenarios/checks/checks.hpp"
#include "simulators/printer/firmware/firmware.hpp"

namespace mr::scenarios {
namespace {

class LevelOnlyChangesIfAuthentic final : public Check {
 public:
  explicit LevelOnlyChangesIfAuthentic(const Setting& setting) : setting_(setting), actions_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    actions_.see(record);
    const runtime::Event& event = record.event;
    if (event.kind == "printer.power" && number(event, "on") == 0)
      cuts_.emplace_back(std::string(text(event, "serial")), record.at);
  }

  Judgement judge() override {
    struct Arrival {
      const PrinterDeed* deed;
      const Setting::Software* software;  // null: none that the repository has
      bool good;
    };
    std::vector<Arrival> arrivals;
    const auto by = actions_.explained([](const Action&) { return true; });
    for (std::size_t i = 0; i < by.size(); ++i) {
      const PrinterDeed& deed = actions_.deeds()[i];
      if (deed.action_kind != "UpgradeDevice") continue;
      Arrival arrival{&deed, nullptr, false};
      if (by[i] != nullptr) {
        const auto software = std::ranges::find(setting_.software, by[i]->software, &Setting::Software::id);
        if (software != setting_.software.end()) arrival.software = &*software;
      }
      arrival.good =
          arrival.software != nullptr &&
          std::ranges::find(arrival.software->serials, deed.serial) != arrival.software->serials.end();
      arrivals.push_back(arrival);
    }

    for (const std::string& address : setting_.truth->addresses()) {
      const std::string serial = setting_.truth->serial(address);
      const auto& levels = setting_.truth->firmware(address);
      for (std::size_t i = 1; i < levels.size(); ++i) {
        const bool authentic = std::ranges::any_of(arrivals, [&](const Arrival& arrival) {
          return arrival.deed->serial == serial && arrival.good &&
                 arrival.software->version == levels[i].level && arrival.deed->at <= levels[i].from;
        });
        if (authentic) continue;
        violations_.add("the level of " + serial + " stays " + levels[i - 1].level,
                        "the level of " + serial + " became " + levels[i].level + " at " +
                            setting_.stamp(levels[i].from) +
                            ", and no good file with that level for its model had arrived",
                        evidence(serial));
      }
    }
    for (const Arrival& arrival : arrivals) {
      const std::string& serial = arrival.deed->serial;
      if (!arrival.good || arrival.deed->at > setting_.end - patience) continue;
      // A power cut while it is written leaves the old level.
      const bool cut = std::ranges::any_of(cuts_, [&](const auto& power) {
        return power.first == serial && power.second >= arrival.deed->at - patience &&
               power.second <= arrival.deed->at + patience;
      });
      const auto& levels = setting_.truth->firmware(setting_.truth->address_of(serial));
      // It comes to run after the file came, or ran then already; an older one than ran is rightly refused.
      const std::string& version = arrival.software->version;
      std::string at_arrival = levels.front().level;
      bool runs = false;
      for (const auto& level : levels) {
        if (level.from <= arrival.deed->at) at_arrival = level.level;
        runs = runs || (level.from > arrival.deed->at && level.level == version);
      }
      if (printer::firmware::compare_levels(version, at_arrival) <= 0) continue;
      if (!cut && !runs)
        violations_.add("the level of " + serial + " becomes " + arrival.software->version,
                        "a good file with level " + arrival.software->version + " arrived at " + serial +
                            ", which runs " + levels.back().level,
                        arrival.deed->line);
    }
    const auto good = std::ranges::count(arrivals, true, &Arrival::good);
    return violations_.judge(arrivals.size(),
                             "firmware files arrived at printers, " + std::to_string(good) +
                                 " of them good for it, and the level changed for those alone");
  }

 private:
  static constexpr runtime::Duration patience = std::chrono::hours(1);
  std::string evidence(const std::string& serial) const {
    for (const PrinterDeed& deed : actions_.deeds()) {
      if (deed.serial == serial && deed.action_kind == "UpgradeDevice") return deed.line;
    }
    return {};
  }

  const Setting& setting_;
  Actions actions_;
  std::vector<std::pair<std::string, runtime::Instant>> cuts_;  // printers switched off, and when
  Violations violations_;
};

}  // namespace

std::unique_ptr<Check> make_level_only_changes_if_authentic(const Setting& setting) {
  return std::make_unique<LevelOnlyChangesIfAuthentic>(setting);
}

}  // namespace mr::scenarios
