#include "reference/server/refusals.hpp"

#include <algorithm>

namespace mr::server {

//= AUD-MANY
bool Refusals::record_each(std::string_view host, std::string_view reason, runtime::Instant now) {
  auto found = minutes_.find({std::string(host), std::string(reason)});
  if (found == minutes_.end()) {
    const bool told_apart = minutes_.size() < told_apart_max;
    const std::pair<std::string, std::string> key = told_apart
                                                        ? std::pair(std::string(host), std::string(reason))
                                                        : std::pair(std::string("others"), std::string());
    found = minutes_.try_emplace(key, Minute{now + period, 0}).first;
  }
  return ++found->second.seen <= each_max;
}

std::vector<Refusals::Sum> Refusals::over(runtime::Instant now) {
  std::vector<Sum> sums;
  for (auto at = minutes_.begin(); at != minutes_.end();) {
    if (at->second.ends > now) {
      ++at;
      continue;
    }
    if (at->second.seen > each_max)
      sums.push_back({at->first.first, at->first.second, at->second.seen - each_max});
    at = minutes_.erase(at);
  }
  return sums;
}

runtime::Instant Refusals::next_over() const {
  runtime::Instant next = runtime::Instant::max();
  for (const auto& [key, minute] : minutes_) next = std::min(next, minute.ends);
  return next;
}

}  // namespace mr::server
