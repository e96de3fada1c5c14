#include "reference/protocol/snmp/message.hpp"

#include <gtest/gtest.h>

namespace mr::snmp {
namespace {

Pdu example(PduType type) {
  Pdu pdu;
  pdu.type = type;
  pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 1, 0}, Value::octets("printer")},
                  {{1, 3, 6, 1, 2, 1, 1, 3, 0}, Value::time_ticks(9)}};
  if (type == PduType::trap_v1) {
    pdu.trap_v1 = TrapV1{{1, 3, 6, 1, 4, 1, 9}, {192, 0, 2, 7}, 6, -3, 0xfffffffe};
  } else {
    pdu.request_id = -77;
    pdu.error_status = 2;
    pdu.error_index = 1;
  }
  return pdu;
}

errc why(const Fault& f) { return static_cast<errc>(f.code.value()); }

TEST(Message, EveryPduRoundTrips) {
  for (int tag = 0xa0; tag <= 0xa8; ++tag) {
    for (const Version version : {Version::v1, Version::v2c}) {
      const CommunityMessage message{version, "public", example(static_cast<PduType>(tag))};
      const Bytes datagram = encode(message);
      EXPECT_EQ(version_of(datagram).value(), version);
      const auto back = decode_community(datagram);
      ASSERT_TRUE(back) << to_string(back.error());
      EXPECT_EQ(back->version, version);
      EXPECT_EQ(back->community, "public");
      EXPECT_EQ(back->pdu, message.pdu) << to_text(message.pdu.type);
    }
  }
}

// What snmpget -v2c -c public sends for sysDescr.0 with request-id 1, written out by hand.
TEST(Message, KnownEncoding) {
  const unsigned char expected[] = {0x30, 0x26, 2,    1, 1, 4, 6, 'p', 'u', 'b', 'l',  'i',  'c',  0xa0,
                                    0x19, 2,    1,    1, 2, 1, 0, 2,   1,   0,   0x30, 0x0e, 0x30, 0x0c,
                                    6,    8,    0x2b, 6, 1, 2, 1, 1,   1,   0,   5,    0};
  Pdu pdu;
  pdu.request_id = 1;
  pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 1, 0}, {}}};
  const Bytes out = encode({Version::v2c, "public", pdu});
  EXPECT_EQ(as_text(out), std::string_view(reinterpret_cast<const char*>(expected), sizeof expected));
}

TEST(Message, EveryTruncationIsRefused) {
  const Bytes whole = encode({Version::v2c, "public", example(PduType::response)});
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(decode_community(ByteView(whole).first(n))) << n;
  }
  Bytes longer = whole;
  longer.push_back(std::byte{0});
  EXPECT_EQ(why(decode_community(longer).error()), errc::trailing_bytes);
}

TEST(Message, Limits) {
  Pdu pdu;
  for (int i = 0; i < 5; ++i) pdu.varbinds.push_back({{1, 3, 6}, {}});
  const Bytes datagram = encode({Version::v2c, "c", pdu});
  EXPECT_TRUE(decode_community(datagram, {.varbinds_max = 5}));
  EXPECT_EQ(why(decode_community(datagram, {.varbinds_max = 4}).error()), errc::too_many_varbinds);
  EXPECT_EQ(why(decode_community(datagram, {.bytes_max = datagram.size() - 1}).error()), errc::too_large);
}

TEST(Message, OtherVersions) {
  Bytes datagram = encode({Version::v2c, "c", example(PduType::get)});
  datagram[4] = std::byte{2};
  EXPECT_EQ(why(version_of(datagram).error()), errc::unsupported_version);
  EXPECT_EQ(why(decode_community(datagram).error()), errc::unsupported_version);
}

TEST(Message, V3FrameRoundTripsAndFindsTheDigest) {
  BerWriter scoped;
  encode_scoped(scoped, {"engine", "context", example(PduType::get)});
  V3Frame frame;
  frame.message_id = 123456;
  frame.size_max = 1500;
  frame.flags = flag_auth | flag_reportable;
  frame.usm = {"engine", 3, 4, "user", std::string(12, 'D'), ""};
  frame.scoped = scoped.view();
  const EncodedV3 out = encode_v3(frame);
  EXPECT_EQ(as_text(out.datagram).substr(out.digest_offset, 12), std::string(12, 'D'));
  const auto back = decode_v3(out.datagram);
  ASSERT_TRUE(back) << to_string(back.error());
  EXPECT_EQ(back->digest_offset, out.digest_offset);
  EXPECT_EQ(back->message_id, 123456);
  EXPECT_EQ(back->size_max, 1500);
  EXPECT_EQ(back->usm.user, "user");
  const auto pdu = decode_scoped(back->scoped, false);
  ASSERT_TRUE(pdu) << to_string(pdu.error());
  EXPECT_EQ(pdu->context_name, "context");
  EXPECT_EQ(pdu->pdu, example(PduType::get));

  frame.flags = flag_priv;
  EXPECT_EQ(why(decode_v3(encode_v3(frame).datagram).error()), errc::invalid_flags);
  frame.flags = flag_auth | flag_priv;  // says encrypted, is not
  EXPECT_EQ(why(decode_v3(encode_v3(frame).datagram).error()), errc::bad_tag);
  frame.flags = 0;
  frame.size_max = 483;
  EXPECT_EQ(why(decode_v3(encode_v3(frame).datagram).error()), errc::bad_value);
}

}  // namespace
}  // namespace mr::snmp
