#include "reference/protocol/trust/tls.hpp"

namespace mr::trust {

std::string_view to_text(TlsVersion version) {
  switch (version) {
    case TlsVersion::v1_0:
      return "TLSv1";
    case TlsVersion::v1_1:
      return "TLSv1.1";
    case TlsVersion::v1_2:
      return "TLSv1.2";
    case TlsVersion::v1_3:
      return "TLSv1.3";
  }
  return "TLS of an unknown version";
}

std::string_view describe(Alert alert) {
  switch (alert) {
    case Alert::close_notify:
      return "close_notify";
    case Alert::handshake_failure:
      return "handshake_failure";
    case Alert::bad_certificate:
      return "bad_certificate";
    case Alert::certificate_revoked:
      return "certificate_revoked";
    case Alert::certificate_expired:
      return "certificate_expired";
    case Alert::certificate_unknown:
      return "certificate_unknown";
    case Alert::unknown_ca:
      return "unknown_ca";
    case Alert::decode_error:
      return "decode_error";
    case Alert::protocol_version:
      return "protocol_version";
    case Alert::internal_error:
      return "internal_error";
    case Alert::certificate_required:
      return "certificate_required";
  }
  return "another alert";
}

const boost::system::error_category& alert_category() {
  static const struct Category final : boost::system::error_category {
    const char* name() const noexcept override { return "tls-alert"; }
    std::string message(int value) const override {
      const std::string_view word = describe(static_cast<Alert>(value));
      return std::string(word) + " (" + std::to_string(value) + ")";
    }
    // close_notify has the value 0, and is an end that a waiting reader has to see.
    bool failed(int) const noexcept override { return true; }
  } category;
  return category;
}

boost::system::error_code make_error_code(Alert alert) { return {static_cast<int>(alert), alert_category()}; }

std::string_view tls12_ciphers() {
  return "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-"
         "AES128-GCM-SHA256:"
         "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
}

}  // namespace mr::trust
