// What a part of the server answers: the HTTP response, and what the audit and the trace say of it.
#pragma once

#include <string>

#include "reference/protocol/exchange/http.hpp"
#include "reference/protocol/model/messages.hpp"
#include "reference/protocol/result/result.hpp"

namespace mr::server {

struct Reply {
  exchange::HttpResponse response;
  std::string outcome;   // accepted, repeated, refused
  std::string detail;    // for the audit: why
  bool audited = false;  // the audit record was written with the data
};

// A refusal of the protocol: status and Error body. `audit_detail` may say more than the peer is told.
Reply refuse(model::ErrorCode code, std::string detail, std::string audit_detail = {});

// The store or libcrypto failed: 500 to the peer, the reason to the audit only; 503 and when to try again
// where another process holds the store.
Reply internal_failure(const Fault& fault);

Reply answer(unsigned status, std::string xml, std::string outcome);

}  // namespace mr::server
