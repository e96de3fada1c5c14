#include "simulators/printer/site/printer_site.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>

#include "simulators/printer/site/test_wire.hpp"
#include "simulators/printer/snmp/native_engine.hpp"

using namespace mr;
using namespace mr::printer;
using mr::printer::test::Wire;
using snmp::Oid;
using snmp::Value;
using std::chrono::seconds;

namespace {

// A host whose time is a test's.
class Bench : public runtime::Runtime, public runtime::Clock, public runtime::Trace {
 public:
  using Key = std::pair<runtime::Instant, int>;
  struct Due : runtime::Alarm {
    Due(Bench& on, Key when) : bench(on), key(when) {}
    ~Due() override { bench.due.erase(key); }
    Bench& bench;
    Key key;
  };
  // Runs what is due until `to`, in order.
  void run(runtime::Instant to) {
    while (!due.empty() && due.begin()->first.first <= to) {
      present = std::max(present, due.begin()->first.first);
      auto node = due.extract(due.begin());
      node.mapped()();
    }
    present = to;
  }
  runtime::Instant now() const override { return present; }
  runtime::WallTime wall() const override { return {}; }
  void wait(runtime::Instant, boost::asio::any_completion_handler<void(boost::system::error_code)>) override {
    std::abort();
  }
  std::unique_ptr<runtime::Alarm> at(runtime::Instant deadline, std::function<void()> what) override {
    const Key key{deadline, sequence++};
    due[key] = std::move(what);
    return std::make_unique<Due>(*this, key);
  }
  runtime::Hold hold() override { return {}; }
  void emit(const runtime::Event&) override {}
  const std::string& host() const override { return name; }
  boost::asio::any_io_executor executor() override { return context.get_executor(); }
  runtime::Clock& clock() override { return *this; }
  runtime::Network& network() override { return wire; }
  runtime::Entropy& entropy() override { return chance; }
  runtime::Stores& stores() override { std::abort(); }
  runtime::Trace& trace() override { return *this; }
  boost::asio::awaitable<void> offload(std::function<void()> work) override {
    work();
    co_return;
  }

  Wire wire;
  std::map<Key, std::function<void()>> due;
  runtime::Instant present{seconds(10)};
  int sequence = 0;
  std::string name = "bench";
  boost::asio::io_context context;
  runtime::SeededEntropy chance{1};
};

const Oid contact{1, 3, 6, 1, 2, 1, 1, 4, 0}, reset{1, 3, 6, 1, 2, 1, 43, 5, 1, 1, 3, 1};
const runtime::Endpoint manager{boost::asio::ip::make_address("192.0.2.1"), 5000};

class Site : public testing::Test {
 protected:
  Site() {
    auto model = std::make_shared<Model>();
    model->warm_up_ms = 30000;
    model->restart_ms = 25000;
    std::vector<Variable> variables{{contact, Value::octets(""), {Field::contact}},
                                    {reset, Value::integer(3), {Field::general_reset}}};
    auto shared = std::make_shared<MibTemplate>(std::move(variables));
    std::vector<PrinterSite::Plan> plans;
    for (unsigned i = 0; i < 3; ++i) {
      plans.push_back({where(i).address,
                       Device(model, {.serial = std::to_string(i)}),
                       shared,
                       {.engine_id = make_engine_id(8072, std::to_string(i))}});
    }
    auto opened = PrinterSite::open(bench, std::make_unique<NativeEngine>(), std::move(plans), {.port = 161});
    EXPECT_TRUE(opened) << to_string(opened.error());
    site = std::move(*opened);
  }
  static runtime::Endpoint where(unsigned i) { return {boost::asio::ip::address_v4(0x7f000001u + i), 161}; }

  // False where nobody has the port.
  bool ask(unsigned printer, snmp::Pdu pdu, std::string community = "private") {
    const auto datagram =
        snmp::encode(snmp::CommunityMessage{snmp::Version::v2c, std::move(community), std::move(pdu)});
    return bench.wire.deliver(snmp::as_text(datagram), manager, where(printer));
  }
  snmp::Pdu answer() {
    EXPECT_FALSE(bench.wire.sent.empty());
    const auto decoded = snmp::decode_community(snmp::as_bytes(bench.wire.sent.back().text));
    EXPECT_TRUE(decoded);
    return decoded ? decoded->pdu : snmp::Pdu();
  }

  Bench bench;
  std::unique_ptr<PrinterSite> site;
};

TEST_F(Site, EachAnswersForItselfFromItsAddress) {
  Settings settings = site->device(1).settings();
  settings.contact = "second";
  site->device(1).set(settings);
  EXPECT_TRUE(ask(1, snmp::get_request({contact})));
  EXPECT_EQ(answer().varbinds.at(0).value, Value::octets("second"));
  EXPECT_EQ(bench.wire.sent.back().from, where(1));
  EXPECT_EQ(site->device(2).identity().address, (std::array<std::uint8_t, 4>{127, 0, 0, 3}));
}

TEST_F(Site, TellsItsTargetsOfCriticalAlertsAndOfAColdStart) {
  Settings settings = site->device(0).settings();
  settings.trap_targets = {{"10.0.0.9", 162, 2}, {"10.0.0.9", 1162, 1}, {"nowhere", 162, 2}};
  settings.trap_community = "told";
  site->device(0).set(settings);
  bench.run(runtime::Instant(seconds(40)));
  Alert jam;
  jam.severity = Severity::critical;
  jam.code = code_jam;
  jam.description = "jam";
  const std::int32_t index = site->device(0).raise(jam, seconds(40));
  Alert warning;
  warning.code = code_almost_full;
  site->device(0).raise(warning, seconds(40));
  bench.wire.sent.clear();
  site->look_again(0);
  ASSERT_EQ(bench.wire.sent.size(), 2u) << "of the critical one, to the two that have an address";
  EXPECT_EQ(bench.wire.sent[0].to, (runtime::Endpoint{boost::asio::ip::make_address("10.0.0.9"), 162}));
  EXPECT_EQ(bench.wire.sent[0].from.address, where(0).address);
  const auto second = snmp::decode_community(snmp::as_bytes(bench.wire.sent[0].text));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->community, "told");
  EXPECT_EQ(second->pdu.varbinds.at(2).value, Value::integer(index));
  const auto first = snmp::decode_community(snmp::as_bytes(bench.wire.sent[1].text));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->version, snmp::Version::v1);
  site->power_off(0);
  bench.wire.sent.clear();
  ASSERT_TRUE(site->power_on(0));
  ASSERT_EQ(bench.wire.sent.size(), 2u);
  const auto start = snmp::decode_community(snmp::as_bytes(bench.wire.sent[0].text));
  EXPECT_EQ(start->pdu.varbinds.at(1).value, Value::oid({1, 3, 6, 1, 6, 3, 1, 1, 5, 1}));
}

TEST_F(Site, APortThatIsSwitchedOffIsGoneUntilItIsSwitchedOn) {
  Settings settings = site->device(1).settings();
  settings.ports.snmp = false;
  site->device(1).set(settings);
  site->look_again(1);
  bench.run(bench.present);
  EXPECT_FALSE(ask(1, snmp::get_request({contact})));
  EXPECT_TRUE(ask(0, snmp::get_request({contact})));
  site->power_off(1);
  ASSERT_TRUE(site->power_on(1));
  EXPECT_FALSE(ask(1, snmp::get_request({contact}))) << "over a power cycle too";
  settings.ports.snmp = true;
  site->device(1).set(settings);
  site->look_again(1);
  bench.run(bench.present);
  EXPECT_TRUE(ask(1, snmp::get_request({contact})));
}

TEST_F(Site, WarmsUpInTime) {
  EXPECT_EQ(site->device(0).power(), Power::warming_up);
  bench.run(runtime::Instant(seconds(39)));
  EXPECT_EQ(site->device(0).power(), Power::warming_up);
  bench.run(runtime::Instant(seconds(40)));
  EXPECT_EQ(site->device(0).power(), Power::on);
}

TEST_F(Site, OffTakesThePortAndOnIsANewBoot) {
  const auto boots = site->device(2).boots();
  site->power_off(2);
  EXPECT_FALSE(ask(2, snmp::get_request({contact})));
  EXPECT_TRUE(ask(0, snmp::get_request({contact})));
  ASSERT_TRUE(site->power_on(2));
  ASSERT_TRUE(site->power_on(2));
  EXPECT_TRUE(ask(2, snmp::get_request({contact})));
  EXPECT_EQ(site->device(2).boots(), boots + 1);
}

TEST_F(Site, AResetIsDoneAfterItsAnswerLeft) {
  const auto boots = site->device(0).boots();
  EXPECT_TRUE(ask(0, snmp::set_request({{reset, Value::integer(4)}})));
  EXPECT_EQ(answer().error_status, 0);
  EXPECT_EQ(site->device(0).boots(), boots);
  EXPECT_TRUE(ask(0, snmp::get_request({contact})));  // before the turn comes
  const auto asked = bench.present;
  bench.run(asked);
  // Then it is gone for as long as its model takes, and comes back by itself.
  EXPECT_EQ(site->device(0).power(), Power::restarting);
  EXPECT_FALSE(ask(0, snmp::get_request({contact})));
  EXPECT_TRUE(ask(1, snmp::get_request({contact})));
  bench.run(asked + seconds(24));
  EXPECT_FALSE(ask(0, snmp::get_request({contact})));
  bench.run(asked + seconds(25));
  EXPECT_TRUE(ask(0, snmp::get_request({contact})));
  EXPECT_EQ(site->device(0).boots(), boots + 1);
  EXPECT_EQ(site->device(0).power(), Power::warming_up);
}

TEST_F(Site, PowerGoesDuringARestart) {
  EXPECT_TRUE(ask(0, snmp::set_request({{reset, Value::integer(4)}})));
  bench.run(bench.present);
  site->power_off(0);
  bench.run(bench.present + seconds(3600));
  EXPECT_EQ(site->device(0).power(), Power::off);
  const auto boots = site->device(0).boots();
  ASSERT_TRUE(site->power_on(0));
  EXPECT_EQ(site->device(0).boots(), boots + 1);
}

TEST_F(Site, InformsAreRepeatedOnTheClock) {
  snmp::Pdu pdu;
  pdu.type = snmp::PduType::trap;
  pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 3, 0}, Value::time_ticks(1)},
                  {{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0}, Value::oid({1, 3, 6, 1, 6, 3, 1, 1, 5, 1})}};
  Notification inform{.inform = true, .community_or_user = {}, .pdu = pdu, .to = manager};
  ASSERT_TRUE(site->notify(1, inform));
  EXPECT_EQ(bench.wire.sent.size(), 1u);
  EXPECT_EQ(bench.wire.sent[0].from.address, where(1).address);
  bench.run(bench.present + seconds(60));
  EXPECT_EQ(bench.wire.sent.size(), 3u);
  const auto outcomes = site->engine().take_outcomes();
  ASSERT_EQ(outcomes.size(), 1u);
  EXPECT_FALSE(outcomes[0].acknowledged);
}

}  // namespace
