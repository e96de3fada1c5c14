// `makeready firmware`: signing keys, firmware files (.DLM) for emulated printers, and what a file holds.
#include <fmt/core.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "simulators/printer/firmware/firmware.hpp"
#include "simulators/printer/profiles/profiles.hpp"
#include "tools/command/commands.hpp"

namespace mr::command {
namespace {

namespace firmware = mr::printer::firmware;
namespace json = boost::json;

constexpr int exit_refused = 1, exit_usage = 2, exit_environment = 3;

struct Options {
  std::string folder, organization = "makeready", name;
  int days = 3650;

  std::string model, version, out, comment, payload, outcome = "sound", defect = "none";
  std::uint64_t octets = 65536;
  std::vector<std::string> products, object_ids;
  bool older_allowed = false, pjl = false;

  std::string file, root, running;
  bool as_json = false;
};

int fail(int code, const std::string& what) {
  fmt::print(stderr, "makeready firmware: {}\n", what);
  return code;
}

trust::Time now() {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) return {};
  return text;
}

// Private ones are readable by their owner alone, from the moment they exist.
bool write_file(const std::string& path, std::string_view text, bool is_private) {
  const mode_t before = ::umask(is_private ? 0077 : 0022);
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  ::umask(before);
  out << text;
  out.close();
  return static_cast<bool>(out);
}

// --- key ---

int make_key(const Options& options) {
  std::error_code ec;
  std::filesystem::create_directories(options.folder, ec);
  const auto at = [&](const char* name) { return options.folder + "/" + name; };
  if (std::filesystem::exists(at("signer.pem")))
    return fail(exit_usage, at("signer.pem") + " is there already");
  const trust::Time from = now() - std::chrono::hours(24), to = now() + std::chrono::hours(24) * options.days;
  const trust::Credentials root = firmware::make_firmware_root(options.organization, from, to);
  auto signer = firmware::make_signer(root, options.organization + " release signing", from, to);
  if (!signer) return fail(exit_environment, to_string(signer.error()));
  if (!write_file(at("root.pem"), root.chain.front().pem(), false) ||
      !write_file(at("root-key.pem"), root.key.pem(), true) ||
      !write_file(at("signer.pem"), signer->chain.front().pem(), false) ||
      !write_file(at("signer-key.pem"), signer->key.pem(), true))
    return fail(exit_environment, options.folder + ": cannot be written");
  fmt::print("{}: what printers are given to trust (makeready printer --firmware-root)\n", at("root.pem"));
  fmt::print("{}, {}: what makes files\n", at("signer.pem"), at("signer-key.pem"));
  return 0;
}

// --- make ---

int make_file(const Options& options) {
  const auto key_text = read_file(options.folder + "/signer-key.pem"),
             chain_text = read_file(options.folder + "/signer.pem");
  if (!key_text || !chain_text)
    return fail(exit_usage, options.folder + ": no signing key; make one with `makeready firmware key`");
  auto key = trust::PrivateKey::from_pem(*key_text);
  auto chain = trust::Certificate::chain_from_pem(*chain_text);
  if (!key || !chain) return fail(exit_usage, options.folder + ": the signing key cannot be read");

  firmware::Order order;
  order.manifest.version = options.version;
  order.manifest.older_allowed = options.older_allowed;
  order.manifest.products = options.products;
  order.manifest.object_ids = options.object_ids;
  order.pjl_header = options.pjl;
  if (!options.comment.empty()) order.comments = {options.comment};
  if (!options.model.empty()) {
    auto model = mr::printer::profile(options.model);
    if (!model) return fail(exit_usage, to_string(model.error()));
    order.manifest.name = (*model)->product + " system software";
    order.manifest.products.insert(order.manifest.products.end(), (*model)->firmware_products.begin(),
                                   (*model)->firmware_products.end());
    std::string id;
    for (const std::uint32_t arc : (*model)->object_id) id += (id.empty() ? "" : ".") + std::to_string(arc);
    order.manifest.object_ids.push_back(id);
  }
  if (!options.name.empty()) order.manifest.name = options.name;
  if (order.manifest.products.empty() && order.manifest.object_ids.empty())
    return fail(exit_usage, "for which printers? --model, --product or --object-id");
  if (order.manifest.name.empty()) order.manifest.name = "System software";
  for (const auto outcome : {firmware::Outcome::sound, firmware::Outcome::hangs,
                             firmware::Outcome::does_not_start, firmware::Outcome::bricks}) {
    if (options.outcome == firmware::to_text(outcome)) order.manifest.outcome = outcome;
  }
  order.defect = options.defect == "truncated"       ? firmware::Defect::truncated
                 : options.defect == "bad-digest"    ? firmware::Defect::bad_digest
                 : options.defect == "bad-signature" ? firmware::Defect::bad_signature
                                                     : firmware::Defect::none;
  if (options.payload.empty()) {
    order.payload = firmware::filler(order.manifest.name + " " + options.version, options.octets);
  } else if (auto payload = read_file(options.payload)) {
    order.payload = std::move(*payload);
  } else {
    return fail(exit_usage, options.payload + ": cannot be read");
  }
  const auto made = firmware::make(std::move(order), {.key = *key, .chain = *chain});
  if (!made) return fail(exit_usage, to_string(made.error()));
  if (!write_file(options.out, *made, false))
    return fail(exit_environment, options.out + ": cannot be written");
  fmt::print("{}: {} octets, SHA-256 {}\n", options.out, made->size(), trust::hex(trust::sha256(*made)));
  return 0;
}

// --- show ---

json::object described(const firmware::File& file) {
  json::array products(file.manifest.products.begin(), file.manifest.products.end()),
      ids(file.manifest.object_ids.begin(), file.manifest.object_ids.end()),
      comments(file.header.comments.begin(), file.header.comments.end());
  return {{"name", file.manifest.name},
          {"version", file.manifest.version},
          {"products", std::move(products)},
          {"object_ids", std::move(ids)},
          {"older_allowed", file.manifest.older_allowed},
          {"outcome", firmware::to_text(file.manifest.outcome)},
          {"payload_octets", file.manifest.payload_octets},
          {"payload_sha256", file.manifest.payload_sha256},
          {"archive_sha256", file.header.digest},
          {"header", file.header.pjl ? "PJL" : "plain"},
          {"version_check", !file.header.version.empty()},
          {"comments", std::move(comments)},
          {"octets", file.octets}};
}

// Complete; authentic, where a root is given; for the model, where one is given.
int show_file(const Options& options) {
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return fail(exit_usage, options.file + ": cannot be read");
  firmware::Reader reader;
  std::vector<char> buffer(1 << 20);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0)
    reader.feed({buffer.data(), static_cast<std::size_t>(in.gcount())});
  const auto file = reader.finish();
  json::object told;
  std::optional<Fault> refusal;
  if (!file) {
    refusal = file.error();
  } else {
    told = described(*file);
    if (!options.root.empty()) {
      const auto text = read_file(options.root);
      const auto roots = text ? trust::Certificate::chain_from_pem(*text)
                              : Result<std::vector<trust::Certificate>>(Fault(trust::errc::malformed));
      if (!roots) return fail(exit_usage, options.root + ": no certificate in PEM");
      firmware::Target target{.object_id = "", .products = file->manifest.products, .level = options.running};
      if (target.products.empty()) target.products = {"any"};
      if (!file->manifest.object_ids.empty()) target.object_id = file->manifest.object_ids.front();
      if (!options.model.empty()) {
        auto model = mr::printer::profile(options.model);
        if (!model) return fail(exit_usage, to_string(model.error()));
        target.products = (*model)->firmware_products;
        target.object_id.clear();
        for (const std::uint32_t arc : (*model)->object_id)
          target.object_id += (target.object_id.empty() ? "" : ".") + std::to_string(arc);
        if (target.level.empty()) target.level = (*model)->firmware;
      }
      const auto signer = firmware::judge(*file, target, *roots, now());
      if (signer) {
        told["signer"] = signer->common_name();
      } else {
        refusal = signer.error();
      }
    }
  }
  told["verdict"] = refusal ? firmware::to_slug(*refusal) : options.root.empty() ? "complete" : "accepted";
  if (refusal) told["detail"] = to_string(*refusal);
  if (options.as_json) {
    fmt::print("{}\n", json::serialize(told));
  } else {
    for (const auto& [name, value] : told) {
      const std::string text = value.is_string() ? std::string(value.get_string()) : json::serialize(value);
      fmt::print("{:<16} {}\n", std::string(name), text);
    }
  }
  return refusal ? exit_refused : 0;
}

}  // namespace

void add_firmware_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("firmware", "Make and check firmware files (.DLM) of emulated printers");
  command->require_subcommand(1);

  auto* key = command->add_subcommand("key", "Make a root and a signing key in a folder");
  key->add_option("--keys", options->folder, "The folder")->required();
  key->add_option("--organization", options->organization, "Whose")->capture_default_str();
  key->add_option("--days", options->days, "How long they are valid")
      ->check(CLI::Range(1, 36500))
      ->capture_default_str();
  key->callback([options, &exit_code] { exit_code = make_key(*options); });

  auto* make = command->add_subcommand("make", "Make a file; its payload is nothing that anything could run");
  make->add_option("--keys", options->folder, "The folder of the signing key")->required();
  make->add_option("--out", options->out, "The file to write, usually .DLM")->required();
  make->add_option("--version", options->version, "The level that it brings")->required();
  make->add_option("--model", options->model, "The built-in profile that it is for");
  make->add_option("--product", options->products, "A product name that it is for");
  make->add_option("--object-id", options->object_ids, "A sysObjectID that it is for");
  make->add_option("--name", options->name, "What it calls itself");
  make->add_option("--comment", options->comment, "For the header");
  auto* payload = make->add_option("--payload", options->payload, "The payload; without it, filler");
  make->add_option("--octets", options->octets, "How much filler")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{512} << 20))
      ->excludes(payload)
      ->capture_default_str();
  make->add_flag("--older-allowed", options->older_allowed, "May replace a newer level");
  make->add_flag("--pjl", options->pjl, "Write the header as PJL comments");
  make->add_option("--outcome", options->outcome, "What becomes of a printer that installs it")
      ->check(CLI::IsMember({"sound", "hangs", "does-not-start", "bricks"}))
      ->capture_default_str();
  make->add_option("--defect", options->defect, "Make it wrong in one way")
      ->check(CLI::IsMember({"none", "truncated", "bad-digest", "bad-signature"}))
      ->capture_default_str();
  make->callback([options, &exit_code] { exit_code = make_file(*options); });

  auto* show = command->add_subcommand("show", "Tell what a file holds, and whether a printer would take it");
  show->add_option("file", options->file, "The .DLM")->required();
  auto* root = show->add_option("--root", options->root, "Certificate (PEM) under which it must be signed");
  show->add_option("--model", options->model, "The built-in profile that it must be for")->needs(root);
  show->add_option("--running", options->running, "The level that runs; without it, the profile's")
      ->needs(root);
  show->add_flag("--json", options->as_json, "As JSON");
  show->callback([options, &exit_code] { exit_code = show_file(*options); });
}

}  // namespace mr::command
