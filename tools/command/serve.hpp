// A communication server on a port until a signal ends it: what `makeready server` runs, and the rogue
// servers.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "reference/runtime/runtime.hpp"
#include "reference/server/decisions.hpp"

namespace mr::command {

struct ServeOptions {
  std::string data, listen = "127.0.0.1:0", administration, ports_json;
  std::vector<std::string> names;
  bool quiet = false;
};
// lifetime: `options` outlives `app`.
void add_serve_options(CLI::App& app, ServeOptions& options);

// In what the server differs from the reference; as it is, in nothing.
struct Disguise {
  server::Decisions decisions = {};
  std::function<std::unique_ptr<runtime::Runtime>(runtime::Runtime& host)> host = {};
};
// Gives the exit code. requires: options.data is not empty.
int serve(const ServeOptions& options, const Disguise& disguise = {});

}  // namespace mr::command
