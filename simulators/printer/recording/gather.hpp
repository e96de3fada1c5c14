// What both readers share: collecting variables, and numbers as text.
#pragma once

#include <charconv>
#include <map>
#include <optional>
#include <string_view>

#include "simulators/printer/recording/recording.hpp"

namespace mr::printer {

// Collects lines; puts them in walk order and each name once.
class Gathering {
 public:
  void add(std::size_t line, snmp::Oid name, std::string_view name_text, snmp::Value value);
  void refuse(std::size_t line, std::string_view name, Unserved why, std::string_view detail = {});
  // requires: called once.
  Result<Recording> finish();

 private:
  std::map<snmp::Oid, Recording::Line> by_name_;
  snmp::Oid latest_;
  ImportReport report_;
};

// The whole text as a decimal number within [low, high]; a leading '+' or blanks are not part of one.
template <class Number>
std::optional<Number> decimal(std::string_view text) {
  Number n{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return n;
}

// A number as a value of an SMI type; nothing where it is out of range. A negative 32-bit number that a
// device gave for an unsigned type is not corrected.
std::optional<snmp::Value> number_of(snmp::Type type, std::string_view text);
std::optional<std::array<std::uint8_t, 4>> dotted(std::string_view text);  // "192.0.2.1"
int hex_digit(char c);                                                     // -1 where it is none

}  // namespace mr::printer
