#include "simulators/rogue/impostor.hpp"

#include "simulators/rogue/rogue_network.hpp"

namespace mr::rogue {

std::span<const model::Word<ImpostorCertificate>> words_of(ImpostorCertificate) {
  static constexpr model::Word<ImpostorCertificate> words[] = {
      {ImpostorCertificate::expired, "expired"},
      {ImpostorCertificate::not_yet_valid, "not-yet-valid"},
      {ImpostorCertificate::other_name, "other-name"},
      {ImpostorCertificate::unknown_ca, "unknown-ca"},
      {ImpostorCertificate::client_only, "client-only"},
  };
  return words;
}

trust::Credentials impostor_credentials(const trust::Credentials& authority, const std::string& name,
                                        ImpostorCertificate which, trust::Time now) {
  const trust::PrivateKey key = trust::PrivateKey::generate_p256();
  trust::Credentials issuer = authority;
  if (which == ImpostorCertificate::unknown_ca) {
    trust::Subject subject;
    subject.common_name = authority.chain.front().common_name();  // the name alone is worth nothing
    issuer = trust::make_authority(subject, now - std::chrono::days(365), now + std::chrono::days(3650));
  }
  trust::Issuance issuance;
  issuance.subject.common_name = name;
  issuance.use = which == ImpostorCertificate::client_only ? trust::Use::client : trust::Use::server;
  issuance.dns_names = {which == ImpostorCertificate::other_name ? "other." + name : name};
  if (issuance.use == trust::Use::client) issuance.dns_names.clear();
  issuance.not_before = now - std::chrono::days(30);
  issuance.not_after = now + std::chrono::days(300);
  if (which == ImpostorCertificate::expired) issuance.not_after = now - std::chrono::days(1);
  if (which == ImpostorCertificate::not_yet_valid) issuance.not_before = now + std::chrono::days(100);
  issuance.public_key_der = key.public_key_der();
  auto certificate = trust::issue(issuer, issuance);
  MR_ASSERT(certificate.has_value());
  return {key, {*certificate}};
}

std::unique_ptr<runtime::Runtime> make_impostor(runtime::Runtime& host, trust::Credentials credentials) {
  return with_tls(host, [credentials = std::move(credentials)](trust::TlsServer& settings) {
    settings.credentials = credentials;
  });
}

}  // namespace mr::rogue
