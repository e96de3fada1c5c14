#include "reference/protocol/snmp/oid.hpp"

#include <algorithm>
#include <charconv>

#include "reference/protocol/snmp/errors.hpp"

namespace mr::snmp {

Oid::Oid(std::span<const Arc> arcs) {
  MR_ASSERT(arcs.size() <= arcs_max);
  assign(arcs);
}

Oid::Oid(Oid&& other) noexcept : size_(other.size_), long_(std::move(other.long_)) {
  if (!long_) std::copy_n(other.short_, size_, short_);
  other.size_ = 0;
}

Oid& Oid::operator=(const Oid& other) {
  if (this != &other) assign(other.arcs());
  return *this;
}

Oid& Oid::operator=(Oid&& other) noexcept {
  if (this == &other) return *this;
  size_ = other.size_;
  long_ = std::move(other.long_);
  if (!long_) std::copy_n(other.short_, size_, short_);
  other.size_ = 0;
  return *this;
}

void Oid::assign(std::span<const Arc> arcs) {
  if (arcs.size() > short_arcs && !long_) long_ = std::make_unique<Arc[]>(arcs_max);
  size_ = static_cast<std::uint32_t>(arcs.size());
  std::copy(arcs.begin(), arcs.end(), long_ ? long_.get() : short_);
}

Result<Oid> Oid::parse(std::string_view text) {
  Oid out;
  const std::string_view whole = text;
  if (!text.empty() && text.front() == '.') text.remove_prefix(1);
  while (!text.empty()) {
    Arc arc = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), arc);
    if (error != std::errc())
      return Fault(errc::bad_value, "OBJECT IDENTIFIER " + std::string(whole.substr(0, 80)));
    if (!out.append(arc)) return Fault(errc::bad_value, "OBJECT IDENTIFIER of more than 128 arcs");
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) return out;
    if (text.front() != '.' || text.size() == 1) {
      return Fault(errc::bad_value, "OBJECT IDENTIFIER " + std::string(whole.substr(0, 80)));
    }
    text.remove_prefix(1);
  }
  return out;
}

std::string Oid::text() const {
  std::string out;
  out.reserve(size_ * 4);
  char digits[12];
  for (const Arc arc : arcs()) {
    if (!out.empty()) out += '.';
    const auto end = std::to_chars(digits, digits + sizeof digits, arc).ptr;
    out.append(digits, end);
  }
  return out;
}

bool Oid::append(Arc arc) { return append(std::span<const Arc>(&arc, 1)); }

bool Oid::append(std::span<const Arc> more) {
  if (size_ + more.size() > arcs_max) return false;
  if (!long_ && size_ + more.size() > short_arcs) {
    auto room = std::make_unique<Arc[]>(arcs_max);
    std::copy_n(short_, size_, room.get());
    std::copy(more.begin(), more.end(), room.get() + size_);
    long_ = std::move(room);
  } else {
    std::copy(more.begin(), more.end(), (long_ ? long_.get() : short_) + size_);
  }
  size_ += static_cast<std::uint32_t>(more.size());
  return true;
}

void Oid::clear() { size_ = 0; }

Oid Oid::operator+(Arc arc) const { return *this + std::span<const Arc>(&arc, 1); }

Oid Oid::operator+(std::span<const Arc> more) const {
  Oid out = *this;
  const bool fits = out.append(more);
  MR_ASSERT(fits);
  return out;
}

Oid Oid::first(std::size_t n) const {
  MR_ASSERT(n <= size_);
  return Oid(arcs().first(n));
}

bool Oid::starts_with(const Oid& prefix) const {
  return prefix.size_ <= size_ && std::equal(prefix.begin(), prefix.end(), begin());
}

std::span<const Oid::Arc> Oid::after(const Oid& prefix) const {
  MR_ASSERT(starts_with(prefix));
  return arcs().subspan(prefix.size_);
}

std::strong_ordering Oid::operator<=>(const Oid& other) const {
  // A plain loop: the library's is not inlined, and walks compare names more than they do anything else.
  const Arc* const a = data();
  const Arc* const b = other.data();
  const std::size_t n = std::min<std::size_t>(size_, other.size_);
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i] != b[i]) return a[i] <=> b[i];
  }
  return size_ <=> other.size_;
}

bool Oid::operator==(const Oid& other) const {
  return size_ == other.size_ && std::equal(begin(), end(), other.begin());
}

}  // namespace mr::snmp
