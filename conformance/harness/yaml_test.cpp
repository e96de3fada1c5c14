#include "conformance/harness/yaml.hpp"

#include <gtest/gtest.h>

namespace mr::harness {
namespace {

std::string fault(std::string_view text) {
  const auto read = read_yaml(text, "t.yaml");
  return read ? "" : to_string(read.error());
}

TEST(Yaml, KeepsPlacesAndTexts) {
  const auto read = read_yaml("a: no\nb:\n  - \"1\"\n  - {c: d}\n", "t.yaml");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->find("a")->text, "no");
  EXPECT_EQ(read->find("b")->items[1].find("c")->place.line, 4);
  EXPECT_EQ(read->find("b")->items[1].find("c")->place.column, 9);
  EXPECT_EQ(read->find("z"), nullptr);
}

TEST(Yaml, RefusesWhatHidesOrSurprises) {
  EXPECT_EQ(fault("a: 1\nb: 2\na: 3\n"), "t.yaml:3:1: found the key 'a' twice, first in line 1");
  EXPECT_NE(fault("a: &x 1\n"), "");
  EXPECT_NE(fault("a: *x\n"), "");
  EXPECT_NE(fault("a: !!int 1\n"), "");
  EXPECT_NE(fault("a: 1\n---\nb: 2\n"), "");
  EXPECT_NE(fault("{[a]: 1}\n"), "");
  EXPECT_NE(fault("a: [1\n"), "");
  EXPECT_NE(fault(""), "");
  EXPECT_NE(fault("a: \xc3\x28\n"), "");
  EXPECT_NE(fault(std::string(20, '[') + std::string(20, ']')), "");
  EXPECT_NE(fault(std::string(300 * 1024, ' ')), "");
  EXPECT_NE(fault(std::string(100'000, '[')), "");
}

}  // namespace
}  // namespace mr::harness
