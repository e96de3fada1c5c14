#include "simulators/printer/profiles/profiles.hpp"

#include "reference/protocol/result/result.hpp"
#include "simulators/printer/profiles/built_in.hpp"

namespace mr::printer {

std::vector<std::string_view> profile_keys() {
  std::vector<std::string_view> keys;
  for (const BuiltInProfile& one : built_in_profiles()) keys.push_back(one.key);
  return keys;
}

Result<ModelPtr> profile(std::string_view key) {
  for (const BuiltInProfile& one : built_in_profiles()) {
    if (one.key == key) return read_profile(one.json);
  }
  std::string known;
  for (const BuiltInProfile& one : built_in_profiles())
    known += (known.empty() ? "" : ", ") + std::string(one.key);
  return Fault(profile_errc::unknown_model, std::string(key) + "; there are " + known);
}

Identity identity_of(const Model& model, std::uint32_t number) {
  MR_ASSERT(number < 1'000'000);
  Identity out;
  // Digits are filled from the right; the rest of the pattern stands.
  out.serial = model.serial_pattern;
  std::uint32_t left = number + 1;
  for (auto c = out.serial.rbegin(); c != out.serial.rend(); ++c) {
    if (*c != '#') continue;
    *c = static_cast<char>('0' + left % 10);
    left /= 10;
  }
  out.mac = {model.mac_prefix[0],
             model.mac_prefix[1],
             model.mac_prefix[2],
             static_cast<std::uint8_t>(number >> 16),
             static_cast<std::uint8_t>(number >> 8),
             static_cast<std::uint8_t>(number)};
  out.printer_name = model.product + " " + out.serial;
  return out;
}

}  // namespace mr::printer
