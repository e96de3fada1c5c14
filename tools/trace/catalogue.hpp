// The requirement catalogue: the sentences of conformance/requirements/*.md and the clauses of clauses.yaml,
// and who cites them.
//
// Both formats are read strictly, by line: what looks like a requirement or a clause and is not one is a
// finding. A requirement is a list item `- **ID** Sentence. [WP-9-02] [RFC 9112 section 6.3]` on one line;
// code and tests cite it by a comment that consists of `//= ID` or `//= ID type=test` (`#= ID type=test` in
// shell), scenarios by `requirements: [ID, ID]`, and clauses by `clauses: [ID, ID]`.
//
// Every MUST is cited by a test, a case or a scenario, or stands in uncovered.txt with the reason. That list
// cannot go stale: a line for what is tested, is no MUST, or does not exist is a finding.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mr::trace {

struct Place {
  std::string file;
  std::size_t line = 0;  // from 1
  auto operator<=>(const Place&) const = default;
};
std::string to_string(const Place& place);  // file:line

enum class Level { must, should, may };

struct Requirement {
  Place place;
  std::string text;  // the sentence, without id and citations
  Level level = Level::must;
  bool reserved = false;               // starts with "Reserved:", or its section is for later
  std::vector<std::string> clauses;    // WP-9-02
  std::vector<std::string> documents;  // "RFC 9112 section 6.3"
  std::vector<Place> code, tests;
  std::string uncovered;  // why no test cites it, where uncovered.txt says so
};

class Catalogue {
 public:
  void read_clauses(const std::string& file, std::string_view text);
  void read_requirements(const std::string& file, std::string_view text);
  // Lines `ID: reason`, and comments that start with `#`. After the requirements.
  void read_uncovered(const std::string& file, std::string_view text);
  // Source text (C++ and shell) and scenario files; after the requirements.
  void read_source(const std::string& file, std::string_view text);
  void read_scenario(const std::string& file, std::string_view text);

  const std::map<std::string, Requirement>& requirements() const { return requirements_; }
  const std::map<std::string, std::string>& clauses() const { return clauses_; }  // id -> statement
  // What is wrong, "file:line: words", in the order found.
  const std::vector<std::string>& findings() const { return findings_; }
  // After all is read: cited clauses exist, and MUSTs are tested or known not to be.
  void check();
  std::vector<std::string> clauses_not_covered() const;  // cited by no requirement
  std::vector<std::string> musts_not_tested() const;     // as uncovered.txt has them: "ID: reason"

 private:
  void finding(const Place& place, const std::string& words);
  void cite(const Place& place, const std::string& id, bool test);

  std::map<std::string, Requirement> requirements_;
  std::map<std::string, std::string> clauses_;
  std::map<std::string, Place> uncovered_;  // what uncovered.txt lists
  std::vector<std::string> findings_;
};

}  // namespace mr::trace
