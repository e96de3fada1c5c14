// libzip compresses, decompresses and checks CRCs. Layout and declared figures are read_directory's, before
// libzip sees a byte: libzip itself reads an entry declared with 10 bytes as the 10 MB that it inflates to,
// and takes any name twice.
#include "reference/protocol/package/package.hpp"

#include <zip.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "reference/protocol/package/directory.hpp"

namespace mr::package {
namespace {

struct ErrorFree {
  zip_error_t error;
  ErrorFree() { zip_error_init(&error); }
  ErrorFree(const ErrorFree&) = delete;
  ~ErrorFree() { zip_error_fini(&error); }
  std::string text() { return zip_error_strerror(&error); }
};

struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
using ArchivePtr = std::unique_ptr<zip_t, Discard>;
using FilePtr = std::unique_ptr<zip_file_t, Discard>;
using SourcePtr = std::unique_ptr<zip_source_t, Discard>;

constexpr zip_uint16_t dos_date_1980_01_01 = 1 << 5 | 1;
constexpr zip_uint32_t unix_file_0644 = 0100644u << 16;

// Opens `source`, which the caller keeps a reference to.
ArchivePtr open_archive(zip_source_t* source, int flags, ErrorFree& error) {
  zip_source_keep(source);
  ArchivePtr archive(zip_open_from_source(source, flags, &error.error));
  if (!archive) zip_source_free(source);
  return archive;
}

bool add(zip_t* archive, const Entry& entry) {
  zip_source_t* const content = zip_source_buffer(archive, entry.content.data(), entry.content.size(), 0);
  if (content == nullptr) return false;
  const zip_int64_t at = zip_file_add(archive, entry.name.c_str(), content, 0);
  if (at < 0) {
    zip_source_free(content);
    return false;
  }
  const auto index = static_cast<zip_uint64_t>(at);
  return zip_set_file_compression(archive, index, ZIP_CM_DEFLATE, 6) == 0 &&
         zip_file_set_dostime(archive, index, 0, dos_date_1980_01_01, 0) == 0 &&
         zip_file_set_external_attributes(archive, index, 0, ZIP_OPSYS_UNIX, unix_file_0644) == 0;
}

// Everything in `source` after it was written.
Result<Bytes> contents(zip_source_t* source) {
  zip_stat_t about;
  if (zip_source_stat(source, &about) != 0 || zip_source_open(source) != 0)
    return Fault(errc::malformed, "the archive cannot be read back");
  Bytes bytes(about.size);
  const zip_int64_t read = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (read != static_cast<zip_int64_t>(bytes.size()))
    return Fault(errc::malformed, "the archive cannot be read back");
  return bytes;
}

// Reads one entry; its bytes are counted as they come.
Result<std::string> read_entry(zip_t* archive, std::size_t index, const Declared& declared) {
  const FilePtr file(zip_fopen_index(archive, index, 0));
  if (!file)
    return Fault(errc::malformed, quoted(declared.name) + ": " + zip_error_strerror(zip_get_error(archive)));
  std::string content;
  std::array<char, 16384> piece;
  for (;;) {
    const zip_int64_t read = zip_fread(file.get(), piece.data(), piece.size());
    if (read < 0)
      return Fault(errc::malformed,
                   quoted(declared.name) + ": " + zip_error_strerror(zip_file_get_error(file.get())));
    if (read == 0) break;
    if (static_cast<std::size_t>(read) > declared.bytes - content.size())
      return Fault(errc::malformed, quoted(declared.name) + " holds more than the " +
                                        std::to_string(declared.bytes) + " bytes declared");
    content.append(piece.data(), static_cast<std::size_t>(read));
  }
  if (content.size() != declared.bytes)
    return Fault(errc::malformed, quoted(declared.name) + " holds " + std::to_string(content.size()) +
                                      " bytes, declared " + std::to_string(declared.bytes));
  return content;
}

}  // namespace

std::string_view describe(errc error) {
  switch (error) {
    case errc::malformed:
      return "malformed package";
    case errc::limit:
      return "package over a limit";
    case errc::name_refused:
      return "entry name not accepted";
    case errc::duplicate:
      return "two entries of one name";
    case errc::unsupported:
      return "encryption, flag or compression method not accepted";
  }
  return "unknown package error";
}

Result<Bytes> pack(const std::vector<Entry>& entries) {
  const Limits limits;
  if (entries.empty()) return Fault(errc::malformed, "no entries");
  if (entries.size() > limits.entries)
    return Fault(errc::limit,
                 std::to_string(entries.size()) + " entries, limit " + std::to_string(limits.entries));
  std::set<std::string_view> names;
  std::size_t total = 0;
  for (const auto& entry : entries) {
    if (auto why = name_refusal(entry.name, limits.name_bytes); !why.empty())
      return Fault(errc::name_refused, std::move(why));
    if (!names.insert(entry.name).second) return Fault(errc::duplicate, quoted(entry.name));
    total += entry.content.size();
    if (entry.content.size() > limits.entry_bytes || total > limits.total_bytes)
      return Fault(errc::limit, quoted(entry.name) + ": " + std::to_string(entry.content.size()) +
                                    " bytes, " + std::to_string(total) + " with those before it");
  }

  ErrorFree error;
  const SourcePtr source(zip_source_buffer_create(nullptr, 0, 0, &error.error));
  if (!source) return Fault(errc::malformed, error.text());
  ArchivePtr archive = open_archive(source.get(), ZIP_CREATE | ZIP_TRUNCATE, error);
  if (!archive) return Fault(errc::malformed, error.text());
  for (const auto& entry : entries)
    if (!add(archive.get(), entry))
      return Fault(errc::malformed, quoted(entry.name) + ": " + zip_strerror(archive.get()));
  if (zip_close(archive.get()) != 0) return Fault(errc::malformed, zip_strerror(archive.get()));
  static_cast<void>(archive.release());  // zip_close has freed it
  auto bytes = contents(source.get());
  // Very repetitive content can pass every limit but the ratio.
  if (bytes) MR_TRY(read_directory(*bytes, limits));
  return bytes;
}

Result<std::vector<Entry>> unpack(std::span<const std::byte> zip, const Limits& limits) {
  const auto directory = read_directory(zip, limits);
  if (!directory) return directory.error();
  ErrorFree error;
  const SourcePtr source(zip_source_buffer_create(zip.data(), zip.size(), 0, &error.error));
  if (!source) return Fault(errc::malformed, error.text());
  const ArchivePtr archive = open_archive(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, error);
  if (!archive) return Fault(errc::malformed, error.text());
  if (zip_get_num_entries(archive.get(), 0) != static_cast<zip_int64_t>(directory->size()))
    return Fault(errc::malformed, "two counts of entries");

  std::vector<Entry> entries;
  entries.reserve(directory->size());
  for (const auto& declared : *directory) {
    auto content = read_entry(archive.get(), entries.size(), declared);
    if (!content) return content.error();
    entries.push_back({.name = declared.name, .content = std::move(*content)});
  }
  return entries;
}

}  // namespace mr::package
