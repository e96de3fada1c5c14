#include "tools/command/merged_run.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>

#include "reference/protocol/trust/digest.hpp"

namespace mr::command {
namespace {

namespace json = boost::json;

// A temporary file without a name: what one part prints.
struct Output {
  std::FILE* file = std::tmpfile();
  void show() const {
    if (file == nullptr) return;
    std::rewind(file);
    char block[4096];
    for (std::size_t got; (got = std::fread(block, 1, sizeof block, file)) > 0;)
      std::cout.write(block, static_cast<std::streamsize>(got));
    std::cout << std::flush;
  }
};

std::optional<pid_t> start(const Part& part, const Output& output) {
  std::cout << std::flush;
  const pid_t child = fork();
  if (child < 0) return std::nullopt;
  if (child > 0) return child;
  if (output.file != nullptr) dup2(fileno(output.file), STDOUT_FILENO);
  const report::Exit exit = part.run();
  std::cout << std::flush;
  std::cerr << std::flush;
  _exit(static_cast<int>(exit));
}

PartResult result_of(int status) {
  if (WIFEXITED(status)) return {static_cast<report::Exit>(WEXITSTATUS(status)), {}};
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  return {report::Exit::harness, "its process ended by signal " + std::to_string(signal)};
}

std::string text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::vector<std::string> texts(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::value* list = object.if_contains(key);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& item : list->get_array()) {
    if (item.is_string()) out.emplace_back(item.get_string());
  }
  return out;
}

// The part's summary.json, written by report::save in this very program.
std::optional<json::object> summary_of(const Part& part) {
  std::ifstream in(part.folder + "/summary.json", std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  boost::system::error_code ec;
  json::value value = json::parse(content.str(), ec);
  if (!in || ec || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

report::Case case_of(const json::object& object) {
  report::Case one;
  one.id = text(object, "id");
  one.title = text(object, "title");
  one.verdict = report::verdict_of(text(object, "verdict")).value_or(report::Verdict::trouble);
  one.message = text(object, "message");
  one.expected = texts(object, "expected");
  one.actual = texts(object, "actual");
  one.requirements = texts(object, "requirements");
  one.clauses = texts(object, "clauses");
  one.evidence = texts(object, "evidence");
  if (const json::value* duration = object.if_contains("duration_ns"); duration != nullptr && duration->is_int64())
    one.duration_ns = duration->get_int64();
  return one;
}

}  // namespace

std::vector<PartResult> run_parts(const std::vector<Part>& parts, unsigned side_by_side, bool quiet) {
  std::vector<PartResult> results(parts.size());
  std::vector<Output> outputs(parts.size());
  std::vector<bool> over(parts.size());
  std::map<pid_t, std::size_t> running;
  std::size_t next = 0, shown = 0;
  while (next < parts.size() || !running.empty()) {
    while (next < parts.size() && running.size() < side_by_side) {
      if (const auto child = start(parts[next], outputs[next])) {
        running.emplace(*child, next);
      } else {
        results[next] = {report::Exit::environment, "no process could be started"};
        over[next] = true;
      }
      ++next;
    }
    if (!running.empty()) {
      int status = 0;
      const pid_t ended = waitpid(-1, &status, 0);
      const auto found = running.find(ended);
      if (found == running.end()) continue;
      results[found->second] = result_of(status);
      over[found->second] = true;
      running.erase(found);
    }
    for (; shown < parts.size() && over[shown]; ++shown) {
      if (!quiet) outputs[shown].show();
    }
  }
  for (const Output& output : outputs) {
    if (output.file != nullptr) std::fclose(output.file);
  }
  return results;
}

report::Run merge(const std::vector<Part>& parts, const std::vector<PartResult>& results) {
  report::Run run;
  std::string hashes;
  bool hashed = true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto summary = summary_of(parts[i]);
    if (!summary || !results[i].ended.empty()) {
      report::Case trouble{.id = parts[i].name + "/run", .title = "The scenario runs to its end."};
      trouble.message = results[i].ended.empty()
                            ? "it ended with exit code " + std::to_string(static_cast<int>(results[i].exit)) +
                                  " and left no result"
                            : results[i].ended;
      run.facts.emplace_back(parts[i].name, "trouble");
      run.cases.push_back(std::move(trouble));
      hashed = false;
      continue;
    }
    const std::string hash = text(*summary, "trace_hash");
    if (const json::value* cases = summary->if_contains("cases"); cases != nullptr && cases->is_array()) {
      for (const json::value& one : cases->get_array()) {
        if (one.is_object()) run.cases.push_back(case_of(one.get_object()));
      }
    }
    if (run.invalid.empty()) run.invalid = text(*summary, "invalid");
    if (const json::value* duration = summary->if_contains("duration_ns"); duration != nullptr && duration->is_int64())
      run.duration_ns += duration->get_int64();
    run.facts.emplace_back(parts[i].name, text(*summary, "verdict") + ", " + parts[i].name + "/report.html" +
                                              (hash.empty() ? "" : ", trace " + hash));
    hashed = hashed && !hash.empty();
    hashes += hash + "\n";
  }
  if (hashed) run.trace_hash = trust::hex(trust::sha256(hashes));
  return run;
}

}  // namespace mr::command
