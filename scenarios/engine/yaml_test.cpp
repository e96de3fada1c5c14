#include "scenarios/engine/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mr::scenarios {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string fault_of(std::string_view text) {
  const auto node = read_yaml(text, "f.yaml");
  return node ? "no fault" : to_string(node.error());
}

TEST(Yaml, ReadsATreeWithPlaces) {
  const auto root = read_yaml("a: no\nb:\n  - x\n  - {c: '3'}\n", "f.yaml");
  ASSERT_TRUE(root) << to_string(root.error());
  ASSERT_EQ(root->kind, Node::Kind::map);
  ASSERT_EQ(root->keys.size(), 2u);
  EXPECT_EQ(root->items[0].text, "no");
  EXPECT_EQ(to_string(root->items[1].items[1].place), "f.yaml:4:5");
  EXPECT_TRUE(root->items[1].items[1].items[0].quoted);
}

TEST(Yaml, RefusesWhatIsNotPlain) {
  EXPECT_THAT(fault_of("a: 1\na: 2\n"), StartsWith("f.yaml:2:1"));
  EXPECT_THAT(fault_of("a: &x 1\n"), StartsWith("f.yaml:1:"));
  EXPECT_THAT(fault_of("a: *x\n"), StartsWith("f.yaml:1:"));
  EXPECT_THAT(fault_of("a: !!int 1\n"), StartsWith("f.yaml:1:"));
  EXPECT_THAT(fault_of("a: 1\n---\nb: 1\n"), HasSubstr("second document"));
  EXPECT_THAT(fault_of("a: [1\n"), StartsWith("f.yaml:"));
  EXPECT_THAT(fault_of("a: \xff\n"), HasSubstr("not UTF-8"));
  EXPECT_THAT(fault_of("[a]: 1\n"), StartsWith("f.yaml:1:"));
  EXPECT_NE(fault_of(std::string(40, '[') + std::string(40, ']')), "no fault");
  EXPECT_NE(fault_of(""), "no fault");
  EXPECT_NE(fault_of(std::string(2 << 20, ' ')), "no fault");
}

TEST(Yaml, MapsGiveTypesAndCollectTheFirstFault) {
  const auto root = read_yaml("n: 7\nd: 1h30m\nb: true\nt: 02:00\nw: red\n", "f.yaml");
  ASSERT_TRUE(root);
  Faults faults;
  Map map(*root, "a thing", faults);
  EXPECT_EQ(map.integer("n", 1, 9), 7);
  EXPECT_EQ(map.duration("d"), std::chrono::minutes(90));
  EXPECT_TRUE(map.boolean("b", false));
  EXPECT_EQ(map.time_of_day("t"), std::chrono::hours(2));
  EXPECT_EQ(map.word("w", {"green", "red"}), 1u);
  map.done();
  EXPECT_FALSE(faults.any());
  map.integer("n", 1, 3);
  map.integer("absent", 1, 3);
  ASSERT_TRUE(faults.any());
  EXPECT_EQ(faults.first().code, yaml_errc::out_of_range);
  EXPECT_THAT(to_string(faults.first()), StartsWith("f.yaml:1:4"));
}

TEST(Yaml, DurationsAreSums) {
  using namespace std::chrono_literals;
  EXPECT_EQ(parse_duration("3d"), 72h);
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  for (const char* bad : {"", "3", "d", "3w", "-1s", "1.5h", "9999999999s", "1h 3m"})
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace mr::scenarios
