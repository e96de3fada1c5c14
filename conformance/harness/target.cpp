#include "conformance/harness/target.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mr::harness {
namespace {

namespace json = boost::json;

// A text and a Trouble are made of the same: which it is must be said.
Done<std::string> told(std::string text) {
  return Done<std::string>(boost::system::in_place_value, std::move(text));
}

Done<std::string> contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return Trouble{path + " cannot be read"};
  return told(text.str());
}

std::string tail(const std::string& text) {
  const std::size_t from = text.size() > 400 ? text.size() - 400 : 0;
  std::string out = text.substr(from);
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  for (char& c : out) c = c == '\n' ? ' ' : c;
  return out;
}

}  // namespace

void throw_exception_from_error(const Trouble&, const boost::source_location&) { std::abort(); }

Target::Target(TargetFile file, std::string run_folder)
    : file_(std::move(file)), folder_(std::filesystem::absolute(run_folder).string()) {
  secrets_.insert(file_.keys.begin(), file_.keys.end());
}

Done<Spawn> Target::spawn_of(const CommandLine& line, const Variables& words) const {
  Variables variables = words;
  variables["RUN"] = folder_;
  variables["HERE"] = file_.folder;
  Spawn spawn;
  std::string why;
  for (const std::string& text : line) {
    auto word = expanded(text, variables, why);
    if (!word) return Trouble{fmt::format("{}: {}", file_.path, why)};
    spawn.command.push_back(std::move(*word));
  }
  if (file_.start) {
    for (const auto& [name, text] : file_.start->environment) {
      auto value = expanded(text, variables, why);
      if (!value) return Trouble{fmt::format("{}: {}", file_.path, why)};
      spawn.environment[name] = std::move(*value);
    }
  }
  return spawn;
}

Done<Finished> Target::command(const CommandLine& line, Variables words) {
  auto spawn = spawn_of(line, words);
  if (!spawn) return spawn.error();
  std::string why;
  auto finished = run(*spawn, wire::Deadline::in(file_.control_within), why);
  if (!finished) return Trouble{why};
  return std::move(*finished);
}

Done<void> Target::launch() {
  const TargetFile::Start& start = *file_.start;
  auto spawn = spawn_of(start.command, {});
  if (!spawn) return spawn.error();
  spawn->stdout_file = folder_ + "/target.out";
  spawn->stderr_file = folder_ + "/target.err";
  std::string why;
  const auto ports = expanded(start.ports, {{"RUN", folder_}, {"HERE", file_.folder}}, why);
  if (!ports) return Trouble{fmt::format("{}: {}", file_.path, why)};
  std::error_code ec;
  std::filesystem::remove(*ports, ec);
  child_ = Child::start(*spawn, why);
  if (!child_) return Trouble{"the target cannot be started: " + why};
  const auto deadline = wire::Deadline::in(start.ready_within);
  while (!std::filesystem::exists(*ports, ec)) {
    if (!child_->running()) {
      const auto output = contents(spawn->stderr_file);
      return Trouble{fmt::format("the target ended before it was ready ({}): {}", child_->state(),
                                 output ? tail(*output) : "")};
    }
    if (deadline.passed())
      return Trouble{
          fmt::format("the target was not ready within {} ms: no {}", start.ready_within.count(), *ports)};
    wire::pause(wire::Milliseconds(5));
  }
  return read_ports();
}

Done<void> Target::read_ports() {
  std::string why;
  const std::string path =
      expanded(file_.start->ports, {{"RUN", folder_}, {"HERE", file_.folder}}, why).value_or("");
  const auto text = contents(path);
  if (!text) return text.error();
  boost::system::error_code ec;
  const json::value value = json::parse(*text, ec);
  const json::object* ports = ec ? nullptr : value.if_object();
  const auto word = [&](const char* key) {
    const json::value* found = ports == nullptr ? nullptr : ports->if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
  };
  const json::value* port = ports == nullptr ? nullptr : ports->if_contains("port");
  if (word("address").empty() || word("name").empty() || word("ca").empty() || port == nullptr ||
      !port->is_int64() || port->get_int64() < 1 || port->get_int64() > 65535) {
    return Trouble{path + ": expected an object with address, port, name and ca"};
  }
  address_ = {word("address"), static_cast<std::uint16_t>(port->get_int64())};
  server_name_ = word("name");
  auto ca = contents(word("ca"));
  if (!ca) return ca.error();
  ca_pem_ = std::move(*ca);
  return {};
}

Done<void> Target::up() {
  if (file_.connect) {
    const TargetFile::Connect& connect = *file_.connect;
    std::string why;
    const Variables variables = {{"RUN", folder_}, {"HERE", file_.folder}};
    const auto address = expanded(connect.address, variables, why),
               name = expanded(connect.server_name, variables, why),
               ca = expanded(connect.ca_file, variables, why);
    if (!address || !name || !ca) return Trouble{fmt::format("{}: {}", file_.path, why)};
    address_ = {*address, connect.port};
    server_name_ = *name;
    // A path that is not absolute counts from the target file.
    auto pem = contents((std::filesystem::path(file_.folder) / *ca).string());
    if (!pem) return pem.error();
    ca_pem_ = std::move(*pem);
    return {};
  }
  if (auto launched = launch(); !launched) return launched;
  for (const CommandLine& line : file_.start->prepare) {
    auto done = command(line, {});
    if (!done) return Trouble{"prepare: " + done.error().what};
    if (done->exit_code != 0)
      return Trouble{fmt::format("prepare: {} ended with {}: {}", line[0], done->exit_code, tail(done->err))};
  }
  return {};
}

void Target::down() {
  if (child_) child_->stop(file_.start->stop_signal, wire::Deadline::in(file_.start->stop_within));
  child_.reset();
}

bool Target::claims(Control control) const {
  if (control == Control::key && keys_used_ < file_.keys.size()) return true;
  return file_.control.contains(control);
}

Done<std::string> Target::ask(Control control, const Variables& words) {
  if (control == Control::key && keys_used_ < file_.keys.size()) return told(file_.keys[keys_used_++]);
  auto done = command(file_.control.at(control), words);
  if (!done) return Trouble{fmt::format("control {}: {}", word(control), done.error().what)};
  if (done->exit_code != 0) {
    return Trouble{
        fmt::format("control {} ended with {}: {}", word(control), done->exit_code, tail(done->err)),
        done->exit_code == 77};
  }
  std::string answer =
      control == Control::certificate ? done->out : done->out.substr(0, done->out.find('\n'));
  if (answer.empty()) return Trouble{fmt::format("control {} printed nothing", word(control))};
  const bool secret = control == Control::key || control == Control::other_key ||
                      control == Control::revoked_key || control == Control::expired_key ||
                      control == Control::closed_key;
  if (secret) secrets_.insert(answer);
  return told(std::move(answer));
}

Done<bool> Target::denied(Control control, const Variables& words) {
  auto done = command(file_.control.at(control), words);
  if (!done) return Trouble{fmt::format("control {}: {}", word(control), done.error().what)};
  return done->exit_code != 0;
}

Done<void> Target::restart() {
  child_->kill();
  child_.reset();
  return launch();
}

std::string Target::ended() {
  if (!file_.start || !child_ || child_->running()) return {};
  return child_->state();
}

}  // namespace mr::harness
