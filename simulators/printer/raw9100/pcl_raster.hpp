// PCL raster graphics (PCL 5 Technical Reference, chapter 15): what its rows mark, dot by dot.
//
// Compression methods 0 (none), 1 (run length), 2 (TIFF PackBits) and 3 (delta row); one plane, or three or
// four of simple colour (ESC*r-3U: CMY, ESC*r-4U: KCMY). Anything else makes the job unmeasured.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "simulators/printer/raw9100/page_count.hpp"

namespace mr::printer {

class PclRaster {
 public:
  static constexpr std::size_t row_max = 16 * 1024;  // octets of a plane's row; 109 inches at 1200 dpi

  void reset();                                      // ESC E
  void set_resolution(std::uint32_t dots_per_inch);  // ESC*t#R
  void set_planes(std::int32_t planes);              // ESC*r#U, -4 to -1 and 1
  void set_method(std::uint32_t method);             // ESC*b#M
  void begin() { clear_seeds(); }                    // ESC*r#A
  // ESC*b#Y: rows that stay white.
  void skip_rows() { clear_seeds(); }
  // The data of ESC*b#V (a plane, others of the row follow) and ESC*b#W (the last plane of a row).
  void plane(std::string_view data, bool last);
  // Something that is not measured marks the page.
  void give_up() { measured_ = false; }
  bool measured() const { return measured_ && any_; }
  // The sum of what was marked, of `pages` pages of `size`, as a mean.
  PageCoverage mean(std::uint32_t pages, MediaSize size) const;

 private:
  void clear_seeds();
  bool decode(std::string_view data, std::string& row) const;  // row: the seed, becomes the decoded row

  std::uint32_t resolution_ = 75, method_ = 0;
  std::size_t planes_ = 1, at_plane_ = 0;
  std::array<std::string, 4> seeds_;
  // By black, cyan, magenta, yellow, in (1/7200 inch)^2.
  std::array<std::uint64_t, 4> area_{};
  bool measured_ = true, any_ = false;
};

}  // namespace mr::printer
