#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstring>

#include "simulators/world/disk.hpp"

namespace mr::world {
namespace {

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Database = std::unique_ptr<sqlite3, Close>;

Database open(const Disk& disk, const char* synchronous, const char* journal = "WAL") {
  sqlite3* raw = nullptr;
  const int rc = sqlite3_open_v2(disk.path("test.sqlite").c_str(), &raw,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, Disk::vfs_name());
  Database db(raw);
  EXPECT_EQ(rc, SQLITE_OK) << sqlite3_errmsg(raw);
  const std::string pragmas =
      std::string("PRAGMA synchronous=") + synchronous + "; PRAGMA journal_mode=" + journal;
  EXPECT_EQ(sqlite3_exec(raw, pragmas.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
  return db;
}

int run(const Database& db, const std::string& sql) {
  return sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr);
}

std::string ask(const Database& db, const std::string& sql) {
  std::string out;
  const auto add = [](void* into, int n, char** values, char**) {
    for (int i = 0; i < n; ++i)
      *static_cast<std::string*>(into) += std::string(values[i] ? values[i] : "NULL") + ";";
    return 0;
  };
  const int rc = sqlite3_exec(db.get(), sql.c_str(), add, &out, nullptr);
  return rc == SQLITE_OK ? out : std::string("error: ") + sqlite3_errmsg(db.get());
}

runtime::Stream64 choice(std::uint64_t seed = 1) { return {seed, "disk"}; }

struct Journal : testing::TestWithParam<const char*> {};

TEST_P(Journal, KeepsWhatWasCommittedWithFullSync) {
  Disk disk;
  // With a rollback journal the deletion of the journal is the commit, and only EXTRA syncs the directory
  // after it.
  auto before = open(disk, std::string(GetParam()) == "WAL" ? "FULL" : "EXTRA", GetParam());
  ASSERT_EQ(run(before, "CREATE TABLE t (n INTEGER)"), SQLITE_OK);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(run(before, "INSERT INTO t VALUES (" + std::to_string(i) + ")"), SQLITE_OK);
  }
  ASSERT_EQ(run(before, "BEGIN; INSERT INTO t VALUES (1000)"), SQLITE_OK);
  EXPECT_GT(disk.syncs(), 50u);
  disk.power_cut(DiskLoss::all, choice());
  EXPECT_NE(run(before, "COMMIT"), SQLITE_OK) << "the handle died with the power";
  before.reset();
  auto after = open(disk, "FULL", GetParam());
  EXPECT_EQ(ask(after, "SELECT COUNT(*), MAX(n) FROM t"), "50;49;");
  EXPECT_EQ(ask(after, "PRAGMA integrity_check"), "ok;");
}

TEST_P(Journal, KeepsItUnderTornWritesToo) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Disk disk;
    auto before = open(disk, std::string(GetParam()) == "WAL" ? "FULL" : "EXTRA", GetParam());
    ASSERT_EQ(run(before, "CREATE TABLE t (n INTEGER, b BLOB); PRAGMA cache_spill=1; PRAGMA cache_size=5"),
              SQLITE_OK);
    for (int i = 0; i < 5; ++i)
      ASSERT_EQ(run(before, "INSERT INTO t VALUES (1, randomblob(3000))"), SQLITE_OK);
    ASSERT_EQ(run(before, "BEGIN"), SQLITE_OK);
    for (int i = 0; i < 20; ++i)
      ASSERT_EQ(run(before, "INSERT INTO t VALUES (2, zeroblob(3000))"), SQLITE_OK);
    EXPECT_GT(disk.unsynced_writes(), 0u) << "the cache spilled: there is something to tear";
    disk.power_cut(DiskLoss::torn, choice(seed));
    before.reset();
    auto after = open(disk, "FULL", GetParam());
    EXPECT_EQ(ask(after, "SELECT COUNT(*), MAX(n) FROM t"), "5;1;") << seed;
    EXPECT_EQ(ask(after, "PRAGMA integrity_check"), "ok;") << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, Journal, testing::Values("WAL", "DELETE"));

// Shows that the model is real: without syncs an acknowledged commit is lost.
TEST(Disk, LosesWhatWasNotSynced) {
  Disk disk;
  {
    auto db = open(disk, "FULL");
    ASSERT_EQ(run(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)"), SQLITE_OK);
    auto lax = open(disk, "OFF");
    ASSERT_EQ(run(lax, "INSERT INTO t VALUES (2)"), SQLITE_OK);
    EXPECT_EQ(ask(db, "SELECT MAX(n) FROM t"), "2;") << "readers see it";
    disk.power_cut(DiskLoss::all, choice());
  }
  auto after = open(disk, "FULL");
  EXPECT_EQ(ask(after, "SELECT MAX(n) FROM t"), "1;");
}

TEST(Disk, AKilledProcessLosesNothingThatWasWritten) {
  Disk disk;
  {
    auto db = open(disk, "OFF");
    ASSERT_EQ(run(db, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)"), SQLITE_OK);
    disk.power_cut(DiskLoss::none, choice());
  }
  EXPECT_EQ(ask(open(disk, "FULL"), "SELECT MAX(n) FROM t"), "1;");
}

TEST(Disk, AFileThatWasNeverSyncedIsGone) {
  Disk disk;
  {
    auto db = open(disk, "OFF");
    ASSERT_EQ(run(db, "CREATE TABLE t (n INTEGER)"), SQLITE_OK);
    EXPECT_FALSE(disk.files().empty());
    disk.power_cut(DiskLoss::all, choice());
  }
  EXPECT_TRUE(disk.files().empty());
}

TEST(Disk, NamesAreDurableWhenSynced) {
  Disk disk;
  auto kept = disk.open("kept", true);
  disk.write(*kept, 0, std::as_bytes(std::span("abc", 3)));
  ASSERT_TRUE(disk.sync(kept));
  disk.write(*kept, 1, std::as_bytes(std::span("XYZ", 3)));
  disk.truncate(*kept, 2);
  disk.open("lost", true);
  disk.remove("kept", false);
  EXPECT_EQ(disk.files(), std::vector<std::string>{"lost"});
  disk.power_cut(DiskLoss::all, choice());
  EXPECT_EQ(disk.files(), std::vector<std::string>{"kept"}) << "the deletion was not synced";
  const auto content = disk.content("kept").value();
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(content.data()), content.size()), "abc");
  disk.remove("kept", true);
  disk.power_cut(DiskLoss::all, choice());
  EXPECT_TRUE(disk.files().empty());
}

TEST(Disk, ReadersWorkBesideAWriter) {
  Disk disk;
  auto writer = open(disk, "FULL");
  ASSERT_EQ(run(writer, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)"), SQLITE_OK);
  auto reader = open(disk, "FULL");
  ASSERT_EQ(run(writer, "BEGIN IMMEDIATE; INSERT INTO t VALUES (2)"), SQLITE_OK);
  EXPECT_EQ(ask(reader, "SELECT MAX(n) FROM t"), "1;");
  EXPECT_EQ(run(reader, "BEGIN IMMEDIATE"), SQLITE_BUSY) << "one writer at a time";
  ASSERT_EQ(run(writer, "COMMIT"), SQLITE_OK);
  EXPECT_EQ(ask(reader, "SELECT MAX(n) FROM t"), "2;");
}

TEST(Disk, FullAndFailingDisksAreErrors) {
  Disk disk;
  auto db = open(disk, "FULL");
  ASSERT_EQ(run(db, "CREATE TABLE t (b BLOB)"), SQLITE_OK);
  disk.set_bytes_max(disk.bytes() + 20'000);
  EXPECT_EQ(run(db, "INSERT INTO t VALUES (zeroblob(100000))"), SQLITE_FULL);
  disk.set_bytes_max({});
  ASSERT_EQ(run(db, "INSERT INTO t VALUES (zeroblob(100))"), SQLITE_OK);
  disk.set_sync_works(false);
  EXPECT_EQ(run(db, "INSERT INTO t VALUES (zeroblob(100))"), SQLITE_IOERR);
  disk.set_sync_works(true);
  EXPECT_EQ(ask(db, "SELECT COUNT(*) FROM t"), "1;");
}

TEST(Disk, TwoDisksAreApart) {
  Disk one, two;
  ASSERT_EQ(run(open(one, "FULL"), "CREATE TABLE t (n INTEGER)"), SQLITE_OK);
  EXPECT_TRUE(two.files().empty());
}

}  // namespace
}  // namespace mr::world
