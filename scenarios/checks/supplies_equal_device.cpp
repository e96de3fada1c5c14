// A supply level that the server stored equals the level that the device told at some instant of the read.
// Levels that are no number are not compared.
#include <algorithm>
#include <charconv>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {
namespace {

class SuppliesEqualDevice final : public Check {
 public:
  explicit SuppliesEqualDevice(const Setting& setting) : setting_(setting) {}

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
      if (told != nullptr && name.starts_with("supply.")) compare(record, *read, name.substr(7), *told);
    }
  }

  Judgement judge() override {
    Judgement judgement = violations_.judge(compared_, "supply levels equal to the device's own");
    if (unknown_ > 0)
      judgement.message +=
          "; " + std::to_string(unknown_) + " that the device state does not model were not compared";
    return judgement;
  }

 private:
  void compare(const runtime::TraceLog::Record& record, const Read& read, std::string_view index,
               std::int64_t told) {
    std::int64_t at = 0;
    const auto parsed = std::from_chars(index.data(), index.data() + index.size(), at);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == index.data() + index.size();
    const auto held = whole ? setting_.truth->supply(read.address, at, read.from, read.to) : std::nullopt;
    if (!held && setting_.truth->whole(read.address)) {
      const std::string what = "supply " + std::string(index) + " of " + setting_.truth->serial(read.address);
      violations_.add("no " + what, what + " is reported, the device has none", line(record, setting_));
      return;
    }
    if (!held) {
      ++unknown_;
      return;
    }
    ++compared_;
    if (std::ranges::find(*held, told) != held->end()) return;
    const std::string what = "supply " + std::string(index) + " of " + setting_.truth->serial(read.address);
    violations_.add(what + " is at " + in_words(*held),
                    what + " is at " + std::to_string(told) + " in report " + std::string(record.event.id) +
                        ", the device says " + in_words(*held),
                    line(record, setting_));
  }

  const Setting& setting_;
  Reads reads_;
  Violations violations_;
  std::size_t compared_ = 0, unknown_ = 0;
};

}  // namespace

std::unique_ptr<Check> make_supplies_equal_device(const Setting& setting) {
  return std::make_unique<SuppliesEqualDevice>(setting);
}

}  // namespace mr::scenarios
