// The archive of a .DLM: a gzip'd tar with three plain members, in this order: manifest.txt, signature.p7s,
// payload.bin.
//
// Read as it comes in, without keeping the payload: memory is bounded by the two small members. ustar and the
// older form without its magic are read; directories, links, and extended headers are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference/protocol/trust/digest.hpp"
#include "simulators/printer/firmware/dlm.hpp"

namespace mr::printer::firmware {

inline constexpr std::string_view manifest_name = "manifest.txt", signature_name = "signature.p7s",
                                  payload_name = "payload.bin";

struct Limits {
  std::uint64_t file_bytes_max = std::uint64_t{1} << 30;     // of the .DLM as it comes
  std::uint64_t payload_bytes_max = std::uint64_t{1} << 30;  // inflated
  std::size_t member_bytes_max = 64 * 1024;                  // of manifest and signature, each
  std::uint32_t ratio_max = 200;  // inflated octets for one that came in, beyond the first MiB
};

struct Archive {
  std::string manifest, signature;
  std::uint64_t payload_octets = 0;
  std::string payload_sha256;  // 64 hex digits
  std::string sha256;          // of the archive as it came, 64 hex digits
};

class ArchiveReader {
 public:
  explicit ArchiveReader(Limits limits);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;

  // The first fault is kept and given again; octets after it are ignored. errors: malformed, too_large.
  Result<void> feed(std::string_view octets);
  // No more octets come. errors: those of feed, truncated.
  Result<Archive> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The archive of these members, with fixed dates: the same members give the same octets.
std::string write_archive(std::string_view manifest, std::string_view signature, std::string_view payload);

}  // namespace mr::printer::firmware
