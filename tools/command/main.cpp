// The makeready command. stdout is the result, stderr the progress.
#include <unistd.h>

#include <iostream>

#include "tools/command/commands.hpp"
#include "tools/command/printer_command.hpp"

namespace mr::command {

const std::string_view version = MAKEREADY_VERSION, commit = MAKEREADY_COMMIT;

std::string shell_word(const std::string& word) {
  const std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace mr::command

int main(int argc, char** argv) {
  CLI::App app("Full-system simulator and conformance test harness for printer remote services", "makeready");
  std::string told = std::string(mr::command::version);
  if (!mr::command::commit.empty()) told += " (" + std::string(mr::command::commit) + ")";
  app.set_version_flag("--version", "makeready " + told);
  app.require_subcommand(1);
  int exit_code = 0;
  mr::command::add_run_command(app, exit_code);
  mr::command::add_printer_command(app, exit_code);
  mr::command::add_server_command(app, exit_code);
  mr::command::add_agent_command(app, exit_code);
  mr::command::add_suite_command(app, exit_code);
  mr::command::add_firmware_command(app, exit_code);
  mr::command::add_profile_command(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {  // start-up: allocation, a thread that cannot be made
    std::cerr << "makeready: " << error.what() << "\n";
    return 3;
  }
  return exit_code;
}
