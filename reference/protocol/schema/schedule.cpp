#include "reference/protocol/schema/schedule.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::GetSchedule& message) {
  return Writer().document(root_name<model::GetSchedule>, message);
}

Result<model::GetSchedule> decode_get_schedule(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::GetSchedule>(root_name<model::GetSchedule>);
}

std::string encode(const model::GetScheduleResponse& message) {
  return Writer().document(root_name<model::GetScheduleResponse>, message);
}

Result<model::GetScheduleResponse> decode_get_schedule_response(std::string_view xml,
                                                                const GateLimits& limits) {
  return Reader(xml, limits).document<model::GetScheduleResponse>(root_name<model::GetScheduleResponse>);
}

}  // namespace mr::schema
