// A Store in a SQLite file: WAL, fully synchronous, foreign keys on.
//
// Writes go over one connection, one transaction at a time, first come first served; reads over a second one,
// which sees the last commit. With `exclusive` there is one connection only, for a VFS without shared memory:
// query() then fails with store_errc::busy while a transaction is open (so give a VFS its xShm methods where
// readers work beside writers). lifetime: a Transaction may outlive its Store.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/runtime/clock.hpp"
#include "reference/runtime/store.hpp"

namespace mr::runtime {

struct SqliteOptions {
  std::string path;        // a file name; not a URI
  std::string vfs = {};    // a registered sqlite3_vfs; empty: the platform's
  bool exclusive = false;  // PRAGMA locking_mode=EXCLUSIVE, set before WAL: no shared memory is asked for
  // What a commit waits for. full: every commit is on the disk when commit() completes. off is for tests that
  // show what it loses.
  enum class Synchronous { off, normal, full } synchronous = Synchronous::full;
  Duration busy_timeout =
      std::chrono::seconds(2);  // how long to wait for another process, blocking; then store_errc::busy
  // Runs the COMMIT and completes when it has run: the wire's runtime on its pool, the world inline and after
  // its modelled latency. Empty: inline, at once. The function given may run on another thread, never after
  // the store's owner is gone.
  std::function<asio::awaitable<void>(std::function<void()>)> offload = {};
};

// Opens or makes the store and brings it to the newest of `migrations` (see Stores::open).
// errors: store_errc; rejected where the file is newer than `migrations`.
Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options, const std::vector<std::string>& migrations);

}  // namespace mr::runtime
