// Any datagram to a printer that has every quirk (of those that move rows one for each table: one over
// another costs the product of their rows) and a rule of every kind: what comes out is bounded.
#include <algorithm>
#include <cstdlib>

#include "simulators/printer/quirks/quirky_engine.hpp"
#include "simulators/printer/snmp/native_engine.hpp"

using namespace mr;
using namespace mr::printer;

namespace {

struct Host {
  Host() : entropy(1) {
    auto own = std::make_shared<Model>();
    own->object_id = {1, 3, 6, 1, 4, 1, 9};
    own->warm_up_ms = 0;
    const snmp::Oid supplies{1, 3, 6, 1, 2, 1, 43, 11, 1, 1}, alerts{1, 3, 6, 1, 2, 1, 43, 18, 1, 1};
    std::vector<Variable> variables;
    for (snmp::Oid::Arc row = 1; row <= 3; ++row) {
      for (const snmp::Oid::Arc column : {3u, 4u, 5u, 8u, 9u})
        variables.push_back({supplies + column + 1u + row, snmp::Value::integer(4), {}});
      variables.push_back({supplies + 6u + 1u + row, snmp::Value::octets("t"), {}});
      variables.push_back({alerts + 8u + 1u + row, snmp::Value::octets("a"), {}});
    }
    mib_template = MibTemplatePtr(new MibTemplate(std::move(variables), {}));
    device = std::make_unique<Device>(own, Identity{.serial = "1", .address = {192, 0, 2, 7}});
    mib = std::make_unique<DeviceMib>(mib_template, *device);
    device->power_on(Moment(0));
    auto behaviour = std::make_shared<Behaviour>();
    for (const QuirkKind& kind : quirk_kinds()) {
      static constexpr std::string_view left_out[] = {"supply-one", "supply-rows-sparse", "alerts-blank",
                                                      "alerts-sparse"};
      if (kind.name.starts_with("sleep") || std::ranges::find(left_out, kind.name) != std::end(left_out))
        continue;
      behaviour->quirks.push_back(*parse_quirk(kind.name));
    }
    auto rules = read_behaviour(R"({"wrong_answers": [
      {"what": "wrong-type", "probability": 0.3}, {"what": "wrong-name", "probability": 0.3},
      {"what": "missing-variable", "probability": 0.3}, {"what": "extra-variable", "probability": 0.3},
      {"what": "error", "probability": 0.3}, {"what": "walk-stops", "match": "1.3.6.1.2.1.43.11", "probability": 0.3},
      {"what": "wrong-request-id", "probability": 0.3}, {"what": "malformed", "probability": 0.5},
      {"what": "late", "delay_ms": 5, "jitter_ms": 5}, {"what": "duplicate"}, {"what": "elsewhere"},
      {"what": "silence", "probability": 0.1}]})");
    if (!rules) std::abort();
    behaviour->wrong_answers = rules->wrong_answers;
    engine = std::make_unique<QuirkyEngine>(std::make_unique<NativeEngine>(), entropy, Moment(0));
    engine->behave(0, behaviour, 0);
    if (!engine->add(0, *mib, {.engine_id = make_engine_id(8072, "fuzz"), .users = {}})) std::abort();
  }
  runtime::SeededEntropy entropy;
  MibTemplatePtr mib_template;
  std::unique_ptr<Device> device;
  std::unique_ptr<DeviceMib> mib;
  std::unique_ptr<QuirkyEngine> engine;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Host host;
  static Moment now{};
  now += std::chrono::milliseconds(1);
  std::vector<OutDatagram> out;
  host.engine->receive(0, {reinterpret_cast<const std::byte*>(data), size},
                       {boost::asio::ip::make_address("192.0.2.1"), 5000}, now, out);
  if (out.size() > 2) std::abort();
  for (const OutDatagram& answer : out) {
    if (answer.payload.size() > 65507 + 64) std::abort();
  }
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  snmp::Pdu pdu;
  pdu.type = n % 3 == 0 ? snmp::PduType::get : n % 3 == 1 ? snmp::PduType::get_next : snmp::PduType::get_bulk;
  pdu.request_id = static_cast<std::int32_t>(n);
  if (n % 3 == 2) pdu.error_index = 20;
  pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 43, 11, 1, 1, 9, 1, 1}, snmp::Value()},
                  {{1, 3, 6, 1, 2, 1, 43, 18, 1, 1, 8, 1, 3}, snmp::Value()}};
  if (n >= 12) return false;
  const auto bytes =
      snmp::encode(snmp::CommunityMessage{n % 2 ? snmp::Version::v2c : snmp::Version::v1, "PUBLIC", pdu});
  const auto* octets = reinterpret_cast<const std::uint8_t*>(bytes.data());
  out.assign(octets, octets + bytes.size());
  return true;
}
