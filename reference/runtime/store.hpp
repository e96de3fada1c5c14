// Transactional storage in SQL: the subset that SQLite 3.40 and PostgreSQL 15 share. Placeholders are $1, $2, …
//
// Nothing authoritative lives in process memory: what must survive is in a Store and was committed. commit() completes when
// the data is durable; whoever acknowledges to a peer does so after it.
//
// One write transaction at a time per store: begin() waits its turn, in order. A Transaction that is destroyed
// without commit() is rolled back. Between begin() and commit() do not wait for a peer.
// errors: errc of this header, with the database's own words in the detail.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::runtime {

namespace asio = boost::asio;

enum class store_errc {
  busy = 1,     // another process holds the database
  constraint,   // a uniqueness, foreign key or check constraint refused the row
  corrupt,      // the file is not a database, or is damaged
  full,         // no space, or a limit
  rejected,     // the statement is wrong (a bug of the caller) or the schema does not fit
  unavailable,  // cannot be opened, read or written
};
std::string_view describe(store_errc);

using Blob = std::vector<std::byte>;
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;  // NULL, INTEGER, TEXT, BLOB/BYTEA
using Row = std::vector<Value>;
using Rows = std::vector<Row>;

class Transaction {
 public:
  virtual ~Transaction() = default;
  // Runs one statement and gives its rows, if any. After an error only destruction is allowed.
  virtual Result<Rows> execute(std::string_view sql, std::vector<Value> arguments = {}) = 0;
  // Completes when the changes are durable. At most once.
  virtual asio::awaitable<Result<void>> commit() = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual asio::awaitable<Result<std::unique_ptr<Transaction>>> begin() = 0;
  // Reads the last committed state, beside any open transaction.
  virtual Result<Rows> query(std::string_view sql, std::vector<Value> arguments = {}) = 0;
};

// Where stores are: a folder on the wire, a disk that can lose what was not synced in the world.
class Stores {
 public:
  virtual ~Stores() = default;
  // Opens or makes the store of that name ([a-z0-9-]+) and brings it to the newest of `migrations`: numbered from 1, each
  // one or more statements separated by ';', run once, in order, in a transaction each. A store newer than the list is refused.
  virtual Result<std::unique_ptr<Store>> open(std::string name, std::vector<std::string> migrations) = 0;
};

}  // namespace mr::runtime
MR_ERRC(mr::runtime, store_errc, "store")
