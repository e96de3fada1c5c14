// `makeready printer`: emulated printers on this machine's addresses until it is told to stop.
#pragma once

#include <CLI/CLI.hpp>

namespace mr::command {

// Adds the sub-command. When it was run, its exit code is in `exit_code`: 0 stopped by a signal, 2 usage or a
// recording that cannot be read, 3 the environment (an address or a port that cannot be bound). lifetime:
// `exit_code` outlives the parsing of `app`.
void add_printer_command(CLI::App& app, int& exit_code);

}  // namespace mr::command
