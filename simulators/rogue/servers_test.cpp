#include "simulators/rogue/servers.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mr::rogue {
namespace {

using server::Decisions;
using server::KeyFacts;

// What a server decides on a fixed set of cases, as text: two servers that differ in one decision differ in
// one line.
std::vector<std::string> decided(const Decisions& d) {
  std::vector<std::string> out;
  const auto add = [&](const std::string& name, const std::string& value) {
    out.push_back(name + "=" + value);
  };
  std::string keys;
  for (int bits = 0; bits < 16; ++bits)
    keys += d.key_refusal(KeyFacts{(bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0}) + "|";
  add("key", keys);
  add("told", d.key_refusal_told("a") + d.key_refusal_told("b"));
  add("location", std::to_string(d.is_location(std::nullopt)) + std::to_string(d.is_location("x")));
  add("contact", std::to_string(d.is_contact("x")) + std::to_string(d.is_contact("a@b.c")));
  add("same", std::to_string(d.is_same_registration(false)) + std::to_string(d.is_same_registration(true)));
  trust::Subject asked;
  asked.common_name = "asked";
  add("subject", d.certificate_subject("id", "", asked).common_name);
  add("plain", std::to_string(d.may_be_plain(model::SenderKind::agent)) +
                   std::to_string(d.may_be_plain(model::SenderKind::device)));
  add("open", std::to_string(d.is_open(false)) + std::to_string(d.is_open(true)));
  add("fingerprint",
      std::to_string(d.is_fingerprint_of("a", "b")) + std::to_string(d.is_fingerprint_of("a", "a")));
  add("limits", std::to_string(d.package_limits.entries) + "/" + std::to_string(d.package_limits.ratio));
  add("manifest", std::to_string(d.is_own_manifest("a", "b")) + std::to_string(d.is_own_manifest("a", "a")));
  add("device", std::to_string(d.is_own_device("a", "b")) + std::to_string(d.is_own_device("a", "a")));
  add("repeat", std::to_string(static_cast<int>(d.repeated_key(false))) +
                    std::to_string(static_cast<int>(d.repeated_key(true))));
  add("listed", std::to_string(d.is_listed(false)) + std::to_string(d.is_listed(true)));
  return out;
}

TEST(RogueServers, EachDiffersFromTheReferenceInOneThing) {
  const auto reference = decided(Decisions{});
  std::set<std::vector<std::string>> seen;
  EXPECT_GE(rogue_servers().size(), 30u);
  std::string_view before;
  for (const RogueServer& rogue : rogue_servers()) {
    EXPECT_LT(before, rogue.name) << "in order, each once";
    before = rogue.name;
    EXPECT_EQ(find_rogue_server(rogue.name), &rogue);
    EXPECT_FALSE(rogue.requirement.empty() || rogue.sentence.empty()) << rogue.name;
    ASSERT_NE(rogue.decisions == nullptr, rogue.host == nullptr) << rogue.name << " replaces one thing";
    if (rogue.decisions == nullptr) continue;
    const auto decisions = decided(rogue.decisions());
    std::size_t different = 0;
    for (std::size_t i = 0; i < reference.size(); ++i) different += reference[i] != decisions[i];
    EXPECT_EQ(different, 1u) << rogue.name;
    EXPECT_TRUE(seen.insert(decisions).second) << rogue.name << " is as another";
  }
  EXPECT_EQ(find_rogue_server("honest"), nullptr);
}

}  // namespace
}  // namespace mr::rogue
