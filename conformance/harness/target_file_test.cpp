#include "conformance/harness/target_file.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

namespace mr::harness {
namespace {

const std::string good =
    "format: makeready-target/1\n"
    "name: ours\n"
    "start:\n"
    "  command: [server, \"${RUN}/data\"]\n"
    "  environment: {A: b}\n"
    "  ports: \"${RUN}/ports.json\"\n"
    "  prepare:\n"
    "    - [one, two]\n"
    "  stop_signal: INT\n"
    "  ready_within_s: 7\n"
    "  restartable: true\n"
    "keys: [K1, K2]\n"
    "control:\n"
    "  key: [make, key]\n"
    "  queue: [queue, \"${SENDER}\"]\n";

std::string fault(std::string text, std::string_view from = {}, std::string_view to = {}) {
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  const auto read = read_target(text, "t.yaml");
  return read ? "" : to_string(read.error());
}

TEST(TargetFile, IsRead) {
  const auto read = read_target(good, "t.yaml");
  ASSERT_TRUE(read) << to_string(read.error());
  EXPECT_EQ(read->name, "ours");
  EXPECT_EQ(read->start->command, (CommandLine{"server", "${RUN}/data"}));
  EXPECT_EQ(read->start->stop_signal, SIGINT);
  EXPECT_EQ(read->start->ready_within, std::chrono::seconds(7));
  EXPECT_TRUE(read->start->restartable);
  EXPECT_EQ(read->start->prepare.size(), 1u);
  EXPECT_EQ(read->keys.size(), 2u);
  EXPECT_EQ(read->control.size(), 2u);
  const auto there = read_target(
      "format: makeready-target/1\nname: x\nconnect: {address: h, port: 443, server_name: n, ca: c.pem}\n",
      "t.yaml");
  ASSERT_TRUE(there) << to_string(there.error());
  EXPECT_EQ(there->connect->port, 443);
}

TEST(TargetFile, TellsLineAndColumnOfWhatIsWrong) {
  EXPECT_EQ(fault(good, "stop_signal: INT", "stop_signal: STOP"),
            "t.yaml:9:16: found 'STOP' for stop_signal, expected TERM, INT, HUP or KILL");
  EXPECT_TRUE(fault(good, "restartable", "restarts")
                  .starts_with("t.yaml:11:3: found 'restarts' in start, expected one of: command"));
  EXPECT_TRUE(fault(good, "  queue", "  quit").starts_with("t.yaml:15:3: found 'quit' in control"));
  EXPECT_TRUE(fault(good, "ready_within_s: 7", "ready_within_s: 0").starts_with("t.yaml:10:19: found '0'"));
  EXPECT_TRUE(fault(good, "restartable: true", "restartable: yes").starts_with("t.yaml:11:16: found 'yes'"));
  EXPECT_TRUE(fault(good, "[make, key]", "make key").starts_with("t.yaml:14:8: expected a list"));
  EXPECT_TRUE(fault(good, "target/1", "target/2").starts_with("t.yaml:1:9: expected format"));
  EXPECT_NE(fault(good, "  ports: \"${RUN}/ports.json\"\n", ""), "");
  EXPECT_NE(fault(good, "name: ours\n", ""), "");
  EXPECT_NE(fault(good + "connect: {address: h, port: 443, server_name: n, ca: c.pem}\n"), "") << "both";
  EXPECT_NE(fault("format: makeready-target/1\nname: x\n"), "") << "neither";
  EXPECT_NE(fault("- a\n"), "");
  EXPECT_NE(fault("format: makeready-target/1\nname: x\nconnect: {address: h, port: 70000, server_name: n, "
                  "ca: c.pem}\n"),
            "");
}

TEST(TargetFile, VariablesArePutIn) {
  std::string why;
  EXPECT_EQ(expanded("${A}/x${B}${A}", {{"A", "1"}, {"B", ""}}, why), "1/x1");
  EXPECT_EQ(expanded("no $variable {}", {}, why), "no $variable {}");
  EXPECT_FALSE(expanded("${MAKEREADY_NO_SUCH_VARIABLE}", {}, why));
  EXPECT_EQ(why, "the variable MAKEREADY_NO_SUCH_VARIABLE has no value");
  EXPECT_FALSE(expanded("${A", {{"A", "1"}}, why));
}

// The published schema and the reader know the same words.
TEST(TargetFile, SchemaKnowsTheSameWords) {
  std::ifstream in("conformance/harness/target.schema.json");
  ASSERT_TRUE(in) << "run from the top of the tree";
  std::stringstream text;
  text << in.rdbuf();
  const auto schema = boost::json::parse(text.str());
  const auto words = [](const boost::json::value& object) {
    std::set<std::string> out;
    for (const auto& [key, value] : object.at("properties").as_object()) out.insert(std::string(key));
    return out;
  };
  const auto told = [](const std::string& message) {  // "...expected one of: a, b"
    std::set<std::string> out;
    std::stringstream list(message.substr(message.find("one of: ") + 8));
    for (std::string word; std::getline(list, word, ',');)
      out.insert(word.substr(word.find_first_not_of(' ')));
    return out;
  };
  const std::string head = "format: makeready-target/1\nname: x\n";
  EXPECT_EQ(words(schema), told(fault(head + "unknown: 1\n")));
  const auto& parts = schema.at("properties");
  EXPECT_EQ(words(parts.at("connect")), told(fault(head + "connect: {unknown: 1}\n")));
  EXPECT_EQ(words(parts.at("start")), told(fault(head + "start: {unknown: 1}\n")));
  EXPECT_EQ(words(parts.at("control")), told(fault(good, "  queue", "  unknown")));
}

}  // namespace
}  // namespace mr::harness
