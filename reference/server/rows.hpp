// The columns of a row, where the query leaves no doubt of their kind.
#pragma once

#include <cstdint>
#include <string>

#include "reference/runtime/store.hpp"

namespace mr::server {

// requires: the column is not NULL and of that kind.
inline const std::string& text(const runtime::Value& value) { return std::get<std::string>(value); }
inline std::int64_t number(const runtime::Value& value) { return std::get<std::int64_t>(value); }

}  // namespace mr::server
