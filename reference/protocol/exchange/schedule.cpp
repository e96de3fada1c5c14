#include "reference/protocol/exchange/schedule.hpp"

#include <algorithm>

#include "reference/protocol/schema/action_results.hpp"
#include "reference/protocol/schema/schedule.hpp"

namespace mr::exchange {

Conversation<model::GetScheduleResponse> schedule_query(const model::GetSchedule& query) {
  return {post("/v1/schedule", media_xml, schema::encode(query)),
          [](const HttpResponse& response) { return schema::decode_get_schedule_response(response.body); }};
}

Conversation<model::Acknowledgement> action_results(const model::SendActionResults& results) {
  std::vector<std::string> sent;
  for (const model::ActionResult& result : results.results) sent.push_back(result.action_id);
  auto read = [sent](const HttpResponse& response) -> Result<model::Acknowledgement> {
    auto decoded = schema::decode_acknowledgement(response.body);
    MR_TRY(decoded);
    for (const std::string& id : sent) {
      if (std::ranges::find(decoded->action_ids, id) == decoded->action_ids.end()) {
        return Fault(errc::wrong_reply, "action " + id + " is not acknowledged");
      }
    }
    return decoded;
  };
  return {post("/v1/action-results", media_xml, schema::encode(results)), std::move(read)};
}

}  // namespace mr::exchange
