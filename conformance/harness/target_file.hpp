// The target file: what a suite must know of the thing it judges. Schema: target.schema.json beside this
// file.
//
// A target is either running (`connect`) or started by the suite (`start`). What else the suite may ask of it
// from beside the protocol, say a fresh registration key, is told by `control`: each entry is a command line,
// and naming one claims the capability; a case whose capability is not claimed is skipped and says so.
//
// In command lines, environment values and paths `${NAME}` stands for a variable: RUN (this run's folder),
// HERE (the folder of the target file), the words of the control command at hand, and environment variables.
// An unknown variable is an error where it is used.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "conformance/harness/yaml.hpp"

namespace mr::harness {

using CommandLine = std::vector<std::string>;

// The control commands. What each gets as variables and prints on its first line:
enum class Control {
  key,                // prints an unused registration key of the first account
  other_key,          // the same of a second account
  revoked_key,        // prints a key that has been revoked
  expired_key,        // prints a key that has expired
  closed_key,         // prints a key of an account that is closed
  queue,              // ${SENDER} ${KIND}: queues an action for all of the sender's devices, prints its id
  queue_device,       // ${SENDER} ${KIND} ${DEVICE}: the same for one device, by its DeviceId
  queue_unpermitted,  // the same, asked by somebody who may not: is to fail
  cancel,             // ${ACTION}: takes back an action that was not delivered
  upgrade,  // ${SENDER} ${DEVICE}: queues an UpgradeDevice of a software of 3 MiB and 17 octets, prints its
            // id
  certificate,  // ${CSR} (a file) ${WHAT}: prints a client certificate of the target's own CA, in PEM; see
                // Issue
};
inline constexpr std::size_t controls = 11;
std::string_view word(Control control);
std::optional<Control> control_of(std::string_view word);

struct TargetFile {
  std::string path, folder;  // of the file itself
  std::string name;

  struct Connect {
    std::string address;  // host
    std::uint16_t port = 0;
    std::string server_name;  // SNI, and the name that its certificate must have
    std::string ca_file;      // PEM
  };
  std::optional<Connect> connect;

  struct Start {
    CommandLine command;
    std::map<std::string, std::string> environment;
    std::string ports;  // JSON file with address, port, name and ca, which appears when the target is ready
    std::vector<CommandLine> prepare;  // run once it is ready, in order; each must succeed
    int stop_signal = 15;
    std::chrono::milliseconds ready_within{20000}, stop_within{10000};
    bool restartable = false;  // the same command may be started again on what it stored
  };
  std::optional<Start> start;

  std::vector<std::string> keys;  // unused registration keys, given in advance
  std::map<Control, CommandLine> control;
  std::chrono::milliseconds control_within{20000};
};

Read<TargetFile> read_target(std::string_view text, const std::string& path);
Read<TargetFile> read_target_file(const std::string& path);

// `text` with its variables put in; nothing, and the reason in `why`, where one has no value.
using Variables = std::map<std::string, std::string>;
std::optional<std::string> expanded(std::string_view text, const Variables& variables, std::string& why);

}  // namespace mr::harness
