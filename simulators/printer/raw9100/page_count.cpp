#include "simulators/printer/raw9100/page_count.hpp"

#include "simulators/printer/raw9100/counters.hpp"

namespace mr::printer {

std::string_view to_text(Language language) {
  switch (language) {
    case Language::text:
      return "text";
    case Language::pcl:
      return "PCL";
    case Language::pcl_xl:
      return "PCL XL";
    case Language::postscript:
      return "PostScript";
    case Language::pdf:
      return "PDF";
  }
  return "text";
}

std::unique_ptr<PageCounter> make_counter(Language language) {
  switch (language) {
    case Language::pcl_xl:
      return pcl_xl_counter();
    case Language::postscript:
      return postscript_counter();
    case Language::pdf:
      return pdf_counter();
    case Language::text:
    case Language::pcl:
      break;
  }
  return pcl_counter();
}

}  // namespace mr::printer
