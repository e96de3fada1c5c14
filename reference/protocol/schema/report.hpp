// DeviceReport: one entry of a package.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::DeviceReport& message);
Result<model::DeviceReport> decode_report(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema
