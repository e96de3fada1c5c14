// How many impressions a print job makes, as far as its language tells it simply.
//
// PostScript: the DSC's page count, else its pages, else `showpage` in the program. PCL 5 and plain text:
// form feeds, 60 lines a page, page size and raster data skipped over. PCL XL: EndPage operators. PDF: page
// objects. Nothing is rendered: a program that computes its pages, or a PDF that hides them in object
// streams, is counted wrong. Memory and time are bounded whatever comes: a few KB, one pass.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace mr::printer {

enum class Language : std::uint8_t { text, pcl, pcl_xl, postscript, pdf };
std::string_view to_text(Language);  // "PCL", "PostScript", ...

inline constexpr std::uint32_t pages_max = 1'000'000;  // of a job; more are not counted

struct PageCount {
  std::uint32_t pages = 0;   // sides, of one copy
  std::uint32_t copies = 1;  // that the language asks for
  bool colour = false;       // it sets colours
  bool duplex = false;
  std::string_view title = {};  // PostScript's %%Title; lifetime: the counter
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
