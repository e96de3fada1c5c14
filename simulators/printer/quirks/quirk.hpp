// Quirks: what printers in the field do that their MIBs do not say. Each is data (catalogue.json): a name,
// what was seen and where, what it does to a reader that trusts too much, parameters, and the acts that make
// it.
//
// A quirk changes what a printer says, never what it is: the Device behind stays true. Its acts are at one of
// two places: on the variables (a view over the DeviceMib, so that every SNMP engine serves the same), or on
// the datagrams (QuirkyEngine). Several are applied in the order given: a later one sees what the earlier
// ones show.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "reference/protocol/snmp/oid.hpp"

namespace mr::printer {

enum class quirk_errc {
  bad_json = 1,   // not JSON; the detail has the offset
  unknown_quirk,  // there is none of that name
  unknown_word,   // a word that there is not, at the path in the detail
  missing_word,   // one that must be there
  bad_value,      // of the wrong type or out of range
};
std::string_view describe(quirk_errc);

// What can be said beside a quirk's name.
struct QuirkParameter {
  enum class Kind : std::uint8_t { number, word, oid, text } kind = Kind::number;
  std::string word, says;           // its name, and what it is
  std::string initial;              // its value where none is given, as text
  std::int64_t low = 0, high = 0;   // of a number
  std::vector<std::string> one_of;  // of a word
};

struct QuirkKind {
  std::string name;     // "meter-lags"
  std::string shows;    // what the printer does, in a sentence
  std::string seen;     // the field fact, and where it was told
  std::string readers;  // what it does to naive readers
  std::vector<QuirkParameter> parameters;
};

// All quirks, in the order of the catalogue.
std::span<const QuirkKind> quirk_kinds();
const QuirkKind* find_quirk(std::string_view name);  // null where there is none

struct ValueAct;     // value_acts.hpp
struct DatagramAct;  // datagram_acts.hpp

// A quirk with its parameters set: immutable, shared by all printers that have it.
struct Quirk {
  const QuirkKind* kind = nullptr;  // never null
  std::vector<std::string> values;  // of kind->parameters, as text
  std::vector<std::shared_ptr<const ValueAct>> value_acts;
  std::vector<std::shared_ptr<const DatagramAct>> datagram_acts;

  std::string text() const;  // "meter-lags=4": parse_quirk gives it back
};

// NAME, NAME=VALUE (of the first parameter), NAME=WORD=VALUE,WORD=VALUE,... errors: unknown_quirk,
// unknown_word, bad_value; the detail says what there is.
Result<Quirk> parse_quirk(std::string_view text);
// Such a text, or {"name": NAME, WORD: VALUE, ...}. errors: as those, with the path.
Result<Quirk> read_quirk(const boost::json::value& value, const std::string& path);

}  // namespace mr::printer
MR_ERRC(mr::printer, quirk_errc, "quirks")
