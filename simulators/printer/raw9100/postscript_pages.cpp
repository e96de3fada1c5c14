// PostScript: what shows pages when the program runs, as far as that can be told without running it.
//
// The program is read as tokens. `/name { ... }` gives a procedure as many pages as the tokens of its body
// show;
// `/name /showpage load` makes another name for it; `/showpage {} def` takes it away, until the `restore`
// that undoes it. What stands on the outermost level is executed: names, and procedures before exec, if,
// ifelse, forall and loop (once), repeat and for (as often as the numbers before say).
#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "simulators/printer/raw9100/counters.hpp"
#include "simulators/printer/raw9100/words.hpp"

namespace mr::printer {
namespace {

// Of a page in points, either way up, within 5 points.
MediaSize size_of(double a, double b) {
  struct Sheet {
    double cross, feed;
    MediaSize size;
  };
  static constexpr Sheet sheets[] = {{595, 842, MediaSize::a4},     {612, 792, MediaSize::letter},
                                     {612, 1008, MediaSize::legal}, {420, 595, MediaSize::a5},
                                     {842, 1191, MediaSize::a3},    {792, 1224, MediaSize::ledger},
                                     {907, 1276, MediaSize::sra3}};
  const auto near = [](double x, double y) { return x > y - 5 && x < y + 5; };
  for (const Sheet& sheet : sheets) {
    if ((near(a, sheet.cross) && near(b, sheet.feed)) || (near(b, sheet.cross) && near(a, sheet.feed)))
      return sheet.size;
  }
  return MediaSize::other;
}

std::optional<double> real_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

class PostScriptCounter final : public PageCounter {
 public:
  void feed(std::string_view octets) override {
    for (const char c : octets) take(c);
  }
  PageCount finish() override {
    take('\n');
    flush_group();
    // A procedure that shows pages and is called in a way that was not understood leaves the comments.
    const bool understood = shown_ > 0 && (uncalled_.empty() || shown_ >= page_comments_);
    const std::uint32_t pages = understood           ? shown_
                                : page_comments_ > 0 ? page_comments_
                                : stated_            ? *stated_
                                                     : std::max(shown_, uncalled_.empty() ? 0u : 1u);
    return {.pages = pages,
            .copies = copies_,
            .colour = stated_colour_.value_or(colour_),
            .duplex = duplex_,
            .size = size_,
            .coverage = {},
            .title = title_};
  }

 private:
  static constexpr std::size_t kept = 255, token_max = 40, names_max = 2000, numbers_max = 3;

  // --- characters to tokens ---

  void take(char c) {
    if (c == '\n' || c == '\r') {
      end_token();
      if (comment_) comment(line_);
      comment_ = in_remark_ = false;
      line_.clear();
      at_start_ = true;
      return;
    }
    const bool first = std::exchange(at_start_, false);
    if (comment_) {
      if (line_.size() < kept) line_ += c;
      return;
    }
    if (in_remark_) return;
    if (string_ > 0) return in_string(c);
    if (first && c == '%') {
      comment_ = true;
      line_ = c;
      return;
    }
    switch (c) {
      case '%':
        end_token();
        in_remark_ = true;
        return;
      case '(':
        end_token();
        string_ = 1;
        return;
      case '{':
        end_token();
        return open_group();
      case '}':
        end_token();
        return close_group();
      case '/':
        end_token();
        token_ = "/";
        return;
      case '[':
      case ']':
        end_token();
        if (c == '[') array_ = before_ == "/PageSize" ? 1 : 0;
        return;
      case ' ':
      case '\t':
      case '\f':
      case '\0':
      case ')':
      case '<':
      case '>':
        return end_token();
      default:
        if (token_.size() < token_max) token_ += c;
    }
  }

  void in_string(char c) {
    if (std::exchange(escaped_, false)) return;
    if (c == '\\') escaped_ = true;
    if (c == '(') ++string_;
    if (c == ')') --string_;
  }

  void end_token() {
    if (token_.empty()) return;
    if (embedded_ == 0) token();
    before_.swap(token_);
    token_.clear();
  }

  // --- tokens to pages ---

  // How many pages the execution of a name shows.
  std::uint32_t pages_of(const std::string& name) const {
    const auto found = bound_.find(name);
    if (found != bound_.end()) return found->second;
    return name == "showpage" ? 1 : 0;
  }

  void bind(const std::string& name, std::uint32_t pages) {
    // A name that shows nothing need not be known, unless it did before.
    if (pages == pages_of(name)) return;
    if (name == "showpage") redefined_at_ = saves_;
    if (bound_.size() >= names_max && !bound_.contains(name)) return;
    bound_[name] = pages;
    if (pages > 0) uncalled_.insert(name);
  }

  void token() {
    const auto number = real_in(token_);
    uncalled_.erase(token_);
    if (depth_ > 0) {
      // In a procedure: what its own level shows counts as often as it stands there, what is in procedures
      // within it (the two of an ifelse) once.
      const std::uint32_t pages = pages_of(token_);
      if (depth_ == 1) {
        group_ = add_pages(group_, pages);
      } else if (pages > 0) {
        nested_ = 1;
      }
      return settings();
    }
    settings();
    if (number) {
      if (array_ > 0) page_size(*number);
      std::rotate(numbers_.begin(), numbers_.begin() + 1, numbers_.end());
      numbers_.back() = *number;
      return;
    }
    if (group_open_) {
      use_group();
    } else if (token_ == "load" && literal_.size() > 0 && before_ == "/showpage") {
      bind(literal_, pages_of("showpage"));
    } else {
      shown_ = add_pages(shown_, pages_of(token_));
    }
    if (token_ == "save") ++saves_;
    if (token_ == "restore") {
      saves_ = std::max(0, saves_ - 1);
      if (redefined_at_ && *redefined_at_ > saves_) {
        bound_.erase("showpage");
        redefined_at_.reset();
      }
    }
    if (token_.starts_with('/') && before_.starts_with('/')) {
      literal_ = before_.substr(1);  // "/name /showpage load"
    } else if (token_.starts_with('/')) {
      literal_ = token_.substr(1);
    }
  }

  void open_group() {
    if (embedded_ > 0) return;
    if (depth_++ > 0) return;
    group_ = nested_ = 0;
    name_ = before_.starts_with('/') ? before_.substr(1) : std::string();
  }
  void close_group() {
    if (embedded_ > 0 || depth_ == 0 || --depth_ > 0) return;
    group_ = add_pages(group_, nested_);
    before_ = "}";
    if (!name_.empty()) {
      bind(name_, group_);
    } else {
      waiting_ = std::max(group_, group_open_ ? waiting_ : 0u);  // the larger of an ifelse's two
      group_open_ = true;
    }
  }
  // A procedure without a name stands before the present token.
  void use_group() {
    std::uint64_t times = 0;
    if (token_ == "repeat") {
      times = numbers_[2] > 0 ? static_cast<std::uint64_t>(std::min(numbers_[2], 1e6)) : 0;
    } else if (token_ == "for") {
      const double steps = numbers_[1] != 0 ? (numbers_[2] - numbers_[0]) / numbers_[1] : -1;
      times = steps >= 0 ? static_cast<std::uint64_t>(std::min(steps, 1e6)) + 1 : 0;
    } else if (token_ == "exec" || token_ == "if" || token_ == "ifelse" || token_ == "forall" ||
               token_ == "loop") {
      times = 1;
    }
    shown_ = add_pages(shown_, times * waiting_);
    flush_group();
  }
  void flush_group() {
    group_open_ = false;
    waiting_ = 0;
  }

  void settings() {
    if (depth_ == 0 && (token_ == "setrgbcolor" || token_ == "setcmykcolor" || token_ == "sethsbcolor")) {
      colour_ = true;
    } else if (before_ == "/NumCopies" || before_ == "/#copies") {
      if (const auto copies = count_in(token_)) copies_ = std::clamp<std::uint32_t>(*copies, 1, copies_max);
    } else if (before_ == "/Duplex") {
      duplex_ = token_ == "true";
    }
  }
  void page_size(double points) {
    if (array_ == 1) {
      first_side_ = points;
      array_ = 2;
    } else {
      size_ = size_of(first_side_, points);
      array_ = 0;
    }
  }

  // --- comments: the document structuring conventions, and any other line that begins as one ---

  void comment(std::string_view text) {
    const auto after = [&](std::string_view word) -> std::optional<std::string_view> {
      if (!text.starts_with(word)) return {};
      return trimmed(text.substr(word.size()));
    };
    if (after("%%BeginDocument")) ++embedded_;
    if (after("%%EndDocument")) embedded_ = std::max(0, embedded_ - 1);
    if (embedded_ > 0) return;
    if (const auto pages = after("%%Pages:")) {
      if (const auto n = count_in(pages->substr(0, pages->find(' ')))) stated_ = *n;
    } else if (after("%%Page:")) {
      page_comments_ = add_pages(page_comments_, 1);
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
  bool comment_ = false, in_remark_ = false, at_start_ = true, escaped_ = false;
  int string_ = 0, depth_ = 0, embedded_ = 0, saves_ = 0;

  std::map<std::string, std::uint32_t, std::less<>> bound_;  // names that show other than they would
  std::set<std::string, std::less<>> uncalled_;  // of those, the ones that show pages and stand nowhere else
  std::optional<int> redefined_at_;              // showpage, within so many saves
  std::string name_, literal_;                   // of the procedure at hand; the last literal name
  std::uint32_t group_ = 0, nested_ = 0, waiting_ = 0;
  bool group_open_ = false;  // a procedure without a name waits for what uses it
  std::array<double, numbers_max> numbers_{};

  int array_ = 0;
  double first_side_ = 0;
  bool colour_ = false, duplex_ = false;
  MediaSize size_ = MediaSize::of_tray;
  std::uint32_t shown_ = 0, page_comments_ = 0, copies_ = 1;
  std::optional<std::uint32_t> stated_;
  std::optional<bool> stated_colour_;
};

}  // namespace

std::unique_ptr<PageCounter> postscript_counter() { return std::make_unique<PostScriptCounter>(); }

}  // namespace mr::printer
