#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <pugixml.hpp>
#include <sstream>

#include "conformance/report/sample_run.hpp"
#include "conformance/report/text.hpp"

namespace mr::report {
namespace {

namespace json = boost::json;

TEST(text, shows_what_cannot_be_shown) {
  EXPECT_EQ(visible("a\x1b\x7f\xff"), "a\\x1b\\x7f\\xff");
  EXPECT_EQ(visible("\xc3\xa9\n\t"), "\xc3\xa9\n\t");
  EXPECT_EQ(visible("\xe2\x80\xae"), "\\u202e");
  EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(visible("\xc0\xaf"), "\\xc0\\xaf");           // an overlong form
  EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(visible("\xe2\x82"), "\\xe2\\x82");  // cut short
  EXPECT_EQ(visible(std::string_view("\0", 1)), "\\x00");
  EXPECT_EQ(xml_attribute("<a b=\"'\n&]]>"), "&lt;a b=&quot;&#39;&#10;&amp;]]&gt;");
}

TEST(text, times) {
  EXPECT_EQ(seconds(90'061'000'000'001), "90061.000000001");
  EXPECT_EQ(seconds(-1), "0.000000000");
  EXPECT_EQ(readable(90'061'000'000'000), "1 d 01:01:01");
  EXPECT_EQ(readable(12'345'000'000), "12.345 s");
  EXPECT_EQ(readable(1'500), "1 us");
}

// As much of JSON Schema as summary.schema.json uses.
void conforms(const json::value& schema_value, const json::value& value, const std::string& where) {
  const json::object& schema = schema_value.as_object();
  const auto type_is = [&](std::string_view type) {
    return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
           (type == "string" && value.is_string()) ||
           (type == "integer" && (value.is_int64() || value.is_uint64())) ||
           (type == "number" && value.is_number()) || (type == "boolean" && value.is_bool()) ||
           (type == "null" && value.is_null());
  };
  if (const auto* type = schema.if_contains("type")) {
    bool fits = false;
    if (type->is_array()) {
      for (const auto& one : type->as_array()) fits = fits || type_is(one.as_string());
    } else {
      fits = type_is(type->as_string());
    }
    ASSERT_TRUE(fits) << where << ": " << value;
  }
  if (const auto* words = schema.if_contains("enum")) {
    bool found = false;
    for (const auto& one : words->as_array()) found = found || one == value;
    EXPECT_TRUE(found) << where << ": " << value;
  }
  if (const auto* exact = schema.if_contains("const")) {
    EXPECT_EQ(*exact, value) << where;
  }
  if (value.is_object()) {
    if (const auto* required = schema.if_contains("required")) {
      for (const auto& name : required->as_array())
        EXPECT_TRUE(value.as_object().contains(name.as_string())) << where << " " << name;
    }
    for (const auto& member : value.as_object()) {
      const json::value* inner = nullptr;
      if (const auto* properties = schema.if_contains("properties"))
        inner = properties->as_object().if_contains(member.key());
      if (inner == nullptr) inner = schema.if_contains("additionalProperties");
      if (inner == nullptr || inner->is_bool()) {
        EXPECT_TRUE(inner != nullptr && inner->as_bool()) << where << ": unknown " << member.key();
      } else {
        conforms(*inner, member.value(), where + "/" + std::string(member.key()));
      }
    }
  }
  if (const auto* items = schema.if_contains("items"); items != nullptr && value.is_array()) {
    for (const auto& item : value.as_array()) conforms(*items, item, where + "[]");
  }
}

TEST(summary, follows_its_published_schema) {
  std::ifstream file("conformance/report/summary.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  const json::value schema = json::parse(text.str());
  const json::value full = json::parse(summary_json(sample_run()));
  conforms(schema, full, "");
  conforms(schema, json::parse(summary_json(report::Run{})), "");
  EXPECT_EQ(full.at("verdict").as_string(), "trouble");
  EXPECT_EQ(full.at("seed").as_int64(), 4711);
  EXPECT_EQ(full.at("cases").as_array().size(), 5U);
  EXPECT_EQ(full.at("figures").at(0).at("value").as_double(), 12.5);
  EXPECT_EQ(full.at("cases").at(2).at("title").as_string(), visible(hostile));
}

TEST(summary, keeps_the_largest_seed_and_has_no_infinity) {
  report::Run run = sample_run();
  run.seed = ~std::uint64_t{0};
  run.figures = {{.name = "nan", .value = 0.0 / 0.0}};
  const json::value value = json::parse(summary_json(run));
  EXPECT_EQ(value.at("seed").as_uint64(), run.seed);
  EXPECT_TRUE(value.at("figures").at(0).at("value").is_null());
}

TEST(summary, is_the_same_each_time) { EXPECT_EQ(summary_json(sample_run()), summary_json(sample_run())); }

TEST(junit, has_the_shape_that_ci_servers_read) {
  const std::string text = junit_xml(sample_run());
  pugi::xml_document document;
  ASSERT_TRUE(document.load_buffer(text.data(), text.size(), pugi::parse_full)) << text;
  const pugi::xml_node suite = document.child("testsuites").child("testsuite");
  EXPECT_EQ(suite.attribute("tests").as_int(), 5);
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 1);
  int cases = 0;
  for (const pugi::xml_node node : suite.children("testcase")) {
    ++cases;
    EXPECT_TRUE(node.attribute("name"));
    EXPECT_TRUE(node.attribute("classname"));
    EXPECT_TRUE(node.attribute("time"));
    EXPECT_LE(
        (node.child("failure") ? 1 : 0) + (node.child("error") ? 1 : 0) + (node.child("skipped") ? 1 : 0), 1);
  }
  EXPECT_EQ(cases, 5);
  const pugi::xml_node first = suite.child("testcase");
  EXPECT_STREQ(first.attribute("name").value(), "refuses-truncated-zip");
  EXPECT_STREQ(first.attribute("classname").value(), "server/upload");
  EXPECT_STREQ(
      first.child("properties").find_child_by_attribute("name", "requirement").attribute("value").value(),
      "PKG-WHOLE");
  EXPECT_NE(std::string(first.child("failure").text().get()).find("or: connection closed"),
            std::string::npos);
  EXPECT_NE(std::string(first.child("system-err").text().get()).find(visible(hostile)), std::string::npos);
  EXPECT_EQ(text.find("<script"), std::string::npos);
  EXPECT_EQ(text.find("]]>"), std::string::npos);
  EXPECT_EQ(text, visible(text));
}

TEST(save, writes_the_three_files_or_says_why_not) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "makeready-report-test";
  std::filesystem::create_directories(folder);
  EXPECT_EQ(save(sample_run(), folder.string()), std::nullopt);
  for (const char* name : {"summary.json", "junit.xml", "report.html"})
    EXPECT_GT(std::filesystem::file_size(folder / name), 500U);
  std::filesystem::remove_all(folder);
  const auto failure = save(sample_run(), folder.string());
  ASSERT_TRUE(failure);
  EXPECT_NE(failure->find("No such file"), std::string::npos);
}

}  // namespace
}  // namespace mr::report
