// gzip and tar, both one octet stream after the other: what zlib inflates goes straight into the tar reader,
// which keeps the small members and only hashes the payload.
#include "simulators/printer/firmware/archive.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace mr::printer::firmware {
namespace {

constexpr std::size_t block = 512;
constexpr std::uint64_t ratio_allowance = 1024 * 1024;
constexpr int gzip_only = 15 + 16;  // zlib: window bits, and a gzip header and trailer

constexpr std::string_view member_order[] = {manifest_name, signature_name, payload_name};

// An octal field of a tar header: digits, ended by a space or zero.
std::optional<std::uint64_t> octal(std::string_view field) {
  std::uint64_t value = 0;
  bool any = false;
  for (const char c : field) {
    if (c == ' ' && !any) continue;
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7' || value > (std::uint64_t{1} << 40)) return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(c - '0');
    any = true;
  }
  if (!any) return std::nullopt;
  return value;
}

std::uint64_t checksum(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block; ++i)
    sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  return sum;
}

std::string_view text_of(std::string_view field) { return field.substr(0, field.find('\0')); }

std::string hex_of(const trust::Sha256& hash) { return trust::hex(hash.value()); }

// The inflated tar, octet by octet in runs.
class Tar {
 public:
  explicit Tar(const Limits& limits) : limits_(limits) {}

  Result<void> feed(std::string_view octets) {
    while (!octets.empty()) {
      if (ended_) {  // zero blocks fill the rest
        if (octets.find_first_not_of('\0') != octets.npos)
          return Fault(errc::malformed, "octets after the end of the archive");
        return {};
      }
      if (left_ > 0) {
        const std::string_view part = octets.substr(0, std::min<std::uint64_t>(left_, octets.size()));
        take(part);
        left_ -= part.size();
        octets.remove_prefix(part.size());
      } else if (padding_ > 0) {
        const std::size_t skip = std::min(padding_, octets.size());
        padding_ -= skip;
        octets.remove_prefix(skip);
      } else {
        const std::size_t more = std::min(block - header_.size(), octets.size());
        header_.append(octets.substr(0, more));
        octets.remove_prefix(more);
        if (header_.size() == block) MR_TRY(read_header());
      }
    }
    return {};
  }

  Result<void> finish(Archive& into) {
    if (!ended_ || members_ < std::size(member_order)) return Fault(errc::truncated, "the tar has no end");
    into.manifest = std::move(manifest_);
    into.signature = std::move(signature_);
    into.payload_octets = payload_octets_;
    into.payload_sha256 = hex_of(payload_);
    return {};
  }

 private:
  Result<void> read_header() {
    const std::string header = std::exchange(header_, {});
    if (header.find_first_not_of('\0') == header.npos) {
      if (members_ < std::size(member_order)) return Fault(errc::malformed, "a member is missing");
      ended_ = true;
      return {};
    }
    const auto sum = octal(std::string_view(header).substr(148, 8));
    const auto size = octal(std::string_view(header).substr(124, 12));
    if (!sum || *sum != checksum(header) || !size) return Fault(errc::malformed, "not a tar header");
    const char kind = header[156];
    if (members_ == std::size(member_order) || (kind != '0' && kind != '\0') || header[345] != '\0' ||
        text_of(std::string_view(header).substr(0, 100)) != member_order[members_])
      return Fault(errc::malformed, "a member that does not belong there");
    const bool payload = members_ + 1 == std::size(member_order);
    if (*size > (payload ? limits_.payload_bytes_max : limits_.member_bytes_max))
      return Fault(errc::too_large,
                   std::string(member_order[members_]) + " of " + std::to_string(*size) + " octets");
    ++members_;
    left_ = *size;
    padding_ = (block - *size % block) % block;
    return {};
  }

  void take(std::string_view part) {
    if (members_ == 1) manifest_.append(part);
    if (members_ == 2) signature_.append(part);
    if (members_ != 3) return;
    payload_.add(part);
    payload_octets_ += part.size();
  }

  const Limits& limits_;
  std::string header_, manifest_, signature_;
  trust::Sha256 payload_;
  std::uint64_t payload_octets_ = 0, left_ = 0;
  std::size_t padding_ = 0, members_ = 0;
  bool ended_ = false;
};

}  // namespace

struct ArchiveReader::State {
  explicit State(Limits with) : limits(with), tar(limits) {
    MR_ASSERT(inflateInit2(&inflater, gzip_only) == Z_OK);
  }
  ~State() { inflateEnd(&inflater); }

  Limits limits;
  Tar tar;
  z_stream inflater{};
  bool gzip_ended = false;
  std::uint64_t came = 0, inflated = 0;
  trust::Sha256 hash;
  std::optional<Fault> fault;

  Result<void> take(std::string_view octets) {
    if (gzip_ended) return Fault(errc::malformed, "octets after the gzip stream");
    std::array<char, 16 * 1024> out;
    inflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
    inflater.avail_in = static_cast<uInt>(octets.size());
    do {
      inflater.next_out = reinterpret_cast<Bytef*>(out.data());
      inflater.avail_out = out.size();
      const int code = inflate(&inflater, Z_NO_FLUSH);
      const std::size_t made = out.size() - inflater.avail_out;
      inflated += made;
      if (inflated > ratio_allowance && (inflated - ratio_allowance) / limits.ratio_max > came)
        return Fault(errc::too_large, "inflates to more than " + std::to_string(limits.ratio_max) + " times");
      MR_TRY(tar.feed({out.data(), made}));
      if (code == Z_STREAM_END) {
        gzip_ended = true;
        if (inflater.avail_in > 0) return Fault(errc::malformed, "octets after the gzip stream");
        return {};
      }
      if (code == Z_BUF_ERROR) return {};  // it wants more octets
      if (code != Z_OK) return Fault(errc::malformed, "not a gzip stream");
    } while (inflater.avail_in > 0 || inflater.avail_out == 0);
    return {};
  }
};

ArchiveReader::ArchiveReader(Limits limits) : state_(std::make_unique<State>(limits)) {}
ArchiveReader::~ArchiveReader() = default;
ArchiveReader::ArchiveReader(ArchiveReader&&) noexcept = default;

Result<void> ArchiveReader::feed(std::string_view octets) {
  constexpr std::size_t at_once = 1 << 20;
  while (!octets.empty() && !state_->fault) {
    const std::string_view part = octets.substr(0, at_once);
    octets.remove_prefix(part.size());
    state_->came += part.size();
    state_->hash.add(part);
    if (state_->came > state_->limits.file_bytes_max) {
      state_->fault =
          Fault(errc::too_large, "over " + std::to_string(state_->limits.file_bytes_max) + " octets");
    } else if (auto taken = state_->take(part); !taken) {
      state_->fault = taken.error();
    }
  }
  if (state_->fault) return *state_->fault;
  return {};
}

Result<Archive> ArchiveReader::finish() {
  if (state_->fault) return *state_->fault;
  if (!state_->gzip_ended) return Fault(errc::truncated, "the gzip stream has no end");
  Archive archive;
  MR_TRY(state_->tar.finish(archive));
  archive.sha256 = hex_of(state_->hash);
  return archive;
}

// --- writing ---

namespace {

void put(std::string& header, std::size_t at, std::string_view text) {
  MR_ASSERT(at + text.size() <= header.size());
  header.replace(at, text.size(), text);
}

std::string octal_field(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (auto c = out.rbegin(); c != out.rend(); ++c, value /= 8) *c = static_cast<char>('0' + value % 8);
  MR_ASSERT(value == 0);
  return out;
}

void add_member(std::string& tar, std::string_view name, std::string_view content) {
  std::string header(block, '\0');
  put(header, 0, name);
  put(header, 100, "0000644");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, 124, octal_field(content.size(), 11));
  put(header, 136, octal_field(0, 11));  // 1 January 1970: the same members give the same octets
  put(header, 156, "0");
  put(header, 257, std::string_view("ustar\00000", 8));
  put(header, 148, octal_field(checksum(header), 6));
  put(header, 155, " ");
  tar += header;
  tar += content;
  tar.append((block - content.size() % block) % block, '\0');
}

}  // namespace

std::string write_archive(std::string_view manifest, std::string_view signature, std::string_view payload) {
  std::string tar;
  tar.reserve(payload.size() + manifest.size() + signature.size() + 8 * block);
  add_member(tar, manifest_name, manifest);
  add_member(tar, signature_name, signature);
  add_member(tar, payload_name, payload);
  tar.append(2 * block, '\0');

  z_stream deflater{};
  MR_ASSERT(deflateInit2(&deflater, 6, Z_DEFLATED, gzip_only, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&deflater, tar.size()),
                  '\0');  // zlib's own gzip header has no date and no name
  MR_ASSERT(tar.size() <= 0xffffffffu);
  deflater.next_in = reinterpret_cast<Bytef*>(tar.data());
  deflater.avail_in = static_cast<uInt>(tar.size());
  deflater.next_out = reinterpret_cast<Bytef*>(out.data());
  deflater.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&deflater, Z_FINISH);
  MR_ASSERT(code == Z_STREAM_END);
  out.resize(deflater.total_out);
  deflateEnd(&deflater);
  return out;
}

}  // namespace mr::printer::firmware
