#include "reference/protocol/trust/uuid.hpp"

#include <array>

#include "reference/protocol/trust/digest.hpp"
#include "reference/protocol/trust/random.hpp"

namespace mr::trust {

std::string random_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  random_bytes(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);  // variant 10
  std::string text = hex(bytes);
  for (const std::size_t dash : {20u, 16u, 12u, 8u}) text.insert(dash, "-");
  return text;
}

}  // namespace mr::trust
