#include "simulators/printer/profiles/profiles.hpp"

#include <algorithm>

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

Device make_device(const ModelPtr& model, std::uint32_t number, runtime::Entropy& entropy) {
  Device device(model, identity_of(*model, number));
  Settings settings = device.settings();
  settings.name = device.identity().serial;
  settings.contact = "Print services";
  settings.location =
      "Floor " + std::to_string(number / 20 % 40 + 1) + ", bay " + std::to_string(number % 20 + 1);
  device.set(std::move(settings));

  runtime::Stream64 past = entropy.stream("printer/" + std::to_string(number) + "/past");
  // Some months of mixed work, as whole jobs so that every identity between meters holds; 3 to 40 rounds of
  // thousands of pages.
  const std::int64_t rounds = past.between(3, 40);
  for (std::int64_t i = 0; i < rounds; ++i) {
    Job job;
    job.function = past.chance(200'000)  ? JobFunction::copy
                   : past.chance(20'000) ? JobFunction::fax
                                         : JobFunction::print;
    job.black = static_cast<std::uint32_t>(past.between(200, 3000));
    if (model->colour && job.function != JobFunction::fax)
      job.colour = static_cast<std::uint32_t>(past.between(0, 2000));
    if (model->duplex)
      job.two_sided_sheets = static_cast<std::uint32_t>(past.between(0, (job.black + job.colour) / 2));
    job.size = past.chance(30'000) ? MediaSize::a3 : MediaSize::a4;
    device.add_history(job);
  }
  device.run_scan({MeterCounts::scans_email, static_cast<std::uint32_t>(past.between(0, 4000))});
  device.run_scan({MeterCounts::scans_network, static_cast<std::uint32_t>(past.between(0, 4000))});
  device.run_scan({MeterCounts::faxes_sent, static_cast<std::uint32_t>(past.between(0, 400))});
  for (std::size_t i = 0; i < model->supplies.size(); ++i) {
    const std::int32_t capacity = model->supplies[i].capacity;
    device.set_supply_level(i, static_cast<std::int32_t>(past.between(capacity / 5, capacity)), Moment{0});
    constexpr char digits[] = "0123456789ABCDEF";
    std::string serial;
    for (int d = 0; d < 12; ++d) serial += digits[past.below(16)];
    device.set_supply_serial(i, std::move(serial));
  }
  for (std::size_t i = 0; i < model->inputs.size(); ++i) {
    if (model->inputs[i].initial == 0) continue;  // a tray that starts empty is meant so
    const std::int32_t capacity = model->inputs[i].capacity;
    device.set_input_level(i, static_cast<std::int32_t>(past.between(capacity / 4, capacity)), Moment{0});
  }
  return device;
}

}  // namespace mr::printer
