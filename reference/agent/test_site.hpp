// A site for this module's tests, in one process and in time moved by hand: printers made of a table, a
// switch and a port, and the network between them, the agent and whatever a test calls the server. Header
// only.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>

#include "reference/protocol/snmp/agent_rules.hpp"
#include "reference/runtime/runtime.hpp"
#include "reference/runtime/sqlite/sqlite.hpp"
#include "reference/runtime/test_seams.hpp"

namespace mr::agent::test {

using namespace std::chrono_literals;
using runtime::asio::awaitable;
using snmp::Oid;
using snmp::Value;

inline const Oid mib{1, 3, 6, 1, 2, 1};
inline const Oid up_time_name = mib + Oid{1, 3, 0}, life_count_name = mib + Oid{43, 10, 2, 1, 4, 1, 1},
                 reset_name = mib + Oid{43, 5, 1, 1, 3, 1}, serial_name = mib + Oid{43, 5, 1, 1, 17, 1},
                 software_name = mib + Oid{25, 6, 3, 1, 2, 1}, status_name = mib + Oid{25, 3, 2, 1, 5, 1};

// What the tests can do to it.
struct FakePrinter final : snmp::VariableSource {
  explicit FakePrinter(runtime::ManualClock& clock_) : clock(clock_) {
    variables = {{mib + Oid{1, 1, 0}, Value::octets("Maker 5")},
                 {mib + Oid{1, 2, 0}, Value::oid(Oid{1, 3, 6, 1, 4, 1, 367, 1, 1})},
                 {up_time_name, Value::time_ticks(0)},
                 {status_name, Value::integer(2)},
                 {software_name, Value::octets("System software 1.0")},
                 {life_count_name, Value::counter32(100)},
                 {serial_name, Value::octets("SN-1")},
                 {reset_name, Value::integer(3)}};
  }
  Value get(const Oid& name) override {
    if (name == up_time_name)
      return Value::time_ticks(static_cast<std::uint32_t>((clock.now() - booted) / 10ms));
    const auto found = variables.find(name);
    return found == variables.end() ? Value::no_such_instance() : found->second;
  }
  bool next(const Oid& after, Oid& name, Value& value) override {
    const auto found = variables.upper_bound(after);
    if (found == variables.end()) return false;
    name = found->first;
    value = get(name);
    if (falls_silent_at && *falls_silent_at <= name) snmp_answers = false;
    return true;
  }
  snmp::ErrorStatus test(const snmp::VarBind&) override { return refuses_set; }
  snmp::ErrorStatus commit(const snmp::VarBind& wanted) override {
    sets.push_back(wanted);
    if (on_set) on_set();
    return snmp::ErrorStatus::no_error;
  }
  bool undo(const snmp::VarBind&) override { return true; }

  // Away now, back after `away`.
  void restart(runtime::Duration away) {
    snmp_answers = false;
    after(away, [this] {
      booted = clock.now();
      snmp_answers = true;
    });
  }
  void after(runtime::Duration time, std::function<void()> what) {
    alarms.push_back(clock.at(clock.now() + time, std::move(what)));
  }

  runtime::ManualClock& clock;
  runtime::Instant booted = runtime::Instant() - 5h;
  std::map<Oid, Value> variables;
  bool snmp_answers = true, port_open = true;
  std::optional<Oid> falls_silent_at;             // once somebody reads on to here
  std::optional<snmp::Version> version;           // the only one that it speaks; empty: v1 and v2c
  std::shared_ptr<snmp::UsmAuthority> authority;  // of v3
  std::map<snmp::Version, int> answered;          // requests, by version
  Result<runtime::Duration> ping = runtime::Duration(420us);
  int pings = 0, connections = 0;
  std::string read_community = "public", write_community = "private";
  snmp::ErrorStatus refuses_set = snmp::ErrorStatus::no_error;
  std::vector<snmp::VarBind> sets;
  std::function<void()> on_set;
  std::string received;                // over the raw port
  std::size_t take = SIZE_MAX;         // octets, then it resets the connection
  bool ended = false, broken = false;  // the peer half-closed; the connection broke
  std::function<void()> on_file;       // all of it was received
  std::vector<std::string> log;        // `set`, `file`, with the second
  std::vector<std::unique_ptr<runtime::Alarm>> alarms;
};

inline awaitable<void> take_file(FakePrinter* printer, runtime::Stream stream) {
  std::vector<char> octets(64 * 1024);
  for (;;) {
    const auto [error, count] =
        co_await stream.async_read_some(runtime::asio::buffer(octets), runtime::as_values);
    printer->received.append(octets.data(), count);
    if (error) {
      printer->ended = error == runtime::asio::error::eof;
      printer->broken = !printer->ended;
      if (printer->ended && printer->on_file) printer->on_file();
      co_return;
    }
    if (printer->received.size() >= printer->take) {
      stream.reset();
      co_return;
    }
  }
}

using Printers = std::map<runtime::Address, FakePrinter*>;

class FakeSocket final : public runtime::DatagramSocket {
 public:
  FakeSocket(runtime::asio::io_context& context, const Printers& printers,
             std::set<runtime::Address>& reached)
      : context_(context), printers_(printers), reached_(reached) {}
  void on_receive(std::function<void(const runtime::Datagram&)> receiver) override {
    receiver_ = std::move(receiver);
  }
  void send(std::span<const std::byte> payload, const runtime::Endpoint& to,
            std::optional<runtime::Address>) override {
    reached_.insert(to.address);
    const auto found = printers_.find(to.address);
    if (found == printers_.end() || !found->second->snmp_answers) return;
    FakePrinter& printer = *found->second;
    const bool v3 = snmp::decode_v3(payload).has_value();
    if (v3 != (printer.version == snmp::Version::v3)) return;
    const auto answer = v3 ? answer_user(printer, payload) : answer_community(printer, payload);
    // A restart leaves no time for an answer.
    if (!answer.datagram || !printer.snmp_answers) return;
    runtime::asio::post(context_, [alive = std::weak_ptr(alive_), this, to, octets = *answer.datagram] {
      if (alive.lock()) receiver_({octets, to, {}});
    });
  }
  runtime::Endpoint local() const override { return {}; }

 private:
  static snmp::Answer answer_community(FakePrinter& printer, std::span<const std::byte> payload) {
    return snmp::answer_community(
        payload, printer,
        [&printer](snmp::Version version, std::string_view community) -> std::optional<snmp::Access> {
          if (printer.version && printer.version != version) return std::nullopt;
          ++printer.answered[version];
          if (community == printer.write_community)
            return snmp::Access{&snmp::View::all(), &snmp::View::all()};
          if (community == printer.read_community) return snmp::Access{};
          return std::nullopt;
        });
  }
  static snmp::Answer answer_user(FakePrinter& printer, std::span<const std::byte> payload) {
    const auto up = std::chrono::duration_cast<std::chrono::seconds>(printer.clock.now() - printer.booted);
    return snmp::answer_usm(payload, printer, *printer.authority,
                            [&printer](const snmp::UsmUser&, snmp::SecurityLevel level,
                                       std::string_view) -> std::optional<snmp::Access> {
                              if (level != snmp::SecurityLevel::auth_priv) return std::nullopt;
                              ++printer.answered[snmp::Version::v3];
                              return snmp::Access{};
                            },
                            {1, static_cast<std::int32_t>(up.count())});
  }

  runtime::asio::io_context& context_;
  const Printers& printers_;
  std::set<runtime::Address>& reached_;
  std::function<void(const runtime::Datagram&)> receiver_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

class FakeNetwork final : public runtime::Network {
 public:
  explicit FakeNetwork(runtime::asio::io_context& context) : context_(context) {}

  Printers printers;
  std::function<awaitable<void>(runtime::Stream)> server;  // serves a connection to port 443; empty: refused
  std::optional<Fault> handshake;                          // what it fails with
  std::set<runtime::Address> reached;                      // whoever was sent anything, the server apart

  awaitable<Result<runtime::Stream>> connect(runtime::Endpoint to, runtime::Instant) override {
    const Fault refused(runtime::asio::error::make_error_code(runtime::asio::error::connection_refused));
    auto [here, there] = runtime::memory_pair(context_.get_executor());
    if (to.port == 443) {
      if (!server) co_return refused;
      runtime::asio::co_spawn(context_, server(std::move(there)),
                              [](std::exception_ptr error) { MR_ASSERT(!error); });
      co_return std::move(here);
    }
    reached.insert(to.address);
    const auto found = printers.find(to.address);
    if (found == printers.end())
      co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::timed_out));
    ++found->second->connections;
    if (!found->second->port_open || to.port != 9100) co_return refused;
    runtime::asio::co_spawn(context_, take_file(found->second, std::move(there)),
                            [](std::exception_ptr error) { MR_ASSERT(!error); });
    co_return std::move(here);
  }
  awaitable<Result<runtime::Stream>> secure(runtime::Stream plain, std::shared_ptr<const trust::TlsClient>,
                                            runtime::Instant) override {
    if (handshake) co_return *handshake;
    co_return std::move(plain);
  }
  awaitable<Result<runtime::Stream>> secure(runtime::Stream, std::shared_ptr<const trust::TlsServer>,
                                            runtime::Instant) override {
    co_return nothing();
  }
  Result<std::unique_ptr<runtime::Listener>> listen(runtime::Endpoint) override { return nothing(); }
  Result<std::unique_ptr<runtime::DatagramSocket>> bind(runtime::Endpoint) override {
    return std::make_unique<FakeSocket>(context_, printers, reached);
  }
  awaitable<Result<std::vector<runtime::Address>>> resolve(std::string) override {
    co_return std::vector<runtime::Address>(1, boost::asio::ip::make_address("198.51.100.1"));
  }
  awaitable<Result<runtime::Duration>> ping(runtime::Address to, runtime::Instant) override {
    reached.insert(to);
    const auto found = printers.find(to);
    if (found == printers.end())
      co_return Fault(runtime::asio::error::make_error_code(runtime::asio::error::timed_out));
    ++found->second->pings;
    co_return found->second->ping;
  }

 private:
  static Fault nothing() {
    return Fault(runtime::asio::error::make_error_code(runtime::asio::error::operation_not_supported));
  }
  runtime::asio::io_context& context_;
};

class FakeStores final : public runtime::Stores {
 public:
  explicit FakeStores(std::string folder) : folder_(std::move(folder)) {}
  Result<std::unique_ptr<runtime::Store>> open(std::string name,
                                               std::vector<std::string> migrations) override {
    runtime::SqliteOptions options;
    options.path = folder_ + "/" + name + ".sqlite";
    options.synchronous = runtime::SqliteOptions::Synchronous::off;
    return runtime::open_sqlite(std::move(options), migrations);
  }

 private:
  std::string folder_;
};

// `kind field=value ...` of each event.
class Lines final : public runtime::Trace {
 public:
  void emit(const runtime::Event& event) override {
    std::string line(event.kind);
    for (const auto& [name, value] : event.fields) {
      line += " " + std::string(name) + "=";
      line += std::holds_alternative<std::int64_t>(value) ? std::to_string(std::get<std::int64_t>(value))
                                                          : std::string(std::get<std::string_view>(value));
    }
    lines.push_back(std::move(line));
  }
  std::size_t count(std::string_view start) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lines, [&](const std::string& line) { return line.starts_with(start); }));
  }
  std::string all() const {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
  }
  std::vector<std::string> lines;
};

class FakeRuntime final : public runtime::Runtime {
 public:
  explicit FakeRuntime(std::string folder = {})
      : clock_(context_), network_(context_), stores_(std::move(folder)) {}
  const std::string& host() const override { return host_; }
  runtime::asio::any_io_executor executor() override { return context_.get_executor(); }
  runtime::ManualClock& clock() override { return clock_; }
  FakeNetwork& network() override { return network_; }
  runtime::Entropy& entropy() override { return entropy_; }
  runtime::Stores& stores() override { return stores_; }
  Lines& trace() override { return trace_; }
  awaitable<void> offload(std::function<void()> work) override {
    work();
    co_return;
  }

 private:
  runtime::asio::io_context context_;
  runtime::ManualClock clock_;
  FakeNetwork network_;
  runtime::SeededEntropy entropy_{7};
  FakeStores stores_;
  Lines trace_;
  std::string host_ = "agent";
};

}  // namespace mr::agent::test
