#include "tools/command/printer_command.hpp"

#include <malloc.h>

#include <fmt/core.h>
#include <fmt/ostream.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "reference/protocol/trust/certificate.hpp"
#include "reference/runtime/asio/process.hpp"
#include "simulators/printer/control/control_server.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "simulators/printer/quirks/quirky_engine.hpp"
#include "simulators/printer/recording/recording.hpp"
#include "simulators/printer/site/printer_site.hpp"
#include "simulators/printer/snmp/native_engine.hpp"
#include "simulators/printer/snmp/net_snmp_engine.hpp"
#include "tools/command/service.hpp"

namespace mr::command {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using namespace mr::printer;

constexpr int exit_usage = 2, exit_environment = 3;
// For demonstrations: printed, and in the ports file. A real secret has no place in an emulated printer.
constexpr std::string_view demo_auth = "makeready-auth", demo_priv = "makeready-priv";
// Enterprise number of the engine ids: net-snmp's, as most agents have it.
constexpr std::uint32_t engine_enterprise = 8072;

struct Options {
  std::string recording, profile;
  std::uint32_t count = 1;
  std::string address = "127.0.0.1";
  int port_offset = 0;
  std::string engine = "net-snmp";
  std::string ports_json, events, control, state;
  std::vector<std::uint16_t> raw_ports{9100, 2000, 2105};
  bool no_raw = false;
  std::uint16_t lpd_port = 515, http_port = 80, https_port = 443;  // 0: none
  std::vector<std::string> firmware_roots;
  std::optional<std::uint32_t> install_s, restart_s;
  std::string read_community = "public", write_community = "private";
  bool verbose = false;
  std::vector<std::string> quirks;
  std::string quirks_file;
  bool list_quirks = false;
};

struct Failure {
  int code;
  std::string message;
};

// What the printers are made from.
struct Source {
  ModelPtr model;
  MibTemplatePtr mib;
  std::optional<RecordedPrinter> recorded;
};

std::variant<Source, Failure> load(const Options& options) {
  if (options.recording.empty()) {
    auto model = profile(options.profile);
    if (!model) {
      std::string known;
      for (const auto key : profile_keys()) known += fmt::format("\n  {}", key);
      return Failure{exit_usage,
                     fmt::format("there is no profile '{}'; there are:{}", options.profile, known)};
    }
    auto adjusted = std::make_shared<Model>(**model);
    if (options.install_s) adjusted->firmware_install_ms = *options.install_s * 1000;
    if (options.restart_s) adjusted->restart_ms = *options.restart_s * 1000;
    auto mib = compose_mib(adjusted);
    return Source{std::move(adjusted), std::move(mib), {}};
  }
  std::ifstream file(options.recording, std::ios::binary);
  if (!file) return Failure{exit_usage, fmt::format("{}: cannot be read", options.recording)};
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto recording = read_recording(text);
  if (!recording)
    return Failure{exit_usage, fmt::format("{}: {}", options.recording, to_string(recording.error()))};
  auto made = make_printer(std::move(*recording), std::filesystem::path(options.recording).stem().string());
  Source source{made.model, made.mib, {}};
  source.recorded.emplace(std::move(made));
  return source;
}

void tell_unserved(const ImportReport& report, const Options& options) {
  fmt::print(stderr, "{}: {} variables, {} served, {} move with the device, {} cannot be served\n",
             options.recording, report.lines, report.served, report.bound, report.unserved.size());
  if (report.unserved.empty()) return;
  if (!options.verbose) {
    fmt::print(stderr, "  (--verbose names them)\n");
    return;
  }
  for (const auto& note : report.unserved) {
    fmt::print(stderr, "  line {}: {}: {}{}{}\n", note.line, note.name, to_text(note.why),
               note.detail.empty() ? "" : ": ", note.detail);
  }
}

std::variant<std::vector<runtime::Address>, Failure> addresses_from(const Options& options) {
  boost::system::error_code ec;
  const auto first = asio::ip::make_address_v4(options.address, ec);
  if (ec) return Failure{exit_usage, fmt::format("--address {}: not an IPv4 address", options.address)};
  const std::uint64_t start = first.to_uint();
  if (start + options.count - 1 > 0xffffffffu)
    return Failure{exit_usage, "--address: there are not so many after it"};
  std::vector<runtime::Address> all;
  for (std::uint32_t i = 0; i < options.count; ++i) {
    all.push_back(asio::ip::address_v4(static_cast<std::uint32_t>(start + i)));
  }
  return all;
}

std::variant<std::vector<trust::Certificate>, Failure> firmware_roots(const Options& options) {
  std::vector<trust::Certificate> roots;
  for (const std::string& path : options.firmware_roots) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto read = trust::Certificate::chain_from_pem(text);
    if (!file || !read) return Failure{exit_usage, fmt::format("{}: no certificate in PEM", path)};
    roots.insert(roots.end(), read->begin(), read->end());
  }
  return roots;
}

// How the printers misbehave: as their profile says, then the file, then each --quirk. Null: not at all.
std::variant<std::shared_ptr<const Behaviour>, Failure> behaviour_of(const Model& model,
                                                                     const Options& options) {
  auto all = std::make_shared<Behaviour>();
  const auto add = [&](const std::string& text, const char* where) -> std::optional<Failure> {
    auto quirk = parse_quirk(text);
    if (!quirk) return Failure{exit_usage, fmt::format("{}: {}", where, to_string(quirk.error()))};
    all->quirks.push_back(std::move(*quirk));
    return {};
  };
  for (const std::string& text : model.quirks) {
    if (auto failure = add(text, "the profile's quirks")) return *failure;
  }
  if (!options.quirks_file.empty()) {
    std::ifstream file(options.quirks_file, std::ios::binary);
    if (!file) return Failure{exit_usage, fmt::format("{}: cannot be read", options.quirks_file)};
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    auto read = read_behaviour(text);
    if (!read)
      return Failure{exit_usage, fmt::format("{}: {}", options.quirks_file, to_string(read.error()))};
    std::move(read->quirks.begin(), read->quirks.end(), std::back_inserter(all->quirks));
    all->wrong_answers = std::move(read->wrong_answers);
  }
  for (const std::string& text : options.quirks) {
    if (auto failure = add(text, "--quirk")) return *failure;
  }
  if (all->quirks.empty() && all->wrong_answers.empty()) return std::shared_ptr<const Behaviour>();
  return std::shared_ptr<const Behaviour>(std::move(all));
}

void list_quirks() {
  for (const QuirkKind& kind : quirk_kinds()) {
    fmt::print("{}\n  {}\n  seen: {}\n  naive readers: {}\n", kind.name, kind.shows, kind.seen, kind.readers);
    for (const QuirkParameter& parameter : kind.parameters) {
      std::string choice;
      for (const std::string& one : parameter.one_of) choice += (choice.empty() ? ", one of " : " ") + one;
      fmt::print("    {}={}  {}{}\n", parameter.word, parameter.initial, parameter.says, choice);
    }
  }
}

// The state file: a list of the printers' states. None is there at first.
std::variant<json::array, Failure> load_states(const Options& options) {
  std::ifstream file(options.state, std::ios::binary);
  if (options.state.empty() || !file) return json::array();
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_array() || value.get_array().size() > options.count)
    return Failure{exit_usage,
                   fmt::format("{}: not the states of at most {} printers", options.state, options.count)};
  return std::move(value.get_array());
}

json::array states_of(PrinterSite& site, runtime::Clock& clock) {
  json::array out;
  for (std::size_t i = 0; i < site.size(); ++i)
    out.push_back(json::parse(site.device(i).save(clock.now().time_since_epoch())));
  return out;
}

json::object describe_site(PrinterSite& site, const Options& options, const Source& source) {
  json::array printers;
  for (std::size_t i = 0; i < site.size(); ++i) {
    const auto at = site.endpoint(i);
    json::array raw;
    for (std::size_t port = 0; port < options.raw_ports.size(); ++port)
      raw.push_back(site.raw_endpoint(i, port).port);
    json::object printer{{"index", i},
                         {"address", at.address.to_string()},
                         {"snmp", at.port},
                         {"raw", std::move(raw)},
                         {"serial", site.device(i).identity().serial},
                         {"product", site.device(i).model().product}};
    if (const auto lpd = site.lpd_endpoint(i)) printer["lpd"] = lpd->port;
    if (const auto web = site.web_endpoint(i, false)) printer["http"] = web->port;
    if (const auto web = site.web_endpoint(i, true)) printer["https"] = web->port;
    printers.push_back(std::move(printer));
  }
  json::object all{{"version", 1},
                   {"engine", options.engine},
                   {"communities", {{"read", options.read_community}, {"write", options.write_community}}},
                   {"user",
                    {{"name", "makeready"},
                     {"authentication", "SHA-256"},
                     {"authentication_passphrase", demo_auth},
                     {"privacy", "AES-128"},
                     {"privacy_passphrase", demo_priv}}},
                   {"printers", std::move(printers)}};
  if (source.recorded) {
    const ImportReport& report = source.recorded->report;
    json::array unserved;
    for (const auto& note : report.unserved) {
      unserved.push_back(
          {{"line", note.line}, {"name", note.name}, {"why", to_text(note.why)}, {"detail", note.detail}});
    }
    all["recording"] = {{"variables", report.lines},
                        {"served", report.served},
                        {"bound", report.bound},
                        {"unserved", std::move(unserved)}};
  }
  return all;
}

// Written beside its place and moved there, so that who waits for it never reads half of it.
bool write_json(const std::string& path, const json::value& site) {
  const std::string part = path + ".part";
  std::ofstream file(part);
  file << json::serialize(site) << "\n";
  file.close();
  std::error_code ec;
  if (file) std::filesystem::rename(part, path, ec);
  return file && !ec;
}

void print_table(PrinterSite& site, const Options& options) {
  const auto raw = [&](std::size_t i) {
    std::string ports;
    for (std::size_t port = 0; port < options.raw_ports.size(); ++port)
      ports += (ports.empty() ? "" : ",") + std::to_string(site.raw_endpoint(i, port).port);
    return ports.empty() ? std::string("none") : ports;
  };
  const auto port = [](const std::optional<runtime::Endpoint>& at) {
    return at ? std::to_string(at->port) : std::string("none");
  };
  fmt::print("{:<16} {:>6} {:>6} {:>6} {:>6}  {:<18} {:<20} {}\n", "address", "snmp", "lpd", "http", "https",
             "raw", "serial", "product");
  for (std::size_t i = 0; i < site.size(); ++i) {
    const auto at = site.endpoint(i);
    fmt::print("{:<16} {:>6} {:>6} {:>6} {:>6}  {:<18} {:<20} {}\n", at.address.to_string(), at.port,
               port(site.lpd_endpoint(i)), port(site.web_endpoint(i, false)),
               port(site.web_endpoint(i, true)), raw(i), site.device(i).identity().serial,
               site.device(i).model().product);
  }
  fmt::print("communities: {} (read), {} (write)\n",
             options.read_community.empty() ? "none" : options.read_community,
             options.write_community.empty() ? "none" : options.write_community);
  fmt::print("v3 user: makeready, SHA-256 \"{}\", AES-128 \"{}\" (for demonstrations)\n", demo_auth,
             demo_priv);
  std::fflush(stdout);
}

std::optional<Failure> serve(const Options& options) {
  auto loaded = load(options);
  if (auto* failure = std::get_if<Failure>(&loaded)) return *failure;
  const auto& source = std::get<Source>(loaded);
  if (source.recorded) tell_unserved(source.recorded->report, options);
  auto places = addresses_from(options);
  if (auto* failure = std::get_if<Failure>(&places)) return *failure;

  std::unique_ptr<SnmpEngine> engine;
  if (options.engine == "native") {
    engine = std::make_unique<NativeEngine>();
  } else {
    auto made = NetSnmpEngine::create();
    if (!made) return Failure{exit_environment, to_string(made.error())};
    engine = std::move(*made);
  }

  auto misbehaving = behaviour_of(*source.model, options);
  if (auto* failure = std::get_if<Failure>(&misbehaving)) return *failure;
  auto roots = firmware_roots(options);
  if (auto* failure = std::get_if<Failure>(&roots)) return *failure;
  std::ofstream events;
  runtime::ProcessOptions process_options;
  if (!options.events.empty()) {
    events.open(options.events, std::ios::binary | std::ios::app);
    if (!events) return Failure{exit_environment, fmt::format("{}: cannot be written", options.events)};
    process_options.trace.write = [&events](std::string_view line) { events << line << std::flush; };
  }
  auto saved = load_states(options);
  if (auto* failure = std::get_if<Failure>(&saved)) return *failure;
  const json::array& states = std::get<json::array>(saved);
  runtime::AsioProcess process(std::move(process_options));
  runtime::AsioRuntime host(process, {.name = "printers"});
  if (const auto& behaviour = std::get<std::shared_ptr<const Behaviour>>(misbehaving)) {
    auto quirky = std::make_unique<QuirkyEngine>(std::move(engine), host.entropy(),
                                                 host.clock().now().time_since_epoch());
    for (std::uint32_t i = 0; i < options.count; ++i) quirky->behave(i, behaviour, i);
    engine = std::move(quirky);
  }
  snmp::PasswordKeys keys;
  const auto users = default_users(demo_auth, demo_priv, keys);
  std::vector<PrinterSite::Plan> plans;
  const auto& addresses = std::get<std::vector<runtime::Address>>(places);
  for (std::uint32_t i = 0; i < options.count; ++i) {
    // One recorded printer is the recorded one; of several, each has a serial number of its own.
    const Identity own = identity_of(*source.model, i);
    Device device = source.recorded ? source.recorded->device(options.count == 1 ? std::string() : own.serial)
                                    : make_device(source.model, i, host.entropy());
    Settings settings = device.settings();
    settings.read_community = options.read_community;
    settings.write_community = options.write_community;
    device.set(std::move(settings));
    const Moment now = host.clock().now().time_since_epoch();
    device.set_clock(std::chrono::time_point_cast<Moment>(host.clock().wall()) - now,
                     std::chrono::minutes(0));
    if (i < states.size()) {
      if (const auto restored = device.restore(json::serialize(states[i]), now); !restored)
        return Failure{exit_usage,
                       fmt::format("{}: printer {}: {}", options.state, i, to_string(restored.error()))};
    }
    EngineIdentity identity{.engine_id = make_engine_id(engine_enterprise, fmt::format("makeready-{}", i)),
                            .users = users,
                            .salt = host.entropy().stream(fmt::format("printer/{}/salt", i)).next()};
    plans.push_back({addresses[i], std::move(device), source.mib, std::move(identity)});
  }
  const auto port = static_cast<std::uint16_t>(161 + options.port_offset);
  for (const std::uint16_t raw : options.raw_ports) {
    if (raw == 0 || raw + options.port_offset > 65535)
      return Failure{exit_usage,
                     fmt::format("--raw-ports {}: no port with --port-offset {}", raw, options.port_offset)};
  }
  for (const int other : {options.lpd_port, options.http_port, options.https_port}) {
    if (other + options.port_offset > 65535)
      return Failure{exit_usage,
                     fmt::format("port {}: none with --port-offset {}", other, options.port_offset)};
  }
  auto site =
      PrinterSite::open(host, std::move(engine), std::move(plans),
                        {.port = port,
                         .raw_ports = options.raw_ports,
                         .lpd_port = options.lpd_port,
                         .http_port = options.http_port,
                         .https_port = options.https_port,
                         .port_shift = options.port_offset,
                         .firmware_roots = std::get<std::vector<trust::Certificate>>(std::move(roots)),
                         .tell_answers = !options.events.empty()});
  if (!site) {
    return Failure{
        exit_environment,
        fmt::format("{}\na port cannot be had here; ports under 1024 need root, and another program may "
                    "have the raw ports: try --port-offset 10000",
                    to_string(site.error()))};
  }
  std::unique_ptr<ControlServer> control;
  if (!options.control.empty()) {
    const auto at = parse_endpoint(options.control);
    if (!at) return Failure{exit_usage, fmt::format("--control {}: expected ADDRESS:PORT", options.control)};
    auto opened = ControlServer::open(host, **site, *at,
                                      [&process](runtime::Duration by) { return process.advance(by); });
    if (!opened)
      return Failure{exit_environment,
                     fmt::format("--control {}: {}", options.control, to_string(opened.error()))};
    control = std::move(*opened);
  }
  {
    json::object described = describe_site(**site, options, source);
    if (control) described["control"] = fmt::format("http://{}/v1", to_string(control->endpoint()));
    if (!options.ports_json.empty() && !write_json(options.ports_json, described)) {
      return Failure{exit_environment, fmt::format("{}: cannot be written", options.ports_json)};
    }
  }
#if defined(__GLIBC__)
  malloc_trim(0);  // what making thousands of printers left behind goes back to the system
#endif
  print_table(**site, options);
  if (control) fmt::print("control: http://{}/v1\n", to_string(control->endpoint()));
  std::fflush(stdout);

  asio::signal_set stop(process.context(), SIGINT, SIGTERM);
  stop.async_wait([&process](const boost::system::error_code& ec, int) {
    if (!ec) process.stop();
  });
  process.run();
  if (!options.state.empty() && !write_json(options.state, states_of(**site, host.clock())))
    return Failure{exit_environment, fmt::format("{}: cannot be written", options.state)};
  const auto& counts = (*site)->engine().counts();
  fmt::print(stderr, "stopped; {} requests received, {} answered\n", counts.received, counts.answered);
  return {};
}

}  // namespace

void add_printer_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  auto* command =
      app.add_subcommand("printer", "Emulate printers at addresses of this machine, until SIGINT or SIGTERM");
  auto* what = command->add_option_group("what");
  what->add_option("--recording", options->recording,
                   "A recorded printer: .snmprec, or what snmpwalk -On printed");
  what->add_option("--profile", options->profile, "A built-in model");
  what->add_flag("--list-quirks", options->list_quirks, "Tell what --quirk can be, and end");
  what->require_option(1);
  command->add_option("--count", options->count, "How many")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--address", options->address, "IPv4 address of the first; the others count up")
      ->capture_default_str();
  command
      ->add_option("--port-offset", options->port_offset,
                   "Added to each port, so that no root is needed (10000: 10161)")
      ->check(CLI::Range(0, 65535 - 161))
      ->capture_default_str();
  command->add_option("--engine", options->engine, "Who speaks SNMP")
      ->check(CLI::IsMember({"net-snmp", "native"}))
      ->capture_default_str();
  command->add_option("--read-community", options->read_community, "Empty for none")->capture_default_str();
  command->add_option("--write-community", options->write_community, "Empty for none")->capture_default_str();
  command
      ->add_option("--raw-ports", options->raw_ports,
                   "Ports for print jobs and firmware, before --port-offset")
      ->delimiter(',')
      ->capture_default_str();
  command->add_flag("--no-raw", options->no_raw, "No such ports");
  for (const auto& [name, value, what] :
       {std::tuple{"--lpd-port", &options->lpd_port, "LPD"},
        std::tuple{"--http-port", &options->http_port, "the web page"},
        std::tuple{"--https-port", &options->https_port, "the web page over TLS"}})
    command->add_option(name, *value, fmt::format("Port of {}, before --port-offset; 0: none", what))
        ->capture_default_str();
  command->add_option("--firmware-root", options->firmware_roots,
                      "Certificate (PEM) under which firmware is signed; without one, none is accepted");
  command
      ->add_option("--install-time", options->install_s,
                   "Seconds to install firmware, instead of the profile's")
      ->check(CLI::Range(0, 7200));
  command->add_option("--restart-time", options->restart_s, "Seconds of a restart, instead of the profile's")
      ->check(CLI::Range(0, 3600));
  command->add_option("--events", options->events, "Append what happens to this file, a line of JSON each");
  command->add_option("--control", options->control,
                      "ADDRESS:PORT of the control interface (HTTP, JSON); port 0 takes a free one");
  command->add_option(
      "--state", options->state,
      "Printers go on from this file, where it is there, and leave their state in it at the end");
  command->add_option("--ports-json", options->ports_json, "Write what listens where to this file");
  command
      ->add_option("--quirk", options->quirks,
                   "A quirk of printers in the field, NAME or NAME=VALUE or NAME=WORD=VALUE,...; several are "
                   "applied in their order")
      ->allow_extra_args(false);
  command->add_option("--quirks", options->quirks_file,
                      "Quirks and wrong answers on purpose from this file (JSON)");
  command->add_flag("--verbose", options->verbose, "Name each variable of a recording that cannot be served");
  command->callback([options, &exit_code] {
    if (options->list_quirks) {
      list_quirks();
      exit_code = 0;
      return;
    }
    if (options->no_raw) options->raw_ports.clear();
    if (const auto failure = serve(*options)) {
      fmt::print(stderr, "makeready printer: {}\n", failure->message);
      exit_code = failure->code;
    } else {
      exit_code = 0;
    }
  });
}

}  // namespace mr::command
