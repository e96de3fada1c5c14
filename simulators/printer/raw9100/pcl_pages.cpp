// PCL 5 and plain text.
#include <algorithm>
#include <string>

#include "simulators/printer/raw9100/counters.hpp"
#include "simulators/printer/raw9100/pcl_raster.hpp"

namespace mr::printer {
namespace {

constexpr char escape = 0x1b;

class PclCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    while (!octets.empty()) {
      if (skip_ > 0) {
        const std::size_t n = std::min<std::size_t>(skip_, octets.size());
        if (row_)
          data_.append(octets.substr(
              0, std::min(n, PclRaster::row_max + 1 - std::min(data_.size(), PclRaster::row_max + 1))));
        skip_ -= static_cast<std::uint32_t>(n);
        octets.remove_prefix(n);
        if (skip_ == 0) end_data();
        continue;
      }
      take(octets.front());
      octets.remove_prefix(1);
    }
  }
  PageCount finish() override {
    eject();
    PageCount out{.pages = pages_, .copies = copies_, .colour = colour_, .duplex = duplex_, .size = size_};
    if (raster_.measured() && !drawn_) out.coverage = raster_.mean(pages_, size_);
    return out;
  }

 private:
  enum class State { plain, escaped, parameters };
  static constexpr int lines_of_page = 60;  // six a inch, on A4 or Letter with PCL's default margins

  void take(char c) {
    switch (state_) {
      case State::plain:
        return print(c);
      case State::escaped:
        state_ = State::plain;
        if (c == 'E') {
          eject();  // reset
          raster_.reset();
        } else if (c >= '!' && c <= '/') {
          state_ = State::parameters;
          family_ = c;
          group_ = 0;
          start_value();
        } else if (c == escape) {
          state_ = State::escaped;
        }
        return;
      case State::parameters:
        return parameter(c);
    }
  }

  void print(char c) {
    if (c == escape) {
      state_ = State::escaped;
    } else if (c == '\f') {
      pages_ = add_pages(pages_, 1);
      line_ = 0;
      marked_ = false;
    } else if (c == '\n') {
      // An empty line is no mark, but moves the page on.
      if (++line_ == lines_of_page && !addressed_) eject();
    } else if (static_cast<unsigned char>(c) > ' ') {
      marked_ = drawn_ = true;
    }
  }

  void parameter(char c) {
    if (c >= '0' && c <= '9') {
      value_ = std::min<std::uint32_t>(value_ * 10 + static_cast<std::uint32_t>(c - '0'), 1u << 26);
      fresh_ = false;
    } else if (c == '+' || c == '-' || c == '.') {
      negative_ = negative_ || c == '-';
      fresh_ = false;
    } else if (c >= '`' && c <= '~') {
      if (group_ == 0 && fresh_) {
        group_ = c;
      } else {
        command(static_cast<char>(c - 0x20));
        start_value();
      }
    } else {
      state_ = State::plain;
      if (c >= '@' && c <= '^') {
        command(c);
      } else {
        take(c);  // no command: the character stands for itself
      }
    }
  }

  void start_value() {
    value_ = 0;
    negative_ = false;
    fresh_ = true;
  }

  void command(char what) {
    const auto is = [&](char family, char group, char which) {
      return family_ == family && group_ == group && what == which;
    };
    if (is('&', 'l', 'X')) copies_ = std::clamp<std::uint32_t>(value_, 1, copies_max);
    if (is('&', 'l', 'S')) duplex_ = value_ == 1 || value_ == 2;
    if (is('&', 'l', 'A')) size_ = size_named(value_);
    if (is('&', 'l', 'H') && value_ == 0) eject();
    if (is('&', 'a', 'V') || is('&', 'a', 'R') || is('*', 'p', 'Y')) addressed_ = true;
    if (is('*', 'r', 'U') && value_ >= 3) colour_ = true;
    if (is('*', 'r', 'U'))
      raster_.set_planes(negative_ ? -static_cast<std::int32_t>(value_) : static_cast<std::int32_t>(value_));
    if (is('*', 't', 'R')) raster_.set_resolution(value_);
    if (is('*', 'r', 'A')) raster_.begin();
    if (is('*', 'b', 'M')) raster_.set_method(value_);
    if (is('*', 'b', 'Y')) raster_.skip_rows();
    if (is('*', 'v', 'W') || is('*', 'c', 'P') || family_ == '%') drawn_ = true;  // not of what is measured
    if (is('*', 'v', 'W')) colour_ = true;                                        // configure image data
    if (is('&', 'p', 'X') || (is('*', 'b', 'W') && value_ > 0) || is('*', 'c', 'P') ||
        (family_ == '%' && what == 'B'))
      marked_ = true;
    // Of the commands that end in W, ESC&k#W (DeskJet's direction of printing) is the one without data.
    const bool has_data = what == 'W' && !is('&', 'k', 'W');
    if (has_data || is('&', 'p', 'X') || is('*', 'b', 'V')) {
      skip_ = negative_ ? 0 : value_;
      row_ = family_ == '*' && group_ == 'b';
      last_plane_ = what == 'W';
      data_.clear();
      if (is('&', 'p', 'X') && skip_ > 0) drawn_ = true;
      if (skip_ == 0) end_data();
    }
    if (is('*', 'b', 'V') && value_ > 0) marked_ = true;
  }

  void end_data() {
    if (row_) raster_.plane(data_, last_plane_);
    row_ = false;
  }

  static MediaSize size_named(std::uint32_t code) {
    switch (code) {
      case 2:
        return MediaSize::letter;
      case 3:
        return MediaSize::legal;
      case 6:
        return MediaSize::ledger;
      case 25:
        return MediaSize::a5;
      case 26:
        return MediaSize::a4;
      case 27:
        return MediaSize::a3;
      default:
        return MediaSize::other;
    }
  }

  void eject() {
    if (marked_) pages_ = add_pages(pages_, 1);
    marked_ = false;
    line_ = 0;
  }

  State state_ = State::plain;
  char family_ = 0, group_ = 0;
  std::uint32_t value_ = 0, skip_ = 0, pages_ = 0, copies_ = 1;
  int line_ = 0;
  bool negative_ = false, fresh_ = true, marked_ = false, addressed_ = false, colour_ = false,
       duplex_ = false;
  bool drawn_ = false;  // something that is not measured marks a page
  bool row_ = false, last_plane_ = false;
  std::string data_;  // of a row of raster graphics, at most row_max + 1
  PclRaster raster_;
  MediaSize size_ = MediaSize::of_tray;
};

}  // namespace

std::unique_ptr<PageCounter> pcl_counter() { return std::make_unique<PclCounter>(); }

}  // namespace mr::printer
