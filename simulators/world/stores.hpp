// Stores of a virtual host: SQLite files on its Disk.
#pragma once

#include "reference/runtime/store.hpp"
#include "simulators/world/host.hpp"

namespace mr::world {

class HostStores final : public runtime::Stores {
 public:
  explicit HostStores(Host& host) : host_(host) {}
  Result<std::unique_ptr<runtime::Store>> open(std::string name,
                                               std::vector<std::string> migrations) override;

 private:
  Host& host_;
};

}  // namespace mr::world
