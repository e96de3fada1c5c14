// What snmpwalk prints, with numeric names: `.1.3.6.1.2.1.1.1.0 = STRING: "text"`.
//
// A line that does not begin a variable continues the value before it: strings with line breaks, and
// Hex-STRING of more than 16 octets. A quoted string ends at the last unescaped quote before the next
// variable. Options that change what values look like are understood where the type is still told (-OU, -Ot,
// -Oe); what -Oq and -Ov leave out cannot be.
#include <algorithm>

#include "simulators/printer/recording/gather.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\n' || text.back() == '\r' || text.back() == '\t'))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\n' || text.front() == '\t'))
    text.remove_prefix(1);
  return text;
}

// Begins a variable: a numeric name, then " = ".
bool begins(std::string_view line, std::string_view& name, std::string_view& rest) {
  const std::size_t equals = line.find(" = ");
  std::size_t end = equals;
  if (equals == std::string_view::npos) {
    if (line.size() < 3 || !line.ends_with(" =")) return false;
    end = line.size() - 2;
  }
  name = line.substr(0, end);
  if (name.empty() || (name[0] != '.' && (name[0] < '0' || name[0] > '2'))) return false;
  if (!std::all_of(name.begin(), name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); }))
    return false;
  if (name.find('.') == std::string_view::npos) return false;
  rest = equals == std::string_view::npos ? std::string_view() : line.substr(equals + 3);
  return true;
}

// `MODULE::object.0 = ` and `iso.3.6.1 = `.
bool symbolic(std::string_view line) {
  const std::size_t equals = line.find(" = ");
  if (equals == std::string_view::npos || equals == 0) return false;
  const std::string_view name = line.substr(0, equals);
  if (name.find_first_of(" \"") != std::string_view::npos) return false;
  return name.find("::") != std::string_view::npos || name.starts_with("iso.") ||
         name.starts_with("SNMPv2-SMI");
}

// Contents of a quoted string: \" and \\ are escapes of the printer, other backslashes are themselves.
std::string unquoted(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\')) ++i;
    out += text[i];
  }
  return out;
}

std::optional<std::string> hex_pairs(std::string_view text) {
  std::string out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == ':') {
      if (high >= 0) return {};
      continue;
    }
    const int digit = hex_digit(c);
    if (digit < 0) return {};
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  if (high >= 0) return {};
  return out;
}

// "up(1)" and "1" are 1; units after a blank ("5 minutes") are of the display.
std::string_view enumerated(std::string_view text) {
  if (const auto open = text.rfind('('); open != std::string_view::npos && text.ends_with(')')) {
    return text.substr(open + 1, text.size() - open - 2);
  }
  return text.substr(0, text.find(' '));
}

// "(4280423) 11:53:24.23", "4280423", "1:2:3:4.56" (days, hours, minutes, seconds) of -Ot and -Oe variants.
std::optional<Value> time_ticks(std::string_view text) {
  if (text.starts_with('(')) {
    const auto close = text.find(')');
    if (close == std::string_view::npos) return {};
    return number_of(Type::time_ticks, text.substr(1, close - 1));
  }
  if (text.find(':') == std::string_view::npos) return number_of(Type::time_ticks, text);
  std::uint64_t total = 0;
  const std::uint64_t scale[] = {8640000, 360000, 6000};
  for (const std::uint64_t unit : scale) {
    const auto colon = text.find(':');
    const auto n = decimal<std::uint32_t>(text.substr(0, colon));
    if (!n || colon == std::string_view::npos) return {};
    total += unit * *n;
    text.remove_prefix(colon + 1);
  }
  const auto dot = text.find('.');
  const auto whole = decimal<std::uint32_t>(text.substr(0, dot));
  const auto part = dot == std::string_view::npos ? std::optional<std::uint32_t>(0)
                                                  : decimal<std::uint32_t>(text.substr(dot + 1));
  if (!whole || !part || total + *whole * 100ull + *part > 0xffffffffull) return {};
  return Value::time_ticks(static_cast<std::uint32_t>(total + *whole * 100ull + *part));
}

struct Read {
  std::optional<Value> value;
  Unserved why = Unserved::bad_value;
};

Read value_of(std::string_view text) {
  const std::string_view shown = trimmed(text);
  if (shown == "\"\"" || shown.empty()) return {Value::octets(""), {}};  // how an empty string is printed
  if (shown == "NULL") return {Value::null(), {}};
  if (shown.starts_with("No Such ") || shown.starts_with("No more variables"))
    return {{}, Unserved::no_value};
  // "Wrong Type (should be INTEGER): Gauge32: 5" tells both: the second is what the agent sent.
  constexpr std::string_view wrong = "Wrong Type (should be ";
  if (shown.starts_with(wrong)) {
    const auto after = shown.find("): ");
    if (after == std::string_view::npos) return {};
    return value_of(shown.substr(after + 3));
  }
  const std::size_t colon = shown.find(':');
  if (colon == std::string_view::npos) return {{}, Unserved::unknown_type};
  const std::string_view type = shown.substr(0, colon);
  const std::string_view rest = trimmed(shown.substr(colon + 1));
  if (type == "STRING") {
    // Of a quoted one, what is between the quotes; blanks and line breaks inside are its own.
    if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"')
      return {Value::octets(unquoted(rest.substr(1, rest.size() - 2))), {}};
    if (!rest.empty() && rest.front() == '"') return {};
    return {Value::octets(std::string(rest)), {}};
  }
  if (type == "Hex-STRING") {
    auto bytes = hex_pairs(rest);
    if (!bytes) return {};
    return {Value::octets(std::move(*bytes)), {}};
  }
  if (type == "BITS") {  // "BITS: 80 00 name(0) ..."
    std::size_t end = 0;
    while (end + 1 < rest.size() && hex_digit(rest[end]) >= 0 && hex_digit(rest[end + 1]) >= 0 &&
           (end + 2 == rest.size() || rest[end + 2] == ' ' || rest[end + 2] == '\n')) {
      end = std::min(end + 3, rest.size());
    }
    auto bytes = hex_pairs(rest.substr(0, end));
    if (!bytes) return {};
    return {Value::octets(std::move(*bytes)), {}};
  }
  if (type == "INTEGER") return {number_of(Type::integer, enumerated(rest)), Unserved::bad_value};
  if (type == "Counter32") return {number_of(Type::counter32, enumerated(rest)), Unserved::bad_value};
  if (type == "Gauge32" || type == "Unsigned32")
    return {number_of(Type::gauge32, enumerated(rest)), Unserved::bad_value};
  if (type == "Counter64") return {number_of(Type::counter64, enumerated(rest)), Unserved::bad_value};
  if (type == "Timeticks") return {time_ticks(rest), Unserved::bad_value};
  if (type == "OID") {
    auto oid = Oid::parse(rest);
    if (!oid) return {};
    return {Value::oid(std::move(*oid)), {}};
  }
  if (type == "IpAddress") {
    const auto address = dotted(rest);
    if (!address) return {};
    return {Value::ip_address(*address), {}};
  }
  if (type == "Network Address") {  // hex with colons
    const auto bytes = hex_pairs(rest);
    if (!bytes || bytes->size() != 4) return {};
    return {
        Value::ip_address({static_cast<std::uint8_t>((*bytes)[0]), static_cast<std::uint8_t>((*bytes)[1]),
                           static_cast<std::uint8_t>((*bytes)[2]), static_cast<std::uint8_t>((*bytes)[3])}),
        {}};
  }
  return {{}, Unserved::unknown_type};
}

}  // namespace

Result<Recording> read_walk(std::string_view text) {
  if (text.size() > recording_bytes_max) return recording_errc::too_large;
  Gathering gathering;
  struct Open {
    std::size_t line;
    std::string_view name;
    std::string value;
  };
  std::optional<Open> open;
  const auto close = [&] {
    if (!open) return;
    auto name = Oid::parse(open->name);
    Read read = value_of(open->value);
    if (!name || name->empty()) {
      gathering.refuse(open->line, open->name, Unserved::bad_name);
    } else if (!read.value) {
      gathering.refuse(open->line, open->name, read.why, open->value);
    } else {
      gathering.add(open->line, std::move(*name), open->name, std::move(*read.value));
    }
    open.reset();
  };
  std::size_t number = 0;
  while (!text.empty()) {
    if (++number > recording_lines_max) return recording_errc::too_large;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    std::string_view name, rest;
    if (begins(line, name, rest)) {
      close();
      open = Open{number, name, std::string(rest)};
    } else if (!open && symbolic(line)) {
      return Fault(recording_errc::symbolic_names, "line " + std::to_string(number));
    } else if (open) {
      open->value += '\n';
      open->value += line;
    } else if (!trimmed(line).empty() && line[0] != '#') {
      gathering.refuse(number, line, Unserved::malformed_line, "no variable has begun");
    }
  }
  close();
  return gathering.finish();
}

Result<Recording> read_recording(std::string_view text) {
  // The first line that names a variable in either form decides.
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    std::string_view name, value;
    if (begins(line, name, value) || symbolic(line)) return read_walk(text);
    const std::size_t bar = line.find('|');
    if (bar != std::string_view::npos && line.find('|', bar + 1) != std::string_view::npos)
      return read_snmprec(text);
  }
  return Fault(recording_errc::not_a_recording, "neither name|type|value nor name = TYPE: value");
}

}  // namespace mr::printer
