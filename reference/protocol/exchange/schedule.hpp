// GetSchedule and SendActionResults, from the sender's side. (WP-8-05, WP-5-26)
#pragma once

#include "reference/protocol/exchange/conversation.hpp"
#include "reference/protocol/model/messages.hpp"

namespace mr::exchange {

Conversation<model::GetScheduleResponse> schedule_query(const model::GetSchedule& query);

// The acknowledgement must name every action id sent.
Conversation<model::Acknowledgement> action_results(const model::SendActionResults& results);

}  // namespace mr::exchange
