#include "reference/protocol/schema/receipt.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::Receipt& message) {
  return Writer().document(root_name<model::Receipt>, message);
}

Result<model::Receipt> decode_receipt(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::Receipt>(root_name<model::Receipt>);
}

}  // namespace mr::schema
