// Field offsets are those of APPNOTE 6.3: 4.3.7 local header, 4.3.9 data descriptor, 4.3.12 central
// header, 4.3.16 end record.
#include "reference/protocol/package/directory.hpp"

#include <algorithm>
#include <set>

namespace mr::package {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t descriptor_signature = 0x08074b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t central_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr unsigned flag_encrypted = 1u << 0;
constexpr unsigned flag_descriptor = 1u << 3;
constexpr unsigned flag_utf8 = 1u << 11;
constexpr unsigned flags_deflate = 3u << 1;  // how hard it was tried: says nothing to a reader
constexpr unsigned stored = 0;
constexpr unsigned deflated = 8;

// Little-endian fields. requires: the offset lies inside.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::size_t size() const { return bytes_.size(); }
  std::uint32_t u16(std::size_t at) const { return byte(at) | byte(at + 1) << 8; }
  std::uint32_t u32(std::size_t at) const { return u16(at) | u16(at + 2) << 16; }
  std::string_view text(std::size_t at, std::size_t length) const {
    return {reinterpret_cast<const char*>(bytes_.subspan(at, length).data()), length};
  }

 private:
  std::uint32_t byte(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }
  std::span<const std::byte> bytes_;
};

Fault malformed(std::string detail) { return {errc::malformed, std::move(detail)}; }
Fault over(std::string what, std::uint64_t found, std::uint64_t allowed) {
  return {errc::limit, std::move(what) + ": " + std::to_string(found) + ", limit " + std::to_string(allowed)};
}

struct Central {
  std::uint32_t flags, method, crc, packed, bytes, offset;
  std::string_view name;
};

// One central header at `at`, which is moved past it.
Result<Central> read_central(const Fields& zip, std::size_t& at, std::size_t end) {
  if (end - at < central_bytes || zip.u32(at) != central_signature)
    return malformed("no central header where one is declared");
  const Central header{.flags = zip.u16(at + 8),
                       .method = zip.u16(at + 10),
                       .crc = zip.u32(at + 16),
                       .packed = zip.u32(at + 20),
                       .bytes = zip.u32(at + 24),
                       .offset = zip.u32(at + 42),
                       .name = {}};
  const std::size_t name_bytes = zip.u16(at + 28);
  const std::size_t tail = name_bytes + zip.u16(at + 30) + zip.u16(at + 32);
  if (end - at - central_bytes < tail)
    return malformed("a central header runs over the end of the directory");
  Central whole = header;
  whole.name = zip.text(at + central_bytes, name_bytes);
  if (zip.u16(at + 34) != 0) return malformed(quoted(whole.name) + " on another disk");
  if (header.packed == 0xffffffff || header.bytes == 0xffffffff || header.offset == 0xffffffff)
    return malformed(quoted(whole.name) + " in zip64 form");
  at += central_bytes + tail;
  return whole;
}

// The local header, data and descriptor of `entry`, which must begin at `at`; gives where the next begins.
Result<std::size_t> read_local(const Fields& zip, const Central& entry, std::size_t at,
                               std::size_t directory) {
  const std::string name = quoted(entry.name);
  if (entry.offset != at)
    return malformed(name + " begins at " + std::to_string(entry.offset) + ", expected at " +
                     std::to_string(at));
  if (directory - at < local_bytes || zip.u32(at) != local_signature)
    return malformed(name + ": no local header");
  const std::size_t name_bytes = zip.u16(at + 26);
  const std::size_t head = local_bytes + name_bytes + zip.u16(at + 28);
  if (directory - at < head || directory - at - head < entry.packed)
    return malformed(name + " runs into the directory");
  if (zip.text(at + local_bytes, name_bytes) != entry.name)
    return malformed(name + ": another name in the local header");
  const bool descriptor = (entry.flags & flag_descriptor) != 0;
  if (zip.u16(at + 6) != entry.flags || zip.u16(at + 8) != entry.method)
    return malformed(name + ": other flags or method in the local header");
  // With a descriptor the local header may leave the three at zero.
  const auto agrees = [&](std::size_t field, std::uint32_t value) {
    return zip.u32(at + field) == value || (descriptor && zip.u32(at + field) == 0);
  };
  if (!agrees(14, entry.crc) || !agrees(18, entry.packed) || !agrees(22, entry.bytes))
    return malformed(name + ": other checksum or sizes in the local header");
  std::size_t next = at + head + entry.packed;
  if (!descriptor) return next;
  const auto descriptor_at = [&](std::size_t where) {
    return directory - where >= 12 && zip.u32(where) == entry.crc && zip.u32(where + 4) == entry.packed &&
           zip.u32(where + 8) == entry.bytes;
  };
  if (directory - next >= 4 && zip.u32(next) == descriptor_signature && descriptor_at(next + 4))
    return next + 16;
  if (descriptor_at(next)) return next + 12;
  return malformed(name + ": no data descriptor that agrees with the directory");
}

}  // namespace

std::string quoted(std::string_view name) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text = "\"";
  for (const char c : name.substr(0, 64)) {
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
      text += c;
    } else {
      text += "\\x";
      text += digits[static_cast<unsigned char>(c) >> 4];
      text += digits[static_cast<unsigned char>(c) & 15];
    }
  }
  return text + (name.size() > 64 ? "\"..." : "\"");
}

std::string name_refusal(std::string_view name, std::size_t bytes_max) {
  if (name.empty()) return "an empty name";
  if (name.size() > bytes_max)
    return quoted(name) + ": " + std::to_string(name.size()) + " bytes, at most " + std::to_string(bytes_max);
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
  });
  if (!plain) return quoted(name) + ": a character outside a-z 0-9 / . _ -";
  if (name.find("..") != std::string_view::npos) return quoted(name) + ": \"..\"";
  if (name.front() == '/' || name.back() == '/' || name.find("//") != std::string_view::npos)
    return quoted(name) + ": an empty part (absolute, or a folder)";
  return {};
}

Result<std::vector<Declared>> read_directory(std::span<const std::byte> bytes, const Limits& limits) {
  const Fields zip(bytes);
  if (zip.size() > limits.archive_bytes) return over("archive bytes", zip.size(), limits.archive_bytes);
  if (zip.size() < end_bytes) return malformed(std::to_string(zip.size()) + " bytes are no zip");
  // Only as the very last thing: an end record that is searched for backwards can be chosen by whoever writes
  // the comment.
  const std::size_t end = zip.size() - end_bytes;
  if (zip.u32(end) != end_signature)
    return malformed("no end record in the last 22 bytes (truncated, or something follows it)");
  if (zip.u16(end + 20) != 0) return malformed("an archive comment");
  const std::size_t count = zip.u16(end + 10);
  if (zip.u16(end + 4) != 0 || zip.u16(end + 6) != 0 || zip.u16(end + 8) != count)
    return malformed("an archive of several disks");
  const std::uint64_t directory_bytes = zip.u32(end + 12);
  const std::uint64_t directory = zip.u32(end + 16);
  if (count == 0xffff || directory == 0xffffffff) return malformed("zip64 form");
  if (directory + directory_bytes != end)
    return malformed("a directory of " + std::to_string(directory_bytes) + " bytes at " +
                     std::to_string(directory) + " does not end where the end record begins, at " +
                     std::to_string(end));
  if (count > limits.entries) return over("entries", count, limits.entries);
  if (count == 0) return malformed("no entries");

  std::vector<Declared> found;
  std::set<std::string_view> names;
  std::uint64_t total = 0;
  std::size_t at = directory;
  std::size_t data = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto entry = read_central(zip, at, end);
    if (!entry) return entry.error();
    if (auto why = name_refusal(entry->name, limits.name_bytes); !why.empty())
      return Fault(errc::name_refused, std::move(why));
    if (!names.insert(entry->name).second) return Fault(errc::duplicate, quoted(entry->name));
    if ((entry->flags & flag_encrypted) != 0)
      return Fault(errc::unsupported, quoted(entry->name) + " is encrypted");
    if ((entry->flags & ~(flag_descriptor | flag_utf8 | flags_deflate)) != 0)
      return Fault(errc::unsupported, quoted(entry->name) + ": flags " + std::to_string(entry->flags));
    if (entry->method != stored && entry->method != deflated)
      return Fault(errc::unsupported, quoted(entry->name) + ": method " + std::to_string(entry->method));
    if (entry->method == stored && entry->packed != entry->bytes)
      return malformed(quoted(entry->name) + ": stored, with two sizes");
    if (entry->bytes > limits.entry_bytes)
      return over(quoted(entry->name) + " bytes", entry->bytes, limits.entry_bytes);
    total += entry->bytes;
    if (total > limits.total_bytes)
      return over("uncompressed bytes up to " + quoted(entry->name), total, limits.total_bytes);
    const auto next = read_local(zip, *entry, data, directory);
    if (!next) return next.error();
    data = *next;
    found.push_back({.name = std::string(entry->name), .packed_bytes = entry->packed, .bytes = entry->bytes});
  }
  if (at != end) return malformed("bytes between the last central header and the end record");
  if (data != directory) return malformed("bytes between the last entry and the directory");
  const std::uint64_t allowed = limits.ratio_free_bytes + std::uint64_t{limits.ratio} * zip.size();
  if (total > allowed)
    return over("uncompressed bytes in an archive of " + std::to_string(zip.size()), total, allowed);
  return found;
}

}  // namespace mr::package
