#include "reference/protocol/schema/register.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::RegisterForManagement& message) {
  return Writer().document(root_name<model::RegisterForManagement>, message);
}

Result<model::RegisterForManagement> decode_register(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::RegisterForManagement>(root_name<model::RegisterForManagement>);
}

std::string encode(const model::RegisterForManagementResponse& message) {
  return Writer().document(root_name<model::RegisterForManagementResponse>, message);
}

Result<model::RegisterForManagementResponse> decode_register_response(std::string_view xml,
                                                                      const GateLimits& limits) {
  return Reader(xml, limits)
      .document<model::RegisterForManagementResponse>(root_name<model::RegisterForManagementResponse>);
}

}  // namespace mr::schema
