// Bounds what the refused can make the audit grow by: anybody can connect and be refused as often as it
// likes.
//
// The first refusals of one host with one reason within a minute have a record each. Those that follow are
// counted, and told together in one record when the minute is over. Hosts are told apart up to a number, and
// those beyond share one count. Of senders that are registered every refusal is recorded: they are known, and
// their account can be closed. (AUD-EVERY, AUD-MANY)
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference/runtime/clock.hpp"

namespace mr::server {

class Refusals {
 public:
  static constexpr std::uint32_t each_max =
      60;  // with a record of their own, of one host and reason a minute
  static constexpr std::size_t told_apart_max = 4096;  // pairs of host and reason
  static constexpr runtime::Duration period = std::chrono::minutes(1);

  // Refusals that were counted and not recorded.
  struct Sum {
    std::string host, reason;  // host `others` where there were too many to tell apart
    std::uint64_t count = 0;
    bool operator==(const Sum&) const = default;
  };

  // Whether a refusal is to be recorded on its own. `reason` is a code, not a text that the peer chose.
  bool record_each(std::string_view host, std::string_view reason, runtime::Instant now);
  // Forgets the minutes that are over at `now`, and gives what was counted in them.
  std::vector<Sum> over(runtime::Instant now);
  // When the first of the minutes ends; Instant::max() where none runs.
  runtime::Instant next_over() const;

 private:
  struct Minute {
    runtime::Instant ends;
    std::uint64_t seen = 0;
  };
  std::map<std::pair<std::string, std::string>, Minute> minutes_;
};

}  // namespace mr::server
