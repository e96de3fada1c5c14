// One counter per language, each a small automaton over octets; what is split between two feeds is no
// different from what is not.
#include "simulators/printer/raw9100/page_count.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "reference/protocol/result/result.hpp"

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

namespace {

constexpr char escape = 0x1b;

std::uint32_t add(std::uint32_t pages, std::uint32_t more) {
  return std::min(pages_max, pages + std::min(more, pages_max));
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return std::min(value, pages_max);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// --- PCL 5 and plain text ---

class PclCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    while (!octets.empty()) {
      if (skip_ > 0) {
        const std::size_t n = std::min<std::size_t>(skip_, octets.size());
        skip_ -= static_cast<std::uint32_t>(n);
        octets.remove_prefix(n);
        continue;
      }
      take(octets.front());
      octets.remove_prefix(1);
    }
  }
  PageCount finish() override {
    eject();
    return {.pages = pages_, .copies = copies_, .colour = colour_, .duplex = duplex_};
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
      pages_ = add(pages_, 1);
      line_ = 0;
      marked_ = false;
    } else if (c == '\n') {
      // An empty line is no mark, but moves the page on.
      if (++line_ == lines_of_page && !addressed_) eject();
    } else if (static_cast<unsigned char>(c) > ' ') {
      marked_ = true;
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
    if (is('&', 'l', 'X')) copies_ = std::clamp<std::uint32_t>(value_, 1, 32767);
    if (is('&', 'l', 'S')) duplex_ = value_ == 1 || value_ == 2;
    if (is('&', 'l', 'H') && value_ == 0) eject();
    if (is('&', 'a', 'V') || is('&', 'a', 'R') || is('*', 'p', 'Y')) addressed_ = true;
    if (is('*', 'r', 'U') && value_ >= 3) colour_ = true;
    if (is('*', 'v', 'W')) colour_ = true;  // configure image data
    if (is('&', 'p', 'X') || (is('*', 'b', 'W') && value_ > 0) || is('*', 'c', 'P') ||
        (family_ == '%' && what == 'B'))
      marked_ = true;
    if (what == 'W' || is('&', 'p', 'X') || is('*', 'b', 'V')) skip_ = negative_ ? 0 : value_;
    if (is('*', 'b', 'V') && value_ > 0) marked_ = true;
  }

  void eject() {
    if (marked_) pages_ = add(pages_, 1);
    marked_ = false;
    line_ = 0;
  }

  State state_ = State::plain;
  char family_ = 0, group_ = 0;
  std::uint32_t value_ = 0, skip_ = 0, pages_ = 0, copies_ = 1;
  int line_ = 0;
  bool negative_ = false, fresh_ = true, marked_ = false, addressed_ = false, colour_ = false,
       duplex_ = false;
};

// --- PostScript ---

class PostScriptCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    for (const char c : octets) take(c);
  }
  PageCount finish() override {
    take('\n');
    const std::uint32_t pages = stated_                ? *stated_
                                : page_comments_ > 0   ? page_comments_
                                : shown_ > 0           ? shown_
                                : shown_in_procedures_ ? 1
                                                       : 0;
    return {.pages = pages,
            .copies = copies_,
            .colour = stated_colour_.value_or(colour_),
            .duplex = duplex_,
            .title = title_};
  }

 private:
  static constexpr std::size_t kept = 255;

  void take(char c) {
    if (c == '\n' || c == '\r') {
      end_token();
      if (comment_) comment(line_);
      comment_ = false;
      line_.clear();
      at_start_ = true;
      return;
    }
    if (at_start_ && c == '%') comment_ = true;
    at_start_ = false;
    if (comment_) {
      if (line_.size() < kept) line_ += c;
      return;
    }
    if (in_remark_) return;
    switch (c) {
      case '%':
        end_token();
        in_remark_ = true;
        return;
      case '{':
        end_token();
        ++depth_;
        return;
      case '}':
        end_token();
        depth_ = std::max(0, depth_ - 1);
        return;
      case '/':
        end_token();
        token_ = "/";
        return;
      case ' ':
      case '\t':
      case '\f':
      case '\0':
      case '(':
      case ')':
      case '<':
      case '>':
      case '[':
      case ']':
        return end_token();
      default:
        if (token_.size() < 40) token_ += c;
    }
  }

  void end_token() {
    in_remark_ = false;
    if (token_.empty()) return;
    if (token_ == "showpage" && embedded_ == 0) {
      if (depth_ == 0) {
        shown_ = add(shown_, 1);
      } else {
        shown_in_procedures_ = true;
      }
    } else if (depth_ == 0 &&
               (token_ == "setrgbcolor" || token_ == "setcmykcolor" || token_ == "sethsbcolor")) {
      colour_ = true;
    } else if (before_ == "/NumCopies" || before_ == "/#copies") {
      if (const auto copies = number(token_)) copies_ = std::clamp<std::uint32_t>(*copies, 1, 32767);
    } else if (before_ == "/Duplex") {
      duplex_ = token_ == "true";
    }
    before_.swap(token_);
    token_.clear();
  }

  // A document structuring comment (%%...), or any other that begins a line.
  void comment(std::string_view text) {
    const auto after = [&](std::string_view word) -> std::optional<std::string_view> {
      if (!text.starts_with(word)) return {};
      return trimmed(text.substr(word.size()));
    };
    if (after("%%BeginDocument")) ++embedded_;
    if (after("%%EndDocument")) embedded_ = std::max(0, embedded_ - 1);
    if (embedded_ > 0) return;
    if (const auto pages = after("%%Pages:")) {
      if (const auto n = number(pages->substr(0, pages->find(' ')))) stated_ = *n;
    } else if (after("%%Page:")) {
      page_comments_ = add(page_comments_, 1);
    } else if (const auto title = after("%%Title:"); title && title_.empty()) {
      std::string_view name = *title;
      if (name.size() >= 2 && name.front() == '(' && name.back() == ')')
        name = name.substr(1, name.size() - 2);
      title_ = std::string(name);
    } else if (const auto colours = after("%%DocumentProcessColors:"); colours && *colours != "(atend)") {
      stated_colour_ = colours->find("Cyan") != colours->npos || colours->find("Magenta") != colours->npos ||
                       colours->find("Yellow") != colours->npos;
    }
  }

  std::string token_, before_, line_, title_;
  bool comment_ = false, in_remark_ = false, at_start_ = true, colour_ = false, duplex_ = false;
  bool shown_in_procedures_ = false;
  int depth_ = 0, embedded_ = 0;
  std::uint32_t shown_ = 0, page_comments_ = 0, copies_ = 1;
  std::optional<std::uint32_t> stated_;
  std::optional<bool> stated_colour_;
};

// --- PDF ---

// A page object is /Type /Page. A compressed object stream hides its pages: then it is one.
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
    if (token_ == "/Page" && before_ == "/Type") pages_ = add(pages_, 1);
    if (token_ == "/DeviceRGB" || token_ == "/DeviceCMYK" || token_ == "/ICCBased") colour_ = true;
    before_.swap(token_);
    token_.clear();
  }
  std::string token_, before_;
  std::uint32_t pages_ = 0;
  bool colour_ = false;
};

// --- PCL XL ---

// The binary stream of PCL XL class 2 and 3: tagged values, attributes and operators.
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
    return {
        .pages = pages_ + (open_ && marked_ ? 1u : 0u), .copies = 1, .colour = colour_, .duplex = duplex_};
  }

 private:
  enum class Want { header, tag, value, length_tag, length, attribute, data_length };

  static std::uint32_t size_of(unsigned type) {  // of the element types 0..5
    static constexpr std::array<std::uint32_t, 6> sizes{1, 2, 4, 2, 4, 4};
    return type < sizes.size() ? sizes[type] : 0;
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
        if (number_ == 49) copies_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(value_, 1, 32767));
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
        pages_ = add(pages_, copies_);
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
};

}  // namespace

std::unique_ptr<PageCounter> make_counter(Language language) {
  switch (language) {
    case Language::text:
    case Language::pcl:
      return std::make_unique<PclCounter>();
    case Language::pcl_xl:
      return std::make_unique<XlCounter>();
    case Language::postscript:
      return std::make_unique<PostScriptCounter>();
    case Language::pdf:
      return std::make_unique<PdfCounter>();
  }
  return std::make_unique<PclCounter>();
}

}  // namespace mr::printer
