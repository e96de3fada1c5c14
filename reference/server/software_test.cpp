#include "reference/server/software.hpp"

#include <gtest/gtest.h>

namespace mr::server {
namespace {

// "whole", "none", or "first-last" of a file of 1,000 octets.
std::string range(std::optional<std::string> field, std::uint64_t bytes = 1000) {
  const ByteRange read = read_range(field, bytes);
  if (read.kind == ByteRange::Kind::whole) return "whole";
  if (read.kind == ByteRange::Kind::unsatisfiable) return "none";
  return std::to_string(read.first) + "-" + std::to_string(read.last);
}

//= SW-SERVE type=test
TEST(ByteRange, OneRangeIsReadAsRfc9110Has) {
  EXPECT_EQ(range("bytes=0-0"), "0-0");
  EXPECT_EQ(range("bytes=0-499"), "0-499");
  EXPECT_EQ(range("bytes=500-"), "500-999");
  EXPECT_EQ(range("bytes=500-5000"), "500-999");
  EXPECT_EQ(range("bytes=-1"), "999-999");
  EXPECT_EQ(range("bytes=-5000"), "0-999");
  EXPECT_EQ(range("Bytes=999-"), "999-999");
  EXPECT_EQ(range("bytes=5-18446744073709551615"), "5-999");
}

TEST(ByteRange, WhatIsNotUnderstoodGivesTheWhole) {
  EXPECT_EQ(range(std::nullopt), "whole");
  for (const char* field : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes= 0-1",
                            "bytes=0-1,5-6", "items=0-1", "bytes=+1-2", "bytes=0x1-2",
                            "bytes=1-18446744073709551616", "bytes=--1", "bytes=1--2", "bytes 0-1/2"})
    EXPECT_EQ(range(field), "whole") << field;
}

//= SW-UNSATISFIABLE type=test
TEST(ByteRange, BehindTheEndThereIsNothing) {
  EXPECT_EQ(range("bytes=1000-"), "none");
  EXPECT_EQ(range("bytes=1000-2000"), "none");
  EXPECT_EQ(range("bytes=-0"), "none");
  EXPECT_EQ(range("bytes=0-", 0), "none");
}

}  // namespace
}  // namespace mr::server
