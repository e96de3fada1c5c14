// Child processes: the target that a suite starts, and the control commands it runs. Each has a process group
// of its own, so that what it starts ends with it, and dies when the suite dies.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/wire/deadline.hpp"

namespace mr::harness {

struct Spawn {
  std::vector<std::string> command;                // command[0] is looked up in PATH where it has no slash
  std::map<std::string, std::string> environment;  // besides the suite's own
  std::string stdout_file, stderr_file;            // appended to; empty: /dev/null
};

class Child {
 public:
  // Nothing, and the reason in `why`, where it could not be started (a program that is not there is told
  // too).
  static std::optional<Child> start(const Spawn& spawn, std::string& why);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();  // SIGKILL to the group, and reaped

  bool running();
  // "exit 1", "signal 11", or "running".
  std::string state();
  // Its exit code within the deadline; 128 + n after signal n; nothing while it runs.
  std::optional<int> wait(wire::Deadline deadline);
  // Asks it to end, and insists after the deadline. True if it ended by itself in time.
  bool stop(int signal, wire::Deadline deadline);
  void kill();

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = -1;  // and the group's id; -1: none
  std::optional<int> status_;
};

struct Finished {
  int exit_code = 0;
  std::string out, err;  // at most 256 KiB of each
};
// Runs a command to its end. Nothing, and the reason in `why`, where it was not started or did not end in
// time.
std::optional<Finished> run(const Spawn& spawn, wire::Deadline deadline, std::string& why);

// From now on SIGINT, SIGTERM and SIGHUP end every child before they end this process, and SIGPIPE is
// ignored. Once, at the start of main.
void end_children_on_signals();

}  // namespace mr::harness
