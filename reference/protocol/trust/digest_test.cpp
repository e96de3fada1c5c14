#include "reference/protocol/trust/digest.hpp"

#include <gtest/gtest.h>

namespace mr::trust {
namespace {

// FIPS 180-4 examples.
TEST(Sha256, OfTheStandardsExamples) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, InPiecesIsTheSameAndMayGoOnAfterAValue) {
  Sha256 digest;
  EXPECT_EQ(digest.value(), sha256(""));
  digest.add("a");
  EXPECT_EQ(digest.value(), sha256("a"));
  digest.add("bc");
  Sha256 moved = std::move(digest);
  EXPECT_EQ(moved.value(), sha256("abc"));
}

TEST(Base64, OfRfc4648) {
  const auto of = [](std::string_view text) { return base64(std::as_bytes(std::span(text))); };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(of("\xfb\xff"), "+/8=");
}

}  // namespace
}  // namespace mr::trust
