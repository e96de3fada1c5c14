// Zip archives (APPNOTE 6.3) octet by octet: right ones, and ones that lie wherever a field says how.
//
// Written here and not by a library, because libraries refuse to write what the suites must send. That the
// right ones are right is checked by libzip in the tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mr::wire {

// What is written where the truth would be. Fields that are absent tell the truth.
struct ZipLies {
  std::optional<std::string> local_name;                // in the local header alone
  std::optional<std::uint32_t> local_crc, local_size;   // there alone
  std::optional<std::uint32_t> crc, packed_size, size;  // in both headers
  std::optional<std::uint16_t> method;                  // 0 stored, 8 deflate
  std::uint16_t flags = 0;                              // 1: encrypted
};

struct ZipEntry {
  std::string name, content;
  bool deflate = true;
  ZipLies lies = {};
};

struct ZipFrame {
  std::string before, after;  // octets outside the archive; its offsets count from its own start
  std::string comment;
  std::optional<std::uint16_t> entries;  // another count in the end record
  bool zip64 = false;  // with a zip64 end record and locator, and 0xffff... in the plain one
};

// Every entry is dated 1980-01-01 00:00:00. Same entries, same zlib: same octets.
std::string zip_of(const std::vector<ZipEntry>& entries, const ZipFrame& frame = {});

// One deflate stream of `content`, without a zlib header.
std::string deflated(std::string_view content);

}  // namespace mr::wire
