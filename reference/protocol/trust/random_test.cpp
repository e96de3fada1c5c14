#include "reference/protocol/trust/random.hpp"

#include <gtest/gtest.h>
#include <openssl/rand.h>

#include "reference/protocol/trust/envelope.hpp"
#include "reference/protocol/trust/test_authority.hpp"

namespace mr::trust {
namespace {

using namespace test;

std::function<void(std::span<std::uint8_t>)> stream(std::uint64_t seed) {
  return [state = seed](std::span<std::uint8_t> out) mutable {
    for (auto& byte : out) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<std::uint8_t>(state >> 56);
    }
  };
}

// Everything of this module that draws randomness, as one text.
std::string everything() {
  const auto authority = root();
  const auto made = issued(authority, leaf(PrivateKey::generate_p256()));
  const std::string content = "content";
  const auto envelope = seal(std::as_bytes(std::span(content)), made.chain[0]).value();
  const auto rsa = key_of(EVP_RSA_gen(2048));
  const auto rsa_envelope =
      seal(std::as_bytes(std::span(content)), issued(authority, leaf(rsa), rsa).chain[0]).value();
  unsigned char secret[8];
  RAND_priv_bytes(secret, sizeof secret);
  std::string all = authority.key.pem() + authority.chain[0].pem() + made.key.pem() + made.chain[0].pem() +
                    rsa.pem() + make_csr(made.key, {"x", "", ""});
  for (const auto& part : {envelope, rsa_envelope})
    all.append(reinterpret_cast<const char*>(part.data()), part.size());
  return all.append(reinterpret_cast<const char*>(secret), sizeof secret);
}

TEST(RepeatableRandom, KeysCertificatesRequestsAndEnvelopesRepeatExactly) {
  const auto with = [](std::uint64_t seed) {
    const RepeatableRandom installed(stream(seed));
    return everything();
  };
  const std::string first = with(1);
  EXPECT_EQ(first, with(1));
  EXPECT_NE(first, with(2));
}

TEST(RepeatableRandom, DestructionRestoresTheRealOne) {
  std::array<std::uint8_t, 32> repeated{}, real{}, again{};
  EXPECT_FALSE(random_is_repeatable());
  {
    const RepeatableRandom installed(stream(1));
    EXPECT_TRUE(random_is_repeatable());
    random_bytes(repeated);
  }
  EXPECT_FALSE(random_is_repeatable());
  random_bytes(real);
  random_bytes(again);
  EXPECT_NE(repeated, real);
  EXPECT_NE(real, again);
  EXPECT_NE(everything(), everything());
  const RepeatableRandom installed(stream(1));
  random_bytes(again);
  EXPECT_EQ(repeated, again);
}

TEST(RepeatableRandomDeathTest, OnlyOneAtATime) {
  const RepeatableRandom installed(stream(1));
  EXPECT_DEATH(RepeatableRandom(stream(2)), "!source");
}

}  // namespace
}  // namespace mr::trust
