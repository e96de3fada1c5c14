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
    //= ACT-UNACKNOWLEDGED
    for (const std::string& id : decoded->action_ids) {
      if (std::ranges::find(sent, id) == sent.end()) return Fault(errc::wrong_reply, "acknowledges action " + id + ", which was not sent");
    }
    return decoded;
  };
  return {post("/v1/action-results", media_xml, schema::encode(results)), std::move(read)};
}

}  // namespace mr::exchange
