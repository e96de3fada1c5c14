#include "conformance/suites/run_folder.hpp"

#include <fmt/format.h>

#include <sstream>

#include "conformance/wire/crypto.hpp"

namespace mr::suites {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < ' ' ? ' ' : c;
  }
  return out + "\"";
}

}  // namespace

std::string run_yaml(const report::Run& run, const std::string& suite, const harness::TargetFile& target,
                     const std::string& target_text) {
  std::string out = "tool: makeready-suite\n";
  out += fmt::format("version: {}\nsuite: {}\ntarget: {}\ntarget_file: {}\ntarget_sha256: {}\n",
                     quoted(run.version), quoted(suite), quoted(target.name), quoted(target.path),
                     wire::sha256_hex(target_text));
  out += fmt::format("started: {}\nreproduce: {}\ncases:\n", quoted(run.started), quoted(run.reproduce));
  for (const report::Case& one : run.cases)
    out += fmt::format("  - {{id: {}, verdict: {}}}\n", quoted(one.id), word(one.verdict));
  return out;
}

std::string shell_word(const std::string& text) {
  const std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace mr::suites
