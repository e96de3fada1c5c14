// A small DER reader, to see what a message is before libcrypto does. For this module.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mr::trust::der {

// DER, definite lengths, one-byte tags: all that occurs here.
class Der {
 public:
  explicit Der(std::span<const std::uint8_t> bytes) : left_(bytes) {}
  bool done() const { return left_.empty(); }
  bool next_is(std::uint8_t tag) const { return !left_.empty() && left_[0] == tag; }
  // The content of the next element, if it has this tag; else nothing, and the reader is not moved.
  std::optional<std::span<const std::uint8_t>> take(std::uint8_t tag) {
    if (!next_is(tag) || left_.size() < 2) return std::nullopt;
    std::size_t length = left_[1];
    std::size_t head = 2;
    if (length >= 0x80) {
      const std::size_t count = length & 0x7f;
      if (count == 0 || count > 4 || left_.size() < 2 + count) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < count; ++i) length = length << 8 | left_[2 + i];
      head += count;
    }
    if (left_.size() - head < length) return std::nullopt;
    const auto content = left_.subspan(head, length);
    left_ = left_.subspan(head + length);
    return content;
  }

 private:
  std::span<const std::uint8_t> left_;
};

template <std::size_t N>
bool is(const std::optional<std::span<const std::uint8_t>>& found,
        const std::array<std::uint8_t, N>& expected) {
  return found && std::equal(found->begin(), found->end(), expected.begin(), expected.end());
}

}  // namespace mr::trust::der
