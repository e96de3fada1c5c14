// The Basic Encoding Rules as RFC 3417 section 8 restricts them for SNMP: a bounded reader and a writer.
//
// The reader refuses indefinite lengths, more than four length octets, multi-octet tags, and anything that
// reaches past its bytes. It accepts lengths and integers that are longer than need be, and numbers over 2^31
// written as four octets for unsigned types, as devices send them. It never copies and never throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "reference/protocol/result/result.hpp"
#include "reference/protocol/snmp/errors.hpp"
#include "reference/protocol/snmp/value.hpp"

namespace mr::snmp {

using Bytes = std::vector<std::byte>;  // as runtime::Bytes
using ByteView = std::span<const std::byte>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline constexpr std::uint8_t sequence_tag = 0x30;

// Reads one element after another. The first failure sticks: every later read gives nothing, and error()
// names it, so that a decoder may read a whole structure and ask once. lifetime: what it gives refers to the
// bytes given.
class BerReader {
 public:
  explicit BerReader(ByteView bytes)
      : begin_(reinterpret_cast<const std::uint8_t*>(bytes.data())),
        at_(begin_),
        end_(begin_ + bytes.size()) {}

  bool ok() const { return error_ == errc{}; }
  errc error() const { return error_; }  // requires: not ok()
  bool at_end() const { return at_ == end_; }
  std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  // The tag of the next element; 0 at the end.
  std::uint8_t peek() const { return at_ == end_ ? 0 : *at_; }

  ByteView element(std::uint8_t tag);                         // contents of an element of that tag
  BerReader enter(std::uint8_t tag);                          // the same, as a reader of them
  std::int32_t integer();                                     // INTEGER of 32 bits
  std::int32_t integer(std::int32_t low, std::int32_t high);  // bad_value outside [low, high]
  std::string_view octets(std::uint8_t tag = 0x04);
  std::string_view octets_max(std::size_t size_max);  // OCTET STRING, bad_length over `size_max`
  void oid(Oid& out);
  void value(Value& out);
  void finish();  // trailing_bytes unless at the end
  void fail(errc e);

 private:
  bool header(std::uint8_t& tag, std::size_t& length);

  const std::uint8_t* begin_;
  const std::uint8_t* at_;
  const std::uint8_t* end_;
  errc error_{};
};

// Writes backwards, so that lengths are known when they are written: the last element first. Lengths and
// integers are the shortest possible. size() before an element and wrap(tag, size before) after it make a
// constructed one.
class BerWriter {
 public:
  explicit BerWriter(std::size_t reserve = 512) : buffer_(reserve), start_(reserve) {}

  std::size_t size() const { return buffer_.size() - start_; }
  void wrap(std::uint8_t tag, std::size_t size_before);  // makes everything since one element
  void integer(std::int64_t n, std::uint8_t tag = 0x02);
  void unsigned_integer(std::uint64_t n, std::uint8_t tag);
  void octets(std::string_view bytes, std::uint8_t tag = 0x04);
  void oid(const Oid& o);
  void value(const Value& v);
  void raw(ByteView bytes);
  ByteView view() const { return {buffer_.data() + start_, size()}; }
  Bytes take() const;  // a copy, exactly as long as what was written
  void clear() { start_ = buffer_.size(); }

 private:
  std::uint8_t* room(std::size_t n);  // n octets in front
  Bytes buffer_;
  std::size_t start_;
};

// Encoded sizes, header included; used to fit an answer into a message.
std::size_t ber_size(const Oid& o);
std::size_t ber_size(const Value& v);
std::size_t ber_size(const VarBind& v);  // the whole SEQUENCE
std::size_t ber_header_size(std::size_t contents);

}  // namespace mr::snmp
