// A .DLM of arbitrary octets, whole and in two pieces: the same verdict, and nothing that was not signed here
// is trusted.
#include <cstdlib>

#include "simulators/printer/firmware/firmware.hpp"

namespace {

using namespace mr::printer::firmware;
using namespace std::chrono_literals;

struct Setting {
  mr::trust::Credentials root =
      make_firmware_root("Fuzz", mr::trust::Time{}, mr::trust::Time{} + 24h * 36500);
  std::string file;
  std::string manifest;
  Setting() {
    Order order;
    order.manifest = {.name = "n", .version = "2", .object_ids = {"1.3.6"}};
    order.payload = "payload";
    const auto signer =
        make_signer(root, "signer", mr::trust::Time{}, mr::trust::Time{} + 24h * 36500).value();
    file = make(order, signer).value();
    Reader reader;
    reader.feed(file);
    manifest = reader.finish()->manifest_text;
  }
};

const Setting& setting() {
  static const Setting one;
  return one;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(bytes), size);
  Reader whole, cut;
  whole.feed(octets);
  const std::size_t at = size == 0 ? 0 : bytes[size / 2] * size / 256;
  cut.feed(octets.substr(0, at));
  cut.feed(octets.substr(at));
  const auto a = whole.finish(), b = cut.finish();
  if (a.has_value() != b.has_value()) std::abort();
  if (!a && !(a.error() == b.error())) std::abort();
  if (!a) return 0;
  const Target target{.object_id = "1.3.6", .products = {"P"}, .level = "1"};
  if (judge(*a, target, setting().root.chain, mr::trust::Time{} + 24h) &&
      a->manifest_text != setting().manifest)
    std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 0) return false;
  out.assign(setting().file.begin(), setting().file.end());
  return true;
}
