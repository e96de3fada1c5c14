#include "reference/runtime/sqlite/connection.hpp"

#include <sqlite3.h>

#include <charconv>
#include <cstring>

namespace mr::runtime {
namespace {

constexpr std::size_t statements_max = 256;

store_errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return store_errc::busy;
    case SQLITE_CONSTRAINT:
      return store_errc::constraint;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return store_errc::corrupt;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
      return store_errc::full;
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
    case SQLITE_NOLFS:
    case SQLITE_PROTOCOL:
      return store_errc::unavailable;
    default:
      return store_errc::rejected;
  }
}

int bind(sqlite3_stmt* statement, int at, const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value))
    return sqlite3_bind_int64(statement, at, *number);
  if (const auto* text = std::get_if<std::string>(&value)) {
    return sqlite3_bind_text64(statement, at, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  if (const auto* blob = std::get_if<Blob>(&value)) {
    if (blob->empty()) return sqlite3_bind_zeroblob(statement, at, 0);  // a null pointer would bind NULL
    return sqlite3_bind_blob64(statement, at, blob->data(), blob->size(), SQLITE_TRANSIENT);
  }
  return sqlite3_bind_null(statement, at);
}

Value column(sqlite3_stmt* statement, int at) {
  switch (sqlite3_column_type(statement, at)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, at));
    case SQLITE_NULL:
      return std::monostate();
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement, at));
      return Blob(bytes, bytes + sqlite3_column_bytes(statement, at));
    }
    default: {  // TEXT; a REAL, which the shared subset does not use, is given as its text
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, at));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, at)));
    }
  }
}

}  // namespace

Fault SqliteConnection::fault(int code, std::string_view while_doing) const {
  std::string detail(while_doing);
  detail += ": ";
  detail += db_ ? sqlite3_errmsg(db_) : sqlite3_errstr(code);
  return Fault(errc_of(code), std::move(detail));
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const SqliteOptions& options,
                                                                 bool read_only) {
  const char* vfs = options.vfs.empty() ? nullptr : options.vfs.c_str();
  const int flags = (read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
                    SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
  sqlite3* db = nullptr;
  const int opened = sqlite3_open_v2(options.path.c_str(), &db, flags, vfs);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(db));
  if (opened != SQLITE_OK) return connection->fault(opened, options.path);
  sqlite3_busy_timeout(
      db,
      static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(options.busy_timeout).count()));
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0,
                    nullptr);  // "x" is a name, never a string: as PostgreSQL has it
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);

  static constexpr const char* levels[] = {"PRAGMA synchronous=OFF", "PRAGMA synchronous=NORMAL",
                                           "PRAGMA synchronous=FULL"};
  MR_TRY(connection->script("PRAGMA foreign_keys=ON"));
  // No files beside the store's own: the world's disks have no place for them.
  MR_TRY(connection->script("PRAGMA temp_store=MEMORY"));
  if (read_only) {
    MR_TRY(connection->script("PRAGMA query_only=ON"));
    return connection;
  }
  if (options.exclusive) MR_TRY(connection->script("PRAGMA locking_mode=EXCLUSIVE"));
  const auto mode = connection->run("PRAGMA journal_mode=WAL");
  MR_TRY(mode);
  if (mode->empty() || mode->front().front() != Value(std::string("wal"))) {
    return Fault(store_errc::unavailable, options.path + ": write-ahead logging is not possible there");
  }
  MR_TRY(connection->script(levels[static_cast<int>(options.synchronous)]));
  return connection;
}

SqliteConnection::~SqliteConnection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(db_);
}

bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }

Result<sqlite3_stmt*> SqliteConnection::prepared(std::string_view sql) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) return fault(code, sql);
  const std::string_view after(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (!statement || after.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    sqlite3_finalize(statement);
    return Fault(store_errc::rejected, "not exactly one statement: " + std::string(sql));
  }
  if (statements_.size() >= statements_max) {
    for (const auto& [text, old] : statements_) sqlite3_finalize(old);
    statements_.clear();
  }
  statements_.emplace(std::string(sql), statement);
  return statement;
}

Result<Rows> SqliteConnection::run(std::string_view sql, const std::vector<Value>& arguments) {
  const auto found = prepared(sql);
  MR_TRY(found);
  sqlite3_stmt* statement = *found;
  struct Reset {  // leaves no read lock and no argument behind
    sqlite3_stmt* statement;
    ~Reset() {
      sqlite3_reset(statement);
      sqlite3_clear_bindings(statement);
    }
  } reset{statement};

  std::size_t used = 0;
  for (int at = 1; at <= sqlite3_bind_parameter_count(statement); ++at) {
    const char* name = sqlite3_bind_parameter_name(statement, at);
    std::size_t number = 0;
    const bool dollar = name && name[0] == '$';
    const auto end = dollar ? name + std::strlen(name) : nullptr;
    if (!dollar || std::from_chars(name + 1, end, number).ptr != end || number == 0 ||
        number > arguments.size()) {
      return Fault(store_errc::rejected, "placeholder without an argument in: " + std::string(sql));
    }
    ++used;
    if (const int code = bind(statement, at, arguments[number - 1]); code != SQLITE_OK)
      return fault(code, sql);
  }
  if (used != arguments.size())
    return Fault(store_errc::rejected, "argument without a placeholder in: " + std::string(sql));

  Rows rows;
  for (;;) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_DONE) return rows;
    if (code != SQLITE_ROW) return fault(code, sql);
    Row row;
    const int columns = sqlite3_column_count(statement);
    row.reserve(static_cast<std::size_t>(columns));
    for (int at = 0; at < columns; ++at) row.push_back(column(statement, at));
    rows.push_back(std::move(row));
  }
}

Result<void> SqliteConnection::script(const std::string& sql) {
  const int code = sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fault(code, sql.substr(0, 120));
  return {};
}

}  // namespace mr::runtime
