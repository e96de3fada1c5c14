#include <charconv>

#include "scenarios/checks/checks.hpp"
#include "scenarios/engine/event_kinds.hpp"
#include "scenarios/engine/scenario_parts.hpp"

namespace mr::scenarios {
namespace {

// `supply: 1`, `reason: [disabled, not-permitted]`, `outcome: "!performed"`.
std::vector<FieldPattern> read_fields(const Node& node, Faults& faults) {
  std::vector<FieldPattern> fields;
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    FieldPattern field{node.keys[i].first, false, {}};
    const Node& value = node.items[i];
    const auto add = [&](const Node& one) {
      if (one.kind != Node::Kind::scalar) {
        faults.add(yaml_errc::wrong_type, one.place,
                   "expected a value, or a list of values, of the field " + in_quotes(field.name));
        return;
      }
      field.values.push_back(one.text);
    };
    if (value.kind == Node::Kind::list) {
      for (const Node& one : value.items) add(one);
    } else {
      add(value);
    }
    if (field.values.empty()) {
      faults.add(yaml_errc::wrong_type, value.place,
                 "expected at least one value of the field " + in_quotes(field.name));
      continue;
    }
    if (field.values.front().starts_with("!")) {
      field.none_of = true;
      for (std::string& text : field.values) {
        if (text.starts_with("!")) text.erase(0, 1);
      }
    }
    fields.push_back(std::move(field));
  }
  return fields;
}

// "2", "1-3", "2-": how often.
void read_count(Map& map, TemporalPlan& plan, Faults& faults) {
  if (!map.has("count")) return;
  const std::string text = map.text("count");
  const std::size_t dash = text.find('-');
  const auto number = [](std::string_view digits, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
  };
  const std::string_view whole(text), upper = dash == std::string::npos ? whole : whole.substr(dash + 1);
  bool shaped = number(whole.substr(0, dash), plan.count_min);
  plan.count_max = UINT64_MAX;
  if (!upper.empty()) shaped = shaped && number(upper, plan.count_max);
  if (!faults.any() && (!shaped || plan.count_max < plan.count_min || plan.count_max == 0)) {
    faults.add(yaml_errc::wrong_type, map.place("count"),
               "found " + in_quotes(text) + ", expected how often: 1, 2-5 or 2-");
  }
}

TemporalPlan read_temporal(TemporalPlan::Word word, const Node& node, Faults& faults) {
  using Word = TemporalPlan::Word;
  Map map(node, word == Word::eventually ? "eventually" : word == Word::never ? "never" : "always", faults);
  TemporalPlan plan;
  plan.word = word;
  plan.event = read_pattern(map, faults);
  if (const Node* after = map.child("after", Node::Kind::map)) plan.after = read_pattern(*after, faults);
  if (const Node* until = map.child("until", Node::Kind::map)) plan.until = read_pattern(*until, faults);
  if (map.has("from")) plan.from = runtime::Instant(map.duration("from"));
  if (map.has("to")) plan.to = runtime::Instant(map.duration("to"));
  if (word == Word::eventually) {
    read_count(map, plan, faults);
    if (map.has("within")) plan.within = map.duration("within");
  }
  if (word == Word::always) {
    if (const Node* holds = map.child("holds", Node::Kind::map)) plan.holds = read_fields(*holds, faults);
    if (const Node* then = map.child("then", Node::Kind::map)) {
      plan.then = read_pattern(*then, faults);
      plan.same = map.texts("same");
      if (map.has("within")) plan.within = map.duration("within");
    }
    if (plan.holds.empty() && !plan.then)
      faults.add(yaml_errc::missing_key, node.place, "an 'always' has 'holds' or 'then'");
  }
  map.done();
  return plan;
}

}  // namespace

EventPattern read_pattern(Map& map, Faults& faults) {
  EventPattern pattern;
  pattern.kind = map.text("event");
  const auto kinds = event_kinds();
  if (!faults.any() && std::ranges::find(kinds, pattern.kind) == kinds.end()) {
    std::string expected;
    const std::string subject = pattern.kind.substr(0, pattern.kind.find('.') + 1);
    for (const std::string_view kind : kinds) {
      if (kind.starts_with(subject)) expected += (expected.empty() ? "" : ", ") + std::string(kind);
    }
    if (expected.empty()) expected = "a kind such as report.stored";
    faults.add(yaml_errc::out_of_range, map.place("event"),
               "found " + in_quotes(pattern.kind) + ", expected one of " + expected);
  }
  pattern.host = map.text("host", "");
  pattern.id = map.text("id", "");
  if (const Node* where = map.child("where", Node::Kind::map)) pattern.where = read_fields(*where, faults);
  return pattern;
}

EventPattern read_pattern(const Node& node, Faults& faults) {
  Map map(node, "an event", faults);
  EventPattern pattern = read_pattern(map, faults);
  map.done();
  return pattern;
}

Expectation read_expectation(const Node& node, Faults& faults) {
  Map map(node, "an expectation", faults);
  Expectation expectation;
  expectation.place = node.place;
  expectation.check = map.text("check", "");
  expectation.that = map.text("that", "");
  expectation.why = map.text("why", "");
  int words = (expectation.check.empty() ? 0 : 1) + (expectation.that.empty() ? 0 : 1);
  using Word = TemporalPlan::Word;
  for (const auto& [key, word] :
       {std::pair{"eventually", Word::eventually}, {"never", Word::never}, {"always", Word::always}}) {
    if (const Node* child = map.child(key, Node::Kind::map)) {
      expectation.over_time = read_temporal(word, *child, faults);
      ++words;
    }
  }
  map.done();
  if (words != 1) {
    faults.add(yaml_errc::missing_key, node.place,
               "an expectation has one of 'check', 'that', 'eventually', 'never', 'always'");
  } else if (expectation.over_time && expectation.why.empty()) {
    faults.add(yaml_errc::missing_key, node.place,
               "'eventually', 'never' and 'always' say 'why': the sentence that the report shows");
  } else if (!expectation.check.empty() && find_check(expectation.check) == nullptr) {
    std::string expected;
    for (const CheckKind& kind : check_kinds())
      expected += (expected.empty() ? "" : ", ") + std::string(kind.name);
    faults.add(yaml_errc::out_of_range, map.place("check"),
               "found " + in_quotes(expectation.check) + ", expected one of " + expected);
  } else if (!expectation.that.empty()) {
    expectation.place = map.place("that");
  }
  return expectation;
}

}  // namespace mr::scenarios
