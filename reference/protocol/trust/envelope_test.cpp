#include "reference/protocol/trust/envelope.hpp"

#include <gtest/gtest.h>
#include <openssl/cms.h>

#include "reference/protocol/trust/test_authority.hpp"

namespace mr::trust {
namespace {

using namespace test;

Bytes bytes_of(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

struct Recipients {
  Credentials authority = root();
  Credentials ec = issued(authority, leaf(PrivateKey::generate_p256()));
  Credentials rsa = issued(authority, leaf(PrivateKey::generate_p256()), key_of(EVP_RSA_gen(2048)));
};
const Recipients& recipients() {
  static const Recipients made;
  return made;
}
const std::vector<const Credentials*> both() { return {&recipients().ec, &recipients().rsa}; }

TEST(Envelope, OpensToWhatWasSealed) {
  for (const auto* recipient : both()) {
    for (const std::size_t size : {0, 1, 15, 16, 4096, 1 << 20}) {
      const Bytes content(size, std::byte{0x5a});
      const auto sealed = seal(content, recipient->chain[0]);
      ASSERT_TRUE(sealed) << to_string(sealed.error());
      EXPECT_LT(sealed->size(), size + 1000);
      const auto opened = open(*sealed, *recipient, size);
      ASSERT_TRUE(opened) << size << ": " << to_string(opened.error());
      EXPECT_EQ(*opened, content);
    }
  }
}

TEST(Envelope, OfTheSameContentIsNeverTheSame) {
  const auto content = bytes_of("content");
  EXPECT_NE(*seal(content, recipients().ec.chain[0]), *seal(content, recipients().ec.chain[0]));
}

//= UPL-ENVELOPE-BAD type=test
TEST(Envelope, ToAnotherIsNotForUs) {
  const auto other = issued(recipients().authority, leaf(PrivateKey::generate_p256()));
  for (const auto* recipient : both()) {
    const auto sealed = seal(bytes_of("content"), recipient->chain[0]).value();
    EXPECT_EQ(open(sealed, other, 100).error(), Fault(errc::not_for_us));
    EXPECT_EQ(open(sealed, {.key = other.key, .chain = recipient->chain}, 100).has_error(), true);
  }
}

TEST(Envelope, HoldsTheSizeLimit) {
  const auto sealed = seal(bytes_of("content"), recipients().ec.chain[0]).value();
  EXPECT_TRUE(open(sealed, recipients().ec, 7));
  EXPECT_EQ(open(sealed, recipients().ec, 6).error(), Fault(errc::too_large));
  EXPECT_EQ(open(Bytes(70'000), recipients().ec, 1000).error(), Fault(errc::too_large));
}

//= UPL-ENVELOPE-BAD type=test
TEST(Envelope, NoChangedByteIsAccepted) {
  const auto content = bytes_of("forty-two pages in black, seven in colour");
  for (const auto* recipient : both()) {
    const auto sealed = seal(content, recipient->chain[0]).value();
    int tampered = 0, malformed = 0, not_for_us = 0;
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      auto changed = sealed;
      changed[at] ^= std::byte{0x01};
      const auto opened = open(changed, *recipient, 1000);
      if (opened) {
        // Only fields that no one relies on: version numbers. The content is authentic all the same.
        EXPECT_EQ(*opened, content) << at;
        continue;
      }
      tampered += opened.error() == Fault(errc::tampered);
      malformed += opened.error() == Fault(errc::malformed);
      not_for_us += opened.error() == Fault(errc::not_for_us);
    }
    EXPECT_GT(tampered, 41 + 16);  // the ciphertext and the tag at least
    EXPECT_GT(malformed, 30);
    EXPECT_GT(not_for_us, 20);
  }
  auto sealed = seal(content, recipients().ec.chain[0]).value();
  sealed.back() ^= std::byte{0x80};  // the tag is last
  EXPECT_EQ(open(sealed, recipients().ec, 1000).error(), Fault(errc::tampered));
}

TEST(Envelope, NoTruncationIsAccepted) {
  auto sealed = seal(bytes_of("content"), recipients().ec.chain[0]).value();
  for (std::size_t size = 0; size < sealed.size(); ++size)
    ASSERT_EQ(open(std::span(sealed).first(size), recipients().ec, 1000).error(), Fault(errc::malformed))
        << size;
  sealed.push_back(std::byte{0});
  EXPECT_EQ(open(sealed, recipients().ec, 1000).error(), Fault(errc::malformed));
}

// Made by libcrypto's one-shot call, as a peer would.
Bytes sealed_with(const EVP_CIPHER* cipher, int copies = 1) {
  STACK_OF(X509)* const certificates = sk_X509_new_null();
  for (int i = 0; i < copies; ++i) sk_X509_push(certificates, native(recipients().ec.chain[0]));
  const BioPtr in = bio_over(std::string_view("content"));
  const std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>> cms(
      CMS_encrypt(certificates, in.get(), cipher, CMS_BINARY));
  sk_X509_free(certificates);
  MR_ASSERT(cms != nullptr);
  return der_of<i2d_CMS_ContentInfo>(cms.get());
}

//= UPL-AGENT-CMS type=test
TEST(Envelope, OnlyAes256GcmIsAccepted) {
  const auto detail = [](const Bytes& envelope) {
    return open(envelope, recipients().ec, 1000).error().detail;
  };
  EXPECT_EQ(detail(sealed_with(EVP_aes_256_cbc())), "not AuthEnvelopedData");
  EXPECT_EQ(detail(sealed_with(EVP_aes_128_gcm())), "the content is not encrypted with AES-256-GCM");
  EXPECT_TRUE(open(sealed_with(EVP_aes_256_gcm()), recipients().ec, 1000));
}

TEST(Envelope, SixteenRecipientsAndNoMore) {
  EXPECT_TRUE(open(sealed_with(EVP_aes_256_gcm(), 16), recipients().ec, 1000));
  EXPECT_EQ(open(sealed_with(EVP_aes_256_gcm(), 17), recipients().ec, 1000).error().detail,
            "more than 16 recipients");
}

TEST(Envelope, ALongNonceDoesNotReachLibcrypto) {
  auto envelope = seal(Bytes(300), recipients().ec.chain[0]).value();
  const std::array<std::byte, 2> nonce{std::byte{0x04}, std::byte{12}};
  // In the GCM parameters: SEQUENCE { OCTET STRING 12, INTEGER 16 }.
  for (std::size_t at = 0; at + 17 < envelope.size(); ++at) {
    if (envelope[at] != std::byte{0x30} || envelope[at + 1] != std::byte{17} ||
        envelope[at + 2] != nonce[0] || envelope[at + 3] != nonce[1])
      continue;
    // The nonce grows over the INTEGER: 15 bytes, the enclosing lengths stay right.
    envelope[at + 3] = std::byte{15};
    EXPECT_EQ(open(envelope, recipients().ec, 1000).error().detail, "a GCM nonce of other than 12 bytes");
    return;
  }
  FAIL() << "the parameters were not found";
}

TEST(Envelope, WeakRecipientsAreRefused) {
  const auto weak = key_of(EVP_RSA_gen(1024));
  const auto certificate = edited(recipients().ec.chain[0], recipients().authority.key,
                                  [&](X509* x) { X509_set_pubkey(x, native(weak)); });
  EXPECT_EQ(seal({}, certificate).error(), Fault(errc::unsupported_key));
}

}  // namespace
}  // namespace mr::trust
