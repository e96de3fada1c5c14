// Receipt: the reply to SendReports.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::Receipt& message);
Result<model::Receipt> decode_receipt(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema
