// The layout of a zip, read strictly from its end: what libzip does not hold an archive to.
#pragma once

#include "reference/protocol/package/package.hpp"

namespace mr::package {

// One entry, as both its headers declare it.
struct Declared {
  std::string name;
  std::uint32_t packed_bytes = 0;
  std::uint32_t bytes = 0;  // uncompressed
};

// Refusal of a name, empty if it may be used. The detail quotes the name safely.
std::string name_refusal(std::string_view name, std::size_t bytes_max);
std::string quoted(std::string_view name);  // printable, at most 64 characters of it

// Walks the central directory and the local headers. On success the archive is gapless: local headers, data
// and (where flag 3 is set) data descriptors follow each other from byte 0 up to the directory, the directory
// up to the end record, which is the last. All of `limits` hold for what is declared.
Result<std::vector<Declared>> read_directory(std::span<const std::byte> zip, const Limits& limits);

}  // namespace mr::package
