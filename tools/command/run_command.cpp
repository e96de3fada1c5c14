// `makeready run`: scenarios in the virtual world, or on real sockets with --wire.
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <set>
#include <sstream>

#include "reference/protocol/trust/digest.hpp"
#include "scenarios/engine/runner.hpp"
#include "tools/command/commands.hpp"
#include "tools/command/merged_run.hpp"

namespace mr::command {
namespace {

namespace fs = std::filesystem;

constexpr int reports_max = 200;

struct Options {
  std::vector<std::string> paths;
  bool wire = false, json = false, no_progress = false;
  std::optional<std::uint64_t> seed;
  std::string out, recording;
};

// The scenario files named, folders opened one level deep, in order.
std::vector<std::string> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code ec;
    if (!fs::is_directory(path, ec)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(path, ec)) {
      if (entry.path().extension() == ".yaml") found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::string yaml_text(std::string_view text) {  // a single-quoted scalar
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

// What is needed to repeat the run, with the scenario as it was.
std::string run_yaml(const scenarios::Scenario& scenario, const report::Run& run, const Options& options) {
  std::ostringstream out;
  out << "tool: makeready\nversion: " << yaml_text(run.version) << "\ncommit: " << yaml_text(run.commit)
      << "\nfile: " << yaml_text(scenario.file)
      << "\nscenario_sha256: " << trust::hex(trust::sha256(std::string_view(scenario.text)))
      << "\nseed: " << run.seed << "\nmode: " << (run.mode == report::Mode::in_world ? "virtual" : "wire")
      << "\n";
  if (!options.recording.empty()) out << "recording: " << yaml_text(options.recording) << "\n";
  out << "trace_hash: " << yaml_text(run.trace_hash) << "\nreproduce: " << yaml_text(run.reproduce)
      << "\nscenario: |\n";
  std::istringstream lines(scenario.text);
  for (std::string line; std::getline(lines, line);) out << (line.empty() ? "" : "  ") << line << "\n";
  return out.str();
}

report::Exit run_one(const std::string& file, const Options& options, const std::string& folder_given) {
  auto loaded = scenarios::load_scenario(file);
  if (!loaded) {
    std::cerr << "makeready run: " << to_string(loaded.error()) << "\n";
    return report::Exit::usage;
  }
  const scenarios::Scenario& scenario = *loaded;
  scenarios::RunOptions run_options;
  run_options.seed = options.seed.value_or(scenario.seed);
  run_options.wire = options.wire;
  run_options.recording = options.recording;
  run_options.version = version;
  run_options.commit = commit;
  std::string again = "makeready run " + shell_word(file) + " --seed " + std::to_string(run_options.seed);
  if (options.wire) again += " --wire";
  if (!options.recording.empty()) again += " --recording " + shell_word(options.recording);
  run_options.reproduce = again;

  std::string slug = scenarios::scenario_id(scenario);
  slug = slug.substr(slug.rfind('/') + 1);
  const std::string folder =
      folder_given.empty() ? "runs/" + slug + "-" + std::to_string(run_options.seed) : folder_given;
  std::error_code ec;
  fs::create_directories(folder, ec);
  std::ofstream events;
  if (!ec) events.open(folder + "/events.ndjson", std::ios::binary | std::ios::trunc);
  if (ec || !events) {
    std::cerr << "makeready run: the folder " << folder << " cannot be written"
              << (ec ? ": " + ec.message() : std::string()) << "\n";
    return report::Exit::environment;
  }
  run_options.events = [&events](std::string_view line) { events << line; };
  // The last report of each device, as the server has it; of a large fleet the first so many.
  fs::remove_all(folder + "/reports", ec);
  fs::create_directories(folder + "/reports", ec);
  run_options.reports = [&folder, written = 0](const std::string& serial, const std::string& xml) mutable {
    if (++written > reports_max) return;
    std::string name;
    for (const char c : serial) name += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ? c : '_';
    std::ofstream(folder + "/reports/" + (name.empty() ? "_" : name) + ".xml", std::ios::binary | std::ios::trunc) << xml;
  };
  run_options.stores_folder = folder + "/stores";
  if (options.wire)
    fs::remove_all(run_options.stores_folder, ec);  // of an earlier run: it would be registered already
  if (!options.json) std::cout << "seed " << run_options.seed << std::endl;
  const bool progress = !options.no_progress && isatty(STDERR_FILENO) != 0;
  if (progress) {
    run_options.progress = [&scenario](runtime::Instant now, runtime::Instant end) {
      const double share = double(now.time_since_epoch().count()) / double(end.time_since_epoch().count());
      std::cerr << "\r" << scenario.name << ": " << static_cast<int>(share * 100) << " %"
                << (share >= 1 ? "\n" : "") << std::flush;
    };
  }

  const auto started = std::chrono::system_clock::now();
  auto result = scenarios::run_scenario(scenario, run_options);
  if (!result) {
    std::cerr << "makeready run: " << file << ": " << to_string(result.error()) << "\n";
    const bool usage = result.error().code == scenarios::run_errc::bad_printers;
    return usage ? report::Exit::usage : report::Exit::environment;
  }
  report::Run& run = *result;
  if (options.wire) {
    run.started = model::to_text({std::chrono::floor<std::chrono::milliseconds>(started), {}});
  }
  events.flush();
  std::ofstream(folder + "/run.yaml", std::ios::binary | std::ios::trunc) << run_yaml(scenario, run, options);
  if (const auto failed = report::save(run, folder); failed || !events) {
    std::cerr << "makeready run: " << (failed ? *failed : folder + "/events.ndjson cannot be written")
              << "\n";
    return report::Exit::environment;
  }
  const report::Exit exit = report::exit_code(run);
  if (options.json) {
    std::cout << report::summary_json(run);
    return exit;
  }
  for (const report::Case& one : run.cases) {
    std::cout << std::left << std::setw(8) << report::word(one.verdict) << one.id
              << (one.message.empty() ? "" : "  ") << one.message << "\n";
  }
  if (!run.trace_hash.empty()) std::cout << "trace " << run.trace_hash << "\n";
  std::cout << report::overall(run) << "  " << scenario.name << "  " << folder << "/report.html\n";
  if (exit != report::Exit::passed) std::cout << run.reproduce << "\n";
  std::cout << std::flush;
  return exit;
}

std::string command_of(const Options& options) {
  std::string again = "makeready run";
  for (const std::string& path : options.paths) again += " " + shell_word(path);
  if (options.seed) again += " --seed " + std::to_string(*options.seed);
  if (options.wire) again += " --wire";
  if (!options.recording.empty()) again += " --recording " + shell_word(options.recording);
  return again;
}

// Each in its own sub-folder of one folder. A file that cannot be read is told before anything runs.
int run_several(const std::vector<std::string>& files, const Options& options) {
  const std::string name = fs::path(options.paths.front()).lexically_normal().filename().string();
  const std::string folder = !options.out.empty() ? options.out : "runs/" + (name.empty() ? "scenarios" : name);
  std::vector<Part> parts;
  std::set<std::string> names;
  for (const std::string& file : files) {
    const auto loaded = scenarios::load_scenario(file);
    if (!loaded) {
      std::cerr << "makeready run: " << to_string(loaded.error()) << "\n";
      return static_cast<int>(report::Exit::usage);
    }
    std::string slug = fs::path(file).stem().string();
    if (!names.insert(slug).second) names.insert(slug = std::to_string(parts.size() + 1) + "-" + slug);
    Options one = options;
    one.json = false;
    one.no_progress = true;
    const std::string at = folder + "/" + slug;
    parts.push_back({slug, at, [file, one, at] { return run_one(file, one, at); }});
  }
  std::error_code ec;
  for (const Part& part : parts) fs::remove(part.folder + "/summary.json", ec);  // of an earlier run
  const auto started = std::chrono::system_clock::now();
  const auto results = run_parts(parts, options.wire ? 1 : 2, options.json);
  report::Run run = merge(parts, results);
  run.version = version;
  run.commit = commit;
  run.scenario = std::to_string(parts.size()) + " scenarios";
  run.seed = options.seed.value_or(0);
  if (!options.seed) run.facts.emplace_back("seed", "each scenario's own");
  run.mode = options.wire ? report::Mode::on_wire : report::Mode::in_world;
  if (options.wire) run.started = model::to_text({std::chrono::floor<std::chrono::milliseconds>(started), {}});
  run.reproduce = command_of(options);
  fs::create_directories(folder, ec);
  if (const auto failed = report::save(run, folder)) {
    std::cerr << "makeready run: " << *failed << "\n";
    return static_cast<int>(report::Exit::environment);
  }
  report::Exit exit = report::exit_code(run);
  for (const PartResult& result : results) exit = report::worse(exit, result.exit);
  if (options.json) {
    std::cout << report::summary_json(run) << std::flush;
    return static_cast<int>(exit);
  }
  const auto passed =
      std::ranges::count(results, report::Exit::passed, [](const PartResult& result) { return result.exit; });
  std::cout << report::overall(run) << "  " << passed << " of " << parts.size() << " scenarios, " << run.cases.size()
            << " cases  " << folder << "/report.html\n";
  if (exit != report::Exit::passed) std::cout << run.reproduce << "\n";
  std::cout << std::flush;
  return static_cast<int>(exit);
}

int run_all(const Options& options) {
  const std::vector<std::string> files = files_of(options.paths);
  if (files.empty()) {
    std::cerr << "makeready run: no scenario (*.yaml) there\n";
    return static_cast<int>(report::Exit::nothing);
  }
  if (files.size() == 1) return static_cast<int>(run_one(files.front(), options, options.out));
  return run_several(files, options);
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
  auto* run = app.add_subcommand("run", "Run scenarios: in virtual time, or on real sockets with --wire");
  auto options = std::make_shared<Options>();
  run->add_option("PATH", options->paths, "Scenario files, or folders of them")->required();
  run->add_flag("--wire", options->wire, "On real sockets, TLS and files, in scenario time");
  // CLI11 2.1 clamps a number that is out of range, and takes -1: neither is the seed that was asked for.
  const auto is_seed = [](const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size()
               ? std::string()
               : "found '" + text + "', expected a whole number from 0 to 18446744073709551615";
  };
  run->add_option("--seed", options->seed, "Instead of the scenario's own")->envname("MAKEREADY_SEED")->check(is_seed);
  run->add_option("--out", options->out,
                  "Folder for summary.json, junit.xml, report.html, events.ndjson, run.yaml and reports/; "
                  "without it runs/SCENARIO-SEED")
      ->envname("MAKEREADY_OUT");
  run->add_option(
         "--recording", options->recording,
         "A walk of a real printer (.snmprec, snmpwalk -On) in place of the first printer group's model")
      ->check(CLI::ExistingFile);
  run->add_flag("--json", options->json, "The summary as JSON on stdout");
  run->add_flag("--no-progress", options->no_progress, "No progress line on a terminal");
  run->callback([options, &exit_code] { exit_code = run_all(*options); });
}

}  // namespace mr::command
