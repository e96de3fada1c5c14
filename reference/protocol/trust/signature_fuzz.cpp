#include <cstdlib>

#include "reference/protocol/trust/signature.hpp"

namespace {

using namespace mr::trust;

const Credentials& signer() {
  using namespace std::chrono_literals;
  static const Credentials made = make_authority({"signer", "", ""}, Time{}, Time{} + 24h * 36500);
  return made;
}

const Bytes content(100, std::byte{7});

}  // namespace

// Whatever verifies, verifies over this content only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::span<const std::byte> signature(reinterpret_cast<const std::byte*>(bytes), size);
  const auto verified = verify_detached(content, signature);
  if (verified && (verified->empty() || verify_detached(Bytes(100, std::byte{8}), signature))) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 0) return false;
  const auto made = sign_detached(content, signer()).value();
  const auto* begin = reinterpret_cast<const std::uint8_t*>(made.data());
  out.assign(begin, begin + made.size());
  return true;
}
