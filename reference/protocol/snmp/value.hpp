// The value of a variable binding (RFC 3416 section 3), tagged with its ASN.1 type.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "reference/protocol/snmp/oid.hpp"

namespace mr::snmp {

// The enumerators are the BER tags.
enum class Type : std::uint8_t {
  integer = 0x02,
  octets = 0x04,
  null = 0x05,
  oid = 0x06,
  ip_address = 0x40,
  counter32 = 0x41,
  gauge32 = 0x42,  // also Unsigned32
  time_ticks = 0x43,
  opaque = 0x44,
  counter64 = 0x46,
  no_such_object = 0x80,
  no_such_instance = 0x81,
  end_of_mib_view = 0x82,
};
std::string_view to_text(Type);  // "Counter32", "OCTET STRING", as SMI writes it

class Value {
 public:
  Value() = default;  // NULL

  static Value integer(std::int32_t n) { return {Type::integer, static_cast<std::int64_t>(n)}; }
  static Value octets(std::string bytes) { return {Type::octets, std::move(bytes)}; }
  static Value null() { return {}; }
  static Value oid(Oid o) { return {Type::oid, std::move(o)}; }
  static Value ip_address(std::array<std::uint8_t, 4> a);
  static Value counter32(std::uint32_t n) { return {Type::counter32, static_cast<std::uint64_t>(n)}; }
  static Value gauge32(std::uint32_t n) { return {Type::gauge32, static_cast<std::uint64_t>(n)}; }
  static Value time_ticks(std::uint32_t n) { return {Type::time_ticks, static_cast<std::uint64_t>(n)}; }
  static Value opaque(std::string bytes) { return {Type::opaque, std::move(bytes)}; }
  static Value counter64(std::uint64_t n) { return {Type::counter64, n}; }
  static Value no_such_object() { return Value(Type::no_such_object); }
  static Value no_such_instance() { return Value(Type::no_such_instance); }
  static Value end_of_mib_view() { return Value(Type::end_of_mib_view); }

  Type type() const { return type_; }
  // noSuchObject, noSuchInstance or endOfMibView: there is no value.
  bool is_exception() const { return static_cast<std::uint8_t>(type_) >= 0x80; }

  // INTEGER as itself; Counter32, Gauge32 and TimeTicks as non-negative; Counter64 only up to 2^63-1. Empty
  // for all others.
  std::optional<std::int64_t> number() const;
  // Counter32, Gauge32, TimeTicks, Counter64, and an INTEGER that is not negative.
  std::optional<std::uint64_t> unsigned_number() const;
  // OCTET STRING, Opaque (its contents) and IpAddress (4 octets); null for all others.
  const std::string* octets() const { return std::get_if<std::string>(&held_); }
  const Oid* oid() const { return std::get_if<Oid>(&held_); }

  std::string text()
      const;  // for logs and tests: `Counter32: 17`, `OCTET STRING: "abc"` or hex where not printable
  bool operator==(const Value& other) const = default;

 private:
  using Held = std::variant<std::monostate, std::int64_t, std::uint64_t, std::string, Oid>;
  explicit Value(Type type) : type_(type) {}
  Value(Type type, Held held) : type_(type), held_(std::move(held)) {}

  Type type_ = Type::null;
  Held held_;
};

struct VarBind {
  Oid name;
  Value value;
  bool operator==(const VarBind&) const = default;
};

}  // namespace mr::snmp
