// How a printer is used, beyond its meters: distributions, areas marked, time in each power state, what broke
// and what was replaced. Plain counts that only grow; part of a device's state and kept over power cycles
// (white paper tables 1 and 2, "Print Detailed Machine Usage").
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mr::printer {

// Of the sheets of a job. of_tray: what the tray holds.
enum class MediaSize : std::uint8_t { of_tray, a4, letter, legal, a5, a3, ledger, sra3, other };
inline constexpr std::size_t media_sizes = 9;
bool is_large(MediaSize size);                      // over A4, Letter and Legal: A3, Ledger, SRA3
std::string_view to_text(MediaSize);                // "iso_a4_210x297mm"; "other"
MediaSize media_size(std::string_view media_name);  // of a PWG self-describing name; other where none fits

// Counts by class of a quantity: the n-th class ends at bounds[n], the last is open.
struct Distribution {
  static constexpr std::array<std::uint32_t, 7> bounds{1, 2, 5, 10, 50, 100, 500};
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  void add(std::uint32_t quantity);
};

// A few named counts, in the order in which they came up. At most names_max; what comes later counts as
// "other".
struct NamedCounts {
  static constexpr std::size_t names_max = 32;
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  void add(std::string_view name, std::uint64_t n = 1);
  std::uint64_t of(std::string_view name) const;  // 0 where it never came up
};

struct Usage {
  static constexpr std::size_t colorants_max = 8;
  std::uint64_t jobs = 0, sets = 0, stapled = 0;  // stapled: staples used
  Distribution run_length, document_length;       // impressions of a job; pages of one of its sets
  std::array<std::uint64_t, media_sizes> sheets_by_size{};
  NamedCounts sheets_by_type;                  // media type of the tray
  std::vector<std::uint64_t> sheets_by_input;  // by 0-based tray
  // By colorant of the model: impressions that used it, and the sum of their coverages in 1/1000 percent.
  std::array<std::uint64_t, colorants_max> colorant_impressions{}, colorant_area{};
  std::uint32_t average_coverage(
      std::size_t colorant) const;          // 1/1000 percent; 0 before the first impression
  std::array<std::uint64_t, 5> power_ms{};  // by Power
  NamedCounts faults;                       // by code, how often each came up
  NamedCounts jams;                         // by area
  // Of a replaceable unit, by supply: how often replaced, how often before its end, and the impressions that
  // the last one lived.
  struct Unit {
    std::uint32_t replaced = 0, early = 0;
    std::uint64_t since = 0, last_life = 0;  // life count when the present one came; of the last
  };
  std::vector<Unit> units;
};

}  // namespace mr::printer
