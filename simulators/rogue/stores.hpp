// A host whose storage has one defect: the reference runs on it unchanged, and a check must notice.
//
// RogueRuntime is a world host with its `stores()` replaced. The defects are what a careless server would have:
//   unsynced              SQLite with synchronous=OFF: a commit is believed before the disk has it
//   early_acknowledgement commit() completes at once and the data is committed later, as when the answer is sent before the commit
#pragma once

#include <memory>

#include "reference/runtime/runtime.hpp"
#include "simulators/world/host.hpp"

namespace mr::rogue {

enum class StoreDefect { none, unsynced, early_acknowledgement };

// lifetime: `host` outlives it. What it opened belongs to the host's present life.
class RogueRuntime final : public runtime::Runtime {
 public:
  RogueRuntime(world::Host& host, StoreDefect defect);
  ~RogueRuntime() override;

  const std::string& host() const override { return host_.host(); }
  runtime::asio::any_io_executor executor() override { return host_.executor(); }
  runtime::Clock& clock() override { return host_.clock(); }
  runtime::Network& network() override { return host_.network(); }
  runtime::Entropy& entropy() override { return host_.entropy(); }
  runtime::Stores& stores() override { return *stores_; }
  runtime::Trace& trace() override { return host_.trace(); }
  runtime::asio::awaitable<void> offload(std::function<void()> work) override { return host_.offload(std::move(work)); }

 private:
  world::Host& host_;
  std::unique_ptr<runtime::Stores> stores_;
};

}  // namespace mr::rogue
