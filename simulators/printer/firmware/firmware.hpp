// A firmware file (.DLM) of an emulated printer: read, judged, and made.
//
// Header and archive are dlm.hpp and archive.hpp. The manifest says what the payload is and for which models;
// its CMS signature (signature.p7s) is what makes a file authentic. Nothing of a header is signed, so nothing
// that matters is taken from it alone. The payload is never run: it is hashed.
//
// Manifest: lines "word: value", LF, ASCII, in this order:
//   makeready-firmware: 1
//   name: / version: / object-id: (any number) / product: (any number) / older-allowed: yes (optional)
//   outcome: sound|hangs|does-not-start|bricks
//   payload-octets: / payload-sha256:
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference/protocol/trust/certificate.hpp"
#include "simulators/printer/firmware/archive.hpp"

namespace mr::printer::firmware {

// What becomes of a printer that installs it: the emulation's stand-in for running the payload.
enum class Outcome : std::uint8_t { sound, hangs, does_not_start, bricks };
std::string_view to_text(Outcome);

struct Manifest {
  std::string name, version;            // at most 63 octets each, printable ASCII without '"'
  std::vector<std::string> object_ids;  // sysObjectIDs that it is for, dotted
  std::vector<std::string> products;    // product names that it is for
  bool older_allowed = false;           // may replace a newer level
  Outcome outcome = Outcome::sound;
  std::uint64_t payload_octets = 0;
  std::string payload_sha256;
};
std::string to_text(const Manifest& manifest);
// errors: malformed.
Result<Manifest> parse_manifest(std::string_view text);

// What a .DLM was found to hold.
struct File {
  Header header;
  Manifest manifest;
  std::string manifest_text;  // what is signed
  std::string signature;
  std::uint64_t octets = 0;  // of the whole file
};

// Reads a .DLM as it comes in. Memory: under 200 KiB, whatever comes.
class Reader {
 public:
  explicit Reader(Limits limits = {});
  // After a header that was read already.
  Reader(Header header, std::size_t header_octets, Limits limits = {});
  Reader(Reader&&) noexcept;
  ~Reader();

  void feed(std::string_view octets);
  bool failed() const;  // the rest need not be shown
  std::uint64_t octets() const { return octets_; }
  // Complete and in itself consistent: digests, header against manifest. Not yet judged.
  // errors: no_header, malformed, truncated, too_large, bad_digest.
  Result<File> finish();

 private:
  Limits limits_;
  std::string start_;  // until the header is whole
  std::optional<Header> header_;
  std::optional<ArchiveReader> archive_;
  std::optional<Fault> fault_;
  std::uint64_t octets_ = 0;
};

// The printer that is asked to install it.
struct Target {
  std::string object_id;              // dotted
  std::vector<std::string> products;  // names that it answers to; empty: it takes no software
  std::string level;                  // that runs now
};

// Whether the printer may install the file; gives the signer. A file is for a model when it names its
// sysObjectID or one of its products. errors, the first that holds: not_supported, bad_signature,
// not_trusted, wrong_model, older.
Result<trust::Certificate> judge(const File& file, const Target& target,
                                 const std::vector<trust::Certificate>& roots, trust::Time now);

// Which level is newer: runs of digits as numbers, letters by octet; negative, zero, positive as a is older,
// the same, newer.
int compare_levels(std::string_view a, std::string_view b);

// --- making ---

// A file that lacks exactly one thing, for those who test refusals.
enum class Defect : std::uint8_t { none, truncated, bad_digest, bad_signature };

struct Order {
  Manifest manifest;  // payload's size and digest are filled in
  std::string payload;
  std::vector<std::string> comments;
  bool pjl_header = false;
  Defect defect = Defect::none;
};
// The .DLM. errors: malformed (texts that a manifest or header cannot hold), those of trust::sign_detached.
Result<std::string> make(Order order, const trust::Credentials& signer);

// A key and certificate for signing firmware, under a root of its own or a given one.
trust::Credentials make_firmware_root(std::string_view organization, trust::Time from, trust::Time to);
Result<trust::Credentials> make_signer(const trust::Credentials& root, std::string_view name,
                                       trust::Time from, trust::Time to);

// Octets that do not compress, the same for the same words: a payload of any size.
std::string filler(std::string_view words, std::size_t octets);

}  // namespace mr::printer::firmware
