#include <gmock/gmock.h>

#include <set>

#include "reference/protocol/model/messages.hpp"

namespace mr::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(DetectedErrors, CountBitsFromTheMostSignificant) {
  const std::uint8_t low_toner_service_tray_empty[] = {0x21, 0x04};  // of a recorded printer that was idle
  EXPECT_THAT(detected_errors(low_toner_service_tray_empty),
              ElementsAre(DetectedError::low_toner, DetectedError::service_requested,
                          DetectedError::input_tray_empty));
  const std::uint8_t one_octet[] = {0x80};
  EXPECT_THAT(detected_errors(one_octet), ElementsAre(DetectedError::low_paper));
  EXPECT_THAT(detected_errors({}), IsEmpty());
  const std::uint8_t unnamed[] = {0x00, 0x01, 0xff};
  EXPECT_THAT(detected_errors(unnamed), IsEmpty());
}

//= LVL-WORDS type=test
//= LVL-PRIVATE type=test
TEST(Level, KeepsTheMibsSpecialValuesApart) {
  EXPECT_EQ(Level::from_mib(0), Level::number(0));
  EXPECT_EQ(Level::from_mib(-1), Level::other());
  EXPECT_EQ(Level::from_mib(-2), Level::unknown());
  EXPECT_EQ(Level::from_mib(-3), Level::some_remaining());
  EXPECT_EQ(Level::from_mib(-100), std::nullopt);
  for (const char* text : {"0", "4294967295", "other", "unknown", "someRemaining"}) {
    ASSERT_TRUE(parse_level(text)) << text;
    EXPECT_EQ(to_text(*parse_level(text)), text);
  }
  for (const char* text : {"", "-1", "-3", "4294967296", "full", "1.5", " 1", "+1"})
    EXPECT_FALSE(parse_level(text)) << text;
}

TEST(Words, MibWordsAndNumbersGoTogether) {
  EXPECT_EQ(static_cast<int>(SupplyType::toner_cartridge), 21);
  EXPECT_EQ(word(SupplyType::toner_cartridge), "tonerCartridge");
  EXPECT_EQ(from_word<AlertGroup>("markerSupplies"), AlertGroup::marker_supplies);
  EXPECT_EQ(word(static_cast<SupplyType>(99)), "");
  EXPECT_EQ(from_word<SupplyType>("Toner"), std::nullopt);
  EXPECT_EQ(alert_code_word(alert_code::marker_toner_almost_empty), "markerTonerAlmostEmpty");
  EXPECT_EQ(alert_code_word(35078), "");
}

TEST(ErrorCodes, EachHasASlugOfItsOwnAndAStatus) {
  std::set<std::string_view> slugs;
  for (const auto& entry : words_of(ErrorCode{})) {
    EXPECT_TRUE(slugs.insert(entry.word).second) << entry.word;
    EXPECT_GE(http_status(entry.value), 400u);
    EXPECT_LT(http_status(entry.value), 600u);
  }
  EXPECT_EQ(slugs.size(), static_cast<std::size_t>(ErrorCode::internal) + 1);
  EXPECT_EQ(http_status(*from_word<ErrorCode>("idempotency-conflict")), 409u);
}

TEST(Email, IsOneAddress) {
  for (const char* good : {"a@b", "print-team@example.com", "o'hara+x@sub.example"})
    EXPECT_TRUE(is_email_address(good)) << good;
  for (const char* bad : {"", "@", "a@", "@b", "a b@c", "a@b,c@d", "a@b;c@d", "a@@b", "<a@b>", "a@.b", "a@b.",
                          "a@b..c", "a@b\n"}) {
    EXPECT_FALSE(is_email_address(bad)) << bad;
  }
}

TEST(Identifiers, HaveTheirForms) {
  EXPECT_TRUE(is_identifier("a-1_B.c"));
  EXPECT_FALSE(is_identifier(""));
  EXPECT_FALSE(is_identifier("a/b"));
  EXPECT_FALSE(is_identifier(std::string(65, 'a')));
  EXPECT_TRUE(is_uuid("6f1c2d3e-8a41-4c52-9d0b-2f7f3b1a9c10"));
  EXPECT_FALSE(is_uuid("6F1C2D3E-8a41-4c52-9d0b-2f7f3b1a9c10"));
  EXPECT_FALSE(is_uuid("6f1c2d3e8a41-4c52-9d0b-2f7f3b1a9c10-"));
}

TEST(Blank, IsWhiteSpaceOrNothing) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r\n"));
  EXPECT_FALSE(is_blank(" x"));
}

}  // namespace
}  // namespace mr::model
