#include "reference/protocol/schema/error.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::ProtocolError& message) {
  return Writer().document(root_name<model::ProtocolError>, message);
}

Result<model::ProtocolError> decode_error(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::ProtocolError>(root_name<model::ProtocolError>);
}

}  // namespace mr::schema
