#include "scenarios/checks/equal_device.hpp"

#include <algorithm>

namespace mr::scenarios {

void EqualDevice::see(const runtime::TraceLog::Record& record) {
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
  //= REP-LOCAL-DEVICE
  // It is filed under the printer that was read: under its serial number, or under a name of its own.
  const std::string filed(text(record.event, "serial")), own = setting_.truth->serial(read->address);
  const bool has_serial =
      !filed.starts_with("local:") && !filed.starts_with("mac:") && !filed.starts_with("at:");
  const std::string& holder = filed_.emplace(filed, read->address).first->second;
  if (has_serial && !own.empty() ? filed != own : holder != read->address) {
    violations_.add("the report of " + read->address + " is filed under " + own,
                    "the report of " + read->address + " is filed under " + filed + ", as is " + holder,
                    line(record, setting_));
  }
  for (const auto& [name, value] : record.event.fields) {
    const auto* told = std::get_if<std::int64_t>(&value);
    if (told != nullptr && name.starts_with(prefix_))
      compare(record, *read, name.substr(prefix_.size()), *told);
  }
}

void EqualDevice::compare(const runtime::TraceLog::Record& record, const Read& read, std::string_view name,
                          std::int64_t told) {
  const auto truth = held(read, name);
  const std::string what = in_words_of(name) + " of " + setting_.truth->serial(read.address);
  if (!truth && setting_.truth->whole(read.address)) {
    violations_.add("no " + what, what + " is reported, the device has none", line(record, setting_));
    return;
  }
  if (!truth) {
    ++unknown_;
    return;
  }
  ++compared_;
  if (std::ranges::find(*truth, told) != truth->end()) return;
  violations_.add(what + " is " + in_words(*truth),
                  what + " is " + std::to_string(told) + " in report " + std::string(record.event.id) +
                      ", the device says " + in_words(*truth),
                  line(record, setting_));
}

Judgement EqualDevice::judge() {
  Judgement judgement = violations_.judge(compared_, std::string(counted_) + " equal to the device's own");
  if (unknown_ > 0) {
    judgement.message +=
        "; " + std::to_string(unknown_) + " that the device state does not model were not compared";
  }
  return judgement;
}

}  // namespace mr::scenarios
