// How many impressions a print job makes, of what size and how covered, as far as its language tells it.
//
// PostScript: the times that showpage is executed, in the program and in the procedures that it defines,
// within `repeat` and `for`; where that is nowhere, its page comments, else the DSC's page count. PCL 5 and
// plain text: form feeds, 60 lines a page, page size and raster data skipped over. PCL XL: EndPage operators.
// PDF: page objects. Nothing is rendered: a program that computes its pages, or a PDF that hides them in
// object streams, is counted wrong. Coverage is measured where a job is PCL raster graphics alone, to the
// dot. Memory and time are bounded whatever comes: under 200 KB, one pass.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "simulators/printer/device/usage.hpp"

namespace mr::printer {

enum class Language : std::uint8_t { text, pcl, pcl_xl, postscript, pdf };
std::string_view to_text(Language);  // "PCL", "PostScript", ...

inline constexpr std::uint32_t pages_max = 1'000'000;  // of a job; more are not counted

// The part of a page that is marked with black, cyan, magenta and yellow, in 1/1000 percent.
using PageCoverage = std::array<std::uint32_t, 4>;

struct PageCount {
  std::uint32_t pages = 0;   // sides, of one copy
  std::uint32_t copies = 1;  // that the language asks for
  bool colour = false;       // it sets colours
  bool duplex = false;
  MediaSize size = MediaSize::of_tray;   // the last that was asked for; of_tray: none
  std::optional<PageCoverage> coverage;  // mean of its pages; absent: not measured
  std::string_view title = {};           // PostScript's %%Title; lifetime: the counter
};

class PageCounter {
 public:
  virtual ~PageCounter() = default;
  virtual void feed(std::string_view octets) = 0;
  // At the end of the job.
  virtual PageCount finish() = 0;
};
std::unique_ptr<PageCounter> make_counter(Language language);

}  // namespace mr::printer
