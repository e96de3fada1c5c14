// RegisterForManagement and its response.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::RegisterForManagement& message);
Result<model::RegisterForManagement> decode_register(std::string_view xml, const GateLimits& limits = {});

std::string encode(const model::RegisterForManagementResponse& message);
Result<model::RegisterForManagementResponse> decode_register_response(std::string_view xml,
                                                                      const GateLimits& limits = {});

}  // namespace mr::schema
