#include "reference/protocol/trust/usm_crypto.hpp"

#include <gtest/gtest.h>

namespace mr::trust {
namespace {

std::string unhex(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
  }
  return out;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    static constexpr char digits[] = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

const std::string engine = unhex("000000000000000000000002");

// RFC 3414 appendix A.3 for MD5 and SHA; for SHA-2 the same password and engine, computed with Python's
// hashlib.
TEST(UsmKeys, PasswordToKeyAndLocalisation) {
  struct Case {
    UsmAuth auth;
    std::string_view ku, kul;
  };
  const Case cases[] = {
      {UsmAuth::md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"},
      {UsmAuth::sha1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"},
      {UsmAuth::sha224, "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
       "0bd8827c6e29f8065e08e09237f177e410f69b90e1782be682075674"},
      {UsmAuth::sha256, "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac",
       "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b"},
      {UsmAuth::sha384,
       "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f383c86fb836857444654b287c93f51ff64",
       "3b298f16164a11184279d5432bf169e2d2a48307de02b3d3f7e2b4f36eb6f0455a53689a3937eea07319a633d2ccba78"},
      {UsmAuth::sha512,
       "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63dd3a73d04924d31a63f95a601f9385af6be4e"
       "d1b37f87d040f7c6ed6f8d38a91",
       "22a5a36cedfcc085807a128d7bc6c2382167ad6c0dbc5fdff856740f3d84c099ad1ea87a8db096714d9788bd544047c9021e4"
       "229ce27e4c0a69250adfcffbb0b"},
  };
  for (const Case& c : cases) {
    const std::string ku = password_to_key(c.auth, "maplesyrup");
    EXPECT_EQ(to_hex(ku), c.ku) << to_text(c.auth);
    EXPECT_EQ(to_hex(localize_key(c.auth, ku, engine)), c.kul) << to_text(c.auth);
    EXPECT_EQ(ku.size(), key_size(c.auth));
  }
}

TEST(UsmKeys, BlumenthalExtensionAppendsTheDigestOfTheKey) {
  const std::string md5 = unhex("526f5eed9fcce26f8964c2930787d82b");
  const std::string sha = unhex("6695febc9288e36282235fc7151f128497b38f3f");
  EXPECT_EQ(to_hex(privacy_key(UsmAuth::md5, UsmPriv::aes256, md5, engine)),
            to_hex(md5) + "fa24a92467426c2f4b09192be10dfaec");
  EXPECT_EQ(to_hex(privacy_key(UsmAuth::sha1, UsmPriv::aes256, sha, engine)),
            to_hex(sha) + std::string("505e07eb9af25568fa1f5dbe1bf2e6a0e36ea40a").substr(0, 24));
}

// The examples of draft-reeder-snmpv3-usm-3desede-00 appendix B.
TEST(UsmKeys, ReederExtensionTakesTheKeyAsPassword) {
  const std::string md5 = unhex("526f5eed9fcce26f8964c2930787d82b");
  const std::string sha = unhex("6695febc9288e36282235fc7151f128497b38f3f");
  EXPECT_EQ(to_hex(privacy_key(UsmAuth::md5, UsmPriv::aes256_reeder, md5, engine)),
            "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12");
  EXPECT_EQ(to_hex(privacy_key(UsmAuth::sha1, UsmPriv::aes256_reeder, sha, engine)),
            "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c");
}

TEST(UsmKeys, ALongerDigestIsCut) {
  const std::string kul(64, 'k');
  EXPECT_EQ(privacy_key(UsmAuth::sha512, UsmPriv::aes128, kul, engine), kul.substr(0, 16));
  EXPECT_EQ(privacy_key(UsmAuth::sha512, UsmPriv::aes256_reeder, kul, engine), kul.substr(0, 32));
}

// RFC 2202 and RFC 4231, test case 1, truncated as RFC 3414 and RFC 7860 say.
TEST(UsmMac, KnownAnswers) {
  struct Case {
    UsmAuth auth;
    std::size_t key_octets;
    std::string_view mac;
  };
  const Case cases[] = {
      {UsmAuth::md5, 16, "9294727a3638bb1c13f48ef8158bfc9d"},
      {UsmAuth::sha1, 20, "b617318655057264e28bc0b6fb378c8ef146be00"},
      {UsmAuth::sha224, 20, "896fb1128abbdf196832107cd49df33f47b4b1169912ba4f53684b22"},
      {UsmAuth::sha256, 20, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {UsmAuth::sha384, 20,
       "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"},
      {UsmAuth::sha512, 20,
       "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4be9d9"
       "14eeb61f1702e69"
       "6c203a126854"},
  };
  for (const Case& c : cases) {
    const UsmMac mac(c.auth, std::string(c.key_octets, '\x0b'));
    EXPECT_EQ(to_hex(mac.mac("Hi There")), c.mac.substr(0, 2 * mac_size(c.auth))) << to_text(c.auth);
    const std::string_view parts[] = {"Hi", "", " There"};
    EXPECT_EQ(mac.mac(parts), mac.mac("Hi There"));  // and the key may be used again
  }
  EXPECT_EQ(UsmMac().mac("x"), "");
}

TEST(UsmMac, DigestsOfOtherLengthsNeverMatch) {
  EXPECT_TRUE(equal_digests("abcd", "abcd"));
  EXPECT_FALSE(equal_digests("abcd", "abc"));
  EXPECT_FALSE(equal_digests("abcd", ""));
  EXPECT_FALSE(equal_digests("abcd", "abce"));
}

// NIST SP 800-38A F.3.13, F.3.15, F.3.17: the IV is boots, time and salt one after another (RFC 3826
// section 3.1.2.1).
TEST(UsmCipher, AesKnownAnswers) {
  struct Case {
    UsmPriv priv;
    std::string_view key, text;
  };
  const Case cases[] = {
      {UsmPriv::aes128, "2b7e151628aed2a6abf7158809cf4f3c", "3b3fd92eb72dad20333449f8e83cfb4a"},
      {UsmPriv::aes192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
       "cdc80d6fddf18cab34c25909c99a4174"},
      {UsmPriv::aes256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
       "dc7e84bfda79164b7ecd8486985d3860"},
  };
  const std::string plain = unhex("6bc1bee22e409f96e93d7e117393172a"), salt = unhex("08090a0b0c0d0e0f");
  for (const Case& c : cases) {
    UsmCipher cipher(c.priv, unhex(c.key));
    for (int again = 0; again < 3; ++again) {  // one context, both directions in turn
      EXPECT_EQ(to_hex(cipher.encrypt(plain, 0x00010203, 0x04050607, salt)), c.text);
      std::string back;
      ASSERT_TRUE(cipher.decrypt(unhex(c.text), 0x00010203, 0x04050607, salt, back));
      EXPECT_EQ(back, plain);
    }
  }
}

// FIPS 81 appendix C (CBC); the pre-IV is zero, so that the salt is the IV.
TEST(UsmCipher, DesKnownAnswer) {
  UsmCipher cipher(UsmPriv::des, unhex("0123456789abcdef0000000000000000"));
  const std::string salt = unhex("1234567890abcdef");
  const std::string text = cipher.encrypt("Now is the time for all ", 0, 0, salt);
  EXPECT_EQ(to_hex(text), "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6");
  std::string back;
  ASSERT_TRUE(cipher.decrypt(text, 0, 0, salt, back));
  EXPECT_EQ(back, "Now is the time for all ");
  EXPECT_FALSE(cipher.decrypt(text.substr(1), 0, 0, salt, back));
  EXPECT_FALSE(cipher.decrypt(text, 0, 0, salt.substr(1), back));
}

TEST(UsmCipher, Salts) {
  EXPECT_EQ(to_hex(UsmCipher(UsmPriv::des, std::string(16, 'k')).salt(7, 0x1122334455667788)),
            "0000000755667788");
  EXPECT_EQ(to_hex(UsmCipher(UsmPriv::aes128, std::string(16, 'k')).salt(7, 0x1122334455667788)),
            "1122334455667788");
}

}  // namespace
}  // namespace mr::trust
