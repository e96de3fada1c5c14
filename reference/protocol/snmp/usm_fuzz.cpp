// Any bytes at both ends of USM. The input is also taken as a scoped PDU that is properly secured, so that
// what lies behind the digest is reached too.
#include <cstdlib>

#include "reference/protocol/snmp/agent_rules.hpp"
#include "reference/protocol/snmp/session.hpp"

using namespace mr::snmp;

namespace {

const std::string engine = "engine-under-test";

class Nothing final : public ReadOnlySource {
 public:
  Value get(const Oid&) override { return Value::no_such_object(); }
  bool next(const Oid&, Oid&, Value&) override { return false; }
};

std::shared_ptr<const UsmUser> user(UsmPriv priv) {
  static PasswordKeys keys;
  return std::make_shared<const UsmUser>(
      make_user({.name = "u", .auth = UsmAuth::sha1, .auth_password = "password1", .priv = priv}, keys)
          .value());
}

// What secure() does, around octets that need not be a ScopedPDU.
Bytes secured(std::string_view plain, LocalUser& keys) {
  V3Frame frame{.message_id = 1, .size_max = 65507, .flags = flag_auth | flag_priv | flag_reportable};
  frame.usm = {engine, 1, 1, "u", std::string(12, '\0'), keys.cipher().salt(1, 7)};
  const std::string text = keys.cipher().encrypt(plain, 1, 1, frame.usm.salt);
  frame.encrypted = true;
  frame.scoped = as_bytes(text);
  EncodedV3 out = encode_v3(frame);
  const std::string mac = keys.mac().mac(as_text(out.datagram));
  std::copy(mac.begin(), mac.end(), reinterpret_cast<char*>(out.datagram.data()) + out.digest_offset);
  return std::move(out.datagram);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const ByteView input(reinterpret_cast<const std::byte*>(bytes), size);
  const auto policy = [](const UsmUser&, SecurityLevel, std::string_view) { return Access(); };
  static const std::shared_ptr<const UsmUser> users[] = {user(UsmPriv::aes128), user(UsmPriv::des)};
  Nothing source;
  for (const auto& u : users) {
    UsmAuthority authority(engine, std::make_shared<const UserTable>(UserTable{{"u", u}}), 1);
    LocalUser keys(u, engine);
    static_cast<void>(answer_usm(input, source, authority, policy, {1, 1}));
    if (size <= 60000) {
      const Answer answer = answer_usm(secured(as_text(input), keys), source, authority, policy, {1, 1});
      if (answer.why == errc::wrong_digest) std::abort();  // the wrapping above is right
    }
    Session session(UserCredentials{u, ""}, Session::Start{.request_id = 0});
    const auto sent = session.start(get_request({{1, 3, 6}}), {});
    static_cast<void>(sent);
    static_cast<void>(session.received(input, {}));
    if (session.busy()) static_cast<void>(session.timed_out({}));
  }
  return 0;
}

bool LLVMFuzzerSeed(std::size_t n, std::vector<std::uint8_t>& out) {
  if (n > 3) return false;
  ScopedPdu scoped{engine, "", get_bulk_request({{1, 3, 6, 1}}, 0, 3)};
  BerWriter plain;
  encode_scoped(plain, scoped);
  Bytes datagram = plain.take();
  LocalUser keys(user(UsmPriv::aes128), engine);
  if (n == 1) datagram = secured(as_text(datagram), keys);
  if (n >= 2) {
    scoped.pdu = {};
    scoped.pdu.type = PduType::report;
    scoped.pdu.varbinds = {{{1, 3, 6, 1, 6, 3, 15, 1, 1, n == 2 ? 4u : 2u, 0}, Value::counter32(1)}};
    datagram = secure({.message_id = 2, .engine_id = engine, .at = {1, 1}, .user = "u"}, scoped, nullptr);
  }
  const auto* p = reinterpret_cast<const std::uint8_t*>(datagram.data());
  out.assign(p, p + datagram.size());
  return true;
}
