// The target of a run: started where its file says so, found, asked for what the protocol does not offer, and
// ended.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conformance/harness/process.hpp"
#include "conformance/harness/target_file.hpp"
#include "conformance/wire/connection.hpp"

namespace mr::harness {

// Why something of the environment did not work; never a finding about the target's protocol.
struct Trouble {
  std::string what;
  bool absent = false;  // a control command ended with 77: what it needs is not on this machine
};
[[noreturn]] void throw_exception_from_error(const Trouble&, const boost::source_location&);
template <class T>
using Done = boost::system::result<T, Trouble>;

class Target {
 public:
  // `run_folder` exists; the child's output goes there, into target.out and target.err.
  Target(TargetFile file, std::string run_folder);

  // Starts it where that is told, waits until it is ready, and reads where it is. Once.
  Done<void> up();
  // Ends a started target. A no-op for others.
  void down();

  const TargetFile& file() const { return file_; }
  const wire::Address& address() const { return address_; }
  const std::string& server_name() const { return server_name_; }
  const std::string& ca_pem() const { return ca_pem_; }

  bool claims(Control control) const;
  // The first line that the control command printed. `control` must be claimed.
  Done<std::string> ask(Control control, const Variables& words = {});
  // Whether the command failed, as queue_unpermitted must.
  Done<bool> denied(Control control, const Variables& words);

  bool restartable() const { return file_.start && file_.start->restartable; }
  // SIGKILL, and the same command again. The address may be another afterwards.
  Done<void> restart();
  // Of a started target that has ended although nobody asked: "ended with signal 11"; otherwise empty.
  std::string ended();
  // What was told to it or by it that must not be written down.
  const std::set<std::string>& secrets() const { return secrets_; }

 private:
  Done<void> launch();
  Done<void> read_ports();
  Done<Finished> command(const CommandLine& line, Variables words);
  Done<Spawn> spawn_of(const CommandLine& line, const Variables& words) const;

  TargetFile file_;
  std::string folder_;
  wire::Address address_;
  std::string server_name_, ca_pem_;
  std::optional<Child> child_;
  std::size_t keys_used_ = 0;
  std::set<std::string> secrets_;
};

}  // namespace mr::harness
