#include "reference/protocol/schema/action_results.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::SendActionResults& message) {
  return Writer().document(root_name<model::SendActionResults>, message);
}

Result<model::SendActionResults> decode_action_results(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::SendActionResults>(root_name<model::SendActionResults>);
}

std::string encode(const model::Acknowledgement& message) {
  return Writer().document(root_name<model::Acknowledgement>, message);
}

Result<model::Acknowledgement> decode_acknowledgement(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::Acknowledgement>(root_name<model::Acknowledgement>);
}

}  // namespace mr::schema
