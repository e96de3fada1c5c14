// `makeready server user|key|account|contract|software|action|orders|audit`: the administration on the
// server's own store, beside the running server. Whoever can read the store may do everything but queue
// actions: those are judged by the role of `--as`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "reference/server/settings.hpp"

namespace mr::command {

// lifetime: `exit_code` outlives the parsing of `server`.
void add_administration_commands(CLI::App& server, int& exit_code);

// The settings of the server whose folder is `data`. The names are kept in the folder, so that the
// administration opens the same authority as the server; `names`, where given, are the ones to take.
server::Settings settings_of_server(const std::string& data, const std::vector<std::string>& names);

}  // namespace mr::command
