// One SQLite connection with its prepared statements: errors as values, $1 placeholders by number.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference/runtime/sqlite/sqlite.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace mr::runtime {

// threading: one thread at a time; COMMIT may run on another while nothing else uses the connection.
class SqliteConnection {
 public:
  // A read-only one expects that the file exists.
  static Result<std::unique_ptr<SqliteConnection>> open(const SqliteOptions& options, bool read_only);
  ~SqliteConnection();

  // Runs exactly one statement. Text after it, an unknown placeholder or a missing argument is
  // store_errc::rejected.
  Result<Rows> run(std::string_view sql, const std::vector<Value>& arguments = {});
  // Runs statements separated by ';', without arguments or rows.
  Result<void> script(const std::string& sql);
  bool in_transaction() const;

 private:
  explicit SqliteConnection(sqlite3* db) : db_(db) {}
  Result<sqlite3_stmt*> prepared(std::string_view sql);
  Fault fault(int code, std::string_view while_doing) const;

  sqlite3* db_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;  // bounded; emptied when full
};

}  // namespace mr::runtime
