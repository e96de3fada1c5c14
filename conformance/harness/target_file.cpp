#include "conformance/harness/target_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace mr::harness {
namespace {

constexpr std::array<std::pair<Control, std::string_view>, controls> words = {
    {{Control::key, "key"},
     {Control::other_key, "other_key"},
     {Control::revoked_key, "revoked_key"},
     {Control::expired_key, "expired_key"},
     {Control::closed_key, "closed_key"},
     {Control::queue, "queue"},
     {Control::queue_device, "queue_device"},
     {Control::cancel, "cancel"},
     {Control::upgrade, "upgrade"},
     {Control::queue_unpermitted, "queue_unpermitted"},
     {Control::certificate, "certificate"}}};

// Reads nodes and keeps the first fault; after one, what is read does not count.
class Reader {
 public:
  explicit Reader(std::string file) : file_(std::move(file)) {}

  void fault(const Place& place, std::string what) {
    if (!fault_) fault_ = FileFault{file_, place, std::move(what)};
  }
  const std::optional<FileFault>& first() const { return fault_; }

  // Whether the node is a map that holds nothing but these keys.
  bool map(const Yaml& node, std::string_view what, const std::vector<std::string_view>& known) {
    if (node.kind != Yaml::Kind::map) {
      fault(node.place, fmt::format("found no map, expected {}", what));
      return false;
    }
    for (const auto& [key, place] : node.keys) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fault(place, fmt::format("found '{}' in {}, expected one of: {}", key, what, fmt::join(known, ", ")));
      }
    }
    return true;
  }
  std::string text(const Yaml& node, std::string_view what) {
    if (node.kind != Yaml::Kind::scalar || node.text.empty())
      fault(node.place, fmt::format("expected a text for {}", what));
    return node.text;
  }
  std::string text(const Yaml& map, std::string_view key, std::string_view what) {
    const Yaml* found = map.find(key);
    if (found == nullptr) {
      fault(map.place, fmt::format("{} lacks '{}'", what, key));
      return {};
    }
    return text(*found, key);
  }
  int number(const Yaml& node, std::string_view what, int least, int most) {
    int value = 0;
    const char* const end = node.text.data() + node.text.size();
    const auto parsed = std::from_chars(node.text.data(), end, value);
    if (node.kind != Yaml::Kind::scalar || parsed.ec != std::errc() || parsed.ptr != end || value < least ||
        value > most) {
      fault(node.place, fmt::format("found '{}' for {}, expected {} to {}", node.text, what, least, most));
      return least;
    }
    return value;
  }
  bool boolean(const Yaml& node, std::string_view what) {
    if (node.text != "true" && node.text != "false")
      fault(node.place, fmt::format("found '{}' for {}, expected true or false", node.text, what));
    return node.text == "true";
  }
  CommandLine command(const Yaml& node, std::string_view what) {
    CommandLine out;
    if (node.kind != Yaml::Kind::list || node.items.empty()) {
      fault(node.place, fmt::format("expected a list for {}: the program and its arguments", what));
      return out;
    }
    for (const Yaml& item : node.items) {
      if (item.kind != Yaml::Kind::scalar) fault(item.place, fmt::format("expected a text in {}", what));
      out.push_back(item.text);
    }
    return out;
  }

 private:
  std::string file_;
  std::optional<FileFault> fault_;
};

std::chrono::milliseconds seconds(Reader& read, const Yaml& node, std::string_view what) {
  return std::chrono::seconds(read.number(node, what, 1, 600));
}

TargetFile::Connect connect_of(Reader& read, const Yaml& node) {
  TargetFile::Connect out;
  if (!read.map(node, "connect", {"address", "port", "server_name", "ca"})) return out;
  out.address = read.text(node, "address", "connect");
  if (const Yaml* port = node.find("port")) {
    out.port = static_cast<std::uint16_t>(read.number(*port, "port", 1, 65535));
  } else {
    read.fault(node.place, "connect lacks 'port'");
  }
  out.server_name = read.text(node, "server_name", "connect");
  out.ca_file = read.text(node, "ca", "connect");
  return out;
}

TargetFile::Start start_of(Reader& read, const Yaml& node) {
  TargetFile::Start out;
  if (!read.map(node, "start",
                {"command", "environment", "ports", "prepare", "stop_signal", "ready_within_s",
                 "stop_within_s", "restartable"}))
    return out;
  if (const Yaml* command = node.find("command")) {
    out.command = read.command(*command, "command");
  } else {
    read.fault(node.place, "start lacks 'command'");
  }
  out.ports = read.text(node, "ports", "start");
  if (const Yaml* environment = node.find("environment")) {
    if (environment->kind != Yaml::Kind::map) {
      read.fault(environment->place, "found no map, expected environment");
    } else {
      for (std::size_t i = 0; i < environment->keys.size(); ++i) {
        out.environment[environment->keys[i].first] =
            read.text(environment->items[i], environment->keys[i].first);
      }
    }
  }
  if (const Yaml* prepare = node.find("prepare")) {
    if (prepare->kind != Yaml::Kind::list)
      read.fault(prepare->place, "expected a list of command lines for prepare");
    for (const Yaml& one : prepare->items) out.prepare.push_back(read.command(one, "prepare"));
  }
  if (const Yaml* stop = node.find("stop_signal")) {
    const std::map<std::string, int, std::less<>> signals = {
        {"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}, {"KILL", SIGKILL}};
    const auto found = signals.find(stop->text);
    if (found == signals.end()) {
      read.fault(stop->place,
                 fmt::format("found '{}' for stop_signal, expected TERM, INT, HUP or KILL", stop->text));
    } else {
      out.stop_signal = found->second;
    }
  }
  if (const Yaml* ready = node.find("ready_within_s"))
    out.ready_within = seconds(read, *ready, "ready_within_s");
  if (const Yaml* stop = node.find("stop_within_s")) out.stop_within = seconds(read, *stop, "stop_within_s");
  if (const Yaml* again = node.find("restartable")) out.restartable = read.boolean(*again, "restartable");
  return out;
}

}  // namespace

std::string_view word(Control control) {
  for (const auto& [value, text] : words) {
    if (value == control) return text;
  }
  return "?";
}

std::optional<Control> control_of(std::string_view text) {
  for (const auto& [value, name] : words) {
    if (name == text) return value;
  }
  return {};
}

Read<TargetFile> read_target(std::string_view text, const std::string& path) {
  auto yaml = read_yaml(text, path);
  if (!yaml) return yaml.error();
  TargetFile out;
  out.path = path;
  out.folder = std::filesystem::absolute(path).parent_path().string();
  Reader read(path);
  if (!read.map(*yaml, "the target file",
                {"format", "name", "connect", "start", "keys", "control", "control_within_s"}))
    return *read.first();
  if (read.text(*yaml, "format", "the target file") != "makeready-target/1") {
    read.fault(yaml->find("format") != nullptr ? yaml->find("format")->place : yaml->place,
               "expected format: makeready-target/1");
  }
  out.name = read.text(*yaml, "name", "the target file");
  const Yaml *connect = yaml->find("connect"), *start = yaml->find("start");
  if ((connect == nullptr) == (start == nullptr))
    read.fault(yaml->place, "expected exactly one of 'connect' and 'start'");
  if (connect != nullptr) out.connect = connect_of(read, *connect);
  if (start != nullptr) out.start = start_of(read, *start);
  if (const Yaml* keys = yaml->find("keys")) {
    if (keys->kind != Yaml::Kind::list) read.fault(keys->place, "expected a list of keys");
    for (const Yaml& key : keys->items) out.keys.push_back(read.text(key, "keys"));
  }
  if (const Yaml* control = yaml->find("control")) {
    std::vector<std::string_view> known;
    for (const auto& [value, name] : words) known.push_back(name);
    if (read.map(*control, "control", known)) {
      for (std::size_t i = 0; i < control->keys.size(); ++i) {
        const std::string& key = control->keys[i].first;
        if (const auto which = control_of(key)) out.control[*which] = read.command(control->items[i], key);
      }
    }
  }
  if (const Yaml* within = yaml->find("control_within_s"))
    out.control_within = seconds(read, *within, "control_within_s");
  if (read.first()) return *read.first();
  return out;
}

Read<TargetFile> read_target_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return FileFault{path, {}, "cannot be read"};
  return read_target(text.str(), path);
}

std::optional<std::string> expanded(std::string_view text, const Variables& variables, std::string& why) {
  std::string out;
  while (!text.empty()) {
    const std::size_t at = text.find("${");
    out.append(text.substr(0, at));
    if (at == std::string_view::npos) break;
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) {
      why = fmt::format("'{}': '${{' without its end", text);
      return {};
    }
    const std::string name(text.substr(at + 2, end - at - 2));
    if (const auto found = variables.find(name); found != variables.end()) {
      out += found->second;
    } else if (const char* value = std::getenv(name.c_str()); value != nullptr && !name.empty()) {
      out += value;
    } else {
      why = fmt::format("the variable {} has no value", name);
      return {};
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace mr::harness
