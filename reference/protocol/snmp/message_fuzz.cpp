// Any bytes through the decoders and the agent rules; what decodes must encode and decode again to the same.
#include <cstdlib>

#include "reference/protocol/snmp/agent_rules.hpp"

using namespace mr::snmp;

namespace {
class Few final : public ReadOnlySource {
 public:
  Value get(const Oid&) override { return Value::integer(1); }
  bool next(const Oid& after, Oid& name, Value& value) override {
    const Oid only{1, 3, 6, 1, 2, 1, 1, 1, 0};
    if (after >= only) return false;
    name = only;
    value = Value::octets("x");
    return true;
  }
};
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ByteView datagram(reinterpret_cast<const std::byte*>(bytes), size);
  static_cast<void>(version_of(datagram).has_value());
  if (const auto message = decode_community(datagram)) {
    const Bytes once = encode(*message);
    const auto again = decode_community(once);
    if (!again || encode(*again) != once) std::abort();
  }
  if (const auto frame = decode_v3(datagram)) {
    static_cast<void>(decode_scoped(frame->scoped, true).has_value());
    if (!decode_v3(encode_v3(*frame).datagram)) std::abort();
  }
  Few source;
  const Answer answer =
      answer_community(datagram, source, [](Version, std::string_view) { return Access(); });
  if (answer.datagram && !decode_community(*answer.datagram)) std::abort();
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 9) return false;
  CommunityMessage message{n % 2 ? Version::v1 : Version::v2c, "public", {}};
  message.pdu.type = static_cast<PduType>(0xa0 + (n < 9 ? n : 0));
  if (message.pdu.type == PduType::trap_v1) message.pdu.trap_v1.emplace();
  message.pdu.error_index = 5;
  message.pdu.varbinds = {{{1, 3, 6, 1, 2, 1, 1, 1, 0}, Value::octets("a")},
                          {{1, 3, 6, 1}, Value::counter64(UINT64_MAX)},
                          {{1, 3}, Value::oid({2, 999})}};
  const Bytes datagram = encode(message);
  const auto* p = reinterpret_cast<const std::uint8_t*>(datagram.data());
  out.assign(p, p + datagram.size());
  return true;
}
