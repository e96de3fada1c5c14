// makeready-suite: judges a target over the wire alone. stdout is the result, stderr the progress.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "conformance/harness/requirements.hpp"
#include "conformance/harness/runner.hpp"
#include "conformance/suites/run_folder.hpp"
#include "conformance/suites/server/suite.hpp"

namespace {

using namespace mr;
namespace fs = std::filesystem;
using report::Exit;

struct Options {
  std::string target, out;
  std::vector<std::string> filter;
  bool list = false, json = false, slow = false, no_progress = false;
  int timeout = 10;
};

int end(Exit code) { return static_cast<int>(code); }
int fail(Exit code, const std::string& what) {
  std::cerr << "makeready suite: " << what << "\n";
  return end(code);
}

const std::vector<std::string_view> sections = {"transport", "registration", "upload", "actions", "software"};
bool of_suite(const harness::Requirement& one) {
  return std::find(sections.begin(), sections.end(), one.section) != sections.end();
}

std::string reproduce(const Options& options) {
  std::string out = "makeready suite server --target " + suites::shell_word(options.target);
  for (const std::string& glob : options.filter) out += " --filter " + suites::shell_word(glob);
  if (options.slow) out += " --slow";
  if (options.timeout != 10) out += fmt::format(" --timeout {}", options.timeout);
  return out;
}

void list(const std::vector<const harness::Case*>& cases, bool json) {
  if (json) std::cout << "[";
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const harness::Case& one = *cases[i];
    if (!json) {
      std::cout << fmt::format("{:48} {:10} {}\n", one.id, one.negative ? "refuses" : "",
                               fmt::join(one.requirements, " "));
      continue;
    }
    // Ids and titles are ours: letters, digits and plain punctuation.
    std::cout << fmt::format(
        "{}\n  {{\"id\": \"{}\", \"title\": \"{}\", \"negative\": {}, \"slow\": {}, \"requirements\": "
        "[\"{}\"]}}",
        i == 0 ? "" : ",", one.id, one.title, one.negative, one.slow, fmt::join(one.requirements, "\", \""));
  }
  if (json) {
    std::cout << "\n]\n";
  } else {
    const auto negative =
        std::count_if(cases.begin(), cases.end(), [](const harness::Case* one) { return one->negative; });
    std::cout << fmt::format("{} cases, {} of them show a refusal\n", cases.size(), negative);
  }
}

// Of each requirement in the suite's sections: what its cases came to.
std::string coverage(report::Run& run) {
  std::size_t passed = 0, failed = 0, open = 0, without = 0, sender = 0;
  for (const harness::Requirement& one : harness::requirements()) {
    run.texts[one.id] = one.text;
    if (!of_suite(one)) continue;
    bool any = false, bad = false, good = false;
    for (const report::Case& judged : run.cases) {
      if (std::find(judged.requirements.begin(), judged.requirements.end(), one.id) ==
          judged.requirements.end())
        continue;
      any = true;
      bad |= judged.verdict == report::Verdict::fail || judged.verdict == report::Verdict::warn;
      good |= judged.verdict == report::Verdict::pass;
    }
    if (bad) {
      ++failed;
    } else if (good) {
      ++passed;
    } else if (any) {
      ++open;
    } else {
      const auto reason = suites::server::not_judged().find(one.id);
      const std::string why =
          reason == suites::server::not_judged().end() ? "no case of this run" : reason->second;
      why.starts_with("binds the sender") ? ++sender : ++without;
      run.uncovered.emplace_back(one.id, why);
    }
  }
  return fmt::format(
      "requirements of {}: {} passed, {} failed, {} not settled, {} without a case; {} more bind the sender",
      fmt::join(sections, ", "), passed, failed, open, without, sender);
}

int run(const Options& options) {
  const std::vector<harness::Case> cases = suites::server::cases();
  if (const auto faults = harness::suite_faults(cases); !faults.empty())
    return fail(Exit::harness, faults.front());
  const harness::Selection selection{options.filter, options.slow};
  const auto chosen = harness::selected(cases, selection);
  if (chosen.empty()) {
    std::cerr << "makeready suite: no case has an id like "
              << fmt::format("{}", fmt::join(options.filter, ", ")) << "\n";
    return end(Exit::nothing);
  }
  if (options.list) {
    list(chosen, options.json);
    return 0;
  }
  if (options.target.empty()) return fail(Exit::usage, "--target is required (or --list)");
  auto file = harness::read_target_file(options.target);
  if (!file) return fail(Exit::usage, to_string(file.error()));
  std::ifstream in(options.target, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();

  const std::string folder = options.out.empty() ? "runs/suite-server-" + file->name : options.out;
  std::error_code ec;
  fs::create_directories(folder, ec);
  if (ec || !fs::is_directory(folder)) return fail(Exit::environment, folder + " cannot be written");
  const std::string scratch = folder + "/target";  // the target's own, anew for each run
  fs::remove_all(scratch, ec);
  fs::create_directories(scratch, ec);
  if (ec) return fail(Exit::environment, scratch + " cannot be written");

  report::Run run{.tool = "makeready-suite",
                  .version = MAKEREADY_VERSION,
                  .scenario = "suite/server",
                  .mode = report::Mode::on_wire,
                  .started = wire::wall_stamp(),
                  .reproduce = reproduce(options)};
  const auto began = wire::ticks();
  harness::Target target(*file, scratch);
  // A run that could not begin leaves its folder too: every case blocked, and why.
  const auto not_judged = [&](const std::string& why) {
    target.down();
    for (const harness::Case* one : chosen) {
      run.cases.push_back({.id = one->id,
                           .title = one->title,
                           .verdict = report::Verdict::blocked,
                           .message = why,
                           .requirements = one->requirements});
    }
    run.facts = {{"Target", file->name}, {"Not judged", why}};
    run.duration_ns = (wire::ticks() - began).count();
    run.facts.emplace_back("Coverage", coverage(run));
    std::ofstream(folder + "/run.yaml", std::ios::binary | std::ios::trunc)
        << suites::run_yaml(run, "server", *file, text.str());
    if (const auto failed = report::save(run, folder)) return fail(Exit::environment, *failed);
    if (options.json) std::cout << report::summary_json(run);
    return fail(Exit::environment, why);
  };
  if (auto up = target.up(); !up) return not_judged(up.error().what);
  {
    const auto probe =
        wire::Connection::open(target.address(), wire::Deadline::in(std::chrono::seconds(options.timeout)));
    if (!probe) return not_judged("the target cannot be reached: " + to_string(probe.error()));
  }
  run.facts = {{"Target", file->name},
               {"Address", to_string(target.address())},
               {"Server name", target.server_name()}};
  if (!options.no_progress)
    std::cerr << fmt::format("{} cases against {} at {}\n", chosen.size(), file->name,
                             to_string(target.address()));
  const bool terminal = !options.no_progress && ::isatty(2) == 1;
  std::size_t count = 0;
  run.cases = harness::judge(
      chosen, selection, target, std::chrono::seconds(options.timeout), [&](const report::Case& one) {
        ++count;
        if (terminal)
          std::cerr << fmt::format("\r\033[K{}/{} {}", count, chosen.size(), one.id) << std::flush;
        if (options.json) return;
        if (terminal) std::cerr << "\r\033[K" << std::flush;
        std::cout << fmt::format("{:8}{}{}{}\n", word(one.verdict), one.id, one.message.empty() ? "" : "  ",
                                 one.message);
        if (one.verdict == report::Verdict::fail || one.verdict == report::Verdict::warn) {
          std::cout << fmt::format("        expected {}\n        found    {}\n",
                                   fmt::join(one.expected, " | "), fmt::join(one.actual, " | "));
        }
        std::cout << std::flush;
      });
  if (terminal) std::cerr << "\r\033[K" << std::flush;
  target.down();
  run.duration_ns = (wire::ticks() - began).count();
  const std::string covered = coverage(run);
  run.facts.emplace_back("Coverage", covered);

  std::ofstream(folder + "/run.yaml", std::ios::binary | std::ios::trunc)
      << suites::run_yaml(run, "server", *file, text.str());
  if (const auto failed = report::save(run, folder)) return fail(Exit::environment, *failed);
  const Exit code = report::exit_code(run);
  if (options.json) {
    std::cout << report::summary_json(run);
    return end(code);
  }
  const auto of = [&](report::Verdict verdict) {
    return std::count_if(run.cases.begin(), run.cases.end(),
                         [&](const report::Case& one) { return one.verdict == verdict; });
  };
  using report::Verdict;
  std::cout << fmt::format(
      "{} cases: {} passed, {} failed, {} warned, {} blocked, {} skipped, {} trouble; {:.1f} s\n",
      run.cases.size(), of(Verdict::pass), of(Verdict::fail), of(Verdict::warn), of(Verdict::blocked),
      of(Verdict::skip), of(Verdict::trouble), static_cast<double>(run.duration_ns) / 1e9);
  std::cout << covered << "\n" << report::overall(run) << "  suite/server  " << folder << "/report.html\n";
  if (code != Exit::passed) std::cout << run.reproduce << "\n";
  return end(code);
}

}  // namespace

int main(int argc, char** argv) {
  harness::end_children_on_signals();
  CLI::App app("Judges a target against the written protocol, over the wire alone", "makeready suite");
  app.set_version_flag("--version", std::string("makeready-suite " MAKEREADY_VERSION));
  app.require_subcommand(0, 1);
  Options options;
  auto* server = app.add_subcommand(
      "server", "A communication server: transport, registration, upload, actions, software");
  server
      ->add_option("--target", options.target,
                   "Target file (YAML): where the server is, or how it is started")
      ->envname("MAKEREADY_TARGET");
  server->add_option("--filter", options.filter,
                     "Only cases with such an id, and those they come after; * stands for any characters");
  server->add_flag("--list", options.list, "List the cases and run none");
  server->add_flag("--slow", options.slow, "Run the cases too that wait for time-outs of the protocol");
  server->add_option("--timeout", options.timeout, "Seconds of patience for each answer")
      ->check(CLI::Range(1, 300))
      ->capture_default_str();
  server
      ->add_option(
          "--out", options.out,
          "Folder for summary.json, junit.xml, report.html and run.yaml; without it runs/suite-server-NAME")
      ->envname("MAKEREADY_OUT");
  server->add_flag("--json", options.json, "Print summary.json (or the list) and nothing else");
  server->add_flag("--no-progress", options.no_progress, "No progress on stderr");
  try {
    app.parse(argc, argv);
    if (app.get_subcommands().empty()) {
      std::cerr << "makeready suite: which suite? There is: server\n" << app.help();
      return end(Exit::usage);
    }
    return run(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "makeready suite: " << error.what() << "\n";
    return 3;
  }
}
