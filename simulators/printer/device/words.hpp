// The words for a device's enumerations, as data, pages and the control interface say them.
#pragma once

#include <optional>
#include <string_view>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

std::string_view to_text(Power power);           // off restarting warming-up on standby
std::string_view to_text(Severity severity);     // other critical warning binary-warning
std::string_view to_text(JobFunction function);  // print copy fax
std::optional<JobFunction> job_function(std::string_view word);

}  // namespace mr::printer
