// PDF: page objects. A compressed object stream hides its pages: then it is one.
#include "simulators/printer/raw9100/counters.hpp"

#include <algorithm>
#include <string>

namespace mr::printer {
namespace {

class PdfCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    for (const char c : octets) {
      if (c == '/') {
        end_token();
        token_ = "/";
      } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
        if (token_.size() < 16) token_ += c;
      } else {
        end_token();
      }
    }
  }
  PageCount finish() override {
    end_token();
    return {.pages = std::max<std::uint32_t>(1, pages_), .colour = colour_};
  }

 private:
  void end_token() {
    if (token_.empty()) return;
    if (token_ == "/Page" && before_ == "/Type") pages_ = add_pages(pages_, 1);
    if (token_ == "/DeviceRGB" || token_ == "/DeviceCMYK" || token_ == "/ICCBased") colour_ = true;
    before_.swap(token_);
    token_.clear();
  }
  std::string token_, before_;
  std::uint32_t pages_ = 0;
  bool colour_ = false;
};

}  // namespace

std::unique_ptr<PageCounter> pdf_counter() { return std::make_unique<PdfCounter>(); }

}  // namespace mr::printer
