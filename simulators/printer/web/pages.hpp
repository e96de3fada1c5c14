// The pages that anybody may see, as the content of their <main>. Of this folder.
#pragma once

#include <string>
#include <string_view>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

std::string status_page(const Device& device, Moment now);
std::string supplies_page(const Device& device);
std::string counters_page(const Device& device);
std::string events_page(const Device& device);

// A whole page around a <main>.
std::string whole_page(const Device& device, std::string_view title, std::string_view content,
                       bool logged_in);

// The style sheet within every page, as its policy names it.
std::string_view style_sheet();

// A moment of the device: its civil time where it has one ("2026-11-23 14:05:00"), else seconds since its
// start.
std::string moment_text(const Device& device, Moment at);

}  // namespace mr::printer
