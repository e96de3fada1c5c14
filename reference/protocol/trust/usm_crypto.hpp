// Keyed hashes, ciphers and keys of SNMP's User-based Security Model on libcrypto.
//
// RFC 3414 (HMAC-MD5-96, HMAC-SHA-96, DES-CBC, password to key, localisation), RFC 7860 (HMAC-SHA-2), RFC
// 3826 (AES-128 in CFB), and AES-192/256 with the two key extensions in the field:
// draft-blumenthal-aes-usm-04 (net-snmp) and draft-reeder-snmpv3-usm-3desede (Cisco and others). Octets are
// std::string, as everywhere in the SNMP codec. cost: password_to_key hashes 1 MiB, 1-3 ms: cache it per
// password. All else is of the order of a microsecond.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace mr::trust {

enum class UsmAuth : std::uint8_t { none, md5, sha1, sha224, sha256, sha384, sha512 };
enum class UsmPriv : std::uint8_t { none, des, aes128, aes192, aes256, aes192_reeder, aes256_reeder };

std::string_view to_text(
    UsmAuth);  // "none", "MD5", "SHA", "SHA-224", ... as the tools of the field write them
std::string_view to_text(UsmPriv);  // "none", "DES", "AES", "AES-192", "AES-256", "AES-192-C", "AES-256-C"

std::size_t key_size(UsmAuth);  // of Ku and Kul: the digest's length; 0 for none
std::size_t mac_size(UsmAuth);  // msgAuthenticationParameters: 12, 12, 16, 24, 32, 48; 0 for none
std::size_t key_size(
    UsmPriv);  // octets of localised key used: DES 16 (with its pre-IV), AES 16, 24, 32; 0 for none
inline constexpr std::size_t usm_salt_size = 8;

// Ku, RFC 3414 A.2. requires: auth is not none, password not empty.
std::string password_to_key(UsmAuth auth, std::string_view password);
// Kul = H(Ku || engine id || Ku).
std::string localize_key(UsmAuth auth, std::string_view ku, std::string_view engine_id);
// The privacy key of key_size(priv) octets from the localised one: cut, or extended the cipher's way.
// Reeder's way costs another password_to_key where the digest is shorter than the key. requires: priv is not
// none.
std::string privacy_key(UsmAuth auth, UsmPriv priv, std::string_view kul, std::string_view engine_id);

// HMAC with one key, the key's blocks hashed once. A plain value, 0.4 KiB; mac() is const and may be shared
// by threads.
class UsmMac {
 public:
  UsmMac() = default;  // UsmAuth::none: mac() is empty
  UsmMac(UsmAuth auth, std::string_view kul);
  UsmAuth auth() const { return auth_; }
  // Truncated to mac_size(auth). The parts are hashed one after another as one message.
  std::string mac(std::span<const std::string_view> parts) const;
  std::string mac(std::string_view message) const { return mac({&message, 1}); }

 private:
  struct alignas(8) Midstate {
    std::array<unsigned char, 216> bytes;
  };
  UsmAuth auth_ = UsmAuth::none;
  Midstate inner_, outer_;
};

// Equal in a time that does not depend on where they differ; false where the lengths differ.
bool equal_digests(std::string_view a, std::string_view b);

// One privacy key. Movable. threading: not shared (it keeps a context of libcrypto).
class UsmCipher {
 public:
  UsmCipher();                               // UsmPriv::none
  UsmCipher(UsmPriv priv, std::string key);  // key: of privacy_key()
  ~UsmCipher();
  UsmCipher(UsmCipher&&) noexcept;
  UsmCipher& operator=(UsmCipher&&) noexcept;

  UsmPriv priv() const { return priv_; }
  // The salt that goes into msgPrivacyParameters. AES: the 64 bits of the counter; DES: boots, then its low
  // 32 bits.
  std::string salt(std::int32_t boots, std::uint64_t counter) const;
  // requires: salt is usm_salt_size octets, priv is not none. DES pads with zeros to a multiple of 8.
  std::string encrypt(std::string_view plain, std::int32_t boots, std::int32_t time, std::string_view salt);
  // False for a salt that is not 8 octets, or a DES text that is not a multiple of 8; those come from the
  // peer.
  bool decrypt(std::string_view text, std::int32_t boots, std::int32_t time, std::string_view salt,
               std::string& plain);

 private:
  struct Context;
  std::string run(bool encrypting, std::string_view in, std::int32_t boots, std::int32_t time,
                  std::string_view salt);
  UsmPriv priv_ = UsmPriv::none;
  std::string key_;
  std::unique_ptr<Context> context_;
};

}  // namespace mr::trust
