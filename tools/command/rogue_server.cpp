// makeready-rogue-server: the reference server with one defect, on a port. It is no part of the product: it
// is what suites are tried on. Otherwise it is `makeready server`, sub-commands too: they work on the store
// as the reference does, whatever the defect.
#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <iostream>

#include "simulators/rogue/servers.hpp"
#include "tools/command/administration_command.hpp"
#include "tools/command/serve.hpp"

namespace {

using mr::rogue::RogueServer;

void list_defects(bool as_json) {
  boost::json::array all;
  for (const RogueServer& one : mr::rogue::rogue_servers()) {
    if (as_json) {
      all.push_back({{"name", one.name}, {"requirement", one.requirement}, {"sentence", one.sentence}});
    } else {
      std::cout << one.name << "\t" << one.requirement << "\t" << one.sentence << "\n";
    }
  }
  if (as_json) std::cout << boost::json::serialize(all) << "\n";
}

int fail(const std::string& what) {
  std::cerr << "makeready-rogue-server: " << what << "\n";
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace mr;
  CLI::App app("The reference server with one defect: what suites are tried on", "makeready-rogue-server");
  command::ServeOptions options;
  std::string defect;
  bool list = false, as_json = false;
  int exit_code = 0;
  app.add_flag("--list", list, "The defects: name, requirement, what it does; separated by tabs");
  app.add_flag("--json", as_json, "With --list: as JSON");
  app.add_option("--defect", defect, "Which one");
  command::add_serve_options(app, options);
  command::add_administration_commands(app, exit_code);
  CLI11_PARSE(app, argc, argv);
  if (!app.get_subcommands().empty()) return exit_code;
  if (list) {
    list_defects(as_json);
    return 0;
  }
  const RogueServer* const rogue = rogue::find_rogue_server(defect);
  if (rogue == nullptr) return fail("--defect: found '" + defect + "', expected one of --list");
  if (options.data.empty()) return fail("--data is required");
  command::Disguise disguise;
  if (rogue->decisions != nullptr) disguise.decisions = rogue->decisions();
  if (rogue->host != nullptr) disguise.host = rogue->host;
  return command::serve(options, disguise);
}
