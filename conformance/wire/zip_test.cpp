#include "conformance/wire/zip.hpp"

#include <gtest/gtest.h>
#include <zip.h>

#include <map>

namespace mr::wire {
namespace {

// What libzip, which has not seen the writer, reads; with its own consistency checks.
std::map<std::string, std::string> read(const std::string& bytes, std::string& why) {
  std::map<std::string, std::string> out;
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
  zip_t* archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive == nullptr) {
    why = zip_error_strerror(&error);
    zip_source_free(source);
    return out;
  }
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive, 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(archive, static_cast<zip_uint64_t>(i), 0, &stat);
    std::string content(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(archive, static_cast<zip_uint64_t>(i), 0);
    if (file == nullptr ||
        zip_fread(file, content.data(), content.size()) != static_cast<zip_int64_t>(content.size())) {
      why = zip_strerror(archive);
    } else {
      char more;
      if (zip_fread(file, &more, 1) != 0) why = "CRC";  // libzip tells at the end
    }
    if (file != nullptr) zip_fclose(file);
    out[stat.name] = content;
  }
  zip_discard(archive);
  return out;
}
bool good(const std::string& bytes) {
  std::string why;
  read(bytes, why);
  return why.empty();
}

const std::vector<ZipEntry> entries = {{"manifest.xml", "<Manifest/>"},
                                       {"reports/a.xml", std::string(5000, 'a')},
                                       {"reports/b.xml", "stored", false},
                                       {"empty", "", true}};

TEST(Zip, AnotherReaderReadsIt) {
  std::string why;
  const auto got = read(zip_of(entries), why);
  EXPECT_EQ(why, "");
  ASSERT_EQ(got.size(), entries.size());
  for (const ZipEntry& entry : entries) EXPECT_EQ(got.at(entry.name), entry.content);
  EXPECT_LT(zip_of(entries).size(), 1000u) << "deflated";
}

TEST(Zip, SameEntriesSameOctets) { EXPECT_EQ(zip_of(entries), zip_of(entries)); }

TEST(Zip, LiesAreSeenByAnotherReader) {
  auto lying = [](ZipLies lies) {
    auto out = entries;
    out[1].lies = std::move(lies);
    return zip_of(out);
  };
  EXPECT_FALSE(good(lying({.crc = 1})));
  EXPECT_FALSE(good(lying({.local_name = "reports/z.xml"})));
  EXPECT_FALSE(good(lying({.local_crc = 1})));
  EXPECT_FALSE(good(lying({.local_size = 1})));
  EXPECT_FALSE(good(lying({.method = 12})));
  EXPECT_FALSE(good(lying({.flags = 1})));
  EXPECT_FALSE(good(zip_of(entries, {.entries = 9})));
}

TEST(Zip, TheFrameIsWhereItIsSaidToBe) {
  const std::string plain = zip_of(entries);
  EXPECT_EQ(zip_of(entries, {.before = "ab"}), "ab" + plain);
  EXPECT_EQ(zip_of(entries, {.after = "yz"}), plain + "yz");
  EXPECT_TRUE(zip_of(entries, {.comment = "note"}).ends_with(std::string("\4\0note", 6)));
  EXPECT_NE(zip_of(entries, {.zip64 = true}).find("PK\6\6"), std::string::npos);
}

}  // namespace
}  // namespace mr::wire
