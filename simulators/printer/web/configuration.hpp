// The configuration form: what it shows, and what it takes. Of this folder.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

// The content of <main>. `errors`: of the form that is shown again.
std::string configuration_page(const Settings& settings, std::string_view form_token,
                               const std::vector<std::string>& errors);

// Puts the fields of a sent form into the settings; gives what is wrong with them. Fields that are not there
// keep what they have, but for switches: a browser does not send those that are off.
std::vector<std::string> take_settings(const std::vector<std::pair<std::string, std::string>>& form,
                                       Settings& settings);

}  // namespace mr::printer
