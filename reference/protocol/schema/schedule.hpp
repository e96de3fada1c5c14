// GetSchedule and its response.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::GetSchedule& message);
Result<model::GetSchedule> decode_get_schedule(std::string_view xml, const GateLimits& limits = {});

std::string encode(const model::GetScheduleResponse& message);
Result<model::GetScheduleResponse> decode_get_schedule_response(std::string_view xml,
                                                                const GateLimits& limits = {});

}  // namespace mr::schema
