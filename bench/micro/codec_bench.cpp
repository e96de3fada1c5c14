// What a report and a request cost without sockets: the parts that a virtual run is made of.
#include <benchmark/benchmark.h>

#include "reference/protocol/exchange/report.hpp"
#include "reference/protocol/package/package.hpp"
#include "reference/protocol/schema/report.hpp"
#include "reference/protocol/schema/sample.hpp"
#include "reference/protocol/trust/envelope.hpp"
#include "reference/runtime/entropy.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/snmp/native_engine.hpp"

namespace mr {
namespace {

model::DeviceReport full_report() { return schema::Sampler(schema::Fill::full, 1).make<model::DeviceReport>(); }

// One printer of a built-in profile behind the native engine, asked in process.
struct Printer {
  runtime::SeededEntropy entropy{1};
  printer::ModelPtr model = printer::profile("office-colour-mfp").value();
  printer::Device device = printer::make_device(model, 0, entropy);
  printer::DeviceMib mib{printer::compose_mib(model), device};
  snmp::PasswordKeys keys;
  printer::NativeEngine engine;
  std::vector<printer::OutDatagram> out;
  const runtime::Endpoint manager{boost::asio::ip::make_address("192.0.2.1"), 40000};

  Printer() {
    device.power_on(printer::Moment{});
    const auto added = engine.add(1, mib, {printer::make_engine_id(8072, "bench"), printer::default_users("maplesyrup", "maplesyrup", keys), 1});
    MR_ASSERT(added.has_value());
  }
  const snmp::Bytes& ask(std::span<const std::byte> request) {
    out.clear();
    engine.receive(1, request, manager, printer::Moment(std::chrono::seconds(60)), out);
    MR_ASSERT(out.size() == 1);
    return out.front().payload;
  }
};

snmp::Bytes community(snmp::Pdu pdu) { return snmp::encode(snmp::CommunityMessage{snmp::Version::v2c, "public", std::move(pdu)}); }

void get(benchmark::State& state) {
  Printer printer;
  const auto request = community(snmp::get_request({snmp::Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}}));
  for (auto _ : state) benchmark::DoNotOptimize(printer.ask(request));
}
BENCHMARK(get);

void get_bulk_25(benchmark::State& state) {
  Printer printer;
  const auto request = community(snmp::get_bulk_request({snmp::Oid{1, 3, 6, 1, 2, 1, 1}}, 0, 25));
  for (auto _ : state) benchmark::DoNotOptimize(printer.ask(request));
}
BENCHMARK(get_bulk_25);

void get_v3_auth_priv(benchmark::State& state) {
  Printer printer;
  auto user = snmp::make_user({.name = "makeready", .auth = snmp::UsmAuth::sha256, .auth_password = "maplesyrup",
                               .priv = snmp::UsmPriv::aes128, .priv_password = "maplesyrup"}, printer.keys);
  snmp::Session session(snmp::UserCredentials{std::make_shared<snmp::UsmUser>(user.value()), ""}, {});
  const auto ask = [&] {
    auto action = session.start(snmp::get_request({snmp::Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}}), std::chrono::seconds(60));
    while (auto* send = std::get_if<snmp::Session::Send>(&action)) action = session.received(printer.ask(send->datagram), std::chrono::seconds(60));
    MR_ASSERT(std::get<snmp::Session::Done>(action).response.has_value());
  };
  ask();
  for (auto _ : state) ask();  // both sides
}
BENCHMARK(get_v3_auth_priv);

void encode_report(benchmark::State& state) {
  const model::DeviceReport report = full_report();
  for (auto _ : state) benchmark::DoNotOptimize(schema::encode(report));
  state.counters["bytes"] = static_cast<double>(schema::encode(report).size());
}
BENCHMARK(encode_report);

void decode_report(benchmark::State& state) {
  const std::string xml = schema::encode(full_report());
  for (auto _ : state) benchmark::DoNotOptimize(schema::decode_report(xml));
}
BENCHMARK(decode_report);

std::vector<package::Entry> ten_reports() {
  std::vector<package::Entry> entries;
  for (int i = 0; i < 10; ++i) entries.push_back({"reports/r" + std::to_string(i) + ".xml", schema::encode(full_report())});
  return entries;
}

void pack_ten_reports(benchmark::State& state) {
  const auto entries = ten_reports();
  for (auto _ : state) benchmark::DoNotOptimize(package::pack(entries));
}
BENCHMARK(pack_ten_reports);

void unpack_ten_reports(benchmark::State& state) {
  const auto zip = package::pack(ten_reports()).value();
  for (auto _ : state) benchmark::DoNotOptimize(package::unpack(zip));
}
BENCHMARK(unpack_ten_reports);

const trust::Credentials& recipient() {
  static const auto credentials = trust::make_authority({.common_name = "envelope"}, trust::Time{}, trust::Time(std::chrono::hours(1000)));
  return credentials;
}

void seal_100_kb(benchmark::State& state) {
  const trust::Bytes content(100'000);
  for (auto _ : state) benchmark::DoNotOptimize(trust::seal(content, recipient().chain.front()));
}
BENCHMARK(seal_100_kb);

void open_100_kb(benchmark::State& state) {
  const auto sealed = trust::seal(trust::Bytes(100'000), recipient().chain.front()).value();
  for (auto _ : state) benchmark::DoNotOptimize(trust::open(sealed, recipient(), 1 << 20));
}
BENCHMARK(open_100_kb);

}  // namespace
}  // namespace mr

BENCHMARK_MAIN();
