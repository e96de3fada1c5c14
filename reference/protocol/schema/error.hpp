// Error: the body of every 4xx and 5xx.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::ProtocolError& message);
Result<model::ProtocolError> decode_error(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema
