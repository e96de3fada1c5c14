#include "reference/server/decisions.hpp"

#include <gtest/gtest.h>

namespace mr::server {
namespace {

//= REG-KEY-WRONG type=test
//= AUD-REASON type=test
TEST(Decisions, AKeyIsUsedWhenNothingSpeaksAgainstIt) {
  for (int bits = 0; bits < 16; ++bits) {
    const KeyFacts facts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0};
    const bool good = facts.known && !facts.revoked && !facts.expired && facts.account_open;
    EXPECT_EQ(key_refusal(facts).empty(), good) << bits;
    EXPECT_EQ(key_refusal_told(key_refusal(facts)), key_refusal_told(""))
        << "a stranger cannot tell the reasons apart";
  }
  EXPECT_EQ(key_refusal({true, true, true, false}), "revoked key");
  EXPECT_EQ(key_refusal({}), "unknown key");
}

//= REG-LOCATION type=test
//= REG-CONTACT type=test
TEST(Decisions, LocationAndContactAreThere) {
  for (const char* text : {"", " ", "\t\n"}) EXPECT_FALSE(is_location(text)) << text;
  EXPECT_FALSE(is_location(std::nullopt));
  EXPECT_TRUE(is_location("Building 4"));
  for (const char* text : {"", "nobody", "a@b,c@d", "a@"}) EXPECT_FALSE(is_contact(text)) << text;
  EXPECT_FALSE(is_contact(std::nullopt));
  EXPECT_TRUE(is_contact("print@example.com"));
}

//= REG-CSR-SUBJECT type=test
TEST(Decisions, TheSubjectIsTheServersOwn) {
  trust::Subject asked;
  asked.common_name = "administrator";
  asked.organization = "Somebody Else";
  const trust::Subject subject = certificate_subject("id-1", "SN-1", asked);
  EXPECT_EQ(subject.common_name, "id-1");
  EXPECT_EQ(subject.serial_number, "SN-1");
  EXPECT_EQ(subject.organization, "");
}

//= UPL-REPEAT type=test
//= UPL-CONFLICT type=test
TEST(Decisions, AKeyUsedAgainIsTheSamePackageOrAConflict) {
  EXPECT_EQ(repeated_key(true), RepeatedKey::first_receipt);
  EXPECT_EQ(repeated_key(false), RepeatedKey::conflict);
  EXPECT_TRUE(is_same_registration(true));
  EXPECT_FALSE(is_same_registration(false));
}

//= REG-ONLY-WITHOUT-CERT type=test
TEST(Decisions, StrangersMayRegisterOnly) {
  EXPECT_TRUE(is_open(true));
  EXPECT_FALSE(is_open(false));
}

TEST(Decisions, WhoseItIs) {
  EXPECT_TRUE(is_own_manifest("a", "a"));
  EXPECT_FALSE(is_own_manifest("b", "a"));
  EXPECT_TRUE(is_own_device("a", "a"));
  EXPECT_FALSE(is_own_device("b", "a"));
  EXPECT_FALSE(is_fingerprint_of("sha-256=00", "sha-256=01"));
  EXPECT_FALSE(may_be_plain(model::SenderKind::agent));
  EXPECT_TRUE(may_be_plain(model::SenderKind::device));
  EXPECT_TRUE(is_listed(false));
  EXPECT_TRUE(is_listed(true));
}

}  // namespace
}  // namespace mr::server
