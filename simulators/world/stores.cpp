#include "simulators/world/stores.hpp"

#include "reference/runtime/sqlite/sqlite.hpp"

namespace mr::world {
namespace {

// A commit takes its time; a crash before the middle loses it, one after keeps it although nobody was told.
runtime::asio::awaitable<void> commit_in_time(Host& host, std::function<void()> commit) {
  const Duration half = host.world().options().commit_latency / 2;
  co_await host.clock().sleep_for(half);
  commit();
  co_await host.clock().sleep_for(half);
}

}  // namespace

Result<std::unique_ptr<runtime::Store>> HostStores::open(std::string name,
                                                         std::vector<std::string> migrations) {
  if (!host_.up()) return Fault(runtime::store_errc::unavailable, host_.host() + " is down");
  runtime::SqliteOptions options{.path = host_.disk().path(name + ".sqlite"), .vfs = Disk::vfs_name()};
  options.offload = [this](std::function<void()> work) { return commit_in_time(host_, std::move(work)); };
  return runtime::open_sqlite(std::move(options), migrations);
}

}  // namespace mr::world
