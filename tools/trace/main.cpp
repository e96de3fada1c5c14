// makeready-trace [TREE]: holds the requirement catalogue of a source tree against what cites it.
// Exit: 0 sound; 1 findings; 2 usage; 3 the tree cannot be read.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tools/trace/catalogue.hpp"

namespace {

namespace fs = std::filesystem;
using mr::trace::Catalogue;

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Regular files under `folder` with one of the extensions, by name, so that two runs print the same.
std::vector<fs::path> files(const fs::path& folder, const std::vector<std::string>& extensions) {
  std::vector<fs::path> out;
  if (!fs::is_directory(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() &&
        std::find(extensions.begin(), extensions.end(), extension) != extensions.end()) {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

int run(const fs::path& tree) {
  const fs::path folder = tree / "conformance/requirements";
  if (!fs::is_regular_file(folder / "clauses.yaml")) {
    std::cerr << folder.string() << " has no clauses.yaml\n";
    return 3;
  }
  const auto name = [&](const fs::path& path) { return path.lexically_relative(tree).generic_string(); };
  Catalogue catalogue;
  catalogue.read_clauses(name(folder / "clauses.yaml"), contents(folder / "clauses.yaml"));
  for (const fs::path& path : files(folder, {".md"})) {
    if (path.filename() != "README.md") catalogue.read_requirements(name(path), contents(path));
  }
  const fs::path uncovered = folder / "uncovered.txt";
  if (fs::is_regular_file(uncovered)) catalogue.read_uncovered(name(uncovered), contents(uncovered));
  for (const char* part : {"reference", "simulators", "conformance", "scenarios", "bench", "tools"}) {
    for (const fs::path& path : files(tree / part, {".cpp", ".hpp", ".sh"}))
      catalogue.read_source(name(path), contents(path));
  }
  for (const char* part : {"scenarios", "bench"}) {
    for (const fs::path& path : files(tree / part, {".yaml"}))
      catalogue.read_scenario(name(path), contents(path));
  }
  catalogue.check();

  const auto print = [](const char* title, const std::vector<std::string>& lines) {
    std::cout << title << ": " << lines.size() << "\n";
    for (const std::string& line : lines) std::cout << "  " << line << "\n";
  };
  std::size_t citations = 0;
  for (const auto& [id, requirement] : catalogue.requirements())
    citations += requirement.code.size() + requirement.tests.size();
  std::cout << catalogue.requirements().size() << " requirements, " << catalogue.clauses().size()
            << " clauses, " << citations << " citations\n";
  print("clauses not yet covered by a requirement", catalogue.clauses_not_covered());
  print("MUSTs that nothing tests yet", catalogue.musts_not_tested());
  print("findings", catalogue.findings());
  if (catalogue.requirements().empty()) return 1;
  return catalogue.findings().empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  std::string tree = ".";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--help" || argument.starts_with("-")) {
      (argument == "--help" ? std::cout : std::cerr) << "usage: makeready-trace [TREE]\n";
      return argument == "--help" ? 0 : 2;
    } else {
      tree = argument;
    }
  }
  try {
    return run(tree);
  } catch (const fs::filesystem_error& error) {
    std::cerr << error.what() << "\n";
    return 3;
  }
}
