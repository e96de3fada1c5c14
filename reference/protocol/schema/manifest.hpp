// Manifest: the first entry of a package.
#pragma once

#include "reference/protocol/schema/codec.hpp"

namespace mr::schema {

std::string encode(const model::Manifest& message);
Result<model::Manifest> decode_manifest(std::string_view xml, const GateLimits& limits = {});

}  // namespace mr::schema
