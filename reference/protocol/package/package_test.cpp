#include "reference/protocol/package/package.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::package {
namespace {

using testing::HasSubstr;

const std::vector<Entry> sample{{"manifest.xml", "<Manifest/>"},
                                {"reports/0f3c.xml", std::string(5000, 'a') + "<DeviceReport/>"},
                                {"reports/empty.xml", ""}};

TEST(Pack, UnpacksToTheSameEntriesInOrder) {
  const auto zip = pack(sample);
  ASSERT_TRUE(zip) << to_string(zip.error());
  EXPECT_LT(zip->size(), 1000u);  // deflated
  const auto back = unpack(*zip);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(*back, sample);
}

TEST(Pack, HoldsAnyBytes) {
  std::string bytes;
  for (int i = 0; i < 70000; ++i) bytes += static_cast<char>(i * 7919 >> 3);
  const std::vector<Entry> entries{{"a", bytes}};
  EXPECT_EQ(*unpack(*pack(entries)), entries);
}

//= PKG-DATE type=test
TEST(Pack, IsTheSameBytesEachTimeWithAFixedDate) {
  const auto zip = *pack(sample);
  EXPECT_EQ(zip, *pack(sample));
  // APPNOTE 4.3.7: time at 10, date at 12 of the first local header; extra field length at 28.
  EXPECT_EQ(zip[10], std::byte{0});
  EXPECT_EQ(zip[11], std::byte{0});
  EXPECT_EQ(zip[12], std::byte{0x21});
  EXPECT_EQ(zip[13], std::byte{0x00});
  EXPECT_EQ(zip[28], std::byte{0});
  EXPECT_EQ(zip[29], std::byte{0});
}

TEST(Pack, RefusesWhatUnpackWouldRefuse) {
  EXPECT_EQ(pack({}).error(), Fault(errc::malformed));
  EXPECT_EQ(pack({{"a", ""}, {"a", ""}}).error(), Fault(errc::duplicate));
  for (const char* name :
       {"", "A.xml", "a b", "../a", "a/../b", "/a", "a/", "a//b", "a\\b", "c:a", "\xc3\xa4"})
    EXPECT_EQ(pack({{name, "x"}}).error(), Fault(errc::name_refused)) << name;
  EXPECT_EQ(pack({{std::string(256, 'a'), ""}}).error(), Fault(errc::name_refused));
  EXPECT_TRUE(pack({{std::string(255, 'a'), ""}}));
  EXPECT_EQ(pack({{"a", std::string((4u << 20) + 1, 'x')}}).error(), Fault(errc::limit));
  EXPECT_EQ(pack({{"a", std::string(4u << 20, 'x')}}).error(), Fault(errc::limit));  // by its ratio
  EXPECT_EQ(pack(std::vector<Entry>(2049)).error(), Fault(errc::limit));
}

TEST(Unpack, TakesTheMostEntriesAllowed) {
  std::vector<Entry> entries;
  for (int i = 0; i < 2048; ++i) entries.push_back({"r/" + std::to_string(i), std::to_string(i)});
  const auto zip = *pack(entries);
  EXPECT_EQ(unpack(zip)->size(), 2048u);
  const auto refused = unpack(zip, {.entries = 2047});
  EXPECT_EQ(refused.error(), Fault(errc::limit));
  EXPECT_THAT(refused.error().detail, HasSubstr("2048"));
}

//= PKG-LIMITS type=test
TEST(Unpack, HoldsEachLimitToTheByte) {
  const auto zip = *pack({{"a", "12345"}, {"b", "123"}});
  EXPECT_TRUE(unpack(zip, {.entry_bytes = 5}));
  const auto entry = unpack(zip, {.entry_bytes = 4});
  EXPECT_EQ(entry.error(), Fault(errc::limit));
  EXPECT_THAT(entry.error().detail, HasSubstr("\"a\" bytes: 5, limit 4"));
  EXPECT_TRUE(unpack(zip, {.total_bytes = 8}));
  EXPECT_EQ(unpack(zip, {.total_bytes = 7}).error(), Fault(errc::limit));
  EXPECT_TRUE(unpack(zip, {.archive_bytes = zip.size()}));
  EXPECT_EQ(unpack(zip, {.archive_bytes = zip.size() - 1}).error(), Fault(errc::limit));
  EXPECT_EQ(unpack(zip, {.ratio = 0, .ratio_free_bytes = 7}).error(), Fault(errc::limit));
  EXPECT_TRUE(unpack(zip, {.ratio = 0, .ratio_free_bytes = 8}));
}

}  // namespace
}  // namespace mr::package
