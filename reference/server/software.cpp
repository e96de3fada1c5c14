#include "reference/server/software.hpp"

#include <algorithm>
#include <charconv>

#include "reference/protocol/model/report.hpp"
#include "reference/protocol/trust/digest.hpp"
#include "reference/server/audit.hpp"
#include "reference/server/rows.hpp"

namespace mr::server {
namespace {

using runtime::asio::awaitable;


constexpr std::string_view file_columns = "id, account_id, file_name, bytes, sha256, added_ms, added_by";

SoftwareFile file_of(const runtime::Row& row) {
  return {text(row[0]), text(row[1]),   text(row[2]), static_cast<std::uint64_t>(number(row[3])),
          text(row[4]), number(row[5]), text(row[6])};
}

bool is_file_name(std::string_view name) {
  return model::is_identifier(name) && name.size() > 4 && name.ends_with(".DLM");
}

// Digits alone, without sign or blank, that fit.
std::optional<std::uint64_t> digits(std::string_view word) {
  std::uint64_t value = 0;
  const char* const end = word.data() + word.size();
  if (word.empty() || word.front() < '0' || word.front() > '9') return std::nullopt;
  const auto [at, error] = std::from_chars(word.data(), end, value);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

bool has_prefix_without_case(std::string_view value, std::string_view prefix) {
  return value.size() >= prefix.size() &&
         std::ranges::equal(value.substr(0, prefix.size()), prefix, [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
         });
}

// Gives [first, last] of a file, a part of the store at a time. A value: it is copied into the response.
class Parts {
 public:
  Parts(runtime::Store& store, std::string id, std::uint64_t first, std::uint64_t last)
      : store_(&store), id_(std::move(id)), next_(first), end_(last + 1) {}

  Result<std::string> operator()() {
    if (next_ >= end_) return std::string();
    const std::uint64_t part = next_ / software_part_bytes;
    auto rows = store_->query("SELECT content FROM software_part WHERE software_id = $1 AND part = $2",
                              {id_, static_cast<std::int64_t>(part)});
    MR_TRY(rows);
    const auto* content = rows->empty() ? nullptr : std::get_if<runtime::Blob>(&rows->front()[0]);
    const std::uint64_t from = next_ - part * software_part_bytes;
    if (content == nullptr || content->size() <= from)
      return Fault(runtime::store_errc::corrupt, "part " + std::to_string(part) + " of software " + id_);
    const std::uint64_t count = std::min<std::uint64_t>(content->size() - from, end_ - next_);
    next_ += count;
    return std::string(reinterpret_cast<const char*>(content->data()) + from, count);
  }

 private:
  runtime::Store* store_;
  std::string id_;
  std::uint64_t next_, end_;
};

}  // namespace

//= SW-SERVE
ByteRange read_range(const std::optional<std::string>& field, std::uint64_t bytes) {
  if (!field || !has_prefix_without_case(*field, "bytes=")) return {};
  const std::string_view set = std::string_view(*field).substr(6);
  const std::size_t dash = set.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view first_word = set.substr(0, dash), last_word = set.substr(dash + 1);
  const auto first = digits(first_word), last = digits(last_word);
  if (first_word.empty()) {  // the last octets
    if (!last) return {};
    if (*last == 0 || bytes == 0) return {ByteRange::Kind::unsatisfiable};
    return {ByteRange::Kind::part, bytes - std::min(*last, bytes), bytes - 1};
  }
  if (!first || (!last_word.empty() && !last) || (last && *last < *first)) return {};
  //= SW-UNSATISFIABLE
  if (*first >= bytes) return {ByteRange::Kind::unsatisfiable};
  return {ByteRange::Kind::part, *first, last ? std::min(*last, bytes - 1) : bytes - 1};
}

awaitable<Result<SoftwareFile>> Software::add(SoftwareFile file, std::string content, std::string added_by) {
  auto rest = std::make_shared<std::string>(std::move(content));
  Reader reader = [rest]() -> Result<std::string> { return std::exchange(*rest, std::string()); };
  co_return co_await add(std::move(file), std::move(reader), std::move(added_by));
}

awaitable<Result<SoftwareFile>> Software::add(SoftwareFile file, Reader reader, std::string added_by) {
  if (!model::is_identifier(file.id))
    co_return Fault(errc::bad_request, "a software id is 1 to 64 of letters, digits, '.', '_', '-'");
  if (!is_file_name(file.file_name))
    co_return Fault(errc::bad_request, "a file name is letters, digits, '.', '_', '-', and ends in .DLM");
  auto begun = co_await begin_audited(runtime_, store_);
  MR_CO_TRY(begun);
  AuditedTransaction& transaction = **begun;
  if (!file.account_id.empty()) {
    auto account = transaction.execute("SELECT 1 FROM account WHERE id = $1 AND open = 1", {file.account_id});
    MR_CO_TRY(account);
    if (account->empty()) co_return Fault(errc::unknown_account, file.account_id);
  }
  auto taken = transaction.execute("SELECT 1 FROM software WHERE id = $1", {file.id});
  MR_CO_TRY(taken);
  if (!taken->empty()) co_return Fault(errc::exists_already, "software " + file.id);

  const auto now = runtime_.clock().wall();
  file.added_ms = now.time_since_epoch().count();
  file.added_by = added_by;
  file.bytes = 0;
  MR_CO_TRY(
      transaction.execute("INSERT INTO software (id, account_id, file_name, bytes, sha256, added_ms, "
                          "added_by) VALUES ($1, $2, $3, 0, '', $4, $5)",
                          {file.id, file.account_id, file.file_name, file.added_ms, file.added_by}));
  trust::Sha256 digest;
  std::string pending;
  std::int64_t part = 0;
  for (bool more = true; more;) {
    auto read = reader();
    MR_CO_TRY(read);
    more = !read->empty();
    file.bytes += read->size();
    if (file.bytes > software_bytes_max) co_return Fault(errc::bad_request, "software is at most 512 MiB");
    digest.add(*read);
    pending += *read;
    std::size_t used = 0;
    while (pending.size() - used >= software_part_bytes || (!more && pending.size() > used)) {
      const std::size_t size = std::min<std::size_t>(software_part_bytes, pending.size() - used);
      const auto* const from = reinterpret_cast<const std::byte*>(pending.data()) + used;
      runtime::Blob content(from, from + size);
      std::vector<runtime::Value> values{file.id, part++, std::move(content)};
      MR_CO_TRY(transaction.execute(
          "INSERT INTO software_part (software_id, part, content) VALUES ($1, $2, $3)", std::move(values)));
      used += size;
    }
    pending.erase(0, used);
  }
  if (file.bytes == 0) co_return Fault(errc::bad_request, "the file is empty");
  file.sha256 = trust::hex(digest.value());
  MR_CO_TRY(transaction.execute("UPDATE software SET bytes = $2, sha256 = $3 WHERE id = $1",
                                {file.id, static_cast<std::int64_t>(file.bytes), file.sha256}));
  MR_CO_TRY(
      append(transaction, now,
             {"", "", "administration", "accepted",
              "software " + file.id + " of " + std::to_string(file.bytes) + " octets added by " + added_by,
              file.account_id}));
  const auto committed = co_await transaction.commit();
  MR_CO_TRY(committed);
  co_return file;
}

Result<std::optional<SoftwareFile>> Software::find(std::string_view id, std::string_view account_id) {
  auto rows =
      store_.query("SELECT " + std::string(file_columns) +
                       " FROM software WHERE id = $1 AND ($2 = '' OR account_id = '' OR account_id = $2)",
                   {std::string(id), std::string(account_id)});
  MR_TRY(rows);
  if (rows->empty()) return std::optional<SoftwareFile>();
  return std::optional<SoftwareFile>(file_of(rows->front()));
}

Result<std::vector<SoftwareFile>> Software::all() {
  auto rows = store_.query("SELECT " + std::string(file_columns) + " FROM software ORDER BY id", {});
  MR_TRY(rows);
  std::vector<SoftwareFile> files;
  for (const runtime::Row& row : *rows) files.push_back(file_of(row));
  return files;
}

awaitable<Reply> Software::serve(std::string id, exchange::Headers headers, Sender sender, std::string peer) {
  //= SW-WHO
  auto asked = store_.query(
      "SELECT 1 FROM action WHERE sender_id = $1 AND software_id = $2 AND kind = 'UpgradeDevice' AND outcome "
      "= '' LIMIT 1",
      {sender.id, id});
  if (!asked) co_return internal_failure(asked.error());
  auto found = find(id, "");
  if (!found) co_return internal_failure(found.error());
  if (asked->empty() || !*found)
    co_return refuse(model::ErrorCode::not_found,
                     "there is no software " + id.substr(0, 64) + " for this sender");
  const SoftwareFile& file = **found;

  //= SW-ETAG
  const std::string etag = "\"" + file.sha256 + "\"";
  //= SW-CONDITION
  // A strong comparison: a weak tag or a date never matches.
  const auto condition = exchange::find(headers, "If-Range");
  const bool ranged = !condition || *condition == etag;
  const ByteRange range = ranged ? read_range(exchange::find(headers, "Range"), file.bytes) : ByteRange{};
  const std::string total = std::to_string(file.bytes);
  if (range.kind == ByteRange::Kind::unsatisfiable) {
    Reply reply = refuse(model::ErrorCode::range_not_satisfiable, "the file has " + total + " octets");
    reply.response.headers.emplace_back("Content-Range", "bytes */" + total);
    co_return reply;
  }
  const bool part = range.kind == ByteRange::Kind::part;
  const std::uint64_t first = part ? range.first : 0, last = part ? range.last : file.bytes - 1;

  Reply reply;
  reply.response.status = part ? 206 : 200;
  reply.response.headers = {
      {"Content-Type", "application/octet-stream"}, {"ETag", etag}, {"Accept-Ranges", "bytes"}};
  if (part)
    reply.response.headers.emplace_back(
        "Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + total);
  reply.response.stream_bytes = last - first + 1;
  reply.response.stream = Parts(store_, file.id, first, last);
  reply.outcome = "accepted";
  reply.detail = file.id + " octets " + std::to_string(first) + " to " + std::to_string(last);
  AuditRecord record{peer, sender.id, "software", "accepted", reply.detail};
  const auto appended = co_await append_alone(runtime_, store_, std::move(record));
  if (!appended) co_return internal_failure(appended.error());
  reply.audited = true;
  runtime_.trace().emit({.kind = "software.served",
                         .id = sender.id,
                         .fields = {{"software", file.id},
                                    {"from", static_cast<std::int64_t>(first)},
                                    {"to", static_cast<std::int64_t>(last)}}});
  co_return reply;
}

}  // namespace mr::server
