// The PROTOS c06-snmpv1 datagrams, where they are at hand: what an attacker of 2002 sent must neither crash
// nor hang.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::snmp {
namespace {

class Empty final : public ReadOnlySource {
 public:
  Value get(const Oid&) override { return Value::no_such_object(); }
  bool next(const Oid&, Oid&, Value&) override { return false; }
};

void run(const char* name, std::size_t expected) {
  const char* shared = std::getenv("MAKEREADY_SHARED");
  const std::filesystem::path file =
      std::filesystem::path(shared ? shared : "../shared") / "corpora/protos" / name;
  if (!std::filesystem::exists(file)) GTEST_SKIP() << file << " is absent";
  FILE* in = popen(("zcat '" + file.string() + "'").c_str(), "r");
  ASSERT_TRUE(in);
  Empty source;
  const CommunityPolicy policy = [](Version, std::string_view) { return Access(); };
  std::size_t datagrams = 0, decoded = 0, answered = 0;
  unsigned char head[4];
  while (std::fread(head, 1, 4, in) == 4) {
    Bytes datagram(head[0] | head[1] << 8 | head[2] << 16 | std::size_t{head[3]} << 24);
    ASSERT_LE(datagram.size(), 1u << 20);
    ASSERT_EQ(std::fread(datagram.data(), 1, datagram.size(), in), datagram.size());
    ++datagrams;
    const auto message = decode_community(datagram);
    static_cast<void>(decode_v3(datagram).has_value());
    const Answer answer = answer_community(datagram, source, policy);
    if (message) {
      ++decoded;
      const auto again = decode_community(encode(*message));
      ASSERT_TRUE(again);
      EXPECT_EQ(again->pdu.varbinds.size(), message->pdu.varbinds.size());
    } else {
      EXPECT_FALSE(answer.datagram);
    }
    if (answer.datagram) {
      ++answered;
      EXPECT_TRUE(decode_community(*answer.datagram));
    }
  }
  pclose(in);
  EXPECT_EQ(datagrams, expected);
  EXPECT_GT(decoded, 0u);         // some are sound,
  EXPECT_LT(decoded, datagrams);  // most are not
}

//= PRN-MALFORMED type=test
TEST(Protos, Requests) { run("c06-snmpv1-req-app.dgrams.gz", 10601); }
TEST(Protos, Traps) { run("c06-snmpv1-trap-app.dgrams.gz", 15323); }

}  // namespace
}  // namespace mr::snmp
