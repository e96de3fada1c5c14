#include "reference/protocol/schema/report.hpp"

#include "reference/protocol/schema/describe_messages.hpp"
#include "reference/protocol/schema/reader.hpp"
#include "reference/protocol/schema/writer.hpp"

namespace mr::schema {

std::string encode(const model::DeviceReport& message) {
  return Writer().document(root_name<model::DeviceReport>, message);
}

Result<model::DeviceReport> decode_report(std::string_view xml, const GateLimits& limits) {
  return Reader(xml, limits).document<model::DeviceReport>(root_name<model::DeviceReport>);
}

}  // namespace mr::schema
