#include "simulators/printer/firmware/archive.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>

namespace mr::printer::firmware {
namespace {

std::string gzip(const std::string& tar) {
  z_stream deflater{};
  EXPECT_EQ(deflateInit2(&deflater, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&deflater, tar.size()), '\0');
  deflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(tar.data()));
  deflater.avail_in = static_cast<uInt>(tar.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&deflater, Z_FINISH), Z_STREAM_END);
  out.resize(deflater.total_out);
  deflateEnd(&deflater);
  return out;
}

std::string gunzip(const std::string& octets) {
  z_stream inflater{};
  EXPECT_EQ(inflateInit2(&inflater, 31), Z_OK);
  std::string out(10'000'000, '\0');
  inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
  inflater.avail_in = static_cast<uInt>(octets.size());
  inflater.next_out = reinterpret_cast<Bytef*>(out.data());
  inflater.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&inflater, Z_FINISH), Z_STREAM_END);
  out.resize(inflater.total_out);
  inflateEnd(&inflater);
  return out;
}

Result<Archive> read(const std::string& octets, std::size_t piece = 100'000, Limits limits = {}) {
  ArchiveReader reader(limits);
  for (std::size_t at = 0; at < octets.size(); at += piece)
    ignore(reader.feed(std::string_view(octets).substr(at, piece)), "finish() gives it again");
  return reader.finish();
}

// The tar with one header changed and its sum made right again.
std::string edited(std::string tar, std::size_t header, std::size_t at, const std::string& with) {
  tar.replace(header + at, with.size(), with);
  unsigned sum = 0;
  for (std::size_t i = 0; i < 512; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(tar[header + i]);
  char digits[8];
  std::snprintf(digits, sizeof digits, "%06o", sum);
  tar.replace(header + 148, 7, std::string(digits, 7));
  return tar;
}

const std::string payload(3000, 'p');
const std::string good = write_archive("manifest", "signature", payload);

TEST(Archive, GivesItsMembersHoweverItIsCut) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{13}, std::size_t{100'000}}) {
    const auto archive = read(good, piece);
    ASSERT_TRUE(archive) << to_string(archive.error());
    EXPECT_EQ(archive->manifest, "manifest");
    EXPECT_EQ(archive->signature, "signature");
    EXPECT_EQ(archive->payload_octets, 3000u);
    EXPECT_EQ(archive->payload_sha256, trust::hex(trust::sha256(payload)));
    EXPECT_EQ(archive->sha256, trust::hex(trust::sha256(good)));
  }
  EXPECT_TRUE(read(write_archive("", "", "")));
  EXPECT_TRUE(read(write_archive(std::string(512, 'a'), "", std::string(512, 'b'))));
  EXPECT_EQ(write_archive("manifest", "signature", payload), good);
}

TEST(Archive, CutAnywhereItIsTruncated) {
  for (std::size_t n = 0; n < good.size(); ++n)
    EXPECT_EQ(read(good.substr(0, n)).error(), Fault(errc::truncated)) << n;
  EXPECT_EQ(read(good + "x").error(), Fault(errc::malformed));
  EXPECT_EQ(read(good + good).error(), Fault(errc::malformed));
  EXPECT_EQ(read("no gzip at all").error(), Fault(errc::malformed));
}

TEST(Archive, HoldsItsThreeMembersAndNoOther) {
  const std::string tar = gunzip(good);
  ASSERT_TRUE(read(gzip(tar)));
  EXPECT_TRUE(read(gzip(tar + std::string(8192, '\0'))));  // tar fills its last record
  EXPECT_EQ(read(gzip(tar + "x")).error(), Fault(errc::malformed));
  EXPECT_EQ(read(gzip(tar.substr(0, tar.size() - 1024))).error(), Fault(errc::truncated));
  const std::size_t second = 1024, third = 2048;
  EXPECT_EQ(read(gzip(edited(tar, second, 0, "../../x"))).error(), Fault(errc::malformed));
  EXPECT_EQ(read(gzip(edited(tar, second, 156, "2"))).error(), Fault(errc::malformed));  // a link
  EXPECT_EQ(read(gzip(edited(tar, second, 156, "x"))).error(), Fault(errc::malformed));  // extended header
  EXPECT_EQ(read(gzip(edited(tar, second, 345, "etc"))).error(),
            Fault(errc::malformed));  // a prefix of the name
  EXPECT_EQ(read(gzip(tar.substr(second))).error(), Fault(errc::malformed));
  EXPECT_EQ(read(gzip(tar.substr(0, third) + std::string(1024, '\0'))).error(), Fault(errc::malformed));
  std::string wrong = tar;
  wrong[second + 1] = 'X';  // without a new sum
  EXPECT_EQ(read(gzip(wrong)).error(), Fault(errc::malformed));
  EXPECT_EQ(read(gzip(edited(tar, second, 124, "9999999999"))).error(), Fault(errc::malformed));
  EXPECT_TRUE(read(gzip(edited(tar, second, 257, std::string(8, '\0')))));  // the form before ustar
}

TEST(Archive, IsBounded) {
  Limits limits;
  limits.member_bytes_max = 100;
  EXPECT_EQ(read(write_archive(std::string(101, 'm'), "", ""), 1000, limits).error(), Fault(errc::too_large));
  EXPECT_EQ(read(write_archive("", std::string(101, 's'), ""), 1000, limits).error(), Fault(errc::too_large));
  limits.payload_bytes_max = 1000;
  EXPECT_EQ(read(write_archive("", "", std::string(1001, 'p')), 1000, limits).error(),
            Fault(errc::too_large));
  limits.file_bytes_max = 50;
  EXPECT_EQ(read(good, 10, limits).error(), Fault(errc::too_large));
}

TEST(Archive, ABombIsStoppedEarly) {
  const std::string bomb = write_archive("manifest", "signature", std::string(64 << 20, '\0'));
  EXPECT_LT(bomb.size(), 100'000u);
  ArchiveReader reader({});
  const auto fed = reader.feed(bomb);
  EXPECT_EQ(fed.error(), Fault(errc::too_large));
  EXPECT_EQ(reader.finish().error(), Fault(errc::too_large));
}

}  // namespace
}  // namespace mr::printer::firmware
