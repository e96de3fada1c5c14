#include "reference/protocol/trust/signature.hpp"

#include <gtest/gtest.h>

#include "reference/protocol/trust/random.hpp"
#include "reference/protocol/trust/test_authority.hpp"
#include "reference/protocol/trust/tls.hpp"

namespace mr::trust {
namespace {

using test::now;

Bytes bytes(std::string_view text) {
  const auto* begin = reinterpret_cast<const std::byte*>(text.data());
  return {begin, begin + text.size()};
}

class Signature : public testing::Test {
 protected:
  Credentials root = test::root();
  Credentials signer = test::issued(root, test::leaf(root.key, Use::code_signing, {}));
  Bytes content = bytes("manifest");
  Bytes made = sign_detached(content, signer).value();
};

TEST_F(Signature, VerifiesAndGivesItsSignerFirst) {
  Credentials chained = signer;
  chained.chain.push_back(root.chain.front());
  const auto signature = sign_detached(content, chained);
  ASSERT_TRUE(signature);
  const auto verified = verify_detached(content, *signature);
  ASSERT_TRUE(verified) << to_string(verified.error());
  ASSERT_EQ(verified->size(), 2u);
  EXPECT_EQ(verified->front(), signer.chain.front());
}

TEST_F(Signature, IsOverThisContent) {
  EXPECT_EQ(verify_detached(bytes("Manifest"), made).error(), Fault(errc::bad_signature));
  EXPECT_EQ(verify_detached({}, made).error(), Fault(errc::bad_signature));
}

TEST_F(Signature, ChangedAnywhereOrCutItIsRefused) {
  for (std::size_t i = 0; i < made.size(); ++i) {
    Bytes changed = made;
    changed[i] ^= std::byte{0x10};
    const auto verified = verify_detached(content, changed);
    // What is not signed may change, as the certificate itself: then its own signature no longer holds.
    if (verified && !judge({.anchors = root.chain, .use = Use::code_signing}, *verified, now).alert) {
      EXPECT_EQ(verified->front(), signer.chain.front()) << i;
    }
    EXPECT_FALSE(verify_detached(content, std::span(made).first(i))) << i;
  }
  Bytes longer = made;
  longer.push_back(std::byte{0});
  EXPECT_EQ(verify_detached(content, longer).error(), Fault(errc::malformed));
  EXPECT_EQ(verify_detached(content, Bytes(signature_bytes_max + 1)).error(), Fault(errc::malformed));
}

TEST_F(Signature, ASignersKeyMustBeItsOwn) {
  Credentials wrong = signer;
  wrong.key = PrivateKey::generate_p256();
  EXPECT_EQ(sign_detached(content, wrong).error(), Fault(errc::crypto_failure));
  EXPECT_EQ(sign_detached(content, {.key = signer.key, .chain = {}}).error(), Fault(errc::crypto_failure));
}

TEST_F(Signature, IsJudgedByUseAndRoot) {
  const auto judged = [&](const std::vector<Certificate>& chain, const Credentials& anchor) {
    return judge({.anchors = anchor.chain, .use = Use::code_signing}, chain, now).alert;
  };
  EXPECT_FALSE(judged(signer.chain, root));
  EXPECT_EQ(judged(signer.chain, test::root("Another")), Alert::unknown_ca);
  for (const Use use : {Use::client, Use::server}) {
    const Credentials other = test::issued(root, test::leaf(root.key, use, {"a.example"}));
    EXPECT_EQ(judged(other.chain, root), Alert::certificate_unknown);
  }
  EXPECT_EQ(judge({.anchors = root.chain, .use = Use::client}, signer.chain, now).alert,
            Alert::certificate_unknown);
}

TEST_F(Signature, RepeatsWithTheRandomStream) {
  const auto sign = [&](std::uint64_t seed) {
    const RepeatableRandom random([state = seed](std::span<std::uint8_t> out) mutable {
      for (auto& octet : out) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        octet = static_cast<std::uint8_t>(state >> 56);
      }
    });
    return sign_detached(content, signer).value();
  };
  EXPECT_EQ(sign(1), sign(1));
  EXPECT_NE(sign(1), sign(2));
}

}  // namespace
}  // namespace mr::trust
