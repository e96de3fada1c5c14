// `makeready server`: the reference communication server on a port, and its administration.
#include "tools/command/administration_command.hpp"
#include "tools/command/commands.hpp"
#include "tools/command/serve.hpp"

namespace mr::command {

void add_server_command(CLI::App& app, int& exit_code) {
  auto* server = app.add_subcommand("server", "The reference communication server, until SIGINT or SIGTERM");
  auto options = std::make_shared<ServeOptions>();
  add_serve_options(*server, *options);
  add_administration_commands(*server, exit_code);

  server->callback([options, server, &exit_code] {
    if (!server->get_subcommands().empty()) return;
    if (options->data.empty()) throw CLI::RequiredError("--data");
    exit_code = serve(*options);
  });
}

}  // namespace mr::command
