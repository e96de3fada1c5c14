#include "reference/protocol/schema/manifest.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::Manifest& message) {
  return Writer().document(root_name<model::Manifest>, message);
}

Result<model::Manifest> decode_manifest(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::Manifest>(root_name<model::Manifest>);
}

}  // namespace mr::schema
