#include "reference/runtime/asio/stores.hpp"

#include <filesystem>

#include "reference/runtime/sqlite/sqlite.hpp"

namespace mr::runtime {

Result<std::unique_ptr<Store>> FolderStores::open(std::string name, std::vector<std::string> migrations) {
  const bool named =
      !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!named) return Fault(store_errc::rejected, "store name: " + name);
  if (folder_.empty()) return Fault(store_errc::unavailable, "this host has no folder for stores");
  std::error_code ec;
  std::filesystem::create_directories(folder_, ec);
  if (ec) return Fault(store_errc::unavailable, folder_ + ": " + ec.message());
  SqliteOptions options{.path = folder_ + "/" + name + ".sqlite"};
  options.offload = [&process = process_](std::function<void()> work) {
    return process.offload(std::move(work));
  };
  return open_sqlite(std::move(options), migrations);
}

}  // namespace mr::runtime
