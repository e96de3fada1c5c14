#include <algorithm>

#include "simulators/printer/recording/gather.hpp"

namespace mr::printer {

using snmp::Oid;
using snmp::Type;
using snmp::Value;

namespace {

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

// The tag numbers of the format are those of BER; a tag ends in x where the value is in hex, in e where it is
// an expression.
std::optional<Value> value_of(Type type, bool in_hex, std::string_view text) {
  switch (type) {
    case Type::octets:
    case Type::opaque: {
      std::optional<std::string> bytes = in_hex ? unhex(text) : std::string(text);
      if (!bytes || bytes->size() > 65535) return {};
      return type == Type::opaque ? Value::opaque(std::move(*bytes)) : Value::octets(std::move(*bytes));
    }
    case Type::null:
      return Value::null();
    case Type::oid: {
      auto oid = Oid::parse(text);
      if (!oid) return {};
      return Value::oid(std::move(*oid));
    }
    case Type::ip_address: {
      if (in_hex) {
        const auto bytes = unhex(text);
        if (!bytes || bytes->size() != 4) return {};
        return Value::ip_address(
            {static_cast<std::uint8_t>((*bytes)[0]), static_cast<std::uint8_t>((*bytes)[1]),
             static_cast<std::uint8_t>((*bytes)[2]), static_cast<std::uint8_t>((*bytes)[3])});
      }
      const auto address = dotted(text);
      if (!address) return {};
      return Value::ip_address(*address);
    }
    default:
      return in_hex ? std::nullopt : number_of(type, text);
  }
}

bool known(int tag) {
  switch (tag) {
    case 2:
    case 4:
    case 5:
    case 6:
    case 64:
    case 65:
    case 66:
    case 67:
    case 68:
    case 70:
      return true;
    default:
      return false;
  }
}

}  // namespace

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::array<std::uint8_t, 4>> dotted(std::string_view text) {
  std::array<std::uint8_t, 4> out{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return {};
    const auto octet = decimal<std::uint8_t>(text.substr(0, dot));
    if (!octet) return {};
    out[i] = *octet;
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return out;
}

std::optional<Value> number_of(Type type, std::string_view text) {
  if (type == Type::integer) {
    const auto n = decimal<std::int32_t>(text);
    return n ? std::optional(Value::integer(*n)) : std::nullopt;
  }
  if (type == Type::counter64) {
    const auto n = decimal<std::uint64_t>(text);
    return n ? std::optional(Value::counter64(*n)) : std::nullopt;
  }
  const auto n = decimal<std::uint32_t>(text);
  if (!n) return {};
  if (type == Type::counter32) return Value::counter32(*n);
  if (type == Type::gauge32) return Value::gauge32(*n);
  if (type == Type::time_ticks) return Value::time_ticks(*n);
  return {};
}

// --- gathering ---

void Gathering::add(std::size_t line, Oid name, std::string_view name_text, Value value) {
  ++report_.lines;
  if (name.size() < 2 || name[0] > 2 || (name[0] < 2 && name[1] > 39)) {
    --report_.lines;
    return refuse(line, name_text, Unserved::bad_name, "its first two arcs cannot be encoded");
  }
  if (name < latest_) {
    ++report_.out_of_order;
  } else {
    latest_ = name;
  }
  const auto [at, fresh] = by_name_.try_emplace(std::move(name));
  if (!fresh) {
    --report_.lines;
    return refuse(line, name_text, Unserved::duplicate,
                  (at->second.value == value ? "the same value is served, from line "
                                             : "another value is served, from line ") +
                      std::to_string(at->second.number));
  }
  at->second = {line, at->first, std::move(value)};
}

void Gathering::refuse(std::size_t line, std::string_view name, Unserved why, std::string_view detail) {
  ++report_.lines;
  report_.unserved.push_back(
      {line, std::string(name.substr(0, 200)), why, std::string(detail.substr(0, 200))});
}

Result<Recording> Gathering::finish() {
  Recording out;
  if (by_name_.empty()) {
    return Fault(recording_errc::not_a_recording,
                 report_.unserved.empty() ? "it is empty"
                                          : "line " + std::to_string(report_.unserved[0].line) + ": " +
                                                std::string(to_text(report_.unserved[0].why)));
  }
  report_.served = by_name_.size();
  out.report = std::move(report_);
  out.variables.reserve(by_name_.size());
  for (auto& [name, line] : by_name_) out.variables.push_back(std::move(line));
  return out;
}

// --- .snmprec ---

Result<Recording> read_snmprec(std::string_view text) {
  if (text.size() > recording_bytes_max) return recording_errc::too_large;
  Gathering gathering;
  std::size_t number = 0;
  while (!text.empty()) {
    if (++number > recording_lines_max) return recording_errc::too_large;
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty() || line[0] == '#') continue;
    const std::size_t first = line.find('|');
    const std::size_t second = first == std::string_view::npos ? first : line.find('|', first + 1);
    if (second == std::string_view::npos) {
      gathering.refuse(number, line, Unserved::malformed_line, "expected name|type|value");
      continue;
    }
    const std::string_view name = line.substr(0, first), value = line.substr(second + 1);
    std::string_view tag = line.substr(first + 1, second - first - 1);
    const bool in_hex = !tag.empty() && tag.back() == 'x';
    if (in_hex) tag.remove_suffix(1);
    auto oid = Oid::parse(name);
    if (!oid || oid->empty()) {
      gathering.refuse(number, name, Unserved::bad_name);
      continue;
    }
    const auto type = decimal<int>(tag);
    if (!type || !known(*type)) {
      gathering.refuse(number, name, Unserved::unknown_type, line.substr(first + 1, second - first - 1));
      continue;
    }
    auto parsed = value_of(static_cast<Type>(*type), in_hex, value);
    if (!parsed) {
      gathering.refuse(number, name, Unserved::bad_value, value);
      continue;
    }
    gathering.add(number, std::move(*oid), name, std::move(*parsed));
  }
  return gathering.finish();
}

std::string_view context_of(std::string_view file_name) {
  if (const auto slash = file_name.rfind('/'); slash != std::string_view::npos)
    file_name.remove_prefix(slash + 1);
  const auto at = file_name.find('@');
  if (at == std::string_view::npos) return {};
  file_name.remove_prefix(at + 1);
  return file_name.substr(0, file_name.rfind('.'));
}

}  // namespace mr::printer
