// The judgement of a peer's certificate.
//
// libcrypto builds the path and checks signatures, basic constraints, path lengths and name constraints. What
// a policy decides (time, usage, names, key sizes, digests, revocation) is checked here, on the path that it
// built, because the order in which several defects are reported is ours: X509_verify_cert reports whichever
// it happens to meet first.
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdio>

#include "reference/protocol/trust/native.hpp"
#include "reference/protocol/trust/tls.hpp"

namespace mr::trust {
namespace {

constexpr int path_length_max = 4;         // root included
constexpr std::size_t presented_max = 16;  // more than a path needs: some send their whole bundle

using StorePtr = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using ContextPtr = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using StackPtr =
    std::unique_ptr<STACK_OF(X509), decltype([](STACK_OF(X509) * stack) { sk_X509_free(stack); })>;

// What was let pass while the path was built, to be reported in its turn.
struct Noted {
  std::string extension;  // a critical one that is not understood
  std::string name;       // outside the name constraints of a CA
};

int note(int ok, X509_STORE_CTX* context) {
  if (ok == 1) return 1;
  auto& noted = *static_cast<Noted*>(X509_STORE_CTX_get_app_data(context));
  const int error = X509_STORE_CTX_get_error(context);
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      break;  // judged afterwards, to the end of the last second, as RFC 5280 section 4.1.2.5 has it
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      noted.extension = X509_verify_cert_error_string(error);
      break;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
      noted.name = X509_verify_cert_error_string(error);
      break;
    default:
      return 0;
  }
  X509_STORE_CTX_set_error(context, X509_V_OK);
  return 1;
}

std::string stamp(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text;
}

std::string called(X509* x509) {
  std::string name = attribute(X509_get_subject_name(x509), NID_commonName);
  return name.empty() ? "a certificate without a common name" : '"' + name + '"';
}

// Empty if the certificate may be used so. A leaf must say so; a CA may say nothing, or must include it.
std::string usage_refusal(X509* x509, Use use, bool leaf) {
  if (use == Use::authority) return leaf && X509_check_ca(x509) != 1 ? "not a certificate authority" : "";
  const std::uint32_t flags = X509_get_extension_flags(x509);
  if ((flags & EXFLAG_XKUSAGE) == 0) return leaf ? "no extendedKeyUsage" : "";
  const std::uint32_t extended = X509_get_extended_key_usage(x509);
  const bool any_for_authority = !leaf && (extended & XKU_ANYEKU) != 0;
  const auto [bit, word] = use == Use::server         ? std::pair(XKU_SSL_SERVER, "serverAuth")
                           : use == Use::code_signing ? std::pair(XKU_CODE_SIGN, "codeSigning")
                                                      : std::pair(XKU_SSL_CLIENT, "clientAuth");
  if ((extended & static_cast<std::uint32_t>(bit)) == 0 && !any_for_authority)
    return std::string("extendedKeyUsage without ") + word;
  if (leaf && (flags & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(x509) & KU_DIGITAL_SIGNATURE) == 0)
    return "keyUsage without digitalSignature";
  return {};
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_dns(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

// RFC 6125 section 6.4.3: "*" stands for one whole leftmost label, and at least two labels follow it.
bool dns_matches(std::string_view pattern, std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  if (name.empty()) return false;
  if (!pattern.starts_with("*."))
    return pattern.find('*') == std::string_view::npos && equal_dns(pattern, name);
  const std::string_view rest = pattern.substr(1);
  const std::size_t dot = name.find('.');
  return rest.find('*') == std::string_view::npos && rest.find('.', 1) != std::string_view::npos &&
         dot != std::string_view::npos && dot > 0 && equal_dns(rest, name.substr(dot));
}

bool name_matches(const Certificate& leaf, const std::string& name) {
  const std::unique_ptr<ASN1_OCTET_STRING, Freed<ASN1_OCTET_STRING_free>> address(
      a2i_IPADDRESS(name.c_str()));
  ERR_clear_error();
  if (address)
    return X509_check_ip_asc(native(leaf), name.c_str(), 0) == 1;  // iPAddress of subjectAltName only
  const auto names = leaf.dns_names();
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& pattern) { return dns_matches(pattern, name); });
}

std::string weakness(X509* x509, bool anchor) {
  EVP_PKEY* const key = X509_get0_pubkey(x509);
  if (key == nullptr) return ERR_clear_error(), "a public key that cannot be read";
  if (auto why = key_refusal(key); !why.empty()) return why;
  if (anchor) return {};  // nobody relies on a root's signature of itself
  int digest = NID_undef;
  const bool known = X509_get_signature_info(x509, &digest, nullptr, nullptr, nullptr) == 1;
  ERR_clear_error();
  if (known && (digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512)) return {};
  const char* const word = digest == NID_undef ? nullptr : OBJ_nid2sn(digest);
  return std::string("signed with ") + (word != nullptr ? word : "an unknown digest");
}

Judgement refused(Alert alert, std::string reason) { return {.alert = alert, .reason = std::move(reason)}; }

Judgement judge_path(const PeerPolicy& policy, const Certificate& leaf, STACK_OF(X509) * path,
                     const Noted& noted, Time now) {
  const int count = sk_X509_num(path);
  for (int i = 0; i < count; ++i) {
    X509* const x509 = sk_X509_value(path, i);
    const Time first = *time_of(X509_get0_notBefore(x509));
    const Time last = *time_of(X509_get0_notAfter(x509));
    if (now < first)
      return refused(Alert::certificate_expired, called(x509) + " not valid before " + stamp(first));
    if (now >= last + std::chrono::seconds(1))
      return refused(Alert::certificate_expired, called(x509) + " expired " + stamp(last));
  }
  if (policy.revoked.contains(leaf.serial_hex()))
    return refused(Alert::certificate_revoked,
                   called(native(leaf)) + " revoked, serial number " + leaf.serial_hex());
  for (int i = 0; i + 1 < count || i == 0; ++i) {
    X509* const x509 = sk_X509_value(path, i);
    if (auto why = usage_refusal(x509, policy.use, i == 0); !why.empty())
      return refused(Alert::certificate_unknown, called(x509) + ": " + why);
  }
  if (!noted.extension.empty()) return refused(Alert::certificate_unknown, noted.extension);
  if (policy.use == Use::server && !name_matches(leaf, policy.name))
    return refused(Alert::bad_certificate,
                   called(native(leaf)) + " is not for the name \"" + policy.name + '"');
  if (!noted.name.empty()) return refused(Alert::bad_certificate, noted.name);
  for (int i = 0; i < count; ++i) {
    X509* const x509 = sk_X509_value(path, i);
    if (auto why = weakness(x509, i + 1 == count); !why.empty())
      return refused(Alert::bad_certificate, called(x509) + ": " + why);
  }
  return {};
}

}  // namespace

Judgement judge(const PeerPolicy& policy, const std::vector<Certificate>& chain, Time now) {
  if (chain.empty()) return refused(Alert::bad_certificate, "no certificate");
  if (chain.size() > presented_max)
    return refused(Alert::unknown_ca,
                   std::to_string(chain.size()) + " certificates presented, at most 16 are looked at");
  const Certificate& leaf = chain.front();

  const StorePtr store(X509_STORE_new());
  const StackPtr others(sk_X509_new_null());
  const ContextPtr context(X509_STORE_CTX_new());
  MR_ASSERT(store && others && context);
  for (const auto& anchor : policy.anchors) MR_ASSERT(X509_STORE_add_cert(store.get(), native(anchor)) == 1);
  for (std::size_t i = 1; i < chain.size(); ++i) MR_ASSERT(sk_X509_push(others.get(), native(chain[i])) > 0);
  MR_ASSERT(X509_STORE_CTX_init(context.get(), store.get(), native(leaf), others.get()) == 1);
  X509_VERIFY_PARAM* const parameters = X509_STORE_CTX_get0_param(context.get());
  // The instant also decides which of two issuers of one name is tried.
  X509_VERIFY_PARAM_set_time(parameters,
                             std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count());
  X509_VERIFY_PARAM_set_depth(parameters, path_length_max - 2);  // counts neither leaf nor root
  X509_VERIFY_PARAM_set_auth_level(parameters, 0);  // key sizes and digests are judged here, in their turn
  Noted noted;
  X509_STORE_CTX_set_app_data(context.get(), &noted);
  X509_STORE_CTX_set_verify_cb(context.get(), note);

  const int verified = X509_verify_cert(context.get());
  ERR_clear_error();
  if (verified != 1) {
    X509* const at = X509_STORE_CTX_get_current_cert(context.get());
    return refused(Alert::unknown_ca,
                   (at != nullptr ? called(at) + ": " : std::string()) +
                       X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  }
  STACK_OF(X509)* const path = X509_STORE_CTX_get0_chain(context.get());
  if (sk_X509_num(path) > path_length_max)
    return refused(Alert::unknown_ca, "a path of more than 4 certificates");
  // libcrypto also takes version 1 certificates and Netscape's extension for a CA.
  for (int i = 1; i + 1 < sk_X509_num(path); ++i)
    if (X509_check_ca(sk_X509_value(path, i)) != 1)
      return refused(Alert::unknown_ca,
                     called(sk_X509_value(path, i)) + ": no basicConstraints with CA true");
  return judge_path(policy, leaf, path, noted, now);
}

}  // namespace mr::trust
