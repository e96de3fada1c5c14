// The sub-commands of `makeready`. Each adder gives one its options; when it was run, its exit code is in
// `exit_code`, as mr::report::Exit has them. lifetime: `exit_code` outlives the parsing of `app`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

namespace mr::command {

void add_run_command(CLI::App& app, int& exit_code);
void add_server_command(CLI::App& app, int& exit_code);
void add_agent_command(CLI::App& app, int& exit_code);
void add_suite_command(CLI::App& app, int& exit_code);  // ends this process where the suite can be run
void add_firmware_command(CLI::App& app, int& exit_code);
void add_profile_command(CLI::App& app, int& exit_code);

extern const std::string_view version, commit;  // of this build; commit may be empty

// "'it''s'" quoting for a shell, only where needed.
std::string shell_word(const std::string& word);

}  // namespace mr::command
