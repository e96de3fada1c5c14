// Archives that lie. They are built here from their parts, so that each tells exactly one lie.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <zlib.h>

#include <functional>

#include "reference/protocol/package/package.hpp"

namespace mr::package {
namespace {

using testing::HasSubstr;

std::string u16(unsigned v) { return {static_cast<char>(v), static_cast<char>(v >> 8)}; }
std::string u32(std::uint32_t v) { return u16(v & 0xffff) + u16(v >> 16); }

std::string deflated(const std::string& content) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&z, content.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  z.avail_in = static_cast<uInt>(content.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::uint32_t crc_of(const std::string& s) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(s.data()), static_cast<uInt>(s.size())));
}

// One entry as its headers will tell it; honest unless a test changes a field.
struct Part {
  std::string name = "a.xml";
  std::string packed;
  unsigned flags = 0, method = 8;
  std::uint32_t crc = 0, packed_bytes = 0, bytes = 0;
  std::string local_name, local_extra, descriptor;
  bool blank_local = false;
  std::optional<std::uint32_t> offset;
};

Part part(const std::string& name, const std::string& content) {
  Part p;
  p.name = p.local_name = name;
  p.packed = deflated(content);
  p.packed_bytes = static_cast<std::uint32_t>(p.packed.size());
  p.bytes = static_cast<std::uint32_t>(content.size());
  p.crc = crc_of(content);
  return p;
}

struct Layout {
  std::string prefix, gap, suffix;
  int count_change = 0;
};

std::string build(const std::vector<Part>& parts, const Layout& layout = {}) {
  std::string zip = layout.prefix, central;
  for (const auto& p : parts) {
    const auto at = p.offset.value_or(static_cast<std::uint32_t>(zip.size()));
    const std::string sums = u32(p.crc) + u32(p.packed_bytes) + u32(p.bytes);
    zip += "PK\3\4" + u16(20) + u16(p.flags) + u16(p.method) + u32(0x210000) +
           (p.blank_local ? std::string(12, '\0') : sums) + u16(static_cast<unsigned>(p.local_name.size())) +
           u16(static_cast<unsigned>(p.local_extra.size())) + p.local_name + p.local_extra + p.packed +
           p.descriptor;
    central += "PK\1\2" + u16(20) + u16(20) + u16(p.flags) + u16(p.method) + u32(0x210000) + sums +
               u16(static_cast<unsigned>(p.name.size())) + u16(0) + u16(0) + u16(0) + u16(0) + u32(0) +
               u32(at) + p.name;
  }
  zip += layout.gap;
  const auto count = static_cast<unsigned>(static_cast<int>(parts.size()) + layout.count_change);
  const auto directory = static_cast<std::uint32_t>(zip.size());
  return zip + central + "PK\5\6" + u32(0) + u16(count) + u16(count) +
         u32(static_cast<std::uint32_t>(central.size())) + u32(directory) + u16(0) + layout.suffix;
}

Result<std::vector<Entry>> read(const std::string& zip) {
  // An exact-size copy on the heap, so that AddressSanitizer sees a read past the end.
  const auto* begin = reinterpret_cast<const std::byte*>(zip.data());
  const Bytes bytes(begin, begin + zip.size());
  return unpack(bytes);
}

void expect_refused(const std::string& zip, errc expected, const std::string& detail) {
  const auto result = read(zip);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), Fault(expected)) << to_string(result.error());
  EXPECT_THAT(result.error().detail, HasSubstr(detail));
}

const std::string text = "<DeviceReport>twelve pages, then thirteen, then twelve pages</DeviceReport>";

TEST(HostileZip, TheHonestOneIsRead) {
  const auto result = read(build({part("a.xml", text), part("b.xml", "")}));
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(*result, (std::vector<Entry>{{"a.xml", text}, {"b.xml", ""}}));
}

TEST(HostileZip, DataDescriptorsOfStreamingWritersAreRead) {
  for (const bool signature : {true, false}) {
    auto p = part("a.xml", text);
    p.flags = 8;
    p.blank_local = true;
    p.descriptor = (signature ? "PK\7\10" : "") + u32(p.crc) + u32(p.packed_bytes) + u32(p.bytes);
    const auto result = read(build({p, part("b.xml", "b")}));
    ASSERT_TRUE(result) << to_string(result.error());
    EXPECT_EQ(result->front().content, text);
    p.descriptor[p.descriptor.size() - 1] ^= 1;
    expect_refused(build({p}), errc::malformed, "descriptor");
  }
}

TEST(HostileZip, ExtraFieldsOfOtherWritersAreSkipped) {
  auto p = part("a.xml", text);
  p.local_extra = "UT" + u16(5) + "\1" + u32(0);
  const auto result = read(build({p}));
  ASSERT_TRUE(result) << to_string(result.error());
}

TEST(HostileZip, MoreBytesThanDeclared) {
  auto p = part("a.xml", std::string(10'000'000, '0'));
  p.bytes = 10;
  expect_refused(build({p}), errc::malformed, "more than the 10 bytes declared");
}

TEST(HostileZip, FewerBytesThanDeclared) {
  auto p = part("a.xml", text);
  p.bytes += 1;
  expect_refused(build({p}), errc::malformed, "\"a.xml\"");
}

long peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileZip, AGibibyteOfZerosTakesNoMemory) {
  // One MiB deflated up to a full flush, which ends on a byte and refers to nothing before it, over and over:
  // compressing 1 GiB takes seconds.
  z_stream z{};
  ASSERT_EQ(deflateInit2(&z, 9, Z_DEFLATED, -15, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string zeros(1 << 20, '\0'), block(1 << 16, '\0'), packed;
  z.next_in = reinterpret_cast<Bytef*>(zeros.data());
  z.avail_in = static_cast<uInt>(zeros.size());
  z.next_out = reinterpret_cast<Bytef*>(block.data());
  z.avail_out = static_cast<uInt>(block.size());
  ASSERT_EQ(deflate(&z, Z_FULL_FLUSH), Z_OK);
  block.resize(z.total_out);
  deflateEnd(&z);
  for (int i = 0; i < 1024; ++i) packed += block;
  packed += std::string("\3\0", 2);  // an empty last block
  auto p = part("a.xml", "");
  p.packed = packed;
  p.packed_bytes = static_cast<std::uint32_t>(packed.size());
  p.bytes = 1u << 30;
  const std::string honest = build({p});
  p.bytes = 1u << 20;
  const std::string lying = build({p});
  const long before = peak_kilobytes();
  expect_refused(honest, errc::limit, "1073741824, limit 4194304");
  expect_refused(lying, errc::malformed, "more than the 1048576 bytes declared");
  EXPECT_LT(peak_kilobytes() - before, 32 * 1024);
}

TEST(HostileZip, ManySmallBombsAreCountedTogether) {
  std::vector<Part> parts;
  const auto one = part("x", std::string(1 << 20, '\0'));
  for (int i = 0; i < 100; ++i) {
    parts.push_back(one);
    parts.back().name = parts.back().local_name = "r/" + std::to_string(i);
  }
  expect_refused(build(parts), errc::limit, "uncompressed bytes in an archive");
}

TEST(HostileZip, OverlappingEntriesShareNoData) {
  auto first = part("a.xml", text);
  auto second = part("b.xml", text);
  second.offset = 0;
  expect_refused(build({first, second}), errc::malformed, "begins at 0");
  // The first one's data swallows the second one: "quoted" local headers.
  first.packed_bytes += 30;
  expect_refused(build({first, part("b.xml", text)}), errc::malformed, "begins at");
}

//= PKG-WHOLE type=test
TEST(HostileZip, EveryTruncationIsRefused) {
  const std::string zip = build({part("a.xml", text), part("b.xml", "b")});
  for (std::size_t size = 0; size < zip.size(); ++size) {
    const auto result = read(zip.substr(0, size));
    ASSERT_FALSE(result) << size;
    EXPECT_EQ(result.error(), Fault(errc::malformed)) << size;
  }
}

TEST(HostileZip, NoBitFlipChangesWhatIsRead) {
  const std::string zip = build({part("a.xml", text), part("b.xml", "b")});
  const auto honest = *read(zip);
  int refused = 0;
  for (std::size_t bit = 0; bit < zip.size() * 8; ++bit) {
    std::string flipped = zip;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto result = read(flipped);
    if (result) {
      // Dates, versions and attributes mean nothing here.
      EXPECT_EQ(*result, honest) << bit;
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, static_cast<int>(zip.size()) * 4);
}

//= PKG-WHOLE type=test
TEST(HostileZip, WrongChecksum) {
  auto p = part("a.xml", text);
  p.crc ^= 1;
  expect_refused(build({p}), errc::malformed, "CRC");
}

//= PKG-WHOLE type=test
TEST(HostileZip, BytesAroundTheArchive) {
  const auto p = part("a.xml", text);
  expect_refused(build({p}, {.suffix = "x"}), errc::malformed, "end record");
  expect_refused(build({p}, {.suffix = std::string(70000, 'x')}), errc::malformed, "end record");
  expect_refused(build({p}, {.prefix = "#!/bin/sh\n"}), errc::malformed, "begins at 10");
  expect_refused("xxxx" + build({p}), errc::malformed, "does not end");
  expect_refused(build({p}, {.gap = "hidden"}), errc::malformed, "between the last entry");
  expect_refused(build({p}) + build({part("b.xml", "b")}), errc::malformed, "does not end");
}

//= PKG-ZIP type=test
TEST(HostileZip, CountsAndZip64) {
  const auto p = part("a.xml", text);
  expect_refused(build({p}, {.count_change = 1}), errc::malformed, "central header");
  expect_refused(build({p}, {.count_change = -1}), errc::malformed, "");
  expect_refused(build({}), errc::malformed, "no entries");
  expect_refused(build({p}, {.count_change = 0xfffe}), errc::malformed, "zip64");
  expect_refused(build({p}, {.count_change = 0xfffd}), errc::limit, "entries: 65534");
  for (const auto field : {&Part::packed_bytes, &Part::bytes}) {
    auto lie = p;
    lie.*field = 0xffffffff;
    expect_refused(build({lie}), errc::malformed, "zip64");
  }
}

//= PKG-NAMES type=test
TEST(HostileZip, NamesAndDuplicates) {
  for (const std::string name : {"../etc/passwd", "/etc/passwd", "a\\b", "reports/", "A.XML", "a..b"})
    expect_refused(build({part(name, text)}), errc::name_refused, "");
  expect_refused(build({part(std::string("a\0b", 3), text)}), errc::name_refused, "a\\x00b");
  expect_refused(build({part("a.xml", text), part("a.xml", "b")}), errc::duplicate, "a.xml");
  auto two_names = part("a.xml", text);
  two_names.local_name = "b.xml";
  expect_refused(build({two_names}), errc::malformed, "another name");
}

//= PKG-ZIP type=test
TEST(HostileZip, EncryptionAndMethods) {
  auto p = part("a.xml", text);
  p.flags = 1;
  expect_refused(build({p}), errc::unsupported, "encrypted");
  p.flags = 0;
  for (const unsigned method : {1u, 9u, 12u, 14u, 93u, 99u}) {
    p.method = method;
    expect_refused(build({p}), errc::unsupported, "method " + std::to_string(method));
  }
  p.method = 0;
  expect_refused(build({p}), errc::malformed, "two sizes");
}

}  // namespace
}  // namespace mr::package
