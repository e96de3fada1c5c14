// Stores as SQLite files `<name>.sqlite` in one folder. Private to this module.
#pragma once

#include "reference/runtime/asio/process.hpp"

namespace mr::runtime {

class FolderStores final : public Stores {
 public:
  FolderStores(std::string folder, AsioProcess& process) : folder_(std::move(folder)), process_(process) {}
  Result<std::unique_ptr<Store>> open(std::string name, std::vector<std::string> migrations) override;

 private:
  std::string folder_;
  AsioProcess& process_;
};

}  // namespace mr::runtime
