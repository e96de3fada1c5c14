// The software repository: the files that UpgradeDevice installs, and how senders fetch them. (WP-6-04,
// WP-2-04, WP-6-10)
//
// A file is kept in parts of 1 MiB and is never whole in memory. It is served to a sender that has an
// UpgradeDevice action for it which it has not answered yet, and to nobody else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/exchange/http.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/server/errors.hpp"
#include "reference/server/registry.hpp"
#include "reference/server/reply.hpp"

namespace mr::server {

inline constexpr std::uint64_t software_part_bytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t software_bytes_max = std::uint64_t{512} << 20;

struct SoftwareFile {
  std::string id;          // an identifier, as model::is_identifier has it
  std::string account_id;  // empty: for every account
  std::string file_name;   // 1 to 64 of letters, digits, '.', '_', '-', ending in .DLM
  std::uint64_t bytes = 0;
  std::string sha256;  // 64 lower hexadecimal digits
  std::int64_t added_ms = 0;
  std::string added_by;
};

// Which octets of a file a Range field asks for.
struct ByteRange {
  enum class Kind { whole, part, unsatisfiable } kind = Kind::whole;
  std::uint64_t first = 0, last = 0;  // of a part, inclusive
};
// Reads a Range field (RFC 9110 section 14.2) against a file of `bytes` octets. One range is understood; a
// field that is absent, in another unit, malformed, or of several ranges gives the whole file, as the RFC
// allows.
ByteRange read_range(const std::optional<std::string>& field, std::uint64_t bytes);

// lifetime: what it is made with outlives it and its coroutines.
class Software {
 public:
  Software(runtime::Runtime& runtime, runtime::Store& store) : runtime_(runtime), store_(store) {}

  // The next octets of a file, at most as long as the reader likes; empty at the end. It does not wait for a
  // peer.
  using Reader = std::function<Result<std::string>()>;
  // Stores a file under a new id: all of it or nothing. Of `file` id, account_id and file_name are read.
  //   errors: bad_request (a name, empty, too large), unknown_account, exists_already, those of the reader
  //   and the store.
  runtime::asio::awaitable<Result<SoftwareFile>> add(SoftwareFile file, Reader reader, std::string added_by);
  runtime::asio::awaitable<Result<SoftwareFile>> add(SoftwareFile file, std::string content,
                                                     std::string added_by);

  // The file, if it is there for this account (`account_id` empty: whatever account it is for).
  Result<std::optional<SoftwareFile>> find(std::string_view id, std::string_view account_id);
  Result<std::vector<SoftwareFile>> all();

  // Answers GET /v1/software/{id}. A body of more than one part is streamed.
  runtime::asio::awaitable<Reply> serve(std::string id, exchange::Headers headers, Sender sender,
                                        std::string peer);

 private:
  runtime::Runtime& runtime_;
  runtime::Store& store_;
};

}  // namespace mr::server
