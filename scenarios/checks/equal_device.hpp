// What the server stored of a device equals the device's own figure at some instant of the read. The checks
// of meters and of supplies are this, with the fields that they look at and the words that they say it in.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "scenarios/checks/checks.hpp"
#include "scenarios/checks/reads.hpp"

namespace mr::scenarios {

class EqualDevice : public Check {
 public:
  // Fields of `report.stored` that begin with `prefix`; `counted` is what was compared, in the plural.
  EqualDevice(const Setting& setting, std::string_view prefix, std::string_view counted)
      : setting_(setting), prefix_(prefix), counted_(counted) {}
  void see(const runtime::TraceLog::Record& record) override;
  Judgement judge() override;

 protected:
  // What the device held during the read; nothing where its state does not model the figure. `name`: the
  // field's, after the prefix.
  virtual std::optional<Held> held(const Read& read, std::string_view name) const = 0;
  virtual std::string in_words_of(std::string_view name) const = 0;  // "TotalImpressions", "supply 3"
  const Setting& setting_;

 private:
  void compare(const runtime::TraceLog::Record& record, const Read& read, std::string_view name,
               std::int64_t told);

  std::string_view prefix_, counted_;
  Reads reads_;
  std::map<std::string, std::string> filed_;  // what reports are filed under: the address first read so
  Violations violations_;
  std::size_t compared_ = 0, unknown_ = 0;
};

}  // namespace mr::scenarios
