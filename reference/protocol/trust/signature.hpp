// CMS SignedData (RFC 5652) with detached content: who signed these bytes. DER, one signer, SHA-256.
//
// Used by firmware files, whose manifest is signed so. What is signed carries no signing time, so that the
// same content, key and random stream give the same bytes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "reference/protocol/trust/certificate.hpp"

namespace mr::trust {

inline constexpr std::size_t signature_bytes_max = 64 * 1024;

// The signer's whole chain is enclosed. errors: unsupported_key, crypto_failure.
Result<Bytes> sign_detached(std::span<const std::byte> content, const Credentials& signer);

// Checks that `signature` was made over `content` with the key of a certificate that it encloses. Gives the
// enclosed certificates, the signer's first; whether they are to be trusted is for judge() to say.
// errors: malformed (not a SignedData of that form, or over signature_bytes_max), bad_signature.
Result<std::vector<Certificate>> verify_detached(std::span<const std::byte> content,
                                                 std::span<const std::byte> signature);

}  // namespace mr::trust
