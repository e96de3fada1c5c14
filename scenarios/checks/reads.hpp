// When and where each report was read, as the agents' events tell it: what a stored report is held against
// the truth with.
#pragma once

#include <map>
#include <string>

#include "scenarios/checks/check.hpp"

namespace mr::scenarios {

struct Read {
  std::string address;
  runtime::Instant from, to;  // the read lay between them
  bool complete = true;
};

class Reads {
 public:
  void see(const runtime::TraceLog::Record& record) {
    if (record.event.kind != "agent.read") return;
    const auto from = number(record.event, "from_ns");
    reads_[std::string(record.event.id)] = {std::string(text(record.event, "address")),
                                            from ? runtime::Instant(runtime::Duration(*from)) : record.at,
                                            record.at, number(record.event, "complete").value_or(1) != 0};
  }
  const Read* find(std::string_view report) const {
    const auto found = reads_.find(report);
    return found == reads_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Read, std::less<>> reads_;  // by report id
};

// "17" or "17, 18 or 20".
std::string in_words(const Held& held);

}  // namespace mr::scenarios
