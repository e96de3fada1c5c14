#include "simulators/rogue/servers.hpp"

#include <algorithm>
#include <vector>

namespace mr::rogue {

std::span<const RogueServer> rogue_servers() {
  static const std::vector<RogueServer> rogues = [] {
    std::vector<RogueServer> all;
    for (const auto family : {decision_rogues(), http_rogues(), store_rogues(), tls_rogues()})
      all.insert(all.end(), family.begin(), family.end());
    std::ranges::sort(all, {}, &RogueServer::name);
    return all;
  }();
  return rogues;
}

const RogueServer* find_rogue_server(std::string_view name) {
  const auto rogues = rogue_servers();
  const auto found = std::ranges::find(rogues, name, &RogueServer::name);
  return found == rogues.end() ? nullptr : &*found;
}

}  // namespace mr::rogue
