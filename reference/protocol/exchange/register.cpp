#include "reference/protocol/exchange/register.hpp"

#include "reference/protocol/schema/register.hpp"

namespace mr::exchange {

Conversation<model::RegisterForManagementResponse> registration(const model::RegisterForManagement& request,
                                                                const trust::PrivateKey& key) {
  const trust::Bytes public_key = key.public_key_der();
  auto read = [public_key](const HttpResponse& response) -> Result<model::RegisterForManagementResponse> {
    auto decoded = schema::decode_register_response(response.body);
    MR_TRY(decoded);
    const auto chain = trust::Certificate::chain_from_pem(decoded->certificate);
    MR_TRY(chain);
    const auto envelope = trust::Certificate::from_pem(decoded->envelope_certificate);
    MR_TRY(envelope);
    if (chain->front().public_key_der() != public_key) return Fault(errc::wrong_reply, "Certificate is for another key");
    if (chain->front().common_name() != decoded->sender_id) return Fault(errc::wrong_reply, "Certificate is not for SenderId");
    return decoded;
  };
  return {post("/v1/registration", media_xml, schema::encode(request)), std::move(read)};
}

}  // namespace mr::exchange
