// RAND_METHOD is marked deprecated in OpenSSL 3, in favour of a provider with an own RAND; it is still asked
// first by every RAND_bytes and RAND_priv_bytes of every library context, which is what is wanted here, and a
// provider would not be.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "reference/protocol/trust/random.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <climits>

#include "reference/protocol/result/result.hpp"

namespace mr::trust {
namespace {

// Process-wide, because RAND is.
std::function<void(std::span<std::uint8_t>)> source;
const RAND_METHOD* former = nullptr;

int fill(unsigned char* out, int size) {
  if (size < 0) return 0;
  source({out, static_cast<std::size_t>(size)});
  return 1;
}
int ready() { return 1; }

const RAND_METHOD method{
    .seed = nullptr, .bytes = fill, .cleanup = nullptr, .add = nullptr, .pseudorand = fill, .status = ready};

}  // namespace

RepeatableRandom::RepeatableRandom(std::function<void(std::span<std::uint8_t>)> fill_with) {
  MR_ASSERT(!source);
  MR_ASSERT(fill_with != nullptr);
  source = std::move(fill_with);
  former = RAND_get_rand_method();
  MR_ASSERT(RAND_set_rand_method(&method) == 1);
}

RepeatableRandom::~RepeatableRandom() {
  RAND_set_rand_method(former);
  source = nullptr;
}

bool random_is_repeatable() { return static_cast<bool>(source); }

void random_bytes(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const auto part = out.first(std::min<std::size_t>(out.size(), INT_MAX));
    MR_ASSERT(RAND_bytes(part.data(), static_cast<int>(part.size())) == 1);
    out = out.subspan(part.size());
  }
}

}  // namespace mr::trust
