// The catalogue and its words: what can be said, and what cannot.
#include "simulators/printer/quirks/quirk.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/quirks/quirky_engine.hpp"

using namespace mr;
using namespace mr::printer;

namespace {
std::string refusal(std::string_view text) {
  const auto read = parse_quirk(text);
  return read ? "taken" : to_string(read.error());
}
std::string refusal_of_behaviour(std::string_view text) {
  const auto read = read_behaviour(text);
  return read ? "taken" : to_string(read.error());
}
}  // namespace

TEST(QuirkCatalogue, EachSaysWhatItDoesWhereItWasSeenAndWhatItDoesToReaders) {
  EXPECT_GE(quirk_kinds().size(), 25u);
  std::set<std::string> names;
  for (const QuirkKind& kind : quirk_kinds()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    for (const std::string* sentence : {&kind.shows, &kind.seen, &kind.readers}) {
      EXPECT_GT(sentence->size(), 20u) << kind.name;
      EXPECT_EQ(sentence->back(), '.') << kind.name << ": " << *sentence;
    }
    const auto made = parse_quirk(kind.name);
    ASSERT_TRUE(made) << to_string(made.error());
    EXPECT_FALSE(made->value_acts.empty() && made->datagram_acts.empty()) << kind.name;
    const auto again = parse_quirk(made->text());
    ASSERT_TRUE(again) << made->text() << ": " << to_string(again.error());
    EXPECT_EQ(again->values, made->values);
  }
}

TEST(QuirkCatalogue, TheReadmeHasTheTable) {
  std::ifstream file("simulators/printer/quirks/README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(readme.empty());
  for (const QuirkKind& kind : quirk_kinds()) {
    std::string words;
    for (const QuirkParameter& parameter : kind.parameters)
      words += (words.empty() ? "" : ", ") + parameter.word + "=" + parameter.initial;
    const std::string row = "| `" + kind.name + "` | " + words + " | " + kind.shows + " | " + kind.seen +
                            " | " + kind.readers + " |\n";
    EXPECT_NE(readme.find(row), std::string::npos) << "README.md lacks this line:\n" << row;
  }
}

TEST(QuirkText, ParametersByPlaceAndByWord) {
  EXPECT_EQ(parse_quirk("meter-lags=9")->text(), "meter-lags=by=9");
  EXPECT_EQ(parse_quirk("alerts-sparse=7,step=3")->text(), "alerts-sparse=first=7,step=3");
  EXPECT_EQ(parse_quirk("alerts-sparse=step=3")->text(), "alerts-sparse=first=231,step=3");
  EXPECT_EQ(parse_quirk("serial-prefix=")->values, std::vector<std::string>{""});
  EXPECT_EQ(parse_quirk("supply-suffix=, PN 1=2")->values, std::vector<std::string>{", PN 1=2"});
}

TEST(QuirkText, WhatThereIsNotIsNamed) {
  EXPECT_EQ(refusal("meter-lag"), "meter-lag: there is no such quirk");
  EXPECT_EQ(refusal("meter-lags=many"),
            "meter-lags: by: expected a number from 1 to 1000000: not a value that it can have");
  EXPECT_EQ(refusal("meter-lags=0"),
            "meter-lags: by: expected a number from 1 to 1000000: not a value that it can have");
  EXPECT_EQ(refusal("meter-lags=of=3"), "meter-lags: of: expected by: there is no such word");
  EXPECT_EQ(refusal("meter-lags=3,by=4"), "meter-lags: by twice: not a value that it can have");
  EXPECT_EQ(refusal("level-some=3"), "level-some: 3: it has no parameters: not a value that it can have");
  EXPECT_EQ(refusal("supply-language=fr"),
            "supply-language: language: expected one of it, de, zh: not a value that it can have");
  EXPECT_EQ(
      refusal("walk-stops=1.x"),
      "walk-stops: under: expected an object identifier, as 1.3.6.1.2.1.43: not a value that it can have");
}

TEST(BehaviourText, QuirksAndRules) {
  const auto read = read_behaviour(R"({
    "quirks": ["level-some", {"name": "meter-lags", "by": 12}, "serial-prefix=X"],
    "wrong_answers": [{"match": "1.3.6.1.2.1.43.11", "from": 60, "until": 600, "probability": 0.25, "times": 3,
                       "what": "late", "delay_ms": 7000, "jitter_ms": 500},
                      {"what": "error", "status": "tooBig"}, {"what": "malformed", "kind": "open-oid"},
                      {"what": "elsewhere", "address": "192.0.2.99", "port": 8000}]})");
  ASSERT_TRUE(read) << to_string(read.error());
  ASSERT_EQ(read->quirks.size(), 3u);
  EXPECT_EQ(read->quirks[1].text(), "meter-lags=by=12");
  ASSERT_EQ(read->wrong_answers.size(), 4u);
  const WrongAnswer& late = read->wrong_answers[0];
  EXPECT_EQ(late.match.text(), "1.3.6.1.2.1.43.11");
  EXPECT_EQ(late.from, std::chrono::seconds(60));
  EXPECT_EQ(late.until, std::chrono::seconds(600));
  EXPECT_EQ(late.per_million, 250'000u);
  EXPECT_EQ(late.times, 3u);
  EXPECT_EQ(late.delay, std::chrono::seconds(7));
  EXPECT_EQ(read->wrong_answers[1].status, snmp::ErrorStatus::too_big);
  EXPECT_EQ(read->wrong_answers[2].kind, Malformed::open_oid);
  EXPECT_EQ(read->wrong_answers[3].port, 8000);
}

TEST(BehaviourText, WhatCannotBeIsNamedWithItsPath) {
  EXPECT_EQ(refusal_of_behaviour("{"), "octet 1: not JSON");
  EXPECT_EQ(refusal_of_behaviour("[]"), ": expected an object: not a value that it can have");
  EXPECT_EQ(refusal_of_behaviour(R"({"quirk": []})"), "quirk: there is no such word");
  EXPECT_EQ(refusal_of_behaviour(R"({"quirks": ["no"]})"), "quirks[0]: no: there is no such quirk");
  EXPECT_EQ(refusal_of_behaviour(R"({"quirks": [{"by": 3}]})"),
            "quirks[0].name: a word that must be there is missing");
  EXPECT_EQ(refusal_of_behaviour(R"({"quirks": [{"name": "meter-lags", "by": 0}]})"),
            "quirks[0]: by: expected a number from 1 to 1000000: not a value that it can have");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{}]})"),
            "wrong_answers[0].what: a word that must be there is missing");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{"what": "silence", "delay_ms": 4}]})"),
            "wrong_answers[0].delay_ms: there is no such word");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{"what": "late"}]})"),
            "wrong_answers[0].delay_ms: a word that must be there is missing");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{"what": "silence", "probability": 2}]})"),
            "wrong_answers[0].probability: expected a probability from 0 to 1: not a value that it can have");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{"what": "silence", "from": 9, "until": 9}]})"),
            "wrong_answers[0].until: expected a time after from: not a value that it can have");
  EXPECT_EQ(refusal_of_behaviour(R"({"wrong_answers": [{"what": "silence", "match": "sysDescr"}]})"),
            "wrong_answers[0].match: expected an object identifier, as 1.3.6.1.2.1.43: not a value that it "
            "can have");
}
