// RegisterForManagement, from the sender's side. (WP-5-27, WP-9-02)
#pragma once

#include "reference/protocol/exchange/conversation.hpp"
#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/trust/certificate.hpp"

namespace mr::exchange {

// The reply is checked before it is believed: the certificate is for `key` and names the sender id, the envelope certificate
// can be read. Anything else counts as a reply that cannot be read.
Conversation<model::RegisterForManagementResponse> registration(const model::RegisterForManagement& request,
                                                                const trust::PrivateKey& key);

}  // namespace mr::exchange
