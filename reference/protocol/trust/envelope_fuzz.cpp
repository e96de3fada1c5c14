#include <cstdlib>
#include <memory>

#include "reference/protocol/trust/envelope.hpp"

namespace {

using namespace mr::trust;

const Credentials& recipient() {
  using namespace std::chrono_literals;
  static const Credentials made = make_authority({"recipient", "", ""}, Time{}, Time{} + 24h * 36500);
  return made;
}

}  // namespace

// Nothing but the sealed content ever comes out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto opened = open({reinterpret_cast<const std::byte*>(bytes), size}, recipient(), 4096);
  if (opened && *opened != Bytes(100, std::byte{7})) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 0) return false;
  const auto sealed = seal(Bytes(100, std::byte{7}), recipient().chain[0]).value();
  const auto* begin = reinterpret_cast<const std::uint8_t*>(sealed.data());
  out.assign(begin, begin + sealed.size());
  return true;
}
