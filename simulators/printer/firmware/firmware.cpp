#include "simulators/printer/firmware/firmware.hpp"

#include <algorithm>
#include <utility>

#include "reference/protocol/trust/signature.hpp"
#include "reference/protocol/trust/tls.hpp"

namespace mr::printer::firmware {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Reader::Reader(Limits limits) : limits_(limits) {}
Reader::Reader(Header header, std::size_t header_octets, Limits limits)
    : limits_(limits), header_(std::move(header)), octets_(header_octets) {
  archive_.emplace(limits_);
}
Reader::Reader(Reader&&) noexcept = default;
Reader::~Reader() = default;

void Reader::feed(std::string_view octets) {
  octets_ += octets.size();
  if (fault_) return;
  if (!header_) {
    start_.append(octets.substr(0, header_bytes_max - std::min(header_bytes_max, start_.size())));
    const std::size_t shown = start_.size();
    auto start = read_start(start_);
    if (!start) {
      fault_ = start.error();
      return;
    }
    if (start->kind == Start::Kind::more) return;
    if (start->kind == Start::Kind::other) {
      fault_ = Fault(errc::no_header);
      return;
    }
    header_ = std::move(start->header);
    archive_.emplace(limits_);
    const std::string rest = start_.substr(start->length);
    // What did not fit the window has not been shown yet.
    octets.remove_prefix(octets.size() - (octets_ - shown));
    start_.clear();
    if (auto fed = archive_->feed(rest); !fed) fault_ = fed.error();
  }
  if (fault_) return;
  if (auto fed = archive_->feed(octets); !fed) fault_ = fed.error();
}

bool Reader::failed() const { return fault_.has_value(); }

Result<File> Reader::finish() {
  if (fault_) return *fault_;
  if (!header_) return Fault(errc::no_header, "it ends within the header");
  auto archive = archive_->finish();
  MR_TRY(archive);
  if (archive->sha256 != header_->digest)
    return Fault(errc::bad_digest, "the archive is not the one that the header names");
  auto manifest = parse_manifest(archive->manifest);
  MR_TRY(manifest);
  if (manifest->name != header_->name || (!header_->version.empty() && manifest->version != header_->version))
    return Fault(errc::malformed, "header and manifest contradict each other");
  if (manifest->payload_octets != archive->payload_octets ||
      manifest->payload_sha256 != archive->payload_sha256)
    return Fault(errc::bad_digest, "the payload is not the one that the manifest names");
  return File{.header = std::move(*header_),
              .manifest = std::move(*manifest),
              .manifest_text = std::move(archive->manifest),
              .signature = std::move(archive->signature),
              .octets = octets_};
}

Result<trust::Certificate> judge(const File& file, const Target& target,
                                 const std::vector<trust::Certificate>& roots, trust::Time now) {
  if (target.products.empty()) return Fault(errc::not_supported);
  const auto chain = trust::verify_detached(bytes_of(file.manifest_text), bytes_of(file.signature));
  if (!chain) return Fault(errc::bad_signature, to_string(chain.error()));
  const trust::Judgement judgement =
      trust::judge({.anchors = roots, .use = trust::Use::code_signing}, *chain, now);
  if (judgement.alert) return Fault(errc::not_trusted, judgement.reason);
  const auto named = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const Manifest& manifest = file.manifest;
  const bool fits =
      named(manifest.object_ids, target.object_id) ||
      std::any_of(target.products.begin(), target.products.end(),
                  [&](const std::string& product) { return named(manifest.products, product); });
  if (!fits) return Fault(errc::wrong_model, "it is for " + manifest.name);
  if (!manifest.older_allowed && compare_levels(manifest.version, target.level) < 0)
    return Fault(errc::older, manifest.version + " is older than " + target.level);
  return chain->front();
}

int compare_levels(std::string_view a, std::string_view b) {
  const auto digits = [](std::string_view& text) {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    std::string_view run = text.substr(0, n);
    text.remove_prefix(n);
    while (run.size() > 1 && run.front() == '0') run.remove_prefix(1);
    return run;
  };
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = digits(a), y = digits(b);
      if (const int order = sign(x.size(), y.size()); order != 0) return order;
      if (const int order = x.compare(y); order != 0) return order < 0 ? -1 : 1;
      continue;
    }
    if (a.front() != b.front())
      return sign(static_cast<unsigned char>(a.front()), static_cast<unsigned char>(b.front()));
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return sign(a.size(), b.size());
}

}  // namespace mr::printer::firmware
