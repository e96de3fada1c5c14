#include "tools/command/serve.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "reference/server/server.hpp"
#include "tools/command/administration_command.hpp"
#include "tools/command/service.hpp"

namespace mr::command {
namespace {

namespace json = boost::json;

int fail(int code, const std::string& what) {
  std::cerr << "makeready server: " << what << "\n";
  return code;
}

}  // namespace

int serve(const ServeOptions& options, const Disguise& disguise) {
  const auto listen = parse_endpoint(options.listen);
  if (!listen) return fail(2, "--listen: found '" + options.listen + "', expected ADDRESS:PORT");
  auto service = Service::open({.name = "server", .stores_folder = options.data}, !options.quiet);
  if (!service) return fail(3, to_string(service.error()));
  server::Settings settings = settings_of_server(options.data, options.names);
  settings.listen = *listen;
  if (!options.administration.empty()) {
    settings.administration = parse_endpoint(options.administration);
    if (!settings.administration)
      return fail(2, "--admin: found '" + options.administration + "', expected ADDRESS:PORT");
  }
  {
    std::ofstream names(options.data + "/names", std::ios::trunc);
    for (const std::string& name : settings.names) names << name << "\n";
  }
  const std::unique_ptr<runtime::Runtime> other = disguise.host ? disguise.host((*service)->host()) : nullptr;
  runtime::Runtime& host = other ? *other : (*service)->host();
  auto opened = (*service)->complete(server::Server::open(host, settings, disguise.decisions));
  if (!opened) return fail(3, to_string(opened.error()));
  server::Server& server = **opened;
  if (const auto started = server.start(); !started)
    return fail(3, to_string(started.error()) + ": " + options.listen);
  const std::string ca = options.data + "/ca.pem";
  std::ofstream(ca, std::ios::trunc) << server.root().pem();
  const runtime::Endpoint at = server.endpoint();
  const auto beside = server.administration_endpoint();
  if (!options.ports_json.empty()) {
    json::object ports = {
        {"address", at.address.to_string()}, {"port", at.port}, {"name", settings.names.front()}, {"ca", ca}};
    if (beside) {
      ports["admin_address"] = beside->address.to_string();
      ports["admin_port"] = beside->port;
    }
    const std::string half = options.ports_json + ".new";  // a reader sees the whole file or none
    std::ofstream(half, std::ios::trunc) << json::serialize(ports) << "\n";
    std::error_code ec;
    std::filesystem::rename(half, options.ports_json, ec);
    if (ec) return fail(3, options.ports_json + ": " + ec.message());
  }
  std::cout << "listening on " << to_string(at) << " as " << settings.names.front() << "\nca " << ca << "\n";
  if (beside) std::cout << "administration on " << to_string(*beside) << "\n";
  std::cout << std::flush;
  (*service)->run([&] { server.stop(); }, [&] { return server.idle(); });
  return 0;
}

void add_serve_options(CLI::App& app, ServeOptions& options) {
  app.add_option("--data", options.data, "Folder of its keys, store, ca.pem and events.ndjson")
      ->envname("MAKEREADY_SERVER_DATA");
  app.add_option("--listen", options.listen, "ADDRESS:PORT; port 0 takes a free one")
      ->envname("MAKEREADY_LISTEN")
      ->capture_default_str();
  app.add_option("--ports-json", options.ports_json, "Write where it listens to this file, once it does");
  app.add_option("--name", options.names, "Names in its certificate; the first is its own");
  app.add_flag("--quiet", options.quiet, "No events on stderr");

  app.add_option("--admin", options.administration,
                 "ADDRESS:PORT of the administration over HTTPS; off without it")
      ->envname("MAKEREADY_ADMIN");
}

}  // namespace mr::command
