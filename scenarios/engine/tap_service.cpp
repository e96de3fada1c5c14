#include "scenarios/engine/tap_service.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mr::scenarios {
namespace {

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A method, a blank and a target: enough of a request line to know it. The first write may end anywhere in
// it.
bool is_http(std::string_view text) {
  static constexpr std::array<std::string_view, 9> methods = {
      "GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "PATCH ", "TRACE "};
  return std::ranges::any_of(methods, [&](std::string_view method) { return text.starts_with(method); });
}

// SEQUENCE { INTEGER version, ... } with a version of SNMP.
bool is_snmp(std::span<const std::byte> bytes) {
  const auto octet = [&](std::size_t i) {
    return i < bytes.size() ? std::to_integer<unsigned>(bytes[i]) : 256U;
  };
  if (octet(0) != 0x30 || octet(1) == 256) return false;
  const unsigned length = octet(1);
  const std::size_t version = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return octet(version) == 2 && octet(version + 1) == 1 &&
         (octet(version + 2) <= 1 || octet(version + 2) == 3);
}

// A header of RFC 1035 with one question, and nothing in it that a query does not have.
bool is_dns(std::span<const std::byte> bytes) {
  const auto octet = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[i]); };
  return bytes.size() > 16 && (octet(2) & 0xf8) == 0 && octet(4) == 0 && octet(5) == 1 && octet(6) == 0 &&
         octet(7) == 0 && octet(bytes.size() - 1) == 1;
}

}  // namespace

std::string_view tcp_service(std::span<const std::byte> first, bool secure, std::uint16_t port) {
  const std::string_view text = as_text(first);
  if (is_http(text)) return secure ? "https" : "http";
  if (secure) return "tls";
  if (first.size() > 1 && text[0] == '\x16' && text[1] == '\x03')
    return "tls";  // a ClientHello that was not made through the seam
  constexpr std::uint16_t lpr_port = 515;
  if (port == lpr_port) return !text.empty() && text[0] >= 1 && text[0] <= 5 ? "lpr" : "unknown";
  // Print data: PJL, PostScript, PCL, PDF, or the header of a firmware file. Plain text is a job as well;
  // what a port takes as raw data cannot be told from anything else.
  static constexpr std::array<std::string_view, 5> starts = {"\x1b", "%!", "@PJL", "%PDF", "%%"};
  if (std::ranges::any_of(starts, [&](std::string_view start) { return text.starts_with(start); }))
    return "raw";
  return "unknown";
}

std::string_view greeting_service(std::span<const std::byte> first) {
  return as_text(first).starts_with("220") ? "smtp" : "unknown";
}

std::string_view udp_service(std::span<const std::byte> datagram) {
  if (is_snmp(datagram)) return "snmp";
  return is_dns(datagram) ? "dns" : "unknown";
}

}  // namespace mr::scenarios
