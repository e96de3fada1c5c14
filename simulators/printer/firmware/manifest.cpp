#include <algorithm>
#include <charconv>

#include "simulators/printer/firmware/firmware.hpp"

namespace mr::printer::firmware {
namespace {

constexpr std::size_t texts_max = 64;  // of object ids, and of products

bool plain(std::string_view text, std::size_t max) {
  return !text.empty() && text.size() <= max && text.front() != ' ' && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e && c != '"'; });
}

// Lines of "word: value", taken in order.
class Lines {
 public:
  explicit Lines(std::string_view text) : left_(text) {}
  // The value of the next line, if it is of this word.
  std::optional<std::string_view> take(std::string_view word) {
    const std::size_t end = left_.find('\n');
    if (end == left_.npos || !left_.starts_with(word) || !left_.substr(word.size()).starts_with(": "))
      return std::nullopt;
    const std::string_view value = left_.substr(word.size() + 2, end - word.size() - 2);
    if (!plain(value, 255)) return std::nullopt;
    left_.remove_prefix(end + 1);
    return value;
  }
  bool done() const { return left_.empty(); }

 private:
  std::string_view left_;
};

}  // namespace

std::string_view to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::sound:
      return "sound";
    case Outcome::hangs:
      return "hangs";
    case Outcome::does_not_start:
      return "does-not-start";
    case Outcome::bricks:
      return "bricks";
  }
  return "sound";
}

std::string to_text(const Manifest& manifest) {
  std::string out = "makeready-firmware: 1\n";
  const auto line = [&](std::string_view word, std::string_view value) {
    out.append(word).append(": ").append(value).append("\n");
  };
  line("name", manifest.name);
  line("version", manifest.version);
  for (const std::string& id : manifest.object_ids) line("object-id", id);
  for (const std::string& product : manifest.products) line("product", product);
  if (manifest.older_allowed) line("older-allowed", "yes");
  line("outcome", to_text(manifest.outcome));
  line("payload-octets", std::to_string(manifest.payload_octets));
  line("payload-sha256", manifest.payload_sha256);
  return out;
}

Result<Manifest> parse_manifest(std::string_view text) {
  const auto bad = [](std::string_view what) {
    return Fault(errc::malformed, "manifest: " + std::string(what));
  };
  Lines lines(text);
  Manifest manifest;
  if (lines.take("makeready-firmware") != "1") return bad("not of version 1");
  const auto name = lines.take("name"), version = lines.take("version");
  if (!name || !version || !plain(*name, 63) || !plain(*version, 63)) return bad("name or version");
  manifest.name = *name;
  manifest.version = *version;
  while (const auto id = lines.take("object-id")) {
    if (manifest.object_ids.size() >= texts_max) return bad("too many object ids");
    manifest.object_ids.emplace_back(*id);
  }
  while (const auto product = lines.take("product")) {
    if (manifest.products.size() >= texts_max) return bad("too many products");
    manifest.products.emplace_back(*product);
  }
  if (const auto allowed = lines.take("older-allowed")) {
    if (*allowed != "yes") return bad("older-allowed");
    manifest.older_allowed = true;
  }
  const auto outcome = lines.take("outcome");
  bool known = false;
  for (const Outcome each : {Outcome::sound, Outcome::hangs, Outcome::does_not_start, Outcome::bricks}) {
    if (outcome != to_text(each)) continue;
    manifest.outcome = each;
    known = true;
  }
  if (!known) return bad("outcome");
  const auto octets = lines.take("payload-octets"), digest = lines.take("payload-sha256");
  if (!octets || !digest || digest->size() != 64 ||
      digest->find_first_not_of("0123456789abcdef") != digest->npos)
    return bad("payload");
  const auto [end, error] =
      std::from_chars(octets->data(), octets->data() + octets->size(), manifest.payload_octets);
  if (error != std::errc() || end != octets->data() + octets->size()) return bad("payload-octets");
  manifest.payload_sha256 = *digest;
  if (!lines.done()) return bad("a line that it does not have");
  return manifest;
}

}  // namespace mr::printer::firmware
