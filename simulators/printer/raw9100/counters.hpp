// The counters of the languages, and what they share. Of this folder.
#pragma once

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

#include "simulators/printer/raw9100/page_count.hpp"

namespace mr::printer {

std::unique_ptr<PageCounter> pcl_counter();  // plain text, too
std::unique_ptr<PageCounter> pcl_xl_counter();
std::unique_ptr<PageCounter> postscript_counter();
std::unique_ptr<PageCounter> pdf_counter();

inline std::uint32_t add_pages(std::uint32_t pages, std::uint64_t more) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(pages_max, pages + std::min<std::uint64_t>(more, pages_max)));
}

// A number without sign, cut to pages_max.
inline std::optional<std::uint32_t> count_in(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return std::min(value, pages_max);
}

inline constexpr std::uint32_t copies_max = 32767;

}  // namespace mr::printer
