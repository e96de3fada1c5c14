// The zip that carries reports: written so that the same entries give the same bytes, read with limits on
// everything that a sender decides.
//
// Strict on reading: one plain archive from the first byte to the last, in APPNOTE 6.3 terms without zip64,
// comments, spanning, encryption, or methods other than stored and deflate. The central directory and the
// local headers must tell the same story, entries may not overlap, and the bytes that come out of the
// decompressor are counted, not believed. Text of the XML inside is not looked at here. WP-5-21.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"

namespace mr::package {

using Bytes = std::vector<std::byte>;

enum class errc {
  malformed = 1,  // not one whole zip, directory and contents disagree, or a wrong checksum
  limit,          // over one of Limits
  name_refused,   // a name outside [a-z0-9/._-]+, with "..", an empty part, or too long
  duplicate,      // two entries of one name
  unsupported,    // encrypted, or a method other than stored and deflate
};
std::string_view describe(errc);

struct Entry {
  std::string name;
  std::string content;  // any bytes
  bool operator==(const Entry&) const = default;
};

// What is read at most. Everything is checked on what the archive declares before a byte is inflated, and
// again on the bytes read; memory stays under `total_bytes` and the small directory.
struct Limits {
  std::size_t entries = 2048;
  std::size_t entry_bytes = std::size_t{4} << 20;     // uncompressed
  std::size_t total_bytes = std::size_t{256} << 20;   // uncompressed, all entries
  std::size_t archive_bytes = std::size_t{64} << 20;  // the zip itself
  std::size_t ratio = 200;  // total uncompressed : archive, beyond the first `ratio_free_bytes`
  std::size_t ratio_free_bytes = std::size_t{1} << 20;
  std::size_t name_bytes = 255;
};

// A zip of the entries in the order given: dates 1980-01-01 00:00:00, deflate level 6 (stored where that is
// no larger), no extra fields. Same entries, same zlib: same bytes.
//   errors: name_refused, duplicate, limit (a default limit, so that what is packed can be unpacked),
//   malformed (no entries).
Result<Bytes> pack(const std::vector<Entry>& entries);

// The entries of an archive from outside, in the order of its directory. All or nothing.
//   errors: those of errc, with the entry's name and the figures in the detail.
//   cost: linear in the archive and in what comes out of it, which `limits` bound.
Result<std::vector<Entry>> unpack(std::span<const std::byte> zip, const Limits& limits = {});

}  // namespace mr::package
MR_ERRC(mr::package, errc, "package")
