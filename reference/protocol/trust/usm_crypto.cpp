// The digests and DES are the low-level functions of libcrypto, although OpenSSL 3 calls them deprecated: a
// midstate of a digest as a plain value is what makes HMAC with a known key cost two copies and two finals,
// without allocation; and DES is otherwise in the legacy provider, which need not be installed. AES goes
// through EVP, which has the fast code.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "reference/protocol/trust/usm_crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/des.h>
#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "reference/protocol/result/result.hpp"

namespace mr::trust {
namespace {

constexpr std::size_t digest_max = 64;
constexpr std::size_t password_stretch = 1048576;  // RFC 3414 A.2

union DigestState {
  MD5_CTX md5;
  SHA_CTX sha1;
  SHA256_CTX sha256;  // also SHA-224
  SHA512_CTX sha512;  // also SHA-384
};

void begin(UsmAuth auth, DigestState& s) {
  switch (auth) {
    case UsmAuth::md5:
      MD5_Init(&s.md5);
      break;
    case UsmAuth::sha1:
      SHA1_Init(&s.sha1);
      break;
    case UsmAuth::sha224:
      SHA224_Init(&s.sha256);
      break;
    case UsmAuth::sha256:
      SHA256_Init(&s.sha256);
      break;
    case UsmAuth::sha384:
      SHA384_Init(&s.sha512);
      break;
    case UsmAuth::sha512:
      SHA512_Init(&s.sha512);
      break;
    case UsmAuth::none:
      break;
  }
}

void add(UsmAuth auth, DigestState& s, const void* bytes, std::size_t n) {
  switch (auth) {
    case UsmAuth::md5:
      MD5_Update(&s.md5, bytes, n);
      break;
    case UsmAuth::sha1:
      SHA1_Update(&s.sha1, bytes, n);
      break;
    case UsmAuth::sha224:
      SHA224_Update(&s.sha256, bytes, n);
      break;
    case UsmAuth::sha256:
      SHA256_Update(&s.sha256, bytes, n);
      break;
    case UsmAuth::sha384:
      SHA384_Update(&s.sha512, bytes, n);
      break;
    case UsmAuth::sha512:
      SHA512_Update(&s.sha512, bytes, n);
      break;
    case UsmAuth::none:
      break;
  }
}

void add(UsmAuth auth, DigestState& s, std::string_view bytes) { add(auth, s, bytes.data(), bytes.size()); }

void end(UsmAuth auth, DigestState& s, unsigned char* out) {
  switch (auth) {
    case UsmAuth::md5:
      MD5_Final(out, &s.md5);
      break;
    case UsmAuth::sha1:
      SHA1_Final(out, &s.sha1);
      break;
    case UsmAuth::sha224:
      SHA224_Final(out, &s.sha256);
      break;
    case UsmAuth::sha256:
      SHA256_Final(out, &s.sha256);
      break;
    case UsmAuth::sha384:
      SHA384_Final(out, &s.sha512);
      break;
    case UsmAuth::sha512:
      SHA512_Final(out, &s.sha512);
      break;
    case UsmAuth::none:
      break;
  }
}

std::size_t block_size(UsmAuth auth) {
  return auth == UsmAuth::sha384 || auth == UsmAuth::sha512 ? std::size_t{128} : std::size_t{64};
}

std::string final_text(UsmAuth auth, DigestState& s) {
  unsigned char out[digest_max];
  end(auth, s, out);
  return std::string(reinterpret_cast<const char*>(out), key_size(auth));
}

void put32(unsigned char* out, std::uint32_t n) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<unsigned char>(n >> (24 - 8 * i));
}

}  // namespace

std::string_view to_text(UsmAuth auth) {
  switch (auth) {
    case UsmAuth::none:
      return "none";
    case UsmAuth::md5:
      return "MD5";
    case UsmAuth::sha1:
      return "SHA";
    case UsmAuth::sha224:
      return "SHA-224";
    case UsmAuth::sha256:
      return "SHA-256";
    case UsmAuth::sha384:
      return "SHA-384";
    case UsmAuth::sha512:
      return "SHA-512";
  }
  return "unknown";
}

std::string_view to_text(UsmPriv priv) {
  switch (priv) {
    case UsmPriv::none:
      return "none";
    case UsmPriv::des:
      return "DES";
    case UsmPriv::aes128:
      return "AES";
    case UsmPriv::aes192:
      return "AES-192";
    case UsmPriv::aes256:
      return "AES-256";
    case UsmPriv::aes192_reeder:
      return "AES-192-C";
    case UsmPriv::aes256_reeder:
      return "AES-256-C";
  }
  return "unknown";
}

std::size_t key_size(UsmAuth auth) {
  switch (auth) {
    case UsmAuth::none:
      return 0;
    case UsmAuth::md5:
      return 16;
    case UsmAuth::sha1:
      return 20;
    case UsmAuth::sha224:
      return 28;
    case UsmAuth::sha256:
      return 32;
    case UsmAuth::sha384:
      return 48;
    case UsmAuth::sha512:
      return 64;
  }
  return 0;
}

std::size_t mac_size(UsmAuth auth) {
  switch (auth) {
    case UsmAuth::none:
      return 0;
    case UsmAuth::md5:
    case UsmAuth::sha1:
      return 12;
    case UsmAuth::sha224:
      return 16;
    case UsmAuth::sha256:
      return 24;
    case UsmAuth::sha384:
      return 32;
    case UsmAuth::sha512:
      return 48;
  }
  return 0;
}

std::size_t key_size(UsmPriv priv) {
  switch (priv) {
    case UsmPriv::none:
      return 0;
    case UsmPriv::des:
    case UsmPriv::aes128:
      return 16;
    case UsmPriv::aes192:
    case UsmPriv::aes192_reeder:
      return 24;
    case UsmPriv::aes256:
    case UsmPriv::aes256_reeder:
      return 32;
  }
  return 0;
}

std::string password_to_key(UsmAuth auth, std::string_view password) {
  MR_ASSERT(auth != UsmAuth::none);
  MR_ASSERT(!password.empty());
  // Whole repetitions of the password, about 4 KiB, so that libcrypto sees long runs.
  std::string run;
  do run += password;
  while (run.size() < 4096);
  DigestState s;
  begin(auth, s);
  for (std::size_t left = password_stretch; left > 0;) {
    const std::size_t n = std::min(left, run.size());
    add(auth, s, run.data(), n);
    left -= n;
  }
  OPENSSL_cleanse(run.data(), run.size());
  return final_text(auth, s);
}

std::string localize_key(UsmAuth auth, std::string_view ku, std::string_view engine_id) {
  MR_ASSERT(auth != UsmAuth::none);
  DigestState s;
  begin(auth, s);
  add(auth, s, ku);
  add(auth, s, engine_id);
  add(auth, s, ku);
  return final_text(auth, s);
}

std::string privacy_key(UsmAuth auth, UsmPriv priv, std::string_view kul, std::string_view engine_id) {
  MR_ASSERT(priv != UsmPriv::none);
  const std::size_t wanted = key_size(priv);
  std::string key(kul);
  const bool reeder = priv == UsmPriv::aes192_reeder || priv == UsmPriv::aes256_reeder;
  std::string last = key;
  while (key.size() < wanted) {
    if (reeder) {
      last = localize_key(auth, password_to_key(auth, last), engine_id);
      key += last;
    } else {
      DigestState s;
      begin(auth, s);
      add(auth, s, key);
      key += final_text(auth, s);
    }
  }
  key.resize(wanted);
  return key;
}

UsmMac::UsmMac(UsmAuth auth, std::string_view kul) : auth_(auth) {
  static_assert(sizeof(DigestState) <= sizeof(Midstate));
  if (auth == UsmAuth::none) return;
  MR_ASSERT(kul.size() <= block_size(auth));
  unsigned char pad[128];
  const auto midstate = [&](unsigned char filler, Midstate& out) {
    std::memset(pad, filler, sizeof pad);
    for (std::size_t i = 0; i < kul.size(); ++i) pad[i] ^= static_cast<unsigned char>(kul[i]);
    DigestState s;
    begin(auth, s);
    add(auth, s, pad, block_size(auth));
    std::memcpy(out.bytes.data(), &s, sizeof s);
  };
  midstate(0x36, inner_);
  midstate(0x5c, outer_);
  OPENSSL_cleanse(pad, sizeof pad);
}

std::string UsmMac::mac(std::span<const std::string_view> parts) const {
  if (auth_ == UsmAuth::none) return {};
  unsigned char digest[digest_max];
  DigestState s;
  std::memcpy(&s, inner_.bytes.data(), sizeof s);
  for (const std::string_view part : parts) add(auth_, s, part);
  end(auth_, s, digest);
  std::memcpy(&s, outer_.bytes.data(), sizeof s);
  add(auth_, s, digest, key_size(auth_));
  end(auth_, s, digest);
  return std::string(reinterpret_cast<const char*>(digest), mac_size(auth_));
}

bool equal_digests(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

struct UsmCipher::Context {
  EVP_CIPHER_CTX* aes = nullptr;
  DES_key_schedule des;
  ~Context() {
    EVP_CIPHER_CTX_free(aes);
    OPENSSL_cleanse(&des, sizeof des);
  }
};

UsmCipher::UsmCipher() = default;
UsmCipher::UsmCipher(UsmPriv priv, std::string key) : priv_(priv), key_(std::move(key)) {
  MR_ASSERT(key_.size() == key_size(priv_));
}
UsmCipher::~UsmCipher() { OPENSSL_cleanse(key_.data(), key_.size()); }
UsmCipher::UsmCipher(UsmCipher&&) noexcept = default;
UsmCipher& UsmCipher::operator=(UsmCipher&&) noexcept = default;

std::string UsmCipher::salt(std::int32_t boots, std::uint64_t counter) const {
  if (priv_ == UsmPriv::none) return {};
  unsigned char out[usm_salt_size];
  put32(out, priv_ == UsmPriv::des ? static_cast<std::uint32_t>(boots)
                                   : static_cast<std::uint32_t>(counter >> 32));
  put32(out + 4, static_cast<std::uint32_t>(counter));
  return std::string(reinterpret_cast<const char*>(out), sizeof out);
}

std::string UsmCipher::run(bool encrypting, std::string_view in, std::int32_t boots, std::int32_t time,
                           std::string_view salt) {
  const auto* key = reinterpret_cast<const unsigned char*>(key_.data());
  std::string out(in.size(), '\0');
  auto* to = reinterpret_cast<unsigned char*>(out.data());
  const auto* from = reinterpret_cast<const unsigned char*>(in.data());

  if (!context_) {
    context_ = std::make_unique<Context>();
    if (priv_ == UsmPriv::des) {
      DES_cblock des_key;
      std::memcpy(des_key, key, sizeof des_key);
      DES_set_key_unchecked(&des_key, &context_->des);
    } else {
      context_->aes = EVP_CIPHER_CTX_new();
      MR_ASSERT(context_->aes != nullptr);
      const EVP_CIPHER* cipher = key_.size() == 16   ? EVP_aes_128_cfb128()
                                 : key_.size() == 24 ? EVP_aes_192_cfb128()
                                                     : EVP_aes_256_cfb128();
      MR_ASSERT(EVP_CipherInit_ex(context_->aes, cipher, nullptr, nullptr, nullptr, 1) == 1);
    }
  }
  if (priv_ == UsmPriv::des) {
    DES_cblock iv;
    for (std::size_t i = 0; i < sizeof iv; ++i) iv[i] = key[8 + i] ^ static_cast<unsigned char>(salt[i]);
    DES_ncbc_encrypt(from, to, static_cast<long>(in.size()), &context_->des, &iv,
                     encrypting ? DES_ENCRYPT : DES_DECRYPT);
    return out;
  }
  unsigned char iv[16];
  put32(iv, static_cast<std::uint32_t>(boots));
  put32(iv + 4, static_cast<std::uint32_t>(time));
  std::memcpy(iv + 8, salt.data(), usm_salt_size);
  int n = 0;
  MR_ASSERT(EVP_CipherInit_ex(context_->aes, nullptr, nullptr, key, iv, encrypting ? 1 : 0) == 1);
  MR_ASSERT(EVP_CipherUpdate(context_->aes, to, &n, from, static_cast<int>(in.size())) == 1);
  return out;
}

std::string UsmCipher::encrypt(std::string_view plain, std::int32_t boots, std::int32_t time,
                               std::string_view salt) {
  MR_ASSERT(priv_ != UsmPriv::none);
  MR_ASSERT(salt.size() == usm_salt_size);
  if (priv_ != UsmPriv::des) return run(true, plain, boots, time, salt);
  std::string padded(plain);
  padded.resize((plain.size() + 7) / 8 * 8, '\0');
  return run(true, padded, boots, time, salt);
}

bool UsmCipher::decrypt(std::string_view text, std::int32_t boots, std::int32_t time, std::string_view salt,
                        std::string& plain) {
  MR_ASSERT(priv_ != UsmPriv::none);
  if (salt.size() != usm_salt_size) return false;
  if (priv_ == UsmPriv::des && text.size() % 8 != 0) return false;
  plain = run(false, text, boots, time, salt);
  return true;
}

}  // namespace mr::trust
