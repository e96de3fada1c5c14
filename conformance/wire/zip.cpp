#include "conformance/wire/zip.hpp"

#include <zlib.h>

#include <cstdlib>

namespace mr::wire {
namespace {

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>((value >> 8) & 0xff);
}
void put32(std::string& out, std::uint32_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16);
}
void put64(std::string& out, std::uint64_t value) {
  put32(out, static_cast<std::uint32_t>(value));
  put32(out, static_cast<std::uint32_t>(value >> 32));
}

constexpr std::uint32_t date_1980 = (1u << 5) | 1u;

}  // namespace

std::string deflated(std::string_view content) {
  z_stream stream{};
  // Negative window bits: a raw stream. Only a lack of memory can fail here.
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
  std::string out(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zip_of(const std::vector<ZipEntry>& entries, const ZipFrame& frame) {
  std::string archive, directory;
  for (const ZipEntry& entry : entries) {
    const ZipLies& lies = entry.lies;
    const std::string packed = entry.deflate ? deflated(entry.content) : entry.content;
    const std::uint32_t method = lies.method.value_or(entry.deflate ? 8 : 0);
    const std::uint32_t crc = lies.crc.value_or(static_cast<std::uint32_t>(crc32(
        0, reinterpret_cast<const Bytef*>(entry.content.data()), static_cast<uInt>(entry.content.size()))));
    const std::uint32_t packed_size = lies.packed_size.value_or(static_cast<std::uint32_t>(packed.size()));
    const std::uint32_t size = lies.size.value_or(static_cast<std::uint32_t>(entry.content.size()));
    const auto offset = static_cast<std::uint32_t>(archive.size());
    const auto head = [&](std::string& out, std::uint32_t its_crc, std::uint32_t its_size,
                          std::size_t name_bytes) {
      put16(out, 20);  // version needed
      put16(out, lies.flags);
      put16(out, method);
      put16(out, 0);  // time
      put16(out, date_1980);
      put32(out, its_crc);
      put32(out, packed_size);
      put32(out, its_size);
      put16(out, static_cast<std::uint32_t>(name_bytes));
      put16(out, 0);  // extra
    };
    const std::string& local_name = lies.local_name ? *lies.local_name : entry.name;
    archive += "PK\3\4";
    head(archive, lies.local_crc.value_or(crc), lies.local_size.value_or(size), local_name.size());
    archive += local_name + packed;
    directory += "PK\1\2";
    put16(directory, 20);  // made by
    head(directory, crc, size, entry.name.size());
    put16(directory, 0);  // comment
    put16(directory, 0);  // disk
    put16(directory, 0);  // internal attributes
    put32(directory, 0);  // external attributes
    put32(directory, offset);
    directory += entry.name;
  }
  const auto at = static_cast<std::uint32_t>(archive.size());
  const auto bytes = static_cast<std::uint32_t>(directory.size());
  std::string out = frame.before + archive + directory;
  if (frame.zip64) {
    out += "PK\6\6";
    put64(out, 44);
    put16(out, 45);
    put16(out, 45);
    put32(out, 0);
    put32(out, 0);
    put64(out, entries.size());
    put64(out, entries.size());
    put64(out, bytes);
    put64(out, at);
    out += "PK\6\7";
    put32(out, 0);
    put64(out, std::uint64_t{at} + bytes);
    put32(out, 1);
  }
  const std::uint32_t count =
      frame.entries.value_or(static_cast<std::uint16_t>(frame.zip64 ? 0xffff : entries.size()));
  out += "PK\5\6";
  put16(out, 0);
  put16(out, 0);
  put16(out, count);
  put16(out, count);
  put32(out, frame.zip64 ? 0xffffffff : bytes);
  put32(out, frame.zip64 ? 0xffffffff : at);
  put16(out, static_cast<std::uint32_t>(frame.comment.size()));
  return out + frame.comment + frame.after;
}

}  // namespace mr::wire
