#include "simulators/printer/site/datagram_face.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "simulators/printer/site/test_wire.hpp"

using namespace mr;
using namespace mr::printer;
using runtime::Address;
using runtime::Datagram;
using runtime::Endpoint;
namespace ip = boost::asio::ip;
using mr::printer::test::bytes;
using mr::printer::test::Wire;

namespace {

const Endpoint manager{ip::make_address("192.0.2.1"), 5000};

Address printer(unsigned n) { return ip::address_v4(0x7f000001u + n); }

std::vector<Address> addresses(unsigned count) {
  std::vector<Address> all;
  for (unsigned i = 0; i < count; ++i) all.push_back(printer(i));
  return all;
}

// Answers each datagram with its own text and the printer's number.
std::unique_ptr<DatagramFace> echo(Wire& wire, unsigned count, DatagramFace::Options options,
                                   std::unique_ptr<DatagramFace>& holder) {
  auto opened = DatagramFace::open(
      wire, addresses(count),
      [&holder](std::size_t index, const Datagram& datagram) {
        std::string text(reinterpret_cast<const char*>(datagram.payload.data()), datagram.payload.size());
        holder->send(index, bytes(text + "@" + std::to_string(index)), datagram.from);
      },
      options);
  EXPECT_TRUE(opened) << to_string(opened.error());
  return opened ? std::move(*opened) : nullptr;
}

class Faces : public testing::TestWithParam<std::size_t> {};  // sockets_max: of their own, or shared

TEST_P(Faces, AnswersComeFromTheAddressAsked) {
  Wire wire;
  std::unique_ptr<DatagramFace> face;
  face = echo(wire, 5, {.port = 161, .sockets_max = GetParam()}, face);
  EXPECT_EQ(face->shared(), GetParam() < 5);
  EXPECT_EQ(wire.bound.size(), GetParam() < 5 ? 1u : 5u);
  EXPECT_TRUE(wire.deliver("hello", manager, {printer(3), 161}));
  ASSERT_EQ(wire.sent.size(), 1u);
  EXPECT_EQ(wire.sent[0].text, "hello@3");
  EXPECT_EQ(wire.sent[0].from, (Endpoint{printer(3), 161}));
  EXPECT_EQ(wire.sent[0].to, manager);
}

TEST_P(Faces, APrinterThatIsOffIsSilentUntilItIsOnAgain) {
  Wire wire;
  std::unique_ptr<DatagramFace> face;
  face = echo(wire, 5, {.port = 161, .sockets_max = GetParam()}, face);
  face->switch_off(2);
  face->switch_off(2);
  EXPECT_FALSE(face->is_on(2));
  EXPECT_EQ(wire.deliver("hello", manager, {printer(2), 161}), face->shared());
  face->send(2, bytes("late"), manager);
  EXPECT_TRUE(wire.sent.empty());
  EXPECT_TRUE(wire.deliver("hello", manager, {printer(1), 161}));
  EXPECT_EQ(wire.sent.size(), 1u);
  ASSERT_TRUE(face->switch_on(2));
  EXPECT_TRUE(wire.deliver("hello", manager, {printer(2), 161}));
  EXPECT_EQ(wire.sent.size(), 2u);
}

TEST_P(Faces, AnAnswerMayComeFromElsewhereOnPurpose) {
  Wire wire;
  std::unique_ptr<DatagramFace> face;
  face = echo(wire, 5, {.port = 161, .sockets_max = GetParam()}, face);
  const Address other = ip::make_address("127.9.9.9");
  EXPECT_TRUE(face->send_from(3, bytes("a"), manager, {printer(4), 161})) << "from another printer";
  EXPECT_TRUE(face->send_from(3, bytes("b"), manager, {other, 161}));
  EXPECT_TRUE(face->send_from(3, bytes("c"), manager, {printer(3), 8161}));
  EXPECT_TRUE(face->send_from(3, bytes("d"), manager, {printer(3), 0}));
  ASSERT_EQ(wire.sent.size(), 4u);
  EXPECT_EQ(wire.sent[0].from, (Endpoint{printer(4), 161}));
  EXPECT_EQ(wire.sent[1].from, (Endpoint{other, 161}));
  EXPECT_EQ(wire.sent[2].from, (Endpoint{printer(3), 8161}));
  EXPECT_NE(wire.sent[3].from.port, 161);
  EXPECT_EQ(wire.bound.size(), GetParam() < 5 ? 1u : 5u) << "such sockets do not stay";
  wire.taken.insert({other, 8161});
  EXPECT_FALSE(face->send_from(3, bytes("e"), manager, {other, 8161}));
  face->switch_off(3);
  EXPECT_TRUE(face->send_from(3, bytes("f"), manager, {printer(3), 8161}));
  EXPECT_EQ(wire.sent.size(), 4u);
}

INSTANTIATE_TEST_SUITE_P(OwnAndShared, Faces, testing::Values(std::size_t{1000}, std::size_t{2}));

TEST(DatagramFace, AWildcardIgnoresAddressesOfNobody) {
  Wire wire;
  std::unique_ptr<DatagramFace> face;
  face = echo(wire, 5, {.port = 161, .sockets_max = 2}, face);
  EXPECT_TRUE(wire.deliver("hello", manager, {printer(9), 161}));
  EXPECT_TRUE(wire.sent.empty());
}

TEST(DatagramFace, APortThatIsTakenNamesTheAddressAndLeavesNothingBound) {
  Wire wire;
  wire.taken.insert({printer(2), 161});
  const auto opened =
      DatagramFace::open(wire, addresses(4), [](std::size_t, const Datagram&) {}, {.port = 161});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, boost::asio::error::address_in_use);
  EXPECT_NE(opened.error().detail.find("127.0.0.3:161"), std::string::npos) << opened.error().detail;
  EXPECT_TRUE(wire.bound.empty());
}

TEST(DatagramFace, PortZeroIsAFreeOneForEach) {
  Wire wire;
  std::unique_ptr<DatagramFace> face;
  face = echo(wire, 3, {.port = 0}, face);
  std::set<Endpoint> seen;
  for (std::size_t i = 0; i < 3; ++i) seen.insert(face->endpoint(i));
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_NE(seen.begin()->port, 0);
}

}  // namespace
