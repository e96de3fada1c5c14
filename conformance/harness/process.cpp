// Every child leads a process group and is killed by the kernel when this process dies (PR_SET_PDEATHSIG).
// The groups are also kept in an array that the signal handler may read: ^C ends them before the suite.
#include "conformance/harness/process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

extern char** environ;

namespace mr::harness {
namespace {

std::array<std::atomic<pid_t>, 64> groups;

void enlist(pid_t group) {
  for (auto& slot : groups) {
    pid_t none = 0;
    if (slot.compare_exchange_strong(none, group)) return;
  }
}
void strike(pid_t group) {
  for (auto& slot : groups) {
    pid_t expected = group;
    if (slot.compare_exchange_strong(expected, 0)) return;
  }
}

void on_signal(int signal) {
  for (auto& slot : groups) {
    if (const pid_t group = slot.load(); group > 0) ::kill(-group, SIGKILL);
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

int code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

int output(const std::string& file) {
  return file.empty() ? ::open("/dev/null", O_WRONLY | O_CLOEXEC)
                      : ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

struct Pipe {
  int read = -1, write = -1;
  ~Pipe() {
    if (read >= 0) ::close(read);
    if (write >= 0) ::close(write);
  }
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0];
    write = ends[1];
    return true;
  }
  void close_write() {
    ::close(write);
    write = -1;
  }
};

// Forks and executes; -1 and a reason on failure. `out` and `err` are the child's.
pid_t launch(const Spawn& spawn, int out, int err, std::string& why) {
  std::vector<std::string> assignments;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string text = *one;
    if (!spawn.environment.contains(text.substr(0, text.find('=')))) assignments.push_back(text);
  }
  for (const auto& [name, value] : spawn.environment) assignments.push_back(name + "=" + value);
  std::vector<char*> environment, arguments;
  for (std::string& text : assignments) environment.push_back(text.data());
  environment.push_back(nullptr);
  std::vector<std::string> words = spawn.command;
  for (std::string& text : words) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  const int in = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  Pipe failure;  // the child tells errno when exec fails; otherwise it closes
  if (in < 0 || out < 0 || err < 0 || !failure.open()) {
    why = fmt::format("{}: {}", words[0], std::strerror(errno));
    if (in >= 0) ::close(in);
    return -1;
  }
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid == 0) {  // only what is safe after fork
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(in, 0);
    ::dup2(out, 1);
    ::dup2(err, 2);
    ::execvpe(arguments[0], arguments.data(), environment.data());
    const int error = errno;
    const auto told = ::write(failure.write, &error, sizeof error);
    ::_exit(told > 0 ? 127 : 126);
  }
  ::close(in);
  failure.close_write();
  if (pid < 0) {
    why = fmt::format("fork: {}", std::strerror(errno));
    return -1;
  }
  ::setpgid(pid, pid);
  enlist(pid);
  int error = 0;
  if (::read(failure.read, &error, sizeof error) == sizeof error) {
    ::waitpid(pid, nullptr, 0);
    strike(pid);
    why = fmt::format("{}: {}", words[0], std::strerror(error));
    return -1;
  }
  return pid;
}

}  // namespace

std::optional<Child> Child::start(const Spawn& spawn, std::string& why) {
  const int out = output(spawn.stdout_file), err = output(spawn.stderr_file);
  const pid_t pid = launch(spawn, out, err, why);
  if (out >= 0) ::close(out);
  if (err >= 0) ::close(err);
  if (pid < 0) return {};
  return Child(pid);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), status_(other.status_) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this != &other) {
    kill();
    pid_ = std::exchange(other.pid_, -1);
    status_ = other.status_;
  }
  return *this;
}

Child::~Child() { kill(); }

bool Child::running() {
  if (pid_ < 0 || status_) return false;
  int status = 0;
  const pid_t reaped = ::waitpid(pid_, &status, WNOHANG);
  if (reaped == 0) return true;
  status_ = reaped == pid_ ? code_of(status) : 127;
  return false;
}

std::string Child::state() {
  if (running()) return "running";
  const int code = status_.value_or(0);
  return code > 128 ? fmt::format("signal {}", code - 128) : fmt::format("exit {}", code);
}

std::optional<int> Child::wait(wire::Deadline deadline) {
  while (running()) {
    if (deadline.passed()) return {};
    wire::pause(wire::Milliseconds(2));
  }
  return status_;
}

bool Child::stop(int signal, wire::Deadline deadline) {
  if (!running()) return true;
  ::kill(-pid_, signal);
  const bool ended = wait(deadline).has_value();
  kill();
  return ended;
}

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(-pid_, SIGKILL);  // the group may outlive its leader
  if (!status_) {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    status_ = code_of(status);
  }
  strike(pid_);
  pid_ = -1;
}

std::optional<Finished> run(const Spawn& spawn, wire::Deadline deadline, std::string& why) {
  Pipe out, err;
  if (!out.open() || !err.open()) {
    why = fmt::format("pipe: {}", std::strerror(errno));
    return {};
  }
  const pid_t pid = launch(spawn, out.write, err.write, why);
  if (pid < 0) return {};
  out.close_write();
  err.close_write();
  Finished finished;
  constexpr std::size_t kept = 256 * 1024;
  const std::array<std::pair<int, std::string*>, 2> sources = {
      {{out.read, &finished.out}, {err.read, &finished.err}}};
  std::array<bool, 2> open = {true, true};
  bool late = false;
  while ((open[0] || open[1]) && !late) {
    std::array<pollfd, 2> waiting = {pollfd{open[0] ? sources[0].first : -1, POLLIN, 0},
                                     pollfd{open[1] ? sources[1].first : -1, POLLIN, 0}};
    if (::poll(waiting.data(), waiting.size(), deadline.left_ms()) <= 0 && deadline.passed()) late = true;
    for (std::size_t i = 0; i < 2; ++i) {
      if (waiting[i].fd < 0 || waiting[i].revents == 0) continue;
      char buffer[4096];
      const auto n = ::read(sources[i].first, buffer, sizeof buffer);
      if (n <= 0) open[i] = false;
      if (n > 0 && sources[i].second->size() < kept)
        sources[i].second->append(buffer, static_cast<std::size_t>(n));
    }
  }
  int status = 0;
  while (!late) {
    const pid_t reaped = ::waitpid(pid, &status, WNOHANG);
    if (reaped != 0) break;
    if (deadline.passed()) late = true;
    wire::pause(wire::Milliseconds(1));
  }
  if (late) {
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    why = fmt::format("{} did not end in time", spawn.command[0]);
  } else {
    ::kill(-pid, SIGKILL);  // what it left behind in its group
  }
  strike(pid);
  if (late) return {};
  finished.exit_code = code_of(status);
  return finished;
}

void end_children_on_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) ::sigaction(signal, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace mr::harness
