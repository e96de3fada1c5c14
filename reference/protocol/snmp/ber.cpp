#include "reference/protocol/snmp/ber.hpp"

#include <algorithm>
#include <cstring>

namespace mr::snmp {
namespace {

// Octets of n as a two's complement number, at least one.
std::size_t signed_octets(std::int64_t n) {
  std::size_t octets = 1;
  while (octets < 8 &&
         (n < -(std::int64_t{1} << (8 * octets - 1)) || n >= std::int64_t{1} << (8 * octets - 1)))
    ++octets;
  return octets;
}

// As above for a number that is never negative: up to 9, with the leading zero.
std::size_t unsigned_octets(std::uint64_t n) {
  std::size_t octets = 1;
  while (octets < 9 && (octets == 8 ? n >> 63 : n >> (8 * octets - 1)) != 0) ++octets;
  return octets;
}

std::size_t arc_octets(std::uint64_t arc) {
  std::size_t octets = 1;
  while (arc >>= 7) ++octets;
  return octets;
}

// The first two arcs share an octet group. Names of one arc, or none, are written as X.0 and 0.0.
std::uint64_t first_group(const Oid& o) {
  const std::uint64_t a = o.size() > 0 ? o[0] : 0;
  const std::uint64_t b = o.size() > 1 ? o[1] : 0;
  return a * 40 + b;
}

std::size_t oid_contents(const Oid& o) {
  std::size_t n = arc_octets(first_group(o));
  for (std::size_t i = 2; i < o.size(); ++i) n += arc_octets(o[i]);
  return n;
}

}  // namespace

void BerReader::fail(errc e) {
  if (error_ == errc{}) error_ = e;
  at_ = end_;
}

bool BerReader::header(std::uint8_t& tag, std::size_t& length) {
  if (!ok()) return false;
  if (remaining() < 2) {
    fail(errc::truncated);
    return false;
  }
  tag = *at_++;
  if ((tag & 0x1f) == 0x1f) {
    fail(errc::bad_tag);
    return false;
  }
  const std::uint8_t first = *at_++;
  length = first;
  if (first & 0x80) {
    std::size_t octets = first & 0x7f;
    if (octets == 0 || octets > 4) {
      fail(errc::bad_length);
      return false;
    }
    if (octets > remaining()) {
      fail(errc::truncated);
      return false;
    }
    length = 0;
    for (; octets > 0; --octets) length = length << 8 | *at_++;
  }
  if (length > remaining()) {
    fail(errc::truncated);
    return false;
  }
  return true;
}

ByteView BerReader::element(std::uint8_t tag) {
  std::uint8_t found = 0;
  std::size_t length = 0;
  if (!header(found, length)) return {};
  if (found != tag) {
    fail(errc::bad_tag);
    return {};
  }
  const auto* contents = reinterpret_cast<const std::byte*>(at_);
  at_ += length;
  return {contents, length};
}

BerReader BerReader::enter(std::uint8_t tag) {
  BerReader inner(element(tag));
  if (!ok()) inner.fail(error_);
  return inner;
}

namespace {

// Two's complement of any length in which only leading sign octets exceed `octets_max`; false otherwise.
bool read_signed(ByteView in, std::size_t octets_max, std::int64_t& out) {
  if (in.empty()) return false;
  const auto* p = reinterpret_cast<const std::uint8_t*>(in.data());
  const std::uint8_t filler = p[0] & 0x80 ? 0xff : 0x00;
  std::size_t n = in.size();
  while (n > octets_max) {
    if (*p != filler) return false;
    ++p, --n;
  }
  if (n < in.size() && (*p & 0x80) != (filler & 0x80)) return false;
  std::uint64_t bits = filler ? ~std::uint64_t{0} : 0;
  for (; n > 0; --n) bits = bits << 8 | *p++;
  out = static_cast<std::int64_t>(bits);
  return true;
}

// A number that is never negative: leading zeros are passed over, and all its bits count, since devices leave
// out the zero octet that would keep a high bit from being a sign.
bool read_unsigned(ByteView in, std::size_t octets_max, std::uint64_t& out) {
  if (in.empty()) return false;
  const auto* p = reinterpret_cast<const std::uint8_t*>(in.data());
  std::size_t n = in.size();
  while (n > octets_max) {
    if (*p != 0) return false;
    ++p, --n;
  }
  out = 0;
  for (; n > 0; --n) out = out << 8 | *p++;
  return true;
}

bool read_oid(ByteView in, Oid& out) {
  out.clear();
  if (in.empty()) return true;  // not legal, but sent as 0.0 by some; RFC 1157 agents were lenient here
  const auto* p = reinterpret_cast<const std::uint8_t*>(in.data());
  const auto* end = p + in.size();
  if (end[-1] & 0x80) return false;
  bool first = true;
  while (p != end) {
    std::uint64_t arc = 0;
    do {
      arc = arc << 7 | (*p & 0x7f);
      if (arc > 0xffffffffu + std::uint64_t{80}) return false;
    } while (*p++ & 0x80);
    if (first) {
      first = false;
      const std::uint32_t top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      const std::uint64_t second = arc - 40u * top;
      if (second > 0xffffffffu) return false;
      const Oid::Arc two[] = {top, static_cast<Oid::Arc>(second)};
      out.append(two);
      continue;
    }
    if (arc > 0xffffffffu) return false;
    if (!out.append(static_cast<Oid::Arc>(arc))) return false;
  }
  return true;
}

}  // namespace

std::int32_t BerReader::integer() { return integer(INT32_MIN, INT32_MAX); }

std::int32_t BerReader::integer(std::int32_t low, std::int32_t high) {
  const ByteView in = element(0x02);
  std::int64_t n = 0;
  if (!ok()) return 0;
  if (!read_signed(in, 4, n) || n < low || n > high) {
    fail(in.empty() ? errc::bad_length : errc::bad_value);
    return 0;
  }
  return static_cast<std::int32_t>(n);
}

std::string_view BerReader::octets(std::uint8_t tag) { return as_text(element(tag)); }

std::string_view BerReader::octets_max(std::size_t size_max) {
  const std::string_view out = octets();
  if (out.size() <= size_max) return out;
  fail(errc::bad_length);
  return {};
}

void BerReader::oid(Oid& out) {
  const ByteView in = element(0x06);
  if (ok() && !read_oid(in, out)) fail(errc::bad_value);
}

void BerReader::value(Value& out) {
  const std::uint8_t tag = peek();
  if (tag == 0) return fail(at_end() ? errc::truncated : errc::bad_tag);
  const ByteView in = element(tag);
  if (!ok()) return;
  std::int64_t n = 0;
  std::uint64_t u = 0;
  switch (static_cast<Type>(tag)) {
    case Type::integer:
      if (!read_signed(in, 4, n)) return fail(errc::bad_value);
      out = Value::integer(static_cast<std::int32_t>(n));
      return;
    case Type::octets:
      out = Value::octets(std::string(as_text(in)));
      return;
    case Type::opaque:
      out = Value::opaque(std::string(as_text(in)));
      return;
    case Type::oid: {
      Oid o;
      if (!read_oid(in, o)) return fail(errc::bad_value);
      out = Value::oid(std::move(o));
      return;
    }
    case Type::ip_address: {
      if (in.size() != 4) return fail(errc::bad_length);
      std::array<std::uint8_t, 4> a{};
      std::memcpy(a.data(), in.data(), 4);
      out = Value::ip_address(a);
      return;
    }
    case Type::counter32:
    case Type::gauge32:
    case Type::time_ticks: {
      if (!read_unsigned(in, 4, u)) return fail(errc::bad_value);
      const auto n32 = static_cast<std::uint32_t>(u);
      out = static_cast<Type>(tag) == Type::counter32 ? Value::counter32(n32)
            : static_cast<Type>(tag) == Type::gauge32 ? Value::gauge32(n32)
                                                      : Value::time_ticks(n32);
      return;
    }
    case Type::counter64:
      if (!read_unsigned(in, 8, u)) return fail(errc::bad_value);
      out = Value::counter64(u);
      return;
    case Type::null:
    case Type::no_such_object:
    case Type::no_such_instance:
    case Type::end_of_mib_view:
      if (!in.empty()) return fail(errc::bad_length);
      out = static_cast<Type>(tag) == Type::null               ? Value::null()
            : static_cast<Type>(tag) == Type::no_such_object   ? Value::no_such_object()
            : static_cast<Type>(tag) == Type::no_such_instance ? Value::no_such_instance()
                                                               : Value::end_of_mib_view();
      return;
  }
  fail(errc::bad_tag);
}

void BerReader::finish() {
  if (ok() && !at_end()) fail(errc::trailing_bytes);
}

// --- writer ---

std::uint8_t* BerWriter::room(std::size_t n) {
  if (n > start_) {
    const std::size_t used = size();
    Bytes larger(std::max(buffer_.size() * 2, used + n + 256));
    if (used > 0) std::memcpy(larger.data() + larger.size() - used, buffer_.data() + start_, used);
    start_ = larger.size() - used;
    buffer_ = std::move(larger);
  }
  start_ -= n;
  return reinterpret_cast<std::uint8_t*>(buffer_.data() + start_);
}

void BerWriter::wrap(std::uint8_t tag, std::size_t size_before) {
  std::size_t length = size() - size_before;
  if (length < 0x80) {
    auto* p = room(2);
    p[0] = tag;
    p[1] = static_cast<std::uint8_t>(length);
    return;
  }
  const std::size_t octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4;
  auto* p = room(2 + octets);
  p[0] = tag;
  p[1] = static_cast<std::uint8_t>(0x80 | octets);
  for (std::size_t i = octets; i > 0; --i, length >>= 8) p[1 + i] = static_cast<std::uint8_t>(length);
}

void BerWriter::integer(std::int64_t n, std::uint8_t tag) {
  const std::size_t octets = signed_octets(n);
  auto* p = room(2 + octets);
  p[0] = tag;
  p[1] = static_cast<std::uint8_t>(octets);
  for (std::size_t i = octets; i > 0; --i, n >>= 8) p[1 + i] = static_cast<std::uint8_t>(n);
}

void BerWriter::unsigned_integer(std::uint64_t n, std::uint8_t tag) {
  const std::size_t octets = unsigned_octets(n);
  auto* p = room(2 + octets);
  p[0] = tag;
  p[1] = static_cast<std::uint8_t>(octets);
  for (std::size_t i = octets; i > 0; --i, n >>= 8) p[1 + i] = static_cast<std::uint8_t>(n);
}

void BerWriter::octets(std::string_view bytes, std::uint8_t tag) {
  const std::size_t before = size();
  raw(as_bytes(bytes));
  wrap(tag, before);
}

void BerWriter::oid(const Oid& o) {
  const std::size_t before = size();
  const auto write_arc = [this](std::uint64_t arc) {
    const std::size_t n = arc_octets(arc);
    auto* p = room(n);
    for (std::size_t i = n; i > 0; --i, arc >>= 7) {
      p[i - 1] = static_cast<std::uint8_t>((arc & 0x7f) | (i == n ? 0 : 0x80));
    }
  };
  for (std::size_t i = o.size(); i > 2; --i) write_arc(o[i - 1]);
  write_arc(first_group(o));
  wrap(0x06, before);
}

void BerWriter::value(const Value& v) {
  const auto tag = static_cast<std::uint8_t>(v.type());
  switch (v.type()) {
    case Type::integer:
      return integer(*v.number());
    case Type::octets:
    case Type::opaque:
    case Type::ip_address:
      return octets(*v.octets(), tag);
    case Type::oid:
      return oid(*v.oid());
    case Type::counter32:
    case Type::gauge32:
    case Type::time_ticks:
    case Type::counter64:
      return unsigned_integer(*v.unsigned_number(), tag);
    case Type::null:
    case Type::no_such_object:
    case Type::no_such_instance:
    case Type::end_of_mib_view: {
      auto* p = room(2);
      p[0] = tag;
      p[1] = 0;
      return;
    }
  }
}

void BerWriter::raw(ByteView bytes) {
  if (!bytes.empty()) std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
}

Bytes BerWriter::take() const {
  return Bytes(buffer_.begin() + static_cast<std::ptrdiff_t>(start_), buffer_.end());
}

// --- sizes ---

std::size_t ber_header_size(std::size_t contents) {
  return contents < 0x80 ? 2 : contents < 0x100 ? 3 : contents < 0x10000 ? 4 : contents < 0x1000000 ? 5 : 6;
}

std::size_t ber_size(const Oid& o) {
  const std::size_t n = oid_contents(o);
  return ber_header_size(n) + n;
}

std::size_t ber_size(const Value& v) {
  switch (v.type()) {
    case Type::integer:
      return 2 + signed_octets(*v.number());
    case Type::octets:
    case Type::opaque:
    case Type::ip_address:
      return ber_header_size(v.octets()->size()) + v.octets()->size();
    case Type::oid:
      return ber_size(*v.oid());
    case Type::counter32:
    case Type::gauge32:
    case Type::time_ticks:
    case Type::counter64:
      return 2 + unsigned_octets(*v.unsigned_number());
    default:
      return 2;
  }
}

std::size_t ber_size(const VarBind& v) {
  const std::size_t n = ber_size(v.name) + ber_size(v.value);
  return ber_header_size(n) + n;
}

}  // namespace mr::snmp
