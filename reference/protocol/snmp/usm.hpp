// The User-based Security Model (RFC 3414, RFC 7860, RFC 3826): users, localised keys, securing and judging
// messages, and the authoritative side. The manager's side of it is session.hpp.
//
// Time and chance are passed in: engine boots and time in seconds by the caller's clock, salts as a counter
// that the caller starts at random. threading: an object belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "reference/protocol/snmp/message.hpp"
#include "reference/protocol/trust/usm_crypto.hpp"

namespace mr::snmp {

using trust::UsmAuth;
using trust::UsmPriv;

enum class SecurityLevel : std::uint8_t { no_auth_no_priv = 0, auth_no_priv = 1, auth_priv = 2 };

inline constexpr std::int32_t time_window_seconds = 150;
inline constexpr std::int32_t boots_max = 2147483647;

// Password keys (Ku) by protocol and password: the costly half of a key, shared by every engine. Bounded by
// `keys_max`; a full cache starts over.
class PasswordKeys {
 public:
  explicit PasswordKeys(std::size_t keys_max = 4096) : keys_max_(keys_max) {}
  const std::string& key(UsmAuth auth, const std::string& password);  // requires: auth is not none

 private:
  std::size_t keys_max_;
  std::map<std::pair<UsmAuth, std::string>, std::string> keys_;
};

// A user before localisation: what many engines can share.
struct UsmUser {
  std::string name;  // at most 32 octets
  UsmAuth auth = UsmAuth::none;
  UsmPriv priv = UsmPriv::none;
  std::string auth_ku, priv_ku;  // secrets
  // What an authoritative side demands at least; the level a manager uses is the highest that the user has
  // keys for.
  SecurityLevel level_min = SecurityLevel::no_auth_no_priv;

  SecurityLevel level() const;  // the highest
};

struct UsmPasswords {
  std::string name;
  UsmAuth auth = UsmAuth::none;
  std::string auth_password;
  UsmPriv priv = UsmPriv::none;
  std::string priv_password;  // empty: the same as auth_password
};
// level_min is the user's highest level. errors: bad_password (under 8 octets); unsupported_security_level
// (privacy without authentication); bad_value (name empty or over 32 octets).
Result<UsmUser> make_user(const UsmPasswords& passwords, PasswordKeys& keys);

// A user's keys at one engine.
class LocalUser {
 public:
  LocalUser(std::shared_ptr<const UsmUser> user, std::string_view engine_id);
  const UsmUser& user() const { return *user_; }
  const trust::UsmMac& mac() const { return mac_; }
  trust::UsmCipher& cipher() { return cipher_; }

 private:
  std::shared_ptr<const UsmUser> user_;
  trust::UsmMac mac_;
  trust::UsmCipher cipher_;
};

struct EngineTime {
  std::int32_t boots = 0;
  std::int32_t time = 0;  // seconds since the boot
  bool operator==(const EngineTime&) const = default;
};

// What goes around a scoped PDU.
struct Securing {
  std::int32_t message_id = 0;
  std::int32_t size_max = 65507;  // msgMaxSize to announce
  bool reportable = false;
  SecurityLevel level = SecurityLevel::no_auth_no_priv;
  std::string_view engine_id;  // authoritative
  EngineTime at;
  std::string_view user;   // the name
  std::uint64_t salt = 0;  // privacy only
};
// `keys` may be null at no_auth_no_priv. requires: the user has keys for the level.
Bytes secure(const Securing& how, const ScopedPdu& scoped, LocalUser* keys);

// Verifies the digest of a frame of `datagram`: exact length, constant time.
bool authentic(const V3Frame& frame, ByteView datagram, const LocalUser& keys);
// The scoped PDU, decrypted where the frame says so. errors: decryption_failed, those of the codec.
Result<ScopedPdu> open_scoped(const V3Frame& frame, LocalUser* keys, const Limits& limits = {});

// --- the authoritative side ---

struct UsmStats {  // 1.3.6.1.6.3.15.1.1, in the order of the MIB
  std::uint32_t unsupported_sec_levels = 0, not_in_time_windows = 0, unknown_user_names = 0,
                unknown_engine_ids = 0, wrong_digests = 0, decryption_errors = 0;
  std::uint32_t unknown_contexts = 0,
                unknown_pdu_handlers = 0;  // snmpUnknownContexts, snmpUnknownPDUHandlers (RFC 3412, 3413)
};

using UserTable = std::map<std::string, std::shared_ptr<const UsmUser>, std::less<>>;

// One engine that others must prove themselves to. Keys are localised when a user first appears, so that ten
// thousand engines that share one table start at once.
class UsmAuthority {
 public:
  // engine_id: 5 to 32 octets (RFC 3411). salt: the start of its counter, from chance.
  UsmAuthority(std::string engine_id, std::shared_ptr<const UserTable> users, std::uint64_t salt);

  struct Accepted {
    LocalUser* user = nullptr;  // never null. lifetime: the authority's, until users() is called
    SecurityLevel level = SecurityLevel::no_auth_no_priv;
    std::int32_t message_id = 0;
    std::size_t size_max = 0;  // what the peer can take
    bool reportable = false;
    ScopedPdu scoped;
  };
  struct Refused {
    errc why{};
    std::optional<Bytes> report;  // to send back; empty where nothing may be answered
  };
  // Judges a datagram in the order of RFC 3414 section 3.2.
  std::variant<Accepted, Refused> receive(ByteView datagram, EngineTime now, const Limits& limits = {});

  // The response (or Report) to an accepted message, at the same level. `response` carries its context.
  Bytes respond(const Accepted& request, const ScopedPdu& response, EngineTime now);
  // Octets that respond() adds around the varbinds of a response, at most.
  std::size_t overhead(const Accepted& request) const;

  // Reports, and counts, that an accepted message was for another context or engine than there is here.
  Bytes report_unknown_context(const Accepted& request, EngineTime now);
  Bytes report_unknown_pdu_handler(const Accepted& request, EngineTime now);

  // A notification of this engine (Trap v2) at the user's highest level. errors: unknown_user.
  Result<Bytes> notify(std::string_view user, std::int32_t message_id, const ScopedPdu& scoped,
                       EngineTime now);

  const std::string& engine_id() const { return engine_id_; }
  const UsmStats& stats() const { return stats_; }
  void users(std::shared_ptr<const UserTable> users);  // replaces the table; forgets the localised keys

 private:
  LocalUser* find(std::string_view name);
  Refused refuse(errc why, const V3Frame& frame, std::uint32_t& counter, std::uint32_t which, LocalUser* keys,
                 EngineTime now, const Limits& limits);
  Bytes report(const Accepted& request, const Oid& counter, std::uint32_t value, EngineTime now);

  std::string engine_id_;
  std::shared_ptr<const UserTable> users_;
  std::vector<std::unique_ptr<LocalUser>> local_;
  std::uint64_t salt_;
  UsmStats stats_;
};

}  // namespace mr::snmp
