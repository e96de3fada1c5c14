#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

model::ErrorCode error_code(const Fault& fault) {
  if (fault.code == errc::doctype_refused) return model::ErrorCode::doctype_refused;
  if (fault.code == errc::too_large) return model::ErrorCode::body_too_large;
  if (fault.code == errc::schema_violation) return model::ErrorCode::schema_violation;
  return model::ErrorCode::malformed_xml;
}

}  // namespace mr::schema
