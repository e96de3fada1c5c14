// PCL XL, class 2 and 3: the binary stream of tagged values, attributes and operators.
#include "simulators/printer/raw9100/counters.hpp"

#include <algorithm>
#include <array>

namespace mr::printer {
namespace {

class XlCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    while (!octets.empty()) {
      if (skip_ > 0) {
        const std::size_t n = std::min<std::uint64_t>(skip_, octets.size());
        skip_ -= n;
        octets.remove_prefix(n);
        continue;
      }
      take(static_cast<unsigned char>(octets.front()));
      octets.remove_prefix(1);
    }
  }
  PageCount finish() override {
    return {.pages = pages_ + (open_ && marked_ ? 1u : 0u),
            .copies = 1,
            .colour = colour_,
            .duplex = duplex_,
            .size = size_};
  }

 private:
  enum class Want { header, tag, value, length_tag, length, attribute, data_length };

  static std::uint32_t size_of(unsigned type) {  // of the element types 0..5
    static constexpr std::array<std::uint32_t, 6> sizes{1, 2, 4, 2, 4, 4};
    return type < sizes.size() ? sizes[type] : 0;
  }

  static MediaSize size_named(std::uint64_t code) {
    switch (code) {
      case 0:
        return MediaSize::letter;
      case 1:
        return MediaSize::legal;
      case 2:
        return MediaSize::a4;
      case 4:
        return MediaSize::ledger;
      case 5:
        return MediaSize::a3;
      case 16:
        return MediaSize::a5;
      default:
        return MediaSize::other;
    }
  }

  // The next `n` octets are a number, in the stream's order.
  void collect(Want what, std::uint32_t n) {
    want_ = what;
    left_ = wanted_ = n;
    number_ = 0;
  }

  void take(unsigned char c) {
    switch (want_) {
      case Want::header:
        if (++header_octets_ == 1) big_endian_ = c == '(';
        if (c == '\n') want_ = Want::tag;
        return;
      case Want::tag:
        return tag(c);
      case Want::length_tag:
        element_ = c == 0xc0 ? 1 : c == 0xc1 ? 2 : 4;
        return collect(Want::length, element_);
      default:
        break;
    }
    number_ = big_endian_ ? number_ << 8 | c : number_ | std::uint64_t{c} << (8 * (wanted_ - left_));
    if (--left_ > 0) return;
    const Want done = want_;
    want_ = Want::tag;
    switch (done) {
      case Want::value:
        value_ = number_;
        skip_ = rest_;
        break;
      case Want::length:
        skip_ = number_ * array_element_;
        break;
      case Want::data_length:
        skip_ = number_;
        marked_ = marked_ || number_ > 0;
        break;
      case Want::attribute:
        if (number_ == 3) colour_ = colour_ || value_ == 2 || value_ == 6;  // ColorSpace: RGB, sRGB
        if (number_ == 37) size_ = size_named(value_);
        if (number_ == 49)
          copies_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(value_, 1, copies_max));
        if (number_ == 53) duplex_ = true;  // DuplexPageMode
        break;
      default:
        break;
    }
  }

  void tag(unsigned char c) {
    if (c >= 0xc0 && c <= 0xef) {  // a value, an array, a pair, or a box of four
      const std::uint32_t size = size_of(c & 7);
      const unsigned kind = c & 0xf8;
      if (size == 0) return;
      if (kind == 0xc8) {
        array_element_ = size;
        want_ = Want::length_tag;
        return;
      }
      rest_ = kind == 0xd0 ? size : kind == 0xe0 ? 3 * size : 0;
      return collect(Want::value, size);
    }
    switch (c) {
      case 0xf8:
        return collect(Want::attribute, 1);
      case 0xf9:
        return collect(Want::attribute, 2);
      case 0xfa:
        return collect(Want::data_length, 4);
      case 0xfb:
        return collect(Want::data_length, 1);
      case 0x43:  // BeginPage
        open_ = true;
        marked_ = false;
        copies_ = 1;
        return;
      case 0x44:  // EndPage
        pages_ = add_pages(pages_, copies_);
        open_ = false;
        return;
      default:
        if (c > 0x44 && c < 0xc0) marked_ = true;
    }
  }

  Want want_ = Want::header;
  bool big_endian_ = false, colour_ = false, duplex_ = false, open_ = false, marked_ = false;
  std::uint32_t header_octets_ = 0, left_ = 0, wanted_ = 0, rest_ = 0, element_ = 1, array_element_ = 1;
  std::uint64_t number_ = 0, value_ = 0, skip_ = 0;
  std::uint32_t pages_ = 0, copies_ = 1;
  MediaSize size_ = MediaSize::of_tray;
};

}  // namespace

std::unique_ptr<PageCounter> pcl_xl_counter() { return std::make_unique<XlCounter>(); }

}  // namespace mr::printer
