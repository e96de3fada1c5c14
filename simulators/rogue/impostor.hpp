// A server that is not the one: the reference with another certificate, presented where it takes a TLS
// connection. No sender may say a word of HTTP to it (WP-4-05, TLS-SERVER-VALID).
//
//   expired, not_yet_valid  of the right authority and name, at another time
//   other_name              of the right authority, for another name
//   unknown_ca              for the right name, from an authority that nobody trusts
//   client_only             of the right authority and name, but for clientAuth
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "reference/protocol/model/words.hpp"
#include "reference/protocol/trust/certificate.hpp"
#include "reference/runtime/runtime.hpp"

namespace mr::rogue {

enum class ImpostorCertificate : std::uint8_t { expired, not_yet_valid, other_name, unknown_ca, client_only };
std::span<const model::Word<ImpostorCertificate>> words_of(ImpostorCertificate);

// Credentials with that one defect. `authority` is the one that senders trust, `name` the one that they ask
// for.
trust::Credentials impostor_credentials(const trust::Credentials& authority, const std::string& name,
                                        ImpostorCertificate which, trust::Time now);

// A host whose TLS servers present `credentials` instead of their own; all else is `host`'s. lifetime: `host`
// outlives it.
std::unique_ptr<runtime::Runtime> make_impostor(runtime::Runtime& host, trust::Credentials credentials);

}  // namespace mr::rogue
