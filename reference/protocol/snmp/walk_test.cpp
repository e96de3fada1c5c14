#include "reference/protocol/snmp/walk.hpp"

#include <gtest/gtest.h>

#include <map>

#include "reference/protocol/snmp/agent_rules.hpp"

namespace mr::snmp {
namespace {

const Oid root{1, 3, 6, 1, 2, 1, 43};

class Printer final : public ReadOnlySource {
 public:
  explicit Printer(int n) {
    for (int i = 0; i < n; ++i) values[root + static_cast<Oid::Arc>(i + 1)] = Value::integer(i);
    values[Oid{1, 3, 6, 1, 2, 1, 44, 1}] = Value::integer(-1);
    values[Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}] = Value::octets("p");
  }
  Value get(const Oid& n) override { return values.contains(n) ? values[n] : Value::no_such_instance(); }
  bool next(const Oid& after, Oid& n, Value& v) override {
    const auto found = values.upper_bound(after);
    if (found == values.end()) return false;
    n = found->first;
    v = found->second;
    return true;
  }
  std::map<Oid, Value> values;
};

Result<Pdu> ask(Printer& printer, const Pdu& request, Version version = Version::v2c,
                std::size_t bytes = 60000) {
  auto out = respond(request, version, printer, Access(), bytes);
  if (!out) return Fault(errc::no_answer);
  return std::move(*out);
}

int run(Walk& walk, Printer& printer, Version version = Version::v2c, std::size_t bytes = 60000) {
  int requests = 0;
  for (; !walk.done() && requests < 1000; ++requests) walk.resume(ask(printer, walk.next(), version, bytes));
  return requests;
}

Pdu failed(ErrorStatus status) {
  Pdu out;
  out.type = PduType::response;
  out.error_status = static_cast<int>(status);
  return out;
}

TEST(Walk, TakesTheSubtreeAndNoMore) {
  Printer printer(60);
  Walk walk(root);
  EXPECT_EQ(run(walk, printer), 3);
  EXPECT_EQ(walk.variables().size(), 60u);
  EXPECT_FALSE(walk.fault().code);
  Walk end(Oid{1, 3, 6, 1, 2, 1, 44});  // ends at endOfMibView
  run(end, printer);
  EXPECT_EQ(end.variables().size(), 1u);
}

TEST(Walk, InV1ByGetNext) {
  Printer printer(10);
  Walk walk(root, {.version = Version::v1});
  EXPECT_EQ(run(walk, printer, Version::v1), 11);
  EXPECT_EQ(walk.variables().size(), 10u);
  Walk end(Oid{1, 3, 6, 1, 2, 1, 44}, {.version = Version::v1});  // ends at noSuchName
  EXPECT_EQ(run(end, printer, Version::v1), 2);
  EXPECT_FALSE(end.fault().code);
}

TEST(Walk, ALeafIsFoundByItsOwnName) {
  Printer printer(3);
  Walk walk(Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}, {.include_root = true});
  run(walk, printer);
  ASSERT_EQ(walk.variables().size(), 1u);
  EXPECT_EQ(walk.variables()[0].value, Value::octets("p"));
}

TEST(Walk, AsksForLessAfterTooBigAndOnceWhereBulkFails) {
  Printer printer(4);
  Walk walk(root, {.repetitions = 8});
  walk.resume(failed(ErrorStatus::too_big));
  EXPECT_EQ(walk.next().error_index, 4);
  walk.resume(failed(ErrorStatus::gen_err));
  EXPECT_EQ(walk.next().type, PduType::get_next);
  run(walk, printer);
  EXPECT_EQ(walk.variables().size(), 4u);
}

TEST(Walk, GenErrAfterTheLastVariableIsTheEnd) {
  Printer printer(4);
  Walk walk(root, {.version = Version::v1});
  walk.resume(ask(printer, walk.next()));
  walk.resume(failed(ErrorStatus::gen_err));
  EXPECT_TRUE(walk.done());
  EXPECT_TRUE(walk.ended_by_gen_err());
  EXPECT_FALSE(walk.fault().code);
  Walk first(root, {.version = Version::v1});
  first.resume(failed(ErrorStatus::gen_err));
  EXPECT_EQ(first.fault().code, make_error_code(errc::error_status));
}

TEST(Walk, NamesThatDoNotIncreaseEndIt) {
  for (const Oid& second : {root + 1u, root + 2u, Oid{1, 3, 6}}) {
    Walk walk(root);
    Pdu answer;
    answer.varbinds = {{root + 2u, Value::integer(1)}, {second, Value::integer(1)}};
    walk.resume(answer);
    ASSERT_TRUE(walk.done());
    EXPECT_EQ(walk.fault().code, make_error_code(errc::not_increasing));
    EXPECT_EQ(walk.variables().size(), 1u);
  }
}

TEST(Walk, Limits) {
  Printer printer(60);
  Walk walk(root, {.variables_max = 30});
  run(walk, printer);
  EXPECT_EQ(walk.fault().code, make_error_code(errc::walk_limit));
  EXPECT_EQ(walk.variables().size(), 30u);
}

TEST(Walk, SilenceAtTheStartIsAFailureAndLaterOneMoreTry) {
  Printer printer(60);
  Walk silent(root);
  silent.resume(Fault(errc::no_answer));
  EXPECT_EQ(silent.fault().code, make_error_code(errc::no_answer));
  Walk walk(root);
  walk.resume(ask(printer, walk.next()));
  walk.resume(Fault(errc::no_answer));
  EXPECT_EQ(walk.next().type, PduType::get_next);
  walk.resume(Fault(errc::no_answer));
  EXPECT_EQ(walk.fault().code, make_error_code(errc::no_answer));
  EXPECT_EQ(walk.variables().size(), 25u);
}

}  // namespace
}  // namespace mr::snmp
