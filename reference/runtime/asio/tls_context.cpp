#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "reference/protocol/trust/native.hpp"
#include "reference/runtime/asio/tls.hpp"
#include "reference/runtime/asio/tls_connection.hpp"

namespace mr::runtime {

int peer_check_slot() {
  static const int slot = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return slot;
}

std::string openssl_reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  const char* text = code ? ERR_reason_error_string(code) : nullptr;
  return text ? text : "no reason given";
}

namespace {

// libssl chooses the alert by the X509_V_ERR; certificate_unknown is what it sends for those its table does
// not list.
int verify_error_of(trust::Alert alert) {
  switch (alert) {
    case trust::Alert::unknown_ca:
      return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    case trust::Alert::certificate_expired:
      return X509_V_ERR_CERT_HAS_EXPIRED;
    case trust::Alert::certificate_revoked:
      return X509_V_ERR_CERT_REVOKED;
    case trust::Alert::bad_certificate:
      return X509_V_ERR_CERT_REJECTED;
    case trust::Alert::handshake_failure:
      return X509_V_ERR_APPLICATION_VERIFICATION;
    case trust::Alert::internal_error:
      return X509_V_ERR_UNSPECIFIED;
    default:
      return X509_V_ERR_EXCLUDED_VIOLATION;
  }
}

int judge_peer(X509_STORE_CTX* store, void*) {
  auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* check = static_cast<PeerCheck*>(SSL_get_ex_data(ssl, peer_check_slot()));
  const STACK_OF(X509)* presented = X509_STORE_CTX_get0_untrusted(store);
  for (int i = 0; i < sk_X509_num(presented); ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(presented, i), &der);
    if (size <= 0) continue;
    auto certificate = trust::Certificate::from_der(
        {reinterpret_cast<const std::byte*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    if (certificate.has_error()) {
      check->judgement = {trust::Alert::bad_certificate, to_string(certificate.error())};
      X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED);
      return 0;
    }
    check->chain.push_back(*certificate);
  }
  check->judgement = trust::judge(*check->policy, check->chain, check->clock->wall());
  if (!check->judgement.alert) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  X509_STORE_CTX_set_error(store, verify_error_of(*check->judgement.alert));
  return 0;
}

Fault refused(std::string_view what) {
  return Fault(trust::Alert::internal_error, "TLS settings: " + std::string(what) + ": " + openssl_reason());
}

Result<void> set_versions(SSL_CTX* context, trust::TlsVersion least, trust::TlsVersion most) {
  std::string ciphers(trust::tls12_ciphers());
  // Versions before 1.2 need suites with CBC and SHA-1 handshake digests, which OpenSSL allows at level 0
  // only. Never by default: for peers that are old on purpose.
  if (least < trust::TlsVersion::v1_2) ciphers += ":ECDHE+AES:@SECLEVEL=0";
  if (SSL_CTX_set_min_proto_version(context, static_cast<int>(least)) != 1 ||
      SSL_CTX_set_max_proto_version(context, static_cast<int>(most)) != 1) {
    return refused("versions");
  }
  if (SSL_CTX_set_cipher_list(context, ciphers.c_str()) != 1) return refused("ciphers");
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                SSL_MODE_RELEASE_BUFFERS);
  return {};
}

Result<void> set_credentials(SSL_CTX* context, const trust::Credentials& credentials) {
  if (credentials.chain.empty())
    return Fault(trust::Alert::internal_error, "TLS settings: credentials without a certificate");
  if (SSL_CTX_use_certificate(context, trust::native(credentials.chain.front())) != 1)
    return refused("certificate");
  for (std::size_t i = 1; i < credentials.chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, trust::native(credentials.chain[i])) != 1) return refused("chain");
  }
  if (SSL_CTX_use_PrivateKey(context, trust::native(credentials.key)) != 1) return refused("key");
  return {};
}

TlsContext make(const SSL_METHOD* method) {
  SSL_CTX* context = SSL_CTX_new(method);
  MR_ASSERT(context != nullptr);
  return TlsContext(context, SSL_CTX_free);
}

Result<TlsContext> build(const trust::TlsClient& settings) {
  auto context = make(TLS_client_method());
  MR_TRY(set_versions(context.get(), settings.version_min, settings.version_max));
  if (settings.credentials) MR_TRY(set_credentials(context.get(), *settings.credentials));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), judge_peer, nullptr);
  return context;
}

Result<TlsContext> build(const trust::TlsServer& settings) {
  auto context = make(TLS_server_method());
  MR_TRY(set_versions(context.get(), settings.version_min, settings.version_max));
  MR_TRY(set_credentials(context.get(), settings.credentials));
  if (!settings.clients) return context;
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context.get(), judge_peer, nullptr);
  for (const auto& anchor : settings.clients->anchors) {  // tells clients which certificate to present
    if (SSL_CTX_add_client_CA(context.get(), trust::native(anchor)) != 1)
      return refused("client authorities");
  }
  return context;
}

}  // namespace

template <class Settings>
Result<TlsContext> TlsContexts::cached(const std::shared_ptr<const Settings>& settings) {
  MR_ASSERT(settings != nullptr);
  std::erase_if(contexts_, [](const auto& entry) { return entry.first.expired(); });
  const std::weak_ptr<const void> key = std::shared_ptr<const void>(settings);
  if (const auto found = contexts_.find(key); found != contexts_.end()) return found->second;
  auto context = build(*settings);
  if (context.has_value()) contexts_.emplace(key, *context);
  return context;
}

Result<TlsContext> TlsContexts::of(const std::shared_ptr<const trust::TlsClient>& settings) {
  return cached(settings);
}
Result<TlsContext> TlsContexts::of(const std::shared_ptr<const trust::TlsServer>& settings) {
  return cached(settings);
}

}  // namespace mr::runtime
