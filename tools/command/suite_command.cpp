// `makeready suite`: the conformance suites, which are a program of their own (conformance/) that knows
// nothing of this one.
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "tools/command/commands.hpp"

namespace mr::command {
namespace {

// Becomes the program that lies beside this one. Comes back only where that fails.
int become(const std::vector<std::string>& arguments) {
  std::error_code ec;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ec);
  const std::string program = (self.parent_path() / "makeready-suite").string();
  ::setenv("MAKEREADY", self.c_str(), 0);  // target files start the reference by it
  std::vector<std::string> words = {program};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::cout << std::flush;
  ::execv(program.c_str(), pointers.data());
  std::cerr << "makeready suite: " << program << ": " << std::strerror(errno) << "\n";
  return 3;
}

}  // namespace

void add_suite_command(CLI::App& app, int& exit_code) {
  auto* suite = app.add_subcommand(
      "suite", "Judge a server, ours or anybody's, against the written protocol, over the wire alone");
  suite->prefix_command();
  suite->set_help_flag();  // --help is the suites' own
  suite->callback([suite, &exit_code] {
    std::vector<std::string> arguments = suite->remaining();
    exit_code = become(arguments.empty() ? std::vector<std::string>{"--help"} : arguments);
  });
}

}  // namespace mr::command
