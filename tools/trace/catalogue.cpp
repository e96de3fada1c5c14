#include "tools/trace/catalogue.hpp"

#include <algorithm>

namespace mr::trace {
namespace {

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }

// REG-KEY-WRONG: words of capitals and digits, at least two, the first letter a capital.
bool is_id(std::string_view text) {
  if (text.size() > 40 || text.empty() || !upper(text[0]) || text.back() == '-') return false;
  if (text.find('-') == std::string_view::npos || text.find("--") != std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return upper(c) || digit(c) || c == '-'; });
}

// WP-5-20
bool is_clause(std::string_view text) {
  if (!text.starts_with("WP-")) return false;
  text.remove_prefix(3);
  const std::size_t dash = text.find('-');
  if (dash == 0 || dash == std::string_view::npos || dash > 2 || text.size() != dash + 3) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return digit(c) || c == '-'; }) &&
         std::count(text.begin(), text.end(), '-') == 1;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

template <class F>
void each_line(std::string_view text, F&& use) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    use(number, text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

// Whole words only: MUST, but not MUSTARD.
std::size_t occurrences(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const bool begins = at == 0 || !upper(text[at - 1]);
    const bool ends = at + word.size() == text.size() || !upper(text[at + word.size()]);
    count += begins && ends ? 1 : 0;
  }
  return count;
}

}  // namespace

std::string to_string(const Place& place) { return place.file + ":" + std::to_string(place.line); }

void Catalogue::finding(const Place& place, const std::string& words) {
  findings_.push_back(to_string(place) + ": " + words);
}

void Catalogue::read_clauses(const std::string& file, std::string_view text) {
  each_line(text, [&](std::size_t number, std::string_view line) {
    const Place place{file, number};
    if (trimmed(line).empty() || line.starts_with("#")) return;
    constexpr std::string_view head = "- {id: ", statement = ", text: \"", seen = "\", seen: \"";
    const std::size_t comma = line.find(", binds: [");
    const std::size_t begin = line.find(statement);
    const std::size_t end = line.find(seen);
    if (!line.starts_with(head) || comma == std::string_view::npos || begin == std::string_view::npos ||
        end == std::string_view::npos || !(comma < begin && begin < end) || !trimmed(line).ends_with("\"}")) {
      return finding(place, "not a clause: {id, binds, text, seen} on one line");
    }
    const std::string id(line.substr(head.size(), comma - head.size()));
    if (!is_clause(id)) return finding(place, "not a clause id: " + id);
    const std::size_t from = begin + statement.size();
    if (!clauses_.emplace(id, line.substr(from, end - from)).second)
      finding(place, "clause " + id + " occurs twice");
  });
}

void Catalogue::read_requirements(const std::string& file, std::string_view text) {
  each_line(text, [&](std::size_t number, std::string_view line) {
    const Place place{file, number};
    if (!line.starts_with("- **")) {
      if (line.find("**") != std::string_view::npos)
        finding(place, "bold text outside of a requirement's head");
      return;
    }
    line = trimmed(line.substr(4));
    const std::size_t end = line.find("** ");
    if (end == std::string_view::npos)
      return finding(place, "a requirement is `- **ID** Sentence. [clause]`");
    const std::string id(line.substr(0, end));
    if (!is_id(id)) return finding(place, "not a requirement id: " + id);
    Requirement requirement;
    requirement.place = place;
    std::string_view rest = trimmed(line.substr(end + 3));
    // Citations stand at the end of the line, in brackets.
    while (rest.ends_with("]")) {
      const std::size_t open = rest.rfind('[');
      if (open == std::string_view::npos) break;
      const std::string cited(rest.substr(open + 1, rest.size() - open - 2));
      if (cited.starts_with("WP-")) {
        requirement.clauses.insert(requirement.clauses.begin(), cited);
      } else if (cited.starts_with("RFC ") && cited.size() > 4 && digit(cited[4])) {
        requirement.documents.insert(requirement.documents.begin(), cited);
      } else {
        finding(place, id + " cites neither a clause nor an RFC: [" + cited + "]");
      }
      rest = trimmed(rest.substr(0, open));
    }
    if (requirement.clauses.empty() && requirement.documents.empty()) finding(place, id + " cites nothing");
    requirement.text = rest;
    requirement.reserved = rest.starts_with("Reserved:");
    const std::size_t must = occurrences(rest, "MUST"), should = occurrences(rest, "SHOULD"),
                      may = occurrences(rest, "MAY");
    if (must + should + may != 1) finding(place, id + " needs exactly one of MUST, SHOULD and MAY");
    requirement.level = must > 0 ? Level::must : should > 0 ? Level::should : Level::may;
    const auto [at, fresh] = requirements_.emplace(id, std::move(requirement));
    if (!fresh) finding(place, id + " is defined twice, first at " + to_string(at->second.place));
  });
}

void Catalogue::cite(const Place& place, const std::string& id, bool test) {
  const auto found = requirements_.find(id);
  if (found == requirements_.end()) return finding(place, "there is no requirement " + id);
  (test ? found->second.tests : found->second.code).push_back(place);
}

void Catalogue::read_source(const std::string& file, std::string_view text) {
  each_line(text, [&](std::size_t number, std::string_view line) {
    line = trimmed(line);
    const std::size_t mark = line.starts_with("//= ") ? 4 : line.starts_with("#= ") ? 3 : 0;
    if (mark == 0) return;
    line = trimmed(line.substr(mark));
    const std::size_t space = line.find(' ');
    const std::string id(line.substr(0, space));
    const std::string_view kind = space == std::string_view::npos ? "" : trimmed(line.substr(space));
    if (!kind.empty() && kind != "type=test")
      return finding({file, number}, "a citation is `//= ID` or `//= ID type=test`");
    cite({file, number}, id, !kind.empty());
  });
}

void Catalogue::read_scenario(const std::string& file, std::string_view text) {
  each_line(text, [&](std::size_t number, std::string_view line) {
    const Place place{file, number};
    line = trimmed(line);
    if (line.starts_with("- ")) line = trimmed(line.substr(2));
    for (const std::string_view head : {"requirements:", "clauses:"}) {
      if (!line.starts_with(head)) continue;
      std::string_view ids = trimmed(line.substr(head.size()));
      const std::size_t close = ids.find(']');
      if (!ids.starts_with("[") || close == std::string_view::npos) {
        return finding(place, std::string(head) + " are written [ID, ID] on one line");
      }
      ids = ids.substr(1, close - 1);
      while (!trimmed(ids).empty()) {
        const std::size_t comma = ids.find(',');
        const std::string id(trimmed(ids.substr(0, comma)));
        if (head == "clauses:") {
          if (!clauses_.contains(id)) finding(place, "there is no clause " + id);
        } else {
          cite(place, id, true);
        }
        ids = comma == std::string_view::npos ? std::string_view() : ids.substr(comma + 1);
      }
    }
  });
}

void Catalogue::read_uncovered(const std::string& file, std::string_view text) {
  each_line(text, [&](std::size_t number, std::string_view line) {
    const Place place{file, number};
    line = trimmed(line);
    if (line.empty() || line.starts_with("#")) return;
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) return finding(place, "a line is `ID: reason`");
    const std::string id(line.substr(0, colon));
    const auto found = requirements_.find(id);
    if (found == requirements_.end()) return finding(place, "there is no requirement " + id);
    if (!uncovered_.emplace(id, place).second) return finding(place, id + " occurs twice");
    found->second.uncovered = trimmed(line.substr(colon + 2));
  });
}

void Catalogue::check() {
  for (const auto& [id, requirement] : requirements_) {
    for (const std::string& clause : requirement.clauses) {
      if (!clauses_.contains(clause))
        finding(requirement.place, id + " cites " + clause + ", which there is not");
    }
    const bool must = requirement.level == Level::must && !requirement.reserved;
    const auto listed = uncovered_.find(id);
    if (must && requirement.tests.empty() && listed == uncovered_.end()) {
      finding(requirement.place, id + " is a MUST that no test, case or scenario cites");
    } else if (listed != uncovered_.end() && !(must && requirement.tests.empty())) {
      finding(listed->second, id + (must ? " is tested: take the line out"
                                         : " is no MUST of this version: take the line out"));
    }
  }
}

std::vector<std::string> Catalogue::clauses_not_covered() const {
  std::vector<std::string> out;
  for (const auto& [clause, text] : clauses_) {
    const bool covered = std::any_of(requirements_.begin(), requirements_.end(), [&](const auto& entry) {
      const auto& cited = entry.second.clauses;
      return std::find(cited.begin(), cited.end(), clause) != cited.end();
    });
    if (!covered) out.push_back(clause);
  }
  return out;
}

std::vector<std::string> Catalogue::musts_not_tested() const {
  std::vector<std::string> out;
  for (const auto& [id, place] : uncovered_) out.push_back(id + ": " + requirements_.at(id).uncovered);
  return out;
}

}  // namespace mr::trace
