// Octets from a peer that claims to speak TLS: decode_hello() must bound what it reads, and what it accepts
// must write back to what was read.
#include <cstdint>
#include <cstdlib>

#include "simulators/world/tls.hpp"

using mr::world::decode_hello;
using mr::world::encode;
using mr::world::Hello;

// Without certificates: those are the fuzz targets of trust. One seed carries an empty certificate.
bool LLVMFuzzerSeed(size_t n, std::vector<uint8_t>& out) {
  if (n >= 3) return false;
  Hello hello;
  if (n == 1) hello.server_name = "server.test";
  const auto body = encode(hello);
  for (const std::byte b : body) out.push_back(std::to_integer<uint8_t>(b));
  if (n == 2) {
    out.back() = 1;
    out.insert(out.end(), {0, 0, 0});
  }
  return true;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto input = std::as_bytes(std::span(bytes, size));
  const auto hello = decode_hello(input);
  if (!hello || !hello->chain.empty()) return 0;
  auto again = encode(*hello);
  again[4] = input[4];  // flags that are not assigned are not kept
  if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) std::abort();
  return 0;
}
