#include <cstdlib>

#include "reference/protocol/package/package.hpp"

// Whatever unpacks must pack again and unpack to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace mr::package;
  const auto entries = unpack({reinterpret_cast<const std::byte*>(bytes), size});
  if (!entries) return 0;
  const auto again = pack(*entries);
  if (!again) return 0;  // its own ratio
  const auto same = unpack(*again);
  if (!same || *same != *entries) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 1) return false;
  const auto zip =
      n == 0 ? mr::package::pack({{"manifest.xml", "<Manifest/>"}})
             : mr::package::pack(
                   {{"manifest.xml", "<Manifest/>"}, {"reports/a.xml", std::string(300, 'a')}, {"b", ""}});
  const auto* begin = reinterpret_cast<const std::uint8_t*>(zip->data());
  out.assign(begin, begin + zip->size());
  return true;
}
