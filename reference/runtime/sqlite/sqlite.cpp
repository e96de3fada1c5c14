#include "reference/runtime/sqlite/sqlite.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <list>

#include "reference/runtime/completion.hpp"
#include "reference/runtime/sqlite/connection.hpp"

namespace mr::runtime {
namespace {

using TurnHandler = asio::any_completion_handler<void(std::shared_ptr<void>)>;

struct Waiter {
  asio::any_io_executor executor;
  TurnHandler go;
};

// The connections and the queue for the one that writes. Kept by the Store, by each Transaction and by a
// COMMIT on its way.
struct Database : std::enable_shared_from_this<Database> {
  SqliteOptions options;
  std::unique_ptr<SqliteConnection> writer;
  std::unique_ptr<SqliteConnection> reader;  // null with `exclusive`
  bool taken = false;
  std::list<std::shared_ptr<Waiter>> waiting;

  // The right to write. Whoever lets it go passes it on.
  std::shared_ptr<void> turn() {
    taken = true;
    return std::shared_ptr<void>(this, [self = shared_from_this()](void*) { self->pass_on(); });
  }

  void pass_on() {
    taken = false;
    if (waiting.empty()) return;
    auto next = waiting.front();
    waiting.pop_front();
    post_completion(next->executor, std::move(next->go), turn());
  }

  void ask(asio::any_io_executor executor, TurnHandler go) {
    auto waiter = std::make_shared<Waiter>(Waiter{std::move(executor), std::move(go)});
    if (auto slot = asio::get_associated_cancellation_slot(waiter->go); slot.is_connected()) {
      slot.assign([weak = weak_from_this(), who = waiter.get()](asio::cancellation_type) {
        if (auto self = weak.lock()) self->give_up(who);
      });
    }
    waiting.push_back(std::move(waiter));
    if (!taken) pass_on();
  }

  void give_up(const Waiter* who) {
    for (auto at = waiting.begin(); at != waiting.end(); ++at) {
      if (at->get() != who) continue;
      auto waiter = *at;
      waiting.erase(at);
      post_completion(waiter->executor, std::move(waiter->go), std::shared_ptr<void>());
      return;
    }
  }
};

class SqliteTransaction final : public Transaction {
 public:
  SqliteTransaction(std::shared_ptr<Database> database, std::shared_ptr<void> turn)
      : database_(std::move(database)), turn_(std::move(turn)) {}

  ~SqliteTransaction() override {
    if (turn_ && database_->writer->in_transaction()) {
      ignore(database_->writer->script("ROLLBACK"), "the connection rolls back when it closes, too");
    }
  }

  Result<Rows> execute(std::string_view sql, std::vector<Value> arguments) override {
    MR_ASSERT(turn_ != nullptr);
    MR_ASSERT(!failed_);
    auto rows = database_->writer->run(sql, arguments);
    if (rows.has_error()) failed_ = true;
    return rows;
  }

  asio::awaitable<Result<void>> commit() override {
    MR_ASSERT(turn_ != nullptr);
    MR_ASSERT(!failed_);
    // The turn and the outcome belong to the work: they outlive a transaction that is dropped meanwhile.
    struct Commit {
      std::shared_ptr<Database> database;
      std::shared_ptr<void> turn;
      Result<void> outcome;
    };
    auto commit = std::make_shared<Commit>(Commit{database_, std::move(turn_), {}});
    turn_.reset();
    std::function<void()> work = [commit] {
      const auto rows = commit->database->writer->run("COMMIT");
      if (!rows.has_error()) return;
      commit->outcome = rows.error();
      if (commit->database->writer->in_transaction()) {
        ignore(commit->database->writer->script("ROLLBACK"), "the failure of COMMIT is what is reported");
      }
    };
    if (database_->options.offload)
      co_await database_->options.offload(std::move(work));
    else
      work();
    commit->turn.reset();
    co_return commit->outcome;
  }

 private:
  std::shared_ptr<Database> database_;
  std::shared_ptr<void> turn_;
  bool failed_ = false;
};

class SqliteStore final : public Store {
 public:
  explicit SqliteStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  asio::awaitable<Result<std::unique_ptr<Transaction>>> begin() override { return begin_on(database_); }

  Result<Rows> query(std::string_view sql, std::vector<Value> arguments) override {
    if (database_->reader) return database_->reader->run(sql, arguments);
    if (database_->taken)
      return Fault(store_errc::busy, "a transaction is open, and there is one connection");
    return database_->writer->run(sql, arguments);
  }

 private:
  static asio::awaitable<Result<std::unique_ptr<Transaction>>> begin_on(std::shared_ptr<Database> database) {
    auto executor = co_await asio::this_coro::executor;
    auto start = [&database, &executor](auto handler) {
      database->ask(executor, TurnHandler(std::move(handler)));
    };
    auto turn = co_await asio::async_initiate<decltype(asio::use_awaitable), void(std::shared_ptr<void>)>(
        start, asio::use_awaitable);
    if (!turn) co_return Fault(asio::error::operation_aborted, "waiting for the store");
    const auto begun = database->writer->run("BEGIN IMMEDIATE");
    MR_CO_TRY(begun);
    co_return std::make_unique<SqliteTransaction>(database, std::move(turn));
  }

  std::shared_ptr<Database> database_;
};

Result<void> migrate(SqliteConnection& writer, const std::vector<std::string>& migrations) {
  // Another process may be doing the same: all of it happens under the write lock, one transaction each.
  for (;;) {
    MR_TRY(writer.script("BEGIN IMMEDIATE"));
    const auto step = [&]() -> Result<bool> {
      MR_TRY(
          writer.script("CREATE TABLE IF NOT EXISTS store_version (version INTEGER NOT NULL PRIMARY KEY)"));
      const auto rows = writer.run("SELECT COALESCE(MAX(version), 0) FROM store_version");
      MR_TRY(rows);
      const auto version = std::get<std::int64_t>(rows->at(0).at(0));
      const auto newest = static_cast<std::int64_t>(migrations.size());
      if (version > newest) {
        return Fault(store_errc::rejected, "the store is of version " + std::to_string(version) +
                                               ", this program knows up to " + std::to_string(newest));
      }
      if (version < newest) {
        MR_TRY(writer.script(migrations[static_cast<std::size_t>(version)]));
        MR_TRY(writer.run("INSERT INTO store_version (version) VALUES ($1)", {version + 1}));
      }
      return version + 1 >= newest;
    }();
    if (step.has_error()) {
      ignore(writer.script("ROLLBACK"), "the migration's failure is what is reported");
      return step.error();
    }
    MR_TRY(writer.script("COMMIT"));
    if (*step) return {};
  }
}

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options,
                                           const std::vector<std::string>& migrations) {
  auto database = std::make_shared<Database>();
  auto writer = SqliteConnection::open(options, false);
  MR_TRY(writer);
  MR_TRY(migrate(**writer, migrations));
  if (!options.exclusive) {
    auto reader = SqliteConnection::open(options, true);
    MR_TRY(reader);
    database->reader = std::move(*reader);
  }
  database->writer = std::move(*writer);
  database->options = std::move(options);
  return std::make_unique<SqliteStore>(std::move(database));
}

}  // namespace mr::runtime
