#include "simulators/printer/device/usage.hpp"

#include <algorithm>

namespace mr::printer {

namespace {
constexpr std::array<std::string_view, media_sizes> names{
    "of_tray",           "iso_a4_210x297mm",   "na_letter_8.5x11in",
    "na_legal_8.5x14in", "iso_a5_148x210mm",   "iso_a3_297x420mm",
    "na_ledger_11x17in", "iso_sra3_320x450mm", "other"};
}  // namespace

bool is_large(MediaSize size) {
  return size == MediaSize::a3 || size == MediaSize::ledger || size == MediaSize::sra3;
}

std::string_view to_text(MediaSize size) { return names[static_cast<std::size_t>(size)]; }

MediaSize media_size(std::string_view media_name) {
  for (std::size_t i = 1; i < names.size(); ++i) {
    if (names[i] == media_name) return static_cast<MediaSize>(i);
  }
  return MediaSize::other;
}

void Distribution::add(std::uint32_t quantity) {
  const auto at = std::lower_bound(bounds.begin(), bounds.end(), quantity);
  ++counts[static_cast<std::size_t>(at - bounds.begin())];
}

void NamedCounts::add(std::string_view name, std::uint64_t n) {
  for (auto& [known, count] : counts) {
    if (known != name) continue;
    count += n;
    return;
  }
  if (counts.size() + 1 >= names_max && name != "other") return add("other", n);
  counts.emplace_back(name, n);
}

std::uint64_t NamedCounts::of(std::string_view name) const {
  for (const auto& [known, count] : counts) {
    if (known == name) return count;
  }
  return 0;
}

std::uint32_t Usage::average_coverage(std::size_t colorant) const {
  const std::uint64_t sides = colorant_impressions[colorant];
  return sides == 0 ? 0 : static_cast<std::uint32_t>(colorant_area[colorant] / sides);
}

}  // namespace mr::printer
