#include <cstdlib>

#include "reference/protocol/trust/tls.hpp"

namespace {

using namespace mr::trust;
using namespace std::chrono_literals;

const Credentials& authority() {
  static const Credentials made = make_authority({"root", "", ""}, Time{}, Time{} + 24h * 36500);
  return made;
}
const Certificate& honest() {
  static const Certificate made = issue(authority(), {.subject = {"leaf", "17", ""},
                                                      .use = Use::server,
                                                      .dns_names = {"a.example"},
                                                      .not_before = Time{},
                                                      .not_after = Time{} + 24h * 10000,
                                                      .public_key_der = authority().key.public_key_der()})
                                      .value();
  return made;
}

}  // namespace

// Whatever parses can be asked everything and judged; only what the authority signed is accepted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto parsed = Certificate::from_der({reinterpret_cast<const std::byte*>(bytes), size});
  if (!parsed) return 0;
  const std::size_t asked = parsed->common_name().size() + parsed->subject_serial_number().size() +
                            parsed->issuer_common_name().size() + parsed->serial_hex().size() +
                            parsed->dns_names().size() + parsed->public_key_der().size() +
                            parsed->fingerprint().size();
  if (asked == 0 || parsed->not_before() == Time::max() || parsed->not_after() == Time::max()) std::abort();
  const PeerPolicy policy{
      .anchors = authority().chain, .use = Use::server, .name = "a.example", .revoked = {}};
  const bool accepted = !judge(policy, {*parsed, authority().chain[0]}, Time{} + 24h).alert.has_value();
  if (accepted && parsed->common_name() != "leaf") std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 1) return false;
  const auto& der = n == 0 ? honest().der() : authority().chain[0].der();
  const auto* begin = reinterpret_cast<const std::uint8_t*>(der.data());
  out.assign(begin, begin + der.size());
  return true;
}
