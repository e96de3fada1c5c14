// A printer's state as JSON: the truth that its faces are derived from.
#pragma once

#include <boost/json/object.hpp>

#include "simulators/printer/device/device.hpp"

namespace mr::printer {

// One line of a list.
boost::json::object summary_of(const Device& device, std::size_t index, std::string_view address);
// All of it. Levels of supplies and trays are the true ones; `told` is what SNMP says.
boost::json::object state_of(const Device& device, std::size_t index, std::string_view address, Moment now);

}  // namespace mr::printer
