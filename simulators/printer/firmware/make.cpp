#include <algorithm>

#include "reference/protocol/trust/signature.hpp"
#include "simulators/printer/firmware/firmware.hpp"

namespace mr::printer::firmware {

Result<std::string> make(Order order, const trust::Credentials& signer) {
  Manifest& manifest = order.manifest;
  manifest.payload_octets = order.payload.size();
  manifest.payload_sha256 = trust::hex(trust::sha256(order.payload));
  const std::string text = to_text(manifest);
  MR_TRY(parse_manifest(text));  // says of each text whether it can be one
  if (text.size() > Limits().member_bytes_max) return Fault(errc::malformed, "the manifest is too long");
  auto signature = trust::sign_detached(std::as_bytes(std::span(text)), signer);
  MR_TRY(signature);
  std::string octets(reinterpret_cast<const char*>(signature->data()), signature->size());
  if (order.defect == Defect::bad_signature) octets.back() = static_cast<char>(octets.back() ^ 1);

  std::string archive = write_archive(text, octets, order.payload);
  Header header{.name = manifest.name,
                .version = manifest.older_allowed ? std::string() : manifest.version,
                .digest = trust::hex(trust::sha256(archive)),
                .extraction_criteria = std::string(payload_name),
                .comments = order.comments,
                .pjl = order.pjl_header};
  if (order.defect == Defect::bad_digest) header.digest.front() = header.digest.front() == '0' ? '1' : '0';
  std::size_t length = 0;
  for (const std::string& comment : header.comments) {
    if (!std::all_of(comment.begin(), comment.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e && c != '"'; }))
      return Fault(errc::malformed, "a comment that a header cannot hold");
    length += comment.size() + 40;
  }
  if (length > 300) return Fault(errc::malformed, "comments that do not fit a header");
  std::string file = write(header) + archive;
  if (order.defect == Defect::truncated) file.resize(file.size() - archive.size() / 2);
  return file;
}

trust::Credentials make_firmware_root(std::string_view organization, trust::Time from, trust::Time to) {
  return trust::make_authority({.common_name = "Firmware root of " + std::string(organization).substr(0, 40),
                                .serial_number = "",
                                .organization = std::string(organization).substr(0, 64)},
                               from, to);
}

Result<trust::Credentials> make_signer(const trust::Credentials& root, std::string_view name,
                                       trust::Time from, trust::Time to) {
  trust::PrivateKey key = trust::PrivateKey::generate_p256();
  auto certificate = trust::issue(
      root,
      {.subject = {.common_name = std::string(name).substr(0, 64), .serial_number = "", .organization = ""},
       .use = trust::Use::code_signing,
       .dns_names = {},
       .not_before = from,
       .not_after = to,
       .public_key_der = key.public_key_der()});
  MR_TRY(certificate);
  return trust::Credentials{.key = std::move(key), .chain = {std::move(*certificate)}};
}

std::string filler(std::string_view words, std::size_t octets) {
  std::string out;
  out.reserve(octets + 32);
  for (std::uint64_t i = 0; out.size() < octets; ++i) {
    const auto value = trust::sha256(std::string(words) + "/" + std::to_string(i));
    out.append(reinterpret_cast<const char*>(value.data()), value.size());
  }
  out.resize(octets);
  return out;
}

}  // namespace mr::printer::firmware
