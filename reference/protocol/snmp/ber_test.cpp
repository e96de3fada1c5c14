#include "reference/protocol/snmp/ber.hpp"

#include <gtest/gtest.h>

namespace mr::snmp {
namespace {

Bytes bytes(std::initializer_list<int> octets) {
  Bytes out;
  for (const int o : octets) out.push_back(static_cast<std::byte>(o));
  return out;
}

struct Read {
  Value value;
  errc error{};
};
Read read(const Bytes& in) {
  BerReader reader(in);
  Read out;
  reader.value(out.value);
  reader.finish();
  if (!reader.ok()) out.error = reader.error();
  return out;
}

TEST(Ber, ValuesRoundTripInTheShortestForm) {
  Oid longest;
  for (int i = 0; i < 128; ++i) longest.append(i < 2 ? 1u : 0xffffffffu);
  const Value values[] = {Value::integer(0),
                          Value::integer(127),
                          Value::integer(128),
                          Value::integer(-1),
                          Value::integer(-128),
                          Value::integer(-129),
                          Value::integer(INT32_MAX),
                          Value::integer(INT32_MIN),
                          Value::octets(""),
                          Value::octets(std::string(127, 'a')),
                          Value::octets(std::string(128, 'b')),
                          Value::octets(std::string(300, 'c')),
                          Value::octets(std::string(70000, 'd')),
                          Value::null(),
                          Value::oid({1, 3, 6, 1}),
                          Value::oid({2, 999, 3}),
                          Value::oid({2, 0xffffffff}),
                          Value::oid(longest),
                          Value::ip_address({192, 0, 2, 1}),
                          Value::counter32(0xffffffff),
                          Value::gauge32(0x80000000),
                          Value::time_ticks(5),
                          Value::opaque(std::string("\x9f\x78\x04\0\0\0\0", 7)),
                          Value::counter64(0),
                          Value::counter64(UINT64_MAX),
                          Value::counter64(1ull << 63),
                          Value::no_such_object(),
                          Value::no_such_instance(),
                          Value::end_of_mib_view()};
  for (const Value& v : values) {
    BerWriter out;
    out.value(v);
    EXPECT_EQ(out.size(), ber_size(v)) << v.text().substr(0, 60);
    const Read back = read(out.take());
    EXPECT_EQ(back.error, errc{}) << v.text().substr(0, 60);
    EXPECT_EQ(back.value, v) << v.text().substr(0, 60);
  }
}

TEST(Ber, KnownEncodings) {
  BerWriter out;
  out.value(Value::counter32(0xffffffff));
  EXPECT_EQ(out.take(), bytes({0x41, 5, 0, 0xff, 0xff, 0xff, 0xff}));
  out.clear();
  out.oid({1, 3, 6, 1, 4, 1, 2021});
  EXPECT_EQ(out.take(), bytes({6, 7, 0x2b, 6, 1, 4, 1, 0x8f, 0x65}));
  out.clear();
  out.integer(-129);
  EXPECT_EQ(out.take(), bytes({2, 2, 0xff, 0x7f}));
}

TEST(Ber, AcceptsWhatDevicesSend) {
  EXPECT_EQ(read(bytes({0x02, 0x81, 0x01, 0x05})).value, Value::integer(5));  // length longer than need be
  EXPECT_EQ(read(bytes({0x02, 0x84, 0, 0, 0, 1, 5})).value, Value::integer(5));
  EXPECT_EQ(read(bytes({0x02, 4, 0, 0, 0, 5})).value, Value::integer(5));  // integer longer than need be
  EXPECT_EQ(read(bytes({0x02, 6, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfb})).value, Value::integer(-5));
  EXPECT_EQ(read(bytes({0x41, 4, 0xff, 0xff, 0xff, 0xff})).value,
            Value::counter32(0xffffffff));  // no leading zero
  EXPECT_EQ(read(bytes({0x46, 8, 0xff, 0, 0, 0, 0, 0, 0, 1})).value, Value::counter64(0xff00000000000001));
  EXPECT_EQ(read(bytes({0x06, 0})).value, Value::oid({}));
}

TEST(Ber, RefusesTheRest) {
  struct Case {
    Bytes in;
    errc why;
  };
  const Case cases[] = {
      {bytes({}), errc::truncated},
      {bytes({0x02}), errc::truncated},
      {bytes({0x02, 0x02, 0x01}), errc::truncated},
      {bytes({0x04, 0x82, 0x01}), errc::truncated},
      {bytes({0x04, 0x84, 0xff, 0xff, 0xff, 0xff, 0}), errc::truncated},
      {bytes({0x04, 0x80, 0x00, 0x00}), errc::bad_length},        // indefinite
      {bytes({0x04, 0x85, 0, 0, 0, 0, 1, 0}), errc::bad_length},  // five length octets
      {bytes({0x02, 0x00}), errc::bad_value},                     // INTEGER of nothing
      {bytes({0x02, 5, 1, 0, 0, 0, 0}), errc::bad_value},         // over 32 bits
      {bytes({0x02, 5, 0, 0xff, 0xff, 0xff, 0xff}), errc::bad_value},
      {bytes({0x41, 5, 1, 0, 0, 0, 0}), errc::bad_value},
      {bytes({0x46, 9, 1, 0, 0, 0, 0, 0, 0, 0, 0}), errc::bad_value},
      {bytes({0x40, 3, 1, 2, 3}), errc::bad_length},
      {bytes({0x05, 1, 0}), errc::bad_length},
      {bytes({0x06, 2, 0x2b, 0x86}), errc::bad_value},                          // ends inside an arc
      {bytes({0x06, 6, 0x2b, 0x90, 0x80, 0x80, 0x80, 0x00}), errc::bad_value},  // arc of 2^32
      {bytes({0x1f, 0x81, 0x01, 0x00}), errc::bad_tag},                         // tag of several octets
      {bytes({0x30, 0x00}), errc::bad_tag},                                     // not a value
      {bytes({0x02, 1, 5, 0}), errc::trailing_bytes},
  };
  for (const Case& c : cases) EXPECT_EQ(read(c.in).error, c.why) << &c - cases;
}

TEST(Ber, AnOidOf129ArcsIsRefused) {
  Bytes in = bytes({0x06, 0x81, 128});
  in.resize(3 + 128, std::byte{1});  // 128 groups are 129 arcs
  EXPECT_EQ(read(in).error, errc::bad_value);
  in.pop_back();
  in[2] = std::byte{127};
  EXPECT_EQ(read(in).error, errc{});
}

TEST(Ber, TheFirstErrorSticks) {
  const Bytes in = bytes({0x04, 1, 'x', 0x02, 1, 5});
  BerReader reader(in);
  EXPECT_EQ(reader.integer(), 0);
  EXPECT_EQ(reader.octets(), "");
  EXPECT_EQ(reader.error(), errc::bad_tag);
}

}  // namespace
}  // namespace mr::snmp
