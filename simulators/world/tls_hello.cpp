#include <algorithm>

#include "simulators/world/tls.hpp"

namespace mr::world {
namespace {

constexpr std::size_t chain_max = 8;
constexpr std::size_t certificate_bytes_max = 16 * 1024;

void put(runtime::Bytes& out, std::size_t value, unsigned octets) {
  while (octets-- > 0) out.push_back(static_cast<std::byte>(value >> (8 * octets)));
}

// Reads big-endian numbers and strings; once something is missing, everything after is empty and ok() false.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> rest) : rest_(rest) {}
  std::size_t number(unsigned octets) {
    std::size_t value = 0;
    for (const std::byte b : bytes(octets)) value = value << 8 | std::to_integer<std::size_t>(b);
    return value;
  }
  std::span<const std::byte> bytes(std::size_t n) {
    if (n > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(n);
    rest_ = rest_.subspan(n);
    return taken;
  }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool ok_ = true;
};

bool known(std::size_t version) { return version >= 0x0301 && version <= 0x0304; }

}  // namespace

runtime::Bytes encode(const Hello& hello) {
  runtime::Bytes out;
  put(out, static_cast<std::size_t>(hello.version_min), 2);
  put(out, static_cast<std::size_t>(hello.version_max), 2);
  put(out, (hello.asks_certificate ? 1u : 0u) | (hello.holds_key ? 2u : 0u), 1);
  const std::size_t name = std::min<std::size_t>(hello.server_name.size(), 255);
  put(out, name, 1);
  for (std::size_t i = 0; i < name; ++i) out.push_back(static_cast<std::byte>(hello.server_name[i]));
  put(out, hello.chain.size(), 1);
  for (const auto& certificate : hello.chain) {
    put(out, certificate.der().size(), 3);
    out.insert(out.end(), certificate.der().begin(), certificate.der().end());
  }
  return out;
}

Result<Hello> decode_hello(std::span<const std::byte> body) {
  Reader reader(body);
  Hello hello;
  const std::size_t low = reader.number(2), high = reader.number(2);
  const std::size_t flags = reader.number(1);
  const auto name = reader.bytes(reader.number(1));
  const std::size_t count = reader.number(1);
  if (!reader.ok() || !known(low) || !known(high) || count > chain_max)
    return Fault(trust::Alert::decode_error, "hello");
  hello.version_min = static_cast<trust::TlsVersion>(low);
  hello.version_max = static_cast<trust::TlsVersion>(high);
  hello.asks_certificate = flags & 1u;
  hello.holds_key = flags & 2u;
  for (const std::byte c : name) hello.server_name.push_back(static_cast<char>(c));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t size = reader.number(3);
    const auto der = reader.bytes(size);
    if (!reader.ok() || size > certificate_bytes_max)
      return Fault(trust::Alert::decode_error, "certificate of a hello");
    auto certificate = trust::Certificate::from_der(der);
    if (!certificate) return Fault(trust::Alert::bad_certificate, to_string(certificate.error()));
    hello.chain.push_back(std::move(*certificate));
  }
  if (!reader.at_end()) return Fault(trust::Alert::decode_error, "octets after the hello");
  return hello;
}

}  // namespace mr::world
