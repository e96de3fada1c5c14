#include "reference/runtime/sqlite/sqlite.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "reference/runtime/runtime.hpp"
#include "reference/runtime/test_seams.hpp"

namespace mr::runtime {
namespace {

using Migrations = std::vector<std::string>;
using std::chrono::milliseconds;
using Opened = Result<std::unique_ptr<Transaction>>;

const Migrations one = {
    "CREATE TABLE meter (name TEXT NOT NULL PRIMARY KEY, value INTEGER CHECK (value >= 0), raw BLOB);"
    "CREATE TABLE mark (meter TEXT NOT NULL REFERENCES meter (name))"};

asio::awaitable<void> insert_and_log(Store& store, std::string name, std::vector<std::string>& log) {
  auto transaction = co_await store.begin();
  if (transaction.has_error()) {
    log.push_back(name + " refused");
    co_return;
  }
  const auto done = (*transaction)->execute("INSERT INTO meter (name, value) VALUES ($1, 1)", {name});
  EXPECT_FALSE(done.has_error());
  const auto committed = co_await (*transaction)->commit();
  EXPECT_FALSE(committed.has_error());
  log.push_back(name);
}

struct SqliteTest : testing::Test {
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "makeready-sqlite-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  SqliteOptions options() const { return {.path = folder / "test.sqlite", .busy_timeout = milliseconds(0)}; }
  std::unique_ptr<Store> open(const Migrations& migrations = one) {
    auto store = open_sqlite(options(), migrations);
    EXPECT_FALSE(store.has_error()) << to_string(store.error());
    return std::move(*store);
  }
  std::unique_ptr<Transaction> begin(Store& store) {
    auto opened = spawn_for<Opened>(context.get_executor(), store.begin());
    clock.settle();
    EXPECT_TRUE(opened->has_value());
    return std::move(***opened);
  }
  Result<void> commit(Transaction& transaction) {
    auto done = spawn_for<Result<void>>(context.get_executor(), transaction.commit());
    clock.settle();
    return done->value();
  }
  static std::int64_t count(Store& store) {
    return std::get<std::int64_t>(store.query("SELECT count(*) FROM meter")->at(0).at(0));
  }

  asio::io_context context;
  ManualClock clock{context};
  std::filesystem::path folder;
};

TEST_F(SqliteTest, KeepsValuesOfEveryKind) {
  auto store = open();
  auto transaction = begin(*store);
  const Blob raw = {std::byte{0}, std::byte{255}};
  // $2 before $1, and $1 twice: placeholders go by number.
  ASSERT_FALSE(transaction
                   ->execute("INSERT INTO meter (value, name, raw) VALUES ($2, $1 || $1, $3)",
                             {"é", std::int64_t{1} << 62, raw})
                   .has_error());
  ASSERT_FALSE(transaction
                   ->execute("INSERT INTO meter (value, name, raw) VALUES ($1, $2, $3)",
                             {std::monostate(), std::string("a\0b", 3), Blob()})
                   .has_error());
  ASSERT_FALSE(commit(*transaction).has_error());
  const auto rows = store->query("SELECT name, value, raw FROM meter ORDER BY name");
  ASSERT_FALSE(rows.has_error());
  EXPECT_EQ(*rows,
            (Rows{{std::string("a\0b", 3), std::monostate(), Blob()}, {"éé", std::int64_t{1} << 62, raw}}));
}

TEST_F(SqliteTest, RollsBackWhatIsNotCommitted) {
  auto store = open();
  auto transaction = begin(*store);
  ASSERT_FALSE(transaction->execute("INSERT INTO meter (name) VALUES ('x')").has_error());
  EXPECT_EQ(count(*store), 0);  // a reader sees the last commit beside it
  transaction.reset();
  EXPECT_EQ(count(*store), 0);
  transaction = begin(*store);
  ASSERT_FALSE(transaction->execute("INSERT INTO meter (name) VALUES ('x')").has_error());
  ASSERT_FALSE(commit(*transaction).has_error());
  EXPECT_EQ(count(*store), 1);
}

TEST_F(SqliteTest, NamesWhatWasWrong) {
  auto store = open();
  const auto fault = [&](std::string_view sql, std::vector<Value> arguments = {}) {
    return begin(*store)->execute(sql, std::move(arguments)).error().code;
  };
  EXPECT_EQ(fault("INSERT INTO meter (name, value) VALUES ('x', -1)"), store_errc::constraint);
  EXPECT_EQ(fault("INSERT INTO mark (meter) VALUES ('none')"), store_errc::constraint);
  EXPECT_EQ(fault("INSERT INTO meter (name) VALUES ('y'), ('y')"), store_errc::constraint);
  EXPECT_EQ(fault("INSERT INTO nowhere VALUES (1)"), store_errc::rejected);
  EXPECT_EQ(fault("SELECT \"not a name\""), store_errc::rejected);
  EXPECT_EQ(fault("SELECT 1; SELECT 2"), store_errc::rejected);
  EXPECT_EQ(fault("SELECT $1"), store_errc::rejected);
  EXPECT_EQ(fault("SELECT $1", {"a", "b"}), store_errc::rejected);
  EXPECT_EQ(fault("SELECT ?", {"a"}), store_errc::rejected);
  EXPECT_EQ(fault(""), store_errc::rejected);
  EXPECT_EQ(store->query("INSERT INTO meter (name) VALUES ('z')").error().code,
            store_errc::unavailable);  // reads only
  EXPECT_EQ(count(*store), 0);
}

TEST_F(SqliteTest, WritersWaitTheirTurnInOrder) {
  auto store = open();
  std::vector<std::string> log;
  Scope scope(context.get_executor());
  auto first = begin(*store);
  for (const char* name : {"a", "b", "c"}) scope.spawn(insert_and_log(*store, name, log));
  clock.settle();
  EXPECT_TRUE(log.empty());
  first.reset();
  clock.settle();
  EXPECT_EQ(log, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(scope.idle());
}

TEST_F(SqliteTest, AWaitingWriterCanBeCancelled) {
  auto store = open();
  std::vector<std::string> log;
  Scope scope(context.get_executor());
  auto first = begin(*store);
  scope.spawn(insert_and_log(*store, "a", log));
  clock.settle();
  scope.stop();
  clock.settle();
  EXPECT_TRUE(scope.idle());
  first.reset();
  EXPECT_NE(begin(*store), nullptr);
  EXPECT_EQ(count(*store), 0);
}

TEST_F(SqliteTest, CommitIsDoneWhereTheOwnerSays) {
  std::vector<std::function<void()>> later;
  Signal run(context.get_executor());
  auto with_offload = options();
  struct Later {  // keeps the work until the test runs it
    static asio::awaitable<void> of(std::vector<std::function<void()>>& list, Signal& signal,
                                    std::function<void()> work) {
      list.push_back(std::move(work));
      co_await signal.wait();
    }
  };
  with_offload.offload = [&](std::function<void()> work) { return Later::of(later, run, std::move(work)); };
  auto opened = open_sqlite(with_offload, one);
  ASSERT_FALSE(opened.has_error());
  Store& store = **opened;
  std::vector<std::string> log;
  Scope scope(context.get_executor());
  scope.spawn(insert_and_log(store, "a", log));
  scope.spawn(insert_and_log(store, "b", log));
  clock.settle();
  ASSERT_EQ(later.size(), 1u);
  EXPECT_EQ(count(store), 0);
  EXPECT_TRUE(log.empty());
  later[0]();
  run.set();
  clock.settle();
  EXPECT_EQ(count(store), 1);
  ASSERT_EQ(later.size(), 2u);
  later[1]();
  clock.settle();
  EXPECT_EQ(count(store), 2);
}

TEST_F(SqliteTest, MigratesStepByStepAndRefusesNewer) {
  Migrations three = one;
  three.push_back("ALTER TABLE meter ADD COLUMN unit TEXT NOT NULL DEFAULT 'impressions'");
  three.push_back("UPDATE meter SET unit = 'sheets'");
  {
    auto store = open();
    auto transaction = begin(*store);
    ASSERT_FALSE(transaction->execute("INSERT INTO meter (name) VALUES ('x')").has_error());
    ASSERT_FALSE(commit(*transaction).has_error());
  }
  for (int again = 0; again < 2; ++again) {
    auto store = open(three);
    EXPECT_EQ(*store->query("SELECT name, unit FROM meter"), (Rows{{"x", "sheets"}}));
  }
  const auto older = open_sqlite(options(), one);
  ASSERT_TRUE(older.has_error());
  EXPECT_EQ(older.error().code, store_errc::rejected);
}

TEST_F(SqliteTest, AFailedMigrationLeavesTheStoreAsItWas) {
  open();
  Migrations bad = one;
  bad.push_back("CREATE TABLE half (x INTEGER); CREATE TABLE meter (x INTEGER)");
  EXPECT_EQ(open_sqlite(options(), bad).error().code, store_errc::rejected);
  auto store = open();  // still of version 1
  EXPECT_EQ(store->query("SELECT * FROM half").error().code, store_errc::rejected);
}

TEST_F(SqliteTest, RefusesWhatIsNotADatabase) {
  FILE* file = std::fopen((folder / "test.sqlite").c_str(), "w");
  std::fputs(std::string(5000, 'x').c_str(), file);
  std::fclose(file);
  EXPECT_EQ(open_sqlite(options(), one).error().code, store_errc::corrupt);
  EXPECT_EQ(open_sqlite({.path = folder / "none" / "x"}, one).error().code, store_errc::unavailable);
  EXPECT_EQ(open_sqlite({.path = folder / "y", .vfs = "no-such-vfs"}, one).error().code,
            store_errc::rejected);
}

TEST_F(SqliteTest, ASecondProcessIsToldBusy) {
  auto store = open();
  auto other = open();
  auto transaction = begin(*store);
  auto refused = spawn_for<Opened>(context.get_executor(), other->begin());
  clock.settle();
  ASSERT_TRUE((*refused)->has_error());
  EXPECT_EQ((*refused)->error().code, store_errc::busy);
}

TEST_F(SqliteTest, OneConnectionWhereThereIsNoSharedMemory) {
  auto exclusive = options();
  exclusive.exclusive = true;
  auto opened = open_sqlite(exclusive, one);
  ASSERT_FALSE(opened.has_error()) << to_string(opened.error());
  EXPECT_FALSE(std::filesystem::exists(folder / "test.sqlite-shm"));
  Store& store = **opened;
  EXPECT_EQ(count(store), 0);
  auto transaction = begin(store);
  EXPECT_EQ(store.query("SELECT 1").error().code, store_errc::busy);
  ASSERT_FALSE(transaction->execute("INSERT INTO meter (name) VALUES ('x')").has_error());
  ASSERT_FALSE(commit(*transaction).has_error());
  EXPECT_EQ(count(store), 1);
}

// The child commits one row, writes another without a commit, and is killed.
TEST_F(SqliteTest, ACommitSurvivesAKill) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto store = open();
    auto transaction = begin(*store);
    const bool written = !transaction->execute("INSERT INTO meter (name) VALUES ('kept')").has_error() &&
                         !commit(*transaction).has_error();
    auto open_one = begin(*store);
    const bool half = !open_one->execute("INSERT INTO meter (name) VALUES ('lost')").has_error();
    if (written && half) ::kill(::getpid(), SIGKILL);
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto store = open();
  EXPECT_EQ(*store->query("SELECT name FROM meter"), (Rows{{"kept"}}));
}

}  // namespace
}  // namespace mr::runtime
