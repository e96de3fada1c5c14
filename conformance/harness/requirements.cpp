#include "conformance/harness/requirements.hpp"

#include "conformance/harness/requirement_texts.hpp"

namespace mr::harness {

std::vector<Requirement> read_requirements(std::string_view text, const std::string& section) {
  std::vector<Requirement> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.starts_with("- **")) continue;
    line.remove_prefix(4);
    const std::size_t close = line.find("** ");
    if (close == std::string_view::npos) continue;
    Requirement one{std::string(line.substr(0, close)), section, {}, {}, false};
    line.remove_prefix(close + 3);
    while (line.ends_with(']')) {
      const std::size_t open = line.rfind('[');
      if (open == std::string_view::npos) break;
      const std::string_view cited = line.substr(open + 1, line.size() - open - 2);
      if (cited.starts_with("WP-")) one.clauses.insert(one.clauses.begin(), std::string(cited));
      line = line.substr(0, open);
      while (line.ends_with(' ')) line.remove_suffix(1);
    }
    one.text = line;
    one.reserved = line.starts_with("Reserved:");
    out.push_back(std::move(one));
  }
  return out;
}

const std::vector<Requirement>& requirements() {
  static const std::vector<Requirement> all = [] {
    std::vector<Requirement> out;
    for (const auto& [section, text] : requirement_texts()) {
      for (Requirement& one : read_requirements(text, section)) out.push_back(std::move(one));
    }
    return out;
  }();
  return all;
}

const Requirement* requirement(std::string_view id) {
  for (const Requirement& one : requirements()) {
    if (one.id == id) return &one;
  }
  return nullptr;
}

}  // namespace mr::harness
