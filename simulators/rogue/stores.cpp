#include "simulators/rogue/stores.hpp"

#include "reference/runtime/sqlite/sqlite.hpp"

namespace mr::rogue {
namespace {

using runtime::asio::awaitable;

constexpr auto late_by = std::chrono::milliseconds(20);

awaitable<void> commit_later(world::Host& host, std::unique_ptr<runtime::Transaction> transaction) {
  co_await host.clock().sleep_for(late_by);
  const auto committed = co_await transaction->commit();
  if (!committed) host.trace().note("a late commit failed: " + to_string(committed.error()));
}

class EarlyTransaction final : public runtime::Transaction {
 public:
  EarlyTransaction(world::Host& host, runtime::Scope& scope, std::unique_ptr<runtime::Transaction> inner)
      : host_(host), scope_(scope), inner_(std::move(inner)) {}
  Result<runtime::Rows> execute(std::string_view sql, std::vector<runtime::Value> arguments) override {
    return inner_->execute(sql, std::move(arguments));
  }
  awaitable<Result<void>> commit() override {
    scope_.spawn(commit_later(host_, std::move(inner_)));
    co_return Result<void>();
  }

 private:
  world::Host& host_;
  runtime::Scope& scope_;
  std::unique_ptr<runtime::Transaction> inner_;
};

class EarlyStore final : public runtime::Store {
 public:
  EarlyStore(world::Host& host, std::shared_ptr<runtime::Scope> scope, std::unique_ptr<runtime::Store> inner)
      : host_(host), scope_(std::move(scope)), inner_(std::move(inner)) {}
  awaitable<Result<std::unique_ptr<runtime::Transaction>>> begin() override {
    auto begun = co_await inner_->begin();
    MR_CO_TRY(begun);
    std::unique_ptr<runtime::Transaction> early = std::make_unique<EarlyTransaction>(host_, *scope_, std::move(*begun));
    co_return early;
  }
  Result<runtime::Rows> query(std::string_view sql, std::vector<runtime::Value> arguments) override {
    return inner_->query(sql, std::move(arguments));
  }

 private:
  world::Host& host_;
  std::shared_ptr<runtime::Scope> scope_;
  std::unique_ptr<runtime::Store> inner_;
};

class DefectiveStores final : public runtime::Stores {
 public:
  DefectiveStores(world::Host& host, StoreDefect defect)
      : host_(host), defect_(defect), scope_(std::make_shared<runtime::Scope>(host.executor())) {}

  Result<std::unique_ptr<runtime::Store>> open(std::string name, std::vector<std::string> migrations) override {
    if (defect_ == StoreDefect::unsynced) {
      runtime::SqliteOptions options{.path = host_.disk().path(name + ".sqlite"), .vfs = world::Disk::vfs_name()};
      options.synchronous = runtime::SqliteOptions::Synchronous::off;
      return runtime::open_sqlite(std::move(options), migrations);
    }
    auto opened = host_.stores().open(std::move(name), std::move(migrations));
    if (!opened || defect_ == StoreDefect::none) return opened;
    return std::unique_ptr<runtime::Store>(new EarlyStore(host_, scope_, std::move(*opened)));
  }

 private:
  world::Host& host_;
  StoreDefect defect_;
  std::shared_ptr<runtime::Scope> scope_;
};

}  // namespace

RogueRuntime::RogueRuntime(world::Host& host, StoreDefect defect)
    : host_(host), stores_(std::make_unique<DefectiveStores>(host, defect)) {}

RogueRuntime::~RogueRuntime() = default;

}  // namespace mr::rogue
