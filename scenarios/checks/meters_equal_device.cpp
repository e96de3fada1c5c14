// A meter that the server stored equals the device's own counter at some instant of the read: nothing lost,
// nothing billed twice.
#include "scenarios/checks/equal_device.hpp"

namespace mr::scenarios {
namespace {

class MetersEqualDevice final : public EqualDevice {
 public:
  explicit MetersEqualDevice(const Setting& setting) : EqualDevice(setting, "meter.", "meters") {}

 private:
  std::optional<Held> held(const Read& read, std::string_view name) const override {
    return setting_.truth->meter(read.address, name, read.from, read.to);
  }
  std::string in_words_of(std::string_view name) const override { return std::string(name); }
};

}  // namespace

std::unique_ptr<Check> make_meters_equal_device(const Setting& setting) {
  return std::make_unique<MetersEqualDevice>(setting);
}

}  // namespace mr::scenarios
