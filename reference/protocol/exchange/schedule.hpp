// GetSchedule and SendActionResults, from the sender's side. (WP-8-05, WP-5-26)
#pragma once

#include "reference/protocol/exchange/conversation.hpp"
#include "reference/protocol/model/messages.hpp"

namespace mr::exchange {

Conversation<model::GetScheduleResponse> schedule_query(const model::GetSchedule& query);

// What the acknowledgement leaves out is of no action that the server knows, and is not to be sent again; a name that was not sent is a
// wrong reply.
Conversation<model::Acknowledgement> action_results(const model::SendActionResults& results);

}  // namespace mr::exchange
