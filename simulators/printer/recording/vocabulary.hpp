// What recordings say in words and in the vendor's numbers, as what it means.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulators/printer/device/model.hpp"

namespace mr::printer {

// What the vendor's usage counters count, by hrDeviceIndex (0: any) and detail index. Copier, scanner and fax
// are logical devices of their own.
struct UsageRule {
  std::uint32_t device, index;
  MeterCounts counts;
  std::uint8_t functions, colours;
  bool large;
};
inline constexpr std::uint8_t printed = counts_print | counts_fax;
inline constexpr UsageRule usage_rules[] = {
    {1, 1, MeterCounts::impressions, counts_every_function, counts_every_colour, false},
    {1, 2, MeterCounts::power_on, counts_every_function, counts_every_colour, false},
    {1, 7, MeterCounts::impressions, printed, counts_black, false},
    {1, 8, MeterCounts::sheets, printed, counts_black, false},
    {1, 9, MeterCounts::two_sided_sheets, printed, counts_black, false},
    {1, 10, MeterCounts::sheets, printed, counts_black, true},
    {1, 15, MeterCounts::sheets, printed, counts_every_colour, false},
    {1, 16, MeterCounts::two_sided_sheets, printed, counts_every_colour, false},
    {1, 29, MeterCounts::impressions, printed, counts_colour, false},
    {1, 30, MeterCounts::sheets, printed, counts_colour, false},
    {1, 31, MeterCounts::two_sided_sheets, printed, counts_colour, false},
    {1, 32, MeterCounts::sheets, printed, counts_colour, true},
    {1, 33, MeterCounts::impressions, counts_every_function, counts_colour, false},
    {1, 34, MeterCounts::impressions, counts_every_function, counts_black, false},
    {1, 38, MeterCounts::sheets, counts_every_function, counts_every_colour, false},
    {1, 39, MeterCounts::two_sided_sheets, counts_every_function, counts_every_colour, false},
    {1, 43, MeterCounts::impressions, counts_every_function, counts_colour, true},
    {1, 44, MeterCounts::impressions, counts_every_function, counts_black, true},
    {1, 47, MeterCounts::impressions, counts_every_function, counts_every_colour, true},
    {1, 71, MeterCounts::impressions, counts_fax, counts_every_colour, false},
    {103, 3, MeterCounts::impressions, counts_copy, counts_black, false},
    {11, 3, MeterCounts::impressions, counts_copy, counts_black, false},
    {103, 25, MeterCounts::impressions, counts_copy, counts_colour, false},
    {11, 25, MeterCounts::impressions, counts_copy, counts_colour, false},
    {103, 6, MeterCounts::sheets, counts_copy, counts_black, true},
    {102, 11, MeterCounts::scans_email, 0, 0, false},
    {10, 11, MeterCounts::scans_email, 0, 0, false},
    {102, 21, MeterCounts::scans_network, 0, 0, false},
    {10, 12, MeterCounts::scans_network, 0, 0, false},
    {104, 14, MeterCounts::faxes_sent, 0, 0, false},
};

inline bool has_word(std::string text, std::string_view word) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text.find(word) != std::string::npos;
}

inline std::int32_t type_by_name(const std::string& name) {
  if (has_word(name, "waste")) return 4;
  if (has_word(name, "toner")) return 3;
  if (has_word(name, "ink")) return 5;
  if (has_word(name, "drum")) return 9;
  if (has_word(name, "developer")) return 10;
  if (has_word(name, "fuser")) return 15;
  if (has_word(name, "transfer") || has_word(name, "belt")) return 20;
  return 1;
}

}  // namespace mr::printer
