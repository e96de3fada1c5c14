// Strict reading of one JSON object: each word is named once, and one that was not named is an error with its
// path. The first error is kept; after it, reading gives defaults.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "reference/protocol/snmp/value.hpp"

namespace mr::printer {

class Words {
 public:
  // lifetime: the value outlives it. A value that is no object is an error.
  Words(const boost::json::value& value, std::string path, std::optional<Fault>& fault);

  bool has(std::string_view word) const { return object_ && object_->contains(word); }
  // Each with what it is where the word is absent; without one, the word is required.
  std::int64_t number(const char* word, std::int64_t low, std::int64_t high,
                      std::optional<std::int64_t> absent = {});
  std::uint32_t per_million(const char* word, std::uint32_t absent);  // written as 0 to 1
  std::string text(const char* word, std::optional<std::string> absent = {}, std::size_t max = 255);
  std::string one_of(const char* word, const std::vector<std::string>& words,
                     std::optional<std::string> absent = {});
  snmp::Oid oid(const char* word, std::optional<snmp::Oid> absent = {});
  // One OID or a list of them; required.
  std::vector<snmp::Oid> oids(const char* word);
  // {"integer": -3}, {"counter": 7}, {"gauge": 7}, {"ticks": 100}, {"text": "NULL"}, {"hex": "0001"},
  // {"oid": "1.3"}; required.
  snmp::Value value(const char* word);
  const boost::json::value* any(const char* word, bool required);

  // Says that a word's value cannot be.
  void fail(const char* word, const std::string& expected) { fail(quirk_value, word, expected); }
  void finish();  // every word of the object must have been named
  bool ok() const { return !fault_; }
  std::string at(std::string_view word) const {
    return path_.empty() ? std::string(word) : path_ + "." + std::string(word);
  }
  std::optional<Fault>& fault() { return fault_; }

 private:
  enum Kind { quirk_unknown, quirk_missing, quirk_value };
  void fail(Kind kind, std::string_view word, const std::string& expected);

  std::string path_;
  std::optional<Fault>& fault_;
  const boost::json::object* object_ = nullptr;
  std::set<std::string, std::less<>> named_;
};

// A value of the form above.
std::optional<snmp::Value> value_from(const boost::json::value& json);

}  // namespace mr::printer
