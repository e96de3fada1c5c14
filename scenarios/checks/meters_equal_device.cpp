// A meter that the server stored equals the device's own counter at some instant of the read: nothing lost,
// nothing billed twice.
#include <algorithm>
#include <charconv>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {
namespace {

class MetersEqualDevice final : public Check {
 public:
  explicit MetersEqualDevice(const Setting& setting) : setting_(setting) {}

  void see(const runtime::TraceLog::Record& record) override {
    reads_.see(record);
    if (record.event.kind != "report.stored") return;
    const Read* read = reads_.find(record.event.id);
    if (read == nullptr) {
      violations_.add("a stored report was read by an agent",
                      "report " + std::string(record.event.id) + " is stored and was never read",
                      line(record, setting_));
      return;
    }
    if (!setting_.truth->knows(read->address)) {
      violations_.add("only printers of the scenario are reported",
                      "a report of " + read->address + ", where no printer is", line(record, setting_));
      return;
    }
    for (const auto& [name, value] : record.event.fields) {
      const auto* told = std::get_if<std::int64_t>(&value);
      if (told != nullptr && name.starts_with("meter.")) compare(record, *read, name.substr(6), *told);
    }
  }

  Judgement judge() override {
    Judgement judgement = violations_.judge(compared_, "meters equal to the device's own");
    if (unknown_ > 0)
      judgement.message +=
          "; " + std::to_string(unknown_) + " that the device state does not model were not compared";
    return judgement;
  }

 private:
  void compare(const runtime::TraceLog::Record& record, const Read& read, std::string_view name,
               std::int64_t told) {
    const auto held = setting_.truth->meter(read.address, name, read.from, read.to);
    if (!held && setting_.truth->whole(read.address)) {
      const std::string what = std::string(name) + " of " + setting_.truth->serial(read.address);
      violations_.add("no " + what, what + " is reported, the device has none", line(record, setting_));
      return;
    }
    if (!held) {
      ++unknown_;
      return;
    }
    ++compared_;
    if (std::ranges::find(*held, told) != held->end()) return;
    violations_.add(
        std::string(name) + " of " + setting_.truth->serial(read.address) + " is " + in_words(*held),
        std::string(name) + " of " + setting_.truth->serial(read.address) + " is " + std::to_string(told) +
            " in report " + std::string(record.event.id) + ", the device says " + in_words(*held),
        line(record, setting_));
  }

  const Setting& setting_;
  Reads reads_;
  Violations violations_;
  std::size_t compared_ = 0, unknown_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_meters_equal_device(const Setting& setting) {
  return std::make_unique<MetersEqualDevice>(setting);
}

}  // namespace mr::scenarios
