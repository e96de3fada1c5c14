// An OBJECT IDENTIFIER: at most 128 arcs of 32 bits (RFC 2578 section 3.5), ordered as a walk is.
//
// A value of 72 bytes that holds 14 arcs in itself; longer ones take one allocation. The empty Oid is before
// all others.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "reference/protocol/result/result.hpp"

namespace mr::snmp {

class Oid {
 public:
  using Arc = std::uint32_t;
  static constexpr std::size_t arcs_max = 128;

  Oid() = default;
  Oid(std::initializer_list<Arc> arcs) : Oid(std::span<const Arc>(arcs.begin(), arcs.size())) {}
  explicit Oid(std::span<const Arc> arcs);  // requires: at most arcs_max
  Oid(const Oid& other) { assign(other.arcs()); }
  Oid(Oid&& other) noexcept;
  Oid& operator=(const Oid& other);
  Oid& operator=(Oid&& other) noexcept;

  // "1.3.6.1" or ".1.3.6.1"; decimal arcs only; "" and "." are the empty Oid. errors: bad_value.
  static Result<Oid> parse(std::string_view text);
  std::string text() const;  // "1.3.6.1", no leading dot

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  const Arc* data() const { return long_ ? long_.get() : short_; }
  const Arc* begin() const { return data(); }
  const Arc* end() const { return data() + size_; }
  Arc operator[](std::size_t i) const { return data()[i]; }  // requires: i < size()
  Arc back() const { return data()[size_ - 1]; }             // requires: not empty
  std::span<const Arc> arcs() const { return {data(), size_}; }

  // False, and nothing is appended, where it would exceed arcs_max.
  bool append(Arc arc);
  bool append(std::span<const Arc> arcs);
  void clear();

  // A copy with more at its end. requires: it fits arcs_max (for names of our own; use append for a peer's).
  Oid operator+(Arc arc) const;
  Oid operator+(std::span<const Arc> arcs) const;
  Oid operator+(const Oid& suffix) const { return *this + suffix.arcs(); }

  Oid first(std::size_t n) const;             // the first n arcs; requires: n <= size()
  bool starts_with(const Oid& prefix) const;  // also true of itself and of the empty Oid
  std::span<const Arc> after(
      const Oid& prefix) const;  // what follows a prefix; requires: starts_with(prefix)

  std::strong_ordering operator<=>(const Oid& other) const;
  bool operator==(const Oid& other) const;

 private:
  static constexpr std::size_t short_arcs = 14;
  void assign(std::span<const Arc> arcs);

  std::uint32_t size_ = 0;
  Arc short_[short_arcs] = {};
  std::unique_ptr<Arc[]> long_;  // of arcs_max, where more than short_arcs
};

}  // namespace mr::snmp
