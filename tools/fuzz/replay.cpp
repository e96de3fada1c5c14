// Runs a fuzz target without libFuzzer, as a test that is the same every time.
//
// First every file named on the command line, then, from a fixed seed, 20,000 inputs made by cutting, flipping and
// splicing the target's own seeds (LLVMFuzzerSeed, optional) and random bytes. The sanitizers are what fails it.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

// The n-th seed of the target, or false past the last.
__attribute__((weak)) bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out);

namespace {

std::uint64_t state = 0x9e3779b97f4a7c15u;
std::uint64_t draw() {  // splitmix64
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

std::vector<std::uint8_t> mutate(std::vector<std::uint8_t> bytes, const std::vector<std::vector<std::uint8_t>>& seeds) {
  for (std::uint64_t edits = 1 + draw() % 6; edits > 0; --edits) {
    const std::size_t at = bytes.empty() ? 0 : draw() % bytes.size();
    switch (draw() % 6) {
      case 0: if (!bytes.empty()) bytes[at] ^= static_cast<std::uint8_t>(1u << (draw() % 8)); break;
      case 1: if (!bytes.empty()) bytes[at] = static_cast<std::uint8_t>(draw()); break;
      case 2: if (!bytes.empty()) bytes.resize(at); break;
      case 3: bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), 1 + draw() % 8, static_cast<std::uint8_t>(draw())); break;
      case 4: {
        static constexpr std::uint8_t special[] = {0x00, 0x7f, 0x80, 0x81, 0x84, 0xff};
        if (!bytes.empty()) bytes[at] = special[draw() % 6];
        break;
      }
      default: {
        if (seeds.empty()) break;
        const auto& other = seeds[draw() % seeds.size()];
        if (other.empty()) break;
        const std::size_t from = draw() % other.size();
        bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(at), other.begin() + static_cast<std::ptrdiff_t>(from),
                     other.end());
        if (bytes.size() > 65536) bytes.resize(65536);
      }
    }
  }
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) { std::fprintf(stderr, "%s: cannot be read\n", argv[i]); return 2; }
    std::vector<char> bytes((std::istreambuf_iterator<char>(file)), {});
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  }
  std::vector<std::vector<std::uint8_t>> seeds;
  if (LLVMFuzzerSeed) {
    for (std::vector<std::uint8_t> seed; LLVMFuzzerSeed(seeds.size(), seed);) seeds.push_back(seed);
  }
  if (seeds.empty()) seeds.push_back({});
  for (const auto& seed : seeds) LLVMFuzzerTestOneInput(seed.data(), seed.size());
  const int runs = 20000;
  for (int i = 0; i < runs; ++i) {
    const auto bytes = mutate(seeds[draw() % seeds.size()], seeds);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%d inputs from %zu seeds\n", runs, seeds.size());
}
