#include "reference/protocol/trust/digest.hpp"

#include <openssl/evp.h>

#include "reference/protocol/result/result.hpp"

namespace mr::trust {
namespace {

// Fetched once: an implicit fetch per digest costs more than a short digest does.
const EVP_MD* sha256_method() {
  static EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
  MR_ASSERT(method != nullptr);
  return method;
}

}  // namespace

Sha256Value sha256(std::string_view bytes) {
  Sha256Value value{};
  MR_ASSERT(EVP_Digest(bytes.data(), bytes.size(), value.data(), nullptr, sha256_method(), nullptr) == 1);
  return value;
}

Sha256Value sha256(std::span<const std::byte> bytes) {
  return sha256(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  State() = default;
  State(const State&) = delete;
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  MR_ASSERT(state_->context != nullptr);
  MR_ASSERT(EVP_DigestInit_ex2(state_->context, sha256_method(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
  MR_ASSERT(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Sha256Value Sha256::value() const {
  const State copy;
  Sha256Value value{};
  MR_ASSERT(EVP_MD_CTX_copy_ex(copy.context, state_->context) == 1);
  MR_ASSERT(EVP_DigestFinal_ex(copy.context, value.data(), nullptr) == 1);
  return value;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

std::string base64(std::span<const std::byte> bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    std::uint32_t group = std::to_integer<std::uint32_t>(bytes[at]) << 16;
    if (left > 1) group |= std::to_integer<std::uint32_t>(bytes[at + 1]) << 8;
    if (left > 2) group |= std::to_integer<std::uint32_t>(bytes[at + 2]);
    text += digits[group >> 18];
    text += digits[group >> 12 & 63];
    text += left > 1 ? digits[group >> 6 & 63] : '=';
    text += left > 2 ? digits[group & 63] : '=';
  }
  return text;
}

}  // namespace mr::trust
