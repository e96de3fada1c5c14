// Digests and MACs of libcrypto, one-shot and incremental, and the text forms that the protocol writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mr::trust {

using Sha256Value = std::array<std::uint8_t, 32>;
Sha256Value sha256(std::span<const std::byte> bytes);
Sha256Value sha256(std::string_view bytes);

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  void add(std::string_view bytes);
  Sha256Value value() const;  // of what was added so far; more may follow
 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string hex(std::span<const std::uint8_t> bytes);  // lower case
std::string base64(std::span<const std::byte> bytes);  // RFC 4648 section 4, padded, one line

}  // namespace mr::trust
