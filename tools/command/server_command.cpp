// `makeready server`: the reference communication server on a port, and its administration beside it.
#include <boost/json.hpp>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reference/server/server.hpp"
#include "tools/command/commands.hpp"
#include "tools/command/service.hpp"

namespace mr::command {
namespace {

namespace json = boost::json;
using runtime::asio::awaitable;

struct Options {
  std::string data, listen = "127.0.0.1:0", ports_json, account = "Example Ltd", sender, kind;
  std::vector<std::string> names;
  std::vector<std::string> kinds;
  int days = 30;
  bool quiet = false;
};

int fail(int code, const std::string& what) {
  std::cerr << "makeready server: " << what << "\n";
  return code;
}

std::optional<runtime::Endpoint> parse_endpoint(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code ec;
  const auto address = boost::asio::ip::make_address(host, ec);
  unsigned port = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
  if (ec || parsed.ec != std::errc() || parsed.ptr != end || port > 65535) return std::nullopt;
  return runtime::Endpoint{address, static_cast<std::uint16_t>(port)};
}

// The names are kept beside the store, so that the administration opens the same authority as the server.
std::vector<std::string> kept_names(const std::string& data) {
  std::ifstream in(data + "/names");
  std::vector<std::string> names;
  for (std::string name; std::getline(in, name);) {
    if (!name.empty()) names.push_back(name);
  }
  return names;
}

server::Settings settings_of(const Options& options) {
  server::Settings settings;
  if (!options.names.empty()) {
    settings.names = options.names;
  } else if (auto kept = kept_names(options.data); !kept.empty()) {
    settings.names = std::move(kept);
  }
  return settings;
}

int serve(const Options& options) {
  const auto listen = parse_endpoint(options.listen);
  if (!listen) return fail(2, "--listen: found '" + options.listen + "', expected ADDRESS:PORT");
  auto service = Service::open({.name = "server", .stores_folder = options.data}, !options.quiet);
  if (!service) return fail(3, to_string(service.error()));
  server::Settings settings = settings_of(options);
  settings.listen = *listen;
  {
    std::ofstream names(options.data + "/names", std::ios::trunc);
    for (const std::string& name : settings.names) names << name << "\n";
  }
  auto opened = (*service)->complete(server::Server::open((*service)->host(), settings));
  if (!opened) return fail(3, to_string(opened.error()));
  server::Server& server = **opened;
  if (const auto started = server.start(); !started)
    return fail(3, to_string(started.error()) + ": " + options.listen);
  const std::string ca = options.data + "/ca.pem";
  std::ofstream(ca, std::ios::trunc) << server.root().pem();
  const runtime::Endpoint at = server.endpoint();
  if (!options.ports_json.empty()) {
    const json::object ports = {
        {"address", at.address.to_string()}, {"port", at.port}, {"name", settings.names.front()}, {"ca", ca}};
    const std::string half = options.ports_json + ".new";  // a reader sees the whole file or none
    std::ofstream(half, std::ios::trunc) << json::serialize(ports) << "\n";
    std::error_code ec;
    std::filesystem::rename(half, options.ports_json, ec);
    if (ec) return fail(3, options.ports_json + ": " + ec.message());
  }
  std::cout << "listening on " << to_string(at) << " as " << settings.names.front() << "\nca " << ca
            << std::endl;
  (*service)->run([&] { server.stop(); }, [&] { return server.idle(); });
  return 0;
}

// Opens the store of a server that may be running, without listening.
template <class Work>
int administer(const Options& options, Work work) {
  std::error_code ec;
  if (!std::filesystem::exists(options.data + "/names", ec))
    return fail(2, "--data: " + options.data + " is no server's folder");
  auto service = Service::open({.name = "administration", .stores_folder = options.data}, false);
  if (!service) return fail(3, to_string(service.error()));
  auto opened = (*service)->complete(server::Server::open((*service)->host(), settings_of(options)));
  if (!opened) return fail(3, to_string(opened.error()));
  return work(**service, **opened);
}

int make_key(const Options& options) {
  return administer(options, [&](Service& service, server::Server& server) {
    const auto account = service.complete(server.registry().account(options.account));
    if (!account) return fail(3, to_string(account.error()));
    const auto key = service.complete(server.registry().make_key(*account, std::chrono::days(options.days)));
    if (!key) return fail(3, to_string(key.error()));
    std::cout << *key << std::endl;
    return 0;
  });
}

int queue_action(const Options& options) {
  const auto kind = model::from_word<model::ActionKind>(options.kind);
  if (!kind) return fail(2, "--kind: found '" + options.kind + "'");
  return administer(options, [&](Service& service, server::Server& server) {
    const auto id = service.complete(server.dispatch().queue(options.sender, *kind, "", "command line"));
    if (!id) return fail(id.error().code == runtime::store_errc::constraint ? 2 : 3, to_string(id.error()));
    std::cout << *id << std::endl;
    return 0;
  });
}

}  // namespace

void add_server_command(CLI::App& app, int& exit_code) {
  auto* server = app.add_subcommand("server", "The reference communication server, until SIGINT or SIGTERM");
  auto options = std::make_shared<Options>();
  server->add_option("--data", options->data, "Folder of its keys, store, ca.pem and events.ndjson")
      ->envname("MAKEREADY_SERVER_DATA");
  server->add_option("--listen", options->listen, "ADDRESS:PORT; port 0 takes a free one")
      ->envname("MAKEREADY_LISTEN")
      ->capture_default_str();
  server->add_option("--ports-json", options->ports_json,
                     "Write where it listens to this file, once it does");
  server->add_option("--name", options->names, "Names in its certificate; the first is its own");
  server->add_flag("--quiet", options->quiet, "No events on stderr");

  auto* key = server->add_subcommand("key", "Print a fresh registration key; the server may be running");
  key->add_option("--data", options->data, "The server's folder")->required();
  key->add_option("--account", options->account, "The customer's account, made if there is none")
      ->capture_default_str();
  key->add_option("--days", options->days, "How long it is valid")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();

  for (const auto& word : words_of(model::ActionKind{})) options->kinds.emplace_back(word.word);
  auto* action = server->add_subcommand("action", "Queue an action for a sender; prints its id");
  action->add_option("--data", options->data, "The server's folder")->required();
  action->add_option("--sender", options->sender, "The sender's id")->required();
  action->add_option("--kind", options->kind, "What to do")->required()->check(CLI::IsMember(options->kinds));

  key->callback([options, &exit_code] { exit_code = make_key(*options); });
  action->callback([options, &exit_code] { exit_code = queue_action(*options); });
  server->callback([options, server, &exit_code] {
    if (!server->get_subcommands().empty()) return;
    if (options->data.empty()) throw CLI::RequiredError("--data");
    exit_code = serve(*options);
  });
}

}  // namespace mr::command
