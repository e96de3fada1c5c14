// `makeready agent`: the reference device management application on this machine's network.
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>

#include "reference/agent/agent.hpp"
#include "tools/command/commands.hpp"
#include "tools/command/service.hpp"

namespace mr::command {
namespace {

struct Options {
  std::string data, server, server_address, ca, key_file, location, contact, community_file;
  std::vector<std::string> scope;
  std::string report_at, zone = "UTC0", host_name;
  int snmp_port = 161, status_minutes = 60, poll_minutes = 0;
  bool v1 = false, once = false, quiet = false, manage_on_request = false;
  std::vector<std::string> permit, disable;
  std::string security_mode, write_community_file;
  int raw_port = 9100;
  std::string mode;  // of the sub-command
};

struct Failure {
  int code;
  std::string what;
};

int fail(const Failure& failure) {
  std::cerr << "makeready agent: " << failure.what << "\n";
  return failure.code;
}

std::optional<std::string> first_line(const std::string& file) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

std::optional<agent::AddressRange> parse_range(const std::string& text) {
  const std::size_t dash = text.find('-');
  boost::system::error_code ec, ec2;
  const auto first = boost::asio::ip::make_address_v4(text.substr(0, dash), ec);
  const auto last =
      dash == std::string::npos ? first : boost::asio::ip::make_address_v4(text.substr(dash + 1), ec2);
  if (ec || ec2 || last < first) return std::nullopt;
  return agent::AddressRange{first, last};
}

// KIND[@UNTIL][=PRINTER]
std::optional<agent::Permit> parse_permit(const std::string& text) {
  agent::Permit permit;
  const std::size_t equals = text.find('=');
  if (equals != std::string::npos) {
    boost::system::error_code ec;
    permit.printer = boost::asio::ip::make_address(text.substr(equals + 1), ec);
    if (ec) return std::nullopt;
  }
  const std::string left = text.substr(0, equals);
  const std::size_t at = left.find('@');
  if (at != std::string::npos) {
    const auto until = model::parse_stamp(left.substr(at + 1));
    if (!until) return std::nullopt;
    permit.until = until->instant;
  }
  const auto kind = model::from_word<model::ActionKind>(left.substr(0, at));
  if (!kind) return std::nullopt;
  permit.action = *kind;
  const char* user = std::getenv("USER");
  permit.granted_by = user != nullptr ? user : "command line";
  return permit;
}

std::string kinds() {
  std::string out;
  for (const auto& [kind, word] : model::words_of(model::ActionKind{}))
    out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

std::optional<model::SecurityMode> parse_mode(const std::string& text) {
  if (text == "normal") return model::SecurityMode::normal;
  if (text == "locked-down") return model::SecurityMode::locked_down;
  return std::nullopt;
}

std::variant<agent::Settings, Failure> settings_of(const Options& options) {
  agent::Settings settings;
  const std::size_t colon = options.server.rfind(':');
  settings.server_name = options.server.substr(0, colon);
  if (colon != std::string::npos) {
    unsigned port = 0;
    const char* const end = options.server.data() + options.server.size();
    const auto parsed = std::from_chars(options.server.data() + colon + 1, end, port);
    if (parsed.ec != std::errc() || parsed.ptr != end || port == 0 || port > 65535) {
      return Failure{2, "--server: found '" + options.server + "', expected NAME or NAME:PORT"};
    }
    settings.server_port = static_cast<std::uint16_t>(port);
  }
  std::ifstream ca(options.ca);
  std::ostringstream pem;
  pem << ca.rdbuf();
  auto roots = trust::Certificate::chain_from_pem(pem.str());
  if (!roots) return Failure{2, "--ca " + options.ca + ": " + to_string(roots.error())};
  settings.server_roots = std::move(*roots);
  if (!options.key_file.empty()) {
    const auto key = first_line(options.key_file);
    if (!key) return Failure{2, "--key-file " + options.key_file + " cannot be read, or is empty"};
    settings.registration_key = *key;
  } else if (const char* key = std::getenv("MAKEREADY_REGISTRATION_KEY")) {
    settings.registration_key = key;
  }
  settings.location = options.location;
  settings.contact_email = options.contact;
  settings.host_name = options.host_name;
  for (const std::string& text : options.scope) {
    const auto range = parse_range(text);
    if (!range) return Failure{2, "--scope: found '" + text + "', expected an IPv4 address or a range A-B"};
    settings.scope.push_back(*range);
  }
  std::string community = "public";
  if (!options.community_file.empty()) {
    const auto read = first_line(options.community_file);
    if (!read)
      return Failure{2, "--community-file " + options.community_file + " cannot be read, or is empty"};
    community = *read;
  }
  settings.credentials = {
      snmp::CommunityCredentials{options.v1 ? snmp::Version::v1 : snmp::Version::v2c, community}};
  settings.snmp_port = static_cast<std::uint16_t>(options.snmp_port);
  if (!options.report_at.empty()) {
    const auto time = model::parse_time_of_day(options.report_at);
    if (!time) return Failure{2, "--report-at: " + to_string(time.error())};
    settings.report_at = *time;
  }
  auto zone = model::Zone::parse(options.zone);
  if (!zone) return Failure{2, "--zone: " + to_string(zone.error())};
  settings.zone = *zone;
  settings.status_interval = std::chrono::minutes(options.status_minutes);
  settings.poll_interval = std::chrono::minutes(options.poll_minutes);
  settings.report_at_start = options.once;
  settings.manage_automatically = !options.manage_on_request;
  settings.raw_port = static_cast<std::uint16_t>(options.raw_port);
  for (const std::string& text : options.permit) {
    const auto permit = parse_permit(text);
    if (!permit)
      return Failure{2, "--permit: found '" + text +
                            "', expected KIND[@2026-12-31T00:00:00Z][=ADDRESS], KIND one of " + kinds()};
    settings.permitted.push_back(*permit);
  }
  for (const std::string& text : options.disable) {
    const auto kind = model::from_word<model::ActionKind>(text);
    if (!kind) return Failure{2, "--disable: found '" + text + "', expected one of " + kinds()};
    settings.disabled.push_back(*kind);
  }
  if (!options.security_mode.empty()) settings.security_mode = parse_mode(options.security_mode);
  if (!options.write_community_file.empty()) {
    const auto read = first_line(options.write_community_file);
    if (!read)
      return Failure{
          2, "--write-community-file " + options.write_community_file + " cannot be read, or is empty"};
    settings.write_community = *read;
  }
  return settings;
}

// Follows one synchronisation by its events: over when the query was answered and the spool is empty.
struct Once {
  std::set<std::string, std::less<>> spooled;
  std::size_t uploaded = 0, refused = 0, printers = 0;
  bool queried = false;
  std::string failure;
  void see(const runtime::Event& event) {
    if (event.kind == "agent.spooled") spooled.emplace(event.id);
    if (event.kind == "agent.uploaded" || event.kind == "agent.upload_refused") {
      if (const auto found = spooled.find(event.id); found != spooled.end()) spooled.erase(found);
      ++(event.kind == "agent.uploaded" ? uploaded : refused);
    }
    if (event.kind == "agent.queried") queried = true;
    if (event.kind == "agent.read") ++printers;
    if (event.kind == "agent.query_refused" || event.kind == "agent.registration_refused" ||
        event.kind == "agent.failed") {
      failure = event.kind;
      for (const auto& [name, value] : event.fields) {
        if (const auto* text = std::get_if<std::string_view>(&value)) failure += " " + std::string(*text);
      }
    }
  }
  bool over() const { return !failure.empty() || (queried && spooled.empty()); }
};

// On site: writes the mode into the agent's store. A running agent reads it there before anything leaves it.
int set_mode(const Options& options) {
  if (options.data.empty()) return fail({2, "--data is required"});
  auto service = Service::open({.name = "administration", .stores_folder = options.data}, false);
  if (!service) return fail({3, to_string(service.error())});
  const auto kept = (*service)->complete(
      agent::write_security_mode((*service)->host(), agent::Settings().store, *parse_mode(options.mode)));
  if (!kept) return fail({3, to_string(kept.error())});
  std::cout << "security mode " << options.mode << "\n";
  return 0;
}

int run(const Options& options) {
  for (const auto& [name, value] :
       {std::pair("--data", &options.data), {"--server", &options.server}, {"--ca", &options.ca}})
    if (value->empty()) return fail({2, std::string(name) + " is required"});
  if (options.scope.empty()) return fail({2, "--scope is required"});
  auto settings = settings_of(options);
  if (const auto* failure = std::get_if<Failure>(&settings)) return fail(*failure);
  runtime::HostOptions host{.name = options.host_name, .stores_folder = options.data};
  if (!options.server_address.empty()) {
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(options.server_address, ec);
    if (ec)
      return fail({2, "--server-address: found '" + options.server_address + "', expected an IP address"});
    host.names[std::get<agent::Settings>(settings).server_name] = {address};
  }
  auto service = Service::open(std::move(host), !options.quiet);
  if (!service) return fail({3, to_string(service.error())});
  agent::Agent agent((*service)->host(), std::get<agent::Settings>(std::move(settings)));
  Once once;
  if (options.once) {
    (*service)->process().trace_log().observe([&once, &service](const runtime::TraceLog::Record& record) {
      once.see(record.event);
      if (once.over()) (*service)->finish();
    });
  }
  if (const auto started = agent.start(); !started) return fail({3, to_string(started.error())});
  (*service)->run([&] { agent.stop(); }, [&] { return agent.idle(); });
  if (!options.once) return 0;
  if (!once.failure.empty()) return fail({1, once.failure});
  if (!once.over()) return fail({1, "stopped before the synchronisation was over"});
  std::cout << "sender " << agent.sender_id() << "\nprinters " << once.printers << "\nuploads "
            << once.uploaded << "\n";
  return once.refused == 0 ? 0 : 1;
}

}  // namespace

void add_agent_command(CLI::App& app, int& exit_code) {
  auto* agent =
      app.add_subcommand("agent", "The reference device management application, until SIGINT or SIGTERM");
  auto options = std::make_shared<Options>();
  agent->set_config("--config", "", "A file of these options (TOML or INI)");
  agent->add_option("--data", options->data, "Folder of its store and events.ndjson (required)")
      ->envname("MAKEREADY_AGENT_DATA");
  agent
      ->add_option("--server", options->server,
                   "NAME or NAME:PORT of the server; the name is in its certificate (required)")
      ->envname("MAKEREADY_SERVER");
  agent->add_option("--server-address", options->server_address, "Its address, instead of asking DNS");
  agent->add_option("--ca", options->ca, "The server's root certificate, PEM (required)")
      ->check(CLI::ExistingFile)
      ->envname("MAKEREADY_CA");
  agent->add_option("--key-file", options->key_file,
                    "File with the registration key; or set MAKEREADY_REGISTRATION_KEY. Needed once");
  agent->add_option("--location", options->location, "Where it is, for the registration")
      ->envname("MAKEREADY_LOCATION");
  agent
      ->add_option("--contact", options->contact,
                   "E-mail address of who is responsible, for the registration")
      ->envname("MAKEREADY_CONTACT");
  agent->add_option("--scope", options->scope,
                    "IPv4 addresses or ranges A-B in which it looks for printers (required)");
  agent->add_option("--community-file", options->community_file,
                    "File with the SNMP read community; without it `public`");
  agent->add_option("--write-community-file", options->write_community_file,
                    "File with the SNMP write community, for RebootDevice; without it `private`");
  agent->add_flag("--manage-on-request", options->manage_on_request,
                  "A printer that is found waits for StartManagingDevice");
  agent->add_option("--permit", options->permit,
                    "An action that the server may ask for: KIND[@UNTIL][=PRINTER], as RebootDevice, "
                    "RebootDevice@2026-12-31T00:00:00Z or PrintTestPage=192.0.2.7. KIND is one of " +
                        kinds());
  agent->add_option("--disable", options->disable, "A KIND that is switched off, whatever is permitted");
  agent
      ->add_option("--security-mode", options->security_mode,
                   "Set the mode at this start; without it, as last set on site")
      ->check(CLI::IsMember({"normal", "locked-down"}));
  agent->add_option("--raw-port", options->raw_port, "TCP port of the printers for test pages and software")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  agent->add_option("--snmp-port", options->snmp_port, "UDP port of the printers")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
  agent->add_flag("--snmp-v1", options->v1, "SNMP v1 instead of v2c");
  agent->add_option(
      "--report-at", options->report_at,
      "Local time of the daily report, HH:MM; without it as the server told at registration, or 02:00");
  agent->add_option("--zone", options->zone, "Local time as a POSIX TZ rule")->capture_default_str();
  agent->add_option("--status-minutes", options->status_minutes, "Between status reads; 0: none")
      ->check(CLI::Range(0, 10080))
      ->capture_default_str();
  agent
      ->add_option("--poll-minutes", options->poll_minutes,
                   "Between queries for actions besides the daily one; 0: none")
      ->check(CLI::Range(0, 10080))
      ->capture_default_str();
  options->host_name = "agent";
  agent->add_option("--host-name", options->host_name, "How it names its host")->capture_default_str();
  agent->add_flag("--once", options->once, "Register, discover, read, upload and query now, then end");
  agent->add_flag("--quiet", options->quiet, "No events on stderr");
  auto* mode = agent->add_subcommand("mode", "Set the security mode on site; no server can");
  mode->add_option("mode", options->mode, "normal or locked-down")
      ->required()
      ->check(CLI::IsMember({"normal", "locked-down"}));
  mode->add_option("--data", options->data, "Folder of its store (required)")
      ->envname("MAKEREADY_AGENT_DATA");
  agent->callback(
      [options, mode, &exit_code] { exit_code = mode->parsed() ? set_mode(*options) : run(*options); });
}

}  // namespace mr::command
