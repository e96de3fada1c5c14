#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "conformance/harness/target_file.hpp"

// Any bytes are read or refused with a place; what is read names exactly one way to the target.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto read = mr::harness::read_target({reinterpret_cast<const char*>(bytes), size}, "fuzz.yaml");
  if (!read && (read.error().what.empty() || read.error().place.line < 1)) std::abort();
  if (read && read->connect.has_value() == read->start.has_value()) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  static const std::string seeds[] = {
      "format: makeready-target/1\nname: a\nconnect: {address: h, port: 1, server_name: n, ca: c}\nkeys: [a, "
      "b]\ncontrol: {key: [a, b]}\n",
      "format: makeready-target/1\nname: a\nstart:\n  command: [a]\n  ports: p\n  prepare:\n    - [a]\n  "
      "environment: {a: b}\n  stop_signal: TERM\n",
      "a: &b [1, *b]\n? [x]\n: y\n--- \n!!tag z\n",
  };
  if (n >= 3) return false;
  out.assign(seeds[n].begin(), seeds[n].end());
  return true;
}
