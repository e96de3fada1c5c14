#include "reference/protocol/snmp/value.hpp"

#include <algorithm>
#include <limits>

namespace mr::snmp {

std::string_view to_text(Type type) {
  switch (type) {
    case Type::integer:
      return "INTEGER";
    case Type::octets:
      return "OCTET STRING";
    case Type::null:
      return "NULL";
    case Type::oid:
      return "OBJECT IDENTIFIER";
    case Type::ip_address:
      return "IpAddress";
    case Type::counter32:
      return "Counter32";
    case Type::gauge32:
      return "Gauge32";
    case Type::time_ticks:
      return "TimeTicks";
    case Type::opaque:
      return "Opaque";
    case Type::counter64:
      return "Counter64";
    case Type::no_such_object:
      return "noSuchObject";
    case Type::no_such_instance:
      return "noSuchInstance";
    case Type::end_of_mib_view:
      return "endOfMibView";
  }
  return "unknown";
}

Value Value::ip_address(std::array<std::uint8_t, 4> a) {
  return {Type::ip_address, std::string(reinterpret_cast<const char*>(a.data()), a.size())};
}

std::optional<std::int64_t> Value::number() const {
  if (const auto* n = std::get_if<std::int64_t>(&held_)) return *n;
  const auto* u = std::get_if<std::uint64_t>(&held_);
  if (!u || *u > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return {};
  return static_cast<std::int64_t>(*u);
}

std::optional<std::uint64_t> Value::unsigned_number() const {
  if (const auto* u = std::get_if<std::uint64_t>(&held_)) return *u;
  const auto* n = std::get_if<std::int64_t>(&held_);
  if (!n || *n < 0) return {};
  return static_cast<std::uint64_t>(*n);
}

std::string Value::text() const {
  std::string out(to_text(type_));
  if (const auto* n = std::get_if<std::int64_t>(&held_)) return out + ": " + std::to_string(*n);
  if (const auto* u = std::get_if<std::uint64_t>(&held_)) return out + ": " + std::to_string(*u);
  if (const auto* o = std::get_if<Oid>(&held_)) return out + ": " + o->text();
  const auto* s = std::get_if<std::string>(&held_);
  if (!s) return out;
  out += ": ";
  if (type_ == Type::ip_address) {
    for (std::size_t i = 0; i < s->size(); ++i) {
      if (i > 0) out += '.';
      out += std::to_string(static_cast<unsigned char>((*s)[i]));
    }
    return out;
  }
  if (type_ == Type::octets &&
      std::all_of(s->begin(), s->end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
    return out + '"' + *s + '"';
  }
  for (const char c : *s) {
    static constexpr char digits[] = "0123456789abcdef";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

}  // namespace mr::snmp
