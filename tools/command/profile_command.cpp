// `makeready profile`: the printer models that are built in, checks of files of one's own, and models made
// from recorded walks.
#include "tools/command/profile_command.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "simulators/printer/profiles/built_in.hpp"
#include "simulators/printer/profiles/consistency.hpp"
#include "simulators/printer/profiles/fields.hpp"
#include "simulators/printer/profiles/pretty.hpp"
#include "simulators/printer/profiles/resolve.hpp"
#include "simulators/printer/profiles/schema.hpp"
#include "tools/command/commands.hpp"

namespace mr::command {
namespace {

namespace json = boost::json;
using namespace mr::printer;

constexpr int exit_failed = 1, exit_usage = 2, exit_environment = 3;

struct Options {
  bool as_json = false, words_only = false;
  std::string key, recording, out, import_key;
  std::vector<std::string> files;
};

int fail(int code, const std::string& what) {
  fmt::print(stderr, "makeready profile: {}\n", what);
  return code;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return {};
  return text;
}

std::string_view class_of(const Model& model) {
  switch (model.device_class) {
    case DeviceClass::office:
      return "office";
    case DeviceClass::production:
      return "production";
    case DeviceClass::other_brand:
      return "other-brand";
  }
  return "";
}

// --- list ---

int list_profiles(const Options& options) {
  json::array all;
  if (!options.as_json)
    fmt::print("{:<24} {:<12} {:<24} {:<7} {:>4} {:>8} {:>5} {:>6} {:>6}\n", "KEY", "CLASS", "PRODUCT",
               "COLOUR", "PPM", "SUPPLIES", "TRAYS", "METERS", "FAULTS");
  for (const std::string_view key : profile_keys()) {
    const auto read = profile(key);
    if (!read) return fail(exit_environment, fmt::format("{}: {}", key, to_string(read.error())));
    const Model& model = **read;
    if (options.as_json) {
      all.push_back(json::object{{"key", model.key},
                                 {"device_class", class_of(model)},
                                 {"manufacturer", model.manufacturer},
                                 {"product", model.product},
                                 {"colour", model.colour},
                                 {"duplex", model.duplex},
                                 {"pages_per_minute", model.pages_per_minute},
                                 {"front_end", model.front_end},
                                 {"supplies", model.supplies.size()},
                                 {"inputs", model.inputs.size()},
                                 {"finishers", model.finishers.size()},
                                 {"meters", model.meters.size()},
                                 {"faults", model.faults.size()},
                                 {"lacks", model.lacks.size()}});
    } else {
      fmt::print("{:<24} {:<12} {:<24} {:<7} {:>4} {:>8} {:>5} {:>6} {:>6}\n", model.key, class_of(model),
                 model.product, model.colour ? "colour" : "mono", model.pages_per_minute,
                 model.supplies.size(), model.inputs.size(), model.meters.size(), model.faults.size());
    }
  }
  if (options.as_json) fmt::print("{}\n", json::serialize(all));
  return 0;
}

// --- show ---

template <class Rows, class Text>
void show_rows(std::string_view title, const Rows& rows, Text text) {
  if (rows.empty()) return;
  fmt::print("\n{} ({})\n", title, rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) fmt::print("  {:>3}  {}\n", i + 1, text(rows[i]));
}

void show_model(const Model& model) {
  std::string id;
  for (const std::uint32_t arc : model.object_id) id += (id.empty() ? "" : ".") + std::to_string(arc);
  const auto line = [](std::string_view name, const std::string& value) {
    if (!value.empty()) fmt::print("{:<16} {}\n", name, value);
  };
  line("key", model.key);
  line("class", std::string(class_of(model)));
  line("product", model.product);
  line("manufacturer", model.manufacturer);
  line("sysDescr", model.description);
  line("sysObjectID", id);
  line("firmware", model.firmware);
  line("serial numbers", model.serial_pattern);
  line("prints", fmt::format("{}{}, {} pages a minute, {}", model.colour ? "colour" : "black",
                             model.duplex ? ", both sides" : "", model.pages_per_minute,
                             name_of(mark_techs, model.mark_tech)));
  line("front end", model.front_end);
  line("power saver",
       model.sleep_after_ms == 0 ? "none" : fmt::format("after {} s", model.sleep_after_ms / 1000));
  show_rows("supplies", model.supplies, [](const SupplyKind& one) {
    return fmt::format("{:<52} {:<14} {} {}{}", one.description, name_of(supply_types, one.type),
                       one.capacity, name_of(supply_units, one.unit),
                       one.yield > 0 ? fmt::format(", yield {}", one.yield) : std::string());
  });
  show_rows("trays", model.inputs, [](const InputKind& one) {
    return fmt::format("{:<24} {:>5} {}", one.name, one.capacity, one.media_name);
  });
  show_rows("outputs", model.outputs,
            [](const OutputKind& one) { return fmt::format("{:<24} {:>5}", one.name, one.capacity); });
  show_rows("finishers", model.finishers, [](const FinisherKind& one) {
    return fmt::format("{:<24} {}", one.description, name_of(finisher_types, one.type));
  });
  show_rows("covers", model.covers, [](const CoverKind& one) { return one.description; });
  show_rows("meters", model.meters, [](const MeterKind& one) {
    return one.table_device == 0
               ? one.name
               : fmt::format("{:<36} {}.20.{}{}", one.name, one.table_device, one.table_index,
                             one.rollover > 0 ? fmt::format(", 1 after {}", one.rollover) : std::string());
  });
  show_rows("faults", model.faults, [](const FaultKind& one) {
    return fmt::format("{:<10} {:<46} {}", one.code, one.description, name_of(alert_codes, one.alert_code));
  });
  show_rows("service items", model.service_items, [](const ServiceItemKind& one) {
    return fmt::format("{:<10} {:<32} {}", one.code, one.name, one.limit);
  });
  show_rows("NVM", model.nvm, [](const NvmKind& one) {
    return fmt::format("{:<10} {:<40} {} ({} to {})", one.id, one.name, one.initial, one.low, one.high);
  });
  show_rows("modules", model.modules,
            [](const ModuleKind& one) { return fmt::format("{:<24} {}", one.name, one.level); });
  show_rows("features", model.features,
            [](const FeatureKind& one) { return one.name + (one.installed ? "" : " (not installed)"); });
  show_rows("lacks, of what the white paper names", model.lacks, [](const std::string& one) { return one; });
}

int show_profile(const Options& options) {
  const auto model = profile(options.key);
  if (!model) return fail(exit_usage, to_string(model.error()));
  for (const BuiltInProfile& one : built_in_profiles()) {
    if (one.key != options.key) continue;
    const auto resolved = resolve_profile(one.json);
    if (!resolved) return fail(exit_environment, to_string(resolved.error()));
    if (options.as_json) {
      fmt::print("{}", pretty(*resolved));
      return 0;
    }
    show_model(**model);
    if (const json::value* source = resolved->if_contains("source")) {
      fmt::print("\nsource\n");
      for (const json::value& line : source->as_array()) fmt::print("  {}\n", line.as_string().c_str());
    }
  }
  return 0;
}

// --- check ---

int check_files(const Options& options) {
  int exit_code = 0;
  json::array told;
  for (const std::string& path : options.files) {
    const auto text = read_file(path);
    if (!text) return fail(exit_usage, path + ": cannot be read");
    std::vector<std::string> wrong;
    const auto model = read_profile(*text);
    if (!model) {
      wrong.push_back(to_string(model.error()));
    } else if (!options.words_only) {
      wrong = check_model(*model);
    }
    if (!wrong.empty()) exit_code = exit_failed;
    if (options.as_json) {
      told.push_back(json::object{{"file", path},
                                  {"verdict", wrong.empty() ? "pass" : "fail"},
                                  {"wrong", json::array(wrong.begin(), wrong.end())}});
      continue;
    }
    fmt::print("{}: {}\n", path, wrong.empty() ? "good" : fmt::format("{} wrong", wrong.size()));
    for (const std::string& one : wrong) fmt::print("  {}\n", one);
  }
  if (options.as_json) fmt::print("{}\n", json::serialize(told));
  return exit_code;
}

// --- import ---

std::string key_from(const std::string& path) {
  std::string key;
  for (const char c : std::filesystem::path(path).stem().string()) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (plain || lower != c) {
      key += lower;
    } else if (!key.empty() && key.back() != '-') {
      key += '-';
    }
  }
  while (!key.empty() && key.back() == '-') key.pop_back();
  return key.empty() ? "imported" : key.substr(0, 60);
}

int import_recording(const Options& options) {
  const auto text = read_file(options.recording);
  if (!text) return fail(exit_usage, options.recording + ": cannot be read");
  const auto recording = read_recording(*text);
  if (!recording) return fail(exit_usage, options.recording + ": " + to_string(recording.error()));
  const ImportedProfile made = import_profile(
      *recording, options.import_key.empty() ? key_from(options.recording) : options.import_key);
  std::vector<std::string> source{"Imported from a recording of " +
                                  std::to_string(recording->variables.size()) + " objects."};
  for (const std::string& one : made.guessed) {
    if (source.size() < 60) source.push_back("Guessed: " + one);
  }
  const std::string profile_text = write_profile(made.model, source);
  // What is written must be what can be read.
  const auto again = read_profile(profile_text);
  if (!again)
    return fail(exit_failed,
                options.recording + ": no profile can be made of it: " + to_string(again.error()));
  for (const std::string& one : made.guessed) fmt::print(stderr, "guessed   {}\n", one);
  for (const std::string& one : made.left_out) fmt::print(stderr, "left out  {}\n", one);
  for (const std::string& one : check_model(*again)) fmt::print(stderr, "check     {}\n", one);
  if (options.out.empty()) {
    fmt::print("{}", profile_text);
    return 0;
  }
  std::ofstream out(options.out, std::ios::binary | std::ios::trunc);
  out << profile_text;
  out.close();
  if (!out) return fail(exit_environment, options.out + ": cannot be written");
  fmt::print("{}\n", options.out);
  return 0;
}

}  // namespace

void add_profile_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("profile", "Printer models: list, show, check, import");
  command->require_subcommand(1);

  auto* list = command->add_subcommand("list", "List the built-in models");
  list->add_flag("--json", options->as_json, "As JSON");
  list->callback([options, &exit_code] { exit_code = list_profiles(*options); });

  auto* show = command->add_subcommand("show", "Tell what a built-in model is made of");
  show->add_option("key", options->key, "The model")->required();
  show->add_flag("--json", options->as_json, "The profile, with nothing left to compose");
  show->callback([options, &exit_code] { exit_code = show_profile(*options); });

  auto* check = command->add_subcommand(
      "check", "Check profile files: their words, and that printers of them do not contradict themselves");
  check->add_option("file", options->files, "Profile files")->required();
  check->add_flag("--words", options->words_only, "Only read them: no printer is made");
  check->add_flag("--json", options->as_json, "As JSON");
  check->callback([options, &exit_code] { exit_code = check_files(*options); });

  auto* import =
      command->add_subcommand("import", "Make a profile from a recorded walk (.snmprec, or snmpwalk -On)");
  import->add_option("recording", options->recording, "The recording")->required();
  import->add_option("--key", options->import_key, "The profile's name; without it, from the file's");
  import->add_option("--out", options->out, "The file to write; without it, stdout");
  import->callback([options, &exit_code] { exit_code = import_recording(*options);
});

auto* schema = command->add_subcommand("schema", "Print the JSON Schema of profile files");
schema->callback([&exit_code] {
  fmt::print("{}", profile_schema());
  exit_code = 0;
});
}  // namespace mr::command

}  // namespace mr::command
