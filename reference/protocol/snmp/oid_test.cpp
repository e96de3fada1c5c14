#include "reference/protocol/snmp/oid.hpp"

#include <gtest/gtest.h>

#include "reference/protocol/snmp/errors.hpp"

namespace mr::snmp {
namespace {

TEST(Oid, ParsesAndPrints) {
  EXPECT_EQ(Oid::parse(".1.3.6.1.2.1").value(), (Oid{1, 3, 6, 1, 2, 1}));
  EXPECT_EQ(Oid::parse("1.3.4294967295")->text(), "1.3.4294967295");
  EXPECT_TRUE(Oid::parse("")->empty());
  EXPECT_TRUE(Oid::parse(".")->empty());
  for (const char* bad : {"1..3", "1.3.", "1.4294967296", "1.-3", "1.a", "..1", "1 3", "+1"}) {
    EXPECT_EQ(Oid::parse(bad).error().code, make_error_code(errc::bad_value)) << bad;
  }
}

TEST(Oid, HoldsUpTo128Arcs) {
  Oid o;
  std::string text;
  for (Oid::Arc i = 0; i < 128; ++i) {
    ASSERT_TRUE(o.append(i));
    text += (i ? "." : "") + std::to_string(i);
  }
  EXPECT_EQ(o.text(), text);
  EXPECT_FALSE(o.append(1));
  EXPECT_EQ(o.size(), 128u);
  EXPECT_TRUE(Oid::parse(text));
  EXPECT_FALSE(Oid::parse(text + ".1"));
  Oid copy = o;
  EXPECT_EQ(copy, o);
  const Oid moved = std::move(copy);
  EXPECT_EQ(moved, o);
  copy = Oid{1, 3};
  EXPECT_EQ(copy, (Oid{1, 3}));
  copy = o;
  copy = Oid{2, 5};  // a long one becomes a short one
  EXPECT_EQ(copy.text(), "2.5");
}

TEST(Oid, OrdersAsAWalk) {
  const Oid sorted[] = {{}, {1}, {1, 3}, {1, 3, 6}, {1, 3, 6, 0}, {1, 3, 6, 9}, {1, 3, 6, 10}, {1, 4}, {2}};
  for (std::size_t i = 0; i < std::size(sorted); ++i) {
    for (std::size_t j = 0; j < std::size(sorted); ++j) {
      EXPECT_EQ(sorted[i] < sorted[j], i < j);
      EXPECT_EQ(sorted[i] == sorted[j], i == j);
    }
  }
}

TEST(Oid, Prefixes) {
  const Oid o{1, 3, 6, 1, 2};
  EXPECT_TRUE(o.starts_with(Oid{1, 3}));
  EXPECT_TRUE(o.starts_with(o));
  EXPECT_TRUE(o.starts_with(Oid{}));
  EXPECT_FALSE(o.starts_with(Oid{1, 4}));
  EXPECT_FALSE((Oid{1, 3}).starts_with(o));
  EXPECT_EQ(o.after(Oid{1, 3, 6}).size(), 2u);
  EXPECT_EQ(o.first(2), (Oid{1, 3}));
  EXPECT_EQ((Oid{1, 3} + 6u + Oid{1, 2}), o);
}

}  // namespace
}  // namespace mr::snmp
