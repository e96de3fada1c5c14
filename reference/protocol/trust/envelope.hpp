// CMS of the protocol: AuthEnvelopedData (RFC 5083, AES-256-GCM) to one recipient certificate, P-256 (ECDH-ES
// with AES-256 key wrap, RFC 5753) or RSA (OAEP accepted, PKCS #1 v1.5 sent by default of libcrypto). DER.
// WP-5-21.
#pragma once

#include <cstddef>
#include <span>

#include "reference/protocol/trust/certificate.hpp"

namespace mr::trust {

Result<Bytes> seal(std::span<const std::byte> content, const Certificate& recipient);

// errors: malformed, not_for_us, tampered, too_large (content over `content_bytes_max`).
Result<Bytes> open(std::span<const std::byte> envelope, const Credentials& recipient,
                   std::size_t content_bytes_max);

}  // namespace mr::trust
