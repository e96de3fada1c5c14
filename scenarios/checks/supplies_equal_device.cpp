// A supply level that the server stored equals the level that the device told at some instant of the read.
// Levels that are no number are not compared.
#include <charconv>

#include "scenarios/checks/equal_device.hpp"

namespace mr::scenarios {
namespace {

class SuppliesEqualDevice final : public EqualDevice {
 public:
  explicit SuppliesEqualDevice(const Setting& setting) : EqualDevice(setting, "supply.", "supply levels") {}

 private:
  std::optional<Held> held(const Read& read, std::string_view name) const override {
    std::int64_t index = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), index);
    if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
    return setting_.truth->supply(read.address, index, read.from, read.to);
  }
  std::string in_words_of(std::string_view name) const override { return "supply " + std::string(name); }
};

}  // namespace

std::unique_ptr<Check> make_supplies_equal_device(const Setting& setting) {
  return std::make_unique<SuppliesEqualDevice>(setting);
}

}  // namespace mr::scenarios
