// Rogue servers: the reference with exactly one seam or decision object replaced. A suite that judges servers
// must convict each of them, and of nothing else than its defect.
//
// One file per family of defects: decision_rogues, http_rogues, store_rogues, tls_rogues.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "reference/runtime/runtime.hpp"
#include "reference/server/decisions.hpp"

namespace mr::rogue {

struct RogueServer {
  std::string_view name;         // a slug
  std::string_view requirement;  // the first that it breaks
  std::string_view sentence;     // what it does
  // One of the two differs from the reference; the other is null.
  server::Decisions (*decisions)() = nullptr;
  // The host as the server sees it, with one seam replaced. lifetime: the host given outlives it.
  std::unique_ptr<runtime::Runtime> (*host)(runtime::Runtime& host) = nullptr;
};
std::span<const RogueServer> rogue_servers();                 // in order of names
const RogueServer* find_rogue_server(std::string_view name);  // null where there is none

// The families, each in order of names.
std::span<const RogueServer> decision_rogues();  // a decision of server::Decisions
std::span<const RogueServer> http_rogues();      // the network above TLS
std::span<const RogueServer> store_rogues();     // storage and clock
std::span<const RogueServer> tls_rogues();       // the settings of TLS

}  // namespace mr::rogue
