#include "simulators/rogue/stores.hpp"

#include "reference/runtime/sqlite/sqlite.hpp"
#include "simulators/rogue/host.hpp"

namespace mr::rogue {
namespace {

using runtime::asio::awaitable;

// The store outlives its transaction, whichever the end of the process destroys first.
awaitable<void> commit_later(runtime::Runtime* host, runtime::Duration late_by,
                             [[maybe_unused]] std::shared_ptr<runtime::Store> store,
                             std::unique_ptr<runtime::Transaction> transaction) {
  const bool slept = co_await host->clock().sleep_for(late_by);
  if (!slept) co_return;
  const auto committed = co_await transaction->commit();
  if (!committed) host->trace().note("a late commit failed: " + to_string(committed.error()));
}

struct Late {
  runtime::Runtime& host;
  runtime::Scope scope;
  std::string word;
  runtime::Duration by;
};

class LateTransaction final : public runtime::Transaction {
 public:
  LateTransaction(std::shared_ptr<Late> late, std::shared_ptr<runtime::Store> store,
                  std::unique_ptr<runtime::Transaction> inner)
      : late_(std::move(late)),
        store_(std::move(store)),
        inner_(std::move(inner)),
        is_late_(late_->word.empty()) {}
  Result<runtime::Rows> execute(std::string_view sql, std::vector<runtime::Value> arguments) override {
    is_late_ = is_late_ || sql.find(late_->word) != std::string_view::npos;
    return inner_->execute(sql, std::move(arguments));
  }
  awaitable<Result<void>> commit() override {
    if (!is_late_) co_return co_await inner_->commit();
    late_->scope.spawn(commit_later(&late_->host, late_->by, store_, std::move(inner_)));
    co_return Result<void>();
  }

 private:
  std::shared_ptr<Late> late_;
  std::shared_ptr<runtime::Store> store_;
  std::unique_ptr<runtime::Transaction> inner_;
  bool is_late_;
};

class LateStore final : public runtime::Store {
 public:
  LateStore(std::shared_ptr<Late> late, std::unique_ptr<runtime::Store> inner)
      : late_(std::move(late)), inner_(std::move(inner)) {}
  awaitable<Result<std::unique_ptr<runtime::Transaction>>> begin() override {
    auto begun = co_await inner_->begin();
    MR_CO_TRY(begun);
    std::unique_ptr<runtime::Transaction> late =
        std::make_unique<LateTransaction>(late_, inner_, std::move(*begun));
    co_return late;
  }
  Result<runtime::Rows> query(std::string_view sql, std::vector<runtime::Value> arguments) override {
    return inner_->query(sql, std::move(arguments));
  }

 private:
  std::shared_ptr<Late> late_;
  std::shared_ptr<runtime::Store> inner_;
};

class RewordedTransaction final : public runtime::Transaction {
 public:
  RewordedTransaction(const std::vector<Reword>& rewords, std::unique_ptr<runtime::Transaction> inner)
      : rewords_(rewords), inner_(std::move(inner)) {}
  Result<runtime::Rows> execute(std::string_view sql, std::vector<runtime::Value> arguments) override {
    return inner_->execute(reworded(rewords_, sql), std::move(arguments));
  }
  awaitable<Result<void>> commit() override { return inner_->commit(); }

  static std::string reworded(const std::vector<Reword>& rewords, std::string_view sql) {
    std::string text(sql);
    for (const Reword& reword : rewords) {
      const std::size_t at = text.find(reword.from);
      if (at != std::string::npos) text.replace(at, reword.from.size(), reword.to);
    }
    return text;
  }

 private:
  const std::vector<Reword>& rewords_;  // of the store
  std::unique_ptr<runtime::Transaction> inner_;
};

class RewordedStore final : public runtime::Store {
 public:
  RewordedStore(std::vector<Reword> rewords, std::unique_ptr<runtime::Store> inner)
      : rewords_(std::move(rewords)), inner_(std::move(inner)) {}
  awaitable<Result<std::unique_ptr<runtime::Transaction>>> begin() override {
    auto begun = co_await inner_->begin();
    MR_CO_TRY(begun);
    std::unique_ptr<runtime::Transaction> reworded =
        std::make_unique<RewordedTransaction>(rewords_, std::move(*begun));
    co_return reworded;
  }
  Result<runtime::Rows> query(std::string_view sql, std::vector<runtime::Value> arguments) override {
    return inner_->query(RewordedTransaction::reworded(rewords_, sql), std::move(arguments));
  }

 private:
  std::vector<Reword> rewords_;
  std::unique_ptr<runtime::Store> inner_;
};

class UnsyncedStores final : public runtime::Stores {
 public:
  explicit UnsyncedStores(world::Host& host) : host_(host) {}
  Result<std::unique_ptr<runtime::Store>> open(std::string name,
                                               std::vector<std::string> migrations) override {
    runtime::SqliteOptions options{.path = host_.disk().path(name + ".sqlite"),
                                   .vfs = world::Disk::vfs_name()};
    options.synchronous = runtime::SqliteOptions::Synchronous::off;
    return runtime::open_sqlite(std::move(options), migrations);
  }

 private:
  world::Host& host_;
};

using Wrap = std::function<std::unique_ptr<runtime::Store>(std::unique_ptr<runtime::Store>)>;

class WrappedStores final : public runtime::Stores {
 public:
  WrappedStores(runtime::Runtime& host, Wrap wrap) : host_(host), wrap_(std::move(wrap)) {}
  Result<std::unique_ptr<runtime::Store>> open(std::string name,
                                               std::vector<std::string> migrations) override {
    auto opened = host_.stores().open(std::move(name), std::move(migrations));
    MR_TRY(opened);
    return wrap_(std::move(*opened));
  }

 private:
  runtime::Runtime& host_;
  Wrap wrap_;
};

std::unique_ptr<runtime::Runtime> with_stores(runtime::Runtime& host,
                                              std::unique_ptr<runtime::Stores> stores) {
  Seams seams;
  seams.stores = std::move(stores);
  return std::make_unique<RogueHost>(host, std::move(seams));
}

}  // namespace

std::unique_ptr<runtime::Runtime> with_store_defect(world::Host& host, StoreDefect defect) {
  switch (defect) {
    case StoreDefect::none:
      return std::make_unique<RogueHost>(host, Seams());
    case StoreDefect::unsynced:
      return with_stores(host, std::make_unique<UnsyncedStores>(host));
    case StoreDefect::early_acknowledgement:
      return with_late_commits(host, "", std::chrono::milliseconds(20));
  }
  return nullptr;
}

std::unique_ptr<runtime::Runtime> with_late_commits(runtime::Runtime& host, std::string word,
                                                    runtime::Duration late_by) {
  const auto late = std::make_shared<Late>(host, runtime::Scope(host.executor()), std::move(word), late_by);
  return with_stores(
      host, std::make_unique<WrappedStores>(host, [late](std::unique_ptr<runtime::Store> inner) {
        return std::unique_ptr<runtime::Store>(std::make_unique<LateStore>(late, std::move(inner)));
      }));
}

std::unique_ptr<runtime::Runtime> with_statements(runtime::Runtime& host, std::vector<Reword> rewords) {
  return with_stores(
      host, std::make_unique<WrappedStores>(host, [rewords](std::unique_ptr<runtime::Store> inner) {
        return std::unique_ptr<runtime::Store>(std::make_unique<RewordedStore>(rewords, std::move(inner)));
      }));
}

}  // namespace mr::rogue
