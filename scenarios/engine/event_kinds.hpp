// The kinds of events that a run can have: what a scenario file may wait for. A kind that is misspelt there
// would never come; it is refused when the file is read.
#pragma once

#include <span>
#include <string_view>

namespace mr::scenarios {

std::span<const std::string_view> event_kinds();  // in order of the alphabet

}  // namespace mr::scenarios
