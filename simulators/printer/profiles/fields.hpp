// The words of a profile, declared once: describe_model names each with its type and range, and what is done
// with them is the Fields that it is given: reading JSON (read_json.hpp), writing it (write_json.hpp), or
// writing the published schema (schema.hpp). So the three cannot disagree.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulators/printer/device/model.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/profiles/standard_names.hpp"

namespace mr::printer {

struct TextRule {
  bool required = false;
  std::size_t max = 1023;         // octets
  const char* pattern = nullptr;  // ECMA-262, for the schema; the reader's owner checks it by code
};

// One object of a profile. `key` is a literal; words that one object has are each named once.
class Fields {
 public:
  virtual ~Fields() = default;
  Fields() = default;
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  // Whether values are being read: defaults that depend on others are set only then.
  virtual bool reading() const = 0;

  virtual void text(const char* key, std::string& into, TextRule rule = {}) = 0;
  virtual void flag(const char* key, bool& into) = 0;
  virtual void texts(const char* key, std::vector<std::string>& into, std::size_t max = 64) = 0;

  template <class Number>
  void number(const char* key, Number& into, std::int64_t low, std::int64_t high, bool required = false) {
    std::int64_t value = static_cast<std::int64_t>(into);
    integer(key, value, low, high, required);
    into = static_cast<Number>(value);
  }

  // A value of an enumeration of the MIBs: its number or its standard name.
  template <class Value>
  void named(const char* key, Value& into, const Enumeration& enumeration, bool required = false) {
    std::int32_t value = static_cast<std::int32_t>(into);
    standard(key, value, enumeration, required);
    into = static_cast<Value>(value);
  }

  // One of a few words.
  template <class Enum>
  void word(const char* key, Enum& into, std::initializer_list<std::pair<std::string_view, Enum>> words,
            bool required = false) {
    std::vector<std::string_view> names;
    std::size_t at = 0;
    for (const auto& [name, meaning] : words) {
      if (meaning == into) at = names.size();
      names.push_back(name);
    }
    choice(key, at, names, required);
    if (reading()) into = (words.begin() + at)->second;
  }

  // A set of words, as bits.
  virtual void bits(const char* key, std::uint8_t& into,
                    std::span<const std::pair<std::string_view, std::uint8_t>> words) = 0;

  // A list of objects, of at most `max`. `id`: the word by which an entry is meant when a profile changes
  // what it took from another; null: the entries are meant by nothing.
  template <class Entry, class Describe>
  void list(const char* key, const char* id, std::size_t max, std::vector<Entry>& into, Describe describe) {
    entries(key, id, max, into.size(), [&](Fields& one, std::size_t i) {
      if (i >= into.size()) into.emplace_back();
      describe(one, into[i]);
    });
  }

  // Says that a word which was read has a value that it cannot have. Nothing where nothing is read.
  virtual void fail(const char* key, const std::string& expected) = 0;

 protected:
  virtual void integer(const char* key, std::int64_t& value, std::int64_t low, std::int64_t high,
                       bool required) = 0;
  virtual void standard(const char* key, std::int32_t& value, const Enumeration& enumeration,
                        bool required) = 0;
  virtual void choice(const char* key, std::size_t& at, std::span<const std::string_view> words,
                      bool required) = 0;
  virtual void entries(const char* key, const char* id, std::size_t max, std::size_t existing,
                       const std::function<void(Fields&, std::size_t)>& visit) = 0;
};

// All words of a profile but those of composition (`like`) and `source`.
void describe_model(Fields& in, Model& model);
void describe_service(Fields& in, Model& model);  // faults, service items, NVM, modules, features, finishers

// What the words of one entry cannot say alone: references between lists, codes that must be distinct. The
// first that does not hold, as "faults[3].row: expected ...".
std::optional<std::string> broken_reference(const Model& model);

}  // namespace mr::printer
