// A host with some of its seams replaced: what runs on it is the reference, unchanged.
#pragma once

#include <memory>

#include "reference/runtime/runtime.hpp"

namespace mr::rogue {

// The seams that differ; those that are null are the host's own.
struct Seams {
  std::unique_ptr<runtime::Clock> clock;
  std::unique_ptr<runtime::Network> network;
  std::unique_ptr<runtime::Stores> stores;
};

// lifetime: `host` outlives it.
class RogueHost final : public runtime::Runtime {
 public:
  RogueHost(runtime::Runtime& host, Seams seams) : host_(host), seams_(std::move(seams)) {}

  const std::string& host() const override { return host_.host(); }
  runtime::asio::any_io_executor executor() override { return host_.executor(); }
  runtime::Clock& clock() override { return seams_.clock ? *seams_.clock : host_.clock(); }
  runtime::Network& network() override { return seams_.network ? *seams_.network : host_.network(); }
  runtime::Entropy& entropy() override { return host_.entropy(); }
  runtime::Stores& stores() override { return seams_.stores ? *seams_.stores : host_.stores(); }
  runtime::Trace& trace() override { return host_.trace(); }
  runtime::asio::awaitable<void> offload(std::function<void()> work) override {
    return host_.offload(std::move(work));
  }

 private:
  runtime::Runtime& host_;
  Seams seams_;
};

// A host whose civil time is off by `by`; its time line is the host's own. TLS certificates are judged by the
// network, at the host's own time. lifetime: `host` outlives what is given.
std::unique_ptr<runtime::Runtime> with_wall_off(runtime::Runtime& host, std::chrono::milliseconds by);

}  // namespace mr::rogue
