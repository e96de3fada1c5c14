// SendActionResults and its Acknowledgement.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::SendActionResults& message);
Result<model::SendActionResults> decode_action_results(std::string_view xml, const GateLimits& limits = {});

std::string encode(const model::Acknowledgement& message);
Result<model::Acknowledgement> decode_acknowledgement(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema
