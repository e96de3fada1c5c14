#include "reference/server/reply.hpp"

#include "reference/protocol/schema/error.hpp"
#include "reference/runtime/store.hpp"

namespace mr::server {

Reply refuse(model::ErrorCode code, std::string detail, std::string audit_detail) {
  const auto error = model::ProtocolError::of(code, std::move(detail));
  Reply reply;
  reply.response.status = model::http_status(code);
  reply.response.headers = {{"Content-Type", std::string(exchange::media_xml)}};
  reply.response.body = schema::encode(error);
  reply.outcome = "refused";
  reply.detail = error.code + ": " + (audit_detail.empty() ? error.detail : audit_detail);
  return reply;
}

Reply internal_failure(const Fault& fault) {
  //= ERR-BUSY
  if (fault.code == runtime::store_errc::busy) {
    Reply reply = refuse(model::ErrorCode::busy, "try again later", to_string(fault));
    reply.response.headers.emplace_back("Retry-After", "30");
    return reply;
  }
  return refuse(model::ErrorCode::internal, "try again later", to_string(fault));
}

Reply answer(unsigned status, std::string xml, std::string outcome) {
  Reply reply;
  reply.response.status = status;
  reply.response.headers = {{"Content-Type", std::string(exchange::media_xml)}};
  reply.response.body = std::move(xml);
  reply.outcome = std::move(outcome);
  return reply;
}

}  // namespace mr::server
