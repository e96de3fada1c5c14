// Wrong answers on purpose: each is what it says, at its time, as often as it says, and the same for one
// seed.
#include "simulators/printer/quirks/wrong_answer.hpp"

#include <algorithm>

#include "simulators/printer/quirks/test_printer.hpp"

using namespace mr;
using namespace mr::printer;
using snmp::Oid;
using snmp::PduType;
using snmp::Value;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

const Oid life{1, 3, 6, 1, 2, 1, 43, 10, 2, 1, 4, 1, 1}, name{1, 3, 6, 1, 2, 1, 1, 5, 0},
    supplies{1, 3, 6, 1, 2, 1, 43, 11, 1, 1};

class WrongAnswers : public testing::TestWithParam<std::string> {
 protected:
  WrongAnswers() : p(GetParam()) {}
  void rules(const std::string& json) { p.behave(test::behaviour({}, json)); }
  std::vector<OutDatagram> asked(std::vector<Oid> names = {life}) {
    return p.ask_raw(p.request(PduType::get, std::move(names)));
  }
  snmp::Pdu only(const std::vector<OutDatagram>& out) {
    EXPECT_EQ(out.size(), 1u);
    if (out.size() != 1) return {};
    const auto read = snmp::decode_community(out[0].payload);
    EXPECT_TRUE(read) << to_string(read.error());
    return read ? read->pdu : snmp::Pdu();
  }
  test::Printers p;
};
INSTANTIATE_TEST_SUITE_P(Engines, WrongAnswers, testing::Values("native", "net-snmp"), test::engine_name);

}  // namespace

TEST_P(WrongAnswers, MalformedCannotBeDecodedAndIsWhatItSays) {
  const auto sound = asked();
  ASSERT_TRUE(snmp::decode_community(sound[0].payload));
  std::set<std::string> reasons;
  for (int kind = 1; kind <= static_cast<int>(Malformed::value_over); ++kind) {
    const std::string word(to_text(static_cast<Malformed>(kind)));
    rules(R"([{"what": "malformed", "kind": ")" + word + "\"}]");
    const auto out = asked();
    ASSERT_EQ(out.size(), 1u) << word;
    const auto read = snmp::decode_community(out[0].payload);
    ASSERT_FALSE(read) << word;
    reasons.insert(to_string(read.error()));
    switch (static_cast<Malformed>(kind)) {
      case Malformed::truncated:
        EXPECT_LT(out[0].payload.size(), sound[0].payload.size());
        break;
      case Malformed::empty:
        EXPECT_TRUE(out[0].payload.empty());
        break;
      case Malformed::garbage:
        EXPECT_EQ(out[0].payload.size(), sound[0].payload.size());
        break;
      case Malformed::open_oid:
      case Malformed::value_over: {
        // One octet differs.
        ASSERT_EQ(out[0].payload.size(), sound[0].payload.size()) << word;
        break;
      }
      default:
        EXPECT_GE(out[0].payload.size(), sound[0].payload.size()) << word;
    }
  }
  EXPECT_GE(reasons.size(), 3u) << "a decoder refuses them for different reasons";
  rules(R"([{"what": "malformed"}])");
  for (int i = 0; i < 50; ++i) {
    const auto out = asked();
    ASSERT_EQ(out.size(), 1u);
    EXPECT_FALSE(snmp::decode_community(out[0].payload));
  }
  EXPECT_EQ(p.engine().given(Wrong::malformed), 59u);
}

TEST_P(WrongAnswers, Contents) {
  const Value truth = p.get(life);
  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "wrong-type"}])");
  auto pdu = only(asked({name, life}));
  ASSERT_EQ(pdu.varbinds.size(), 2u);
  EXPECT_EQ(pdu.varbinds[0].value.type(), snmp::Type::octets) << "what does not match is right";
  EXPECT_EQ(pdu.varbinds[1].value, Value::octets(std::to_string(*truth.number())));

  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "wrong-name"}])");
  pdu = only(asked({name, life}));
  EXPECT_EQ(pdu.varbinds[0].name, name);
  EXPECT_NE(pdu.varbinds[1].name, life);
  EXPECT_EQ(pdu.varbinds[1].value, truth);

  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "missing-variable"}])");
  pdu = only(asked({name, life}));
  ASSERT_EQ(pdu.varbinds.size(), 1u);
  EXPECT_EQ(pdu.varbinds[0].name, name);

  rules(R"([{"what": "extra-variable"}])");
  EXPECT_EQ(only(asked()).varbinds.size(), 2u);
  EXPECT_EQ(only(asked()).varbinds[0].value, truth);

  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "error"}])");
  pdu = only(asked({name, life}));
  EXPECT_EQ(pdu.error_status, 5);
  EXPECT_EQ(pdu.error_index, 2);
  EXPECT_EQ(pdu.varbinds.size(), 2u);
  rules(R"([{"what": "error", "status": "tooBig"}])");
  pdu = only(asked());
  EXPECT_EQ(pdu.error_status, 1);
  EXPECT_TRUE(pdu.varbinds.empty());
  p.version = snmp::Version::v1;
  EXPECT_EQ(only(asked()).varbinds.size(), 1u) << "v1 repeats the request";
  rules(R"([{"what": "error", "status": "authorizationError"}])");
  EXPECT_EQ(only(asked()).error_status, 2) << "as v1 says it";
  p.version = snmp::Version::v2c;

  rules(R"([{"what": "wrong-request-id"}])");
  pdu = only(asked());
  EXPECT_EQ(pdu.request_id, p.last_id + 1);
}

TEST_P(WrongAnswers, WalksThatStop) {
  const auto honest = p.walk({1, 3, 6, 1, 2, 1, 43});
  rules(R"([{"match": "1.3.6.1.2.1.43.11", "what": "walk-stops"}])");
  for (const bool bulk : {false, true}) {
    const auto walk = p.walk({1, 3, 6, 1, 2, 1, 43}, bulk);
    EXPECT_EQ(walk.end, "end");
    ASSERT_FALSE(walk.found.empty());
    EXPECT_TRUE(walk.found.back().name < supplies);
    EXPECT_TRUE(std::equal(walk.found.begin(), walk.found.end(), honest.found.begin()));
  }
  EXPECT_FALSE(p.get(supplies + Oid{9, 1, 1}).is_exception()) << "a GET is no walk";
  p.version = snmp::Version::v1;
  EXPECT_EQ(p.walk({1, 3, 6, 1, 2, 1, 43}).end, "noSuchName");
}

TEST_P(WrongAnswers, TimeAndPlace) {
  rules(R"([{"what": "late", "delay_ms": 2000}])");
  EXPECT_EQ(asked()[0].delay, seconds(2));
  rules(R"([{"what": "late", "delay_ms": 2000, "jitter_ms": 500}])");
  std::set<std::chrono::nanoseconds> delays;
  for (int i = 0; i < 20; ++i) {
    const auto delay = asked()[0].delay;
    EXPECT_TRUE(delay >= seconds(2) && delay <= milliseconds(2500));
    delays.insert(delay);
  }
  EXPECT_GT(delays.size(), 10u);

  rules(R"([{"what": "duplicate", "copies": 2, "spacing_ms": 10}])");
  auto out = asked();
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[2].payload, out[0].payload);
  EXPECT_EQ(out[1].delay, milliseconds(10));
  EXPECT_EQ(out[2].delay, milliseconds(20));

  const auto address = boost::asio::ip::make_address("192.0.2.7");
  rules(R"([{"what": "elsewhere", "port": 8161}])");
  EXPECT_EQ(asked()[0].from, (runtime::Endpoint{address, 8161}));
  rules(R"([{"what": "elsewhere"}])");
  EXPECT_EQ(asked()[0].from, (runtime::Endpoint{boost::asio::ip::make_address("192.0.2.8"), 161}));
  rules(R"([{"what": "elsewhere", "address": "198.51.100.1", "port": 161}])");
  EXPECT_EQ(asked()[0].from, (runtime::Endpoint{boost::asio::ip::make_address("198.51.100.1"), 161}));

  rules(R"([{"what": "silence"}])");
  EXPECT_TRUE(asked().empty());
  EXPECT_EQ(p.engine().given(Wrong::silence), 1u);
}

TEST_P(WrongAnswers, SeveralOfOneAnswer) {
  rules(R"([{"what": "wrong-request-id"}, {"what": "duplicate"}, {"what": "late", "delay_ms": 100},
            {"what": "malformed", "kind": "outer-tag"}])");
  const auto out = asked();
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[0].delay, milliseconds(100));
  EXPECT_EQ(out[1].delay, milliseconds(100)) << "the copy is not before it";
  EXPECT_FALSE(snmp::decode_community(out[0].payload));
  const auto copy = snmp::decode_community(out[1].payload);
  ASSERT_TRUE(copy) << "it was made before that rule";
  EXPECT_EQ(copy->pdu.request_id, p.last_id + 1);
}

TEST_P(WrongAnswers, InTheirWindowSoOftenAndWhereTheyMatch) {
  rules(R"([{"from": 700, "until": 800, "times": 2, "match": "1.3.6.1.2.1.43.10", "what": "silence"}])");
  EXPECT_EQ(asked().size(), 1u);
  p.now = seconds(700);
  EXPECT_EQ(asked({name}).size(), 1u);
  EXPECT_EQ(asked().size(), 0u);
  p.now = seconds(799);
  EXPECT_EQ(asked().size(), 0u);
  EXPECT_EQ(asked().size(), 1u) << "twice is enough";
  rules(R"([{"from": 700, "until": 800, "what": "silence"}])");
  p.now = seconds(800);
  EXPECT_EQ(asked().size(), 1u);
}

TEST_P(WrongAnswers, TheSameForOneSeedAndNotMovedByOthers) {
  const std::string half = R"([{"what": "silence", "probability": 0.5}])";
  const auto pattern = [&](std::uint64_t seed, bool other, const std::string& first) {
    test::Printers two(GetParam(), 2, seed);
    two.behave(test::behaviour({}, first));
    if (other) two.behave(test::behaviour({}, half), 1);
    std::string seen;
    for (int i = 0; i < 200; ++i) {
      if (other) two.ask_raw(two.request(PduType::get, {life}), 1);
      seen += two.ask_raw(two.request(PduType::get, {life})).empty() ? '.' : 'x';
    }
    return seen;
  };
  const std::string once = pattern(1, false, half);
  const auto silent = std::count(once.begin(), once.end(), '.');
  EXPECT_GT(silent, 70);
  EXPECT_LT(silent, 130);
  EXPECT_EQ(once, pattern(1, false, half));
  EXPECT_EQ(once, pattern(1, true, half)) << "another printer's rules do not shift it";
  EXPECT_NE(once, pattern(2, false, half));
  // Nor does a rule behind it.
  EXPECT_EQ(once,
            pattern(1, false, R"([{"what": "silence", "probability": 0.5}, {"what": "late", "delay_ms": 1,
                                        "probability": 0.3, "jitter_ms": 9}])"));
}

TEST_P(WrongAnswers, OverVersion3AtTheRequestsSecurity) {
  const Value truth = p.get(life);
  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "wrong-type"}])");
  auto got = p.converse(p.request(PduType::get, {life}));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->varbinds[0].value, Value::octets(std::to_string(*truth.number())));
  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "error"}])");
  got = p.converse(p.request(PduType::get, {life}));
  ASSERT_TRUE(got) << to_string(got.error());
  EXPECT_EQ(got->error_status, 5);
  EXPECT_EQ(p.engine().given(Wrong::wrong_type), 1u) << "discovery's Reports are left alone";
  rules(R"([{"match": "1.3.6.1.2.1.43", "what": "malformed"}])");
  EXPECT_FALSE(p.converse(p.request(PduType::get, {life})));
}

TEST_P(WrongAnswers, AManagerOfOursStandsThem) {
  for (const char* what : {R"({"what": "malformed"})", R"({"what": "wrong-request-id"})"}) {
    rules("[" + std::string(what) + "]");
    snmp::Session session(snmp::CommunityCredentials{snmp::Version::v2c, "public"}, {.request_id = 5});
    auto action = session.start(snmp::get_request({life}), p.now);
    const auto out = p.send(std::get<snmp::Session::Send>(action).datagram);
    ASSERT_EQ(out.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<snmp::Session::Wait>(session.received(out[0].payload, p.now))) << what;
  }
}
