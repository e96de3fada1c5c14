#include "reference/protocol/trust/native.hpp"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <climits>

namespace mr::trust {

BioPtr bio_over(std::string_view text) {
  MR_ASSERT(text.size() <= INT_MAX);
  BioPtr bio(
      BIO_new_mem_buf(text.empty() ? "" : text.data(), static_cast<int>(text.size())));  // refuses null
  MR_ASSERT(bio != nullptr);
  return bio;
}

BioPtr bio_over(std::span<const std::byte> bytes) {
  return bio_over(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

std::string_view bio_text(BIO* memory) {
  char* text = nullptr;
  const long length = BIO_get_mem_data(memory, &text);
  return {text, static_cast<std::size_t>(length)};
}

std::string drain_errors() {
  std::string line;
  while (const unsigned long error = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(error);
    if (line.size() < 200) {
      if (!line.empty()) line += "; ";
      line += reason != nullptr ? reason : "reason " + std::to_string(ERR_GET_REASON(error));
    }
  }
  return line.empty() ? "no reason given" : line;
}

std::optional<Bytes> next_pem(std::string_view& text, std::initializer_list<std::string_view> labels) {
  if (text.size() > INT_MAX) return std::nullopt;
  const BioPtr bio = bio_over(text);
  std::optional<Bytes> found;
  while (!found) {
    char* label = nullptr;
    char* header = nullptr;
    unsigned char* der = nullptr;
    long length = 0;
    if (PEM_read_bio(bio.get(), &label, &header, &der, &length) != 1) break;
    if (std::find(labels.begin(), labels.end(), std::string_view(label)) != labels.end() && *header == '\0') {
      const auto* begin = reinterpret_cast<const std::byte*>(der);
      found.emplace(begin, begin + length);
    }
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_clear_free(der, static_cast<std::size_t>(length));
  }
  ERR_clear_error();
  text.remove_prefix(text.size() - BIO_ctrl_pending(bio.get()));
  return found;
}

std::string key_refusal(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  if (EVP_PKEY_is_a(key, "RSA")) {
    if (bits >= 2048 && bits <= 8192) return {};
    return "RSA key of " + std::to_string(bits) + " bits; 2048 to 8192 are accepted";
  }
  if (EVP_PKEY_is_a(key, "EC")) {
    char group[32] = {};
    std::size_t length = 0;
    const int named =
        EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, &length);
    ERR_clear_error();
    const std::string_view name(group, named == 1 ? length : 0);
    if (name == "prime256v1" || name == "secp384r1" || name == "secp521r1") return {};
    return "EC key of " + std::to_string(bits) + " bits on " +
           (name.empty() ? "an unnamed curve" : std::string(name)) + "; P-256, P-384 and P-521 are accepted";
  }
  return "neither an RSA nor an EC key";
}

std::string attribute(const X509_NAME* name, int nid) {
  const int at = X509_NAME_get_index_by_NID(name, nid, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) {
    ERR_clear_error();
    return {};
  }
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(length));
  OPENSSL_free(utf8);
  const bool control =
      std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  return control ? std::string() : text;
}

bool fill_name(X509_NAME* name, const Subject& subject) {
  const auto add = [&](int nid, const std::string& text) {
    return text.empty() || (text.size() <= INT_MAX &&
                            X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8,
                                                       reinterpret_cast<const unsigned char*>(text.data()),
                                                       static_cast<int>(text.size()), -1, 0) == 1);
  };
  return add(NID_organizationName, subject.organization) && add(NID_serialNumber, subject.serial_number) &&
         add(NID_commonName, subject.common_name);
}

KeyPtr public_key_from(std::span<const std::byte> der) {
  if (der.empty() || der.size() > 8192) return nullptr;
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* end = at + der.size();
  KeyPtr key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  ERR_clear_error();
  return at == end ? std::move(key) : nullptr;
}

std::optional<Time> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    ERR_clear_error();
    return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(parts.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) + std::chrono::minutes(parts.tm_min) +
         std::chrono::seconds(parts.tm_sec);
}

}  // namespace mr::trust
